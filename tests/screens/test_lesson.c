/* SPDX-License-Identifier: MIT
 *
 * A lesson played by hand: real processes seen to block and to wake, predictions judged, a flag
 * flipped, a process killed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "session.h"

static const struct size {
	int columns, rows;
} sizes[] = {{80, 24}, {120, 40}};

static struct terminal *
lesson(int size, const char *name, const char *step)
{
	return session_start(&(struct session){.columns = sizes[size].columns,
		.rows = sizes[size].rows,
		.words = {"lesson", name, "--step", step, "--no-animation", NULL}});
}

/* How often text stands on the screen. */
static int
count(struct terminal *terminal, const char *text)
{
	int n = 0;

	for (const char *at = terminal_text(terminal); (at = strstr(at, text)) != NULL;
		at += strlen(text))
		n++;
	return n;
}

/* The whole lesson by hand: what issue and lesson promise is seen on the way. */
START_TEST(blocking_by_hand)
{
	struct terminal *terminal = lesson(_i, "blocking", "1");

	SEES(terminal, "step 1/8");
	SEES(terminal, "n starts");
	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	MUST(terminal, terminal_shows(terminal, "╭─ pipe ") || terminal_shows(terminal, "─ pipe "));
	SEES(terminal, "? The reader calls read on the empty pipe. What happens?");
	SEES(terminal, "It returns 0, since there is nothing");

	SEES(terminal, "  It sleeps");
	MUST(terminal, session_predict(terminal, "It sleeps"));
	MUST(terminal, session_next_until(
			       terminal, "You were right. The kernel's answer: It sleeps", "", 6));
	SEES(terminal, "▮ BLOCKED");

	MUST(terminal, session_next_until(terminal, "What does the sleeping reader do?", "", 4));
	SEES(terminal, "It sleeps on until 100 bytes are there");
	MUST(terminal, session_predict(terminal, "It sleeps on until 100 bytes are there"));
	MUST(terminal,
		session_next_until(terminal, "✗ Not so. You predicted: It sleeps on", "", 6));
	SEES(terminal, "✓ The kernel's answer: It wakes, with 5 bytes");

	MUST(terminal, session_next_until(terminal, "FULL", "1", 20));
	SEES(terminal, "4096 of 4096");
	MUST(terminal, session_next_until(terminal, "✓ The kernel's answer: It sleeps", "1", 8));
	SEES(terminal, "▮ BLOCKED");
	MUST(terminal, session_next_until(terminal, "─ the end ", "3", 60));
	SEES(terminal, "Blocking is done");
	SEES(terminal, "The kernel agreed with");
}
END_TEST

/* Free at the lesson's end: the reader's end is made non-blocking from outside, and its read fails
 * instead of sleeping. */
START_TEST(flips_o_nonblock)
{
	struct terminal *terminal = lesson(_i, "blocking", "8");

	MUST(terminal, session_next_until(terminal, "─ now try ", "1", 20));
	/* the writer has the focus: step it until it has forked, and the reader to its read */
	SEES(terminal, "next: pipe(");
	terminal_type(terminal, "s");
	SEES(terminal, "next: fcntl(");
	terminal_type(terminal, "s");
	SEES(terminal, "next: fork(");
	terminal_type(terminal, "s");
	SEES(terminal, "─ reader ");
	terminal_press(terminal, KEY_TAB);
	SEES(terminal, "┏━ reader ");
	SEES(terminal, "next: close(4)");
	terminal_type(terminal, "s");
	SEES(terminal, "next: read(3");
	terminal_type(terminal, "o");
	/* on the card, before the pipe's number: the footer names the flag always */
	SEES(terminal, _i == 0 ? "3r NONBLOCK(a) " : "3 r O_NONBLOCK (a) pipe ");
	terminal_type(terminal, "s");
	SEES(terminal, "EAGAIN");
	MUST(terminal, terminal_wait_gone(terminal, "▮ BLOCKED"));
}
END_TEST

/* What n did is shown without another key, also when no process is left that could do anything. */
START_TEST(shows_at_once_what_was_done)
{
	struct terminal *terminal = lesson(0, "eof", "7");

	MUST(terminal, session_next_until(terminal, "n ends these processes", "1", 10));
	terminal_type(terminal, "n");
	SEES(terminal, "no process yet");
}
END_TEST

