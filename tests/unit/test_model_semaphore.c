/* SPDX-License-Identifier: MIT
 *
 * Semaphores, mutexes and conditions, told as event lines: values, who took what, SEM_UNDO, waiters.
 */
#include "model_lines.h"

#define SET(pid, n, values)                                                                        \
	"2 " #pid " " #pid " enter call=semget key=0x71 n=" #n " flags=IPC_CREAT\n"                \
	"3 " #pid " " #pid " leave call=semget ret=9 obj=sem:9 made=1 values=" values "\n"
#define SETALL(pid, values)                                                                        \
	"4 " #pid " " #pid " enter call=semctl id=9 sem=0 cmd=SETALL obj=sem:9\n"                  \
	"5 " #pid " " #pid " leave call=semctl obj=sem:9 ret=0 values=" values "\n"
#define OP_ENTER(pid, ops) "10 " #pid " " #pid " enter call=semop id=9 obj=sem:9 ops=" ops "\n"
#define OP_LEAVE(pid, values)                                                                      \
	"11 " #pid " " #pid " leave call=semop obj=sem:9 ret=0 values=" values " kernel=1\n"
#define OP(pid, ops, values) OP_ENTER(pid, ops) OP_LEAVE(pid, values)
#define ASLEEP(pid) "30 " #pid " " #pid " look state=S wchan=do_semtimedop\n"

static const struct semaphores *
set(const struct model *model, const char *name)
{
	ck_assert_ptr_nonnull(channel(model, name)->semaphores);
	return channel(model, name)->semaphores;
}

static int64_t
value(const struct model *model, const char *name, int number)
{
	ck_assert_int_lt(number, set(model, name)->n);
	return set(model, name)->items[number].value;
}

static int64_t
held(const struct model *model, const char *name, int32_t pid)
{
	const struct user *user = channel_user(channel(model, name), model_process(model, pid));

	return user == NULL ? -1 : user->held;
}

START_TEST(values_and_last_operators)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 2, "0,0") SETALL(10, "1,4"));

	ck_assert_int_eq(channel(model, "sem:9")->kind, CHANNEL_SEM);
	ck_assert_int_eq(set(model, "sem:9")->n, 2);
	ck_assert_int_eq(value(model, "sem:9", 0), 1);
	ck_assert_int_eq(value(model, "sem:9", 1), 4);
	ck_assert_int_eq(set(model, "sem:9")->items[0].last_operator, NONE);
	tell(model, OP(11, "0-1,1+2", "0,6"));
	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	ck_assert_int_eq(value(model, "sem:9", 1), 6);
	ck_assert(!set(model, "sem:9")->items[1].value_inferred);
	ck_assert_int_eq(set(model, "sem:9")->items[0].last_operator, model_process(model, 11));
	ck_assert_int_eq(set(model, "sem:9")->items[0].initial, 1);
	ck_assert_int_eq(held(model, "sem:9", 11), 1);
	ck_assert_int_eq(held(model, "sem:9", 10), 0);
	ck_assert(set(model, "sem:9")->needed_kernel);
	ck_assert(set(model, "sem:9")->shared);
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* All or none: the second operation cannot be done, so the first is not. */
START_TEST(a_set_of_operations_waits_whole)
{
	struct model *model =
		told(BORN(10) SET(10, 2, "0,0") SETALL(10, "1,0") OP_ENTER(10, "0-1u,1-1"));

	ck_assert_int_eq(the(model, 10)->cause, WAIT_VALUE);
	ck_assert_int_eq(the(model, 10)->waits_for, model_channel(model, "sem:9"));
	ck_assert_int_eq(channel(model, "sem:9")->n_waiting_read, 1);
	ck_assert_int_eq(value(model, "sem:9", 0), 1);
	tell(model, ASLEEP(10));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_BLOCKED);
	model_free(model);
}
END_TEST

START_TEST(waiting_for_zero)
{
	struct model *model = told(
		BORN(10) BORN(11) SET(10, 1, "0") SETALL(10, "1") OP_ENTER(10, "0+0") ASLEEP(10));

	ck_assert_int_eq(the(model, 10)->cause, WAIT_ZERO);
	tell(model, OP(11, "0-1", "0"));
	tell(model, OP_LEAVE(10, "0"));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	model_free(model);
}
END_TEST

