/* SPDX-License-Identifier: MIT
 *
 * The same lesson on every kind of terminal: sizes, palettes, no colour, ASCII, Korean; and where
 * there is no screen to draw on. And the ways in which a session ends: the terminal must be as it
 * was.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session.h"

static struct terminal *
blocking(const struct session *more)
{
	struct session session = *more;
	static const char *const words[] = {"lesson", "blocking", "--no-animation", NULL};
	int n = 0;

	while (session.words[n] != NULL)
		n++;
	for (int i = 0; words[i] != NULL; i++)
		session.words[n++] = words[i];
	return session_start(&session);
}

/* Every row is as wide as the screen at most, and header and footer stand in their rows. */
static bool
is_whole(struct terminal *terminal, int rows)
{
	int row, column;

	return terminal_find(terminal, "? help", &row, &column) && row == rows - 1 &&
	       strncmp(terminal_line(terminal, 0), " ipcviz", 7) == 0;
}

struct wanted {
	int rows;
};

static bool
whole(struct terminal *terminal, void *context)
{
	return is_whole(terminal, ((struct wanted *)context)->rows);
}

START_TEST(follows_every_resize)
{
	static const int sizes[][2] = {
		{120, 40}, {60, 15}, {80, 24}, {200, 60}, {40, 14}, {80, 24}};
	struct terminal *terminal = blocking(&(struct session){.columns = 80, .rows = 24});

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		terminal_resize(terminal, sizes[i][0], sizes[i][1]);
		MUST(terminal, terminal_until(terminal, whole, &(struct wanted){sizes[i][1]}));
		SEES(terminal, "What happens?");
	}
	SEES(terminal, "? The reader calls read on the empty pipe. What happens?");
	SEES(terminal, "  It sleeps");
	MUST(terminal, session_predict(terminal, "It sleeps"));
}
END_TEST

START_TEST(says_when_it_is_too_small)
{
	struct terminal *terminal = blocking(&(struct session){.columns = 30, .rows = 8});

	SEES(terminal, "too small: make it 40");
	terminal_resize(terminal, 80, 24);
	SEES(terminal, "step 1/8");
	terminal_resize(terminal, 1, 1);
	terminal_resize(terminal, 80, 24);
	SEES(terminal, "step 1/8");
}
END_TEST

/* A colour of its own, or bold or reverse alone. */
START_TEST(obeys_no_color)
{
	struct terminal *terminal = blocking(&(struct session){.environment = {"NO_COLOR=1"}});
	int row, column;

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	MUST(terminal, !terminal_coloured(terminal));
	MUST(terminal, terminal_find(terminal, "? The reader", &row, &column));
	MUST(terminal, terminal_cell(terminal, row, column).bold);
}
END_TEST

START_TEST(has_themes)
{
	static const char *const names[] = {"dark", "light", "contrast", "none"};
	struct terminal *terminal =
		blocking(&(struct session){.words = {"--theme", names[_i], NULL}});
	int row, column;

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	MUST(terminal, terminal_coloured(terminal) == (strcmp(names[_i], "none") != 0));
	MUST(terminal, terminal_find(terminal, "? The reader", &row, &column));
	/* only the projector's palette paints the ground */
	ck_assert_int_eq(terminal_cell(terminal, row, column).bg != CELL_DEFAULT,
		strcmp(names[_i], "contrast") == 0);
	terminal_type(terminal, "T");
	SEES(terminal, "theme: ");
}
END_TEST

START_TEST(survives_eight_colours)
{
	struct terminal *terminal = blocking(&(struct session){.environment = {"TERM=xterm"}});

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	MUST(terminal, terminal_coloured(terminal));
	for (int row = 0; row < 24; row++)
		for (int column = 0; column < 80; column++)
			ck_assert_int_lt(terminal_cell(terminal, row, column).fg, 16);
}
END_TEST

static bool
is_ascii(struct terminal *terminal)
{
	for (const char *c = terminal_text(terminal); *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80)
			return false;
	return true;
}

START_TEST(draws_in_ascii)
{
	struct terminal *terminal =
		_i == 0 ? blocking(&(struct session){.environment = {"LC_ALL=C"}})
			: blocking(&(struct session){.words = {"--ascii", NULL}});

	SEES(terminal, "step 1/8");
	SEES(terminal, "n starts");
	for (int i = 0; i < 16 && !terminal_shows(terminal, "What happens?"); i++)
		MUST(terminal, session_next(terminal));
	SEES(terminal, "? The reader calls read on the empty pipe. What happens?");
	SEES(terminal, "  It sleeps");
	MUST(terminal, session_predict(terminal, "It sleeps"));
	MUST(terminal, session_next_until(terminal, "You were right", "", 6));
	SEES(terminal, "# BLOCKED");
	MUST(terminal, is_ascii(terminal));
}
END_TEST

