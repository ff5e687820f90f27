/* SPDX-License-Identifier: MIT
 *
 * The tests' own terminal, against small shell programs: what it says of a screen must be true
 * before the screen tests can mean anything.
 */
#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "terminal.h"

static struct terminal *terminal;

static void
start(const char *script, const struct terminal_options *options)
{
	static const struct terminal_options plain;
	char *argv[] = {"sh", "-c", (char *)script, NULL};

	terminal = terminal_start(options != NULL ? options : &plain, argv);
}

static void
stop(void)
{
	if (terminal != NULL)
		terminal_free(terminal);
	terminal = NULL;
}

START_TEST(shows_what_is_drawn)
{
	int row, column;

	start("printf 'one\\033[3;5Htwo 한국 x'; read line", NULL);
	ck_assert(terminal_wait_text(terminal, "x"));
	ck_assert_str_eq(terminal_line(terminal, 0), "one");
	ck_assert_str_eq(terminal_line(terminal, 2), "    two 한국 x");
	ck_assert(terminal_find(terminal, "x", &row, &column));
	ck_assert_int_eq(row, 2);
	ck_assert_int_eq(column, 13); /* each Korean letter takes two cells */
	ck_assert(!terminal_shows(terminal, "three"));
	ck_assert_uint_gt(terminal_bytes(terminal), 10);
}
END_TEST

START_TEST(types_and_sees_the_end)
{
	int status;

	start("read line; echo \"got $line\"; exit 7", NULL);
	terminal_type(terminal, "hello\r");
	ck_assert(terminal_wait_text(terminal, "got hello"));
	status = terminal_wait_exit(terminal);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 7);
	ck_assert(!terminal_wait_text(terminal, "never")); /* at once: it is gone */
}
END_TEST

START_TEST(reads_all_of_a_flood)
{
	start("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; printf the-end; "
	      "read line",
		NULL);
	ck_assert(terminal_wait_text(terminal, "the-end"));
	ck_assert_str_eq(terminal_line(terminal, 22), "line 19999");
}
END_TEST

START_TEST(knows_attributes_and_colours)
{
	struct cell cell;

	start("printf 'a\\033[1;7mb\\033[0;38;5;215mc\\033[0;48;2;1;2;3md\\033[0m.'; read line",
		NULL);
	ck_assert(terminal_wait_text(terminal, "."));
	cell = terminal_cell(terminal, 0, 0);
	ck_assert(
		!cell.bold && !cell.reverse && cell.fg == CELL_DEFAULT && cell.bg == CELL_DEFAULT);
	cell = terminal_cell(terminal, 0, 1);
	ck_assert(cell.bold && cell.reverse);
	ck_assert_int_eq(terminal_cell(terminal, 0, 2).fg, 215);
	ck_assert_int_eq(terminal_cell(terminal, 0, 3).bg, CELL_RGB | 0x010203);
	ck_assert(terminal_coloured(terminal));
}
END_TEST

START_TEST(plain_text_has_no_colour)
{
	start("printf 'plain \\033[1mbold\\033[0m'; read line", NULL);
	ck_assert(terminal_wait_text(terminal, "bold"));
	ck_assert(!terminal_coloured(terminal));
}
END_TEST

START_TEST(resizes)
{
	start("trap 'stty size' WINCH; stty size; while :; do read line; done",
		&(struct terminal_options){.columns = 100, .rows = 30});
	ck_assert(terminal_wait_text(terminal, "30 100"));
	terminal_resize(terminal, 60, 15);
	terminal_type(terminal, "\r"); /* some shells finish the read first */
	ck_assert(terminal_wait_text(terminal, "15 60"));
}
END_TEST

START_TEST(pins_the_environment)
{
	static const char *const environment[] = {"GIVEN=this one", "HOME", NULL};

	start("echo \"$TERM,$LC_ALL,$GIVEN,${HOME-no home},${COLUMNS-no columns}\"; read line",
		&(struct terminal_options){.environment = environment});
	ck_assert(
		terminal_wait_text(terminal, "xterm-256color,C.UTF-8,this one,no home,no columns"));
}
END_TEST

START_TEST(presses_keys)
{
	start("stty raw -echo; printf '\\033[?1hready '; dd bs=1 count=9 2>/dev/null | od -An -c",
		NULL);
	ck_assert(terminal_wait_text(terminal, "ready"));
	terminal_press(terminal, KEY_UP);
	terminal_press(terminal, KEY_BACKTAB);
	terminal_press(terminal, KEY_F1);
	ck_assert(terminal_wait_text(terminal, "033   O   A 033   [   Z 033   O   P"));
}
END_TEST

START_TEST(knows_the_alternate_screen)
{
	start("echo before; printf '\\033[?1049h\\033[?1006;1000hinside'; read line; printf "
	      "'\\033[?1006;1000l\\033[?1049lafter'",
		NULL);
	ck_assert(terminal_wait_text(terminal, "inside"));
	ck_assert(terminal_alternate(terminal));
	ck_assert(terminal_mouse(terminal));
	ck_assert(!terminal_shows(terminal, "before"));
	terminal_type(terminal, "\r");
	ck_assert(terminal_wait_text(terminal, "after"));
	ck_assert(!terminal_alternate(terminal));
	ck_assert(!terminal_mouse(terminal));
	ck_assert(terminal_shows(terminal, "before"));
}
END_TEST

START_TEST(hangs_up)
{
	int status;

	start("echo up; exec sleep 1000", NULL);
	ck_assert(terminal_wait_text(terminal, "up"));
	terminal_hang_up(terminal);
	status = terminal_wait_exit(terminal);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGHUP);
}
END_TEST

int
main(void)
{
	TCase *tests = tcase_create("terminal");
	Suite *suite = suite_create("terminal");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, NULL, stop);
	tcase_add_test(tests, shows_what_is_drawn);
	tcase_add_test(tests, types_and_sees_the_end);
	tcase_add_test(tests, reads_all_of_a_flood);
	tcase_add_test(tests, knows_attributes_and_colours);
	tcase_add_test(tests, plain_text_has_no_colour);
	tcase_add_test(tests, resizes);
	tcase_add_test(tests, pins_the_environment);
	tcase_add_test(tests, presses_keys);
	tcase_add_test(tests, knows_the_alternate_screen);
	tcase_add_test(tests, hangs_up);
	suite_add_tcase(suite, tests);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
