/* SPDX-License-Identifier: MIT
 *
 * What the screen draws of a run in which a writer fills a pipe, falls asleep and is woken: the
 * demo on a file of events, in a terminal emulator.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

enum { AT_BLOCKED = 37, AT_WOKEN = 43, AT_NONBLOCK = 45, AT_AGAIN = 51, AT_END = 99 };

static char demo[4096], events[4096];

static struct terminal *
start(int columns, int rows, int at, const char *option, const char *const *environment)
{
	char number[16];
	snprintf(number, sizeof number, "%d", at);
	const struct terminal_options options = {
		.columns = columns, .rows = rows, .environment = environment};
	/* a NULL in the middle would end the list: without an option the file comes at once */
	char *argv[] = {demo, "--at", number, option ? (char *)option : events,
		option ? events : NULL, NULL};
	struct terminal *terminal = terminal_start(&options, argv);
	return terminal;
}

/* The footer is drawn last. */
static void
wait_frame(struct terminal *terminal)
{
	if (!terminal_wait_text(terminal, "? help"))
		terminal_complain(terminal, "no first frame");
	ck_assert(terminal_shows(terminal, "? help"));
}

static void
expect(struct terminal *terminal, const char *text)
{
	if (!terminal_wait_text(terminal, text)) {
		terminal_complain(terminal, text);
		ck_abort_msg("\"%s\" is not on the screen", text);
	}
}

START_TEST(test_a_blocked_writer)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	int row, column;
	wait_frame(terminal);
	expect(terminal, "writer 4211");
	expect(terminal, "▮ BLOCKED");
	expect(terminal, "write(4, …, 1024)");
	expect(terminal, "no room");
	expect(terminal, "wakes when");
	expect(terminal, "4096 of 4096 B FULL");
	expect(terminal, "1024│1024│1024│1024");
	expect(terminal, "writers 1  readers 1");
	expect(terminal, "writer waits");
	expect(terminal, "▹ in a call");
	/* the state's colour comes with its word, and blocked spans are heavy */
	ck_assert(terminal_find(terminal, "BLOCKED", &row, &column));
	ck_assert_int_eq(terminal_cell(terminal, row, column).fg, 215);
	expect(terminal, "▮━");
	/* from the descriptor's line an arrow with its number leads into the pipe, and one out of
	 * it */
	ck_assert(terminal_find(terminal, "4──▶│", &row, &column));
	ck_assert_ptr_nonnull(strstr(terminal_line(terminal, row), "4 w pipe 25138"));
	expect(terminal, "│──▶│ 3 r pipe 25138");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_the_story_goes_on)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	wait_frame(terminal);
	for (int i = 0; i < 4 && !terminal_shows(terminal, "woken by reader"); i++) {
		terminal_type(terminal, "n");
		char event[32];
		snprintf(event, sizeof event, "event %d", (int[]){38, 39, 41, 42}[i]);
		expect(terminal, event);
	}
	expect(terminal, "▴ woken by reader");
	expect(terminal, "▴");
	expect(terminal, "┴"); /* who woke whom, from lane to lane */
	ck_assert(terminal_wait_gone(terminal, "BLOCKED"));
	terminal_free(terminal);
}
END_TEST

START_TEST(test_flags_errors_and_ends)
{
	struct terminal *terminal = start(80, 24, AT_NONBLOCK, NULL, NULL);
	wait_frame(terminal);
	expect(terminal, "3 r O_NONBLOCK 25138");
	terminal_free(terminal);
	terminal = start(80, 24, AT_AGAIN, NULL, NULL);
	wait_frame(terminal);
	expect(terminal, "✗ read(3, …, 4096)");
	expect(terminal, "= -1 EAGAIN");
	expect(terminal, "next: exit(0)"); /* at its gate again, the answer still in sight */
	terminal_free(terminal);
	terminal = start(80, 24, AT_END, NULL, NULL);
	wait_frame(terminal);
	expect(terminal, "killed by SIGPIPE");
	expect(terminal, "exited 0");
	expect(terminal, "closed by all");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_resizing)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	wait_frame(terminal);
	terminal_resize(terminal, 120, 40);
	expect(terminal, "what the kernel says of writer");
	expect(terminal, "or every read end is closed");
	terminal_resize(terminal, 30, 8);
	expect(terminal, "too small: make it 40 x 14");
	ck_assert(terminal_wait_gone(terminal, "writer"));
	terminal_resize(terminal, 50, 16);
	expect(terminal, "processes 2");
	terminal_resize(terminal, 80, 24);
	expect(terminal, "1024│1024│1024│1024");
	expect(terminal, "? help");
	terminal_free(terminal);
}
END_TEST

static void
check_ascii(struct terminal *terminal)
{
	expect(terminal, "# BLOCKED");
	for (int row = 0; row < 24; row++)
		for (const char *at = terminal_line(terminal, row); *at; at++)
			ck_assert_msg(
				(*at & 0x80) == 0, "row %d: %s", row, terminal_line(terminal, row));
	terminal_free(terminal);
}

