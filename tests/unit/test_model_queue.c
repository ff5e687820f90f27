/* SPDX-License-Identifier: MIT
 *
 * What lies in message queues, told as event lines: order, overlapping calls, counts, waiters, removal.
 */
#include "model_lines.h"

#define GET(pid, made)                                                                             \
	"2 " #pid " " #pid " enter call=msgget key=0x71 flags=IPC_CREAT\n"                         \
	"3 " #pid " " #pid " leave call=msgget ret=5 obj=msg:5 made=" #made "\n"
#define SEND_ENTER(pid, t, bytes)                                                                  \
	"10 " #pid " " #pid " enter call=msgsnd id=5 obj=msg:5 n=" #bytes " type=" #t " flags=0\n"
#define SEND_LEAVE(pid, t, count, text)                                                            \
	"11 " #pid " " #pid " leave call=msgsnd obj=msg:5 ret=0 type=" #t " count=" #count         \
	" used=" #count "0 cap=16384 data=\"" text "\"\n"
#define SEND(pid, t, count, text) SEND_ENTER(pid, t, 10) SEND_LEAVE(pid, t, count, text)
#define RECEIVE_ENTER(pid, want, flags)                                                            \
	"20 " #pid " " #pid " enter call=msgrcv id=5 obj=msg:5 n=100 want=" #want " flags=" flags  \
	"\n"
#define RECEIVE_LEAVE(pid, t, count, text)                                                         \
	"21 " #pid " " #pid " leave call=msgrcv obj=msg:5 ret=10 type=" #t " count=" #count        \
	" used=" #count "0 cap=16384 data=\"" text "\"\n"
#define ASLEEP(pid) "30 " #pid " " #pid " look state=S wchan=do_msg\n"

static const struct queue *
queue(const struct model *model, const char *name)
{
	ck_assert_ptr_nonnull(channel(model, name)->queue);
	return channel(model, name)->queue;
}

static int
next(const struct model *model, const char *name, int32_t pid)
{
	return queue_next(model, model_channel(model, name), model_process(model, pid));
}