START_TEST(no_wait_with_ipc_nowait)
{
	struct model *model = told(BORN(10) SET(10, 1, "0") OP_ENTER(10, "0-1n"));

	ck_assert(process_call(the(model, 10))->nonblock);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_NONE);
	tell(model, "12 10 10 leave call=semop obj=sem:9 ret=-1 err=EAGAIN values=0\n");
	ck_assert_int_eq(held(model, "sem:9", 10), 0);
	model_free(model);
}
END_TEST

/* The waiter's decrement is in the value that the poster asked for; the value is not counted down twice. */
START_TEST(a_post_that_wakes)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 1, "0") OP_ENTER(11, "0-1") ASLEEP(11)
			OP(10, "0+1", "0"));

	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	tell(model, OP_LEAVE(11, "0"));
	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	ck_assert(!set(model, "sem:9")->items[0].value_inferred);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	tell(model, OP(10, "0+1", "1"));
	ck_assert_int_eq(value(model, "sem:9", 0), 1);
	ck_assert(!set(model, "sem:9")->items[0].value_inferred);
	model_free(model);
}
END_TEST

/* The woken one's leave comes first. */
START_TEST(a_post_that_returns_late)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 1, "0") OP_ENTER(11, "0-1") ASLEEP(11)
			OP_ENTER(10, "0+1") OP_LEAVE(11, "0"));

	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	tell(model, OP_LEAVE(10, "0"));
	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	model_free(model);
}
END_TEST

/* A figure that another's return has overtaken: what was seen adds up. */
START_TEST(an_old_figure_does_not_count)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 1, "0") OP_ENTER(10, "0+1")
			OP(11, "0+1", "2") OP_LEAVE(10, "1"));

	ck_assert_int_eq(value(model, "sem:9", 0), 2);
	ck_assert(set(model, "sem:9")->items[0].value_inferred);
	tell(model, "40 0 0 look obj=sem:9 values=2 ncnt=0 zcnt=0 last=11\n");
	ck_assert(!set(model, "sem:9")->items[0].value_inferred);
	model_free(model);
}
END_TEST

START_TEST(a_look_tells_of_waiters)
{
	struct model *model = told(BORN(10) SET(
		10, 2, "0,0") "40 0 0 look obj=sem:9 values=0,3 ncnt=1,0 zcnt=0,2 last=0,10\n");

	ck_assert_int_eq(set(model, "sem:9")->items[0].ncnt, 1);
	ck_assert_int_eq(set(model, "sem:9")->items[1].zcnt, 2);
	ck_assert_int_eq(set(model, "sem:9")->items[1].last_pid, 10);
	ck_assert_int_eq(value(model, "sem:9", 1), 3);
	tell(model, "41 10 10 enter call=semctl id=9 sem=1 cmd=GETNCNT obj=sem:9\n"
		    "42 10 10 leave call=semctl obj=sem:9 ret=7\n"
		    "43 10 10 enter call=semctl id=9 sem=0 cmd=SETVAL value=5 obj=sem:9\n"
		    "44 10 10 leave call=semctl obj=sem:9 ret=0\n");
	ck_assert_int_eq(set(model, "sem:9")->items[1].ncnt, 7);
	ck_assert_int_eq(value(model, "sem:9", 0), 5);
	model_free(model);
}
END_TEST

