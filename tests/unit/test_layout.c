/* SPDX-License-Identifier: MIT
 *
 * The layout at every size from 1x1 to 100 rows of 300 columns: boxes lie inside the screen and
 * never overlap, whatever there is to show.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tui/layout.h"

enum { BOXES_MAX = 2 * LAYOUT_CARDS_MAX + 16 };

/* Every box that is drawn into, without those that only hold others. */
static int
collect(const struct layout *layout, struct box *boxes)
{
	int n = 0;
	const struct box plain[] = {layout->header, layout->status, layout->footer, layout->menu,
		layout->lanes, layout->words, layout->log, layout->source, layout->evidence};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		boxes[n++] = plain[i];
	if (layout->form == LAYOUT_LIST) {
		boxes[n++] = layout->processes;
		boxes[n++] = layout->channels;
	}
	for (int i = 0; i < layout->n_process; i++)
		boxes[n++] = layout->process[i];
	for (int i = 0; i < layout->n_channel; i++)
		boxes[n++] = layout->channel[i];
	return n;
}

static bool
overlap(struct box a, struct box b)
{
	return a.rows > 0 && b.rows > 0 && a.cols > 0 && b.cols > 0 && a.row < b.row + b.rows &&
	       b.row < a.row + a.rows && a.col < b.col + b.cols && b.col < a.col + a.cols;
}

static void
check_boxes(const struct layout_wants *wants, const struct layout *layout)
{
	struct box boxes[BOXES_MAX];
	int n = collect(layout, boxes);
	for (int i = 0; i < n; i++) {
		struct box box = boxes[i];
		if (box.rows < 0 || box.cols < 0)
			ck_abort_msg("%dx%d: box %d has %d rows and %d columns", wants->cols,
				wants->rows, i, box.rows, box.cols);
		if (box.rows > 0 && box.cols > 0 &&
			(box.row < 0 || box.col < 0 || box.row + box.rows > wants->rows ||
				box.col + box.cols > wants->cols))
			ck_abort_msg("%dx%d: box %d leaves the screen: %d,%d %dx%d", wants->cols,
				wants->rows, i, box.row, box.col, box.cols, box.rows);
		for (int j = 0; j < i; j++)
			if (overlap(box, boxes[j]))
				ck_abort_msg(
					"%dx%d, %d processes, %d channels: boxes %d and %d overlap",
					wants->cols, wants->rows, wants->processes, wants->channels,
					j, i);
	}
}

/* What there is to show, from nothing to more than can be. */
static const struct layout_wants scenes[] = {
	{.menu = true},
	{.words = 5},
	{.processes = 1, .words = 5},
	{.processes = 2, .words = 6},
	{.processes = 2, .channels = 1, .words = 6},
	{.processes = 2, .channels = 1, .words = 11, .urgent = true},
	{.processes = 3, .channels = 1, .words = 30, .urgent = true, .source = WISH_OPEN},
	{.processes = 3, .channels = 2, .words = 4, .log = WISH_OPEN, .evidence = WISH_OPEN},
	{.processes = 4, .channels = 4, .words = 8, .log = WISH_SHUT, .source = WISH_SHUT},
	{.processes = 2, .channels = 1},
	{.processes = 2, .channels = 1, .log = WISH_SHUT, .source = WISH_OPEN},
	{.processes = 20, .channels = 19},
	{.processes = 200, .channels = 3, .words = 5, .source = WISH_OPEN},
	{.processes = 1000,
		.channels = 4000,
		.evidence = WISH_OPEN,
		.log = WISH_OPEN,
		.source = WISH_OPEN},
};

START_TEST(test_every_size)
{
	struct layout_wants wants = scenes[_i];
	static struct layout layout;
	for (wants.rows = 1; wants.rows <= 100; wants.rows++)
		for (wants.cols = 1; wants.cols <= 300; wants.cols++) {
			layout_make(&layout, &wants);
			check_boxes(&wants, &layout);
		}
}
END_TEST

