/* SPDX-License-Identifier: MIT
 *
 * Sockets told as event lines: connections and what lies in them, datagrams and what became of them, descriptors that
 * travel, waits and wakes.
 */
#include "socket_lines.h"

START_TEST(a_connection_has_two_ends)
{
	struct model *model = told(CONNECTED);
	const struct endpoint *listener = endpoint(model, "socket:100");

	paired(model, "socket:101", "socket:200");
	ck_assert_int_eq(listener->kind, SOCKET_TCP);
	ck_assert(listener->listening && !listener->connected);
	ck_assert_int_eq(listener->backlog, 5);
	ck_assert_int_eq(listener->waiting, 0);
	ck_assert_str_eq(listener->local, SERVER);
	ck_assert_int_eq(listener->n_rungs, 4);
	ck_assert_int_eq(listener->rungs[0].call, CALL_socket);
	ck_assert_int_eq(listener->rungs[3].call, CALL_accept);
	ck_assert_uint_eq(listener->rungs[3].done, 9);
	ck_assert_int_eq(endpoint(model, "socket:101")->listener, model_channel(model, "socket:100"));
	ck_assert_int_eq(endpoint(model, "socket:200")->n_rungs, 2);
	ck_assert_str_eq(endpoint(model, "socket:200")->local, CLIENT);
	ck_assert_int_eq(description(model, 10, 4)->channel, model_channel(model, "socket:101"));
	ck_assert_int_eq(description(model, 10, 4)->end, END_BOTH);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* connect returns when the kernel's handshake is done: before accept, and what is sent then waits too. */
START_TEST(what_is_sent_before_the_accept_lies_in_the_accepted_socket)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100)
			LISTEN(10, 3, 100, "0.0.0.0:7000", 1) TCP(11, 3, 200)
				CONNECT_ENTER(11, 3, 200, SERVER)
					CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER));

	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	tell(model, SEND(11, 3, 200, 5, "hello") SEND(11, 3, 200, 3, "you"));
	ck_assert_int_eq(endpoint(model, "socket:200")->other, NONE);
	tell(model, ACCEPT_ENTER(10, 3, 100) ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT));
	paired(model, "socket:101", "socket:200");
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 0);
	ck_assert_int_eq(channel(model, "socket:101")->used, 8);
	ck_assert_int_eq(channel(model, "socket:101")->n_runs, 2);
	ck_assert_int_eq(channel(model, "socket:101")->runs[1].n_preview, 3);
	ck_assert_int_eq(channel(model, "socket:101")->runs[0].writer, model_process(model, 11));
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(an_accept_returns_before_its_connect)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5)
			TCP(11, 3, 200) ACCEPT_ENTER(10, 3, 100) ASLEEP(10));

	ck_assert_int_eq(the(model, 10)->cause, WAIT_CONNECTION);
	ck_assert_int_eq(the(model, 10)->waits_for, model_channel(model, "socket:100"));
	ck_assert_str_eq(wake_text(model, 10), "wakes when a client connects");
	tell(model, CONNECT_ENTER(11, 3, 200, SERVER) ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	tell(model, SEND(10, 4, 101, 2, "hi"));
	tell(model, CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER));
	paired(model, "socket:101", "socket:200");
	ck_assert_int_eq(channel(model, "socket:200")->used, 2);
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_stream_keeps_no_boundaries_and_goes_both_ways)
{
	struct model *model = told(CONNECTED SEND(11, 3, 200, 3, "abc") SEND(11, 3, 200, 3, "def")
			SEND(10, 4, 101, 2, "no"));

	ck_assert_int_eq(channel(model, "socket:101")->used, 6);
	ck_assert_int_eq(channel(model, "socket:200")->used, 2);
	tell(model, RECV_ENTER(10, 4, 101, 100) RECV_LEAVE(10, 4, 101, 4, 2, "abcd"));
	ck_assert_int_eq(channel(model, "socket:101")->used, 2);
	ck_assert_int_eq(channel(model, "socket:101")->runs[0].first, 1);
	ck_assert_uint_eq(endpoint(model, "socket:200")->sent, 6);
	ck_assert_uint_eq(endpoint(model, "socket:101")->received, 4);
	tell(model, "20 10 10 enter call=read fd=4 obj=socket:101 n=9\n"
		    "21 10 10 leave call=read fd=4 obj=socket:101 ret=2 used=0 data=\"ef\"\n");
	ck_assert_int_eq(channel(model, "socket:101")->used, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_read_returns_before_its_write)
{
	struct model *model = told(CONNECTED RECV_ENTER(10, 4, 101, 100) ASLEEP(10));

	ck_assert_int_eq(the(model, 10)->cause, WAIT_EMPTY);
	ck_assert_int_eq(channel(model, "socket:101")->n_waiting_read, 1);
	tell(model, SEND_ENTER(11, 3, 200, 5) RECV_LEAVE(10, 4, 101, 3, 2, "hel"));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(channel(model, "socket:101")->used, 2);
	ck_assert(channel(model, "socket:101")->runs[0].inferred);
	tell(model, SEND_LEAVE(11, 3, 200, 5, "hello"));
	ck_assert_int_eq(channel(model, "socket:101")->used, 2);
	ck_assert(!channel(model, "socket:101")->runs[0].inferred);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(peeking_takes_nothing)
{
	struct model *model = told(CONNECTED SEND(11, 3, 200, 3, "abc")
		"20 10 10 enter call=recv fd=4 obj=socket:101 n=9 flags=MSG_PEEK\n"
		"21 10 10 leave call=recv fd=4 obj=socket:101 ret=3 used=3 data=\"abc\"\n");

	ck_assert_int_eq(channel(model, "socket:101")->used, 3);
	ck_assert_uint_eq(endpoint(model, "socket:101")->received, 0);
	model_free(model);
}
END_TEST

START_TEST(one_half_is_closed)
{
	struct model *model = told(CONNECTED RECV_ENTER(10, 4, 101, 100)
		"20 11 11 enter call=shutdown fd=3 obj=socket:200 how=SHUT_WR\n"
		"21 11 11 leave call=shutdown fd=3 obj=socket:200 ret=0 how=SHUT_WR\n");

	ck_assert(endpoint(model, "socket:200")->shut_write);
	ck_assert(!endpoint(model, "socket:200")->shut_read);
	ck_assert(!endpoint(model, "socket:101")->other_closed);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE); /* end of file */
	tell(model, ASLEEP(10) RECV_LEAVE(10, 4, 101, 0, 0, ""));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	tell(model, SEND(10, 4, 101, 2, "ok"));
	ck_assert_int_eq(channel(model, "socket:200")->used, 2);
	model_free(model);
}
END_TEST

/* The first send after the close succeeds; the answer to it is a reset. */
START_TEST(the_other_end_closes)
{
	struct model *model = told(CONNECTED CLOSE(11, 3, 200));

	ck_assert(endpoint(model, "socket:101")->other_closed);
	ck_assert_str_eq(endpoint(model, "socket:101")->state, ""); /* for the kernel to say */
	ck_assert(!endpoint(model, "socket:101")->reset);
	tell(model, SEND(10, 4, 101, 2, "ok"));
	ck_assert(endpoint(model, "socket:101")->reset);
	ck_assert_int_eq(channel(model, "socket:200")->lies, 0);
	consistent(model);
	model_free(model);
	model = told(CONNECTED SEND(10, 4, 101, 2, "ok") CLOSE(11, 3, 200));
	ck_assert(endpoint(model, "socket:101")->reset); /* closed with unread bytes */
	model_free(model);
}
END_TEST

START_TEST(the_kernel_tells_its_figures)
{
	struct model *model = told(CONNECTED
		"40 0 0 look obj=socket:100 tcp=LISTEN waiting=2 backlog=5\n"
		"41 0 0 look obj=socket:200 tcp=CLOSE_WAIT outq=7 rcvbuf=131072 sndbuf=2626560\n");

	ck_assert_str_eq(endpoint(model, "socket:100")->state, "LISTEN");
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 2);
	ck_assert_str_eq(endpoint(model, "socket:200")->state, "CLOSE_WAIT");
	ck_assert_int_eq(endpoint(model, "socket:200")->out_queue, 7);
	ck_assert_int_eq(endpoint(model, "socket:200")->receive_buffer, 131072);
	model_free(model);
}
END_TEST

