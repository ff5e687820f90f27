/* SPDX-License-Identifier: MIT
 *
 * The menu, a newcomer's first sight, and the help over it.
 */
#include <string.h>
#include <sys/wait.h>

#include "session.h"

static const struct size {
	int columns, rows;
} sizes[] = {{80, 24}, {120, 40}};

static struct terminal *
menu(int size)
{
	return session_start(&(struct session){
		.columns = sizes[size].columns, .rows = sizes[size].rows, .words = {NULL}});
}

/* The chosen lesson stands in reverse video, and its sign before it. */
static bool
is_chosen(struct terminal *terminal, const char *title)
{
	int row, column, sign_row, sign_column;

	return terminal_find(terminal, title, &row, &column) &&
	       terminal_cell(terminal, row, column).reverse &&
	       terminal_find(terminal, "▶  ", &sign_row, &sign_column) && sign_row == row;
}

static bool
chosen(struct terminal *terminal, void *title)
{
	return is_chosen(terminal, title);
}

static bool
mouse(struct terminal *terminal, void *nothing)
{
	(void)nothing;
	return terminal_mouse(terminal);
}

START_TEST(shows_every_lesson)
{
	static const char *const texts[] = {"Watch real processes talk", "1  Islands", "2  Pipe",
		"3  Blocking", "4  Not blocking", "5  End of file", "6  Atomic writes", "7  FIFO",
		"8  Message queues", "9  POSIX queues", "Processes share nothing by default.",
		"A call can sleep until", "new", "Enter starts Islands", "? help", NULL};
	struct terminal *terminal = menu(_i);

	SEES(terminal, "? help");
	for (int i = 0; texts[i] != NULL; i++)
		SEES(terminal, texts[i]);
	MUST(terminal, terminal_until(terminal, chosen, "Islands"));
	MUST(terminal, terminal_alternate(terminal));
}
END_TEST

START_TEST(moves_with_the_keys)
{
	struct terminal *terminal = menu(_i);

	SEES(terminal, "? help");
	terminal_press(terminal, KEY_DOWN);
	MUST(terminal, terminal_until(terminal, chosen, "Pipe"));
	terminal_type(terminal, "jj");
	MUST(terminal, terminal_until(terminal, chosen, "Not blocking"));
	terminal_type(terminal, "k");
	MUST(terminal, terminal_until(terminal, chosen, "Blocking"));
	SEES(terminal, "Enter starts Blocking");
	SEES(terminal, "A call can sleep until the other side acts.");
	terminal_type(terminal, "kkkkkkkkk");
	MUST(terminal, terminal_until(terminal, chosen, "Islands"));
	terminal_type(terminal, "jjjjj");
	MUST(terminal, terminal_until(terminal, chosen, "Atomic writes"));
}
END_TEST

START_TEST(opens_a_lesson_and_comes_back)
{
	struct terminal *terminal = menu(0);
	int status;

	SEES(terminal, "? help");
	terminal_type(terminal, "jj\r");
	SEES(terminal, "step 1/8");
	SEES(terminal, "3 Blocking");
	terminal_type(terminal, "q");
	SEES(terminal, "Watch real processes talk");
	MUST(terminal, terminal_until(terminal, chosen, "Blocking"));
	terminal_type(terminal, "q");
	status = terminal_wait_exit(terminal);
	MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0);
	MUST(terminal, !terminal_alternate(terminal));
}
END_TEST

START_TEST(obeys_the_mouse)
{
	struct terminal *terminal = menu(0);
	int row, column;

	SEES(terminal, "? help");
	MUST(terminal, terminal_until(terminal, mouse, NULL));
	MUST(terminal, terminal_find(terminal, "End of file", &row, &column));
	terminal_click(terminal, row, column);
	MUST(terminal, terminal_until(terminal, chosen, "End of file"));
	terminal_click(terminal, row, column);
	SEES(terminal, "5 End of file");
}
END_TEST

START_TEST(knows_what_was_done)
{
	struct terminal *terminal;

	ck_assert_int_eq(session_run_plain(&(struct session){
				 .words = {"lesson", "islands", "--plain", "--auto"}}),
		0);
	terminal = menu(0);
	SEES(terminal, "✓ done");
	MUST(terminal, terminal_until(terminal, chosen, "Pipe"));
	terminal_type(terminal, "kr");
	SEES_NO(terminal, "done");
}
END_TEST

START_TEST(helps)
{
	struct terminal *terminal = menu(0);

	SEES(terminal, "? help");
	terminal_type(terminal, "?");
	SEES(terminal, "this help");
	SEES(terminal, "start the chosen lesson");
	SEES(terminal, "? closes");
	terminal_type(terminal, "q"); /* backs out of the help alone */
	SEES_NO(terminal, "this help");
	SEES(terminal, "Watch real processes talk");
	terminal_press(terminal, KEY_F1);
	SEES(terminal, "this help");
}
END_TEST

START_TEST(speaks_korean)
{
	struct terminal *terminal =
		session_start(&(struct session){.environment = {"LANGUAGE=ko"}, .words = {NULL}});

	SEES(terminal, "? ");
	SEES(terminal, "PIPE_BUF");
	MUST(terminal, terminal_wait_gone(terminal, "Processes share nothing by default."));
	terminal_type(terminal, "\r");
	SEES(terminal, "1/");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("menu");
	TCase *tests = tcase_create("menu");

	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, NULL, session_end);
	tcase_add_loop_test(tests, shows_every_lesson, 0, 2);
	tcase_add_loop_test(tests, moves_with_the_keys, 0, 2);
	tcase_add_test(tests, opens_a_lesson_and_comes_back);
	tcase_add_test(tests, obeys_the_mouse);
	tcase_add_test(tests, knows_what_was_done);
	tcase_add_test(tests, helps);
	tcase_add_test(tests, speaks_korean);
	suite_add_tcase(suite, tests);
	return session_main(suite);
}
