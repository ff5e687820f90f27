/* SPDX-License-Identifier: MIT
 *
 * The conductor, driven by event lines through the model: what it orders, what it waits for, and
 * that its judgement is the events', whichever of two processes is reported first.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/conductor.h"

#define FRONT                                                                                      \
	"---\n"                                                                                    \
	"title: Test\n"                                                                            \
	"idea: An idea.\n"                                                                         \
	"cast:\n"                                                                                  \
	"  - {name: writer, program: pair, watch: counter}\n"                                      \
	"  - {name: reader, forked-by: writer}\n"                                                  \
	"  - {name: second, forked-by: writer, nth: 2}\n"                                          \
	"---\n"                                                       /* 8 lines */
#define STEP(name) "## " name "\n```ipcviz\nstep: " name "\nmoves:\n" /* 4 lines */
#define END "```\n"

#define WRITER 100
#define READER 101
#define SECOND 102

/* Events that bring both processes to their gates, with a pipe of 4096 bytes between them. */
#define BORN                                                                                       \
	"10 100 100 born ppid=1 name=\"writer\" prog=\"/x/pair\" slot=0\n"                         \
	"11 100 100 reach call=pipe\n"
#define FORKED                                                                                     \
	"12 100 100 enter call=pipe\n"                                                             \
	"13 100 100 leave call=pipe ret=0 fds=3,4 obj=pipe:7 cap=4096\n"                           \
	"14 100 100 reach call=fork\n"                                                             \
	"15 100 100 enter call=fork\n"                                                             \
	"16 101 101 born ppid=100 name=\"writer\" prog=\"/x/pair\" slot=1\n"                       \
	"17 100 100 leave call=fork ret=101\n"                                                     \
	"18 101 101 leave call=fork ret=0\n"                                                       \
	"19 101 101 reach call=read fd=3 obj=pipe:7 end=r n=100\n"                                 \
	"20 100 100 reach call=write fd=4 obj=pipe:7 end=w n=4096\n"
/* The writer has filled the pipe and sleeps in a second write. */
#define FULL                                                                                       \
	"30 100 100 enter call=write fd=4 obj=pipe:7 end=w n=4096\n"                               \
	"31 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=4096 used=4096 cap=4096\n"          \
	"32 100 100 reach call=write fd=4 obj=pipe:7 end=w n=1024\n"                               \
	"33 100 100 enter call=write fd=4 obj=pipe:7 end=w n=1024\n"                               \
	"40 100 100 look state=S wchan=anon_pipe_write\n"

static struct lesson *lesson;
static struct model *model;
static struct conductor *conductor;

static void
stop(void)
{
	conductor_free(conductor);
	model_free(model);
	lesson_free(lesson);
}

static void
begin(const char *text, unsigned step)
{
	struct problem problem = {0};

	lesson = lesson_parse("x/01-test", text, strlen(text), NULL, 0, &problem);
	ck_assert_msg(lesson != NULL, "%d: %s", problem.line, problem.what);
	model = model_create();
	conductor = conductor_create(lesson, step);
}

/* Applies event lines. */
static void
feed(const char *lines)
{
	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n") + 1;
		struct event event;

		ck_assert_int_eq(event_parse(&event, lines, length), 0);
		model_apply(model, &event);
		conductor_apply(conductor, model, &event);
		lines += length;
	}
}

static struct order
go(enum order_kind expected)
{
	struct order order = conductor_go(conductor, model);

	ck_assert_int_eq(order.kind, expected);
	return order;
}

static struct order
pending(enum order_kind expected)
{
	struct order order = conductor_pending(conductor, model);

	ck_assert_int_eq(order.kind, expected);
	return order;
}

static void
phase(enum phase expected)
{
	ck_assert_msg(conductor_phase(conductor) == expected, "phase %d, expected %d: %s",
		(int)conductor_phase(conductor), (int)expected, conductor_failure(conductor));
}

/* Starts the writer (the lesson's current move) and brings it to its first gate. */
static void
start_writer(void)
{
	struct order order = go(ORDER_START);

	ck_assert_str_eq(order.cast->name, "writer");
	phase(PHASE_WAITING);
	conductor_started(conductor, order.cast, WRITER);
	order = pending(ORDER_WATCH);
	ck_assert_int_eq(order.pid, WRITER);
	ck_assert_str_eq(order.cast->watch, "counter");
	pending(ORDER_NONE);
	feed(BORN);
}

static const char run_text[] =
	FRONT STEP("one") "  - start: writer\n"                                        /* 13 */
			  "  - run: writer\n    until: {call: fork, what: leave}\n"    /* 14, 15 */
			  "  - run: reader\n    until: {call: read, state: blocked}\n" /* 16, 17 */
			  "seen:\n  - {who: reader, call: read, state: blocked}\n"     /* 19 */
			  "  - {who: reader, call: read, what: leave, ret: 5}\n" END;  /* 20 */

