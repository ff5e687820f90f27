/* SPDX-License-Identifier: MIT
 *
 * Tasks, in which the learner is to bring something about, and the memory that they are about: named
 * cells, and stores that lose an update or go on from one.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/conductor.h"

#define FRONT                                                                                      \
	"---\n"                                                                                    \
	"title: Test\n"                                                                            \
	"idea: An idea.\n"                                                                         \
	"cells:\n"                                                                                 \
	"  - {on: shm, at: 0, size: 4, name: counter}\n"                                           \
	"  - {on: shm, at: 8, size: 8, name: other}\n"                                             \
	"cast:\n"                                                                                  \
	"  - {name: ann, program: counter}\n"                                                      \
	"  - {name: bob, forked-by: ann}\n"                                                        \
	"---\n"                                            /* 10 lines */
#define STEP "## One\n```ipcviz\nstep: one\nmoves:\n" /* 14 lines */
#define END "```\n"
#define TASK                                                                                       \
	"  - start: ann\n"                                                                         \
	"  - try: Lose one.\n"                                                                     \
	"    until: {call: store, lost: yes}\n"                                                    \
	"    explain: It is lost.\n"                                                               \
	"    moves:\n"                                                                             \
	"      - run: ann\n"                                                                       \
	"        until: {call: load, what: leave}\n"                                               \
	"      - run: bob\n"                                                                       \
	"        until: {call: store, what: leave}\n"                                              \
	"      - run: ann\n"                                                                       \
	"        until: {call: store, what: leave}\n"

/* Both are there and stand before their first load. */
#define BORN                                                                                       \
	"10 100 100 born ppid=1 name=\"ann\" prog=\"/x/counter\" slot=0\n"                         \
	"11 100 100 reach call=mmap\n"                                                             \
	"12 100 100 enter call=mmap\n"                                                             \
	"13 100 100 leave call=mmap obj=shm:100@0x1000 addr=4096 n=40 off=0 size=40 ret=4096\n"            \
	"14 0 0 act op=watch obj=shm:100@0x1000\n"                                                       \
	"15 100 100 enter call=fork\n"                                                             \
	"16 101 101 born ppid=100 name=\"ann\" prog=\"/x/counter\" slot=1\n"                       \
	"17 100 100 leave call=fork ret=101\n"                                                     \
	"17 101 101 leave call=fork ret=0\n"                                                       \
	"18 101 101 reach call=load obj=shm:100@0x1000 off=0 n=4\n"                                        \
	"19 100 100 reach call=load obj=shm:100@0x1000 off=0 n=4\n"
#define LOAD(pid, value)                                                                           \
	"20 " pid " " pid " enter call=load obj=shm:100@0x1000 off=0 n=4\n"                              \
	"20 " pid " " pid " leave call=load obj=shm:100@0x1000 off=0 n=4 value=" value "\n"                \
	"21 " pid " " pid " reach call=store obj=shm:100@0x1000 off=0 n=4\n"
#define STORE(pid, old, value)                                                                     \
	"22 " pid " " pid " enter call=store obj=shm:100@0x1000 off=0 n=4\n"                             \
	"22 " pid " " pid " leave call=store obj=shm:100@0x1000 off=0 n=4 old=" old " value=" value "\n"   \
	"23 " pid " " pid " reach call=load obj=shm:100@0x1000 off=0 n=4\n"
#define ANN "100"
#define BOB "101"

static struct lesson *lesson;
static struct model *model;
static struct conductor *conductor;

static void
begin(const char *text)
{
	struct problem problem = {0};

	lesson = lesson_parse("x/01-test", text, strlen(text), NULL, 0, &problem);
	ck_assert_msg(lesson != NULL, "%d: %s", problem.line, problem.what);
	model = model_create();
	conductor = conductor_create(lesson, 0);
}

static void
stop(void)
{
	conductor_free(conductor);
	model_free(model);
	lesson_free(lesson);
}

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

static void
phase(enum phase expected)
{
	ck_assert_msg(conductor_phase(conductor) == expected, "phase %d, expected %d: %s",
		(int)conductor_phase(conductor), (int)expected, conductor_failure(conductor));
}

static int32_t
go(enum order_kind expected)
{
	struct order order = conductor_go(conductor, model);

	ck_assert_int_eq(order.kind, expected);
	return order.pid;
}

/* Up to the task. */
static void
begin_task(const char *text)
{
	struct order order;

	begin(text);
	order = conductor_go(conductor, model);
	ck_assert_int_eq(order.kind, ORDER_START);
	conductor_started(conductor, order.cast, 100);
	feed(BORN);
	phase(PHASE_TRYING);
}