START_TEST(an_unobserved_peer)
{
	struct model *model = told(BORN(11) TCP(11, 3, 200) CONNECT_ENTER(11, 3, 200, "10.0.0.1:80")
			CONNECT_LEAVE(11, 3, 200, CLIENT, "10.0.0.1:80") SEND(11, 3, 200, 5, "hello")
				RECV_ENTER(11, 3, 200, 4) RECV_LEAVE(11, 3, 200, 4, 6, "back"));

	ck_assert_int_eq(endpoint(model, "socket:200")->other, NONE);
	ck_assert_int_eq(channel(model, "socket:200")->used, 6);
	ck_assert_int_eq(channel(model, "socket:200")->runs[0].writer, NONE);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

#define UNIX(pid, fd, inode, type)                                                                 \
	"2 " #pid " " #pid " enter call=socket family=AF_UNIX socktype=" type " proto=0\n"         \
	"3 " #pid " " #pid " leave call=socket ret=" #fd " fds=" #fd " obj=socket:" #inode         \
	" flags=O_RDWR family=AF_UNIX socktype=" type " proto=0\n"
#define UNIX_ACCEPT(pid, got, inode)                                                               \
	ACCEPT_ENTER(pid, 3, 100)                                                                  \
	"9 " #pid " " #pid " leave call=accept ret=" #got " fds=" #got " obj=socket:" #inode       \
	" family=AF_UNIX socktype=SOCK_STREAM local=/tmp/s peer=-\n"

/* Clients of a UNIX socket have no address: connections are handed out in the order in which they came. */
START_TEST(unix_clients_are_accepted_in_their_order)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) UNIX(10, 3, 100, "SOCK_STREAM")
			LISTEN(10, 3, 100, "/tmp/s", 5) UNIX(11, 3, 200, "SOCK_STREAM")
				UNIX(12, 3, 300, "SOCK_STREAM") CONNECT_ENTER(12, 3, 300, "/tmp/s")
					CONNECT_LEAVE(12, 3, 300, "-", "/tmp/s")
						CONNECT_ENTER(11, 3, 200, "/tmp/s")
							CONNECT_LEAVE(11, 3, 200, "-", "/tmp/s"));

	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 2);
	tell(model, UNIX_ACCEPT(10, 4, 101));
	paired(model, "socket:101", "socket:300");
	ck_assert_int_eq(endpoint(model, "socket:100")->waiting, 1);
	tell(model, UNIX_ACCEPT(10, 5, 102));
	paired(model, "socket:102", "socket:200");
	tell(model, "40 0 0 look obj=socket:101 pair=socket:200\n"); /* the kernel knows better */
	paired(model, "socket:101", "socket:200");
	ck_assert_int_eq(endpoint(model, "socket:300")->other, NONE);
	consistent(model);
	model_free(model);
}
END_TEST

