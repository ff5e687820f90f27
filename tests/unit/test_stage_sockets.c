/* SPDX-License-Identifier: MIT
 *
 * Sockets on the stage: what the kernel says of real ones, and what the model makes of a real run.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <endian.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "model/model.h"
#include "stage_play.h"

enum { MANY = 200 };

/* Where a filter finds the lower half of a call's first argument. */
#define ARGUMENT (offsetof(struct seccomp_data, args[0]) + (__BYTE_ORDER == __BIG_ENDIAN ? 4 : 0))

static struct model *model; /* of all events so far */
static int refusals;        /* looks at sockets that say that the kernel does not answer */

/* --- steering --- */

static void
begin(void)
{
	set_up(false);
	model = model_create();
	ck_assert_ptr_nonnull(model);
}

static void
end(void)
{
	model_free(model);
	model = NULL;
	free_stage();
}

/* The next event, which the model gets too; it must come. */
static void
step(void)
{
	ck_assert_msg(next(), "it ended");
	model_apply(model, &event);
	refusals += event.what == WHAT_look && event.pid == 0 && event_has(&event, FIELD_why);
}

/* Goes on until a look at a socket says this of it, and the other thing too ("": anything). Its inode. */
static uint64_t
until_look(enum event_field field, const char *value, enum event_field other, const char *also)
{
	time_t limit = time(NULL) + PATIENCE;
	char name[40] = "";

	do {
		ck_assert_msg(time(NULL) < limit, "%s never comes", value);
		step();
		event_copy(&event, FIELD_obj, name, sizeof name);
	} while (event.what != WHAT_look || event.pid != 0 || strncmp(name, "socket:", 7) != 0 ||
		 (*value == '\0' ? !event_has(&event, field) : !event_is(&event, field, value)) ||
		 (*also == '\0' ? !event_has(&event, other) : !event_is(&event, other, also)));
	return strtoull(name + 7, NULL, 10);
}

static void
until_printed(const char *word, int *number)
{
	time_t limit = time(NULL) + PATIENCE;
	const char *at;

	while ((at = strstr(output, word)) == NULL || strchr(at, '\n') == NULL) {
		ck_assert_msg(time(NULL) < limit, "it does not print %s", word);
		step();
	}
	*number = atoi(at + strlen(word));
}

/* Lets the process go on once it rests. */
static void
go_on(pid_t pid)
{
	const struct process *process;
	time_t limit = time(NULL) + PATIENCE;

	do {
		ck_assert_msg(time(NULL) < limit, "it does not stop");
		stage_look(stage, pid);
		step();
		process = &model->processes[model_process(model, pid)];
	} while (process->kernel_state != 'T');
	ck_assert_int_eq(stage_signal(stage, pid, SIGCONT, &problem), 0);
}

static const struct endpoint *
endpoint(uint64_t inode)
{
	char name[40];
	int id;

	snprintf(name, sizeof name, "socket:%llu", (unsigned long long)inode);
	id = model_channel(model, name);
	ck_assert_int_ne(id, NONE);
	ck_assert_ptr_nonnull(model->channels[id].endpoint);
	return model->channels[id].endpoint;
}

/* A loopback of this kind, if the machine has one; the loop number of a test says which. */
static const char *
kind(int i)
{
	return i == 0 ? "4" : "6";
}

static bool
has_loopback(int i)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = i == 0 ? -1 : socket(AF_INET6, SOCK_STREAM, 0);
	bool good =
		i == 0 || (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0);

	if (fd >= 0)
		close(fd);
	return good;
}

/* --- TCP --- */

/* May addresses in TIME_WAIT be used again on the loopback? */
static bool
is_reusable(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_tw_reuse", "r");
	int way = 0;

	if (file != NULL && fscanf(file, "%d", &way) != 1)
		way = 0;
	if (file != NULL)
		fclose(file);
	return way != 0;
}

START_TEST(a_full_backlog)
{
	if (!has_loopback(_i))
		return;
	begin();
	start("backlog", kind(_i));
	until_look(FIELD_tcp, "LISTEN", FIELD_waiting, "2");
	ck_assert_int_eq(event_number(&event, FIELD_backlog, -1), 1);
	end();
}
END_TEST

START_TEST(bytes_in_both_queues)
{
	uint64_t sender = 0, receiver;
	int all;

	if (!has_loopback(_i))
		return;
	begin();
	start("queues", kind(_i));
	until_printed("sent ", &all);
	/* What has come and is acknowledged is no longer in the sender's queue: then they add up. */
	for (int64_t outq = -1, used = -1; outq + used != all;) {
		receiver = until_look(FIELD_used, "", FIELD_outq, "");
		if (event_number(&event, FIELD_outq, 0) > 0) {
			outq = event_number(&event, FIELD_outq, 0);
			sender = receiver;
		} else if (event_number(&event, FIELD_used, 0) > 0) {
			used = event_number(&event, FIELD_used, 0);
			ck_assert_int_gt(event_number(&event, FIELD_filled, 0), used);
			ck_assert_int_gt(event_number(&event, FIELD_rcvbuf, 0), 0);
		}
	}
	ck_assert_int_gt(endpoint(sender)->send_buffer, 0);
	end();
}
END_TEST

