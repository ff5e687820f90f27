/* SPDX-License-Identifier: MIT
 *
 * Loads and stores of a watched segment, told as event lines: what is kept of them, and which updates are lost.
 */
#include "model_lines.h"

/* As the probe sends them: two processes with one System V segment. */
#define ATTACH(pid)                                                                                \
	"2 " #pid " " #pid " enter call=shmat id=5 obj=shm:5 addr=0 flags=0\n"                     \
	"3 " #pid " " #pid " leave call=shmat ret=140256000 obj=shm:5 addr=0x85c2000 size=4096 nattch=1\n" \
	"4 " #pid " " #pid " look obj=shm:5 watch=1\n"
#define LOAD(pid, off, value)                                                                      \
	"5 " #pid " " #pid " leave call=load obj=shm:5 off=" #off " n=4 at=0x401136 addr=0x85c2000 value=" #value "\n"
#define STORE(pid, off, old, value)                                                                \
	"6 " #pid " " #pid " leave call=store obj=shm:5 off=" #off                                 \
	" n=4 at=0x40113b addr=0x85c2000 old=" #old " value=" #value "\n"
#define UPDATE(pid, off, old, value, more)                                                         \
	"7 " #pid " " #pid " leave call=update obj=shm:5 off=" #off                                \
	" n=4 at=0x40113d addr=0x85c2000 old=" #old " value=" #value more "\n"
#define TWO BORN(10) BORN(11) ATTACH(10) ATTACH(11)

static const struct watched *
watched(const struct model *model)
{
	return channel(model, "shm:5")->segment->watched;
}

/* The i-th newest. */
static const struct access *
access_of(const struct model *model, int i)
{
	const struct watched *all = watched(model);

	return &all->accesses[(all->next + 2 * ACCESSES_MAX - 1 - i) % ACCESSES_MAX];
}

START_TEST(accesses_are_kept)
{
	struct model *model = told(TWO LOAD(10, 8, 5) STORE(10, 8, 5, 6)
			UPDATE(11, 0, 1, 258, " atomic=1"));
	const struct segment *segment = channel(model, "shm:5")->segment;

	ck_assert_int_eq(watched(model)->n, 3);
	ck_assert_uint_eq(watched(model)->loads, 1);
	ck_assert_uint_eq(watched(model)->stores, 1);
	ck_assert_uint_eq(watched(model)->updates, 1);
	ck_assert_uint_eq(watched(model)->lost, 0);
	ck_assert_int_eq(access_of(model, 0)->call, CALL_update);
	ck_assert(access_of(model, 0)->atomic);
	ck_assert_uint_eq(access_of(model, 0)->old, 1);
	ck_assert_uint_eq(access_of(model, 0)->value, 258);
	ck_assert_int_eq(access_of(model, 0)->process, model_process(model, 11));
	ck_assert_int_eq(access_of(model, 1)->offset, 8);
	ck_assert_uint_eq(access_of(model, 2)->value, 5);
	ck_assert_uint_eq(access_of(model, 2)->at, 0x401136);
	ck_assert_int_eq(segment->n_bytes, 4);
	ck_assert_int_eq(segment->bytes[0], 2);
	ck_assert_int_eq(segment->bytes[1], 1);
	ck_assert_str_eq(the(model, 10)->last.text, "store(8, 4, 6)");
	ck_assert_uint_eq(model->strange, 0);
	ck_assert(channel_user(channel(model, "shm:5"), 0)->writes);
	consistent(model);
	model_free(model);
}
END_TEST

START_TEST(a_lost_update)
{
	struct model *model = told(TWO LOAD(10, 0, 5) LOAD(11, 0, 5) STORE(10, 0, 5, 6));
	uint64_t first = model->events;

	ck_assert_uint_eq(access_of(model, 0)->overwrites, 0);
	tell(model, STORE(11, 0, 6, 6));
	ck_assert_uint_eq(access_of(model, 0)->overwrites, first);
	ck_assert_uint_eq(watched(model)->lost, 1);
	/* One store loses an update once. */
	tell(model, STORE(11, 0, 6, 7));
	ck_assert_uint_eq(access_of(model, 0)->overwrites, 0);
	ck_assert_uint_eq(watched(model)->lost, 1);
	model_free(model);
}
END_TEST

START_TEST(in_turn_nothing_is_lost)
{
	struct model *model = told(TWO LOAD(10, 0, 5) STORE(10, 0, 5, 6) LOAD(11, 0, 6)
			STORE(11, 0, 6, 7) LOAD(10, 0, 7) STORE(10, 0, 7, 8));

	ck_assert_uint_eq(watched(model)->lost, 0);
	model_free(model);
}
END_TEST

START_TEST(other_bytes_are_no_business)
{
	struct model *model = told(TWO LOAD(10, 0, 5) STORE(11, 4, 0, 9) STORE(10, 0, 5, 6));

	ck_assert_uint_eq(watched(model)->lost, 0);
	tell(model, LOAD(10, 0, 6) STORE(11, 2, 0, 9) STORE(10, 0, 0, 7));
	ck_assert_uint_eq(watched(model)->lost, 1);
	model_free(model);
}
END_TEST

START_TEST(who_never_loaded_loses_nothing)
{
	struct model *model = told(TWO STORE(10, 0, 0, 1) STORE(11, 0, 1, 2) STORE(10, 0, 2, 3));

	ck_assert_uint_eq(watched(model)->lost, 0);
	model_free(model);
}
END_TEST

/* Lines of processes that run free overlap: the load got what was stored, whichever line came first. */
START_TEST(what_was_loaded_counts)
{
	struct model *model = told(TWO LOAD(11, 0, 6) STORE(10, 0, 5, 6) STORE(11, 0, 6, 7));

	ck_assert_uint_eq(watched(model)->lost, 0);
	model_free(model);
}
END_TEST