START_TEST(test_by_hand)
{
	bool by_hand = false;

	begin_task(FRONT STEP TASK END);
	feed(LOAD(ANN, "0") LOAD(BOB, "0") STORE(ANN, "0", "1"));
	phase(PHASE_TRYING);
	ck_assert_ptr_null(conductor_done(conductor, &by_hand));
	feed(STORE(BOB, "1", "1"));
	phase(PHASE_STEP_END);
	ck_assert_ptr_eq(conductor_done(conductor, &by_hand), &lesson->steps[0].moves[1]);
	ck_assert(by_hand);
	stop();
}
END_TEST

/* Each press is a move of the lesson's; the learner has left the processes somewhere else. */
START_TEST(test_shown)
{
	bool by_hand = true;

	begin_task(FRONT STEP TASK END);
	feed(LOAD(ANN, "0"));
	ck_assert_int_eq(go(ORDER_PERMIT), 100);
	feed(STORE(ANN, "0", "1"));
	phase(PHASE_READY);
	ck_assert_int_eq(go(ORDER_PERMIT), 100);
	feed(LOAD(ANN, "1"));
	ck_assert_int_eq(go(ORDER_PERMIT), 101);
	feed(LOAD(BOB, "1"));
	ck_assert_int_eq(go(ORDER_PERMIT), 101);
	feed(STORE(BOB, "1", "2"));
	ck_assert_int_eq(go(ORDER_PERMIT), 100);
	feed(STORE(ANN, "2", "2"));
	phase(PHASE_STEP_END);
	ck_assert_ptr_nonnull(conductor_done(conductor, &by_hand));
	ck_assert(!by_hand);
	stop();
}
END_TEST

/* It came true in the midst of the lesson's own moves: those that are left are not made, and the gates that one of
 * them opened are shut. */
START_TEST(test_cut_short)
{
	begin_task(FRONT STEP "  - start: ann\n  - try: x\n    until: {call: store, lost: yes}\n    moves:\n"
			      "      - free: yes\n        until: {call: store, value: 9}\n      - run: bob\n"
			      "  - run: ann\n" END);
	go(ORDER_OPEN);
	feed(LOAD(ANN, "0") LOAD(BOB, "0") STORE(ANN, "0", "1") STORE(BOB, "1", "1"));
	ck_assert_int_eq(conductor_pending(conductor, model).kind, ORDER_SHUT);
	phase(PHASE_READY);
	ck_assert_int_eq(go(ORDER_PERMIT), 100);
	stop();
}
END_TEST

/* A later step's learner hurries through the task's own moves. */
START_TEST(test_hurried)
{
	begin(FRONT STEP TASK END "## Two\n```ipcviz\nstep: two\n" END);
	conductor_restart(conductor, 1);
	ck_assert(conductor_hurries(conductor));
	struct order order = conductor_go(conductor, model);
	ck_assert_int_eq(order.kind, ORDER_START);
	conductor_started(conductor, order.cast, 100);
	feed(BORN);
	phase(PHASE_READY);
	ck_assert_int_eq(go(ORDER_PERMIT), 100);
	stop();
}
END_TEST

START_TEST(test_going_on)
{
	/* bob's first store goes on from ann's; ann's second does not know of it; bob's own again not of hers */
	static const struct {
		const char *lines;
		bool yes, no;
	} stores[] = {
		{LOAD(ANN, "0") STORE(ANN, "0", "1"), false, false},
		{LOAD(BOB, "1") LOAD(ANN, "1") STORE(BOB, "1", "2"), false, true},
		{STORE(ANN, "2", "2"), true, false},
		{LOAD(ANN, "2") STORE(ANN, "2", "3"), false, false},
		{LOAD(BOB, "3") STORE(BOB, "3", "4"), false, true},
		{LOAD(BOB, "4") STORE(BOB, "4", "5"), false, false},
	};
	bool by_hand;

	for (int lost = 0; lost < 2; lost++)
		for (size_t i = 0; i < sizeof stores / sizeof *stores; i++) {
			begin_task(lost ? FRONT STEP TASK END
					: FRONT STEP "  - start: ann\n  - try: x\n"
						     "    until: {call: store, lost: no}\n"
						     "    moves:\n      - run: ann\n" END);
			for (size_t j = 0; j < i; j++) /* not judged */
				for (const char *line = stores[j].lines; *line != '\0';
					line = strchr(line, '\n') + 1) {
					struct event event;
					event_parse(&event, line, strcspn(line, "\n") + 1);
					model_apply(model, &event);
				}
			feed(stores[i].lines);
			ck_assert_msg((conductor_done(conductor, &by_hand) != NULL) ==
					      (lost ? stores[i].yes : stores[i].no),
				"store %zu, lost %d", i, lost);
			stop();
		}
}
END_TEST

START_TEST(test_cells)
{
	begin(FRONT STEP "  - start: ann\n" END);
	ck_assert_uint_eq(lesson->n_cells, 2);
	ck_assert_str_eq(lesson->cells[0].on, "shm");
	ck_assert_str_eq(lesson->cells[1].name, "other");
	ck_assert_int_eq(lesson->cells[1].at, 8);
	ck_assert_int_eq(lesson->cells[1].size, 8);
	stop();
}
END_TEST

