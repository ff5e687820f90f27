/* SPDX-License-Identifier: MIT
 *
 * What the screen draws of the kinds beyond pipes: recordings of a FIFO's door, a queue, shared
 * memory with locks in it and a deadlock, played to a chosen event in a terminal emulator.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

enum { AT_END = 999, AT_DOOR = 6 };

static char demo[4096], kinds[4096];

static struct terminal *
start_file(const char *path, int columns, int rows, int at, const char *option)
{
	char number[16];
	snprintf(number, sizeof number, "%d", at);
	const struct terminal_options options = {.columns = columns, .rows = rows};
	char *argv[] = {demo, "--at", number, option ? (char *)option : (char *)path,
		option ? (char *)path : NULL, NULL};
	struct terminal *terminal = terminal_start(&options, argv);
	if (!terminal_wait_text(terminal, "? help"))
		terminal_complain(terminal, "no first frame");
	ck_assert(terminal_shows(terminal, "? help"));
	return terminal;
}

static struct terminal *
start(const char *name, int columns, int rows, int at, const char *option)
{
	char path[4200];
	snprintf(path, sizeof path, "%s/%s.events", kinds, name);
	return start_file(path, columns, rows, at, option);
}

static void
expect(struct terminal *terminal, const char *text)
{
	if (!terminal_wait_text(terminal, text)) {
		terminal_complain(terminal, text);
		ck_abort_msg("\"%s\" is not on the screen", text);
	}
}

/* The row of the screen that shows `text` shows `beside`, too. */
static void
expect_beside(struct terminal *terminal, const char *text, const char *beside)
{
	int row, column;
	expect(terminal, text);
	ck_assert(terminal_find(terminal, text, &row, &column));
	if (!strstr(terminal_line(terminal, row), beside)) {
		terminal_complain(terminal, beside);
		ck_abort_msg("\"%s\" is not beside \"%s\"", beside, text);
	}
}

START_TEST(test_a_door_half_open)
{
	struct terminal *terminal = start("fifo", 80, 24, AT_DOOR, NULL);
	expect(terminal, "FIFO work");
	expect(terminal, "╱ half open");
	expect(terminal, "no writer");
	expect(terminal, "a waits");
	expect(terminal, "in /tmp/run");
	/* no descriptor yet: it stands in the door, and the arrow comes from there */
	expect_beside(terminal, "╱ r FIFO work", "╱◀──│");
	terminal_free(terminal);
	terminal = start("fifo", 80, 24, AT_END, NULL);
	expect(terminal, "writers 1  readers 1");
	expect(terminal, "name removed");
	ck_assert(terminal_wait_gone(terminal, "half open"));
	expect_beside(terminal, "3 r FIFO work", "3 w FIFO work");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_messages_are_boxes)
{
	struct terminal *terminal = start("queue", 80, 24, AT_END, NULL);
	int row, column;
	expect(terminal, "queue 32769");
	expect(terminal, "3 messages");
	expect(terminal, "59 of 64 B");
	/* in the order of their coming, each with type and first bytes */
	expect_beside(terminal, "╭t3──╮┏t1━━┓╭t2──╮", "│");
	expect(terminal, "│hell│┃one ┃│two,│");
	/* the receiver at its gate asks for the lowest type up to 2 */
	expect(terminal, "┗▸━12┛");
	expect(terminal, "▸ for taker");
	expect(terminal, "▮ sender waits: 30 B");
	expect(terminal, "last 4211");
	expect_beside(terminal, "┃──▶│", "──▶│ queue 32769");
	/* in the colour of who sent it, which the card of that process shows */
	ck_assert(terminal_find(terminal, "hell", &row, &column));
	int colour = terminal_cell(terminal, row, column).fg;
	ck_assert(terminal_find(terminal, "sender 4211 ", &row, &column));
	ck_assert_int_eq(terminal_cell(terminal, row, column + 12).fg, colour);
	terminal_free(terminal);
	terminal = start("queue", 120, 40, AT_END, NULL);
	expect(terminal, "╭type 3");
	expect(terminal, "hello three");
	expect_beside(terminal, "msg_qbytes", "64");
	expect_beside(terminal, "msg_lspid", "4211  sender");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_bytes_beside_their_locks)
{
	struct terminal *terminal = start("shared", 80, 24, AT_END, NULL);
	int row, column;
	expect(terminal, "segment /ring");
	/* the bytes of the locks have no row, theirs is below */
	expect(terminal, "48:00 00 00 00 ····");
	expect_beside(terminal, "4c:41 42 00 00 AB··", "│");
	expect(terminal, "◈ sem +0 0 ○ ▮consu");
	expect(terminal, "◈ mutex +32 ○ held");
	expect(terminal, "mapped 2");
	/* one memory, two addresses */
	expect_beside(terminal, "/ring 0x7f11a8e3b000", "/ring 0x7fc8308f6000");
	/* what changed is marked without colour, too */
	ck_assert(terminal_find(terminal, "4c:41", &row, &column));
	ck_assert(terminal_cell(terminal, row, column + 3).reverse);
	ck_assert(!terminal_cell(terminal, row, column + 9).reverse);
	terminal_free(terminal);
	terminal = start("shared", 120, 40, AT_END, NULL);
	expect(terminal, "producer at 0x7f11a8e3b000");
	expect(terminal, "◈ mutex +32 ○ held by producer");
	terminal_resize(terminal, 80, 24);
	expect(terminal, "◈ mutex +32 ○ held");
	terminal_resize(terminal, 120, 40);
	expect(terminal, "consumer at 0x7fc8308f6000");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_a_set_of_semaphores)
{
	struct terminal *terminal = start("deadlock", 80, 24, AT_END, NULL);
	expect(terminal, "semaphores 5");
	expect(terminal, "#0 0 ○ ▮b last: a");
	expect(terminal, "#1 0 ○ ▮a last: b");
	expect(terminal, "SEM_UNDO a: #0 +1");
	expect(terminal, "semaphores 5 undo +1");
	terminal_type(terminal, "e");
	expect_beside(terminal, "GETVAL 0", "GETNCNT 1");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_a_closed_cycle)
{
	struct terminal *terminal = start("deadlock", 80, 24, AT_END, NULL);
	int row, column, other;
	expect(terminal, "↻ closed cycle: W shows it");
	terminal_type(terminal, "W");
	expect(terminal, "who waits for whom: a closed cycle");
	expect_beside(terminal, "┏━▶ ▮ a 4211", "semop(5, [1-1u])");
	expect(terminal, "┃     ▼ semaphore 5 #1");
	expect(terminal, "↻┃   ▮ b 4212");
	expect(terminal, "┗━━━━━┛ semaphore 5 #0");
	expect(terminal, "↻ a waits for");
	expect(terminal, "? concluded from the calls");
	ck_assert(terminal_wait_gone(terminal, "W shows it"));
	/* the way back starts below where the way down does */
	ck_assert(terminal_find(terminal, "▼ semaphore", &row, &column));
	ck_assert(terminal_find(terminal, "┛ semaphore", &row, &other));
	ck_assert_int_eq(column, other);
	terminal_resize(terminal, 120, 40);
	expect(terminal, "┗━━━━━┛ semaphore 5 #0");
	terminal_resize(terminal, 80, 24);
	terminal_type(terminal, "W");
	expect(terminal, "#0 0 ○ ▮b last: a");
	terminal_free(terminal);
}
END_TEST