START_TEST(messages_keep_their_boundaries)
{
	struct model *model =
		told(BORN(10) BORN(11) GET(10, 1) SEND(10, 3, 1, "first") SEND(10, 1, 2, "second"));
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(channel(model, "msg:5")->kind, CHANNEL_MSG);
	ck_assert_int_eq(q->n_messages, 2);
	ck_assert_int_eq(q->count, 2);
	ck_assert_int_eq(q->messages[0].type, 3);
	ck_assert_int_eq(q->messages[0].bytes, 10);
	ck_assert_int_eq(q->messages[0].sender, model_process(model, 10));
	ck_assert_int_eq(q->messages[0].n_preview, 5);
	ck_assert_int_eq(memcmp(q->messages[0].preview, "first", 5), 0);
	ck_assert_int_eq(channel(model, "msg:5")->used, 20);
	ck_assert_int_eq(channel(model, "msg:5")->capacity, 16384);
	ck_assert_int_eq(q->last_sender_pid, 10);
	tell(model, RECEIVE_ENTER(11, 1, "0") RECEIVE_LEAVE(11, 1, 1, "second"));
	ck_assert_int_eq(q->n_messages, 1);
	ck_assert_int_eq(q->messages[0].type, 3);
	ck_assert_int_eq(q->last_receiver_pid, 11);
	ck_assert_int_eq(channel(model, "msg:5")->used, 10);
	ck_assert_uint_eq(q->sent, 2);
	ck_assert_uint_eq(q->received, 1);
	ck_assert(channel_user(channel(model, "msg:5"), model_process(model, 10))->writes);
	ck_assert(!channel_user(channel(model, "msg:5"), model_process(model, 10))->reads);
	ck_assert(channel_user(channel(model, "msg:5"), model_process(model, 11))->reads);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* msgop(2): 0 the first, positive the first of the type, negative the first of the lowest type. */
START_TEST(which_message_comes_next)
{
	static const struct {
		const char *enter;
		int next;
	} cases[] = {
		{RECEIVE_ENTER(11, 0, "0"), 0},
		{RECEIVE_ENTER(11, 2, "0"), 1},
		{RECEIVE_ENTER(11, 3, "0"), 0},
		{RECEIVE_ENTER(11, 9, "0"), NONE},
		{RECEIVE_ENTER(11, -3, "0"), 1},
		{RECEIVE_ENTER(11, -9223372036854775807, "0"), 1},
		{RECEIVE_ENTER(11, -1, "0"), NONE},
		{RECEIVE_ENTER(11, 3, "MSG_NOERROR|MSG_EXCEPT"), 1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct model *model = told(BORN(10) BORN(11) GET(10, 1) SEND(10, 3, 1, "a")
				SEND(10, 2, 2, "b") SEND(10, 2, 3, "c") SEND(10, 3, 4, "d"));
		ck_assert_int_eq(next(model, "msg:5", 11), NONE);
		tell(model, cases[i].enter);
		ck_assert_msg(next(model, "msg:5", 11) == cases[i].next, "case %zu", i);
		ck_assert_int_eq(
			the(model, 11)->cause, cases[i].next == NONE ? WAIT_MESSAGE : WAIT_NONE);
		model_free(model);
	}
}
END_TEST

START_TEST(at_the_gate_the_next_message_is_known)
{
	struct model *model = told(BORN(10) BORN(11) GET(10, 1) SEND(10, 3, 1, "a") SEND(
		10, 2, 2, "b") "9 11 11 reach call=msgrcv id=5 obj=msg:5 n=100 want=2 flags=0\n");

	ck_assert_int_eq(next(model, "msg:5", 11), 1);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_NONE);
	model_free(model);
}
END_TEST

/* The receiver was asleep: its leave comes before that of the send which woke it. */
START_TEST(a_receive_returns_before_its_send)
{
	struct model *model =
		told(BORN(10) BORN(11) GET(10, 1) RECEIVE_ENTER(11, 0, "0") ASLEEP(11));

	ck_assert_int_eq(the(model, 11)->state, PROCESS_BLOCKED);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_MESSAGE);
	ck_assert_int_eq(channel(model, "msg:5")->n_waiting_read, 1);
	tell(model, SEND_ENTER(10, 7, 10) RECEIVE_LEAVE(11, 7, 0, "x"));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 0);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	tell(model, SEND_LEAVE(10, 7, 0, "x"));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 0);
	ck_assert_int_eq(queue(model, "msg:5")->count, 0);
	ck_assert_uint_eq(queue(model, "msg:5")->sent, 1);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* The same, with the leaves in the order of the calls. */
START_TEST(a_send_returns_before_the_receive_that_it_woke)
{
	struct model *model = told(BORN(10) BORN(11) GET(10, 1) RECEIVE_ENTER(11, 0, "0") ASLEEP(11)
			SEND(10, 7, 0, "x"));

	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 1); /* on its way */
	tell(model, RECEIVE_LEAVE(11, 7, 0, "x"));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 0);
	ck_assert_int_eq(queue(model, "msg:5")->count, 0);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

