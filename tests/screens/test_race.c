/* SPDX-License-Identifier: MIT
 *
 * Memory under the microscope: an update lost by hand, on two real processes; watching and stretching by keys.
 */
#include <string.h>

#include "session.h"

/* Up to the step in which the learner is the scheduler. */
static struct terminal *
race(int columns, int rows)
{
	struct terminal *terminal = session_start(&(struct session){.columns = columns,
		.rows = rows,
		.words = {"lesson", "race", "--no-animation", NULL}});

	MUST(terminal, session_next_until(terminal, "Lose an addition", "1", 12));
	SEES(terminal, "─ now try ");
	return terminal;
}

/* Both processes stand before such an access. */
static bool
both_before(struct terminal *terminal, void *context)
{
	const char *first = strstr(terminal_text(terminal), context);

	return first != NULL && strstr(first + 1, context) != NULL;
}

static void
focus(struct terminal *terminal, const char *frame)
{
	terminal_press(terminal, KEY_TAB);
	SEES(terminal, frame);
}

START_TEST(an_update_is_lost_by_hand)
{
	struct terminal *terminal = race(80, 24);

	SEES(terminal, "counter   1");
	terminal_type(terminal, "s");
	SEES(terminal, "load counter = 1");
	SEES(terminal, "next: store counter");
	focus(terminal, "┏━ bob");
	terminal_type(terminal, "s");
	MUST(terminal, terminal_until(terminal, both_before, "next: store counter"));
	terminal_type(terminal, "s");
	SEES(terminal, "counter   2");
	SEES_NO(terminal, "You did it.");
	focus(terminal, "┏━ ann");
	terminal_type(terminal, "s");
	SEES(terminal, "You did it.");
	SEES(terminal, "bob's update is lost");
	SEES(terminal, "load 1   ╮");
	SEES(terminal, "│ load 1");
	SEES(terminal, "│ store 2✗");
	SEES(terminal, "store 2  ╯");
	SEES(terminal, "watched, lost 1");
	SEES(terminal, "counter   2");
	SEES(terminal, "goes on to the next step");
	MUST(terminal, session_next(terminal));
	SEES(terminal, "The other order");
}
END_TEST

/* n does it for who does not, a move a press. */
START_TEST(the_lesson_shows_how)
{
	struct terminal *terminal = race(120, 40);

	SEES(terminal, "shows how, move by move");
	terminal_type(terminal, "s");
	SEES(terminal, "next: store counter");
	SEES(terminal, "counter.c line 38: ann stands before this");
	MUST(terminal, session_next_until(terminal, "So it is done.", "1", 8));
	SEES(terminal, "bob's update is lost");
	SEES(terminal, "counter.c line 36");
}
END_TEST

START_TEST(nobody_is_lost_behind_the_semaphore)
{
	struct terminal *terminal = race(80, 24);

	MUST(terminal, session_next_until(terminal, "Can he load?", "", 40) ||
			       session_next_until(terminal, "Can he load?", "2", 40));
	MUST(terminal, session_predict(terminal, "No, he sleeps"));
	MUST(terminal, session_next_until(terminal, "You were right", "1", 6));
	SEES(terminal, "◈ sem +8 0 ○ ▮finn");
	SEES_NO(terminal, "is lost");
}
END_TEST

START_TEST(keys_watch_and_stretch)
{
	struct terminal *terminal = race(80, 24);

	SEES(terminal, "╰─ watched ");
	terminal_type(terminal, "D");
	SEES(terminal, "Each load of ann waits 10 ms first.");
	terminal_type(terminal, "DDD");
	SEES(terminal, "load of ann is not delayed any more.");
	terminal_type(terminal, "M");
	SEES(terminal, "pass unseen again");
	SEES_NO(terminal, "╰─ watched ");
	terminal_type(terminal, "M");
	SEES(terminal, "is a step now");
	SEES(terminal, "╰─ watched ");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("race");
	TCase *tcase = tcase_create("race");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, NULL, session_end);
	tcase_add_test(tcase, an_update_is_lost_by_hand);
	tcase_add_test(tcase, the_lesson_shows_how);
	tcase_add_test(tcase, nobody_is_lost_behind_the_semaphore);
	tcase_add_test(tcase, keys_watch_and_stretch);
	suite_add_tcase(suite, tcase);
	return session_main(suite);
}
