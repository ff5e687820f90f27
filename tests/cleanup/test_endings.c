/* SPDX-License-Identifier: MIT
 *
 * However ipcviz itself ends on a terminal, nothing of its lesson stays and the terminal is as before.
 * A small shell of ours is there, as a real one would be: it has the session, and waits.
 */
#include "run.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char ipcviz[1024];
static char home[] = "/tmp/ipcviz-test-home-XXXXXX";

static int master, slave, reports;
static pid_t shell;
static struct termios before;

/* --- the shell --- */

static void
run_ipcviz(bool plain)
{
	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpid());
	signal(SIGTTOU, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	putenv(run_marker);
	setenv("TMPDIR", run_directory, 1);
	setenv("XDG_STATE_HOME", home, 1);
	setenv("XDG_CACHE_HOME", home, 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	if (plain)
		execl(ipcviz, ipcviz, "lesson", "blocking", "--plain", (char *)NULL);
	else
		execl(ipcviz, ipcviz, "lesson", "blocking", (char *)NULL);
	_exit(127);
}

static pid_t job;

/* What a shell does with its jobs: `fg`, and a hangup is theirs as well. */
static void
on_shell_signal(int sig)
{
	if (sig == SIGHUP)
		kill(-job, SIGHUP);
	else if (tcsetpgrp(0, job) == 0)
		kill(-job, SIGCONT);
}

/* Starts ipcviz, tells its pid and then each change of its state; ends when it has ended and is told to. */
_Noreturn static void
be_shell(bool plain, int report)
{
	int status;

	close(master);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd <= 2; fd++)
		dup2(slave, fd);
	if ((job = fork()) == 0)
		run_ipcviz(plain);
	if (write(report, &job, sizeof job) < 0)
		_exit(1);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, on_shell_signal);
	signal(SIGUSR1, on_shell_signal);
	while (waitpid(job, &status, WUNTRACED | WCONTINUED) == job) {
		if (WIFSTOPPED(status))
			tcsetpgrp(0, getpid());
		if (write(report, &status, sizeof status) < 0)
			_exit(1);
		if (!WIFSTOPPED(status) && !WIFCONTINUED(status))
			break;
	}
	for (;;)
		pause();
}

/* The next thing that the shell tells. */
static int
report(const char *after)
{
	int word = 0;

	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		ssize_t n = read(reports, &word, sizeof word);

		if (n == (ssize_t)sizeof word)
			return word;
		ck_assert_msg(n < 0 && errno == EAGAIN, "the shell is gone");
	}
	ck_abort_msg("ipcviz goes on as if nothing had happened: after %s: %s", after, run_text);
	return 0;
}

static void
start(bool plain)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	int ends[2];
	char name[64];

	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	ck_assert_int_eq(ptsname_r(master, name, sizeof name), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(ioctl(slave, TIOCSWINSZ, &size), 0);
	ck_assert_int_eq(tcgetattr(slave, &before), 0);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	shell = fork();
	ck_assert_int_ge(shell, 0);
	if (shell == 0)
		be_shell(plain, ends[1]);
	close(ends[1]);
	reports = ends[0];
	ck_assert_int_eq(read(reports, &run_pid, sizeof run_pid), sizeof run_pid);
	run_begin(run_pid, master);
	ck_assert_int_eq(fcntl(reports, F_SETFL, O_NONBLOCK), 0);
}