/* A count that another process asked for has the message of a send that has not returned. */
START_TEST(a_count_tells_of_a_send_in_flight)
{
	struct model *model =
		told(BORN(10) BORN(11) GET(10, 1) SEND_ENTER(10, 7, 10) SEND(11, 8, 2, "y"));
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(q->n_messages, 2);
	ck_assert_int_eq(q->messages[0].type, 8);
	ck_assert(!q->messages[0].early);
	ck_assert_int_eq(q->messages[1].type, 7);
	ck_assert(q->messages[1].early);
	tell(model, SEND_LEAVE(10, 7, 2, "x"));
	ck_assert_int_eq(q->n_messages, 2);
	ck_assert(!q->messages[1].early);
	ck_assert_int_eq(q->messages[1].n_preview, 1);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* Two sends in flight, the credit goes to the wrong one, and comes back. */
START_TEST(a_wrong_credit_comes_back)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) GET(10, 1) SEND_ENTER(10, 7, 10)
			SEND_ENTER(11, 8, 10) SEND(12, 9, 2, "z") SEND_LEAVE(11, 8, 2, "y"));
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(q->count, 3);
	tell(model, "12 0 0 look obj=msg:5 count=2 used=20\n");
	ck_assert_int_eq(q->count, 2);
	ck_assert_int_eq(q->n_messages, 2);
	ck_assert_int_eq(q->messages[0].type + q->messages[1].type, 17);
	tell(model, SEND_LEAVE(10, 7, 3, "x"));
	ck_assert_int_eq(q->n_messages, 3);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* An old queue: messages were in it that nobody was seen to send. */