START_TEST(goes_on_to_the_next_lesson)
{
	struct terminal *terminal = lesson(0, "eof", "12");

	MUST(terminal, session_next_until(terminal, "─ the end ", "1", 10));
	SEES(terminal, "n the next lesson, Atomic writes");
	SEES(terminal, "q leaves ipcviz");
	terminal_type(terminal, "n");
	SEES(terminal, "6 Atomic writes");
	SEES(terminal, "step 1/7");
	SEES(terminal, "no process yet");
	SEES(terminal, "n starts the program of small");
	terminal_type(terminal, "n");
	SEES(terminal, "┏━ small ");
}
END_TEST

/* A step that could not be made is not kept for later. */
START_TEST(steps_no_sleeper)
{
	struct terminal *terminal = lesson(0, "blocking", "8");

	MUST(terminal, session_next_until(terminal, "─ now try ", "1", 20));
	for (int i = 0; i < 3; i++)
		terminal_type(terminal, "s");
	SEES(terminal, "─ reader ");
	terminal_press(terminal, KEY_TAB);
	SEES(terminal, "┏━ reader ");
	terminal_type(terminal, "s");
	SEES(terminal, "next: read(3, …, 100)");
	terminal_type(terminal, "s");
	SEES(terminal, "▮ BLOCKED");
	terminal_type(terminal, "s");
	SEES(terminal, "reader sleeps in its call: it wakes when ");
	terminal_press(terminal, KEY_TAB);
	SEES(terminal, "┏━ writer ");
	terminal_type(terminal, "s");
	SEES(terminal, "next: write(4, …, 5)");
	terminal_type(terminal, "s");
	SEES(terminal, "read(3, …, 100) = 5");
	SEES(terminal, "next: read(3, …, 100)"); /* it stands at its gate again */
}
END_TEST

/* Source, evidence and keys are about whom the lesson is about, until the learner looks elsewhere. */
START_TEST(follows_the_lesson)
{
	struct terminal *terminal = lesson(1, "blocking", "1");

	MUST(terminal, session_next_until(terminal, "n lets reader call close(4)", "", 20));
	SEES(terminal, "┏━ reader ");
	SEES(terminal, "what the kernel says of reader ");
	terminal_press(terminal, KEY_TAB);
	SEES(terminal, "┏━ writer ");
	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	SEES(terminal, "┏━ writer ");
}
END_TEST

START_TEST(kills_only_after_yes)
{
	struct terminal *terminal = lesson(0, "blocking", "8");

	MUST(terminal, session_next_until(terminal, "─ now try ", "1", 20));
	terminal_type(terminal, "K");
	SEES(terminal, "y does it");
	terminal_type(terminal, "n");
	SEES_NO(terminal, "y does it");
	MUST(terminal, terminal_wait_gone(terminal, "killed by SIGKILL"));
	terminal_type(terminal, "K");
	SEES(terminal, "y does it");
	terminal_type(terminal, "y");
	SEES(terminal, "killed by SIGKILL");
}
END_TEST

START_TEST(plays_until_it_must_ask)
{
	struct terminal *terminal = session_start(&(struct session){
		.words = {"lesson", "blocking", "--tempo", "4", "--no-animation", NULL}});

	SEES(terminal, "step 1/8");
	terminal_type(terminal, " ");
	SEES(terminal, "calls/s");
	/* a step's end and a question want the learner */
	SEES(terminal, "n goes on to the next step");
	SEES(terminal, "stepping");
	MUST(terminal, session_next_until(terminal, "─ predict ", "", 4));
	terminal_type(terminal, " "); /* nothing can be played before the answer */
	SEES(terminal, "? The reader calls read on the empty pipe. What happens?");
	SEES(terminal, "stepping");
}
END_TEST

START_TEST(answers_with_the_mouse)
{
	struct terminal *terminal = lesson(0, "blocking", "1");
	int row, column;

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	if (!terminal_mouse(terminal))
		terminal_type(terminal, "m");
	SEES(terminal, "mouse on");
	MUST(terminal, terminal_find(terminal, "It fails with EAGAIN", &row, &column));
	terminal_click(terminal, row, column);
	SEES(terminal, "You predict: It fails with EAGAIN");
}
END_TEST

