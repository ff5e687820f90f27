/* SPDX-License-Identifier: MIT
 *
 * A run under test, see run.h.
 */
#include "run.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "event/board.h"

char run_directory[] = "/tmp/ipcviz-test-cleanup-XXXXXX";
char run_marker[64];
pid_t run_pid;
int run_out = -1;
char run_text[1 << 20];
int (*run_objects)(char *name, size_t size);

static size_t have; /* of run_text */

/* As a terminal starts programs: a shell's background jobs ignore some signals, and whoever is started by them. */
static void
take_signals(void)
{
	static const int signals[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP};

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		signal(signals[i], SIG_DFL);
}

void
run_setup(void)
{
	take_signals();
	ck_assert_ptr_nonnull(mkdtemp(run_directory));
	snprintf(run_marker, sizeof run_marker, "CLEANUP_TEST=%d-%lld", (int)getpid(),
		(long long)now_ms());
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	signal(SIGPIPE, SIG_IGN);
}

void
run_begin(pid_t pid, int out)
{
	run_pid = pid;
	run_out = out;
	ck_assert_int_eq(fcntl(out, F_SETFL, O_NONBLOCK), 0);
	have = 0;
	run_text[0] = '\0';
}

void
run_teardown(void)
{
	rmdir(run_directory);
	strcpy(run_directory + strlen(run_directory) - 6, "XXXXXX");
}

int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void
run_read(void)
{
	ssize_t n;

	if (have > sizeof run_text / 2)
		have = 0; /* nobody waits for something that old */
	while (run_out >= 0 &&
		(n = read(run_out, run_text + have, sizeof run_text - 1 - have)) > 0) {
		have += (size_t)n;
		run_text[have] = '\0';
	}
}

void
breathe(void)
{
	run_read();
	nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

void
run_prints(const char *words)
{
	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe())
		if (strstr(run_text, words) != NULL)
			return;
	ck_abort_msg("%s does not come: %s", words, run_text);
}

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
	snprintf(own, sizeof own, "%s=%u:%d:", BOARD_ENVIRONMENT, BOARD_VERSION, (int)run_pid);
	for (char *at = text; at < text + n; at += strlen(at) + 1)
		if (strcmp(at, run_marker) == 0 || strncmp(at, own, strlen(own)) == 0)
			return true;
	return false;
}

int
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
	DIR *all = opendir(run_directory);
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

bool
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

static bool
has_ended(void)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)run_pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == run_pid;
}

pid_t
janitor_wait(pid_t other_than)
{
	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		pid_t pid = janitor();

		if (pid > 0 && pid != other_than)
			return pid;
		if (has_ended())
			return 0;
	}
	ck_abort_msg("there is no janitor");
	return 0;
}

void
nothing_left(void)
{
	pid_t pids[256];
	char name[256] = "";
	int processes = 0, files = 0, objects = 0;

	for (int64_t until = now_ms() + PATIENCE; now_ms() < until; breathe()) {
		processes = processes_left(pids, 256);
		files = files_left(name, sizeof name);
		if (processes == 0 && files == 0)
			objects = run_objects != NULL ? run_objects(name, sizeof name) : 0;
		if (processes == 0 && files == 0 && objects == 0)
			return;
	}
	for (int i = 0; i < processes; i++)
		kill(pids[i], SIGKILL);
	ck_abort_msg("left: %d processes (%d), %d files, %d objects (%s)", processes,
		processes > 0 ? (int)pids[0] : 0, files, objects, name);
}
