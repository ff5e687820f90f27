/* SPDX-License-Identifier: MIT
 *
 * Watched memory on the stage: begun and ended while a process runs, stepped, and looked at.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "stage_play.h"

#if defined __x86_64__ && !defined __ILP32__

static char object[80]; /* the segment */
static int n_accesses;

/* Lets everybody go on, a permit at each gate, until an event of this kind comes. */
static void
go_until(enum event_what what, enum event_field field, const char *value)
{
	time_t limit = time(NULL) + PATIENCE;

	for (;;) {
		if (event.what == WHAT_reach)
			stage_permit(stage, event.pid, 1);
		ck_assert_msg(next(), "it ended before %s came", value);
		n_accesses += event.what == WHAT_leave && event.call >= CALL_load &&
			      event.call <= CALL_update;
		if (event.what == what && event_is(&event, field, value))
			return;
		ck_assert_msg(time(NULL) < limit, "%s never comes", value);
	}
}

static void
go_to_end(void)
{
	do {
		n_accesses += event.what == WHAT_leave && event.call >= CALL_load &&
			      event.call <= CALL_update;
		if (event.what == WHAT_reach)
			stage_permit(stage, event.pid, 1);
	} while (next());
}

static void
watch(const char *what, bool on)
{
	ck_assert_msg(stage_watch_memory(stage, what, on, &problem) == 0, "%s", problem.what);
}

/* Up to the gate of a call that comes after the segment was attached. */
static void
attach(void)
{
	n_accesses = 0;
	start("counter", NULL);
	go_until(WHAT_leave, FIELD_call, "shmat");
	event_copy(&event, FIELD_obj, object, sizeof object);
}

START_TEST(watched_while_it_runs)
{
	char bytes[300], file[256];
	int line, before;

	set_up(true);
	attach();
	go_until(WHAT_reach, FIELD_call, "kill");
	ck_assert_int_eq(n_accesses, 0);
	watch(object, true);
	go_until(WHAT_look, FIELD_watch, "1");
	ck_assert(event_is(&event, FIELD_obj, object));
	stage_permit(stage, event.pid, 1); /* that of the kill */
	go_until(WHAT_reach, FIELD_call, "load");
	ck_assert(event_is(&event, FIELD_obj, object));
	ck_assert_int_eq(event_number(&event, FIELD_off, -1), 8);
	if (stage_where(stage, event.pid, (uint64_t)event_number(&event, FIELD_at, 0), file,
		    sizeof file, &line))
		ck_assert_ptr_nonnull(strstr(file, "object_child.c"));
	go_until(WHAT_leave, FIELD_call, "load");
	ck_assert_int_eq(event_number(&event, FIELD_value, -1), 1);
#ifdef HAVE_ZYDIS
	ck_assert_int_eq(event_number(&event, FIELD_n, -1), 4);
#endif
	go_until(WHAT_reach, FIELD_call, "store");
#ifdef HAVE_ZYDIS
	ck_assert_int_eq(event_number(&event, FIELD_value, -1), 2); /* not stored yet */
#endif
	go_until(WHAT_leave, FIELD_call, "store");
	ck_assert_int_eq(event_number(&event, FIELD_old, -1), 1);
	ck_assert_int_eq(event_number(&event, FIELD_value, -1), 2);
	ck_assert_int_eq(n_accesses, 2);
	/* Its pages are shut, and yet they can be looked at. */
	stage_look(stage, event.pid);
	do
		until(WHAT_look, 0, FIELD_off, "0");
	while (!event_is(&event, FIELD_obj, object) ||
		event_copy(&event, FIELD_bytes, bytes, sizeof bytes) == 0 ||
		strncmp(bytes + 2 * 8, "02000000", 8) != 0);
	watch(object, false);
	before = n_accesses;
	until(WHAT_look, 0, FIELD_watch, "0");
	stage_open(stage, 0);
	go_to_end();
	ck_assert_int_le(n_accesses - before, 1); /* what stood at the gate already */
	ck_assert_int_eq(ended, 4);
	free_stage();
}
END_TEST

START_TEST(watched_from_the_first)
{
	pid_t parent;

	set_up(false);
	watch("shm", true);
	n_accesses = 0;
	parent = start("counter", NULL);
	go_until(WHAT_look, FIELD_watch, "1");
	ck_assert_int_eq(event.pid, parent);
	go_until(WHAT_enter, FIELD_call, "fork");
	ck_assert_int_eq(n_accesses, 6);
	do /* the child's may come before its parent's return from fork */
		go_until(WHAT_look, FIELD_watch, "1");
	while (event.pid == parent);
	go_to_end();
	ck_assert_int_ge(n_accesses, 6 + 2 + 1); /* an increment may be one instruction or two, and the result is loaded */
	ck_assert_int_eq(ended, 4);
	free_stage();
}
END_TEST

START_TEST(one_is_taken_out)
{
	set_up(true);
	watch("shm", true);
	attach();
	go_until(WHAT_look, FIELD_watch, "1");
	watch(object, false);
	go_until(WHAT_look, FIELD_watch, "0");
	n_accesses = 0;
	go_to_end();
	ck_assert_int_eq(n_accesses, 0);
	ck_assert_int_eq(ended, 4);
	free_stage();
}
END_TEST

START_TEST(not_everything_is_memory)
{
	set_up(false);
	ck_assert_int_eq(stage_watch_memory(stage, "pipe:1", true, &problem), -1);
	for (int i = 0; i < 8; i++) {
		snprintf(object, sizeof object, "shm:%d", i);
		watch(object, true);
	}
	ck_assert_int_eq(stage_watch_memory(stage, "shm:8", true, &problem), -1);
	watch("shm:3", false);
	watch("shm:8", true);
	free_stage();
}
END_TEST
#endif

static void
tear_down(void)
{
	stage_free(stage);
	stage = NULL;
}

int
main(void)
{
	Suite *suite = suite_create("stage_watch");
	TCase *tests = tcase_create("stage_watch");
	SRunner *runner;

	find_programs("tests/unit/object_child");
	with_directory = true;
	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_set_timeout(tests, 120);
#if defined __x86_64__ && !defined __ILP32__
	tcase_add_test(tests, watched_while_it_runs);
	tcase_add_test(tests, watched_from_the_first);
	tcase_add_test(tests, one_is_taken_out);
	tcase_add_test(tests, not_everything_is_memory);
#endif
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
