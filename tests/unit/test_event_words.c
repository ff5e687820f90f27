/* SPDX-License-Identifier: MIT
 *
 * Events in words, as the log shows them: every kind, and hostile lines.
 */
#include <check.h>
#include <string.h>

#include "tui/event_words.h"

static const char *
words(const char *line, size_t size)
{
	static char buf[2048];
	struct event event;

	ck_assert_int_eq(event_parse(&event, line, strlen(line)), 0);
	memset(buf, '#', sizeof buf);
	return event_words(&event, buf, size < sizeof buf ? size : sizeof buf);
}

#define SAYS(line, expected) ck_assert_str_eq(words(line, 2048), expected)

START_TEST(tells_of_lives)
{
	SAYS("1 7 7 born ppid=4 name=\"writer\" prog=\"/x/writer\" slot=0",
		"is born, child of 4: /x/writer");
	SAYS("1 7 7 exec name=\"cat\" prog=\"/bin/cat\" argv=\"cat -n\"",
		"becomes /bin/cat: cat -n");
	SAYS("1 7 0 died status=3", "exited with status 3");
	SAYS("1 7 0 died signal=SIGPIPE", "killed by SIGPIPE");
	SAYS("1 7 0 died signal=SIGSEGV core=1", "killed by SIGSEGV, core dumped");
	SAYS("1 7 0 died", "ended");
	SAYS("1 7 0 dark why=\"it closed\"", "can no longer be watched: it closed");
	SAYS("1 7 0 out stream=tty text=\"hello\\n\"", "prints \"hello\\n\"");
}
END_TEST

START_TEST(tells_of_calls)
{
	SAYS("1 7 7 leave call=shmat id=5 addr=0x0 flags=0 ret=140589012185088",
		"shmat(5, NULL, 0) = 0x7fdd6e217000");
	SAYS("1 7 7 leave call=ftok path=\".\" arg=109 ret=-1828750035",
		"ftok(\".\", 'm') = 0x92ff7d2d");
	SAYS("1 7 7 leave call=usleep timeout=0 ret=0", "usleep(0) = 0");
	SAYS("1 7 7 reach call=write fd=4 n=1024", "stands before write(4, …, 1024)");
	SAYS("1 7 7 enter call=write fd=4 n=1024", "write(4, …, 1024) …");
	SAYS("1 7 7 leave call=read fd=3 n=9 ret=-1 err=EAGAIN", "read(3, …, 9) = -1 EAGAIN");
	SAYS("1 7 7 leave call=write fd=4 n=2 ret=2 used=2 cap=4096 data=\"a\\n\"",
		"write(4, …, 2) = 2  \"a\\n\"  2/4096 B");
}
END_TEST

START_TEST(tells_of_looks_and_acts)
{
	SAYS("1 7 0 look state=S wchan=anon_pipe_write",
		"the kernel says: state S in anon_pipe_write");
	SAYS("1 7 0 look fd=3 obj=pipe:9 flags=O_RDONLY|O_NONBLOCK",
		"the kernel says: fd 3 pipe:9 O_RDONLY|O_NONBLOCK");
	SAYS("1 7 0 look var=counter addr=0x40 value=6", "counter = 6 at 0x40");
	SAYS("1 0 0 look obj=sem:5 values=0,1 ncnt=1,0 last=7,8 removed=1",
		"the kernel says: sem:5  values 0,1  ncnt 1,0  last 7,8  removed");
	SAYS("1 7 0 act op=nonblock fd=3 value=1 by=stage", "you: nonblock fd 3 1");
	SAYS("1 7 0 act op=close fd=3 by=pending", "you: close fd 3 (waits for its next call)");
}
END_TEST

START_TEST(shows_the_unknown_raw)
{
	SAYS("1 7 7 teleport where=\"mars\"", "1 7 7 teleport where=\"mars\"");
}
END_TEST

START_TEST(stays_within_its_buffer)
{
	static const char *const lines[] = {
		"1 7 7 leave call=write fd=4 n=2 ret=2 used=2 cap=4096 data=\"abcdefghij\"",
		"1 7 7 born ppid=4 name=\"writer\" prog=\"/x/writer\" slot=0",
		"1 7 7 act op=nonblock fd=3 value=1 by=pending",
		"1 7 7 teleport where=\"mars\"",
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		for (size_t size = 1; size < 80; size++) {
			const char *text = words(lines[i], size);

			ck_assert_uint_lt(strlen(text), size);
			ck_assert_int_eq(text[size], '#');
		}
}
END_TEST

int
main(void)
{
	TCase *tests = tcase_create("event_words");
	Suite *suite = suite_create("event_words");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(tests, tells_of_lives);
	tcase_add_test(tests, tells_of_calls);
	tcase_add_test(tests, tells_of_looks_and_acts);
	tcase_add_test(tests, shows_the_unknown_raw);
	tcase_add_test(tests, stays_within_its_buffer);
	suite_add_tcase(suite, tests);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