START_TEST(test_ascii)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, "--ascii", NULL);
	wait_frame(terminal);
	check_ascii(terminal);
	/* a locale that cannot print anything else says so by itself */
	static const char *const plain[] = {"LC_ALL=C", NULL};
	terminal = start(80, 24, AT_BLOCKED, NULL, plain);
	wait_frame(terminal);
	check_ascii(terminal);
}
END_TEST

START_TEST(test_no_color)
{
	static const char *const plain[] = {"NO_COLOR=1", NULL};
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, plain);
	int row, column;
	wait_frame(terminal);
	ck_assert(!terminal_coloured(terminal));
	/* bold and reverse remain */
	ck_assert(terminal_find(terminal, "BLOCKED", &row, &column));
	ck_assert(terminal_cell(terminal, row, column).bold);
	ck_assert(terminal_cell(terminal, 0, 0).reverse);
	terminal_free(terminal);
	terminal = start(80, 24, AT_BLOCKED, "--theme=contrast", plain);
	wait_frame(terminal);
	ck_assert(terminal_coloured(terminal)); /* asked for by name */
	terminal_free(terminal);
}
END_TEST

/* The text stands in reverse video, and the cursor on its first cell. */
static bool
is_focused(struct terminal *terminal, void *context)
{
	const char *text = context;
	int row, column, at_row, at_column;
	bool visible;
	if (!terminal_find(terminal, text, &row, &column))
		return false;
	terminal_cursor(terminal, &at_row, &at_column, &visible);
	return terminal_cell(terminal, row, column).reverse && at_row == row && at_column == column;
}

static void
expect_focus(struct terminal *terminal, const char *text)
{
	if (!terminal_until(terminal, is_focused, (void *)text)) {
		terminal_complain(terminal, text);
		ck_abort_msg("\"%s\" does not have the focus", text);
	}
}

START_TEST(test_focus_is_seen_and_the_cursor_is_on_it)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	int row, column;
	wait_frame(terminal);
	expect(terminal, "┏━ writer");
	expect_focus(terminal, "4 w pipe");
	terminal_press(terminal, KEY_TAB);
	expect(terminal, "┏━ reader");
	expect_focus(terminal, "3 r pipe");
	ck_assert(terminal_wait_gone(terminal, "┏━ writer"));
	terminal_press(terminal, KEY_BACKTAB);
	expect(terminal, "┏━ writer");
	/* a click does it too */
	ck_assert(terminal_find(terminal, "reader 4212", &row, &column));
	terminal_click(terminal, row + 1, column);
	expect(terminal, "┏━ reader");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_keys_of_the_screen_itself)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	int row, column;
	wait_frame(terminal);
	expect(terminal, "log: every process"); /* a replay has no words, so there is room */
	terminal_type(terminal, "L");
	ck_assert(terminal_wait_gone(terminal, "log: every process"));
	terminal_type(terminal, "e");
	expect(terminal, "what the kernel says");
	terminal_type(terminal, "v");
	expect(terminal, "source of writer");
	ck_assert(terminal_wait_gone(terminal, "what the kernel says"));
	terminal_type(terminal, "T");
	expect(terminal, "theme: light");
	terminal_type(terminal, "?");
	expect(terminal, "leave ipcviz at once");
	terminal_type(terminal, "q");
	ck_assert(terminal_wait_gone(terminal, "leave ipcviz at once"));
	ck_assert(terminal_find(terminal, "evidence", &row, &column));
	terminal_click(terminal, row, column);
	expect(terminal, "what the kernel says");
	terminal_type(terminal, "m");
	expect(terminal, "mouse off");
	ck_assert(!terminal_mouse(terminal));
	terminal_free(terminal);
}
END_TEST

START_TEST(test_the_terminal_is_given_back)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, NULL, NULL);
	int row, column;
	bool visible;
	wait_frame(terminal);
	ck_assert(terminal_alternate(terminal));
	terminal_type(terminal, "Q");
	int status = terminal_wait_exit(terminal);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert(!terminal_alternate(terminal));
	ck_assert(!terminal_mouse(terminal));
	terminal_cursor(terminal, &row, &column, &visible);
	ck_assert(visible);
	terminal_free(terminal);
}
END_TEST

/* A crash leaves through the emergency exit, which may call next to nothing. */
START_TEST(test_the_terminal_is_given_back_in_an_emergency)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, "--crash", NULL);
	int row, column;
	bool visible;
	wait_frame(terminal);
	terminal_type(terminal, " ");
	int status = terminal_wait_exit(terminal);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	ck_assert(!terminal_alternate(terminal));
	ck_assert(!terminal_mouse(terminal));
	terminal_cursor(terminal, &row, &column, &visible);
	ck_assert(visible);
	terminal_free(terminal);
}
END_TEST