START_TEST(test_below_the_least_there_is_a_sentence)
{
	struct layout_wants wants = {.rows = LAYOUT_ROWS_MIN - 1, .cols = 80, .processes = 2};
	struct layout layout;
	layout_make(&layout, &wants);
	ck_assert_int_eq(layout.form, LAYOUT_SMALL);
	wants = (struct layout_wants){.rows = 24, .cols = LAYOUT_COLS_MIN - 1};
	layout_make(&layout, &wants);
	ck_assert_int_eq(layout.form, LAYOUT_SMALL);
	wants = (struct layout_wants){.rows = LAYOUT_ROWS_MIN, .cols = LAYOUT_COLS_MIN, .words = 3};
	layout_make(&layout, &wants);
	ck_assert_int_ne(layout.form, LAYOUT_SMALL);
	ck_assert_int_gt(layout.words.rows, 1);
}
END_TEST

/* The size that must always work: cards for two and three processes, every lane, room to read. */
START_TEST(test_80x24)
{
	struct layout_wants wants = {.rows = 24, .cols = 80, .channels = 1, .words = 6};
	struct layout layout;
	for (wants.processes = 1; wants.processes <= 4; wants.processes++) {
		layout_make(&layout, &wants);
		ck_assert_int_eq(layout.form, LAYOUT_CARDS);
		ck_assert_int_eq(layout.n_process, wants.processes);
		ck_assert_int_eq(layout.n_channel, 1);
		for (int i = 0; i < layout.n_process; i++) {
			ck_assert_int_ge(layout.process[i].rows, 5);
			ck_assert_int_ge(layout.process[i].cols, 25);
		}
		ck_assert_int_ge(layout.channel[0].cols, 20);
		ck_assert_int_ge(layout.words.rows, 5);
	}
	wants.processes = 2;
	layout_make(&layout, &wants);
	ck_assert_int_ge(layout.process[0].rows, 9);
	ck_assert_int_ge(layout.lanes.rows, 3);
	ck_assert_int_ge(layout.words.rows, 7);
}
END_TEST

/* Two processes and what lies between them: a ring, its lock, a queue. */
START_TEST(test_three_channels_at_80x24)
{
	struct layout_wants wants = {.rows = 24, .cols = 80, .processes = 2, .channels = 3};
	struct layout layout;
	for (wants.words = 0; wants.words < 14; wants.words++)
		for (int urgent = 0; urgent < 2; urgent++) {
			wants.urgent = urgent;
			layout_make(&layout, &wants);
			ck_assert_int_eq(layout.form, LAYOUT_CARDS);
			ck_assert_msg(layout.n_channel >= (urgent ? 2 : 3), "%d of 3, %d words",
				layout.n_channel, wants.words);
			for (int i = 0; i < layout.n_channel; i++) {
				ck_assert_int_ge(layout.channel[i].rows, 3);
				ck_assert_int_ge(layout.channel[i].cols, 24);
			}
		}
	/* where no words would make them jump they get more */
	wants.words = 0;
	wants.urgent = false;
	layout_make(&layout, &wants);
	ck_assert_int_ge(layout.channel[0].rows, 4);
	wants.rows = 40;
	wants.cols = 120;
	layout_make(&layout, &wants);
	ck_assert_int_ge(layout.channel[2].rows, 4);
}
END_TEST

START_TEST(test_cards_stand_left_and_right_with_channels_between)
{
	struct layout_wants wants = {
		.rows = 24, .cols = 80, .processes = 3, .channels = 1, .words = 5};
	struct layout layout;
	layout_make(&layout, &wants);
	ck_assert_int_eq(layout.n_left, 2);
	struct box channel = layout.channel[0];
	for (int i = 0; i < 3; i++) {
		struct box card = layout.process[i];
		if (i < 2) /* room for an arrow */
			ck_assert_int_ge(channel.col - (card.col + card.cols), 3);
		else
			ck_assert_int_ge(card.col - (channel.col + channel.cols), 3);
	}
}
END_TEST

