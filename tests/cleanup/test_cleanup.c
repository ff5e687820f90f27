/* SPDX-License-Identifier: MIT
 *
 * However a run ends, nothing of it stays: no process, no file. Each test starts the stage with a
 * crowd on it, ends it in one way, and waits until nothing is left, or fails.
 */
#include "run.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *stagecat, *crowd, *probe;

/* --- running --- */

static void
run_start(void)
{
	int ends[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		setpgid(0, 0);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		putenv(run_marker);
		setenv("TMPDIR", run_directory, 1);
		execl(stagecat, stagecat, "-p", probe, "-d", crowd, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	run_begin(pid, ends[0]);
}

/* Waits until the crowd is complete. */
static void
run_ready(void)
{
	run_prints("text=\"ready\\n\"");
}

static int
run_wait(void)
{
	int status;

	close(run_out); /* who still writes there gets EPIPE, or has ended */
	run_out = -1;
	ck_assert_int_eq(waitpid(run_pid, &status, 0), run_pid);
	return status;
}

static void
end_by(int sig)
{
	run_start();
	run_ready();
	ck_assert_int_eq(kill(run_pid, sig), 0);
	run_wait();
	nothing_left();
}

START_TEST(asked_to_end)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};

	run_start();
	run_ready();
	ck_assert_int_eq(kill(run_pid, signals[_i]), 0);
	run_wait();
	/* By then, not some time later. */
	ck_assert_int_eq(processes_left((pid_t[1]){0}, 1), 0);
	nothing_left();
}
END_TEST

START_TEST(crashed)
{
	static const int signals[] = {SIGABRT, SIGSEGV, SIGQUIT, SIGKILL};

	end_by(signals[_i]);
}
END_TEST

START_TEST(janitor_killed)
{
	pid_t first;

	run_start();
	run_ready();
	ck_assert_int_gt(first = janitor_wait(0), 0);
	ck_assert_int_eq(kill(first, SIGKILL), 0);
	ck_assert_int_gt(janitor_wait(first), 0);
	ck_assert_int_eq(kill(run_pid, SIGKILL), 0);
	run_wait();
	nothing_left();
}
END_TEST

START_TEST(ctrl_c_spares_the_janitor)
{
	pid_t first;

	run_start();
	run_ready();
	ck_assert_int_gt(first = janitor_wait(0), 0);
	for (int sig = 1; sig < 32; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			kill(first, sig);
	ck_assert_int_eq(kill(run_pid, SIGKILL), 0);
	run_wait();
	nothing_left();
}
END_TEST

START_TEST(both_killed)
{
	pid_t first;

	run_start();
	run_ready();
	ck_assert_int_gt(first = janitor_wait(0), 0);
	kill(run_pid, SIGSTOP); /* so that it cannot start another one */
	kill(first, SIGKILL);
	kill(run_pid, SIGKILL);
	run_wait();
	/* Nobody is left to clean up: the next run does. */
	end_by(SIGTERM);
}
END_TEST

START_TEST(killed_at_any_time)
{
	unsigned seed = (unsigned)_i * 2654435761u + 1;
	pid_t pids[256], killed = 0;
	int n;

	run_start();
	if (_i % 3 == 0)
		run_ready();
	nanosleep(&(struct timespec){.tv_nsec = (long)(rand_r(&seed) % 30) * 1000000}, NULL);
	/* Some of the crowd, in even rounds the janitor as well (which must come back), then the
	 * stage itself. */
	n = processes_left(pids, 256);
	for (int i = 0; i < n; i++) {
		bool cleans = is_called(pids[i], "ipcviz: janitor");

		if (cleans ? _i % 2 == 0 : is_called(pids[i], "crowd") && rand_r(&seed) % 3 == 0)
			kill(pids[i], SIGKILL);
		killed = cleans ? pids[i] : killed;
	}
	if (_i % 2 == 0)
		janitor_wait(killed);
	kill(run_pid, SIGKILL);
	run_wait();
	nothing_left();
}
END_TEST

START_TEST(others_are_spared)
{
	/* A directory that only looks like ours, and a process that only says so. */
	char path[128], keep[160];
	pid_t other;
	FILE *file;
	int status;

	snprintf(path, sizeof path, "%s/ipcviz-1-mine", run_directory);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(keep, sizeof keep, "%s/keep", path);
	ck_assert_ptr_nonnull(file = fopen(keep, "w"));
	fclose(file);
	other = fork();
	if (other == 0) {
		setenv("IPCVIZ_PROBE", "1:999999999:100:101:5:1-2-3", 1);
		dup2(open("/dev/null", O_WRONLY), 1);
		execl(crowd, crowd, "wait", (char *)NULL);
		_exit(127);
	}
	run_start();
	run_ready();
	kill(run_pid, SIGKILL);
	run_wait();
	for (int64_t until = now_ms() + PATIENCE;
		now_ms() < until && processes_left((pid_t[1]){0}, 1) > 0;)
		breathe();
	ck_assert_int_eq(waitpid(other, &status, WNOHANG), 0);
	ck_assert_int_eq(access(keep, F_OK), 0);
	kill(other, SIGKILL);
	waitpid(other, &status, 0);
	unlink(keep);
	rmdir(path);
	nothing_left();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cleanup");
	TCase *tests = tcase_create("cleanup");
	const char *build = getenv("top_builddir");
	char paths[3][1024], here[512];
	SRunner *runner;

	if (build == NULL)
		build = getcwd(here, sizeof here); /* the crowd starts in another directory */
	snprintf(paths[0], sizeof paths[0], "%s/tests/cleanup/stagecat", build);
	snprintf(paths[1], sizeof paths[1], "%s/tests/cleanup/crowd", build);
	snprintf(paths[2], sizeof paths[2], "%s/probe.so", build);
	stagecat = paths[0];
	crowd = paths[1];
	probe = paths[2];
	tcase_add_checked_fixture(tests, run_setup, run_teardown);
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, asked_to_end, 0, 3);
	tcase_add_loop_test(tests, crashed, 0, 4);
	tcase_add_test(tests, janitor_killed);
	tcase_add_test(tests, ctrl_c_spares_the_janitor);
	tcase_add_test(tests, both_killed);
	tcase_add_test(tests, others_are_spared);
	tcase_add_loop_test(tests, killed_at_any_time, 0, 50);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
