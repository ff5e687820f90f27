/* SPDX-License-Identifier: MIT
 *
 * What is done to live sockets, from outside and by the probe; calls that are delayed; clients that are started by hand.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage_play.h"

static pid_t
start_with(const char *what, const char *first, const char *second)
{
	char *argv[] = {child, (char *)what, (char *)first, (char *)second, NULL};
	const struct stage_program program = {.name = what, .path = child, .argv = argv};
	pid_t pid = stage_start(stage, &program, &problem);

	ck_assert_msg(pid > 0, "%s: %s", problem.file, problem.what);
	return pid;
}

#define GOOD(call) ck_assert_msg((call) == 0, "%s", problem.what)

/* A pair of UNIX sockets; returns the child, which sleeps in read on descriptor 4. */
static pid_t
pair_asleep(pid_t *parent)
{
	set_up(false);
	*parent = start_with("pair", NULL, NULL);
	do
		until(WHAT_enter, 0, FIELD_call, "read");
	while (event.pid == *parent);
	pid_t pid = event.pid;
	until(WHAT_look, pid, FIELD_state, "S");
	return pid;
}

/* As a system that does not let descriptors be borrowed. */
static void
forbid(long call)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof rules / sizeof rules[0], rules};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

/* --- buffers and shutdown --- */

START_TEST(buffers)
{
	pid_t parent;

	pair_asleep(&parent);
	GOOD(stage_buffer(stage, parent, 3, false, 4096, &problem));
	until(WHAT_act, parent, FIELD_op, "rcvbuf");
	ck_assert_int_eq(event_number(&event, FIELD_value, -1), 4096);
	until(WHAT_look, parent, FIELD_rcvbuf, "8192"); /* socket(7): the kernel doubles it */
	GOOD(stage_buffer(stage, parent, 3, true, 10000, &problem));
	until(WHAT_look, parent, FIELD_sndbuf, "20000");
	ck_assert_int_eq(stage_buffer(stage, parent, 1, true, 10000, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "no socket"));
	ck_assert_int_eq(stage_buffer(stage, parent, 77, true, 10000, &problem), -1);
	free_stage();
}
END_TEST

START_TEST(shut_down)
{
	pid_t parent, pid = pair_asleep(&parent);

	GOOD(stage_shutdown(stage, parent, 3, SHUT_WR, &problem));
	until(WHAT_act, parent, FIELD_op, "shutdown");
	ck_assert(event_is(&event, FIELD_how, "SHUT_WR"));
	until(WHAT_leave, pid, FIELD_call, "read"); /* which finds the end */
	ck_assert_int_eq(event_number(&event, FIELD_ret, -1), 0);
	finish();
	free_stage();
}
END_TEST

START_TEST(nothing_to_shut_down)
{
	pid_t pid;

	set_up(false);
	pid = start_with("serve", NULL, NULL);
	until(WHAT_enter, pid, FIELD_call, "accept");
	ck_assert_int_eq(stage_shutdown(stage, pid, 3, SHUT_RD, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "not connected"));
	ck_assert_int_eq(stage_shutdown(stage, pid, 0, SHUT_RD, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "no socket"));
	free_stage();
}
END_TEST

/* Refused by the system, it is the process that does it, before its next call. */
START_TEST(by_the_probe)
{
	pid_t pid;

	forbid(SYS_pidfd_getfd);
	set_up(true);
	pid = start_with("pair", NULL, NULL);
	until(WHAT_reach, pid, FIELD_call, "socketpair");
	stage_permit(stage, pid, 1);
	until(WHAT_reach, pid, FIELD_call, "fork");
	GOOD(stage_buffer(stage, pid, 3, false, 4096, &problem));
	until(WHAT_act, pid, FIELD_by, "pending");
	ck_assert(event_is(&event, FIELD_op, "rcvbuf"));
	until(WHAT_act, pid, FIELD_by, "probe");
	until(WHAT_look, pid, FIELD_rcvbuf, "8192");
	GOOD(stage_buffer(stage, pid, 3, true, 10000, &problem));
	until(WHAT_act, pid, FIELD_by, "probe");
	until(WHAT_look, pid, FIELD_sndbuf, "20000");
	GOOD(stage_shutdown(stage, pid, 4, SHUT_RD, &problem));
	until(WHAT_act, pid, FIELD_by, "probe");
	ck_assert(event_is(&event, FIELD_how, "SHUT_RD"));
	ck_assert(!event_has(&event, FIELD_err));
	until(WHAT_look, pid, FIELD_fd, "4");
	GOOD(stage_shutdown(stage, pid, 1, SHUT_RD, &problem));
	until(WHAT_act, pid, FIELD_by, "probe");
	ck_assert(event_is(&event, FIELD_err, "ENOTSOCK"));
	stage_open(stage, 0);
	free_stage();
}
END_TEST