#define PAIR(type)                                                                                 \
	"2 10 10 enter call=socketpair family=AF_UNIX socktype=" type " proto=0\n"                 \
	"3 10 10 leave call=socketpair ret=0 fds=3,4 obj=socket:1 pair=socket:2 flags=O_RDWR"      \
	" family=AF_UNIX socktype=" type " proto=0\n"

START_TEST(a_socketpair_goes_both_ways)
{
	struct model *model = told(BORN(10) PAIR("SOCK_STREAM") SEND(10, 3, 1, 3, "abc")
			SEND(10, 4, 2, 4, "back"));

	paired(model, "socket:1", "socket:2");
	ck_assert_int_eq(channel(model, "socket:1")->used, 4);
	ck_assert_int_eq(channel(model, "socket:2")->used, 3);
	tell(model, RECV_ENTER(10, 3, 1, 9) RECV_LEAVE(10, 3, 1, 4, 0, "back") CLOSE(10, 3, 1));
	ck_assert(endpoint(model, "socket:2")->other_closed);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_new_socket_with_an_old_number)
{
	struct model *model = told(BORN(10) PAIR("SOCK_STREAM") CLOSE(10, 3, 1) UNIX(10, 3, 1, "SOCK_DGRAM"));

	ck_assert_int_eq(endpoint(model, "socket:1")->kind, SOCKET_UNIX_DGRAM);
	ck_assert_int_eq(endpoint(model, "socket:1")->other, NONE);
	ck_assert_int_eq(endpoint(model, "socket:2")->other, NONE);
	ck_assert_ptr_nonnull(channel(model, "socket:1")->queue);
	consistent(model);
	model_free(model);
}
END_TEST