START_TEST(half_closed)
{
	begin();
	start("half", "4");
	/* The end of what was sent takes no place among the bytes. */
	until_look(FIELD_tcp, "CLOSE_WAIT", FIELD_used, "3");
	until_look(FIELD_tcp, "FIN_WAIT2", FIELD_outq, "0");
	end();
}
END_TEST

START_TEST(time_wait)
{
	uint64_t first;
	pid_t pid;
	int64_t left;

	if (!has_loopback(_i))
		return;
	begin();
	pid = start("time-wait", kind(_i));
	first = until_look(FIELD_tcp, "TIME_WAIT", FIELD_timeout, "");
	left = event_number(&event, FIELD_timeout, 0);
	ck_assert_int_gt(left, 0);
	ck_assert_int_le(left, INT64_C(60000000000));
	ck_assert_uint_eq(endpoint(first)->expires, event.time + (uint64_t)left);
	ck_assert_str_eq(endpoint(first)->state, "TIME_WAIT");
	go_on(pid);
	/* Its addresses are another connection's. */
	while (is_reusable() && until_look(FIELD_tcp, "CLOSE", FIELD_obj, "") != first)
		continue;
	ck_assert_int_eq(endpoint(first)->expires == 0, is_reusable());
	/* The new one waits to be accepted, with the addresses of what was accepted then: that stays closed. */
	if (is_reusable())
		until_look(FIELD_tcp, "ESTABLISHED", FIELD_obj, "");
	for (int i = 0; i < model->n_channels; i++)
		if (model->channels[i].endpoint != NULL && model->channels[i].n_open == 0)
			ck_assert_str_ne(model->channels[i].endpoint->state, "ESTABLISHED");
	end();
}
END_TEST

START_TEST(nothing_is_asked_while_time_wait_runs)
{
	time_t limit = time(NULL) + PATIENCE;
	const struct stage_options options = {.probe = probe};
	pid_t pid;

	ck_assert_ptr_nonnull(stage = stage_create(&options, &problem));
	model = model_create();
	pid = start("time-wait", "4");
	until_look(FIELD_tcp, "TIME_WAIT", FIELD_timeout, "");
	/* The listening socket goes with the process; what is left is a connection of nobody's. */
	ck_assert_int_eq(stage_signal(stage, pid, SIGKILL, &problem), 0);
	while (stage_living(stage) > 0)
		next();
	while (stage_tick(stage) >= 0 && stage_tick(stage) < INT64_C(30000000000)) {
		ck_assert_msg(time(NULL) < limit, "it goes on asking");
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		next();
	}
	ck_assert_int_gt(stage_tick(stage), 0);
	end();
}
END_TEST

/* --- UDP and UNIX --- */

static uint64_t
queued(uint64_t inode)
{
	char name[40];

	snprintf(name, sizeof name, "socket:%llu", (unsigned long long)inode);
	return (uint64_t)model->channels[model_channel(model, name)].queue->count;
}

START_TEST(datagrams_are_dropped)
{
	const struct endpoint *to;
	uint64_t receiver;
	int received;
	pid_t pid;

	if (!has_loopback(_i))
		return;
	begin();
	pid = start("udp", kind(_i));
	do
		receiver = until_look(FIELD_drops, "", FIELD_filled, "");
	while (event_number(&event, FIELD_drops, 0) == 0 || endpoint(receiver)->sent_to < 50);
	to = endpoint(receiver);
	ck_assert_uint_eq(to->sent_to, 50);
	ck_assert_uint_eq(to->dropped, (uint64_t)to->drops);
	ck_assert_uint_eq(to->received, 0);
	ck_assert_uint_eq(queued(receiver), 50 - to->dropped);
	go_on(pid);
	until_printed("received ", &received);
	to = endpoint(receiver);
	ck_assert_int_gt(received, 0);
	ck_assert_uint_eq(to->received, (uint64_t)received);
	ck_assert_uint_eq(to->dropped, 50 - (uint64_t)received);
	ck_assert_uint_eq(to->sent_to, 50);
	ck_assert_uint_eq(queued(receiver), 0);
	end();
}
END_TEST

START_TEST(unix_sockets)
{
	uint64_t one, other, client, accepted;
	char name[80], bound[82], pair[40];
	pid_t pid;

	begin();
	snprintf(name, sizeof name, "%s-u", stage_word(stage));
	snprintf(bound, sizeof bound, "@%s", name);
	pid = start("unix", name);
	until_look(FIELD_waiting, "2", FIELD_local, bound);
	ck_assert_int_eq(event_number(&event, FIELD_backlog, -1), 1);
	other = until_look(FIELD_used, "5", FIELD_pair, "");
	event_copy(&event, FIELD_pair, pair, sizeof pair);
	one = strtoull(pair + 7, NULL, 10);
	snprintf(pair, sizeof pair, "socket:%llu", (unsigned long long)other);
	ck_assert_str_eq(model->channels[endpoint(one)->other].name, pair);
	go_on(pid);
	/* Which of the two has been accepted, the kernel knows. */
	accepted = until_look(FIELD_local, bound, FIELD_pair, "");
	event_copy(&event, FIELD_pair, pair, sizeof pair);
	client = strtoull(pair + 7, NULL, 10);
	snprintf(pair, sizeof pair, "socket:%llu", (unsigned long long)accepted);
	ck_assert_str_eq(model->channels[endpoint(client)->other].name, pair);
	end();
}
END_TEST

