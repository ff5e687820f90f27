/* SPDX-License-Identifier: MIT
 *
 * Programs on two machines: as whoever runs this, as an ordinary user, and where the system refuses namespaces.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_play.h"

enum { NOBODY = 65534 };

static pid_t
start_on(const char *host, const char *what, const char *address, const char *port)
{
	char *argv[] = {child, (char *)what, (char *)address, (char *)port, NULL};
	const struct stage_program program = {
		.name = what, .path = child, .argv = argv, .host = host};
	pid_t pid = stage_start(stage, &program, &problem);

	ck_assert_msg(pid > 0, "%s: %s", problem.file, problem.what);
	return pid;
}

static ino_t
network_of(pid_t pid)
{
	char path[64];
	struct stat status;

	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	ck_assert_msg(stat(path, &status) == 0, "%s: %s", path, strerror(errno));
	return status.st_ino;
}

/* Does any process that we may ask have this network, or a descriptor on it? */
static bool
network_is_held(ino_t network)
{
	char wanted[64], path[300], link[64];
	DIR *processes = opendir("/proc"), *fds;
	bool held = false;

	ck_assert_ptr_nonnull(processes);
	snprintf(wanted, sizeof wanted, "net:[%llu]", (unsigned long long)network);
	for (struct dirent *process; !held && (process = readdir(processes)) != NULL;) {
		if (atoi(process->d_name) <= 0)
			continue;
		snprintf(path, sizeof path, "/proc/%s/ns/net", process->d_name);
		ssize_t n = readlink(path, link, sizeof link - 1);
		link[n > 0 ? n : 0] = '\0';
		held = strcmp(link, wanted) == 0;
		snprintf(path, sizeof path, "/proc/%s/fd", process->d_name);
		if ((fds = opendir(path)) == NULL)
			continue;
		for (struct dirent *fd; !held && (fd = readdir(fds)) != NULL;) {
			n = readlinkat(dirfd(fds), fd->d_name, link, sizeof link - 1);
			link[n > 0 ? n : 0] = '\0';
			held = strcmp(link, wanted) == 0;
		}
		closedir(fds);
	}
	closedir(processes);
	return held;
}

/* The port that the server has bound, from the `leave` of its listen. */
static void
until_port(pid_t server, char *port, size_t size)
{
	char local[80];

	do
		until(WHAT_leave, server, FIELD_call, "listen");
	while (!event_has(&event, FIELD_local));
	event_copy(&event, FIELD_local, local, sizeof local);
	snprintf(port, size, "%s", strrchr(local, ':') + 1);
}

/* A connection between the two, looked at in every way. `apart`: they must be on two machines. */
static void
play(bool apart)
{
	char port[16];
	ino_t own = network_of(getpid()), north, south;
	pid_t server, client;

	set_up(true);
	server = start_on("north", "serve", NULL, NULL);
	until(WHAT_act, server, FIELD_op, "host");
	ck_assert_int_eq(n_born, 0);
	ck_assert(event_is(&event, FIELD_name, "north"));
	ck_assert(event_is(&event, FIELD_text, stage_address(stage, "north")));
	ck_assert_int_eq(event_has(&event, FIELD_why), !apart);
	until(WHAT_reach, server, FIELD_call, "socket"); /* its gate holds it */
	stage_open(stage, 0);
	until_port(server, port, sizeof port);
	stage_watch(stage, server, "turn");
	until(WHAT_look, server, FIELD_var, "turn"); /* its memory is read */
	until(WHAT_look, server, FIELD_state, "S");  /* it sleeps in accept */
	ck_assert_msg(stage_nonblock(stage, server, 3, false, &problem) == 0, "%s", problem.what);
	until(WHAT_look, server, FIELD_obj, NULL);

	stage_shut(stage, 0); /* it waits at its first gate */
	client = start_on("south", "ask", stage_address(stage, "north"), port);
	north = network_of(server);
	south = network_of(client);
	ck_assert_int_eq(north != own && south != own && north != south, apart);
	ck_assert_int_eq(strcmp(stage_address(stage, "north"), stage_address(stage, "south")) != 0, apart);
	stage_open(stage, 0);
	until(WHAT_leave, client, FIELD_call, "connect");
	ck_assert_int_eq(event_number(&event, FIELD_ret, -1), 0);
	finish();
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, server)), 5);
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, client)), 0);
	free_stage();
	ck_assert(!apart || (!network_is_held(north) && !network_is_held(south)));
}

/* Can this user make namespaces at all? */
static bool
namespaces_are_allowed(void)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0);
	waitpid(pid, &status, 0);
	return status == 0;
}

START_TEST(two_machines)
{
	play(namespaces_are_allowed());
}
END_TEST

/* Whoever runs this; then nobody, who must be able to run the programs that were built. */
START_TEST(an_ordinary_user)
{
	if (geteuid() == 0) {
		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 || access(child, X_OK) != 0 ||
			access(probe, R_OK) != 0)
			return;
		prctl(PR_SET_DUMPABLE, 1); /* as a login would be */
	}
	play(namespaces_are_allowed());
}
END_TEST

/* A system that refuses unshare(2), as many containers do. */
START_TEST(refused)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof rules / sizeof rules[0], rules};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
	play(false);
}
END_TEST

/* What a process forks is where it is; and two machines are all that there are. */
START_TEST(children_are_there)
{
	char *argv[] = {child, (char *)"pair", NULL};
	struct stage_program third = {.path = child, .argv = argv, .host = "west"};
	pid_t pid, made;

	set_up(true);
	pid = start_on("north", "pair", NULL, NULL);
	stage_open(stage, 0);
	until(WHAT_born, pid, FIELD_ppid, NULL);
	do
		until(WHAT_born, 0, FIELD_ppid, NULL);
	while (event.pid == pid);
	made = event.pid;
	ck_assert_uint_eq(network_of(made), network_of(pid));
	start_on("south", "pair", NULL, NULL);
	ck_assert_int_eq(stage_start(stage, &third, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "no third machine: north and south"));
	ck_assert_str_eq(stage_address(stage, NULL), "127.0.0.1");
	free_stage();
}
END_TEST

static void
tear_down(void)
{
	free_stage();
}

int
main(void)
{
	Suite *suite = suite_create("stage_machines");
	TCase *tests = tcase_create("stage_machines");
	SRunner *runner;

	find_programs("tests/unit/socket_child");
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, two_machines);
	tcase_add_test(tests, an_ordinary_user);
	tcase_add_test(tests, refused);
	tcase_add_test(tests, children_are_there);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