/* O_NONBLOCK on a socket that listens, one that was accepted, a datagram's, a UNIX one. */
START_TEST(nonblock)
{
	char local[80];
	pid_t pid, other;

	set_up(false);
	pid = start_with("serve", NULL, NULL);
	do
		until(WHAT_leave, pid, FIELD_call, "listen");
	while (event_copy(&event, FIELD_local, local, sizeof local) == 0);
	GOOD(stage_nonblock(stage, pid, 3, true, &problem));
	until(WHAT_look, pid, FIELD_flags, "O_RDWR|O_NONBLOCK");
	GOOD(stage_nonblock(stage, pid, 3, false, &problem));
	stage_shut(stage, 0);
	other = start_with("ask", "127.0.0.1", strrchr(local, ':') + 1);
	until(WHAT_reach, other, FIELD_call, "socket");
	stage_open(stage, other);
	until(WHAT_reach, pid, FIELD_call, "read"); /* which would not wait long */
	GOOD(stage_nonblock(stage, pid, 4, true, &problem));
	do
		until(WHAT_look, pid, FIELD_flags, "O_RDWR|O_NONBLOCK");
	while (event_number(&event, FIELD_fd, -1) != 4);
	stage_open(stage, 0);
	other = start_with("take", NULL, NULL);
	until(WHAT_enter, other, FIELD_call, "recv");
	GOOD(stage_nonblock(stage, other, 3, true, &problem));
	until(WHAT_look, other, FIELD_flags, "O_RDWR|O_NONBLOCK");
	other = start_with("pair", NULL, NULL);
	until(WHAT_leave, other, FIELD_call, "socketpair");
	GOOD(stage_nonblock(stage, other, 3, true, &problem));
	until(WHAT_look, other, FIELD_flags, "O_RDWR|O_NONBLOCK");
	free_stage();
}
END_TEST

/* One end closed, or its process killed: the other finds the end. */
START_TEST(an_end_goes)
{
	pid_t parent, pid = pair_asleep(&parent);

	if (_i == 0) {
		GOOD(stage_signal(stage, parent, SIGKILL, &problem));
	} else {
		stage_shut(stage, parent);
		GOOD(stage_signal(stage, pid, SIGKILL, &problem)); /* ends the parent's wait */
		until(WHAT_reach, parent, FIELD_call, "exit");
		GOOD(stage_close(stage, parent, 3, &problem));
		until(WHAT_act, parent, FIELD_by, "probe");
		until(WHAT_look, parent, FIELD_list, "0,1,2");
		stage_open(stage, 0);
	}
	finish();
	ck_assert(_i != 0 || ended == 7);
	free_stage();
}
END_TEST

/* --- delays --- */

static int64_t
until_entered(pid_t pid, const char *call)
{
	uint64_t reached;

	until(WHAT_reach, pid, FIELD_call, call);
	reached = event.time;
	until(WHAT_enter, pid, FIELD_call, call);
	return (int64_t)(event.time - reached);
}