static void
press(const char *keys)
{
	ck_assert_int_eq(write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Goes on in the lesson until a program of it is there. */
static void
lesson_runs(bool plain)
{
	pid_t pids[64];

	for (int64_t until = now_ms() + PATIENCE, pressed = 0; now_ms() < until; breathe()) {
		int n = processes_left(pids, 64);

		for (int i = 0; i < n; i++)
			if (!is_called(pids[i], "ipcviz") && !is_called(pids[i], "ipcviz: janitor"))
				return;
		if (now_ms() - pressed >= 100) {
			press(plain ? "\n" : "n");
			pressed = now_ms();
		}
	}
	ck_abort_msg("no program of the lesson is started: %s", run_text);
}

static bool
terminal_is_changed(void)
{
	struct termios now;

	return tcgetattr(slave, &now) == 0 &&
	       (now.c_lflag != before.c_lflag || now.c_iflag != before.c_iflag ||
		       now.c_oflag != before.c_oflag);
}

static const char *
last(const char *sequence)
{
	const char *found = NULL;

	for (const char *at = run_text; (at = strstr(at, sequence)) != NULL; at++)
		found = at;
	return found;
}

static void
terminal_is_usable(void)
{
	const char *in, *out;

	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		in = last("\033[?1049h");
		out = last("\033[?1049l");
		if (!terminal_is_changed() && (in == NULL || (out != NULL && out > in)))
			return;
	}
	ck_assert_msg(!terminal_is_changed(), "the terminal's modes were not restored");
	ck_abort_msg("the screen was not given back");
}

static void
finish(void)
{
	nothing_left();
	terminal_is_usable();
	kill(shell, SIGKILL);
	waitpid(shell, NULL, 0);
	close(master);
	run_out = -1;
	close(slave);
	close(reports);
}

static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV, SIGKILL};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

START_TEST(by_signal)
{
	bool plain = _i >= SIGNALS;
	int sig = signals[_i % SIGNALS], status;

	start(plain);
	lesson_runs(plain);
	ck_assert(plain || terminal_is_changed());
	ck_assert_int_eq(kill(run_pid, sig), 0);
	status = report("it");
	/* So that the shell knows of it, and a script stops as well. */
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == sig, "signal %d, status %x", sig,
		status);
	finish();
}
END_TEST

START_TEST(by_key)
{
	static const char *const keys[] = {"Q", "\003"};

	start(false);
	lesson_runs(false);
	press(keys[_i]);
	report("it");
	finish();
}
END_TEST

START_TEST(by_hangup)
{
	bool plain = _i == 1;

	start(plain);
	lesson_runs(plain);
	close(master);
	run_out = -1;
	report("it");
	nothing_left();
	kill(shell, SIGKILL);
	waitpid(shell, NULL, 0);
	close(slave);
	close(reports);
}
END_TEST

START_TEST(janitor_first)
{
	pid_t first;

	start(false);
	lesson_runs(false);
	ck_assert_int_gt(first = janitor_wait(0), 0);
	ck_assert_int_eq(kill(first, SIGKILL), 0);
	ck_assert_int_gt(janitor_wait(first), 0);
	ck_assert_int_eq(kill(run_pid, SIGKILL), 0);
	report("it");
	finish();
}
END_TEST

START_TEST(stopped_and_continued)
{
	int status;

	start(false);
	lesson_runs(false);
	press("\032"); /* heard at once, also while a frame is drawn */
	status = report("Ctrl-Z");
	ck_assert(WIFSTOPPED(status));
	terminal_is_usable();
	ck_assert_int_eq(kill(shell, SIGUSR1), 0); /* fg */
	ck_assert(WIFCONTINUED(report("fg")));
	for (int64_t limit = now_ms() + PATIENCE; !terminal_is_changed(); breathe())
		ck_assert_msg(now_ms() < limit, "the screen does not come back");
	press("Q");
	ck_assert(WIFEXITED(report("Q")));
	finish();
}
END_TEST

static void
setup(void)
{
	run_setup();
	ck_assert_ptr_nonnull(mkdtemp(home));
}

static void
teardown(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", home);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", home);
	strcpy(home + sizeof home - 7, "XXXXXX");
	run_teardown();
}

int
main(void)
{
	Suite *suite = suite_create("endings");
	TCase *tests = tcase_create("endings");
	const char *build = getenv("top_builddir");
	SRunner *runner;

	snprintf(ipcviz, sizeof ipcviz, "%s/ipcviz", build != NULL ? build : ".");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, by_signal, 0, 2 * SIGNALS);
	tcase_add_loop_test(tests, by_key, 0, 2);
	tcase_add_loop_test(tests, by_hangup, 0, 2);
	tcase_add_test(tests, janitor_first);
	tcase_add_test(tests, stopped_and_continued);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