START_TEST(unknown_messages_are_only_counted)
{
	struct model *model = told(BORN(10) BORN(11) GET(10, 0) SEND(10, 1, 4, "x"));
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(q->n_messages, 1);
	ck_assert_int_eq(q->count, 4);
	ck_assert_int_eq(channel(model, "msg:5")->used, 40);
	tell(model, RECEIVE_ENTER(11, 9, "0") RECEIVE_LEAVE(11, 9, 3, "old"));
	ck_assert_int_eq(q->n_messages, 1);
	ck_assert_int_eq(q->count, 3);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* msgop(2): MSG_COPY takes nothing; and a message that could not be stored is gone. */
START_TEST(copied_and_spilled)
{
	struct model *model = told(BORN(10) GET(10, 1) SEND(10, 3, 1, "a") SEND(10, 4, 2, "b")
			RECEIVE_ENTER(10, 1, "IPC_NOWAIT|MSG_COPY"));
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(next(model, "msg:5", 10), 1);
	tell(model, RECEIVE_LEAVE(10, 4, 2, "b"));
	ck_assert_int_eq(q->n_messages, 2);
	tell(model, RECEIVE_ENTER(10, 4, "0") "21 10 10 leave call=msgrcv obj=msg:5 ret=-1 "
					      "err=EFAULT count=1 used=10\n");
	ck_assert_int_eq(q->n_messages, 1);
	ck_assert_int_eq(q->messages[0].type, 3);
	tell(model, SEND_ENTER(10, 5, 10) "11 10 10 leave call=msgsnd obj=msg:5 ret=-1 err=EFAULT "
					  "count=1 used=10\n");
	ck_assert_int_eq(q->count, 1);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* With other messages in it that were never seen a receive of a type may well find one. */
START_TEST(with_unknown_messages_nothing_is_concluded)
{
	struct model *model =
		told(BORN(10) BORN(11) GET(10, 0) SEND(10, 1, 4, "x") RECEIVE_ENTER(11, 9, "0"));

	ck_assert_int_eq(the(model, 11)->cause, WAIT_NONE);
	tell(model, ASLEEP(11));
	ck_assert_int_eq(the(model, 11)->cause, WAIT_MESSAGE);
	model_free(model);
}
END_TEST

/* Somebody who is not observed took one. */
START_TEST(a_look_takes_what_others_received)
{
	struct model *model = told(BORN(10) BORN(11) GET(10, 1) SEND(10, 1, 1, "x")
			SEND(10, 2, 2, "y") "40 0 0 look obj=msg:5 count=1 used=10 cap=16384 "
					    "sender=10 receiver=99\n");
	const struct queue *q = queue(model, "msg:5");

	ck_assert_int_eq(q->n_messages, 1);
	ck_assert_int_eq(q->messages[0].type, 2);
	ck_assert_int_eq(q->last_receiver_pid, 99);
	ck_assert_int_eq(model->touched_channel, model_channel(model, "msg:5"));
	ck_assert_uint_eq(model->strange, 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_full_queue_blocks_the_sender)
{
	struct model *model = told(BORN(10) BORN(11)
			GET(10, 1) "4 10 10 enter call=msgctl id=5 cmd=IPC_SET obj=msg:5\n"
				   "5 10 10 leave call=msgctl obj=msg:5 ret=0 cap=15\n" SEND_ENTER(
					   10, 1, 10) "11 10 10 leave call=msgsnd obj=msg:5 ret=0 "
						      "type=1 count=1 used=10 cap=15 "
						      "data=\"a\"\n" SEND_ENTER(10, 1, 10));

	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_ROOM);
	tell(model, ASLEEP(10));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_int_eq(channel(model, "msg:5")->n_waiting_write, 1);
	tell(model, RECEIVE_ENTER(11, 0, "0") "21 11 11 leave call=msgrcv obj=msg:5 ret=10 type=1 "
					      "count=1 used=10 cap=15 "
					      "data=\"a\"\n");
	ck_assert_int_eq(
		queue(model, "msg:5")->count, 1); /* the sender's, which has not returned */
	ck_assert(queue(model, "msg:5")->messages[0].early);
	tell(model, "22 10 10 leave call=msgsnd obj=msg:5 ret=0 type=1 count=1 used=10 cap=15 "
		    "data=\"b\"\n");
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 1);
	ck_assert_int_eq(queue(model, "msg:5")->messages[0].n_preview, 1);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(ipc_nowait_does_not_wait)
{
	struct model *model = told(BORN(11) GET(11, 1) RECEIVE_ENTER(11, 0, "IPC_NOWAIT"));

	ck_assert(process_call(the(model, 11))->nonblock);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_NONE);
	tell(model, "21 11 11 leave call=msgrcv obj=msg:5 ret=-1 err=ENOMSG count=0 used=0\n");
	ck_assert_uint_eq(queue(model, "msg:5")->received, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

START_TEST(removal_wakes_the_waiters)
{
	struct model *model = told(BORN(10) BORN(11) GET(10, 1) SEND(10, 3, 1, "a") RECEIVE_ENTER(
		11, 7, "0") ASLEEP(11) "40 10 10 enter call=msgctl id=5 cmd=IPC_RMID obj=msg:5\n"
				       "41 11 11 leave call=msgrcv obj=msg:5 ret=-1 err=EIDRM\n");

	ck_assert(channel(model, "msg:5")->removed);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	tell(model, "42 10 10 leave call=msgctl obj=msg:5 ret=0\n");
	ck_assert_int_eq(channel(model, "msg:5")->last_remover, model_process(model, 10));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 0);
	ck_assert_int_eq(queue(model, "msg:5")->count, 0);
	model_free(model);
}
END_TEST

START_TEST(waiters_stand_in_the_order_of_their_calls)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) GET(10, 1) RECEIVE_ENTER(12, 3, "0")
			RECEIVE_ENTER(10, -5, "0") RECEIVE_ENTER(11, 0, "0") ASLEEP(11) ASLEEP(10)
				ASLEEP(12));
	int waiters[3] = {NONE, NONE, NONE}, id = model_channel(model, "msg:5");

	ck_assert_int_eq(channel_waiters(model, id, waiters, 3), 3);
	ck_assert_int_eq(model->processes[waiters[0]].pid, 12);
	ck_assert_int_eq(model->processes[waiters[1]].pid, 10);
	ck_assert_int_eq(model->processes[waiters[2]].pid, 11);
	ck_assert_int_eq(channel_waiters(model, id, waiters, 1), 3);
	ck_assert_int_eq(model->processes[waiters[0]].pid, 12);
	ck_assert_int_eq(channel_waiters(model, id, NULL, 0), 3);
	model_free(model);
}
END_TEST

/* --- POSIX --- */