/* --- datagrams --- */

START_TEST(datagrams_keep_their_boundaries)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, SERVER, 3, "one")
			SENDTO(11, 3, 200, SERVER, 5, "three"));
	const struct queue *queue = channel(model, "socket:100")->queue;

	ck_assert_ptr_nonnull(queue);
	ck_assert_int_eq(queue->n_messages, 2);
	ck_assert_int_eq(queue->messages[1].bytes, 5);
	ck_assert_int_eq(queue->messages[1].sender, model_process(model, 11));
	ck_assert_str_eq(endpoint(model, "socket:200")->local, "0.0.0.0:5555");
	tell(model, RECV_ENTER(10, 3, 100, 100) RECVFROM_LEAVE(10, 3, 100, 3,
			    " used=5 peer=127.0.0.1:5555 data=\"one\""));
	ck_assert_int_eq(queue->n_messages, 1);
	ck_assert_uint_eq(endpoint(model, "socket:100")->received, 1);
	tell(model, RECV_ENTER(10, 3, 100, 2)
			RECVFROM_LEAVE(10, 3, 100, 2, " used=0 whole=5 data=\"th\""));
	ck_assert_int_eq(queue->n_messages, 0);
	ck_assert_uint_eq(endpoint(model, "socket:100")->cut, 1);
	sum_closes(model, "socket:100");
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_datagram_is_received_before_its_send_returns)
{
	struct model *model = told(DATAGRAMS RECV_ENTER(10, 3, 100, 100) ASLEEP(10));

	ck_assert_int_eq(the(model, 10)->cause, WAIT_EMPTY);
	ck_assert_str_eq(cause_text(model, 10), "nothing to receive: no datagram has come yet");
	tell(model, SENDTO_ENTER(11, 3, 200, SERVER, 3)
			RECVFROM_LEAVE(10, 3, 100, 3, " used=0 data=\"one\""));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	sum_closes(model, "socket:100");
	tell(model, SENDTO_LEAVE(11, 3, 200, SERVER, 3, "one"));
	ck_assert_int_eq(channel(model, "socket:100")->queue->n_messages, 0);
	ck_assert_uint_eq(endpoint(model, "socket:100")->sent_to, 1);
	sum_closes(model, "socket:100");
	model_free(model);
}
END_TEST

/* What comes while the buffer is full is dropped without a word; the kernel counts it. */
START_TEST(sent_is_received_and_queued_and_dropped)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, SERVER, 1, "1")
			SENDTO(11, 3, 200, SERVER, 1, "2") SENDTO(11, 3, 200, SERVER, 1, "3")
				SENDTO(11, 3, 200, SERVER, 1, "4"));
	const struct queue *queue = channel(model, "socket:100")->queue;

	tell(model, "40 0 0 look obj=socket:100 drops=2 rcvbuf=2304 filled=2304\n");
	ck_assert_int_eq(queue->n_messages, 2);
	ck_assert_int_eq(queue->messages[1].preview[0], '2');
	ck_assert_uint_eq(endpoint(model, "socket:100")->dropped, 2);
	sum_closes(model, "socket:100");
	tell(model, RECV_ENTER(10, 3, 100, 9) RECVFROM_LEAVE(10, 3, 100, 1, " data=\"1\""));
	tell(model, SENDTO(11, 3, 200, SERVER, 1, "5") SENDTO(11, 3, 200, SERVER, 1, "6"));
	sum_closes(model, "socket:100");
	/* 2 is still there; 5 was dropped, as the receiver finds before the kernel's count comes */
	tell(model, RECV_ENTER(10, 3, 100, 9) RECVFROM_LEAVE(10, 3, 100, 1, " data=\"2\"")
			RECV_ENTER(10, 3, 100, 9) RECVFROM_LEAVE(10, 3, 100, 1, " data=\"6\""));
	ck_assert_uint_eq(endpoint(model, "socket:100")->dropped, 3);
	ck_assert_int_eq(queue->n_messages, 0);
	tell(model, "40 0 0 look obj=socket:100 drops=3\n");
	sum_closes(model, "socket:100");
	ck_assert_uint_eq(endpoint(model, "socket:100")->sent_to, 6);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(an_empty_queue_tells_of_drops)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, SERVER, 1, "1")
		"20 10 10 enter call=recv fd=3 obj=socket:100 n=9 flags=MSG_DONTWAIT\n"
		"21 10 10 leave call=recv fd=3 obj=socket:100 ret=-1 err=EAGAIN\n");

	ck_assert_uint_eq(endpoint(model, "socket:100")->dropped, 1);
	sum_closes(model, "socket:100");
	tell(model, "40 0 0 look obj=socket:100 drops=1\n");
	ck_assert_uint_eq(endpoint(model, "socket:100")->dropped, 1);
	sum_closes(model, "socket:100");
	model_free(model);
}
END_TEST

