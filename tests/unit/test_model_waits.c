/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom, told as event lines: circles that are closed, and waiting that only looks like one.
 */
#include "model_lines.h"

#define LOOK(pid, wchan) "90 " #pid " " #pid " look state=S wchan=" wchan "\n"

/* Circles as pids in a row: "10 11", "" for none. */
static const char *
circle(const struct model *model)
{
	static char text[200];
	int ids[16], n = model_cycle(model, ids, 16);

	text[0] = '\0';
	for (int i = 0; i < n && i < 16; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", i > 0 ? " " : "",
			(int)model->processes[ids[i]].pid);
	return text;
}

/* Edges as waiter>target, with ! where only somebody outside can end them, in the order of the waiters. */
static const char *
edges(const struct model *model)
{
	static char text[400];
	struct wait_edge all[64];
	int n = model_waits(model, all, 64);

	text[0] = '\0';
	for (int i = 0; i < n && i < 64; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d>%d%s",
			i > 0 ? " " : "", (int)model->processes[all[i].waiter].pid,
			all[i].target == NONE ? 0 : (int)model->processes[all[i].target].pid,
			all[i].dead ? "!" : "");
	return text;
}

static const char *
words(const struct model *model)
{
	static char text[600];

	cycle_text(model, text, sizeof text);
	return text;
}

/* --- pipes --- */

#define FORK(child)                                                                                \
	"4 10 10 enter call=fork\n5 10 10 leave call=fork ret=" #child "\n6 " #child " " #child    \
	" born ppid=10 name=\"c" #child "\" slot=1\n7 " #child " " #child " leave call=fork "      \
	"ret=0\n"
#define CLOSE(pid, fd)                                                                             \
	"8 " #pid " " #pid " enter call=close fd=" #fd "\n9 " #pid " " #pid                        \
	" leave call=close fd=" #fd " ret=0\n"
#define READ(pid, fd, inode)                                                                       \
	"50 " #pid " " #pid " enter call=read fd=" #fd " obj=pipe:" #inode " end=r n=100\n"
#define ASLEEP_READ(pid) LOOK(pid, "anon_pipe_read")
#define FILL(pid, fd, inode)                                                                       \
	"20 " #pid " " #pid " enter call=write fd=" #fd " obj=pipe:" #inode " end=w n=65536\n"     \
	"21 " #pid " " #pid " leave call=write fd=" #fd " obj=pipe:" #inode                        \
	" end=w ret=65536 used=65536 cap=65536\n"                                                  \
	"22 " #pid " " #pid " enter call=write fd=" #fd " obj=pipe:" #inode " end=w n=10\n"
/* 10 and 11, a pipe each way: 10 writes 4 and reads 5, 11 writes 6 and reads 3 */
#define TWO_PIPES                                                                                  \
	BORN(10)                                                                                   \
	PIPE(10, 3, 4, 7)                                                                          \
	PIPE(10, 5, 6, 8) FORK(11) CLOSE(10, 3) CLOSE(10, 6) CLOSE(11, 4) CLOSE(11, 5)

START_TEST(two_full_pipes)
{
	struct model *model = told(TWO_PIPES FILL(10, 4, 7) LOOK(10, "anon_pipe_write"));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>11");
	ck_assert_str_eq(words(model), "");
	tell(model, FILL(11, 6, 8));
	ck_assert_str_eq(circle(model), ""); /* the kernel has not said yet that it sleeps */
	ck_assert_str_eq(edges(model), "10>11 11>10");
	tell(model, LOOK(11, "anon_pipe_write"));
	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(edges(model), "10>11! 11>10!");
	ck_assert_str_eq(words(model), "p waits for room in pipe:7, which c11 would make by "
				       "reading; c11 waits for room in pipe:8, which p would make "
				       "by reading. None of them can go on by itself.");
	model_free(model);
}
END_TEST