START_TEST(a_call_is_delayed)
{
	const int64_t delay = 120000000;
	pid_t pid;

	set_up(true);
	pid = start_with("take", NULL, NULL);
	until(WHAT_reach, pid, FIELD_call, "socket");
	GOOD(stage_delay(stage, pid, CALL_bind, delay, &problem));
	until(WHAT_act, pid, FIELD_op, "delay");
	ck_assert_int_eq(event.call, CALL_bind);
	ck_assert_int_eq(event_number(&event, FIELD_value, -1), delay);
	stage_open(stage, 0); /* free, and delayed all the same: the others are not */
	ck_assert_int_ge(until_entered(pid, "bind"), delay);
	until(WHAT_enter, pid, FIELD_call, "recv");
	ck_assert_int_eq(stage_delay(stage, pid, CALL_bind, -1, &problem), -1);
	for (int call = CALL_read; call < CALL_read + 3; call++)
		GOOD(stage_delay(stage, pid, (enum call_id)call, 1000, &problem));
	ck_assert_int_eq(stage_delay(stage, pid, CALL_accept, 1000, &problem), -1);
	free_stage();
}
END_TEST

START_TEST(a_delay_ends)
{
	pid_t pid;

	set_up(true);
	pid = start_with("take", NULL, NULL);
	until(WHAT_reach, pid, FIELD_call, "socket");
	GOOD(stage_delay(stage, pid, CALL_socket, INT64_C(600000000000), &problem));
	stage_permit(stage, pid, 1); /* it left its gate, and waits */
	GOOD(stage_signal(stage, pid, SIGSTOP, &problem));
	until(WHAT_look, pid, FIELD_state, "T");
	GOOD(stage_signal(stage, pid, SIGCONT, &problem)); /* which ends no delay */
	stage_look(stage, pid);
	until(WHAT_look, pid, FIELD_state, "S");
	ck_assert_int_eq(n_entered, 0);
	GOOD(stage_delay(stage, pid, CALL_socket, 0, &problem));
	until(WHAT_enter, pid, FIELD_call, "socket");
	free_stage();
}
END_TEST

START_TEST(everybody_is_delayed)
{
	const int64_t delay = 50000000;
	pid_t pid;

	set_up(false);
	pid = start_with("take", NULL, NULL);
	until(WHAT_enter, pid, FIELD_call, "recv");
	GOOD(stage_delay(stage, 0, CALL_bind, delay, &problem));
	stage_shut(stage, 0); /* which leaves delays alone */
	pid = start_with("take", NULL, NULL);
	until(WHAT_reach, pid, FIELD_call, "socket");
	stage_open(stage, 0);
	ck_assert_int_ge(until_entered(pid, "bind"), delay);
	GOOD(stage_delay(stage, 0, CALL_bind, 0, &problem));
	pid = start_with("take", NULL, NULL);
	do {
		ck_assert(next());
		ck_assert(event.pid != pid || event.what != WHAT_reach);
	} while (event.pid != pid || event.what != WHAT_enter || event.call != CALL_recv);
	free_stage();
}
END_TEST

/* --- clients --- */

static char object[80]; /* the socket that a client is to reach */

/* The program stands in this call on it. */
static pid_t
serving(const char *host, const char *what, const char *path, const char *call)
{
	char *argv[] = {child, (char *)what, (char *)path, NULL};
	const struct stage_program program = {.name = what, .path = child, .argv = argv, .host = host};

	set_up(false);
	pid_t pid = stage_start(stage, &program, &problem);
	ck_assert_msg(pid > 0, "%s", problem.what);
	until(WHAT_enter, pid, FIELD_call, call);
	ck_assert_uint_gt(event_copy(&event, FIELD_obj, object, sizeof object), 0);
	return pid;
}

static pid_t
client(enum stage_part part)
{
	pid_t pid = stage_partner(stage, part, object, &problem);

	ck_assert_msg(pid > 0, "%s", problem.what);
	until(WHAT_born, pid, FIELD_name, "client");
	return pid;
}

/* Tests run beside each other. */
static const char *
abstract_name(void)
{
	static char name[40];

	snprintf(name, sizeof name, "@ipcviz-test-%d", (int)getpid());
	return name;
}