START_TEST(a_datagram_to_nobody)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, "127.0.0.1:9", 1, "1")
		"20 11 11 enter call=sendto fd=3 obj=socket:200 n=1 flags=0 peer=127.0.0.1:9\n"
		"21 11 11 leave call=sendto fd=3 obj=socket:200 ret=-1 err=ECONNREFUSED\n");

	ck_assert_uint_eq(endpoint(model, "socket:200")->sent, 1);
	ck_assert(endpoint(model, "socket:200")->refused);
	ck_assert_int_eq(channel(model, "socket:100")->queue->n_messages, 0);
	model_free(model);
}
END_TEST

START_TEST(a_datagram_of_a_stranger)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, SERVER, 1, "1")
			RECV_ENTER(10, 3, 100, 9) RECVFROM_LEAVE(10, 3, 100, 4,
				" used=1 peer=127.0.0.1:999 data=\"else\""));

	ck_assert_int_eq(channel(model, "socket:100")->queue->n_messages, 1);
	ck_assert_uint_eq(endpoint(model, "socket:100")->sent_to, 2);
	sum_closes(model, "socket:100");
	model_free(model);
}
END_TEST

START_TEST(a_seqpacket_pair_keeps_messages)
{
	struct model *model = told(BORN(10) PAIR("SOCK_SEQPACKET") SEND(10, 3, 1, 3, "abc")
			SEND(10, 3, 1, 2, "de"));

	ck_assert_int_eq(channel(model, "socket:2")->queue->n_messages, 2);
	tell(model, RECV_ENTER(10, 4, 2, 9) RECV_LEAVE(10, 4, 2, 3, 2, "abc"));
	ck_assert_int_eq(channel(model, "socket:2")->queue->n_messages, 1);
	sum_closes(model, "socket:2");
	tell(model, CLOSE(10, 3, 1) RECV_ENTER(10, 4, 2, 9) RECV_LEAVE(10, 4, 2, 2, 0, "de")
			RECV_ENTER(10, 4, 2, 9) RECV_LEAVE(10, 4, 2, 0, 0, ""));
	ck_assert_uint_eq(endpoint(model, "socket:2")->received, 2); /* end of file is no message */
	consistent(model);
	model_free(model);
}
END_TEST

/* --- descriptors on their way --- */

#define BOTH_HAVE_A_PAIR                                                                           \
	BORN(10) PAIR("SOCK_STREAM") PIPE(10, 5, 6, 77)                                            \
	"20 10 10 enter call=fork\n21 11 11 born ppid=10 name=\"child\" prog=\"/x/c\" slot=1\n"    \
	"22 10 10 leave call=fork ret=11\n"                                                        \
	"23 11 11 enter call=close fd=5 obj=pipe:77\n23 11 11 leave call=close fd=5 ret=0\n"       \
	"24 11 11 enter call=close fd=6 obj=pipe:77\n24 11 11 leave call=close fd=6 ret=0\n"