START_TEST(atomic_updates_lose_nothing)
{
	struct model *model = told(TWO UPDATE(10, 0, 5, 6, " atomic=1") UPDATE(11, 0, 6, 7, " atomic=1")
			UPDATE(10, 0, 7, 8, " atomic=1"));

	ck_assert_uint_eq(watched(model)->lost, 0);
	/* but another process can overwrite them */
	tell(model, LOAD(11, 0, 8) UPDATE(10, 0, 8, 9, " atomic=1") STORE(11, 0, 9, 9));
	ck_assert_uint_eq(watched(model)->lost, 1);
	model_free(model);
}
END_TEST

START_TEST(at_the_gate)
{
	struct model *model = told(TWO "8 10 10 reach call=store obj=shm:5 off=0 n=4 at=0x40113b addr=0x85c2000\n");

	ck_assert_int_eq(the(model, 10)->state, PROCESS_GATE);
	ck_assert_str_eq(process_call(the(model, 10))->text, "store(0, 4, …)");
	tell(model, "9 10 10 enter call=store obj=shm:5 off=0 n=4 at=0x40113b addr=0x85c2000\n" STORE(
			    10, 0, 0, 7));
	ck_assert_int_eq(the(model, 10)->state, PROCESS_RUNNING);
	ck_assert_int_eq(watched(model)->n, 1);
	model_free(model);
}
END_TEST

START_TEST(the_watch_ends)
{
	struct model *model = told(TWO LOAD(10, 0, 5));

	tell(model, "9 10 10 look obj=shm:5 watch=0 why=\"too old\"\n");
	ck_assert_str_eq(watched(model)->why, "too old");
	tell(model, "10 0 0 act op=unwatch obj=shm by=stage\n");
	ck_assert_ptr_null(watched(model));
	tell(model, "11 0 0 act op=watch obj=shm:5 by=stage\n");
	ck_assert_ptr_nonnull(watched(model));
	ck_assert_int_eq(watched(model)->n, 0);
	tell(model, "12 10 10 look obj=shm:5 watch=0\n");
	ck_assert_ptr_null(watched(model));
	model_free(model);
}
END_TEST

START_TEST(a_ring_and_a_copy)
{
	struct model *model = told(TWO), *copy;

	for (int i = 0; i < 3 * ACCESSES_MAX; i++)
		tell(model, LOAD(10, 0, 5) STORE(10, 0, 5, 6));
	ck_assert_int_eq(watched(model)->n, ACCESSES_MAX);
	ck_assert_uint_eq(watched(model)->stores, 3 * ACCESSES_MAX);
	copy = model_clone(model);
	ck_assert_ptr_ne(watched(copy), watched(model));
	ck_assert_uint_eq(access_of(copy, 5)->event, access_of(model, 5)->event);
	model_free(model);
	tell(copy, STORE(11, 0, 6, 9));
	ck_assert_uint_eq(access_of(copy, 0)->value, 9);
	model_free(copy);
}
END_TEST

/* A segment that is made anew under an old name. */
/* A process that was held between its load and its store, while another one added more often than is kept. */
START_TEST(long_ago)
{
	struct model *model = told(TWO LOAD(10, 8, 0));
	uint64_t store;

	for (int i = 0; i < 2 * ACCESSES_MAX; i++) {
		char line[400];

		snprintf(line, sizeof line,
			"8 11 11 leave call=load obj=shm:5 off=8 n=4 value=%d\n"
			"9 11 11 leave call=store obj=shm:5 off=8 n=4 old=%d value=%d\n",
			i, i, i + 1);
		tell(model, line);
	}
	ck_assert_uint_eq(watched(model)->lost, 0);
	store = access_of(model, 0)->event;
	tell(model, STORE(10, 8, 128, 1));
	ck_assert_uint_eq(access_of(model, 0)->overwrites, store);
	ck_assert_uint_eq(watched(model)->lost, 1);
	tell(model, STORE(10, 8, 1, 2)); /* its own, once more */
	ck_assert_uint_eq(watched(model)->lost, 1);
	model_free(model);
}
END_TEST

START_TEST(another_segment)
{
	struct model *model = told(TWO LOAD(11, 0, 5) STORE(10, 0, 5, 6));

	tell(model, "9 10 10 enter call=shmget key=IPC_PRIVATE n=4096 flags=0600\n"
		    "10 10 10 leave call=shmget ret=5 obj=shm:5 made=1 size=4096 nattch=0\n");
	ck_assert_int_eq(watched(model)->n, 0);
	tell(model, STORE(11, 0, 0, 1));
	ck_assert_uint_eq(watched(model)->lost, 0);
	model_free(model);
}
END_TEST

int
main(void)
{
	TCase *tests = tcase_create("accesses");

	tcase_add_test(tests, accesses_are_kept);
	tcase_add_test(tests, a_lost_update);
	tcase_add_test(tests, in_turn_nothing_is_lost);
	tcase_add_test(tests, other_bytes_are_no_business);
	tcase_add_test(tests, who_never_loaded_loses_nothing);
	tcase_add_test(tests, what_was_loaded_counts);
	tcase_add_test(tests, atomic_updates_lose_nothing);
	tcase_add_test(tests, at_the_gate);
	tcase_add_test(tests, the_watch_ends);
	tcase_add_test(tests, a_ring_and_a_copy);
	tcase_add_test(tests, another_segment);
	tcase_add_test(tests, long_ago);
	return run_cases("model_access", (TCase *[]){tests, NULL});
}