/* On the loopback, and on a machine of its own; twice, the second waits for an answer that never comes. */
START_TEST(a_client_connects)
{
	pid_t server = serving(_i == 0 ? NULL : "north", "serve", NULL, "accept"), pid = client(PART_CONNECT);

	until(WHAT_leave, pid, FIELD_call, "connect");
	ck_assert_int_eq(event_number(&event, FIELD_ret, -1), 0);
	until(WHAT_leave, server, FIELD_call, "read");
	ck_assert_int_eq(event_number(&event, FIELD_ret, -1), 6); /* a line */
	pid = client(PART_CONNECT);
	until(WHAT_enter, pid, FIELD_call, "recv");
	until(WHAT_look, pid, FIELD_state, "S");
	free_stage();
}
END_TEST

START_TEST(a_client_connects_by_path)
{
	const char *const paths[] = {"door", abstract_name()};
	pid_t server = serving("north", "serve-path", paths[_i], "accept"), pid = client(PART_CONNECT);

	until(WHAT_leave, pid, FIELD_call, "recv");
	ck_assert_int_eq(event_number(&event, FIELD_ret, -1), 4); /* the answer */
	finish();
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, server)), 6);
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, pid)), 0);
	free_stage();
}
END_TEST

/* A port, a path in the run's directory, and an abstract name. */
START_TEST(a_client_sends_a_datagram)
{
	const char *const paths[] = {NULL, "mail", abstract_name()};
	pid_t server = serving(_i == 0 ? "south" : NULL, "take", paths[_i], "recv"), pid = client(PART_DATAGRAM);

	finish();
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, pid)), 0);
	ck_assert_int_eq(WEXITSTATUS(stage_wait_status(stage, server)), 5);
	free_stage();
}
END_TEST

START_TEST(nobody_can_reach_it)
{
	char path[64], link[64];
	pid_t parent;
	ssize_t n;

	serving(NULL, "serve", NULL, "accept");
	ck_assert_int_eq(stage_partner(stage, PART_DATAGRAM, object, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "takes connections"));
	ck_assert_int_eq(stage_partner(stage, PART_CONNECT, "socket:1", &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "no process has"));
	ck_assert_int_eq(stage_partner(stage, PART_CONNECT, "pipe:1", &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "no socket"));
	free_stage();
	serving(NULL, "take", NULL, "recv");
	ck_assert_int_eq(stage_partner(stage, PART_CONNECT, object, &problem), -1);
	ck_assert_ptr_nonnull(strstr(problem.what, "takes datagrams"));
	free_stage();
	pair_asleep(&parent);
	snprintf(path, sizeof path, "/proc/%d/fd/3", (int)parent);
	n = readlink(path, link, sizeof link - 1);
	ck_assert_int_gt(n, 9);
	snprintf(object, sizeof object, "socket:%.*s", (int)n - 9, link + 8); /* of socket:[123] */
	ck_assert_int_eq(stage_partner(stage, PART_CONNECT, object, &problem), -1);
	ck_assert_msg(strstr(problem.what, "neither listens nor has an address"), "%s", problem.what);
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
	Suite *suite = suite_create("stage_deeds");
	TCase *tests = tcase_create("stage_deeds");
	SRunner *runner;

	find_programs("tests/unit/socket_child");
	with_directory = true;
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, buffers);
	tcase_add_test(tests, shut_down);
	tcase_add_test(tests, nothing_to_shut_down);
	tcase_add_test(tests, by_the_probe);
	tcase_add_test(tests, nonblock);
	tcase_add_loop_test(tests, an_end_goes, 0, 2);
	tcase_add_test(tests, a_call_is_delayed);
	tcase_add_test(tests, a_delay_ends);
	tcase_add_test(tests, everybody_is_delayed);
	tcase_add_loop_test(tests, a_client_connects, 0, 2);
	tcase_add_loop_test(tests, a_client_connects_by_path, 0, 2);
	tcase_add_loop_test(tests, a_client_sends_a_datagram, 0, 3);
	tcase_add_test(tests, nobody_can_reach_it);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