START_TEST(two_empty_pipes)
{
	struct model *model =
		told(TWO_PIPES READ(10, 5, 8) ASLEEP_READ(10) READ(11, 3, 7) ASLEEP_READ(11));

	ck_assert_str_eq(circle(model), "10 11");
	/* one of them was woken: bytes have come */
	tell(model, "60 11 11 leave call=read fd=3 obj=pipe:7 ret=-1 err=EINTR\n"
		    "61 11 11 enter call=write fd=6 obj=pipe:8 end=w n=5\n"
		    "62 11 11 leave call=write fd=6 obj=pipe:8 end=w ret=5 used=5 cap=65536\n" READ(
			    11, 3, 7) ASLEEP_READ(11));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED); /* as far as was said */
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* The other one runs, or stands at its gate, or sleeps for a time: no circle. */
START_TEST(a_reader_whose_writer_is_about)
{
	struct model *model = told(TWO_PIPES READ(11, 3, 7) ASLEEP_READ(11));

	ck_assert_str_eq(circle(model), "");
	tell(model, "60 10 10 reach call=read fd=5 obj=pipe:8 end=r n=100\n");
	ck_assert_str_eq(circle(model), "");
	tell(model, "61 10 10 enter call=read fd=5 obj=pipe:8 end=r n=100\n"
		    "62 10 10 leave call=read fd=5 obj=pipe:8 end=r ret=-1 err=EINTR\n"
		    "63 10 10 enter call=sleep timeout=1000\n" LOOK(10, "hrtimer_nanosleep"));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_str_eq(circle(model), "");
	tell(model, "64 10 10 leave call=sleep ret=0\n65 10 10 enter call=pause\n" LOOK(10, "x"));
	ck_assert_str_eq(circle(model), ""); /* a signal comes from anybody */
	model_free(model);
}
END_TEST

START_TEST(the_forgotten_close)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 7) READ(10, 3, 7) ASLEEP_READ(10));

	ck_assert_str_eq(circle(model), "10");
	ck_assert_str_eq(edges(model), "10>10!");
	ck_assert_str_eq(words(model), "p waits at pipe:7 for what it alone could do.");
	model_free(model);
}
END_TEST

/* The parent waits for the child, which waits for the end of file that the parent keeps from it. */
START_TEST(waitpid_with_a_write_end_open)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 7) FORK(11) CLOSE(11, 4) READ(11, 3,
		7) ASLEEP_READ(11) "60 10 10 enter call=waitpid target=11\n" LOOK(10, "do_wait"));

	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(edges(model), "10>11! 11>10!");
	model_free(model);
}
END_TEST