START_TEST(a_descriptor_is_passed)
{
	struct model *model = told(BOTH_HAVE_A_PAIR
		"30 10 10 enter call=write fd=6 obj=pipe:77 end=w n=4\n"
		"30 10 10 leave call=write fd=6 obj=pipe:77 end=w ret=4 used=4 cap=65536\n"
		"31 10 10 enter call=sendmsg fd=3 obj=socket:1 n=1 passed=5 flags=0\n"
		"32 10 10 leave call=sendmsg fd=3 obj=socket:1 ret=1 passed=5 data=\"x\"\n"
		"33 10 10 enter call=close fd=6 obj=pipe:77\n33 10 10 leave call=close fd=6 ret=0\n");
	int before = process_descriptor(the(model, 10), 5)->description;

	ck_assert_int_eq(model->n_passing, 1);
	tell(model, "33 10 10 enter call=close fd=5 obj=pipe:77\n"
		    "33 10 10 leave call=close fd=5 ret=0\n");
	ck_assert_int_eq(channel(model, "pipe:77")->used, 4); /* it is on its way, so it lives */
	struct model *clone = model_clone(model);
	tell(model, "34 11 11 enter call=recvmsg fd=4 obj=socket:2 n=9 flags=0\n"
		    "35 11 11 leave call=recvmsg fd=4 obj=socket:2 ret=1 used=0 passed=9 data=\"x\"\n"
		    "36 11 11 look fd=9 obj=pipe:77 end=r flags=O_RDONLY\n");
	ck_assert_int_eq(process_descriptor(the(model, 11), 9)->description, before);
	ck_assert_int_eq(model->n_passing, 0);
	ck_assert_int_eq(model->descriptions[before].n_held, 0);
	ck_assert_int_eq(channel(model, "pipe:77")->n_readers, 1);
	consistent(model);
	model_free(model);
	tell(clone, "40 11 11 died status=0\n41 10 10 died status=0\n"); /* nobody takes it */
	ck_assert_int_eq(clone->n_passing, 0);
	consistent(clone);
	model_free(clone);
}
END_TEST

/* --- waits --- */

START_TEST(both_wait_for_each_other)
{
	struct wait_edge edges[4];
	struct model *model = told(CONNECTED RECV_ENTER(10, 4, 101, 9) ASLEEP(10)
			RECV_ENTER(11, 3, 200, 9) ASLEEP(11));

	ck_assert_int_eq(model_waits(model, edges, 4), 2);
	ck_assert_int_eq(edges[0].target, model_process(model, 11));
	ck_assert_int_eq(model_cycle(model, NULL, 0), 2);
	tell(model, "50 11 11 leave call=recv fd=3 obj=socket:200 ret=-1 err=EINTR\n");
	ck_assert_int_eq(model_cycle(model, NULL, 0), 0);
	model_free(model);
}
END_TEST

#define LIMIT(pid, fd, inode, option, ns)                                                          \
	"20 " #pid " " #pid " enter call=setsockopt fd=" #fd " obj=socket:" #inode                  \
	" option=" option " timeout=" #ns "\n"                                                     \
	"21 " #pid " " #pid " leave call=setsockopt fd=" #fd " obj=socket:" #inode                  \
	" ret=0 option=" option " timeout=" #ns "\n"

START_TEST(a_time_limit_of_the_socket_ends_it)
{
	struct model *model = told(CONNECTED LIMIT(11, 3, 200, "SO_RCVTIMEO", 5000)
			RECV_ENTER(10, 4, 101, 9) ASLEEP(10) RECV_ENTER(11, 3, 200, 9) ASLEEP(11));

	ck_assert_int_eq(endpoint(model, "socket:200")->receive_limit, 5000);
	ck_assert_int_eq(endpoint(model, "socket:200")->send_limit, -1);
	ck_assert_int_eq(model_cycle(model, NULL, 0), 0);
	/* taken off again: -1 is for ever; that of sending does not count */
	tell(model, "40 11 11 leave call=recv fd=3 obj=socket:200 ret=-1 err=EAGAIN\n" LIMIT(
			    11, 3, 200, "SO_RCVTIMEO", -1) LIMIT(11, 3, 200, "SO_SNDTIMEO", 7000)
			    RECV_ENTER(11, 3, 200, 9) ASLEEP(11));
	ck_assert_int_eq(model_cycle(model, NULL, 0), 2);
	tell(model, "50 11 11 leave call=recv fd=3 obj=socket:200 ret=-1 err=EINTR\n");
	ck_assert(!the(model, 11)->last.timed);
	tell(model, SEND_ENTER(11, 3, 200, 5));
	ck_assert(process_call(the(model, 11))->timed);
	model_free(model);
}
END_TEST