START_TEST(test_ascii)
{
	static const char *const names[] = {"fifo", "queue", "shared", "deadlock"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct terminal *terminal =
			start(names[i], 80, 24, i ? AT_END : AT_DOOR, "--ascii");
		for (int picture = 0; picture < 2; picture++) {
			for (int row = 0; row < 24; row++)
				for (const char *at = terminal_line(terminal, row); *at; at++)
					ck_assert_msg((*at & 0x80) == 0, "%s, row %d: %s", names[i],
						row, terminal_line(terminal, row));
			terminal_type(terminal, "W");
			expect(terminal, "who waits for whom");
		}
		terminal_free(terminal);
	}
}
END_TEST

/* Twenty processes, all but one asleep at one semaphore, and twenty queues with a message each. */
static void
write_crowd(char *path)
{
	int fd = mkstemp(path), time = 1;
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");
	ck_assert_ptr_nonnull(file);
	fputs("ipcviz-events 1\n", file);
	for (int i = 0; i < 20; i++)
		fprintf(file, "%d %d %d born ppid=1 name=\"p%d\" prog=\"/p\" slot=%d\n", time++,
			5000 + i, 5000 + i, i, i);
	for (int i = 0; i < 20; i++) {
		fprintf(file, "%d %d %d enter call=semop id=5 obj=sem:5 ops=0-1\n", time++,
			5000 + i, 5000 + i);
		fprintf(file,
			i == 0 ? "%d %d %d leave call=semop ret=0 id=5 obj=sem:5 values=0\n"
			       : "%d %d %d look state=S wchan=__do_semtimedop\n",
			time++, 5000 + i, 5000 + i);
	}
	for (int i = 0; i < 20; i++)
		fprintf(file,
			"%d 5000 5000 enter call=msgsnd id=%d obj=msg:%d type=3 n=40\n"
			"%d 5000 5000 leave call=msgsnd ret=0 obj=msg:%d count=1 used=40 cap=16384 "
			"n=40 type=3 data=\"hello\"\n",
			time, 100 + i, 100 + i, time + 1, 100 + i),
			time += 2;
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_many)
{
	char path[] = "/tmp/ipcviz-kinds-XXXXXX";
	write_crowd(path);
	struct terminal *terminal = start_file(path, 80, 24, AT_END, NULL);
	expect(terminal, "channels 1 to");
	expect(terminal, "semaphore 5");
	expect(terminal, "▮19");
	expect(terminal, "1 msg 40 B");
	terminal_type(terminal, "W");
	expect_beside(terminal, "▮ p1 5001", "▶ ▸ p0 5000");
	expect(terminal, " of 19: PgDn, PgUp");
	ck_assert(terminal_wait_gone(terminal, "▮ p19 5019"));
	terminal_type(terminal, "\033[6~"); /* PgDn */
	expect(terminal, "▮ p19 5019");
	terminal_resize(terminal, 120, 40);
	expect_beside(terminal, "▮ p1 5001", "▶ ▸ p0 5000");
	expect(terminal, "▮ p19 5019");
	terminal_free(terminal);
	unlink(path);
}
END_TEST

int
main(void)
{
	const char *build = getenv("top_builddir"), *source = getenv("top_srcdir");
	snprintf(demo, sizeof demo, "%s/tests/screens/demo", build ? build : ".");
	snprintf(kinds, sizeof kinds, "%s/tests/screens/kinds", source ? source : ".");
	Suite *suite = suite_create("kinds");
	TCase *tests = tcase_create("kinds");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, test_a_door_half_open);
	tcase_add_test(tests, test_messages_are_boxes);
	tcase_add_test(tests, test_bytes_beside_their_locks);
	tcase_add_test(tests, test_a_set_of_semaphores);
	tcase_add_test(tests, test_a_closed_cycle);
	tcase_add_test(tests, test_ascii);
	tcase_add_test(tests, test_many);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
