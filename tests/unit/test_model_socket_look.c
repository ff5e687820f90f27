/* SPDX-License-Identifier: MIT
 *
 * What looks at sockets (of pid 0) change in the model: the kernel's word for what calls alone do not tell.
 */
#include "socket_lines.h"

START_TEST(what_a_stranger_sent_is_there)
{
	struct model *model = told(BORN(11) TCP(11, 3, 200) CONNECT_ENTER(11, 3, 200, "10.0.0.1:80")
			CONNECT_LEAVE(11, 3, 200, CLIENT, "10.0.0.1:80"));

	tell(model, "40 0 0 look obj=socket:200 tcp=ESTABLISHED used=6 outq=0\n");
	ck_assert_int_eq(channel(model, "socket:200")->used, 6);
	ck_assert_int_eq(channel(model, "socket:200")->runs[0].writer, NONE);
	ck_assert_int_eq(endpoint(model, "socket:200")->in_queue, 6);
	tell(model, RECV_ENTER(11, 3, 200, 4) RECV_LEAVE(11, 3, 200, 4, 2, "back"));
	ck_assert_int_eq(channel(model, "socket:200")->used, 2);
	ck_assert_int_eq(endpoint(model, "socket:200")->in_queue, 2);
	/* Another process, which is not observed, took the rest. */
	tell(model, "41 0 0 look obj=socket:200 used=0\n");
	ck_assert_int_eq(channel(model, "socket:200")->used, 0);
	tell(model, "42 0 0 look obj=socket:200 tcp=CLOSE_WAIT used=0\n");
	ck_assert(endpoint(model, "socket:200")->other_closed);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(the_rest_lies_in_the_senders_buffer)
{
	struct model *model = told(CONNECTED SEND(11, 3, 200, 9, "123456789"));

	tell(model,
		"40 0 0 look obj=socket:101 used=4\n41 0 0 look obj=socket:200 used=0 outq=5\n");
	ck_assert_int_eq(channel(model, "socket:101")->used, 9);
	ck_assert(channel(model, "socket:101")->used_inferred);
	ck_assert_int_eq(endpoint(model, "socket:101")->in_queue, 4);
	ck_assert_int_eq(endpoint(model, "socket:200")->out_queue, 5);
	tell(model, "42 0 0 look obj=socket:101 used=9\n");
	ck_assert(!channel(model, "socket:101")->used_inferred);
	consistent(model);
	model_free(model);
}
END_TEST

/* A look comes while a send is in flight: what it put in is that send's. */
START_TEST(bytes_of_a_send_in_flight)
{
	struct model *model = told(CONNECTED SEND_ENTER(11, 3, 200, 5));

	tell(model, "40 0 0 look obj=socket:101 used=5\n");
	ck_assert_int_eq(channel(model, "socket:101")->used, 5);
	ck_assert_int_eq(channel(model, "socket:101")->runs[0].writer, model_process(model, 11));
	tell(model, SEND_LEAVE(11, 3, 200, 5, "hello"));
	ck_assert_int_eq(channel(model, "socket:101")->used, 5);
	ck_assert_uint_eq(endpoint(model, "socket:101")->sent_to, 5);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(time_wait_ends)
{
	struct model *model = told(CONNECTED CLOSE(11, 3, 200) CLOSE(10, 4, 101));

	ck_assert_str_eq(endpoint(model, "socket:200")->state, "");
	tell(model, "1000 0 0 look obj=socket:200 tcp=TIME_WAIT local=" CLIENT " peer=" SERVER
		    " timeout=60000\n");
	ck_assert_str_eq(endpoint(model, "socket:200")->state, "TIME_WAIT");
	ck_assert_uint_eq(endpoint(model, "socket:200")->expires, 61000);
	tell(model, "61001 0 0 look obj=socket:200 tcp=CLOSE\n");
	ck_assert_str_eq(endpoint(model, "socket:200")->state, "CLOSE");
	ck_assert_uint_eq(endpoint(model, "socket:200")->expires, 0);
	model_free(model);
}
END_TEST

/* A connection in the backlog may be counted by a look, or by its connect, and not by both. */
START_TEST(who_waits_is_counted_once)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5)
			TCP(11, 3, 200) CONNECT_ENTER(11, 3, 200, SERVER));

	tell(model, "40 0 0 look obj=socket:100 tcp=LISTEN waiting=1 backlog=5\n");
	tell(model, CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	tell(model, ACCEPT_ENTER(10, 3,
			    100) "41 0 0 look obj=socket:100 tcp=LISTEN waiting=0 backlog=5\n");
	tell(model, ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 0);
	paired(model, "socket:101", "socket:200");
	model_free(model);
}
END_TEST

