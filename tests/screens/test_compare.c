/* SPDX-License-Identifier: MIT
 *
 * The comparison on the screen: its pages while figures come in, a cell that opens its lesson and the way back, pausing,
 * small screens, and the way there from the menu. Never how fast anything is.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session.h"

static const struct size {
	int columns, rows;
} sizes[] = {{80, 24}, {120, 40}};

static struct terminal *
compare(int columns, int rows, const char *variable)
{
	return session_start(&(struct session){.columns = columns,
		.rows = rows,
		.environment = {variable, NULL},
		.words = {"compare", "--quick", "--kinds", "pipe,shm-futex,shm-spin,udp", NULL}});
}

/* The row of the pipe has a bar. */
static bool
pipe_has_bar(struct terminal *terminal, void *nothing)
{
	int row, column;

	(void)nothing;
	return terminal_find(terminal, "pipe  ", &row, &column) &&
	       strstr(terminal_line(terminal, row), "█") != NULL;
}

START_TEST(shows_what_each_kind_is)
{
	static const char *const texts[] = {"1 what each is", "relatives", "one-way*", "O_NONBLOCK",
		"Between relatives: a common ancestor", "shows it: lesson 2 Pipe", "Tab page",
		"? help", NULL};
	struct terminal *terminal = compare(sizes[_i].columns, sizes[_i].rows, NULL);

	for (int i = 0; texts[i] != NULL; i++)
		SEES(terminal, texts[i]);
	terminal_press(terminal, KEY_RIGHT);
	SEES(terminal, "shows it: lesson 7 FIFO");
	terminal_press(terminal, KEY_DOWN);
	SEES(terminal, "A file with a name");
	terminal_type(terminal, "kkkhhhhhh");
	SEES(terminal, "shows it: lesson 2 Pipe");
}
END_TEST

START_TEST(draws_figures_as_they_come)
{
	struct terminal *terminal = compare(sizes[_i].columns, sizes[_i].rows, NULL);

	terminal_type(terminal, "2");
	SEES(terminal, "Round trip, µs, median, both on one core");
	SEES(terminal, "shm-spin");
	SEES(terminal, "measured in");
	MUST(terminal, !terminal_shows(terminal, "unix-dgram"));
	SEES(terminal, "there and back in");
	terminal_type(terminal, "s");
	SEES(terminal, "99th percentile");
	terminal_type(terminal, "ss");
	SEES(terminal, "µs, median");
	terminal_type(terminal, "3");
	SEES(terminal, "messages of 1 B");
	MUST(terminal, terminal_until(terminal, pipe_has_bar, NULL));
	terminal_type(terminal, "l");
	SEES(terminal, "messages of 64 B");
	terminal_type(terminal, "4");
	SEES(terminal, "p pipe");
	SEES(terminal, "x shm-futex");
	SEES(terminal, "●");
	terminal_type(terminal, "t");
	SEES(terminal, "One way, MB/s");
	SEES(terminal, "messages a second");
	terminal_type(terminal, "\t");
	SEES(terminal, "Which kind of IPC has what");
	terminal_press(terminal, KEY_BACKTAB);
	SEES(terminal, "p pipe");
}
END_TEST

START_TEST(says_why_there_is_no_figure)
{
	struct terminal *terminal = compare(80, 24, NULL);

	terminal_type(terminal, "2jj");
	SEES(terminal, "keeps the other from running");
	terminal_type(terminal, "jllll");
	SEES(terminal, "65507");
}
END_TEST

/* Nothing is measured while a lesson runs, and it goes on afterwards. */
START_TEST(opens_a_lesson_and_comes_back)
{
	struct terminal *terminal = compare(sizes[_i].columns, sizes[_i].rows, NULL);
	int status;

	SEES(terminal, "shows it: lesson 2 Pipe, step 7");
	terminal_type(terminal, "\r");
	SEES(terminal, "step 7/8");
	SEES(terminal, "2 Pipe");
	terminal_type(terminal, "q");
	SEES(terminal, "Which kind of IPC has what");
	SEES(terminal, "measured in");
	terminal_type(terminal, "q");
	status = terminal_wait_exit(terminal);
	MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(pauses)
{
	struct terminal *terminal = compare(80, 24, NULL);

	SEES(terminal, "measuring ");
	terminal_type(terminal, " ");
	SEES(terminal, "paused at");
	terminal_type(terminal, " ");
	SEES(terminal, "measured in");
}
END_TEST

START_TEST(fits_small_screens)
{
	struct terminal *terminal = compare(60, 16, NULL);

	SEES(terminal, "what each is");
	terminal_type(terminal, "jjjjjjjjjjjj");
	SEES(terminal, "poll");
	terminal_type(terminal, "4");
	SEES(terminal, "z shm-spin");
	terminal_resize(terminal, 30, 8);
	SEES(terminal, "too small");
	terminal_resize(terminal, 80, 24);
	SEES(terminal, "z shm-spin");
	SEES(terminal, "? help");
	terminal_type(terminal, "?");
	SEES(terminal, "both processes on one core, or each");
	terminal_type(terminal, "?");
	SEES_NO(terminal, "both processes on one core, or each");
}
END_TEST

static bool
all_ascii(struct terminal *terminal, void *nothing)
{
	(void)nothing;
	for (const char *at = terminal_text(terminal); *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80)
			return false;
	return true;
}

START_TEST(draws_in_ascii)
{
	struct terminal *terminal = compare(80, 24, "LC_ALL=C");

	SEES(terminal, "measured in");
	terminal_type(terminal, "3");
	SEES(terminal, "pipe ");
	SEES(terminal, "##");
	MUST(terminal, terminal_until(terminal, all_ascii, NULL));
}
END_TEST

START_TEST(writes_what_it_measured)
{
	struct terminal *terminal = session_start(&(struct session){.columns = 80,
		.rows = 24,
		.words = {"compare", "--quick", "--kinds", "pipe", "--csv", "figures.csv", NULL}});
	char path[4096], line[256] = "";

	SEES(terminal, "measured in");
	terminal_type(terminal, "Q");
	int status = terminal_wait_exit(terminal);
	MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0);
	snprintf(path, sizeof path, "%s/figures.csv", session_directory());
	FILE *file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
	ck_assert_msg(strncmp(line, "\"quantity\",\"cores\"", 18) == 0, "%s", line);
	fclose(file);
	unlink(path);
}
END_TEST

START_TEST(opens_from_the_menu)
{
	struct terminal *terminal =
		session_start(&(struct session){.columns = 80, .rows = 24, .words = {NULL}});

	SEES(terminal, "c compare");
	terminal_type(terminal, "c");
	SEES(terminal, "Which kind of IPC has what");
	SEES(terminal, "measuring ");
	terminal_type(terminal, "q");
	SEES(terminal, "Watch real processes talk");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("compare");
	TCase *tests = tcase_create("screen");

	tcase_add_checked_fixture(tests, NULL, session_end);
	tcase_set_timeout(tests, 300);
	tcase_add_loop_test(tests, shows_what_each_kind_is, 0, 2);
	tcase_add_loop_test(tests, draws_figures_as_they_come, 0, 2);
	tcase_add_test(tests, says_why_there_is_no_figure);
	tcase_add_loop_test(tests, opens_a_lesson_and_comes_back, 0, 2);
	tcase_add_test(tests, pauses);
	tcase_add_test(tests, fits_small_screens);
	tcase_add_test(tests, draws_in_ascii);
	tcase_add_test(tests, writes_what_it_measured);
	tcase_add_test(tests, opens_from_the_menu);
	suite_add_tcase(suite, tests);
	return session_main(suite);
}