/* A terminal that cannot place its cursor gets the story in sentences. */
START_TEST(tells_a_dumb_terminal_in_sentences)
{
	struct terminal *terminal = session_start(&(struct session){
		.environment = {"TERM=dumb"}, .words = {"lesson", "islands", "--auto", NULL}});
	int status = terminal_wait_exit(terminal);

	MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0);
	MUST(terminal, !terminal_alternate(terminal));
}
END_TEST

/* --- endings
 * ----------------------------------------------------------------------------------------------------
 */

static void
must_be_restored(struct terminal *terminal)
{
	int row, column;
	bool visible;

	terminal_cursor(terminal, &row, &column, &visible);
	MUST(terminal, !terminal_alternate(terminal));
	MUST(terminal, !terminal_mouse(terminal));
	MUST(terminal, visible);
}

START_TEST(ends_by_keys)
{
	static const char *const keys[] = {"Q", "qq", "\003"};
	struct terminal *terminal = session_start(&(struct session){.words = {NULL}});
	int status;

	SEES(terminal, "? help");
	terminal_type(terminal, "\r");
	SEES(terminal, "step 1/");
	MUST(terminal, session_next(terminal));
	terminal_type(terminal, keys[_i]);
	status = terminal_wait_exit(terminal);
	if (_i == 2)
		MUST(terminal, WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	else
		MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0);
	must_be_restored(terminal);
}
END_TEST

START_TEST(ends_by_signals)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGQUIT, SIGSEGV};
	struct terminal *terminal = blocking(&(struct session){.words = {NULL}});

	SEES(terminal, "step 1/8");
	MUST(terminal, session_next(terminal));
	kill(terminal_pid(terminal), signals[_i]);
	MUST(terminal, WIFSIGNALED(terminal_wait_exit(terminal)));
	must_be_restored(terminal);
}
END_TEST

START_TEST(ends_when_the_window_closes)
{
	struct terminal *terminal = blocking(&(struct session){.words = {NULL}});

	SEES(terminal, "step 1/8");
	MUST(terminal, session_next(terminal));
	terminal_hang_up(terminal);
	ck_assert_int_ne(terminal_wait_exit(terminal), -1);
}
END_TEST

START_TEST(stops_and_comes_back)
{
	struct terminal *terminal = session_start_in_shell(
		&(struct session){.words = {"lesson", "blocking", "--no-animation", NULL}});

	SEES(terminal, "step 1/8");
	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	terminal_type(terminal, "\032");
	SEES(terminal, "shell: stopped");
	must_be_restored(terminal);
	terminal_type(terminal, "\r");
	SEES(terminal, "? The reader calls read on the empty pipe. What happens?");
	MUST(terminal, terminal_alternate(terminal));
	SEES(terminal, "  It sleeps");
	MUST(terminal, session_predict(terminal, "It sleeps"));
	terminal_type(terminal, "Q");
	SEES(terminal, "shell: ended 0");
	must_be_restored(terminal);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("looks");
	TCase *looks = tcase_create("looks"), *ends = tcase_create("ends");

	tcase_set_timeout(looks, 240);
	tcase_add_checked_fixture(looks, NULL, session_end);
	tcase_add_test(looks, follows_every_resize);
	tcase_add_test(looks, says_when_it_is_too_small);
	tcase_add_test(looks, obeys_no_color);
	tcase_add_loop_test(looks, has_themes, 0, 4);
	tcase_add_test(looks, survives_eight_colours);
	tcase_add_loop_test(looks, draws_in_ascii, 0, 2);
	tcase_add_test(looks, tells_a_dumb_terminal_in_sentences);
	suite_add_tcase(suite, looks);
	tcase_set_timeout(ends, 240);
	tcase_add_checked_fixture(ends, NULL, session_end);
	tcase_add_loop_test(ends, ends_by_keys, 0, 3);
	tcase_add_loop_test(ends, ends_by_signals, 0, 4);
	tcase_add_test(ends, ends_when_the_window_closes);
	tcase_add_test(ends, stops_and_comes_back);
	suite_add_tcase(suite, ends);
	return session_main(suite);
}