START_TEST(an_ended_child_ends_the_waiting)
{
	struct model *model = told(BORN(10) PIPE(10, 3, 4, 7) FORK(11) FORK(12) CLOSE(11, 4)
			CLOSE(12, 4) READ(11, 3, 7)
				ASLEEP_READ(11) "60 10 10 enter call=wait\n" LOOK(10, "do_wait")
					READ(12, 3, 7) ASLEEP_READ(12));

	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(edges(model), "10>11! 10>12! 11>10! 12>10!");
	tell(model, "70 12 0 died signal=SIGKILL\n");
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* A pipe from outside: whoever holds its other end is not known. */
START_TEST(a_pipe_from_outside)
{
	struct model *model =
		told(BORN(10) "2 10 10 look fd=0 obj=pipe:5 end=r flags=O_RDONLY\n" READ(10, 0, 5)
				ASLEEP_READ(10));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>0");
	model_free(model);
}
END_TEST

/* --- FIFOs --- */

#define MKFIFO(name)                                                                               \
	"2 10 10 enter call=mkfifo path=\"" name "\"\n3 10 10 leave call=mkfifo ret=0 "            \
	"obj=fifo:/d/" name "\n"
#define OPEN(pid, name, e, flags)                                                                  \
	"30 " #pid " " #pid " enter call=open path=\"" name "\" flags=" flags " obj=fifo:/d/" name \
	" end=" #e "\n" LOOK(pid, "wait_for_partner")

START_TEST(two_fifos_in_opposite_order)
{
	struct model *model =
		told(BORN(10) BORN(11) MKFIFO("a") MKFIFO("b") OPEN(10, "a", w, "O_WRONLY"));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>11");
	tell(model, "80 11 0 died status=0\n"); /* alone: its partner may be started yet */
	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>0");
	tell(model, BORN(11) OPEN(11, "b", w, "O_WRONLY"));
	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(edges(model), "10>11! 11>10!");
	tell(model, BORN(12)); /* somebody new could open either */
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

START_TEST(a_partner_has_come)
{
	struct model *model = told(BORN(10) BORN(11) MKFIFO("a") OPEN(10, "a", w, "O_WRONLY")
			OPEN(11, "a", r, "O_RDONLY"));

	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* Who waits alone at something that has a name is not stuck: a program that is started yet can find it. */
START_TEST(a_stranger_may_come)
{
	struct model *model = told(BORN(10) MKFIFO("a") OPEN(10, "a", w, "O_WRONLY"));

	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>0");
	model_free(model);
	model = told(BORN(10) "2 10 10 enter call=msgget key=0x71\n"
			      "3 10 10 leave call=msgget ret=5 obj=msg:5 made=1\n"
			      "4 10 10 enter call=msgrcv id=5 obj=msg:5 n=9 want=0\n" LOOK(
				      10, "do_msgrcv"));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(words(model), "");
	model_free(model);
}
END_TEST

/* --- semaphores --- */

#define SET(values)                                                                                \
	"2 10 10 enter call=semget key=0x71 n=2 flags=IPC_CREAT\n"                                 \
	"3 10 10 leave call=semget ret=9 obj=sem:9 made=1\n"                                       \
	"4 10 10 enter call=semctl id=9 sem=0 cmd=SETALL obj=sem:9\n"                              \
	"5 10 10 leave call=semctl obj=sem:9 ret=0 values=" values "\n"
#define USES(pid)                                                                                  \
	"2 " #pid " " #pid " enter call=semget key=0x71 n=2 flags=0\n3 " #pid " " #pid             \
	" leave call=semget ret=9 obj=sem:9 made=0\n"
#define ENTER(pid, ops) "10 " #pid " " #pid " enter call=semop id=9 obj=sem:9 ops=" ops "\n"
#define LEAVE(pid, values)                                                                         \
	"11 " #pid " " #pid " leave call=semop obj=sem:9 ret=0 values=" values "\n"
#define OP(pid, ops, values) ENTER(pid, ops) LEAVE(pid, values)
#define STUCK(pid, ops) ENTER(pid, ops) LOOK(pid, "do_semtimedop")

START_TEST(two_semaphores_in_opposite_order)
{
	struct model *model = told(BORN(10) BORN(11) SET("1,1") USES(11) OP(10, "0-1", "0,1")
			OP(11, "1-1", "0,0") STUCK(10, "1-1"));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>11");
	tell(model, STUCK(11, "0-1"));
	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(edges(model), "10>11! 11>10!");
	ck_assert_str_eq(cause_text(model, 10), "it wants 1 of number 1 and finds 0");
	tell(model, "95 0 0 look obj=sem:9 values=1,0\n"); /* somebody helped from outside */
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* A third one that used them rightly before has nothing to do with it, though it runs. */
START_TEST(one_who_gave_back_cannot_help)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) SET("1,1") USES(11) USES(12)
			OP(12, "0-1", "0,1") OP(12, "0+1", "1,1") OP(10, "0-1", "0,1")
				OP(11, "1-1", "0,0") STUCK(10, "1-1") STUCK(11, "0-1"));

	ck_assert_str_eq(circle(model), "10 11");
	tell(model, OP(12, "0+1", "1,0")); /* one who gives what it never took can */
	tell(model, "95 0 0 look obj=sem:9 values=0,0\n");
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* Five philosophers. */
START_TEST(a_longer_circle)
{
	struct model *model = told(BORN(10) BORN(11) BORN(
		12) "2 10 10 enter call=semget key=0x71 n=3 flags=IPC_CREAT\n"
		    "3 10 10 leave call=semget ret=9 obj=sem:9 made=1\n"
		    "4 10 10 enter call=semctl id=9 sem=0 cmd=SETALL obj=sem:9\n"
		    "5 10 10 leave call=semctl obj=sem:9 ret=0 values=1,1,1\n" OP(
			    10, "0-1", "0,1,1") OP(12, "1-1", "0,0,1") OP(11, "2-1", "0,0,0")
			    STUCK(10, "1-1") STUCK(12, "2-1") STUCK(11, "0-1"));

	ck_assert_str_eq(circle(model), "10 12 11");
	model_free(model);
}
END_TEST

START_TEST(a_holder_died_with_it)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) SET("1,1") USES(11) USES(12)
			OP(11, "0-1", "0,1") STUCK(10, "0-1"));

	ck_assert_str_eq(circle(model), "");
	tell(model, "80 11 0 died signal=SIGKILL\n");
	ck_assert_str_eq(circle(model), "10");
	ck_assert_str_eq(edges(model), "10>11!");
	ck_assert_str_eq(words(model), "p 10 waits for number 0 of sem:9, which p 11 took and "
				       "never gave back: it has ended.");
	ck_assert_str_eq(wake_text(model, 10),
		"nobody is left to post: p 11 took it and has ended, "
		"without giving it back");
	model_free(model);
}
END_TEST

