/* SPDX-License-Identifier: MIT
 *
 * The keys that act on the object in focus, on a real program: O_NONBLOCK or what stands for it, the
 * other side's part, removal. The kernel is asked whether it was so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

static char objects[4096];

static struct terminal *
watch(void)
{
	struct terminal *terminal = session_start(&(struct session){.columns = 100,
		.rows = 30,
		.words = {"run", "--no-animation", "--", objects, NULL}});

	SEES(terminal, "FIFO door");
	SEES(terminal, "queue ");
	SEES(terminal, "semaphore ");
	SEES(terminal, "pause()");
	return terminal;
}

/* The number behind the first `word` on the screen. */
static int
number_behind(struct terminal *terminal, const char *word)
{
	int row, column;

	ck_assert(terminal_find(terminal, word, &row, &column));
	return atoi(strstr(terminal_line(terminal, row), word) + strlen(word));
}

/* The cursor stands on what has the focus. Every character there is one cell wide. */
static bool
is_marked(struct terminal *terminal, void *context)
{
	const char *text = context, *at;
	int row, column;
	bool visible;

	terminal_cursor(terminal, &row, &column, &visible);
	at = terminal_line(terminal, row);
	while (*at != '\0' && column > 0)
		if ((*++at & 0xc0) != 0x80)
			column--;
	return strncmp(at, text, strlen(text)) == 0;
}

static void
focus_on(struct terminal *terminal, const char *text)
{
	for (int i = 0; i < 12 && !is_marked(terminal, (void *)text); i++) {
		terminal_press(terminal, KEY_RIGHT);
		terminal_drain(terminal, 100);
	}
	MUST(terminal, terminal_until(terminal, is_marked, (void *)text));
}

static void
remove_objects(struct terminal *terminal)
{
	int queue = number_behind(terminal, "queue "), set = number_behind(terminal, "semaphore ");

	msgctl(queue, IPC_RMID, NULL);
	semctl(set, 0, IPC_RMID);
	terminal_type(terminal, "Q");
	terminal_wait_exit(terminal);
	unlink("door");
}

START_TEST(flips_the_flag_or_says_what_stands_for_it)
{
	struct terminal *terminal = watch();

	focus_on(terminal, "3 r O_NONBLOCK");
	terminal_type(terminal, "o");
	SEES(terminal, "O_NONBLOCK cleared on descriptor 3.");
	SEES(terminal, "3 r FIFO door");
	terminal_type(terminal, "o");
	SEES(terminal, "O_NONBLOCK set on descriptor 3.");
	focus_on(terminal, "queue ");
	terminal_type(terminal, "o");
	SEES(terminal, "each msgsnd, msgrcv says IPC_NOWAIT itself");
	focus_on(terminal, "semaphore ");
	terminal_type(terminal, "o");
	SEES(terminal, "each operation of semop says IPC_NOWAIT itself");
	remove_objects(terminal);
}
END_TEST

START_TEST(plays_the_other_side)
{
	struct terminal *terminal = watch();
	struct msqid_ds state;
	int queue = number_behind(terminal, "queue ");

	focus_on(terminal, "3 r O_NONBLOCK");
	terminal_type(terminal, "O");
	SEES(terminal, "1 to read 2 to write");
	terminal_type(terminal, "x"); /* any other key: nothing */
	SEES_NO(terminal, "1 to read 2 to write");
	terminal_type(terminal, "O2");
	SEES(terminal, "Started process ");
	SEES(terminal, "opener ");
	focus_on(terminal, "queue ");
	terminal_type(terminal, "O");
	SEES(terminal, "1 send a message 2 take one");
	terminal_type(terminal, "1");
	SEES(terminal, "2 messages");
	ck_assert_int_eq(msgctl(queue, IPC_STAT, &state), 0);
	ck_assert_uint_eq(state.msg_qnum, 2);
	remove_objects(terminal);
}
END_TEST

START_TEST(removes_what_has_the_focus)
{
	struct terminal *terminal = watch();
	char path[4096];
	struct msqid_ds state;
	struct stat status;
	int queue = number_behind(terminal, "queue ");

	snprintf(path, sizeof path, "%s/door", session_directory());
	focus_on(terminal, "3 r O_NONBLOCK");
	terminal_type(terminal, "u");
	SEES(terminal, "y does it");
	terminal_type(terminal, "n"); /* anything but y: nothing */
	SEES_NO(terminal, "y does it");
	ck_assert_int_eq(stat(path, &status), 0);
	terminal_type(terminal, "u");
	SEES(terminal, "y does it");
	terminal_type(terminal, "y");
	SEES(terminal, "The name is gone; who has it open keeps it.");
	SEES(terminal, "name removed");
	ck_assert_int_eq(stat(path, &status), -1);
	focus_on(terminal, "queue ");
	terminal_type(terminal, "uy");
	SEES(terminal, "who waits gets EIDRM");
	ck_assert_int_eq(msgctl(queue, IPC_STAT, &state), -1);
	ck_assert(errno == EINVAL || errno == EIDRM);
	remove_objects(terminal);
}
END_TEST

START_TEST(removes_what_the_dead_left)
{
	struct terminal *terminal = watch();
	char path[4096];
	struct msqid_ds state;
	struct stat status;
	int queue = number_behind(terminal, "queue "), set = number_behind(terminal, "semaphore ");

	snprintf(path, sizeof path, "%s/door", session_directory());
	terminal_type(terminal, "Ky");
	SEES(terminal, " over");
	SEES(terminal, "FIFO door");
	SEES(terminal, "queue ");
	SEES(terminal, "semaphore ");
	focus_on(terminal, " queue ");
	terminal_type(terminal, "uy");
	SEES(terminal, "who waits gets EIDRM");
	SEES_NO(terminal, "queue ");
	ck_assert_int_eq(msgctl(queue, IPC_STAT, &state), -1);
	focus_on(terminal, " semaphore ");
	terminal_type(terminal, "uy");
	SEES_NO(terminal, "semaphore ");
	ck_assert_int_eq(semctl(set, 0, GETVAL), -1);
	focus_on(terminal, " FIFO door");
	terminal_type(terminal, "O1"); /* and somebody can come again: it is not over then */
	SEES(terminal, "Started process ");
	SEES_NO(terminal, " over");
	terminal_press(terminal, KEY_TAB);
	terminal_type(terminal, "Ky");
	SEES(terminal, " over");
	focus_on(terminal, " FIFO door");
	terminal_type(terminal, "uy");
	SEES(terminal, "The name is gone");
	ck_assert_int_eq(stat(path, &status), -1);
	terminal_type(terminal, "Q");
	terminal_wait_exit(terminal);
}
END_TEST

int
main(void)
{
	const char *build = getenv("top_builddir");
	Suite *suite = suite_create("objects");
	TCase *tests = tcase_create("objects");

	if (realpath(build != NULL ? build : ".", objects) == NULL)
		return 1;
	strcat(objects, "/tests/screens/objects");
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, NULL, session_end);
	tcase_add_test(tests, flips_the_flag_or_says_what_stands_for_it);
	tcase_add_test(tests, plays_the_other_side);
	tcase_add_test(tests, removes_what_has_the_focus);
	tcase_add_test(tests, removes_what_the_dead_left);
	suite_add_tcase(suite, tests);
	return session_main(suite);
}