START_TEST(test_runs_call_by_call)
{
	char hint[200];
	struct order order;

	begin(run_text, 0);
	phase(PHASE_READY);
	ck_assert_str_eq(conductor_hint(conductor, model, hint, sizeof hint),
		"starts the program of writer");
	start_writer();
	phase(PHASE_READY);
	ck_assert_int_eq(conductor_next_pid(conductor, model), WRITER);
	ck_assert_str_eq(conductor_hint(conductor, model, hint, sizeof hint),
		"lets writer call \001pipe(…)\002");
	order = go(ORDER_PERMIT);
	ck_assert_int_eq(order.pid, WRITER);
	phase(PHASE_WAITING);
	go(ORDER_NONE);
	feed("12 100 100 enter call=pipe\n13 100 100 leave call=pipe ret=0 fds=3,4 obj=pipe:7 "
	     "cap=4096\n");
	phase(PHASE_WAITING);
	feed("14 100 100 reach call=fork\n");
	phase(PHASE_READY);
	go(ORDER_PERMIT);
	feed("15 100 100 enter call=fork\n");
	phase(PHASE_WAITING);
	feed("17 100 100 leave call=fork ret=101\n");
	phase(PHASE_READY); /* its `until` matched: the next move's turn */
	ck_assert_int_eq(conductor_move(conductor)->line, 16);
	ck_assert_int_eq(conductor_cast(conductor)->pid[1], READER);
	go(ORDER_NONE); /* the child is not at its gate yet: the permit follows */
	phase(PHASE_WAITING);
	pending(ORDER_NONE);
	feed("18 101 101 born ppid=100 name=\"writer\" prog=\"/x/pair\" slot=1\n"
	     "18 101 101 leave call=fork ret=0\n"
	     "19 101 101 reach call=read fd=3 obj=pipe:7 end=r n=100\n");
	order = pending(ORDER_PERMIT);
	ck_assert_int_eq(order.pid, READER);
	pending(ORDER_NONE);
	feed("20 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n");
	phase(PHASE_WAITING);
	feed("25 101 101 look state=S wchan=anon_pipe_read\n");
	ck_assert_ptr_null(conductor_move(conductor));
	ck_assert_uint_eq(conductor_seen(conductor), 1);
	phase(PHASE_WAITING); /* one thing was not seen yet */
	feed("30 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=5 used=0\n");
	phase(PHASE_STEP_END);
	go(ORDER_NONE);
	phase(PHASE_DONE);
	ck_assert_str_eq(conductor_name(conductor, READER), "reader");
	ck_assert_ptr_null(conductor_name(conductor, 1));
	stop();
}
END_TEST

