/* SPDX-License-Identifier: MIT
 *
 * What the screen draws of sockets: recordings played to a chosen event, and real programs, of which
 * the kernel is asked whether it is so.
 */
#include <stdlib.h>
#include <string.h>

#include "session.h"

enum { AT_END = 999, AT_QUEUED = 14, AT_HALF_CLOSED = 22, AT_ASLEEP = 29, AT_PASSING = 16 };

static char demo[4096], kinds[4096], sockets[4096];

/* --- recordings --- */

static struct terminal *
play(const char *name, int columns, int rows, int at, const char *option)
{
	char number[16], path[4200];
	snprintf(number, sizeof number, "%d", at);
	snprintf(path, sizeof path, "%s/%s.events", kinds, name);
	const struct terminal_options options = {.columns = columns, .rows = rows};
	char *argv[] = {
		demo, "--at", number, option ? (char *)option : path, option ? path : NULL, NULL};
	struct terminal *terminal = terminal_start(&options, argv);
	SEES(terminal, "? help");
	return terminal;
}

struct both {
	const char *text, *beside;
};

static bool
are_beside(struct terminal *terminal, void *context)
{
	const struct both *both = context;
	for (int row = 0; row < 60; row++) {
		const char *line = terminal_line(terminal, row), *at = strstr(line, both->text);
		if (at != NULL && strstr(at, both->beside) != NULL)
			return true;
	}
	return false;
}

/* A row of the screen shows `text`, and `beside` behind it. */
static void
sees_beside(struct terminal *terminal, const char *text, const char *beside)
{
	struct both both = {text, beside};
	if (!terminal_until(terminal, are_beside, &both)) {
		terminal_complain(terminal, text);
		ck_abort_msg("\"%s\" is not beside \"%s\"", beside, text);
	}
}

START_TEST(a_connection_that_nobody_has_accepted)
{
	struct terminal *terminal = play("tcp", 80, 24, AT_QUEUED, NULL);
	SEES(terminal, "tcp :40000");
	SEES(terminal, "LISTEN ●○○ 1 of 3");
	SEES(terminal, "● client :41234");
	SEES(terminal, "tcp :41234↔:40000");
	sees_beside(terminal, "backlog", "ESTAB");
	SEES(terminal, "◀ 5 B early");
	SEES(terminal, "not yet accepted");
	terminal_free(terminal);
}
END_TEST

START_TEST(two_directions_and_how_the_ends_stand)
{
	struct terminal *terminal = play("tcp", 80, 24, AT_HALF_CLOSED, NULL);
	int row, column, other;
	SEES(terminal, "▶ 6 B answer");
	SEES(terminal, "◀ 5 B early then EOF");
	SEES(terminal, "CLOSE_WAIT FIN_WAIT2");
	/* bytes bear the colour of who wrote them */
	ck_assert(terminal_find(terminal, "answer", &row, &column));
	int answer = terminal_cell(terminal, row, column).fg;
	ck_assert(terminal_find(terminal, "early then", &row, &column));
	ck_assert_int_ne(terminal_cell(terminal, row, column).fg, answer);
	/* what is read next lies where it is read: right for what goes right */
	ck_assert(terminal_find(terminal, "·█ │", &row, &column));
	ck_assert(terminal_find(terminal, "▓··", &row, &other));
	ck_assert_int_lt(other, column);
	/* both processes' arrows lead to the one card */
	SEES(terminal, "4◀─▶│");
	SEES(terminal, "│◀─▶│ 3rw tcp");
	terminal_free(terminal);
	terminal = play("tcp", 120, 40, AT_HALF_CLOSED, NULL);
	SEES(terminal, "127.0.0.1:40000");
	terminal_free(terminal);
	terminal = play("tcp", 80, 24, AT_ASLEEP, NULL);
	SEES(terminal, "▶ 0 B       ▮ client");
	terminal_free(terminal);
	terminal = play("tcp", 80, 24, AT_END, NULL);
	SEES(terminal, "TIME_WAIT 60s");
	terminal_free(terminal);
}
END_TEST