START_TEST(with_undo_nobody_dies_with_it)
{
	struct model *model = told(BORN(10) BORN(11) SET("1,1") USES(11) OP(11, "0-1u", "0,1")
			STUCK(10, "0-1") "80 11 0 died signal=SIGKILL\n");

	ck_assert_str_eq(circle(model), ""); /* it is about to wake */
	model_free(model);
}
END_TEST

/* To signal: whoever can come to it may post. */
START_TEST(a_semaphore_to_signal_with)
{
	struct model *model = told(BORN(10) BORN(11) SET("0,0") USES(11) STUCK(10, "0-1"));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>11");
	tell(model, STUCK(11, "1-1"));
	ck_assert_str_eq(circle(model), "10 11");
	model_free(model);
}
END_TEST

/* A bounded buffer: the mutex is taken before the empty slot. */
START_TEST(the_mutex_before_the_slot)
{
#define NAMED(pid, name, value)                                                                    \
	"2 " #pid " " #pid " enter call=sem_open path=\"/" name "\" value=" #value "\n"            \
	"3 " #pid " " #pid " leave call=sem_open ret=1 obj=sem:/" name " made=1 values=" #value    \
	"\n"
#define OPENED(pid, name)                                                                          \
	"2 " #pid " " #pid " enter call=sem_open path=\"/" name "\"\n"                             \
	"3 " #pid " " #pid " leave call=sem_open ret=1 obj=sem:/" name " made=0\n"
#define WAIT(pid, name, value)                                                                     \
	"10 " #pid " " #pid " enter call=sem_wait addr=1 obj=sem:/" name "\n"                      \
	"11 " #pid " " #pid " leave call=sem_wait obj=sem:/" name " ret=0 values=" #value "\n"
#define POST(pid, name, value)                                                                     \
	"10 " #pid " " #pid " enter call=sem_post addr=1 obj=sem:/" name "\n"                      \
	"11 " #pid " " #pid " leave call=sem_post obj=sem:/" name " ret=0 values=" #value "\n"
#define WAITS(pid, name)                                                                           \
	"10 " #pid " " #pid " enter call=sem_wait addr=1 obj=sem:/" name                           \
	"\n" LOOK(pid, "futex_wait_queue")
	struct model *model = told(BORN(10) BORN(11) NAMED(10, "mutex", 1) NAMED(10, "empty",
		2) NAMED(10, "full", 0) OPENED(11, "mutex") OPENED(11, "empty") OPENED(11, "full")
		/* the producer fills both slots */
		WAIT(10, "mutex", 0) WAIT(10, "empty", 1) POST(10, "mutex", 1) POST(10, "full", 1)
			WAIT(10, "mutex", 0) WAIT(10, "empty", 0) POST(10, "mutex", 1)
				POST(10, "full", 2) WAIT(10, "mutex", 0) WAITS(10, "empty"));

	ck_assert_str_eq(edges(model), "10>11");
	tell(model, WAIT(11, "full", 1));
	ck_assert_str_eq(circle(model), "");
	tell(model, WAITS(11, "mutex"));
	ck_assert_str_eq(circle(model), "10 11");
	ck_assert_str_eq(words(model),
		"p 10 waits for /empty, which p 11 would have to post; p 11 waits for /mutex, "
		"which p 10 would have to post. None of them can go on by itself.");
	model_free(model);
}
END_TEST