START_TEST(undo_gives_back_at_death)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 2, "0,0") SETALL(10, "1,1")
			OP(11, "0-1u", "0,1") OP(11, "1-1", "0,0") OP_ENTER(10, "0-1") ASLEEP(10));
	const struct semaphores *s = set(model, "sem:9");

	ck_assert_int_eq(s->n_undos, 1);
	ck_assert_int_eq(s->undos[0].process, model_process(model, 11));
	ck_assert_int_eq(s->undos[0].adjust, 1);
	ck_assert_int_eq(held(model, "sem:9", 11), 2);
	tell(model, "50 11 0 died signal=SIGKILL\n");
	ck_assert_int_eq(s->n_undos, 0);
	ck_assert_int_eq(s->items[0].value, 1);
	ck_assert(s->items[0].value_inferred);
	ck_assert_int_eq(s->items[1].value, 0); /* without SEM_UNDO it died with it */
	ck_assert_int_eq(held(model, "sem:9", 11), 1);
	tell(model, OP_LEAVE(10, "0,0"));
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_int_eq(s->items[0].value, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* What is taken and given back with SEM_UNDO leaves nothing to undo; SETVAL forgets (semctl(2)). */
START_TEST(undo_adds_up)
{
	struct model *model = told(
		BORN(10) SET(10, 1, "0") SETALL(10, "3") OP(10, "0-1u", "2") OP(10, "0-1u", "1"));
	const struct semaphores *s = set(model, "sem:9");

	ck_assert_int_eq(s->undos[0].adjust, 2);
	tell(model, OP(10, "0+2u", "3"));
	ck_assert_int_eq(s->n_undos, 0);
	tell(model, OP(10, "0-1u", "2"));
	ck_assert_int_eq(s->n_undos, 1);
	tell(model, SETALL(10, "1"));
	ck_assert_int_eq(s->n_undos, 0);
	model_free(model);
}
END_TEST

START_TEST(removal)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 1, "0") OP_ENTER(11, "0-1")
			ASLEEP(11) "40 10 10 enter call=semctl id=9 sem=0 cmd=IPC_RMID obj=sem:9\n"
				   "41 10 10 leave call=semctl obj=sem:9 ret=0\n");

	ck_assert(channel(model, "sem:9")->removed);
	tell(model, "42 11 11 leave call=semop obj=sem:9 ret=-1 err=EIDRM\n");
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	model_free(model);
}
END_TEST

/* A process uses it to signal when it gives what it never took. */
START_TEST(givers_and_holders)
{
	struct model *model = told(BORN(10) BORN(11) SET(10, 1, "0") SETALL(10, "1")
			OP(10, "0-1", "0") OP(10, "0+1", "1") OP(11, "0+1", "2"));
	const struct semaphores *s = set(model, "sem:9");

	ck_assert_int_eq(s->n_holdings, 2);
	ck_assert(!s->holdings[0].gave);
	ck_assert(s->holdings[1].gave);
	model_free(model);
}
END_TEST