/* The kernel told nobody while the accept slept; who connected then woke it, and waits no more. */
START_TEST(who_wakes_an_accept_waits_no_more)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100)
			LISTEN(10, 3, 100, SERVER, 5) TCP(11, 3, 200) ACCEPT_ENTER(10, 3, 100)
				ASLEEP(10) "40 0 0 look obj=socket:100 waiting=0 backlog=5\n"
		CONNECT_ENTER(11, 3, 200, SERVER) CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER));

	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	tell(model, ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 0);
	model_free(model);
}
END_TEST

/* connect said EINPROGRESS; when the kernel says ESTABLISHED the connection waits in the backlog like any other. */
START_TEST(a_handshake_without_its_program_ends_in_the_backlog)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5)
			TCP(11, 3, 200) CONNECT_ENTER(11, 3, 200, SERVER));

	tell(model, "33 11 11 leave call=connect fd=3 obj=socket:200 ret=-1 err=EINPROGRESS\n");
	ck_assert_int_eq(endpoint(model, "socket:200")->queued, NONE);
	tell(model, "40 0 0 look obj=socket:200 tcp=ESTABLISHED local=" CLIENT " peer=" SERVER "\n"
		    "41 0 0 look obj=socket:100 tcp=LISTEN waiting=1 backlog=5\n");
	ck_assert_int_eq(endpoint(model, "socket:200")->queued, model_channel(model, "socket:100"));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	tell(model, ACCEPT_ENTER(10, 3, 100) ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT));
	ck_assert_int_eq(endpoint(model, "socket:200")->queued, NONE);
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 0);
	paired(model, "socket:101", "socket:200");
	model_free(model);
}
END_TEST

START_TEST(a_backlog_ends_with_its_socket)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5)
			TCP(11, 3, 200) CONNECT_ENTER(11, 3, 200, SERVER)
				CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER));

	ck_assert_int_eq(endpoint(model, "socket:200")->queued, model_channel(model, "socket:100"));
	ck_assert(!endpoint(model, "socket:200")->reset);
	tell(model, CLOSE(10, 3, 100));
	ck_assert_int_eq(endpoint(model, "socket:200")->queued, NONE);
	ck_assert(endpoint(model, "socket:200")->reset);
	model_free(model);
}
END_TEST

START_TEST(a_stranger_leaves_the_backlog)
{
	struct model *model = told(BORN(10) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER,
		5) "40 0 0 look obj=socket:100 tcp=LISTEN waiting=2 backlog=5\n");

	tell(model, ACCEPT_ENTER(10, 3, 100) ACCEPT_LEAVE(10, 4, 101, SERVER, "10.0.0.1:80"));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	/* One that a look after it did not count. */
	tell(model, ACCEPT_ENTER(10, 3, 100) "41 0 0 look obj=socket:100 waiting=1 backlog=5\n");
	tell(model, ACCEPT_LEAVE(10, 5, 102, SERVER, "10.0.0.1:81"));
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	model_free(model);
}
END_TEST

#define PAIR                                                                                       \
	BORN(10)                                                                                   \
	"2 10 10 enter call=socketpair family=AF_UNIX socktype=SOCK_STREAM\n"                      \
	"3 10 10 leave call=socketpair ret=0 fds=3,4 obj=socket:100 pair=socket:101 "              \
	"family=AF_UNIX socktype=SOCK_STREAM flags=O_RDWR\n"