/* Three: while the consumer has not run into the mutex nothing is lost yet, though two producers hang together. */
START_TEST(a_consumer_still_runs)
{
	struct model *model = told(BORN(10) BORN(11) BORN(12) NAMED(10, "mutex", 1) NAMED(
		10, "empty", 2) OPENED(11, "mutex") OPENED(11, "empty") OPENED(12, "mutex")
			OPENED(12, "empty") WAIT(10, "empty", 1) WAIT(11, "empty", 0)
				WAIT(10, "mutex", 0) WAITS(10, "empty") WAITS(11, "mutex"));

	ck_assert_str_eq(circle(model), "");
	tell(model, WAITS(12, "mutex"));
	ck_assert_str_eq(circle(model), "10 11");
	model_free(model);
}
END_TEST

/* The parent could post too, but it only waits for its children: they are named. */
START_TEST(a_parent_is_named_last)
{
	struct model *model = told(BORN(
		10) "2 10 10 enter call=mmap addr=0 n=4096 prot=PROT_READ|PROT_WRITE "
		    "flags=MAP_SHARED|MAP_ANONYMOUS\n"
		    "3 10 10 leave call=mmap ret=0x7f00 obj=shm:10@0x7f00 addr=0x7f00\n" FORK(
			    11) FORK(12)
#define WAITS_AT(pid, offset, values)                                                              \
	"10 " #pid " " #pid " enter call=sem_wait obj=sem:10@0x7f00+" #offset                      \
	"\n" LOOK(pid, "futex_do_wait") "91 0 0 look obj=sem:10@0x7f00+" #offset " values=0\n"
			    WAITS_AT(11, 0, 0) WAITS_AT(12, 32, 0) "60 10 10 enter call=wait\n");

	ck_assert_str_eq(circle(model), "");
	tell(model, LOOK(10, "do_wait"));
	ck_assert_str_eq(circle(model), "11 12");
	ck_assert_str_eq(edges(model), "10>11! 10>12! 11>12! 12>11!");
	ck_assert_str_eq(words(model),
		"c11 waits for sem+0, which c12 would have to post; c12 waits for sem+32, which "
		"c11 would have to post. None of them can go on by itself.");
	model_free(model);
}
END_TEST

/* --- locks, queues --- */

#define LOCK(pid, at)                                                                              \
	"10 " #pid " " #pid " enter call=pthread_mutex_lock addr=1 obj=mutex:/m+" #at "\n"         \
	"11 " #pid " " #pid " leave call=pthread_mutex_lock obj=mutex:/m+" #at " ret=0\n"
#define LOCKS(pid, at)                                                                             \
	"10 " #pid " " #pid " enter call=pthread_mutex_lock addr=1 obj=mutex:/m+" #at              \
	"\n" LOOK(pid, "futex_wait_queue")

START_TEST(two_mutexes_in_opposite_order)
{
	struct model *model = told(BORN(10) BORN(11) LOCK(10, 0) LOCK(11, 40) LOCKS(10, 40));

	ck_assert_str_eq(edges(model), "10>11");
	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(cause_text(model, 10), "p 11 has locked it");
	ck_assert_str_eq(wake_text(model, 10), "wakes when p 11 unlocks it");
	tell(model, LOCKS(11, 0));
	ck_assert_str_eq(circle(model), "10 11");
	model_free(model);
}
END_TEST

START_TEST(a_mutex_locked_twice)
{
	struct model *model = told(BORN(10) LOCK(10, 0) LOCKS(10, 0));

	ck_assert_str_eq(circle(model), "10");
	ck_assert_str_eq(cause_text(model, 10), "it has locked it itself already");
	model_free(model);
}
END_TEST

START_TEST(a_mutex_whose_holder_ended)
{
	struct model *model = told(BORN(10) BORN(11) LOCK(11, 0) LOCKS(10, 0) "80 11 0 died\n");

	ck_assert_str_eq(circle(model), "10");
	ck_assert_str_eq(cause_text(model, 10), "p 11 locked it and has ended");
	model_free(model);
}
END_TEST