/* --- many, and strangers --- */

START_TEST(many_connections)
{
	time_t limit = time(NULL) + PATIENCE;
	int established;
	pid_t pid;

	begin();
	pid = start("many", "4");
	do {
		ck_assert_msg(time(NULL) < limit, "not all are seen");
		step();
		established = 0;
		for (int i = 0; i < model->n_channels; i++) {
			const struct endpoint *one = model->channels[i].endpoint;

			established += one != NULL && strcmp(one->state, "ESTABLISHED") == 0 &&
				       one->other != NONE && one->receive_buffer > 0 &&
				       one->out_queue == 0;
		}
	} while (established < 2 * MANY);
	ck_assert_int_eq(established, 2 * MANY);
	ck_assert_uint_eq(model->lost, 0);
	(void)pid;
	end();
}
END_TEST

START_TEST(a_stranger_at_the_other_end)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0), connection;
	uint64_t client;
	char port[16];

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, length), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	snprintf(port, sizeof port, "%d", ntohs(address.sin_port));
	begin();
	start("client", port);
	connection = accept(listener, NULL, NULL);
	ck_assert_int_ge(connection, 0);
	ck_assert_int_eq(send(connection, "hello", 5, 0), 5);
	client = until_look(FIELD_tcp, "ESTABLISHED", FIELD_used, "5");
	ck_assert_int_eq(endpoint(client)->other, NONE);
	/* We hold nothing of it: our end of file reaches it, and its end us. */
	ck_assert_int_eq(close(connection), 0);
	ck_assert_uint_eq(until_look(FIELD_tcp, "CLOSE_WAIT", FIELD_used, "5"), client);
	ck_assert(endpoint(client)->other_closed);
	close(listener);
	end();
}
END_TEST

START_TEST(nothing_of_theirs_is_held)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = PATIENCE};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0), connection;
	char port[16], byte;
	pid_t pid;

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, length), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	snprintf(port, sizeof port, "%d", ntohs(address.sin_port));
	begin();
	pid = start("client", port);
	connection = accept(listener, NULL, NULL);
	until_look(FIELD_tcp, "ESTABLISHED", FIELD_used, "0");
	ck_assert_int_eq(
		setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
	ck_assert_int_eq(stage_signal(stage, pid, SIGKILL, &problem), 0);
	ck_assert_int_eq(
		recv(connection, &byte, 1, 0), 0); /* while the stage looks at nothing any more */
	close(connection);
	close(listener);
	end();
}
END_TEST

/* Where the kernel may not be asked, that is said once, and the rest is as before. */
START_TEST(without_an_answer)
{
	struct sock_filter refuse[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof refuse / sizeof refuse[0], .filter = refuse};
	int received;
	pid_t pid;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		return; /* a machine without seccomp */
	begin();
	pid = start("udp", "4");
	go_on(pid);
	until_printed("received ", &received);
	go_on(pid);
	finish();
	ck_assert_int_eq(refusals, 1);
	ck_assert_int_eq(ended, 0);
	ck_assert_int_gt(received, 0);
	end();
}
END_TEST

static void
tear_down(void)
{
	model_free(model);
	stage_free(stage);
	model = NULL;
	stage = NULL;
}

int
main(void)
{
	Suite *suite = suite_create("stage sockets");
	TCase *inet = tcase_create("inet"), *others = tcase_create("unix"),
	      *far = tcase_create("strangers");
	SRunner *runner;
	find_programs("tests/unit/connection_child");
	tcase_add_checked_fixture(inet, NULL, tear_down);
	tcase_add_checked_fixture(others, NULL, tear_down);
	tcase_add_checked_fixture(far, NULL, tear_down);
	tcase_set_timeout(inet, 4 * PATIENCE);
	tcase_set_timeout(far, 4 * PATIENCE);
	tcase_set_timeout(others, 4 * PATIENCE);
	with_directory = true;
	tcase_add_loop_test(inet, a_full_backlog, 0, 2);
	tcase_add_loop_test(inet, bytes_in_both_queues, 0, 2);
	tcase_add_test(inet, half_closed);
	tcase_add_loop_test(inet, time_wait, 0, 2);
	tcase_add_test(inet, nothing_is_asked_while_time_wait_runs);
	tcase_add_loop_test(inet, datagrams_are_dropped, 0, 2);
	tcase_add_test(others, unix_sockets);
	tcase_add_test(far, many_connections);
	tcase_add_test(far, a_stranger_at_the_other_end);
	tcase_add_test(far, nothing_of_theirs_is_held);
	tcase_add_test(far, without_an_answer);
	suite_add_tcase(suite, inet);
	suite_add_tcase(suite, others);
	suite_add_tcase(suite, far);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