START_TEST(the_ladder)
{
	struct terminal *terminal = play("tcp", 80, 24, AT_HALF_CLOSED, NULL);
	int complete, accepts, column;
	terminal_type(terminal, "H");
	SEES(terminal, "how the connection came to be");
	SEES(terminal, "● bind 127.0.0.1:40000");
	SEES(terminal, "● listen: backlog 2");
	SEES(terminal, "● connect to 127.0.0.1:40000");
	SEES(terminal, "it waits in the backlog for accept");
	SEES(terminal, "● accept");
	ck_assert(terminal_find(terminal, "SYN+ACK", &complete, &column));
	ck_assert(terminal_find(terminal, "● accept", &accepts, &column));
	ck_assert_int_lt(complete, accepts);
	sees_beside(terminal, "now", "FIN_WAIT2");
	terminal_type(terminal, "W");
	SEES(terminal, "who waits for whom");
	terminal_type(terminal, "H");
	SEES(terminal, "how the connection came to be");
	terminal_type(terminal, "q");
	SEES(terminal, "tcp :41234↔:40000");
	terminal_free(terminal);
}
END_TEST

START_TEST(the_kernel_on_a_socket)
{
	struct terminal *terminal = play("tcp", 120, 60, AT_HALF_CLOSED, NULL);
	terminal_press(terminal, KEY_RIGHT); /* from the listening one to the connection */
	SEES(terminal, "object     socket:72");
	sees_beside(terminal, "TCP_INFO", "CLOSE_WAIT");
	sees_beside(terminal, "SIOCINQ", "5");
	sees_beside(terminal, "SO_RCVBUF", "131072");
	sees_beside(terminal, "other end", "socket:71");
	terminal_free(terminal);
}
END_TEST

START_TEST(datagrams_and_the_sum)
{
	struct terminal *terminal = play("udp", 80, 24, AT_END, NULL);
	SEES(terminal, "udp :7000");
	SEES(terminal, "sent 4 = received 1");
	SEES(terminal, "+ queued 2");
	SEES(terminal, "+ dropped 1");
	SEES(terminal, "╭sender──╮");
	SEES(terminal, "1200 B");
	SEES(terminal, "1 cut off");
	SEES(terminal, "on south, 192.0.2.2");
	/* who only sends has its arrow into the receiver's card */
	SEES(terminal, "│◀─▶│ 3 rw udp :50001");
	terminal_free(terminal);
	terminal = play("udp", 120, 40, AT_END, NULL);
	SEES(terminal, "4000 of 4608 B, with overhead");
	terminal_free(terminal);
}
END_TEST

START_TEST(a_descriptor_on_its_way)
{
	struct terminal *terminal = play("unix", 80, 24, AT_PASSING, NULL);
	SEES(terminal, "unix 61");
	SEES(terminal, "◇ pipe 60 on its way");
	SEES(terminal, "6 w pipe 60");
	terminal_free(terminal);
	terminal = play("unix", 80, 24, AT_END, NULL);
	/* the same open file description, by its letter */
	SEES(terminal, "6 w (b) pipe 60");
	SEES(terminal, "3 w (b) pipe 60");
	SEES_NO(terminal, "on its way");
	terminal_free(terminal);
}
END_TEST

/* Where a card has not room for all descriptors, a file that was opened (or sent) comes before the standard ones. */
START_TEST(an_opened_file_stays_in_sight)
{
	struct terminal *terminal = play("opened", 80, 24, AT_END, NULL);
	SEES(terminal, "5 rw poem");
	SEES_NO(terminal, "2 rw /dev/pts/7");
	terminal_free(terminal);
}
END_TEST