/* With threads it is not known what else a process does. */
START_TEST(threads_are_left_alone)
{
	struct model *model = told(BORN(10)
			LOCK(10, 0) "10 10 15 enter call=pthread_mutex_lock addr=1 obj=mutex:/m+0\n"
				    "11 10 15 look state=S wchan=futex_wait_queue\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

#define GETS(pid)                                                                                  \
	"2 " #pid " " #pid " enter call=msgget key=0x71\n"                                         \
	"3 " #pid " " #pid " leave call=msgget ret=5 obj=msg:5 made=1 count=0\n"
#define RECEIVES(pid, want)                                                                        \
	"20 " #pid " " #pid " enter call=msgrcv id=5 obj=msg:5 n=100 want=" #want                  \
	" flags=0\n" LOOK(pid, "do_msgrcv")

START_TEST(a_server_and_a_client_wait_for_each_other)
{
	struct model *model = told(BORN(10) GETS(10) RECEIVES(10, 1));

	ck_assert_str_eq(circle(model), ""); /* a client may come yet */
	tell(model, BORN(11));
	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(cause_text(model, 10), "no message of type 1 in the queue");
	ck_assert_str_eq(wake_text(model, 10), "wakes when somebody sends one of type 1");
	tell(model, "2 11 11 enter call=msgget key=0x71\n"
		    "3 11 11 leave call=msgget ret=5 obj=msg:5 made=0\n" RECEIVES(11, 11));
	ck_assert_str_eq(circle(model), "10 11");
	model_free(model);
}
END_TEST

/* Whoever was forked by one who uses the queue knows it too. */
START_TEST(a_child_knows_what_its_parent_uses)
{
	struct model *model =
		told(BORN(10) GETS(10) FORK(11) FORK(12) RECEIVES(10, 1) RECEIVES(11, 1));

	ck_assert_str_eq(circle(model), "");
	ck_assert_str_eq(edges(model), "10>11 10>12 11>10 11>12");
	tell(model, "80 12 0 died status=0\n");
	ck_assert_str_eq(circle(model), "10 11");
	model_free(model);
}
END_TEST

/* What its parent came to know later it does not. */
START_TEST(a_child_does_not_know_what_came_later)
{
	struct model *model = told(BORN(10) FORK(12) BORN(11) GETS(
		10) "2 11 11 enter call=msgget key=0x71\n"
		    "3 11 11 leave call=msgget ret=5 obj=msg:5 made=0\n" RECEIVES(10, 1)
			    RECEIVES(11, 1));

	ck_assert_str_eq(edges(model), "10>11! 11>10!");
	ck_assert_str_eq(circle(model), "10 11"); /* though 12 runs */
	model_free(model);
}
END_TEST

START_TEST(a_time_limit_ends_it)
{
	struct model *model = told(BORN(10) NAMED(10, "a",
		0) "10 10 10 enter call=sem_timedwait addr=1 obj=sem:/a timeout=5000\n" LOOK(10,
		"futex_wait_queue"));

	ck_assert_str_eq(circle(model), "");
	model_free(model);
}
END_TEST

/* --- what waiters ask, in short --- */

static const char *
asks(const struct model *model, int32_t pid)
{
	static char text[60];

	waiter_text(model, model_process(model, pid), text, sizeof text);
	return text;
}

START_TEST(what_waiters_ask)
{
	struct model *model = told(BORN(10) BORN(11) GETS(10) SET("0,3") RECEIVES(10, 3));

	ck_assert_str_eq(asks(model, 10), "type 3");
	ck_assert_str_eq(asks(model, 11), "");
	tell(model, "30 10 10 leave call=msgrcv obj=msg:5 ret=-1 err=EINTR\n" RECEIVES(10, -3)
			    STUCK(11, "1+0"));
	ck_assert_str_eq(asks(model, 10), "types up to 3");
	ck_assert_str_eq(cause_text(model, 10), "no message of a type up to 3 in the queue");
	ck_assert_str_eq(asks(model, 11), "number 1 for zero");
	ck_assert_str_eq(cause_text(model, 11), "the value of number 1 is 3, it waits for 0");
	ck_assert_str_eq(wake_text(model, 11), "wakes when others have taken it down to 0");
	model_free(model);
	model = told(BORN(10) NAMED(10, "a", 0) WAITS(10, "a"));
	ck_assert_str_eq(asks(model, 10), "-1");
	ck_assert_str_eq(cause_text(model, 10), "it wants 1 and finds 0");
	ck_assert_str_eq(wake_text(model, 10), "wakes when somebody posts");
	model_free(model);
}
END_TEST

/* --- cost --- */

/* Two hundred, each waiting for a byte from the next: asked for every frame. */
START_TEST(many_wait)
{
	struct model *model = model_create();
	struct wait_edge all[8];
	char line[600];
	int first[3];

	for (int i = 0; i < 200; i++) {
		snprintf(line, sizeof line,
			"1 %d %d born ppid=1 slot=-1\n2 %d %d enter call=pipe\n"
			"3 %d %d leave call=pipe ret=0 fds=3,4 obj=pipe:%d cap=65536\n",
			1000 + i, 1000 + i, 1000 + i, 1000 + i, 1000 + i, 1000 + i, i);
		tell(model, line);
	}
	for (int i = 0; i < 200;
		i++) { /* each has the write end of the one before, and closes its own */
		snprintf(line, sizeof line,
			"4 %d %d look fd=5 obj=pipe:%d end=w flags=O_WRONLY\n"
			"5 %d %d enter call=close fd=4\n6 %d %d leave call=close fd=4 ret=0\n"
			"7 %d %d enter call=read fd=3 obj=pipe:%d end=r n=1\n"
			"8 %d %d look state=S wchan=anon_pipe_read\n",
			1000 + i, 1000 + i, (i + 199) % 200, 1000 + i, 1000 + i, 1000 + i, 1000 + i,
			1000 + i, 1000 + i, i, 1000 + i, 1000 + i);
		tell(model, line);
	}
	for (int frame = 0; frame < 50; frame++) {
		ck_assert_int_eq(model_cycle(model, first, 3), 200);
		ck_assert_int_eq(model_waits(model, all, 8), 200);
	}
	ck_assert_int_eq(first[0], 0);
	ck_assert_int_eq(first[1], 1);
	ck_assert_ptr_nonnull(strstr(words(model), "and so on, 200 processes in all"));
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *pipes = tcase_create("pipes"), *semaphores = tcase_create("semaphores"),
	      *others = tcase_create("others");

	tcase_add_test(pipes, two_full_pipes);
	tcase_add_test(pipes, two_empty_pipes);
	tcase_add_test(pipes, a_reader_whose_writer_is_about);
	tcase_add_test(pipes, the_forgotten_close);
	tcase_add_test(pipes, waitpid_with_a_write_end_open);
	tcase_add_test(pipes, an_ended_child_ends_the_waiting);
	tcase_add_test(pipes, a_pipe_from_outside);
	tcase_add_test(pipes, two_fifos_in_opposite_order);
	tcase_add_test(pipes, a_partner_has_come);
	tcase_add_test(pipes, a_stranger_may_come);
	tcase_add_test(semaphores, two_semaphores_in_opposite_order);
	tcase_add_test(semaphores, one_who_gave_back_cannot_help);
	tcase_add_test(semaphores, a_longer_circle);
	tcase_add_test(semaphores, a_holder_died_with_it);
	tcase_add_test(semaphores, with_undo_nobody_dies_with_it);
	tcase_add_test(semaphores, a_semaphore_to_signal_with);
	tcase_add_test(semaphores, the_mutex_before_the_slot);
	tcase_add_test(semaphores, a_parent_is_named_last);
	tcase_add_test(semaphores, a_consumer_still_runs);
	tcase_add_test(others, two_mutexes_in_opposite_order);
	tcase_add_test(others, a_mutex_locked_twice);
	tcase_add_test(others, a_mutex_whose_holder_ended);
	tcase_add_test(others, threads_are_left_alone);
	tcase_add_test(others, a_server_and_a_client_wait_for_each_other);
	tcase_add_test(others, a_child_knows_what_its_parent_uses);
	tcase_add_test(others, a_child_does_not_know_what_came_later);
	tcase_add_test(others, a_time_limit_ends_it);
	tcase_add_test(others, what_waiters_ask);
	tcase_add_test(others, many_wait);
	return run_cases("model_waits", (TCase *[]){pipes, semaphores, others, NULL});
}