/* In accept one waits for anybody, and for those first who are on their way. */
START_TEST(who_comes_is_awaited)
{
	struct wait_edge edges[4];
	struct model *model = told(BORN(10) BORN(11) BORN(12) TCP(10, 3, 100)
			LISTEN(10, 3, 100, SERVER, 5) TCP(11, 3, 200) TCP(12, 3, 300)
				ACCEPT_ENTER(10, 3, 100) ASLEEP(10));

	ck_assert_int_eq(model_waits(model, edges, 4), 1);
	ck_assert_int_eq(edges[0].target, NONE);
	tell(model, "31 11 11 reach call=connect fd=3 obj=socket:200 peer=" SERVER "\n"
		    "32 12 12 reach call=connect fd=3 obj=socket:300 peer=127.0.0.1:9\n");
	ck_assert_int_eq(model_waits(model, edges, 4), 1);
	ck_assert_int_eq(edges[0].target, model_process(model, 11));
	tell(model, CONNECT_ENTER(11, 3, 200, SERVER) ASLEEP(11));
	ck_assert_int_eq(model_waits(model, edges, 4), 2); /* each for the other */
	ck_assert_int_eq(model_cycle(model, NULL, 0), 0);  /* yet no circle: anybody may come */
	tell(model, "33 11 11 leave call=connect fd=3 obj=socket:200 ret=-1 err=EINPROGRESS\n");
	ck_assert_int_eq(model_waits(model, edges, 4), 1);
	ck_assert_int_eq(edges[0].target, model_process(model, 11));
	tell(model, CLOSE(11, 3, 200));
	ck_assert_int_eq(model_waits(model, edges, 4), 1);
	ck_assert_int_eq(edges[0].target, NONE);
	model_free(model);
}
END_TEST

/* An accept, too, ends when the time of its socket is up, and that is said. */
START_TEST(a_time_limit_is_said)
{
	struct model *model = told(BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5) "13 10 10 leave call=setsockopt fd=3 obj=socket:100 ret=0 option=SO_RCVTIMEO "
			"timeout=200000000\n" TCP(11, 3, 200) ACCEPT_ENTER(10, 3, 100));

	ck_assert(process_call(the(model, 10))->timed);
	tell(model, "14 10 10 look state=S\n");
	ck_assert_str_eq(wake_text(model, 10), "wakes when a client connects, or its time is up");
	tell(model, "15 10 10 leave call=setsockopt fd=3 obj=socket:100 ret=0 option=SO_RCVTIMEO timeout=-1\n");
	ck_assert_int_eq(endpoint(model, "socket:100")->receive_limit, -1);
	model_free(model);
}
END_TEST

/* What a UNIX socket has sent fills its own buffer until the receiver takes it. */
START_TEST(no_room_for_a_datagram)
{
	struct model *model = told(DATAGRAMS SENDTO(11, 3, 200, SERVER, 3, "one")
			SENDTO_ENTER(11, 3, 200, SERVER, 3) ASLEEP(11));

	ck_assert_int_eq(the(model, 11)->cause, WAIT_FULL);
	ck_assert_str_eq(wake_text(model, 11), "wakes when p 10 has taken enough of it");
	tell(model, RECV_ENTER(10, 3, 100, 9) RECVFROM_LEAVE(10, 3, 100, 3, " used=0 data=\"one\"")
			SENDTO_LEAVE(11, 3, 200, SERVER, 3, "two"));
	ck_assert_int_eq(model->n_wakes, 1);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	model_free(model);
}
END_TEST

