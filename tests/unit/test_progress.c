/* SPDX-License-Identifier: MIT
 *
 * Progress is kept, keeps what it does not understand, and never stands in the way.
 */
#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lesson/progress.h"

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
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", root, name);
	return path;
}

static void
set_up(void)
{
	snprintf(root, sizeof root, "/tmp/ipcviz-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	setenv("XDG_STATE_HOME", path_of("state/deep"), 1);
}

static void
tear_down(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct progress *
load(void)
{
	struct problem problem = {0};
	struct progress *progress = progress_load(&problem);

	ck_assert_ptr_nonnull(progress);
	ck_assert_str_eq(problem.what, "");
	return progress;
}

static void
save(struct progress *progress)
{
	struct problem problem = {0};

	ck_assert_msg(progress_save(progress, &problem) == 0, "%s", problem.what);
	progress_free(progress);
}

static const char *
content(void)
{
	static char text[4096];
	FILE *in = fopen(path_of("state/deep/ipcviz/progress"), "r");

	ck_assert_ptr_nonnull(in);
	text[fread(text, 1, sizeof text - 1, in)] = '\0';
	fclose(in);
	return text;
}

static void
put(const char *text)
{
	FILE *out;

	save(load()); /* makes the folder */
	out = fopen(path_of("state/deep/ipcviz/progress"), "w");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	fclose(out);
}

START_TEST(test_keeps)
{
	struct progress *progress = load();

	ck_assert_ptr_null(progress_step(progress, "blocking"));
	ck_assert_int_eq(progress_done(progress, "blocking"), 0);
	progress_set(progress, "blocking", "sip", 0, 3, 4);
	progress_set(progress, "pipe", "try", 1, 2, 2);
	save(progress);
	ck_assert_str_eq(content(), "blocking step=sip done=0 right=3 asked=4\n"
				    "pipe step=try done=1 right=2 asked=2\n");
	progress = load();
	ck_assert_str_eq(progress_step(progress, "blocking"), "sip");
	ck_assert_int_eq(progress_done(progress, "blocking"), 0);
	ck_assert_int_eq(progress_done(progress, "pipe"), 1);
	progress_set(progress, "pipe", "make", 0, 0, 0); /* begun again: finished all the same */
	ck_assert_int_eq(progress_done(progress, "pipe"), 1);
	progress_reset(progress, "blocking");
	save(progress);
	ck_assert_str_eq(content(), "pipe step=make done=1 right=0 asked=0\n");
	progress = load();
	progress_reset(progress, NULL);
	save(progress);
	ck_assert_str_eq(content(), "");
}
END_TEST

START_TEST(test_keeps_what_it_does_not_know)
{
	static const char text[] = "# mine\n"
				   "pipe step=make done=0 right=0 asked=0 stars=5\n"
				   "pipe step=close done=0 right=1 asked=1\n"
				   "pipe step=twice done=0 right=1 asked=1\n"
				   "\n"
				   "\xff\xfe garbage\n";
	struct progress *progress;

	put(text);
	progress = load();
	ck_assert_str_eq(progress_step(progress, "pipe"), "close");
	save(progress);
	ck_assert_str_eq(content(), text);
}
END_TEST

START_TEST(test_refuses_names_that_break_lines)
{
	struct progress *progress = load();

	progress_set(progress, "a b", "x", 0, 0, 0);
	progress_set(progress, "a", "x\ny", 0, 0, 0);
	progress_set(progress, "", "x", 0, 0, 0);
	progress_set(progress, "#a", "x", 0, 0, 0);
	progress_set(progress, "a", "", 0, 0, 0);
	save(progress);
	ck_assert_str_eq(content(), "");
}
END_TEST

START_TEST(test_cannot_write)
{
	struct progress *progress = load();
	struct problem problem = {0};
	FILE *out = fopen(path_of("state"), "w");

	ck_assert_ptr_nonnull(out);
	fclose(out);
	progress_set(progress, "pipe", "make", 0, 0, 0);
	ck_assert_int_eq(progress_save(progress, &problem), -1);
	ck_assert_str_ne(problem.what, "");
	progress_free(progress);
	progress = progress_load(&problem);
	ck_assert_ptr_nonnull(progress);
	ck_assert_str_ne(problem.what, "");
	progress_free(progress);
}
END_TEST

START_TEST(test_without_a_home)
{
	struct problem problem = {0};
	struct progress *progress;

	unsetenv("HOME");
	setenv("XDG_STATE_HOME", "relative", 1); /* which the specification says to ignore */
	progress = progress_load(&problem);
	ck_assert_ptr_nonnull(progress);
	ck_assert_int_eq(progress_save(progress, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "HOME"));
	progress_free(progress);

	setenv("HOME", root, 1);
	progress = load();
	progress_set(progress, "pipe", "make", 0, 0, 0);
	save(progress);
	ck_assert_int_eq(access(path_of(".local/state/ipcviz/progress"), F_OK), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("progress");
	TCase *tests = tcase_create("progress");
	SRunner *runner;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, test_keeps);
	tcase_add_test(tests, test_keeps_what_it_does_not_know);
	tcase_add_test(tests, test_refuses_names_that_break_lines);
	tcase_add_test(tests, test_cannot_write);
	tcase_add_test(tests, test_without_a_home);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