#define MQ_OPEN(pid, fd)                                                                           \
	"2 " #pid " " #pid " enter call=mq_open path=\"/q\" flags=O_RDWR|O_CREAT\n"                \
	"3 " #pid " " #pid " leave call=mq_open ret=" #fd " obj=mq:/q end=rw made=1 flags=O_RDWR " \
	"count=0 limit=3 size=64\n"
#define MQ_SEND(pid, fd, p, count, text)                                                           \
	"10 " #pid " " #pid " enter call=mq_send fd=" #fd " obj=mq:/q n=8 prio=" #p "\n"           \
	"11 " #pid " " #pid " leave call=mq_send fd=" #fd " obj=mq:/q ret=0 prio=" #p              \
	" count=" #count " limit=3 size=64 data=\"" text "\"\n"

START_TEST(the_highest_priority_is_first)
{
	struct model *model = told(BORN(10) MQ_OPEN(10, 3) MQ_SEND(10, 3, 1, 1, "a")
			MQ_SEND(10, 3, 9, 2, "b") MQ_SEND(10, 3, 1, 3, "c"));
	const struct queue *q = queue(model, "mq:/q");

	ck_assert_int_eq(q->max_messages, 3);
	ck_assert_int_eq(q->max_size, 64);
	ck_assert_int_eq(q->n_messages, 3);
	ck_assert_int_eq(q->messages[0].preview[0], 'b');
	ck_assert_int_eq(q->messages[1].preview[0], 'a');
	ck_assert_int_eq(q->messages[2].preview[0], 'c');
	ck_assert_int_eq(channel(model, "mq:/q")->n_readers, 1);
	ck_assert_int_eq(channel(model, "mq:/q")->n_writers, 1);
	tell(model, "20 10 10 enter call=mq_receive fd=3 obj=mq:/q n=64\n");
	ck_assert_int_eq(next(model, "mq:/q", 10), 0);
	tell(model, "21 10 10 leave call=mq_receive fd=3 obj=mq:/q ret=8 prio=9 count=2 limit=3 "
		    "size=64 data=\"b\"\n");
	ck_assert_int_eq(q->n_messages, 2);
	ck_assert_int_eq(q->messages[0].preview[0], 'a');
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* mq_receive without a place for the priority tells none. */
START_TEST(a_priority_that_nobody_asked_for)
{
	struct model *model = told(BORN(10) BORN(11) MQ_OPEN(
		10, 3) "10 11 11 enter call=mq_receive fd=3 obj=mq:/q n=64\n"
		       "11 10 10 enter call=mq_send fd=3 obj=mq:/q n=1 prio=5\n"
		       "12 11 11 leave call=mq_receive fd=3 obj=mq:/q ret=1 count=0 data=\"a\"\n"
		       "13 10 10 leave call=mq_send fd=3 obj=mq:/q ret=0 prio=5 count=0 "
		       "data=\"a\"\n" MQ_SEND(10, 3, 2, 1, "b") MQ_SEND(10, 3, 7, 2,
			       "c") "20 10 10 enter call=mq_receive fd=3 obj=mq:/q n=64\n"
				    "21 10 10 leave call=mq_receive fd=3 obj=mq:/q ret=8 count=1 "
				    "data=\"c\"\n");

	ck_assert_int_eq(queue(model, "mq:/q")->n_messages, 1);
	ck_assert_int_eq(queue(model, "mq:/q")->messages[0].preview[0], 'b');
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_full_posix_queue_and_its_flag)
{
	struct model *model = told(BORN(10) MQ_OPEN(10, 3) MQ_SEND(10, 3, 1, 1, "a")
			MQ_SEND(10, 3, 1, 2, "b") MQ_SEND(10, 3, 1, 3,
				"c") "20 10 10 enter call=mq_send fd=3 obj=mq:/q n=8 prio=0\n");

	ck_assert_int_eq(the(model, 10)->cause, WAIT_ROOM);
	tell(model, "21 10 10 leave call=mq_send fd=3 obj=mq:/q ret=-1 err=EINTR\n"
		    "22 10 10 enter call=mq_setattr fd=3 obj=mq:/q flags=O_NONBLOCK\n"
		    "23 10 10 leave call=mq_setattr fd=3 obj=mq:/q ret=0\n"
		    "24 10 10 enter call=mq_send fd=3 obj=mq:/q n=8 prio=0\n");
	ck_assert(description(model, 10, 3)->flags & O_NONBLOCK);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
	ck_assert(process_call(the(model, 10))->nonblock);
	model_free(model);
}
END_TEST

START_TEST(a_queue_outlives_its_descriptors)
{
	struct model *model = told(BORN(10) MQ_OPEN(10, 3) MQ_SEND(
		10, 3, 1, 1, "a") "20 10 10 enter call=mq_close fd=3 obj=mq:/q\n"
				  "21 10 10 leave call=mq_close fd=3 obj=mq:/q ret=0\n");

	ck_assert_int_eq(channel(model, "mq:/q")->n_readers, 0);
	ck_assert_int_eq(queue(model, "mq:/q")->n_messages, 1);
	tell(model, "30 10 10 enter call=mq_unlink path=\"/q\" obj=mq:/q\n"
		    "31 10 10 leave call=mq_unlink obj=mq:/q ret=0\n");
	ck_assert(channel(model, "mq:/q")->removed);
	ck_assert_int_eq(queue(model, "mq:/q")->n_messages, 0);
	tell(model, MQ_OPEN(10, 3)); /* another one of this name */
	ck_assert(!channel(model, "mq:/q")->removed);
	ck_assert_int_eq(queue(model, "mq:/q")->count, 0);
	model_free(model);
}
END_TEST

START_TEST(a_name_goes_before_its_queue)
{
	struct model *model = told(BORN(10) MQ_OPEN(10, 3) MQ_SEND(
		10, 3, 1, 1, "a") "30 10 10 enter call=mq_unlink path=\"/q\" obj=mq:/q\n"
				  "31 10 10 leave call=mq_unlink obj=mq:/q ret=0\n");

	ck_assert(channel(model, "mq:/q")->removed);
	ck_assert_int_eq(queue(model, "mq:/q")->n_messages, 1);
	tell(model, "40 10 0 died status=0\n");
	ck_assert_int_eq(queue(model, "mq:/q")->n_messages, 0);
	model_free(model);
}
END_TEST

START_TEST(a_notification_ends_when_it_fires)
{
	struct model *model = told(BORN(10) BORN(11)
			MQ_OPEN(10, 3) "4 10 10 enter call=mq_notify fd=3 obj=mq:/q how=caught\n"
				       "5 10 10 leave call=mq_notify fd=3 obj=mq:/q ret=0\n");

	ck_assert_int_eq(queue(model, "mq:/q")->notified, model_process(model, 10));
	tell(model, MQ_SEND(10, 3, 1, 1, "a"));
	ck_assert_int_eq(queue(model, "mq:/q")->notified, NONE);
	tell(model, "40 0 0 look obj=mq:/q notify=11\n");
	ck_assert_int_eq(queue(model, "mq:/q")->notified, model_process(model, 11));
	tell(model, "41 10 10 enter call=mq_notify fd=3 obj=mq:/q how=none\n"
		    "42 10 10 leave call=mq_notify fd=3 obj=mq:/q ret=0 how=none\n");
	ck_assert_int_eq(queue(model, "mq:/q")->notified, model_process(model, 10));
	tell(model, "43 10 10 enter call=mq_notify fd=3 obj=mq:/q how=off\n"
		    "44 10 10 leave call=mq_notify fd=3 obj=mq:/q ret=0 how=off\n");
	ck_assert_int_eq(queue(model, "mq:/q")->notified, NONE);
	tell(model, "45 0 0 look obj=mq:/q notify=11\n46 11 0 died status=0\n");
	ck_assert_int_eq(queue(model, "mq:/q")->notified, NONE);
	model_free(model);
}
END_TEST

/* A copy goes on by itself. */
START_TEST(a_clone_has_its_own_messages)
{
	struct model *model = told(BORN(10) GET(10, 1) SEND(10, 3, 1, "a"));
	struct model *clone = model_clone(model);

	ck_assert_ptr_nonnull(clone);
	tell(clone, SEND(10, 4, 2, "b"));
	ck_assert_int_eq(queue(model, "msg:5")->n_messages, 1);
	ck_assert_int_eq(queue(clone, "msg:5")->n_messages, 2);
	consistent(clone);
	model_free(model);
	ck_assert_int_eq(queue(clone, "msg:5")->messages[0].type, 3);
	model_free(clone);
}
END_TEST

/* Ever more messages in ever more queues: some are kept, all are counted. */
START_TEST(memory_ends)
{
	struct model *model = told(BORN(10));
	char line[400];

	for (int q = 0; q < 100; q++) {
		snprintf(line, sizeof line,
			"2 10 10 enter call=msgget\n3 10 10 leave call=msgget ret=%d obj=msg:%d "
			"made=1\n",
			q, q);
		tell(model, line);
		for (int i = 0; i < 1200; i++) {
			snprintf(line, sizeof line,
				"4 10 10 enter call=msgsnd id=%d obj=msg:%d n=5 type=%d\n"
				"5 10 10 leave call=msgsnd obj=msg:%d ret=0 type=%d count=%d\n",
				q, q, i + 1, q, i + 1, i + 1);
			tell(model, line);
		}
		snprintf(line, sizeof line, "msg:%d", q);
		ck_assert_int_eq(queue(model, line)->count, 1200);
	}
	consistent(model);
	ck_assert_int_le(model->n_messages, MODEL_MESSAGES_MAX);
	ck_assert_uint_gt(model->lost, 0);
	ck_assert_uint_eq(model->strange, 0);
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *sysv = tcase_create("System V"), *posix = tcase_create("POSIX"),
	      *bounds = tcase_create("bounds");

	tcase_add_test(sysv, messages_keep_their_boundaries);
	tcase_add_test(sysv, which_message_comes_next);
	tcase_add_test(sysv, at_the_gate_the_next_message_is_known);
	tcase_add_test(sysv, a_receive_returns_before_its_send);
	tcase_add_test(sysv, a_send_returns_before_the_receive_that_it_woke);
	tcase_add_test(sysv, a_count_tells_of_a_send_in_flight);
	tcase_add_test(sysv, a_wrong_credit_comes_back);
	tcase_add_test(sysv, unknown_messages_are_only_counted);
	tcase_add_test(sysv, copied_and_spilled);
	tcase_add_test(sysv, with_unknown_messages_nothing_is_concluded);
	tcase_add_test(sysv, a_look_takes_what_others_received);
	tcase_add_test(sysv, a_full_queue_blocks_the_sender);
	tcase_add_test(sysv, ipc_nowait_does_not_wait);
	tcase_add_test(sysv, removal_wakes_the_waiters);
	tcase_add_test(sysv, waiters_stand_in_the_order_of_their_calls);
	tcase_add_test(posix, the_highest_priority_is_first);
	tcase_add_test(posix, a_priority_that_nobody_asked_for);
	tcase_add_test(posix, a_full_posix_queue_and_its_flag);
	tcase_add_test(posix, a_queue_outlives_its_descriptors);
	tcase_add_test(posix, a_name_goes_before_its_queue);
	tcase_add_test(posix, a_notification_ends_when_it_fires);
	tcase_add_test(bounds, a_clone_has_its_own_messages);
	tcase_add_test(bounds, memory_ends);
	tcase_set_timeout(bounds, 60);
	return run_cases("model_queue", (TCase *[]){sysv, posix, bounds, NULL});
}