START_TEST(in_ascii)
{
	static const struct {
		const char *name;
		int at;
	} plays[] = {
		{"tcp", AT_QUEUED}, {"tcp", AT_HALF_CLOSED}, {"udp", AT_END}, {"unix", AT_PASSING}};
	for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
		struct terminal *terminal = play(plays[i].name, 80, 24, plays[i].at, "--ascii");
		for (int picture = 0; picture < 2; picture++) {
			for (int row = 0; row < 24; row++)
				for (const char *at = terminal_line(terminal, row); *at; at++)
					ck_assert_msg((*at & 0x80) == 0, "%s, row %d: %s",
						plays[i].name, row, terminal_line(terminal, row));
			terminal_type(terminal, "H");
			MUST(terminal, terminal_wait_either(terminal, "how the connection came",
					       "the calls of both sides") != -1);
		}
		terminal_free(terminal);
	}
}
END_TEST

/* --- real ones --- */

static struct terminal *
watch(const char *what, int columns, int rows)
{
	return session_start(&(struct session){.columns = columns,
		.rows = rows,
		.words = {"run", "--no-animation", "--", sockets, what, NULL}});
}

static void
leave(struct terminal *terminal)
{
	terminal_type(terminal, "Q");
	terminal_wait_exit(terminal);
}

/* The number behind the first `word` on the screen; -1: it is not there. */
static int
number_behind(struct terminal *terminal, const char *word)
{
	int row, column;

	if (!terminal_find(terminal, word, &row, &column))
		return -1;
	return atoi(strstr(terminal_line(terminal, row), word) + strlen(word));
}

START_TEST(a_real_connection)
{
	struct terminal *terminal = watch("tcp", 80, 24);
	SEES(terminal, "LISTEN ●○○○ 1 of 4");
	SEES(terminal, "CLOSE_WAIT FIN_WAIT2");
	SEES(terminal, "▶0 B ◀5 B EOF");
	terminal_resize(terminal, 120, 60);
	sees_beside(terminal, "TCP_INFO", "LISTEN");
	sees_beside(terminal, "backlog", "1 wait, 3 asked for");
	leave(terminal);
}
END_TEST

/* The kernel's own account of dropped datagrams: the last column of /proc/net/udp. */
static int
drops_at(int port)
{
	FILE *file = fopen("/proc/net/udp", "r");
	char line[512], wanted[16];
	int drops = -1;

	snprintf(wanted, sizeof wanted, "0100007F:%04X ", (unsigned)port);
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (strstr(line, wanted) != NULL && strrchr(line, ' ') != NULL) {
			char *end = line + strcspn(line, "\n");
			while (end > line && end[-1] == ' ')
				*--end = '\0';
			*end = '\0';
			drops = atoi(strrchr(line, ' ') + 1);
			break;
		}
	if (file != NULL)
		fclose(file);
	return drops;
}

static bool
sum_closes(struct terminal *terminal, void *context)
{
	int port = number_behind(terminal, "udp :"), dropped = number_behind(terminal, "dropped ");

	(void)context;
	return port > 0 && dropped > 0 && dropped == drops_at(port) &&
	       number_behind(terminal, "sent ") == 12 &&
	       12 == number_behind(terminal, "received ") + number_behind(terminal, "queued ") +
			       dropped;
}

START_TEST(real_datagrams_are_lost)
{
	struct terminal *terminal = watch("udp", 80, 24);
	MUST(terminal, terminal_until(terminal, sum_closes, NULL));
	leave(terminal);
}
END_TEST

static bool
counts_below(struct terminal *terminal, void *context)
{
	int seconds = number_behind(terminal, "TIME_WAIT ");

	return seconds > 0 && seconds < *(int *)context;
}

START_TEST(the_countdown_of_time_wait)
{
	struct terminal *terminal = watch("wait", 80, 24);
	int seconds = 61;
	uint64_t drawn;

	for (int i = 0; i < 3; i++) {
		MUST(terminal, terminal_until(terminal, counts_below, &seconds));
		seconds = number_behind(terminal, "TIME_WAIT ");
		drawn = terminal_bytes(terminal);
	}
	/* and nothing but the number is drawn for it */
	MUST(terminal, terminal_until(terminal, counts_below, &seconds));
	ck_assert_uint_le(terminal_bytes(terminal) - drawn, 256);
	leave(terminal);
}
END_TEST

