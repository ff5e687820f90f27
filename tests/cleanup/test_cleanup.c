/* SPDX-License-Identifier: MIT
 *
 * However a run ends, nothing of it stays: no process, no file. Each test starts the stage with a
 * crowd on it, ends it in one way, and waits until nothing is left, or fails.
 *
 * All processes of a run are found by what they inherit: the variable CLEANUP_TEST, or the probe's
 * own.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 30000 }; /* ms for a state to come */

static char directory[] = "/tmp/ipcviz-test-cleanup-XXXXXX";
static char marker[64];
static const char *stagecat, *crowd, *probe;

static pid_t run_pid; /* the process that has the stage */
static int run_out = -1;

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Lets a moment pass, in which the stage must not wait for us to read its events. */
static void
breathe(void)
{
	char text[4096];

	while (run_out >= 0 && read(run_out, text, sizeof text) > 0)
		continue;
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* --- looking --- */

static bool
is_of_run(pid_t pid)
{
	static char text[1 << 17];
	char path[64], own[48];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	if ((fd = open(path, O_RDONLY)) < 0)
		return false;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	snprintf(own, sizeof own, "IPCVIZ_PROBE=1:%d:", (int)run_pid);
	for (char *at = text; at < text + n; at += strlen(at) + 1)
		if (strcmp(at, marker) == 0 || strncmp(at, own, strlen(own)) == 0)
			return true;
	return false;
}

/* Fills pids with the run's processes, the stage's and the janitor's included. */
static int
processes_left(pid_t *pids, int room)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	ck_assert_ptr_nonnull(proc);
	while ((entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)atoi(entry->d_name);

		if (pid > 0 && pid != getpid() && is_of_run(pid) && n < room)
			pids[n++] = pid;
	}
	closedir(proc);
	return n;
}

static int
files_left(char *name, size_t size)
{
	DIR *all = opendir(directory);
	struct dirent *entry;
	int n = 0;

	ck_assert_ptr_nonnull(all);
	while ((entry = readdir(all)) != NULL)
		if (entry->d_name[0] != '.') {
			snprintf(name, size, "%s", entry->d_name);
			n++;
		}
	closedir(all);
	return n;
}

static bool
is_called(pid_t pid, const char *name)
{
	char path[64], text[32] = "";
	FILE *comm;

	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	if ((comm = fopen(path, "r")) == NULL)
		return false;
	if (fgets(text, sizeof text, comm) == NULL)
		text[0] = '\0';
	fclose(comm);
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, name) == 0;
}

/* The run's janitor; 0: there is none (yet). */
static pid_t
janitor(void)
{
	pid_t pids[256];
	int n = processes_left(pids, 256);

	for (int i = 0; i < n; i++)
		if (is_called(pids[i], "ipcviz: janitor"))
			return pids[i];
	return 0;
}

static pid_t
janitor_wait(pid_t other_than)
{
	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		pid_t pid = janitor();

		if (pid > 0 && pid != other_than)
			return pid;
	}
	ck_abort_msg("there is no janitor");
	return 0;
}

static void
nothing_left(void)
{
	pid_t pids[256];
	char name[256] = "";
	int processes = 0, files = 0;

	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		processes = processes_left(pids, 256);
		files = files_left(name, sizeof name);
		if (processes == 0 && files == 0)
			return;
	}
	for (int i = 0; i < processes; i++)
		kill(pids[i], SIGKILL);
	ck_abort_msg("left: %d processes (%d), %d files (%s)", processes,
		processes > 0 ? (int)pids[0] : 0, files, name);
}

/* --- running --- */

static void
run_start(void)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	run_pid = fork();
	ck_assert_int_ge(run_pid, 0);
	if (run_pid == 0) {
		setpgid(0, 0);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		putenv(marker);
		setenv("TMPDIR", directory, 1);
		execl(stagecat, stagecat, "-p", probe, "-d", crowd, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	run_out = ends[0];
	ck_assert_int_eq(fcntl(run_out, F_SETFL, O_NONBLOCK), 0);
}

/* Reads the events until the crowd is complete. */
static void
run_ready(void)
{
	static char text[1 << 20];
	size_t have = 0;
	ssize_t n;

	while ((n = read(run_out, text + have, sizeof text - 1 - have)) > 0 ||
		(n < 0 && errno == EAGAIN)) {
		if (n < 0) {
			poll(&(struct pollfd){.fd = run_out, .events = POLLIN}, 1, PATIENCE);
			continue;
		}
		have += (size_t)n;
		text[have] = '\0';
		if (strstr(text, "text=\"ready\\n\"") != NULL)
			return;
	}
	ck_abort_msg("the crowd did not come together: %s", text);
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
	first = janitor_wait(0);
	ck_assert_int_eq(kill(first, SIGKILL), 0);
	janitor_wait(first);
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
	first = janitor_wait(0);
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
	first = janitor_wait(0);
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

	snprintf(path, sizeof path, "%s/ipcviz-1-mine", directory);
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

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(marker, sizeof marker, "CLEANUP_TEST=%d-%lld", (int)getpid(), (long long)now_ms());
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(SIGPIPE, SIG_IGN);
}

static void
teardown(void)
{
	rmdir(directory);
	strcpy(directory + sizeof directory - 7, "XXXXXX");
}

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
	tcase_add_checked_fixture(tests, setup, teardown);
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