START_TEST(opens_panes)
{
	struct terminal *terminal = lesson(0, "blocking", "1");

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	terminal_type(terminal, "L");
	SEES(terminal, "─ log: every process");
	MUST(terminal, count(terminal, "stands before") + count(terminal, "close(") > 0);
	terminal_type(terminal, "F");
	SEES_NO(terminal, "─ log: every process");
	SEES(terminal, "─ log: ");
	terminal_type(terminal, "v");
	SEES(terminal, "blocking.c line ");
	terminal_type(terminal, "e");
	SEES(terminal, "what the kernel says of");
	SEES(terminal, "state");
}
END_TEST

START_TEST(saves_the_screen)
{
	struct terminal *terminal = lesson(0, "blocking", "1");
	char path[256], text[8192];
	FILE *file;
	size_t n;

	SEES(terminal, "step 1/8");
	terminal_type(terminal, "w");
	SEES(terminal, "written to ipcviz-screen.txt");
	snprintf(path, sizeof path, "%s/ipcviz-screen.txt", session_directory());
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	n = fread(text, 1, sizeof text - 1, file);
	text[n] = '\0';
	fclose(file);
	ck_assert_ptr_nonnull(strstr(text, "step 1/8"));
	ck_assert_ptr_nonnull(strstr(text, "A writer, a reader, a small pipe"));
}
END_TEST

START_TEST(restarts)
{
	struct terminal *terminal = lesson(0, "blocking", "1");

	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
	terminal_type(terminal, "R");
	SEES_NO(terminal, "─ predict ");
	MUST(terminal, session_next_until(terminal, "─ predict ", "", 20));
}
END_TEST

START_TEST(helps_without_stepping)
{
	struct terminal *terminal = lesson(0, "blocking", "1");

	SEES(terminal, "n starts");
	terminal_type(terminal, "?");
	SEES(terminal, "flip O_NONBLOCK on the focused descriptor");
	SEES(terminal, "page 1 of");
	terminal_type(terminal, "n"); /* turns the page, and starts nothing */
	SEES(terminal, "page 2 of");
	terminal_type(terminal, "?");
	SEES(terminal, "n starts");
	SEES(terminal, "no process yet");
}
END_TEST

START_TEST(watches_a_program)
{
	struct terminal *terminal = session_start(&(struct session){
		.words = {"run", "--", "sh", "-c", "echo one | cat; sleep 1000", NULL}});
	int status;

	SEES(terminal, "sh ");
	SEES(terminal, "cat ");
	terminal_type(terminal, "q");
	status = terminal_wait_exit(terminal);
	MUST(terminal, WIFEXITED(status) && WEXITSTATUS(status) == 0); /* seen enough: no failure */
	MUST(terminal, !terminal_alternate(terminal));
}
END_TEST

START_TEST(replays_a_recording)
{
	struct terminal *terminal;

	ck_assert_int_eq(session_run_plain(&(struct session){
				 .words = {"lesson", "blocking", "--plain", "--auto", "--record",
					 "blocking.events"}}),
		0);
	terminal = session_start(
		&(struct session){.words = {"replay", "blocking.events", "--tempo", "1000", NULL}});
	SEES(terminal, "blocking.events");
	SEES(terminal, "event 1 ");
	terminal_type(terminal, "n");
	SEES(terminal, "event 2 ");
	terminal_type(terminal, " ");
	SEES(terminal, "  over");
	SEES(terminal, "writer");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lesson");
	TCase *tests = tcase_create("lesson");

	tcase_set_timeout(tests, 240);
	tcase_add_checked_fixture(tests, NULL, session_end);
	tcase_add_loop_test(tests, blocking_by_hand, 0, 2);
	tcase_add_loop_test(tests, flips_o_nonblock, 0, 2);
	tcase_add_test(tests, shows_at_once_what_was_done);
	tcase_add_test(tests, goes_on_to_the_next_lesson);
	tcase_add_test(tests, steps_no_sleeper);
	tcase_add_test(tests, follows_the_lesson);
	tcase_add_test(tests, kills_only_after_yes);
	tcase_add_test(tests, plays_until_it_must_ask);
	tcase_add_test(tests, answers_with_the_mouse);
	tcase_add_test(tests, opens_panes);
	tcase_add_test(tests, saves_the_screen);
	tcase_add_test(tests, restarts);
	tcase_add_test(tests, helps_without_stepping);
	tcase_add_test(tests, watches_a_program);
	tcase_add_test(tests, replays_a_recording);
	suite_add_tcase(suite, tests);
	return session_main(suite);
}