START_TEST(the_kernel_says_which_is_the_other_end)
{
	struct model *model = told(BORN(10) BORN(
		11) "2 10 10 look fd=3 obj=socket:100 family=AF_UNIX socktype=SOCK_STREAM\n"
		    "3 11 11 look fd=3 obj=socket:101 family=AF_UNIX socktype=SOCK_STREAM\n");

	ck_assert_int_eq(endpoint(model, "socket:100")->other, NONE);
	/* Nobody has named this one: it is a stranger's. */
	tell(model, "40 0 0 look obj=socket:101 used=0 pair=socket:999\n");
	ck_assert_int_eq(model_channel(model, "socket:999"), NONE);
	ck_assert_int_eq(endpoint(model, "socket:101")->other, NONE);
	tell(model, "41 0 0 look obj=socket:100 used=0 pair=socket:101\n");
	paired(model, "socket:100", "socket:101");
	model_free(model);
}
END_TEST

START_TEST(bytes_that_are_gone_from_a_pair)
{
	struct model *model = told(PAIR SEND(10, 3, 100, 5, "hello"));

	tell(model, "40 0 0 look obj=socket:101 used=2 pair=socket:100\n");
	ck_assert_int_eq(channel(model, "socket:101")->used, 2);
	/* A reader may be on its way with them. */
	tell(model, SEND(10, 3, 100, 3, "you") RECV_ENTER(
			    10, 4, 101, 9) "41 0 0 look obj=socket:101 used=0 pair=socket:100\n");
	ck_assert_int_eq(channel(model, "socket:101")->used, 5);
	tell(model, RECV_LEAVE(10, 4, 101, 5, 0, "loyou"));
	ck_assert_int_eq(channel(model, "socket:101")->used, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* The kernel has dropped what is in flight still, and tells so before the send returns. */
START_TEST(a_send_in_flight_is_dropped)
{
	struct model *model = told(DATAGRAMS SENDTO_ENTER(11, 3, 200, SERVER, 1));

	tell(model, "40 0 0 look obj=socket:100 drops=1 filled=2304\n");
	sum_closes(model, "socket:100");
	tell(model, SENDTO_LEAVE(11, 3, 200, SERVER, 1, "1"));
	ck_assert_uint_eq(endpoint(model, "socket:100")->sent_to, 1);
	ck_assert_uint_eq(endpoint(model, "socket:100")->dropped, 1);
	ck_assert_int_eq(channel(model, "socket:100")->queue->n_messages, 0);
	sum_closes(model, "socket:100");
	/* Those of strangers are counted too. */
	tell(model, "41 0 0 look obj=socket:100 drops=4 filled=2304\n");
	ck_assert_uint_eq(endpoint(model, "socket:100")->sent_to, 4);
	sum_closes(model, "socket:100");
	consistent(model);
	model_free(model);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("model_socket_look");
	TCase *tests = tcase_create("looks");
	SRunner *runner;

	tcase_add_test(tests, what_a_stranger_sent_is_there);
	tcase_add_test(tests, the_rest_lies_in_the_senders_buffer);
	tcase_add_test(tests, bytes_of_a_send_in_flight);
	tcase_add_test(tests, time_wait_ends);
	tcase_add_test(tests, who_waits_is_counted_once);
	tcase_add_test(tests, who_wakes_an_accept_waits_no_more);
	tcase_add_test(tests, a_handshake_without_its_program_ends_in_the_backlog);
	tcase_add_test(tests, a_backlog_ends_with_its_socket);
	tcase_add_test(tests, a_stranger_leaves_the_backlog);
	tcase_add_test(tests, the_kernel_says_which_is_the_other_end);
	tcase_add_test(tests, bytes_that_are_gone_from_a_pair);
	tcase_add_test(tests, a_send_in_flight_is_dropped);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