START_TEST(test_unseen_fails)
{
	begin(run_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	go(ORDER_PERMIT);
	feed("20 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n"
	     "25 101 101 look state=S wchan=anon_pipe_read\n");
	phase(PHASE_WAITING);
	conductor_give_up(conductor);
	phase(PHASE_FAILED);
	ck_assert_str_eq(conductor_failure(conductor),
		"x/01-test/lesson.md:20: the step `one` is over and this was not seen: "
		"{who: reader, what: leave, call: read, ret: 5}");
	go(ORDER_NONE);
	stop();
}
END_TEST

START_TEST(test_dead_fails)
{
	begin(run_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed("12 100 0 died signal=SIGKILL\n");
	phase(PHASE_FAILED);
	ck_assert_str_eq(conductor_failure(conductor), "x/01-test/lesson.md:14: `run writer`: this "
						       "did not come: {who: writer, what: leave, "
						       "call: fork}; writer was last seen dead");
	stop();
}
END_TEST

START_TEST(test_given_up)
{
	begin(run_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	go(ORDER_PERMIT);
	feed("20 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n");
	conductor_give_up(conductor);
	ck_assert_ptr_nonnull(strstr(conductor_failure(conductor), "lesson.md:16: `run reader`"));
	ck_assert_ptr_nonnull(strstr(conductor_failure(conductor), "last seen in a call, read"));
	stop();
}
END_TEST

START_TEST(test_refused)
{
	begin(run_text, 0);
	go(ORDER_START);
	conductor_refused(conductor, "there is no compiler");
	phase(PHASE_FAILED);
	ck_assert_str_eq(
		conductor_failure(conductor), "x/01-test/lesson.md:13: there is no compiler");
	stop();
}
END_TEST

/* The learner steps by hand: conditions match whoever caused them. */
START_TEST(test_steps_by_hand)
{
	begin(run_text, 0);
	start_writer();
	feed(FORKED); /* nobody pressed n */
	phase(PHASE_READY);
	ck_assert_int_eq(conductor_move(conductor)->line, 16);
	stop();
}
END_TEST

/* --- judging
 * ----------------------------------------------------------------------------------------------------
 */

static const char ask_text[] =
	FRONT STEP("one") "  - start: writer\n"
			  "  - run: writer\n    until: {call: write, state: blocked}\n"
			  "  - ask: What does the writer do?\n" /* 16 */
			  "    once: {who: reader, call: read, what: leave}\n"
			  "    choices:\n"
			  "      - says: it wakes\n"
			  "        when: {who: writer, call: write, what: leave}\n"
			  "      - says: it sleeps on\n"
			  "        when: {who: writer, call: write, state: blocked}\n"
			  "      - says: it dies\n"
			  "        when: {who: writer, what: died}\n"
			  "  - run: reader\n    until: {call: read, what: leave}\n"
			  "  - see: {who: writer, call: write}\n" END;

static void
ask_writer(void)
{
	begin(ask_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	feed(FULL);
	phase(PHASE_ASKING);
	go(ORDER_NONE);
	phase(PHASE_ASKING);
	conductor_answer(conductor, 7);
	phase(PHASE_ASKING);
	conductor_answer(conductor, 1);
	phase(PHASE_JUDGING);
	ck_assert_int_eq(conductor_verdict(conductor).answer, 1);
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	go(ORDER_PERMIT);
	feed("50 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
}

static void
judged(int truth, unsigned right)
{
	unsigned got_right, asked;

	ck_assert_int_eq(conductor_verdict(conductor).truth, truth);
	phase(PHASE_VERDICT);
	conductor_score(conductor, &got_right, &asked);
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(got_right, right);
	stop();
}

START_TEST(test_sleeps_on)
{
	struct order order;

	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	order = pending(ORDER_LOOK);
	ck_assert_int_eq(order.pid, WRITER);
	pending(ORDER_NONE);
	feed("52 100 100 look state=S wchan=anon_pipe_write\n");
	judged(1, 1);
}
END_TEST

/* A look that began before the reader's return was reported proves nothing, wherever it stands in
 * the trace. */
START_TEST(test_stale_look)
{
	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n"
	     "51 100 100 look state=S wchan=anon_pipe_write\n"
	     "49 100 100 look state=S wchan=anon_pipe_write\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	feed("53 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n");
	judged(0, 0);
}
END_TEST

/* A look that finds the woken writer running decides nothing; another is taken, but not for ever.
 */
START_TEST(test_looks_again)
{
	int looks = 0;

	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n");
	while (conductor_pending(conductor, model).kind == ORDER_LOOK) {
		char line[80];

		snprintf(line, sizeof line, "%d 100 100 look state=R\n", 60 + looks++);
		feed(line);
		ck_assert_int_lt(looks, 100);
	}
	ck_assert_int_gt(looks, 1);
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	feed("99 100 100 look state=S wchan=anon_pipe_write\n");
	judged(1, 1);
}
END_TEST

START_TEST(test_woken_reports_later)
{
	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n"
	     "52 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n");
	judged(0, 0);
}
END_TEST

/* The woken writer ran on another processor and told of it before the reader did. */
START_TEST(test_woken_reports_first)
{
	ask_writer();
	feed("51 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n"
	     "52 100 100 reach call=close fd=4\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	feed("53 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=1024 cap=4096\n");
	/* and the `see` of it does not wait for what has come already */
	ck_assert_ptr_null(conductor_move(conductor));
	judged(0, 0);
}
END_TEST

/* What happened before the deciding call was entered is no consequence of it. */
START_TEST(test_earlier_does_not_count)
{
	begin(ask_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	feed(FULL);
	feed("41 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=-1 err=EINTR\n");
	conductor_answer(conductor, 1);
	feed("43 100 100 enter call=write fd=4 obj=pipe:7 end=w n=1024\n"
	     "44 100 100 look state=S wchan=anon_pipe_write\n"
	     "50 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n"
	     "51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	pending(ORDER_LOOK);
	feed("52 100 100 look state=S wchan=anon_pipe_write\n");
	judged(1, 1);
}
END_TEST

/* An act on a process that the model believes asleep, and a look at a descriptor of it, say nothing
 * of its state. */
START_TEST(test_act_is_no_evidence)
{
	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n"
	     "52 100 0 act op=nonblock fd=4 value=1 by=stage\n"
	     "53 100 0 look fd=4 obj=pipe:7 flags=O_WRONLY|O_NONBLOCK end=w\n");
	ck_assert_int_eq(conductor_verdict(conductor).truth, -1);
	feed("54 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n");
	judged(0, 0);
}
END_TEST

/* Answered only after the learner stepped on by hand: judged at once. */
START_TEST(test_answered_late)
{
	begin(ask_text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	feed(FULL);
	feed("50 101 101 enter call=read fd=3 obj=pipe:7 end=r n=100\n"
	     "51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096\n"
	     "52 100 100 look state=S wchan=anon_pipe_write\n");
	phase(PHASE_ASKING);
	conductor_answer(conductor, 0);
	judged(1, 0);
}
END_TEST

START_TEST(test_verdict_is_read_first)
{
	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096\n"
	     "52 100 100 look state=S wchan=anon_pipe_write\n");
	phase(PHASE_VERDICT);
	feed("53 101 101 reach call=read fd=3 obj=pipe:7 end=r n=100\n"
	     "54 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n");
	phase(PHASE_VERDICT);
	go(ORDER_NONE);
	phase(PHASE_DONE); /* the step was over already */
	stop();
}
END_TEST

START_TEST(test_no_choice_matches)
{
	ask_writer();
	feed("51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=100 used=3996 cap=4096\n"
	     "52 100 100 look state=T\n");
	phase(PHASE_WAITING);
	conductor_give_up(conductor);
	phase(PHASE_FAILED);
	stop();
}
END_TEST

/* Without `once`, what comes after the answer counts. */
START_TEST(test_no_once)
{
	begin(FRONT STEP("one") "  - start: writer\n  - ask: Q?\n    choices:\n"
				"      - says: a\n        when: {who: writer, call: pipe, what: "
				"leave}\n"
				"      - says: b\n        when: {who: writer, what: died}\n"
				"  - run: writer\n" END,
		0);
	start_writer();
	phase(PHASE_ASKING);
	conductor_answer(conductor, 0);
	go(ORDER_PERMIT);
	feed("12 100 100 enter call=pipe\n");
	phase(PHASE_WAITING);
	feed("13 100 100 leave call=pipe ret=0 fds=3,4 obj=pipe:7 cap=4096\n");
	judged(0, 1);
}
END_TEST

/* --- the cast
 * ---------------------------------------------------------------------------------------------------
 */

START_TEST(test_children_in_any_order)
{
	static const char born1[] =
		"20 101 101 born ppid=100 name=\"writer\" prog=\"/x/pair\" slot=1\n";
	static const char leave1[] = "20 100 100 leave call=fork ret=101\n";
	static const char born2[] =
		"30 102 102 born ppid=100 name=\"writer\" prog=\"/x/pair\" slot=2\n";
	static const char leave2[] = "30 100 100 leave call=fork ret=102\n";
	const char *orders[][4] = {
		{born1, leave1, born2, leave2},
		{leave1, born1, leave2, born2},
		{leave1, born2, born1, leave2},
		{leave1, leave2, born2, born1},
	};

	for (unsigned i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		begin(run_text, 0);
		start_writer();
		for (int j = 0; j < 4; j++)
			feed(orders[i][j]);
		ck_assert_int_eq(conductor_cast(conductor)->pid[1], READER);
		ck_assert_int_eq(conductor_cast(conductor)->pid[2], SECOND);
		stop();
	}
}
END_TEST

/* --- the other moves
 * -------------------------------------------------------------------------------------------- */

START_TEST(test_free_and_shut)
{
	begin(FRONT STEP("one") "  - start: writer\n  - free\n    \n" END STEP(
		      "two") "  - shut\n" END,
		0);
	start_writer();
	go(ORDER_OPEN);
	phase(PHASE_STEP_END);
	go(ORDER_NONE);
	pending(ORDER_SHUT); /* a `free` without an end lasts for the step */
	pending(ORDER_NONE);
	phase(PHASE_READY);
	go(ORDER_SHUT);
	phase(PHASE_STEP_END);
	stop();

	begin(FRONT STEP("one") "  - start: writer\n  - free: yes\n    until: {call: fork, what: "
				"leave}\n" END,
		0);
	start_writer();
	go(ORDER_OPEN);
	phase(PHASE_WAITING);
	feed(FORKED);
	pending(ORDER_SHUT);
	phase(PHASE_STEP_END);
	stop();
}
END_TEST

START_TEST(test_act)
{
	struct order order;

	begin(FRONT STEP("one") "  - start: writer\n  - run: writer\n    until: {call: fork, what: "
				"leave}\n"
				"  - act: writer\n    op: nonblock\n    end: w\n"
				"  - act: writer\n    op: block\n    fd: 3\n"
				"  - act: writer\n    op: kill\n"
				"  - act: writer\n    op: kill\n" END, /* 22 */
		0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED);
	order = go(ORDER_ACT);
	ck_assert_str_eq(order.op, "nonblock");
	ck_assert_int_eq(order.pid, WRITER);
	ck_assert_int_eq(order.fd, 4);
	ck_assert_int_eq((int)order.value, 1);
	phase(PHASE_WAITING);
	feed("41 100 0 act op=nonblock fd=4 value=1 by=pending\n");
	phase(PHASE_WAITING); /* it stands at its gate and does it there */
	feed("42 100 100 act op=nonblock fd=4 value=1 by=probe\n");
	phase(PHASE_READY);
	order = go(ORDER_ACT);
	ck_assert_str_eq(order.op, "nonblock");
	ck_assert_int_eq(order.fd, 3);
	ck_assert_int_eq((int)order.value, 0);
	feed("43 100 0 act op=nonblock fd=3 value=0 by=stage\n");
	order = go(ORDER_ACT);
	ck_assert_str_eq(order.op, "kill");
	feed("44 100 0 act op=kill by=stage\n45 100 0 died signal=SIGKILL\n");
	phase(PHASE_READY);
	go(ORDER_NONE);
	phase(PHASE_FAILED);
	ck_assert_str_eq(conductor_failure(conductor), "x/01-test/lesson.md:24: cannot act kill on "
						       "writer: there is no such process any more");
	stop();
}
END_TEST

START_TEST(test_act_without_end)
{
	begin(FRONT STEP(
		      "one") "  - start: writer\n  - act: writer\n    op: close\n    end: r\n" END,
		0);
	start_writer();
	go(ORDER_NONE);
	phase(PHASE_FAILED);
	ck_assert_ptr_nonnull(strstr(conductor_failure(conductor), "no read end of a pipe"));
	stop();
}
END_TEST

START_TEST(test_act_on_an_object)
{
	struct order order;

	begin(FRONT STEP("one") "  - start: writer\n  - run: writer\n    until: {call: msgget, what: leave}\n"
				"  - act: writer\n    op: remove\n    on: msg\n"
				"  - act: writer\n    op: remove\n    on: mq\n" END,
		0);
	start_writer();
	go(ORDER_PERMIT);
	feed("20 100 100 enter call=msgget key=IPC_PRIVATE\n"
	     "21 100 100 leave call=msgget ret=5 obj=msg:5 made=1\n"
	     "22 100 100 reach call=pause\n");
	order = go(ORDER_ACT);
	ck_assert_str_eq(order.op, "remove");
	ck_assert_str_eq(order.object, "msg:5");
	phase(PHASE_WAITING);
	feed("23 0 0 act op=remove obj=msg:5 by=stage\n");
	phase(PHASE_READY);
	go(ORDER_NONE);
	phase(PHASE_FAILED);
	ck_assert_ptr_nonnull(strstr(conductor_failure(conductor), "it uses none"));
	stop();
}
END_TEST

START_TEST(test_see_orders_a_look)
{
	begin(FRONT STEP(
		      "one") "  - start: writer\n  - see: {who: writer, var: counter, value: 5}\n"
			     "  - see: {who: writer, state: gate}\n  - try: Play!\n" END,
		0);
	start_writer();
	phase(PHASE_WAITING);
	go(ORDER_NONE);
	ck_assert_int_eq(pending(ORDER_LOOK).pid, WRITER);
	feed("20 100 0 look var=counter addr=0x10 value=4\n");
	phase(PHASE_WAITING);
	feed("21 100 0 look var=counter addr=0x10 value=5\n"); /* it is at its gate already */
	phase(PHASE_TRYING);
	go(ORDER_NONE);
	phase(PHASE_DONE); /* it was the last step: no key for nothing */
	stop();
}
END_TEST

/* Who waits says what for, and what can be done. */
START_TEST(test_says_what_it_waits_for)
{
	char hint[400];

	begin(FRONT STEP("one") "  - start: writer\n  - see: {who: writer, call: pipe, what: "
				"leave, ret: 0}\n" END,
		0);
	start_writer();
	phase(PHASE_WAITING);
	ck_assert_str_eq(conductor_hint(conductor, model, hint, sizeof hint),
		"… waiting until \001pipe\002 of writer returns 0. writer stands at its gate: s "
		"lets it go on, "
		"when it is chosen with Tab. R begins this step anew.");
	stop();

	begin(FRONT STEP("one") "  - start: writer\nseen:\n  - {who: writer, state: blocked}\n" END,
		0);
	start_writer();
	phase(PHASE_WAITING);
	feed("12 100 100 look state=T\n");
	ck_assert_str_eq(conductor_hint(conductor, model, hint, sizeof hint),
		"… waiting until writer sleeps. writer is stopped: z lets it continue, when it is "
		"chosen "
		"with Tab. R begins this step anew.");
	stop();
}
END_TEST

START_TEST(test_restart)
{
	begin(FRONT STEP("one") "  - start: writer\n  - restart\n  - start: writer\n  - run: "
				"writer\n" END,
		0);
	start_writer();
	go(ORDER_RESTART);
	model_free(model);
	model = model_create();
	ck_assert_int_eq(conductor_cast(conductor)->pid[0], 0);
	feed("12 100 0 died signal=SIGKILL\n"); /* an echo of the old one */
	phase(PHASE_READY);
	conductor_started(conductor, go(ORDER_START).cast, 200);
	feed("20 200 200 born ppid=1 name=\"writer\" prog=\"/x/pair\" slot=0\n"
	     "21 200 200 reach call=pipe\n");
	ck_assert_int_eq(go(ORDER_PERMIT).pid, 200);
	stop();
}
END_TEST

/* Beginning in the middle plays the steps back to one that stands alone, without its questions. */
START_TEST(test_hurries)
{
	static const char text[] = FRONT STEP("one") "  - start: writer\n" END STEP(
		"two") "  - restart\n  - start: writer\n" END
		STEP("three") "  - ask: Q?\n    choices:\n"
			      "      - says: a\n        when: {what: out}\n"
			      "      - says: b\n        when: {what: died}\n"
			      "  - run: writer\n  - try: Play!\n"
			      "seen:\n  - {what: out}\n" END STEP("four") "  - run: writer\n" END;

	begin(text, 3);
	ck_assert(conductor_hurries(conductor));
	ck_assert_uint_eq(conductor_step(conductor), 1);
	start_writer(); /* the restart is left out: nothing was started */
	phase(PHASE_STEP_END);
	go(ORDER_NONE);
	phase(PHASE_READY);
	go(ORDER_PERMIT);
	feed("12 100 100 enter call=pipe\n"
	     "13 100 100 leave call=pipe ret=0 fds=3,4 obj=pipe:7 cap=4096\n"
	     "14 100 100 reach call=fork\n");
	phase(PHASE_STEP_END);
	ck_assert(conductor_hurries(conductor));
	go(ORDER_NONE);
	ck_assert(!conductor_hurries(conductor));
	ck_assert_uint_eq(conductor_step(conductor), 3);
	phase(PHASE_READY);

	conductor_restart(conductor, 1);
	ck_assert(!conductor_hurries(conductor));
	ck_assert_uint_eq(conductor_step(conductor), 1);
	phase(PHASE_READY);
	stop();
}
END_TEST

/* What another process does while a run is being made counts for the run or the sight that follows.
 */
START_TEST(test_consequence_before_cause)
{
	static const char text[] = FRONT STEP(
		"one") "  - start: writer\n"
		       "  - run: writer\n    until: {call: write, state: blocked}\n"
		       "  - run: reader\n    until: {call: read, what: leave}\n"
		       "  - run: writer\n    until: {call: write, what: leave}\n" END STEP(
			       "two") "  - see: {who: writer, call: write, what: leave}\n"
				      "seen:\n  - {who: writer, call: write, what: leave, ret: "
				      "1024}\n" END;
	static const char reader[] =
		"51 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n";
	static const char writer[] =
		"51 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n";

	for (int i = 0; i < 2; i++) {
		begin(text, 0);
		start_writer();
		go(ORDER_PERMIT);
		feed(FORKED FULL);
		go(ORDER_PERMIT);
		feed("50 101 101 enter call=read fd=3 obj=pipe:7 end=r n=4096\n");
		feed(i == 0 ? reader : writer);
		feed(i == 0 ? writer : reader);
		phase(PHASE_STEP_END);
		stop();
	}
}
END_TEST

/* The kernel's word on an object comes once, and may come before the run that caused it is over. One on a process that came
 * then may be over. */
START_TEST(test_object_seen_early)
{
	static const char text[] = FRONT STEP(
		"one") "  - start: writer\n"
		       "  - run: writer\n    until: {call: fork, what: leave}\n"
		       "  - see: {what: look, drops-min: 2}\n"
		       "  - see: {who: writer, what: look, state: blocked}\n" END;

	begin(text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed("10 0 0 look obj=socket:9 drops=2\n11 100 100 look state=S\n" FORKED);
	phase(PHASE_WAITING);
	ck_assert_int_eq(conductor_move(conductor)->line, lesson->steps[0].moves[3].line);
	stop();
	begin(text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED "10 0 0 look obj=socket:9 drops=2\n");
	phase(PHASE_WAITING);
	ck_assert_int_eq(conductor_move(conductor)->line, lesson->steps[0].moves[3].line);
	stop();
}
END_TEST

/* The same across the border of two steps. */
START_TEST(test_consequence_in_next_step)
{
	static const char text[] = FRONT STEP(
		"one") "  - start: writer\n"
		       "  - run: writer\n    until: {call: write, state: blocked}\n"
		       "  - run: reader\n    until: {call: read, what: leave}\n" END STEP(
			       "two") "  - see: {who: writer, call: write, what: leave}\n"
				      "seen:\n  - {who: writer, call: write, what: leave, ret: "
				      "1024}\n" END;

	begin(text, 0);
	start_writer();
	go(ORDER_PERMIT);
	feed(FORKED FULL);
	go(ORDER_PERMIT);
	feed("50 101 101 enter call=read fd=3 obj=pipe:7 end=r n=4096\n"
	     "51 100 100 leave call=write fd=4 obj=pipe:7 end=w ret=1024 used=1024 cap=4096\n"
	     "52 101 101 leave call=read fd=3 obj=pipe:7 end=r ret=4096 used=0 cap=4096\n");
	phase(PHASE_STEP_END);
	go(ORDER_NONE);
	ck_assert_uint_eq(conductor_step(conductor), 1);
	ck_assert_uint_eq(conductor_seen(conductor), 1);
	phase(PHASE_STEP_END);
	stop();
}
END_TEST

/* --- patterns
 * ---------------------------------------------------------------------------------------------------
 */

START_TEST(test_patterns)
{
	static const struct {
		const char *pattern, *line;
		bool matches;
	} cases[] = {
		{"{what: leave}", "90 100 100 leave call=write ret=5", true},
		{"{what: leave}", "90 100 100 enter call=write", false},
		{"{who: writer}", "90 100 100 enter call=write", true},
		{"{who: reader}", "90 100 100 enter call=write", false},
		{"{call: write}", "90 100 100 enter call=write", true},
		{"{call: write}", "90 100 100 enter call=writev", false},
		{"{ret: 5}", "90 100 100 leave call=write ret=5", true},
		{"{ret: 5}", "90 100 100 enter call=write", false},
		{"{ret-min: 5, ret-max: 6}", "90 100 100 leave call=write ret=6", true},
		{"{ret-min: 5, ret-max: 6}", "90 100 100 leave call=write ret=7", false},
		{"{err: EAGAIN}", "90 100 100 leave call=write ret=-1 err=EAGAIN", true},
		{"{err: none}", "90 100 100 leave call=write ret=-1 err=EAGAIN", false},
		{"{err: none}", "90 100 100 leave call=write ret=1", true},
		{"{err: none}", "90 100 100 enter call=write", false},
		{"{end: w, on: pipe}", "90 100 100 enter call=write fd=4 obj=pipe:7 end=w", true},
		{"{end: r}", "90 100 100 enter call=write fd=4 obj=pipe:7 end=w", false},
		{"{on: pip}", "90 100 100 enter call=write fd=4 obj=pipe:7 end=w", false},
		{"{used: 0}", "90 100 100 leave call=read ret=1 used=0", true},
		{"{flags: O_NONBLOCK}", "90 100 0 look fd=4 flags=O_WRONLY|O_NONBLOCK", true},
		{"{flags: O_NON}", "90 100 0 look fd=4 flags=O_WRONLY|O_NONBLOCK", false},
		{"{status: 3}", "90 100 0 died status=3", true},
		{"{status: 3}", "90 100 0 died status=33", false},
		{"{what: died, sig: SIGPIPE}", "90 100 0 died signal=SIGPIPE", true},
		{"{call: kill, sig: SIGTERM}", "90 100 100 enter call=kill sig=SIGTERM", true},
		{"{text: \"*is 6*\"}", "90 100 0 out stream=tty text=\"counter is 6\\n\"", true},
		{"{text: \"one\"}", "90 100 100 leave call=read ret=3 data=\"one\"", true},
		{"{text: \"one\"}", "90 100 100 leave call=read ret=6 data=\"onetwo\"", false},
		{"{var: counter, value: 6}", "90 100 0 look var=counter value=6", true},
		{"{var: counter, value: 6}", "90 100 0 look var=count value=6", false},
		{"{what: act, op: stop}", "90 100 0 act op=stop by=stage", true},
		{"{state: blocked, call: write, n: 1024, fd: 4, end: w, on: pipe}",
			"90 100 100 look state=S wchan=anon_pipe_write", true},
		{"{state: blocked, call: write, n: 1025}", "90 100 100 look state=S", false},
		{"{state: blocked, call: write, fd: 3}", "90 100 100 look state=S", false},
		{"{state: blocked, call: read}", "90 100 100 look state=S", false},
		{"{state: stopped}", "90 100 100 look state=T", true},
		{"{state: dead}", "90 100 0 died status=0", true},
		{"{state: running}", "90 100 100 leave call=write fd=4 ret=1024", true},
		{"{on: msg, object: \"msg:*9\"}", "90 100 100 enter call=msgctl obj=msg:769", true},
		{"{on: mq}", "90 100 100 enter call=msgctl obj=msg:769", false},
		{"{object: \"msg:7\"}", "90 100 100 enter call=msgctl obj=msg:769", false},
		{"{object: \"pipe:*\"}", "90 100 100 enter call=msgctl", false},
		{"{object: \"fifo:/a b\"}", "90 100 100 enter call=open obj=fifo:/a%20b", true},
		{"{state: blocked, object: \"pipe:7\"}", "90 100 100 look state=S", true},
		{"{on: pipe, object: \"pipe:7\"}", "90 100 100 leave call=write ret=1024", true},
		{"{on: pipe}", "90 100 100 leave call=getpid ret=100", false},
		{"{on: tcp}",
			"90 100 100 leave call=socket ret=5 obj=socket:8 family=AF_INET6 "
			"socktype=SOCK_STREAM",
			true},
		{"{on: udp}",
			"90 100 100 leave call=socket ret=5 obj=socket:8 family=AF_INET6 "
			"socktype=SOCK_STREAM",
			false},
		{"{on: unix}",
			"90 100 100 leave call=socket ret=5 obj=socket:8 family=AF_UNIX "
			"socktype=SOCK_DGRAM",
			true},
		{"{on: socket}", "90 100 100 enter call=recv fd=9 obj=socket:9 n=1", true},
		{"{on: tcp}", "90 100 100 enter call=recv fd=9 obj=socket:9 n=1", false},
		{"{path: \"*/one\"}", "90 100 100 enter call=mkfifo path=\"/tmp/one\"", true},
		{"{path: \"one\"}", "90 100 100 enter call=mkfifo path=\"/tmp/one\"", false},
		{"{type: 2, count: 3}",
			"90 100 100 leave call=msgrcv obj=msg:7 ret=4 type=2 count=3", true},
		{"{type: 2}", "90 100 100 leave call=msgrcv obj=msg:7 ret=4 type=1", false},
		{"{count: 2}", "90 100 100 leave call=msgrcv obj=msg:7 ret=4 type=1", false},
		{"{count: 2}", "90 0 0 look obj=msg:7 count=2", true},
		{"{want: -3}", "90 100 100 enter call=msgrcv obj=msg:7 want=-3", true},
		{"{want: 0}", "90 100 100 enter call=msgrcv obj=msg:7 want=-3", false},
		{"{want: 0}", "90 100 100 look state=S", false},
		{"{prio: 9}", "90 100 100 leave call=mq_receive obj=mq:/q ret=4 prio=9", true},
		{"{prio: 0}", "90 100 100 leave call=mq_receive obj=mq:/q ret=4 prio=9", false},
		{"{sem: 1, value: 0}", "90 100 100 leave call=semop obj=sem:7 values=1,0", true},
		{"{sem: 0, value: 0}", "90 100 100 leave call=semop obj=sem:7 values=1,0", false},
		{"{sem: 2, value: 0}", "90 100 100 leave call=semop obj=sem:7 values=1,0", false},
		{"{value: 1}", "90 100 100 leave call=semop obj=sem:7 values=1,0", false},
		{"{value: 1}", "90 100 100 leave call=sem_post obj=sem:/s values=1", true},
		{"{sem: 1, value: 5}", "90 100 100 enter call=semctl sem=1 value=5", true},
		{"{sem: 0, value: 5}", "90 100 100 enter call=semctl sem=1 value=5", false},
		{"{sem: 1}", "90 100 100 enter call=semop obj=sem:7 ops=0-1u,1+1", true},
		{"{sem: 2}", "90 100 100 enter call=semop obj=sem:7 ops=0-1u,1+1", false},
		{"{sem: 1}", "90 100 100 enter call=semctl sem=1", true},
		{"{ops: \"0-1*\"}", "90 100 100 enter call=semop obj=sem:7 ops=0-1u,1+1", true},
		{"{ops: \"0-1\"}", "90 100 100 enter call=semop obj=sem:7 ops=0-1u,1+1", false},
		{"{values: \"1,0\"}", "90 0 0 look obj=sem:7 values=1,0", true},
		{"{values: \"1\"}", "90 0 0 look obj=sem:7 values=1,0", false},
		{"{kernel: 0}", "90 100 100 leave call=sem_post ret=0 kernel=0", true},
		{"{kernel: 0}", "90 100 100 leave call=sem_post ret=0 kernel=1", false},
		{"{nattch: 2}", "90 100 100 leave call=shmat obj=shm:7 nattch=2", true},
		{"{made: 1}", "90 100 100 leave call=msgget obj=msg:7 made=1", true},
		{"{made: 1}", "90 100 100 leave call=msgget obj=msg:7 made=0", false},
		{"{removed: 1}", "90 0 0 look obj=msg:7 removed=1", true},
		{"{bytes: \"2a00*\"}", "90 0 0 look obj=shm:7 off=0 bytes=2a006869", true},
		{"{bytes: \"*.hi\"}", "90 0 0 look obj=shm:7 off=0 bytes=2a006869", true},
		{"{bytes: \"hi\"}", "90 0 0 look obj=shm:7 off=0 bytes=2a006869", false},
		{"{bytes: \"*\"}", "90 0 0 look obj=shm:7 size=10", false},
		{"{what: look, tcp: TIME_WAIT}", "90 0 0 look obj=socket:9 tcp=TIME_WAIT", true},
		{"{what: look, tcp: TIME_WAIT}", "90 0 0 look obj=socket:9 tcp=FIN_WAIT2", false},
		{"{tcp: LISTEN}", "90 100 100 leave call=listen fd=5 ret=0 tcp=LISTEN", true},
		{"{local: \"*:80\"}", "90 100 100 leave call=bind ret=0 local=127.0.0.1:80", true},
		{"{local: \"*:80\"}", "90 100 100 leave call=bind ret=0 local=127.0.0.1:8", false},
		{"{local: \"*\"}", "90 100 100 leave call=bind ret=0", false},
		{"{peer: \"@*x\"}", "90 100 100 leave call=connect ret=0 peer=@x", true},
		{"{waiting: 1, backlog: 4}", "90 0 0 look obj=socket:9 waiting=1 backlog=4", true},
		{"{waiting: 0}", "90 0 0 look obj=socket:9 waiting=1", false},
		{"{drops: 3}", "90 0 0 look obj=socket:9 drops=3", true},
		{"{drops-min: 3}", "90 0 0 look obj=socket:9 drops=4", true},
		{"{drops-min: 3}", "90 0 0 look obj=socket:9 drops=2", false},
		{"{drops-min: 0}", "90 0 0 look obj=socket:9 used=2", false},
		{"{used-min: 3}", "90 0 0 look obj=socket:9 used=3", true},
		{"{outq: 0}", "90 100 100 leave call=send ret=3 outq=3", false},
		{"{outq-min: 1}", "90 100 100 leave call=send ret=3 outq=3", true},
		{"{whole: 5}", "90 100 100 leave call=recv ret=2 whole=5", true},
		{"{whole: 5}", "90 100 100 leave call=recv ret=2", false},
		{"{passed: \"*\"}", "90 100 100 leave call=recvmsg ret=1 passed=5", true},
		{"{passed: \"*\"}", "90 100 100 leave call=recvmsg ret=1", false},
		{"{cred: \"*,0,0\"}", "90 100 100 leave call=accept ret=4 cred=100,0,0", true},
		{"{ready: 4w}", "90 100 100 leave call=poll ret=1 ready=4w", true},
		{"{option: SO_ERROR, arg: ECONNREFUSED}",
			"90 100 100 leave call=getsockopt ret=0 option=SO_ERROR value=111 arg=ECONNREFUSED",
			true},
		{"{option: SO_ERROR, arg: \"*\"}",
			"90 100 100 leave call=getsockopt ret=0 option=SO_ERROR value=0", false},
		{"{how: SHUT_WR}", "90 100 100 enter call=shutdown fd=5 how=SHUT_WR", true},
		{"{how: SHUT_WR}", "90 100 100 enter call=shutdown fd=5 how=SHUT_RD", false},
	};

	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text;
		struct event event;

		ck_assert_int_gt(
			asprintf(&text, FRONT STEP("one") "  - start: writer\n  - see: %s\n" END,
				strcmp(cases[i].pattern, "{on: pip}") == 0 ? "{on: fifo}"
									   : cases[i].pattern),
			0);
		begin(text, 0);
		free(text);
		start_writer();
		feed(FORKED FULL);
		ck_assert_int_eq(event_parse(&event, cases[i].line, strlen(cases[i].line)), 0);
		model_apply(model, &event);
		ck_assert_msg(match_event(&lesson->steps[0].moves[1].until, lesson,
				      conductor_cast(conductor), model, &event) == cases[i].matches,
			"%s on %s", cases[i].pattern, cases[i].line);
		stop();
	}
}
END_TEST

/* The look that shows the last of them asleep tells of all of them. */
START_TEST(test_cycle)
{
	begin(FRONT STEP("one") "  - start: writer\n  - see: {who: writer, cycle: yes}\n" END, 0);
	start_writer();
	feed(FORKED FULL);
	phase(PHASE_WAITING);
	feed("50 101 101 enter call=write fd=4 obj=pipe:7 end=w n=10\n"
	     "60 100 100 look state=S wchan=anon_pipe_write\n");
	phase(PHASE_WAITING);
	feed("61 101 101 look state=S wchan=anon_pipe_write\n");
	phase(PHASE_STEP_END);
	stop();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("conductor");
	TCase *moves = tcase_create("moves"), *judging = tcase_create("judging");
	SRunner *runner;

	tcase_add_test(moves, test_runs_call_by_call);
	tcase_add_test(moves, test_unseen_fails);
	tcase_add_test(moves, test_dead_fails);
	tcase_add_test(moves, test_given_up);
	tcase_add_test(moves, test_refused);
	tcase_add_test(moves, test_steps_by_hand);
	tcase_add_test(moves, test_children_in_any_order);
	tcase_add_test(moves, test_free_and_shut);
	tcase_add_test(moves, test_act);
	tcase_add_test(moves, test_act_without_end);
	tcase_add_test(moves, test_act_on_an_object);
	tcase_add_test(moves, test_see_orders_a_look);
	tcase_add_test(moves, test_says_what_it_waits_for);
	tcase_add_test(moves, test_restart);
	tcase_add_test(moves, test_hurries);
	tcase_add_test(moves, test_consequence_before_cause);
	tcase_add_test(moves, test_consequence_in_next_step);
	tcase_add_test(moves, test_object_seen_early);
	tcase_add_test(moves, test_patterns);
	tcase_add_test(moves, test_cycle);
	suite_add_tcase(suite, moves);
	tcase_add_test(judging, test_sleeps_on);
	tcase_add_test(judging, test_stale_look);
	tcase_add_test(judging, test_looks_again);
	tcase_add_test(judging, test_woken_reports_later);
	tcase_add_test(judging, test_woken_reports_first);
	tcase_add_test(judging, test_earlier_does_not_count);
	tcase_add_test(judging, test_act_is_no_evidence);
	tcase_add_test(judging, test_answered_late);
	tcase_add_test(judging, test_verdict_is_read_first);
	tcase_add_test(judging, test_no_choice_matches);
	tcase_add_test(judging, test_no_once);
	suite_add_tcase(suite, judging);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
