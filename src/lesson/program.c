/* SPDX-License-Identifier: MIT
 *
 * Finds a cast member's executable, or has it compiled into the user's cache.
 *
 * A cached program is named for what it was made of: its source's text, the compiler and its flags.
 * So it never needs to be compared by date, two lessons of one name do not meet, and a changed
 * source simply has another name. It comes into being under a temporary name in the same folder and
 * is renamed, so that nobody ever runs half of one.
 */
#include "lesson/lesson.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lesson/folder.h"
#include "words.h"

extern char **environ;

static const char *const flags[] = {"-g", "-O0", "-std=gnu17", "-Wall"};

enum {
	N_FLAGS = sizeof flags / sizeof flags[0],
	COMPILER_WORDS_MAX = 16, /* of $CC: "ccache gcc-12 -m64" */
	SOURCE_MAX = 1024 * 1024,
	OUTPUT_MAX = 16 * 1024,
};

/* $CC as words, then our flags. */
struct compiler {
	char *text; /* what the words point into */
	char *argv[COMPILER_WORDS_MAX + N_FLAGS + 4];
	int n;
};

static int
compiler_init(struct compiler *compiler, struct problem *problem)
{
	const char *cc = getenv("CC");
	char *rest, *word;

	*compiler = (struct compiler){.text = strdup(cc != NULL && cc[0] != '\0' ? cc : "cc")};
	if (compiler->text == NULL)
		return problem_set(problem, NULL, 0, _("no memory"));
	for (word = strtok_r(compiler->text, " \t", &rest);
		word != NULL && compiler->n < COMPILER_WORDS_MAX;
		word = strtok_r(NULL, " \t", &rest))
		compiler->argv[compiler->n++] = word;
	if (compiler->n == 0)
		compiler->argv[compiler->n++] = strcpy(compiler->text, "cc");
	for (int i = 0; i < N_FLAGS; i++)
		compiler->argv[compiler->n++] = (char *)flags[i];
	return 0;
}

/* --- the name of a cached program --- */

/* FNV-1a, 64 bits: a name, not a safeguard; the cache is the user's own. */
static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
	return hash;
}

static int
hash_source(const char *source, uint64_t *hash, struct problem *problem)
{
	int fd = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char block[4096];
	ssize_t n = 0, total = 0;

	if (fd < 0)
		return problem_set(problem, source, 0, _("cannot open the program's source: %s"),
			strerror(errno));
	while (total <= SOURCE_MAX && (n = read(fd, block, sizeof block)) > 0) {
		*hash = hash_bytes(*hash, block, (size_t)n);
		total += n;
	}
	close(fd);
	if (n < 0)
		return problem_set(problem, source, 0, _("cannot read the program's source: %s"),
			strerror(errno));
	if (total > SOURCE_MAX)
		return problem_set(problem, source, 0,
			_("the program's source is longer than %d KiB: that is no lesson"),
			SOURCE_MAX / 1024);
	return 0;
}

static int
cache_path(const struct lesson *lesson, const struct cast *cast, const char *source,
	const struct compiler *compiler, char *path, size_t size, struct problem *problem)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	char folder[4096];
	int n;

	if (hash_source(source, &hash, problem) < 0)
		return -1;
	for (int i = 0; i < compiler->n; i++)
		hash = hash_bytes(hash, compiler->argv[i], strlen(compiler->argv[i]) + 1);
	if (folder_of_user("XDG_CACHE_HOME", ".cache", folder, sizeof folder, problem) < 0 ||
		folder_make(folder, problem) < 0)
		return -1;
	n = snprintf(path, size, "%s/%s-%s-%016llx", folder, lesson->name, cast->program,
		(unsigned long long)hash);
	if (n < 0 || (size_t)n >= size)
		return problem_set(
			problem, folder, 0, _("the name of the cache folder is too long"));
	return 0;
}

/* --- compiling --- */