/* Two addresses are to be compared in full. */
START_TEST(test_cards_are_wide_where_nothing_connects_them)
{
	struct layout_wants wants = {.rows = 24, .cols = 80, .processes = 2, .words = 5};
	struct layout layout;
	layout_make(&layout, &wants);
	for (int i = 0; i < 2; i++)
		ck_assert_int_ge(
			layout.process[i].cols - 3, (int)strlen("counter = 15 at 0x7ffc12345678"));
}
END_TEST

START_TEST(test_a_large_screen_opens_panes_by_itself)
{
	struct layout_wants wants = {
		.rows = 40, .cols = 120, .processes = 2, .channels = 1, .words = 8};
	struct layout layout;
	layout_make(&layout, &wants);
	ck_assert_int_ge(layout.source.rows, 5);
	ck_assert_int_ge(layout.evidence.rows, 5);
	ck_assert_int_ge(layout.log.rows, 5);
	ck_assert_int_ge(layout.words.rows, 9);
	wants.rows = 24;
	wants.cols = 80;
	layout_make(&layout, &wants);
	ck_assert_int_eq(layout.source.rows + layout.evidence.rows + layout.log.rows, 0);
}
END_TEST

START_TEST(test_a_pane_that_is_asked_for_comes)
{
	struct layout_wants wants = {
		.rows = 24, .cols = 80, .processes = 2, .channels = 1, .words = 8};
	struct layout layout;
	enum wish *const wishes[] = {&wants.log, &wants.source, &wants.evidence};
	struct box *const boxes[] = {&layout.log, &layout.source, &layout.evidence};
	for (wants.urgent = false;; wants.urgent = true) {
		for (int i = 0; i < 3; i++) {
			*wishes[i] = WISH_OPEN;
			layout_make(&layout, &wants);
			ck_assert_int_ge(boxes[i]->rows, 5);
			ck_assert_int_ge(layout.words.rows, 4);
			*wishes[i] = WISH_SHUT;
			layout_make(&layout, &wants);
			ck_assert_int_eq(boxes[i]->rows, 0);
			*wishes[i] = WISH_AUTO;
		}
		if (wants.urgent)
			break;
	}
}
END_TEST

/* A question must be seen whole, with its choices. */
START_TEST(test_a_question_gets_its_rows)
{
	struct layout_wants wants = {
		.rows = 24, .cols = 80, .processes = 3, .channels = 1, .words = 10, .urgent = true};
	struct layout layout;
	layout_make(&layout, &wants);
	ck_assert_int_ge(layout.words.rows, 11);
	ck_assert_int_gt(layout.stage.rows, 0);
}
END_TEST

START_TEST(test_many_processes_become_a_list)
{
	struct layout_wants wants = {
		.rows = 24, .cols = 80, .processes = 20, .channels = 3, .words = 5};
	struct layout layout;
	layout_make(&layout, &wants);
	ck_assert_int_eq(layout.form, LAYOUT_LIST);
	ck_assert_int_ge(layout.processes.rows, 6);
	ck_assert_int_gt(layout.channels.cols, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tests = tcase_create("layout");
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, test_every_size, 0, (int)(sizeof scenes / sizeof *scenes));
	tcase_add_test(tests, test_below_the_least_there_is_a_sentence);
	tcase_add_test(tests, test_80x24);
	tcase_add_test(tests, test_three_channels_at_80x24);
	tcase_add_test(tests, test_cards_stand_left_and_right_with_channels_between);
	tcase_add_test(tests, test_cards_are_wide_where_nothing_connects_them);
	tcase_add_test(tests, test_a_large_screen_opens_panes_by_itself);
	tcase_add_test(tests, test_a_pane_that_is_asked_for_comes);
	tcase_add_test(tests, test_a_question_gets_its_rows);
	tcase_add_test(tests, test_many_processes_become_a_list);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