/* Keys on the accepted socket: the kernel then tells what became of it. */
START_TEST(keys_change_a_live_socket)
{
	struct terminal *terminal = watch("tcp", 120, 60);
	SEES(terminal, "CLOSE_WAIT");
	terminal_press(terminal, KEY_RIGHT);
	sees_beside(terminal, "TCP_INFO", "CLOSE_WAIT");
	terminal_type(terminal, "o");
	SEES(terminal, "O_NONBLOCK set on descriptor 4.");
	terminal_type(terminal, "b");
	SEES(terminal, "SO_SNDBUF: asked for ");
	terminal_type(terminal, "c");
	SEES(terminal, "SO_RCVBUF: asked for ");
	terminal_type(terminal, "d");
	SEES(terminal, "1 sending 2 receiving 3 both");
	terminal_type(terminal, "n"); /* any other key: nothing */
	SEES_NO(terminal, "1 sending 2 receiving 3 both");
	terminal_type(terminal, "d1");
	SEES(terminal, "Shut down for sending");
	SEES(terminal, "TIME_WAIT");
	leave(terminal);
}
END_TEST

START_TEST(many_connections)
{
	struct terminal *terminal = watch("5", 80, 24);
	SEES(terminal, "5 connections");
	sees_beside(terminal, "▶0", "ESTAB");
	leave(terminal);
}
END_TEST

START_TEST(two_hundred_connections)
{
	struct terminal *terminal = watch("200", 80, 24);
	int row, column;
	SEES(terminal, "200 connections");
	SEES(terminal, "LISTEN");
	SEES(terminal, " more ");
	sees_beside(terminal, " more ", "ESTAB");
	/* the frame of what has no room is whole */
	ck_assert(terminal_find(terminal, "200 connections", &row, &column));
	SEES(terminal, "? help");
	leave(terminal);
}
END_TEST

int
main(void)
{
	const char *build = getenv("top_builddir"), *source = getenv("top_srcdir");
	Suite *suite = suite_create("sockets");
	TCase *tests = tcase_create("sockets");

	snprintf(demo, sizeof demo, "%s/tests/screens/demo", build ? build : ".");
	snprintf(kinds, sizeof kinds, "%s/tests/screens/kinds", source ? source : ".");
	snprintf(sockets, sizeof sockets, "%s/tests/screens/sockets", build ? build : ".");
	if (sockets[0] != '/') { /* ipcviz runs in another directory */
		char *real = realpath(sockets, NULL);
		if (real != NULL)
			snprintf(sockets, sizeof sockets, "%s", real);
		free(real);
	}
	tcase_set_timeout(tests, 120);
	tcase_add_checked_fixture(tests, NULL, session_end);
	tcase_add_test(tests, a_connection_that_nobody_has_accepted);
	tcase_add_test(tests, two_directions_and_how_the_ends_stand);
	tcase_add_test(tests, the_ladder);
	tcase_add_test(tests, the_kernel_on_a_socket);
	tcase_add_test(tests, datagrams_and_the_sum);
	tcase_add_test(tests, a_descriptor_on_its_way);
	tcase_add_test(tests, an_opened_file_stays_in_sight);
	tcase_add_test(tests, in_ascii);
	tcase_add_test(tests, a_real_connection);
	tcase_add_test(tests, real_datagrams_are_lost);
	tcase_add_test(tests, the_countdown_of_time_wait);
	tcase_add_test(tests, keys_change_a_live_socket);
	tcase_add_test(tests, many_connections);
	tcase_add_test(tests, two_hundred_connections);
	suite_add_tcase(suite, tests);
	return session_main(suite);
}