START_TEST(a_full_buffer)
{
	struct model *model = told(CONNECTED SEND(11, 3, 200, 9, "aaaaaaaaa")
			SEND_ENTER(11, 3, 200, 100) ASLEEP(11));

	ck_assert_int_eq(the(model, 11)->cause, WAIT_FULL);
	ck_assert_str_eq(cause_text(model, 11),
		"no room: the buffers of both ends are full of what was sent before");
	tell(model, RECV_ENTER(10, 4, 101, 9) RECV_LEAVE(10, 4, 101, 9, 0, "aaaaaaaaa")
			SEND_LEAVE(11, 3, 200, 100, "b"));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	ck_assert_int_eq(channel(model, "socket:101")->used, 100);
	consistent(model);
	model_free(model);
}
END_TEST

/* Shut down from outside, or by the probe for the learner. */
START_TEST(a_shutdown_from_outside)
{
	struct model *model = told(CONNECTED "20 11 0 act op=shutdown fd=3 how=SHUT_WR by=stage\n");

	ck_assert(!endpoint(model, "socket:200")->shut_write); /* wanted, not done */
	tell(model, "21 11 0 look fd=3 obj=socket:200 rcvbuf=8192 sndbuf=4608 how=SHUT_WR\n");
	ck_assert(endpoint(model, "socket:200")->shut_write);
	ck_assert(!endpoint(model, "socket:200")->shut_read);
	ck_assert_int_eq(endpoint(model, "socket:200")->receive_buffer, 8192);
	tell(model, "22 11 0 act op=shutdown fd=3 how=SHUT_RD by=pending\n");
	ck_assert(!endpoint(model, "socket:200")->shut_read);
	tell(model, "23 11 11 act op=shutdown fd=3 how=SHUT_RD by=probe ret=0\n");
	ck_assert(endpoint(model, "socket:200")->shut_read);
	tell(model, "24 10 10 act op=shutdown fd=4 how=SHUT_RD by=probe ret=-1 err=ENOTCONN\n");
	ck_assert(!endpoint(model, "socket:101")->shut_read);
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *tcp = tcase_create("tcp"), *local = tcase_create("unix"), *udp = tcase_create("udp");
	TCase *waits = tcase_create("waits");
	TCase *cases[] = {tcp, local, udp, waits, NULL};

	tcase_add_test(tcp, a_connection_has_two_ends);
	tcase_add_test(tcp, what_is_sent_before_the_accept_lies_in_the_accepted_socket);
	tcase_add_test(tcp, an_accept_returns_before_its_connect);
	tcase_add_test(tcp, a_stream_keeps_no_boundaries_and_goes_both_ways);
	tcase_add_test(tcp, a_read_returns_before_its_write);
	tcase_add_test(tcp, peeking_takes_nothing);
	tcase_add_test(tcp, one_half_is_closed);
	tcase_add_test(tcp, the_other_end_closes);
	tcase_add_test(tcp, the_kernel_tells_its_figures);
	tcase_add_test(tcp, an_unobserved_peer);
	tcase_add_test(local, unix_clients_are_accepted_in_their_order);
	tcase_add_test(local, a_socketpair_goes_both_ways);
	tcase_add_test(local, a_new_socket_with_an_old_number);
	tcase_add_test(local, a_seqpacket_pair_keeps_messages);
	tcase_add_test(local, a_descriptor_is_passed);
	tcase_add_test(udp, datagrams_keep_their_boundaries);
	tcase_add_test(udp, a_datagram_is_received_before_its_send_returns);
	tcase_add_test(udp, sent_is_received_and_queued_and_dropped);
	tcase_add_test(udp, an_empty_queue_tells_of_drops);
	tcase_add_test(udp, a_datagram_to_nobody);
	tcase_add_test(udp, a_datagram_of_a_stranger);
	tcase_add_test(waits, both_wait_for_each_other);
	tcase_add_test(waits, a_time_limit_of_the_socket_ends_it);
	tcase_add_test(waits, who_comes_is_awaited);
	tcase_add_test(waits, a_full_buffer);
	tcase_add_test(waits, a_time_limit_is_said);
	tcase_add_test(waits, no_room_for_a_datagram);
	tcase_add_test(waits, a_shutdown_from_outside);
	return run_cases("model_socket", cases);
}
