/* SPDX-License-Identifier: MIT
 *
 * However a run ends, no socket's path of it stays, and nobody has its networks any more: those vanish with their last
 * holder.
 */
#include "run.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NETWORKS_MAX = 16, LINK = 64 };

static char stagecat[1024], program[1024], probe[1024];
static char networks[NETWORKS_MAX][LINK]; /* of the run, as links in /proc name them: "net:[4026532]" */
static int n_networks;

static void
link_read(const char *directory, const char *name, char link[LINK])
{
	char path[512];
	ssize_t n;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	n = readlink(path, link, LINK - 1);
	link[n > 0 ? n : 0] = '\0';
}

static bool
is_networks(const char *link)
{
	for (int i = 0; i < n_networks; i++)
		if (strcmp(networks[i], link) == 0)
			return true;
	return false;
}

/* Takes down which networks the run's processes are in. */
static void
networks_note(void)
{
	char own[LINK], link[LINK], directory[64];
	pid_t pids[64];
	int n = processes_left(pids, 64);

	link_read("/proc/self", "ns/net", own);
	for (int i = 0; i < n && i < 64; i++) {
		snprintf(directory, sizeof directory, "/proc/%d", (int)pids[i]);
		link_read(directory, "ns/net", link);
		if (link[0] != '\0' && strcmp(link, own) != 0 && !is_networks(link) &&
			n_networks < NETWORKS_MAX)
			strcpy(networks[n_networks++], link);
	}
}

/* Processes that are in one of them, and descriptors that are open on one. */
static int
networks_left(char *name, size_t size)
{
	DIR *processes = opendir("/proc"), *fds;
	struct dirent *process, *fd;
	char directory[300], link[LINK];
	int n = 0;

	ck_assert_ptr_nonnull(processes);
	while (n_networks > 0 && (process = readdir(processes)) != NULL) {
		if (atoi(process->d_name) <= 0)
			continue;
		snprintf(directory, sizeof directory, "/proc/%s", process->d_name);
		link_read(directory, "ns/net", link);
		if (is_networks(link)) {
			snprintf(name, size, "process %s in %s", process->d_name, link);
			n++;
		}
		strcat(directory, "/fd");
		if ((fds = opendir(directory)) == NULL)
			continue;
		while ((fd = readdir(fds)) != NULL) {
			link_read(directory, fd->d_name, link);
			if (is_networks(link)) {
				snprintf(name, size, "descriptor of process %s on %s", process->d_name, link);
				n++;
			}
		}
		closedir(fds);
	}
	closedir(processes);
	return n;
}

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
		execl(stagecat, stagecat, "-p", probe, "-d", "-n", "north", program, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	run_begin(pid, ends[0]);
}

static void
run_wait(void)
{
	int status;

	close(run_out);
	run_out = -1;
	ck_assert_int_eq(waitpid(run_pid, &status, 0), run_pid);
}

START_TEST(ended_by)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGKILL};

	run_start();
	run_prints("text=\"ready\\n\"");
	networks_note();
	/* One more than ipcviz's own, where the system has said that there are none. */
	ck_assert_int_eq(n_networks, strstr(run_text, "op=host") != NULL && strstr(run_text, "why=") == NULL);
	kill(run_pid, signals[_i]);
	run_wait();
	nothing_left();
}
END_TEST

START_TEST(killed_at_any_time)
{
	unsigned seed = (unsigned)_i * 2654435761u + 11;
	pid_t pids[64];
	int n;

	run_start();
	if (_i % 4 != 0)
		run_prints("text=\"ready\\n\"");
	nanosleep(&(struct timespec){.tv_nsec = (long)(rand_r(&seed) % 20) * 1000000}, NULL);
	networks_note();
	n = processes_left(pids, 64);
	for (int i = 0; i < n && i < 64; i++)
		if (is_called(pids[i], "sockets") && rand_r(&seed) % 3 == 0)
			kill(pids[i], SIGKILL);
	kill(run_pid, SIGKILL);
	run_wait();
	nothing_left();
}
END_TEST

static void
setup(void)
{
	run_setup();
	run_objects = networks_left;
}

int
main(void)
{
	Suite *suite = suite_create("sockets");
	TCase *tests = tcase_create("sockets");
	const char *build = getenv("top_builddir");
	SRunner *runner;

	if (build == NULL)
		build = ".";
	snprintf(stagecat, sizeof stagecat, "%s/tests/cleanup/stagecat", build);
	snprintf(program, sizeof program, "%s/tests/cleanup/sockets", build);
	snprintf(probe, sizeof probe, "%s/probe.so", build);
	tcase_add_checked_fixture(tests, setup, run_teardown);
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, ended_by, 0, 5);
	tcase_add_loop_test(tests, killed_at_any_time, 0, 50);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
