/* SPDX-License-Identifier: MIT
 *
 * The shelf, and programs that are found or compiled, in a directory of the test's own, with the
 * real compiler.
 */
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lesson/lesson.h"

static char root[64];

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static const char *
path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", root, name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *out = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}

static void
put_lesson(const char *folder, const char *text)
{
	char name[256];

	mkdir(path_of(folder), 0755);
	snprintf(name, sizeof name, "%s/lesson.md", folder);
	put(name, text);
}

static const char lesson_text[] = "---\ntitle: T\nidea: I.\ncast:\n  - {name: a, program: p}\n---\n"
				  "## S\n```ipcviz\nstep: s\n```\n";

static void
set_up(void)
{
	snprintf(root, sizeof root, "/tmp/ipcviz-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	setenv("XDG_CACHE_HOME", path_of("cache"), 1);
	put_lesson("03-good", lesson_text);
	put("03-good/p.c", "int main(void) { return 7; }\n");
}

static void
tear_down(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct lesson *
load(void)
{
	struct problem problem = {0};
	struct lesson *lesson = lesson_load(path_of("03-good"), NULL, &problem);

	ck_assert_msg(lesson != NULL, "%s", problem.what);
	return lesson;
}

static void
found(const struct lesson *lesson, const char *program_directory, char *path, size_t size)
{
	struct problem problem = {0};
	char text[1024];

	ck_assert_msg(lesson_program(lesson, &lesson->cast[0], program_directory, path, size,
			      &problem) == 0,
		"%s", problem_text(&problem, text, sizeof text));
}

static int
exit_status(const char *path)
{
	int status = system(path);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
cached(void)
{
	char command[256];
	FILE *in;
	int n = -1;

	snprintf(command, sizeof command, "ls -A %s/cache/ipcviz | wc -l", root);
	in = popen(command, "r");
	ck_assert_int_eq(fscanf(in, "%d", &n), 1);
	pclose(in);
	return n;
}

START_TEST(test_compiles_once)
{
	struct lesson *lesson = load();
	struct stat first, second;
	char path[4096], again[4096];

	found(lesson, NULL, path, sizeof path);
	ck_assert_int_eq(exit_status(path), 7);
	ck_assert_int_eq(stat(path, &first), 0);
	found(lesson, path_of("nowhere"), again, sizeof again);
	ck_assert_str_eq(path, again);
	ck_assert_int_eq(stat(path, &second), 0);
	ck_assert_uint_eq(first.st_ino, second.st_ino);
	ck_assert_int_eq(cached(), 1); /* and nothing half made beside it */

	put("03-good/p.c", "int main(void) { return 8; }\n"); /* of the same length and second */
	found(lesson, NULL, again, sizeof again);
	ck_assert_str_ne(path, again);
	ck_assert_int_eq(exit_status(again), 8);
	lesson_free(lesson);
}
END_TEST

START_TEST(test_compiler_words)
{
	struct lesson *lesson = load();
	char path[4096], other[4096], cc[256];

	put("03-good/p.c",
		"#ifndef RESULT\n#define RESULT 1\n#endif\nint main(void) { return RESULT; }\n");
	found(lesson, NULL, path, sizeof path);
	snprintf(cc, sizeof cc, "%s -DRESULT=9", getenv("CC") != NULL ? getenv("CC") : "cc");
	setenv("CC", cc, 1);
	found(lesson, NULL, other, sizeof other);
	ck_assert_int_eq(exit_status(path), 1);
	ck_assert_int_eq(exit_status(other), 9);
	lesson_free(lesson);
}
END_TEST

START_TEST(test_prefers_ready_made)
{
	struct lesson *lesson = load();
	char path[4096], expected[4096];
	struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};

	mkdir(path_of("built"), 0755);
	mkdir(path_of("built/03-good"), 0755);
	put("built/03-good/p", "#!/bin/sh\nexit 5\n");
	ck_assert_int_eq(chmod(path_of("built/03-good/p"), 0755), 0);
	snprintf(expected, sizeof expected, "%s/built/03-good/p", root);
	ck_assert_int_eq(utimensat(AT_FDCWD, path_of("03-good/p.c"), past, 0), 0);
	found(lesson, path_of("built"), path, sizeof path);
	ck_assert_str_eq(path, expected);

	/* not when its source was changed since */
	past[0].tv_sec = past[1].tv_sec = 500;
	ck_assert_int_eq(utimensat(AT_FDCWD, expected, past, 0), 0);
	found(lesson, path_of("built"), path, sizeof path);
	ck_assert_str_ne(path, expected);
	ck_assert_int_eq(exit_status(path), 7);

	/* but without a source it is all there is */
	ck_assert_int_eq(unlink(path_of("03-good/p.c")), 0);
	found(lesson, path_of("built"), path, sizeof path);
	ck_assert_str_eq(path, expected);
	lesson_free(lesson);
}
END_TEST

static void
refused(const char *says)
{
	struct lesson *lesson = load();
	struct problem problem = {0};
	char path[4096];

	ck_assert_int_eq(
		lesson_program(lesson, &lesson->cast[0], NULL, path, sizeof path, &problem), -1);
	ck_assert_msg(strstr(problem.what, says) != NULL, "%s", problem.what);
	lesson_free(lesson);
}

START_TEST(test_does_not_compile)
{
	put("03-good/p.c", "int main(void)\n{\n\treturn nonsense;\n}\n");
	refused("p.c:3:");
	refused("nonsense");
	ck_assert_int_eq(cached(), 0);
}
END_TEST

START_TEST(test_no_compiler)
{
	setenv("CC", "/nowhere/cc", 1);
	refused("the compiler `/nowhere/cc` cannot be started");
	ck_assert_int_eq(cached(), 0);
}
END_TEST

START_TEST(test_no_source)
{
	unlink(path_of("03-good/p.c"));
	refused("put p.c into the lesson's folder");
}
END_TEST

START_TEST(test_no_cache)
{
	put("cache", "in the way\n");
	refused("cannot make this folder");
}
END_TEST

START_TEST(test_shelf)
{
	struct lesson **shelf;
	struct problem problem = {0};
	int n;

	put_lesson("10-later", lesson_text);
	put_lesson("own", lesson_text);
	put_lesson("04-broken", "no front matter\n");
	mkdir(path_of("05-no-lesson"), 0755);
	put("stray", "");
	n = shelf_load(root, NULL, &shelf, &problem);
	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(shelf[0]->name, "good");
	ck_assert_str_eq(shelf[1]->name, "later");
	ck_assert_str_eq(shelf[2]->name, "own");
	ck_assert_ptr_nonnull(strstr(problem.file, "04-broken/lesson.md"));
	ck_assert_int_eq(problem.line, 1);
	ck_assert_int_eq(shelf_find(shelf, n, "good"), 0);
	ck_assert_int_eq(shelf_find(shelf, n, "10"), 1);
	ck_assert_int_eq(shelf_find(shelf, n, "10-later"), 1);
	ck_assert_int_eq(shelf_find(shelf, n, "own"), 2);
	ck_assert_int_eq(shelf_find(shelf, n, "0"), -1);
	ck_assert_int_eq(shelf_find(shelf, n, "broken"), -1);
	shelf_free(shelf, n);
	ck_assert_int_eq(shelf_load(path_of("nowhere"), NULL, &shelf, &problem), -1);
	ck_assert_str_ne(problem.what, "");
}
END_TEST

START_TEST(test_languages)
{
	static const struct {
		const char *language, *title;
	} cases[] = {
		{NULL, "T"},
		{"", "T"},
		{"C", "T"},
		{"POSIX", "T"},
		{"de", "T"},
		{"ko", "K"},
		{"ko_KR.UTF-8", "K"},
		{"ko:en", "K"},
		{"../ko", "T"},
	};

	put("03-good/lesson.ko.md",
		"---\ntitle: K\nidea: I.\n---\n## S\n```ipcviz\nstep: s\n```\n");
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct problem problem = {0};
		struct lesson *lesson =
			lesson_load(path_of("03-good"), cases[i].language, &problem);

		ck_assert_msg(lesson != NULL, "%s", problem.what);
		ck_assert_str_eq(lesson->title, cases[i].title);
		lesson_free(lesson);
	}
}
END_TEST

START_TEST(test_strange_files)
{
	struct problem problem = {0};

	unlink(path_of("03-good/lesson.md"));
	ck_assert_ptr_null(lesson_load(path_of("03-good"), NULL, &problem));
	ck_assert_ptr_nonnull(strstr(problem.what, "cannot open"));
	ck_assert_int_eq(mkdir(path_of("03-good/lesson.md"), 0755), 0);
	ck_assert_ptr_null(lesson_load(path_of("03-good"), NULL, &problem));
	ck_assert_ptr_nonnull(strstr(problem.what, "no plain file"));
	rmdir(path_of("03-good/lesson.md"));
	ck_assert_int_eq(mkfifo(path_of("03-good/lesson.md"), 0600), 0);
	ck_assert_ptr_null(lesson_load(path_of("03-good"), NULL, &problem)); /* and does not hang */
	ck_assert_ptr_nonnull(strstr(problem.what, "no plain file"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lesson_program");
	TCase *tests = tcase_create("files");
	SRunner *runner;

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_compiles_once);
	tcase_add_test(tests, test_compiler_words);
	tcase_add_test(tests, test_prefers_ready_made);
	tcase_add_test(tests, test_does_not_compile);
	tcase_add_test(tests, test_no_compiler);
	tcase_add_test(tests, test_no_source);
	tcase_add_test(tests, test_no_cache);
	tcase_add_test(tests, test_shelf);
	tcase_add_test(tests, test_languages);
	tcase_add_test(tests, test_strange_files);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