#define CELLS(cells)                                                                               \
	"---\ntitle: x\nidea: y\ncells:\n" cells                                                   \
	"cast:\n  - {name: a, program: p}\n---\n## x\n```ipcviz\nstep: a\n```\n"

static const struct mistake {
	const char *text;
	int line;
	const char *says;
} mistakes[] = {
	{CELLS("  - counter\n"), 5, "a cell is written"},
	{CELLS("  - {on: pipe, at: 0, size: 4, name: c}\n"), 5, "shm or file, not `pipe`"},
	{CELLS("  - {on: shm, size: 4, name: c}\n"), 5, "`at` is missing"},
	{CELLS("  - {on: shm, at: 0, name: c}\n"), 5, "`size` is missing"},
	{CELLS("  - {on: shm, at: -4, size: 4, name: c}\n"), 5, "from 0 on"},
	{CELLS("  - {on: shm, at: 0, size: 0, name: c}\n"), 5, "from 1 on"},
	{CELLS("  - {on: shm, at: x, size: 4, name: c}\n"), 5, "whole number"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: C d}\n"), 5, "lower-case"},
	{CELLS("  - {on: shm, at: 0, size: 4}\n"), 5, "`name` is missing"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: c, colour: red}\n"), 5, "`colour` is not known"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: c}\n  - {on: shm, at: 8, size: 4, name: c}\n"), 6,
		"two cells called `c`"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: c}\n  - {on: shm, at: 2, size: 4, name: d}\n"), 6,
		"`d` overlaps `c`"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: c, who: b}\n"), 5, "`b` is not in the cast"},
	{CELLS("  - {on: shm, at: 0, size: 4, name: c, who: a}\n  - {on: shm, at: 2, size: 4, name: d}\n"), 6,
		"`d` overlaps `c`"},
	{FRONT STEP "  - start: ann\n  - try: x\n    until: {call: store, lost: maybe}\n" END, 17,
		"one of yes no"},
	{FRONT STEP "  - start: ann\n  - try: x\n    until: {call: store}\n" END, 16,
		"belong together"},
	{FRONT STEP "  - start: ann\n  - try: x\n    moves:\n      - run: ann\n" END, 16,
		"belong together"},
	{FRONT STEP "  - start: ann\n  - try: x\n    explain: y\n" END, 16, "belong together"},
	{FRONT STEP "  - start: ann\n  - try: x\n    until: {call: store}\n    moves:\n      - try: y\n" END,
		19, "ask nothing"},
	{FRONT STEP "  - try: x\n    until: {call: store}\n    moves:\n      - run: ann\n" END, 18,
		"was not started"},
};

START_TEST(test_mistakes)
{
	const struct mistake *mistake = &mistakes[_i];
	struct problem problem = {0};
	struct lesson *wrong = lesson_parse(
		"x/01-test", mistake->text, strlen(mistake->text), NULL, 0, &problem);

	ck_assert_ptr_null(wrong);
	ck_assert_msg(strstr(problem.what, mistake->says) != NULL, "%s", problem.what);
	ck_assert_int_eq(problem.line, mistake->line);
}
END_TEST

START_TEST(test_translated)
{
	static const char text[] = FRONT STEP TASK END;
	static const char korean[] = "---\ntitle: T\nidea: I\n---\n## Eins\n```ipcviz\nstep: one\nwords:\n"
				     "  - try: Verliere eine.\n    explain: Weg ist sie.\n```\n";
	static const char half[] = "---\ntitle: T\nidea: I\n---\n## Eins\n```ipcviz\nstep: one\nwords:\n"
				   "  - try: Verliere eine.\n```\n";
	struct problem problem = {0};

	lesson = lesson_parse(
		"x/01-test", text, sizeof text - 1, korean, sizeof korean - 1, &problem);
	ck_assert_msg(lesson != NULL, "%d: %s", problem.line, problem.what);
	ck_assert_str_eq(lesson->steps[0].moves[1].explain, "Weg ist sie.");
	lesson_free(lesson);
	ck_assert_ptr_null(lesson_parse(
		"x/01-test", text, sizeof text - 1, half, sizeof half - 1, &problem));
	ck_assert_msg(strstr(problem.what, "`explain` is missing") != NULL, "%s", problem.what);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("task");
	TCase *tcase = tcase_create("task");

	tcase_add_test(tcase, test_by_hand);
	tcase_add_test(tcase, test_shown);
	tcase_add_test(tcase, test_cut_short);
	tcase_add_test(tcase, test_hurried);
	tcase_add_test(tcase, test_going_on);
	tcase_add_test(tcase, test_cells);
	tcase_add_loop_test(tcase, test_mistakes, 0, sizeof mistakes / sizeof *mistakes);
	tcase_add_test(tcase, test_translated);
	suite_add_tcase(suite, tcase);

	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
