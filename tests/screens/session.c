/* SPDX-License-Identifier: MIT
 *
 * ipcviz in the tests' terminal. See session.h.
 */
#include "session.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[128], program[PATH_MAX];
static struct terminal *current;
static bool mouse_on; /* as the last press of m left it */

static int
remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
	(void)about, (void)kind, (void)walk;
	return remove(path);
}

const char *
session_directory(void)
{
	return directory;
}

/* Every test is a process of its own and gets a directory of its own below the suite's. */
static void
make_home(void)
{
	static bool made;
	size_t length = strlen(directory);

	if (made)
		return;
	made = true;
	snprintf(directory + length, sizeof directory - length, "/%d", (int)getpid());
	mkdir(directory, 0700);
	setenv("HOME", directory, 1);
	setenv("XDG_STATE_HOME", directory, 1);
	setenv("XDG_CACHE_HOME", directory, 1);
	setenv("XDG_CONFIG_HOME", directory, 1);
}

static struct terminal *
start(const struct session *session, const char *const *before)
{
	char *argv[32];
	int n = 0;
	struct terminal_options options = {.columns = session->columns,
		.rows = session->rows,
		.environment = session->environment,
		.directory = directory};

	make_home();
	while (*before != NULL)
		argv[n++] = (char *)*before++;
	argv[n++] = program;
	for (int i = 0; session->words[i] != NULL; i++)
		argv[n++] = (char *)session->words[i];
	argv[n] = NULL;
	mouse_on = true;
	current = terminal_start(&options, argv);
	return current;
}

struct terminal *
session_start(const struct session *session)
{
	static const char *const nothing[] = {NULL};

	return start(session, nothing);
}

struct terminal *
session_start_in_shell(const struct session *session)
{
	static const char *const shell[] = {"bash", "-c",
		"set -m; \"$@\"; while jobs %1 >/dev/null 2>&1; do echo shell: stopped; read line; "
		"fg %1 >/dev/null; "
		"status=$?; done; echo \"shell: ended ${status-none}\"; read line",
		"bash", NULL};

	return start(session, shell);
}

int
session_run_plain(const struct session *session)
{
	char *argv[16] = {program};
	int status, nothing;
	pid_t pid;

	make_home();
	for (int i = 0; session->words[i] != NULL; i++)
		argv[i + 1] = (char *)session->words[i];
	pid = fork();
	if (pid == 0) {
		if (chdir(directory) == -1)
			_exit(127);
		nothing = open("/dev/null", O_RDWR);
		dup2(nothing, STDIN_FILENO);
		dup2(nothing, STDOUT_FILENO);
		execv(program, argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
session_end(void)
{
	if (current != NULL)
		terminal_free(current);
	current = NULL;
}

/* --- stepping
 * ---------------------------------------------------------------------------------------------------
 */

static bool
waits_not(struct terminal *terminal, void *nothing)
{
	(void)nothing;
	return !terminal_shows(terminal, "… waiting ");
}

/* Keys are taken in order: what m says (it flips the mouse) stands on the screen only after all before it were carried
 * out, and below the words, so that these are of the same frame. */
static bool
synchronise(struct terminal *terminal)
{
	mouse_on = !mouse_on;
	terminal_type(terminal, "m");
	return terminal_wait_text(terminal, mouse_on ? "mouse on" : "mouse off");
}

bool
session_next(struct terminal *terminal)
{
	int settled = 0;

	terminal_type(terminal, "n");
	/* Twice: the words may move from one place to another just while the screen is looked at. */
	while (settled < 2) {
		if (!synchronise(terminal))
			return false;
		settled = waits_not(terminal, NULL) ? settled + 1 : 0;
		if (settled == 0 && !terminal_until(terminal, waits_not, NULL))
			return false;
	}
	return true;
}

bool
session_next_until(struct terminal *terminal, const char *text, const char *answer, int most)
{
	for (int i = 0; i < most; i++) {
		if (terminal_shows(terminal, text))
			return true;
		if (terminal_shows(terminal, "─ the end ") || terminal_shows(terminal, "─ failed "))
			return false;
		if (terminal_shows(terminal, "─ predict ")) {
			terminal_type(terminal, answer);
			if (!terminal_wait_gone(terminal, "─ predict "))
				return false;
		} else if (!session_next(terminal)) {
			return false;
		}
	}
	return terminal_shows(terminal, text);
}

bool
session_predict(struct terminal *terminal, const char *says)
{
	char choice[160], number[2] = "";

	for (number[0] = '1'; number[0] <= '6'; number[0]++) {
		snprintf(choice, sizeof choice, "%s  %s", number, says);
		if (terminal_shows(terminal, choice)) {
			terminal_type(terminal, number);
			snprintf(choice, sizeof choice, "You predict: %s", says);
			return terminal_wait_text(terminal, choice);
		}
	}
	return false;
}

/* --- the suite
 * --------------------------------------------------------------------------------------------------
 */

int
session_main(Suite *suite)
{
	const char *build = getenv("top_builddir"), *tmp = getenv("TMPDIR");
	SRunner *runner = srunner_create(suite);

	if (realpath(build != NULL ? build : ".", program) == NULL ||
		strlcat(program, "/ipcviz", sizeof program) >= sizeof program ||
		access(program, X_OK) == -1) {
		printf("Bail out! no %s; set top_builddir\n", program);
		return 1;
	}
	snprintf(directory, sizeof directory, "%s/ipcviz-screens.XXXXXX",
		tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(directory) == NULL) {
		printf("Bail out! %s cannot be made\n", directory);
		return 1;
	}
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_ENV);
	srunner_free(runner);
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