static void
check_refused(const char *option, const char *const *environment, const char *sentence)
{
	struct terminal *terminal = start(80, 24, AT_BLOCKED, option, environment);
	int status = terminal_wait_exit(terminal);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 2);
	expect(terminal, sentence);
	terminal_free(terminal);
}

START_TEST(test_terminals_that_cannot)
{
	static const char *const dumb[] = {"TERM=dumb", NULL}, *const foreign[] = {
								       "TERM=no-such-terminal",
								       NULL};
	static const char *const unset[] = {"TERM", NULL};
	check_refused(NULL, dumb, "cannot place its cursor");
	check_refused(NULL, foreign, "is unknown here");
	check_refused(NULL, unset, "TERM is not set");
	check_refused("--theme=pink", NULL, "there is no theme \"pink\"");
}
END_TEST

START_TEST(test_nothing_is_drawn_when_nothing_happens)
{
	struct terminal *terminal = start(120, 40, AT_BLOCKED, "--animate", NULL);
	wait_frame(terminal);
	while (terminal_drain(terminal, 100))
		;
	uint64_t before = terminal_bytes(terminal);
	terminal_drain(terminal, 1500);
	ck_assert_uint_eq(terminal_bytes(terminal), before);
	terminal_free(terminal);
}
END_TEST

START_TEST(test_one_change_is_few_bytes)
{
	struct terminal *terminal = start(120, 40, AT_BLOCKED, NULL, NULL);
	wait_frame(terminal);
	while (terminal_drain(terminal, 100))
		;
	uint64_t before = terminal_bytes(terminal);
	terminal_type(terminal, "n");
	expect(terminal, "event 38");
	while (terminal_drain(terminal, 100))
		;
	ck_assert_uint_gt(terminal_bytes(terminal), before);
	ck_assert_uint_le(terminal_bytes(terminal) - before, 2048);
	terminal_free(terminal);
}
END_TEST

/* Bytes travel along the arrow and arrive: then the screen is at rest again. */
START_TEST(test_bytes_travel)
{
	struct terminal *terminal = start(120, 40, 21, "--animate", NULL);
	wait_frame(terminal);
	expect(terminal, "4─────▶│");
	terminal_type(terminal, "n");
	expect(terminal, "∙●");
	expect(terminal, "4─────▶│");
	ck_assert(terminal_wait_gone(terminal, "∙●"));
	terminal_free(terminal);
}
END_TEST

/* A file of events in which one process forks n others. */
static void
write_crowd(char *path, int n)
{
	int fd = mkstemp(path);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	fputs("ipcviz-events 1\n1 1000 1000 born ppid=1 name=\"parent\" prog=\"/p\" slot=0\n",
		file);
	for (int i = 1; i <= n; i++)
		fprintf(file, "%d %d %d born ppid=1000 name=\"child%d\" prog=\"/p\" slot=%d\n",
			i + 1, 1000 + i, 1000 + i, i, i);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_two_hundred_processes)
{
	char path[] = "/tmp/ipcviz-crowd-XXXXXX";
	write_crowd(path, 200);
	const struct terminal_options options = {.columns = 80, .rows = 24};
	char *argv[] = {demo, "--at", "999", path, NULL};
	struct terminal *terminal = terminal_start(&options, argv);
	wait_frame(terminal);
	expect(terminal, "processes 1 to ");
	expect(terminal, " of 201");
	expect(terminal, "└child3 1003");
	terminal_press(terminal, KEY_BACKTAB); /* around to the last one: the list follows */
	expect(terminal, "child200 1200");
	ck_assert(terminal_wait_gone(terminal, "child3 1003"));
	terminal_free(terminal);
	unlink(path);
}
END_TEST

int
main(void)
{
	const char *build = getenv("top_builddir"), *source = getenv("top_srcdir");
	snprintf(demo, sizeof demo, "%s/tests/screens/demo", build ? build : ".");
	snprintf(events, sizeof events, "%s/tests/screens/blocking.events", source ? source : ".");
	Suite *suite = suite_create("cards");
	TCase *tests = tcase_create("cards");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, test_a_blocked_writer);
	tcase_add_test(tests, test_the_story_goes_on);
	tcase_add_test(tests, test_flags_errors_and_ends);
	tcase_add_test(tests, test_resizing);
	tcase_add_test(tests, test_ascii);
	tcase_add_test(tests, test_no_color);
	tcase_add_test(tests, test_focus_is_seen_and_the_cursor_is_on_it);
	tcase_add_test(tests, test_keys_of_the_screen_itself);
	tcase_add_test(tests, test_the_terminal_is_given_back);
	tcase_add_test(tests, test_the_terminal_is_given_back_in_an_emergency);
	tcase_add_test(tests, test_terminals_that_cannot);
	tcase_add_test(tests, test_nothing_is_drawn_when_nothing_happens);
	tcase_add_test(tests, test_one_change_is_few_bytes);
	tcase_add_test(tests, test_bytes_travel);
	tcase_add_test(tests, test_two_hundred_processes);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