/* It sleeps in the control pipe, not at the semaphore. */
START_TEST(waiting_to_tell_is_no_waiting)
{
	struct model *model = told(BORN(10) SET(10, 1, "1")
			OP_ENTER(10, "0-1") "30 10 10 look state=S wchan=anon_pipe_write\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_CALL);
	model_free(model);
}
END_TEST

/* --- POSIX --- */

START_TEST(a_named_semaphore)
{
	struct model *model =
		told(BORN(10) "2 10 10 enter call=sem_open path=\"/s\" flags=O_CREAT value=2\n"
			      "3 10 10 leave call=sem_open ret=1 obj=sem:/s made=1 values=2\n"
			      "4 10 10 enter call=sem_wait addr=0x7f0000 obj=sem:/s\n"
			      "5 10 10 leave call=sem_wait obj=sem:/s ret=0 values=1 kernel=0\n");

	ck_assert_int_eq(value(model, "sem:/s", 0), 1);
	ck_assert_int_eq(the(model, 10)->last.kernel, 0);
	ck_assert(!set(model, "sem:/s")->needed_kernel);
	ck_assert_int_eq(held(model, "sem:/s", 10), 1);
	tell(model, "6 10 10 enter call=sem_unlink path=\"/s\" obj=sem:/s\n"
		    "7 10 10 leave call=sem_unlink obj=sem:/s ret=0\n");
	ck_assert(channel(model, "sem:/s")->removed);
	model_free(model);
}
END_TEST

START_TEST(an_unnamed_one_lies_in_a_segment)
{
	struct model *model = told(BORN(
		10) "2 10 10 enter call=mmap addr=0 n=4096 prot=PROT_READ|PROT_WRITE "
		    "flags=MAP_SHARED|MAP_ANONYMOUS fd=-1 off=0\n"
		    "3 10 10 leave call=mmap ret=0x7f00 obj=shm:10@0x7f00 addr=0x7f00\n"
		    "4 10 10 enter call=sem_init addr=0x7f10 arg=1 value=3 "
		    "obj=sem:10@0x7f00+16\n"
		    "5 10 10 leave call=sem_init obj=sem:10@0x7f00+16 ret=0 shared=1 values=3\n");

	ck_assert_int_eq(
		channel(model, "sem:10@0x7f00+16")->inside, model_channel(model, "shm:10@0x7f00"));
	ck_assert_int_eq(channel(model, "sem:10@0x7f00+16")->inside_at, 16);
	ck_assert(set(model, "sem:10@0x7f00+16")->shared);
	ck_assert_int_eq(value(model, "sem:10@0x7f00+16", 0), 3);
	model_free(model);
}
END_TEST

/* sem_init in private memory: after the fork there are two. */
START_TEST(a_private_one_is_copied_by_fork)
{
	struct model *model = told(
		BORN(10) "4 10 10 enter call=sem_init addr=0x5510 arg=0 value=2 obj=sem:10@0x5510\n"
			 "5 10 10 leave call=sem_init obj=sem:10@0x5510 ret=0 shared=0\n"
			 "6 10 10 enter call=fork\n"
			 "7 10 10 leave call=fork ret=11\n"
			 "8 11 11 born ppid=10 slot=1\n"
			 "9 11 11 leave call=fork ret=0\n"
			 "10 11 11 enter call=sem_wait addr=0x5510 obj=sem:11@0x5510\n");

	ck_assert(!set(model, "sem:10@0x5510")->shared);
	ck_assert_int_eq(value(model, "sem:11@0x5510", 0), 2);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_NONE);
	tell(model, "11 11 11 leave call=sem_wait obj=sem:11@0x5510 ret=0 kernel=0\n");
	ck_assert_int_eq(value(model, "sem:11@0x5510", 0), 1);
	ck_assert_int_eq(value(model, "sem:10@0x5510", 0), 2);
	model_free(model);
}
END_TEST

START_TEST(a_timed_wait_gives_up)
{
	struct model *model = told(BORN(
		10) "2 10 10 enter call=sem_open path=\"/s\" flags=O_CREAT value=0\n"
		    "3 10 10 leave call=sem_open ret=1 obj=sem:/s made=1 values=0\n"
		    "4 10 10 enter call=sem_timedwait addr=0x7f obj=sem:/s timeout=1000\n" ASLEEP(
			    10));

	ck_assert(process_call(the(model, 10))->timed);
	ck_assert_int_eq(the(model, 10)->cause, WAIT_VALUE);
	tell(model, "40 10 10 leave call=sem_timedwait obj=sem:/s ret=-1 err=ETIMEDOUT values=0\n");
	ck_assert_int_eq(model->wakes[0].waker, NONE);
	ck_assert_int_eq(held(model, "sem:/s", 10), 0);
	model_free(model);
}
END_TEST

/* --- locks --- */

#define LOCK_ENTER(pid, m)                                                                         \
	"10 " #pid " " #pid " enter call=pthread_mutex_lock addr=0x1 obj=mutex:/m+" #m "\n"
#define LOCK_LEAVE(pid, m)                                                                         \
	"11 " #pid " " #pid " leave call=pthread_mutex_lock obj=mutex:/m+" #m " ret=0 kernel=0\n"
#define UNLOCK_ENTER(pid, m)                                                                       \
	"12 " #pid " " #pid " enter call=pthread_mutex_unlock addr=0x1 obj=mutex:/m+" #m "\n"
#define UNLOCK_LEAVE(pid, m)                                                                       \
	"13 " #pid " " #pid " leave call=pthread_mutex_unlock obj=mutex:/m+" #m " ret=0 "          \
	"kernel=1\n"