/* The first line that says error, else the first one at all; cut to fit. */
static void
first_message(const char *output, char *line, size_t size)
{
	const char *error = strstr(output, "error:"), *start = output;
	size_t length;

	if (error != NULL)
		for (start = error; start > output && start[-1] != '\n'; start--)
			;
	length = strcspn(start, "\n");
	snprintf(line, size, "%.*s", (int)(length < 400 ? length : 400), start);
	for (char *at = line; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
}

/* Runs argv and keeps what it says; the wait status, or -1 with errno when it could not be started.
 */
static int
run_compiler(char *const argv[], char *output, size_t size)
{
	posix_spawn_file_actions_t actions;
	char rest[1024];
	int fds[2], status, failed;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	output[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDERR_FILENO);
	failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	while (failed == 0) {
		n = used + 1 < size ? read(fds[0], output + used, size - 1 - used)
				    : read(fds[0], rest, sizeof rest);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (used + 1 < size)
			used += (size_t)n;
	}
	output[used] = '\0';
	close(fds[0]);
	if (failed != 0) {
		errno = failed;
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int
compile(struct compiler *compiler, const char *source, const char *path, struct problem *problem)
{
	char temporary[4096], output[OUTPUT_MAX], message[512];
	int fd, status;

	if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
		return problem_set(problem, path, 0, _("the name of the cache folder is too long"));
	fd = mkstemp(temporary);
	if (fd < 0)
		return problem_set(problem, path, 0, _("cannot write the compiled program: %s"),
			strerror(errno));
	close(fd);
	compiler->argv[compiler->n] = (char *)"-o";
	compiler->argv[compiler->n + 1] = temporary;
	compiler->argv[compiler->n + 2] = (char *)source;
	status = run_compiler(compiler->argv, output, sizeof output);
	if (status == 0 && chmod(temporary, 0700) == 0 && rename(temporary, path) == 0)
		return 0;
	if (status == -1)
		problem_set(problem, source, 0,
			_("this program must be compiled first, and the compiler `%s` cannot be "
			  "started "
			  "(%s): install one, or name it in the variable CC"),
			compiler->argv[0], strerror(errno));
	else if (status != 0)
		first_message(output, message, sizeof message);
	if (status > 0)
		problem_set(problem, source, 0, _("it does not compile: %s"), message);
	else if (status == 0)
		problem_set(problem, path, 0, _("cannot write the compiled program: %s"),
			strerror(errno));
	unlink(temporary);
	return -1;
}

/* --- finding --- */

/* Installed lessons are not edited in place, and their files' dates say nothing: programs are
 * installed before sources. */
static bool
is_installed(const struct lesson *lesson)
{
	static const char data[] = PKGDATADIR "/";

	return strncmp(lesson->directory, data, sizeof data - 1) == 0;
}

/* The program that was built with ipcviz, unless its source has been changed since. */
static bool
is_ready_made(const struct lesson *lesson, const struct cast *cast, const char *program_directory,
	const char *source, char *path, size_t size)
{
	const char *folder = strrchr(lesson->directory, '/');
	struct stat made, text;
	int n;

	if (program_directory == NULL)
		return false;
	n = snprintf(path, size, "%s/%s/%s", program_directory,
		folder != NULL ? folder + 1 : lesson->directory, cast->program);
	if (n < 0 || (size_t)n >= size || access(path, X_OK) != 0 || stat(path, &made) != 0 ||
		!S_ISREG(made.st_mode))
		return false;
	if (is_installed(lesson) || stat(source, &text) != 0)
		return true;
	return made.st_mtim.tv_sec > text.st_mtim.tv_sec ||
	       (made.st_mtim.tv_sec == text.st_mtim.tv_sec &&
		       made.st_mtim.tv_nsec >= text.st_mtim.tv_nsec);
}

int
lesson_program(const struct lesson *lesson, const struct cast *cast, const char *program_directory,
	char *path, size_t size, struct problem *problem)
{
	struct compiler compiler;
	char source[4096];
	int failed, n;

	n = snprintf(source, sizeof source, "%s/%s.c", lesson->directory, cast->program);
	if (n < 0 || (size_t)n >= sizeof source)
		return problem_set(problem, lesson->plan, cast->line,
			_("the path of the lesson's folder is too long"));
	if (is_ready_made(lesson, cast, program_directory, source, path, size))
		return 0;
	if (access(source, F_OK) != 0)
		return problem_set(problem, lesson->plan, cast->line,
			_("the program of `%s` is not there: put %s.c into the lesson's folder"),
			cast->name, cast->program);
	failed = compiler_init(&compiler, problem);
	if (failed == 0)
		failed = cache_path(lesson, cast, source, &compiler, path, size, problem);
	if (failed == 0 && access(path, X_OK) != 0)
		failed = compile(&compiler, source, path, problem);
	free(compiler.text);
	return failed;
}