START_TEST(a_mutex_has_a_holder)
{
	struct model *model =
		told(BORN(10) BORN(11) LOCK_ENTER(10, 0) LOCK_LEAVE(10, 0) LOCK_ENTER(11, 0));

	ck_assert_int_eq(channel(model, "mutex:/m+0")->kind, CHANNEL_MUTEX);
	ck_assert_int_eq(value(model, "mutex:/m+0", 0), 0);
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_LOCK);
	tell(model, ASLEEP(11) UNLOCK_ENTER(10, 0) LOCK_LEAVE(11, 0));
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 0);
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 1);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 10));
	tell(model, UNLOCK_LEAVE(10, 0));
	ck_assert_int_eq(value(model, "mutex:/m+0", 0), 0);
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 1);
	tell(model, UNLOCK_ENTER(11, 0) UNLOCK_LEAVE(11, 0));
	ck_assert_int_eq(value(model, "mutex:/m+0", 0), 1);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_robust_mutex_is_inherited)
{
	struct model *model = told(BORN(10) BORN(11) LOCK_ENTER(10, 0)
			LOCK_LEAVE(10, 0) "20 10 0 died signal=SIGKILL\n" LOCK_ENTER(11, 0));

	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1); /* it died with it */
	tell(model, "21 11 11 leave call=pthread_mutex_lock obj=mutex:/m+0 ret=130 "
		    "err=EOWNERDEAD\n");
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 1);
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 0);
	model_free(model);
}
END_TEST

/* A mutex itself keeps who holds it; while a call is under way its leave will tell. */
START_TEST(a_look_tells_the_holder)
{
	struct model *model = told(BORN(10) BORN(11)
			LOCK_ENTER(11, 0) "15 11 11 look state=S wchan=futex_do_wait\n"
					  "16 0 0 look obj=mutex:/m+0 values=0 last=10\n");

	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1);
	ck_assert_int_eq(the(model, 11)->cause, WAIT_LOCK);
	ck_assert_str_eq(cause_text(model, 11), "p 10 has locked it");
	tell(model,
		"17 0 0 look obj=mutex:/m+0 values=0 last=11\n"); /* it has it, and will say so */
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1);
	tell(model, LOCK_LEAVE(11, 0));
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 0);
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 1);
	tell(model, "18 0 0 look obj=mutex:/m+0 values=0 last=11\n");
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 1);
	tell(model, "19 0 0 look obj=mutex:/m+0 values=1\n");
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 0);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_busy_mutex_is_not_taken)
{
	struct model *model = told(BORN(10) BORN(11) LOCK_ENTER(10, 0) LOCK_LEAVE(10,
		0) "20 11 11 enter call=pthread_mutex_trylock addr=0x1 obj=mutex:/m+0\n"
		   "21 11 11 leave call=pthread_mutex_trylock obj=mutex:/m+0 ret=16 err=EBUSY\n");

	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 0);
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1);
	model_free(model);
}
END_TEST

START_TEST(a_condition_gives_the_mutex_back_while_it_waits)
{
	struct model *model = told(BORN(10) BORN(11) LOCK_ENTER(10, 0) LOCK_LEAVE(
		10, 0) "20 10 10 enter call=pthread_cond_wait addr=0x2 obj=cond:/m+40 "
		       "other=mutex:/m+0\n");

	ck_assert_int_eq(the(model, 10)->cause, WAIT_CONDITION);
	ck_assert_int_eq(the(model, 10)->waits_for, model_channel(model, "cond:/m+40"));
	ck_assert_int_eq(process_call(the(model, 10))->other, model_channel(model, "mutex:/m+0"));
	ck_assert_int_eq(value(model, "mutex:/m+0", 0), 1);
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 0);
	tell(model, ASLEEP(10) LOCK_ENTER(11, 0) LOCK_LEAVE(11,
			    0) "21 11 11 enter call=pthread_cond_signal addr=0x2 obj=cond:/m+40\n"
			       "22 11 11 leave call=pthread_cond_signal obj=cond:/m+40 "
			       "ret=0\n" UNLOCK_ENTER(11, 0)
				       UNLOCK_LEAVE(11, 0) "23 10 10 leave call=pthread_cond_wait "
							   "obj=cond:/m+40 ret=0\n");
	ck_assert_int_eq(held(model, "mutex:/m+0", 10), 1);
	ck_assert_int_eq(held(model, "mutex:/m+0", 11), 0);
	ck_assert_int_eq(model->wakes[0].waker, model_process(model, 11));
	ck_assert_uint_eq(model->strange, 0);
	consistent(model);
	model_free(model);
}
END_TEST

/* --- bounds --- */

/* Semaphores in private memory, as many as a program cares to make: older ones are forgotten. */
START_TEST(memory_ends)
{
	struct model *model = told(BORN(10));
	char line[300];

	for (int i = 0; i < 3 * MODEL_CHANNELS_MAX; i++) {
		snprintf(line, sizeof line,
			"4 10 10 enter call=semop id=%d obj=sem:%d ops=63-1u\n"
			"5 10 10 leave call=semop obj=sem:%d ret=0\n",
			i, i, i);
		tell(model, line);
	}
	ck_assert_int_eq(model->n_channels, MODEL_CHANNELS_MAX);
	ck_assert_int_le(model->n_semaphores, MODEL_SEMAPHORES_MAX);
	ck_assert_uint_gt(model->lost, 0);
	consistent(model);
	snprintf(line, sizeof line, "sem:%d", 3 * MODEL_CHANNELS_MAX - 1);
	ck_assert_int_ne(model_channel(model, line), NONE);
	struct model *clone = model_clone(model);
	ck_assert_ptr_nonnull(clone);
	consistent(clone);
	model_free(clone);
	model_free(model);
}
END_TEST

/* More processes than one set is told to keep come, operate with SEM_UNDO, and go. */
START_TEST(many_users_of_one)
{
	struct model *model = told(BORN(10) SET(10, 1, "0"));
	char line[400];

	for (int pid = 1000; pid < 6000; pid++) {
		snprintf(line, sizeof line,
			"1 %d %d born ppid=1 slot=-1\n"
			"4 %d %d enter call=semop id=9 obj=sem:9 ops=0+1u\n"
			"5 %d %d leave call=semop obj=sem:9 ret=0\n%s %d 0 died status=0\n",
			pid, pid, pid, pid, pid, pid, pid % 3 == 0 ? "6" : "6", pid);
		tell(model, line);
	}
	ck_assert_int_eq(channel(model, "sem:9")->n_users, USERS_MAX);
	ck_assert_int_eq(set(model, "sem:9")->n_undos, 0);
	ck_assert_int_eq(value(model, "sem:9", 0), 0);
	consistent(model);
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *sysv = tcase_create("System V"), *posix = tcase_create("POSIX"),
	      *locks = tcase_create("locks"), *bounds = tcase_create("bounds");

	tcase_add_test(sysv, values_and_last_operators);
	tcase_add_test(sysv, a_set_of_operations_waits_whole);
	tcase_add_test(sysv, waiting_for_zero);
	tcase_add_test(sysv, no_wait_with_ipc_nowait);
	tcase_add_test(sysv, a_post_that_wakes);
	tcase_add_test(sysv, a_post_that_returns_late);
	tcase_add_test(sysv, an_old_figure_does_not_count);
	tcase_add_test(sysv, a_look_tells_of_waiters);
	tcase_add_test(sysv, undo_gives_back_at_death);
	tcase_add_test(sysv, undo_adds_up);
	tcase_add_test(sysv, removal);
	tcase_add_test(sysv, waiting_to_tell_is_no_waiting);
	tcase_add_test(sysv, givers_and_holders);
	tcase_add_test(posix, a_named_semaphore);
	tcase_add_test(posix, an_unnamed_one_lies_in_a_segment);
	tcase_add_test(posix, a_private_one_is_copied_by_fork);
	tcase_add_test(posix, a_timed_wait_gives_up);
	tcase_add_test(locks, a_mutex_has_a_holder);
	tcase_add_test(locks, a_robust_mutex_is_inherited);
	tcase_add_test(locks, a_look_tells_the_holder);
	tcase_add_test(locks, a_busy_mutex_is_not_taken);
	tcase_add_test(locks, a_condition_gives_the_mutex_back_while_it_waits);
	tcase_add_test(bounds, memory_ends);
	tcase_add_test(bounds, many_users_of_one);
	tcase_set_timeout(bounds, 60);
	return run_cases("model_semaphore", (TCase *[]){sysv, posix, locks, bounds, NULL});
}
