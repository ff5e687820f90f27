/* SPDX-License-Identifier: MIT
 *
 * The plain story: event lines in, sentences out.
 */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "plain/plain.h"

/* What plain tells of these event lines; to be freed. */
static char *
story(const char *lines, int columns)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, columns);
	struct model *model = model_create();

	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		struct event event;

		ck_assert_int_eq(event_parse(&event, lines, length), 0);
		model_apply(model, &event);
		plain_event(plain, model, &event);
		lines += length + (lines[length] == '\n');
	}
	model_free(model);
	plain_free(plain);
	fclose(out);
	return text;
}

static void
tells(const char *lines, const char *expected)
{
	char *text = story(lines, 0);

	ck_assert_str_eq(text, expected);
	free(text);
}

#define WRITER_AND_READER                                                                          \
	"100 4211 4211 born ppid=4200 name=\"writer\" prog=\"/x/writer\" slot=0\n"                 \
	"200 4211 4211 enter call=pipe\n"                                                          \
	"210 4211 4211 leave call=pipe ret=0 fds=3,4 obj=pipe:25138 cap=4096\n"                    \
	"300 4211 4211 enter call=fork\n"                                                          \
	"310 4212 4212 born ppid=4211 name=\"reader\" prog=\"/x/writer\" slot=1\n"                 \
	"311 4211 4211 leave call=fork ret=4212\n"
#define WRITER_AND_READER_TOLD                                                                     \
	"writer (4211) is born, running /x/writer.\n"                                              \
	"writer calls pipe(…).\n"                                                                \
	"writer made the pipe 25138: 3 is its read end, 4 its write end. There is room for 4096 "  \
	"bytes in it.\n"                                                                           \
	"writer calls fork().\n"                                                                   \
	"reader (4212) is born, a child of writer.\n"                                              \
	"writer has a child, reader (4212), with a copy of each of its descriptors.\n"

START_TEST(tells_a_pipe_and_a_fork)
{
	tells(WRITER_AND_READER, WRITER_AND_READER_TOLD);
}
END_TEST

START_TEST(tells_that_a_writer_falls_asleep_and_who_wakes_it)
{
	tells(WRITER_AND_READER
		"400 4211 4211 reach call=write fd=4 obj=pipe:25138 end=w n=4096\n"
		"410 4211 4211 enter call=write fd=4 obj=pipe:25138 end=w n=4096\n"
		"420 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=4096 ret=4096 "
		"used=4096 "
		"cap=4096 data=\"aaaa\"\n"
		"430 4211 4211 enter call=write fd=4 obj=pipe:25138 end=w n=100\n"
		"500 4211 4211 look state=S wchan=anon_pipe_write\n"
		"510 4211 4211 look state=S wchan=anon_pipe_write\n"
		"600 4212 4212 enter call=read fd=3 obj=pipe:25138 end=r n=4096\n"
		"610 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=4096 ret=4096 used=0 "
		"cap=4096 data=\"aaaa\"\n"
		"620 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=100 ret=100 used=100 "
		"cap=4096 data=\"b\\n\\x01c\"\n",
		WRITER_AND_READER_TOLD
		"writer stands at its gate, about to call write(4, …, 4096) on the pipe 25138.\n"
		"writer calls write(4, …, 4096) on the pipe 25138.\n"
		"writer wrote 4096 bytes: \"aaaa…\". The pipe is full: 4096 of 4096 bytes lie in "
		"it.\n"
		"writer calls write(4, …, 100) on the pipe 25138.\n"
		"writer falls asleep: no room: 4096 of 4096 bytes are taken; it wakes when a whole "
		"page is read, or every read end is closed. (The kernel says: state S, in "
		"anon_pipe_write.)\n"
		"reader calls read(3, …, 4096) on the pipe 25138.\n"
		"reader read 4096 bytes: \"aaaa…\". The pipe is empty now.\n"
		"writer wrote 100 bytes: \"b\\n\\x01c…\". 100 of 4096 bytes lie in the pipe. It "
		"had "
		"slept in this call; reader woke it.\n");
}
END_TEST

START_TEST(tells_why_a_call_failed)
{
	tells(WRITER_AND_READER
		"430 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=10 ret=-1 err=EAGAIN "
		"used=0 cap=4096\n"
		"440 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w n=10 ret=-1 err=EPIPE\n"
		"450 4211 4211 leave call=write fd=3 obj=pipe:25138 end=r n=10 ret=-1 err=EBADF\n"
		"460 4211 4211 leave call=close fd=77 ret=-1 err=EBADF\n"
		"470 4211 4211 leave call=close fd=77 ret=-1 err=ENONSENSE\n",
		WRITER_AND_READER_TOLD
		"reader: read(3, …, 10) failed with EAGAIN: there is nothing to read, and "
		"O_NONBLOCK "
		"forbids it to sleep.\n"
		"writer: write(4, …, 10) failed with EPIPE: nobody holds a read end any more, and "
		"SIGPIPE does not kill it.\n"
		"writer: write(3, …, 10) failed with EBADF: this is a read end, it cannot be "
		"written "
		"to.\n"
		"writer: close(77) failed with EBADF: Bad file descriptor.\n"
		"writer: close(77) failed with ENONSENSE.\n");
}
END_TEST

START_TEST(tells_how_ends_of_a_pipe_close)
{
	tells(WRITER_AND_READER
		"400 4212 4212 enter call=close fd=4 obj=pipe:25138 end=w\n"
		"410 4212 4212 leave call=close fd=4 obj=pipe:25138 end=w ret=0\n"
		"420 4211 4211 enter call=close fd=4 obj=pipe:25138 end=w\n"
		"430 4211 4211 leave call=close fd=4 obj=pipe:25138 end=w ret=0\n"
		"440 4212 4212 enter call=read fd=3 obj=pipe:25138 end=r n=10\n"
		"450 4212 4212 leave call=read fd=3 obj=pipe:25138 end=r n=10 ret=0 used=0 "
		"cap=4096\n",
		WRITER_AND_READER_TOLD
		"reader calls close(4) on the pipe 25138.\n"
		"reader closed 4, a write end of the pipe 25138. 1 write end is still open.\n"
		"writer calls close(4) on the pipe 25138.\n"
		"writer closed 4, a write end of the pipe 25138. It was the last write end: who "
		"reads "
		"now finds what is left, then end of file.\n"
		"reader calls read(3, …, 10) on the pipe 25138.\n"
		"reader read 0 bytes: end of file, for the pipe 25138 is empty and nobody holds a "
		"write end any more.\n");
}
END_TEST

START_TEST(tells_acts_and_what_came_of_them)
{
	tells(WRITER_AND_READER "400 4212 0 look fd=3 flags=O_RDONLY\n"
				"410 4212 0 act op=nonblock fd=3 value=1 by=stage\n"
				"420 4212 0 look fd=3 flags=O_RDONLY|O_NONBLOCK\n"
				"430 4212 0 look fd=3 flags=O_RDONLY|O_NONBLOCK\n"
				"440 4212 0 act op=permit by=stage\n"
				"450 4212 0 act op=close fd=3 by=pending\n"
				"460 4211 0 act op=stop by=stage\n"
				"470 4211 0 look state=T\n"
				"480 4211 0 look state=T\n"
				"490 4211 0 act op=kill sig=SIGKILL by=stage\n"
				"500 4211 0 died signal=SIGKILL\n"
				"510 4212 0 died status=0\n",
		WRITER_AND_READER_TOLD
		"You set O_NONBLOCK on descriptor 3 of reader.\n"
		"Descriptor 3 of reader has the flags O_RDONLY|O_NONBLOCK now.\n"
		"You have reader close its descriptor 3. It cannot be done from outside; reader "
		"will do it on its way to the next call.\n"
		"You send SIGSTOP to writer.\n"
		"writer is stopped; it goes on when it gets SIGCONT.\n"
		"You send SIGKILL to writer.\n"
		"writer is killed by SIGKILL.\n"
		"reader ends with exit status 0.\n");
}
END_TEST

START_TEST(tells_what_is_printed_and_what_a_variable_holds)
{
	tells(WRITER_AND_READER
		"610 4211 0 out stream=tty text=\"counter is 6\\n\"\n"
		"620 4211 0 look var=counter addr=0x4010 value=6\n"
		"630 4211 0 look var=counter addr=0x4010 value=6\n"
		"640 4211 0 look var=counter addr=0x4010 value=7\n"
		"700 4211 4211 exec name=\"cat\" prog=\"/bin/cat\" argv=\"cat -n\"\n"
		"810 4211 0 dark why=\"its control descriptor was closed\"\n",
		WRITER_AND_READER_TOLD
		"The terminal of writer shows \"counter is 6\\n\".\n"
		"In writer, counter is 6, at address 0x4010.\n"
		"In writer, counter is 7, at address 0x4010.\n"
		"Process 4211 becomes another program: /bin/cat, started as \"cat -n\".\n"
		"cat can no longer be watched: its control descriptor was closed.\n");
}
END_TEST

START_TEST(tells_apart_processes_of_one_name)
{
	tells("1 7 7 born ppid=1 name=\"sh\"\n"
	      "2 8 8 born ppid=7 name=\"sh\"\n"
	      "3 7 7 enter call=pause\n"
	      "4 99 99 enter call=pause\n"
	      "5 8 0 act op=name value=0 by=stage text=\"child\"\n"
	      "6 8 8 enter call=pause\n",
		"sh (7) is born.\n"
		"sh (8) is born, a child of sh (7).\n"
		"sh (7) calls pause().\n"
		"process 99 calls pause().\n"
		"child calls pause().\n");
}
END_TEST

/* What a lesson calls its processes. */
static const char *
lesson_name(const struct conductor *conductor, int32_t pid)
{
	(void)conductor;
	return pid == 8 ? "child" : NULL;
}

START_TEST(calls_processes_what_the_lesson_does)
{
	static const char lines[] =
		"1 7 7 born ppid=1 name=\"islands\"\n2 8 8 born ppid=7 name=\"islands\"\n";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 0);
	struct model *model = model_create();
	struct event event;

	plain_names(plain, lesson_name, NULL);
	for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
		ck_assert_int_eq(event_parse(&event, line, strcspn(line, "\n")), 0);
		model_apply(model, &event);
		plain_event(plain, model, &event);
	}
	model_free(model);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(
		text, "islands (7) is born.\nchild (8) is born, a child of islands (7).\n");
	free(text);
}
END_TEST

START_TEST(lets_nothing_through_that_upsets_a_terminal)
{
	char *text = story("1 7 7 born ppid=1 name=\"a\x1b]0;x\x07\xc2\x9b\xff"
			   "b\" prog=\"/p\"\n"
			   "2 7 0 out stream=tty text=\"\x1b[2J\"\n"
			   "3 7 0 wink a=\"\x1b[2J\"\n",
		0);

	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg((unsigned char)*c >= ' ' || *c == '\n', "control character %#x",
			(unsigned char)*c);
	ck_assert_ptr_nonnull(strstr(text, "a?]0;x???b (7) is born"));
	ck_assert_ptr_nonnull(strstr(text, "An event of a kind unknown here: 3 7 0 wink"));
	free(text);
}
END_TEST

START_TEST(breaks_lines_where_it_is_told)
{
	for (int columns = 30; columns <= 100; columns += 7) {
		char *text = story(WRITER_AND_READER, columns);

		for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
			ck_assert_int_le(
				(int)strlen(line), columns + 2); /* … is three bytes wide */
		free(text);
	}
}
END_TEST

START_TEST(tells_a_question_and_its_verdict)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 40);
	struct choice choices[] = {
		{.says = "It returns 0"}, {.says = "It fails with \001EAGAIN\002"}};
	struct move ask = {.kind = MOVE_ASK,
		.question = "The reader calls \001read(3, …, 1024)\002 on an \003empty\004 pipe. "
			    "What happens?",
		.choices = choices,
		.n_choices = 2,
		.explain = "So it is."};
	struct verdict verdict = {.ask = &ask, .answer = 0, .truth = 1};

	plain_question(plain, &ask);
	plain_verdict(plain, &verdict);
	verdict.answer = 1;
	plain_verdict(plain, &verdict);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(text, "\n"
			       "? The reader calls `read(3, …, 1024)` on\n"
			       "  an empty pipe. What happens?\n"
			       "  1. It returns 0\n"
			       "  2. It fails with `EAGAIN`\n"
			       "\n"
			       "= Not so. You predicted: It returns 0.\n"
			       "  What happened: It fails with `EAGAIN`.\n"
			       "  So it is.\n"
			       "\n"
			       "= Right, as you predicted: It fails with\n"
			       "  `EAGAIN`.\n"
			       "  So it is.\n"
			       "\n");
	free(text);
}
END_TEST

START_TEST(tells_a_step_with_its_lists_and_code)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct plain *plain = plain_create(out, 40);
	struct block blocks[] = {
		{BLOCK_PARAGRAPH, 0, 0, "Every byte of the pipe is taken, so it cannot return."},
		{BLOCK_ITEM, 0, 1, "one thing that is long enough to need a second line"},
		{BLOCK_ITEM, 2, 1, "two"},
		{BLOCK_CODE, 0, 0, "if (x)\n\ty();\n"},
	};
	struct step step = {.title = "Full", .words = {blocks, 4}};
	struct lesson lesson = {.steps = &step, .n_steps = 1};

	plain_step(plain, &lesson, 0);
	plain_free(plain);
	fclose(out);
	ck_assert_str_eq(text, "\n"
			       "Step 1 of 1: Full\n"
			       "\n"
			       "Every byte of the pipe is taken, so it\n"
			       "cannot return.\n"
			       "\n"
			       "- one thing that is long enough to need\n"
			       "  a second line\n"
			       "2. two\n"
			       "\n"
			       "    if (x)\n"
			       "            y();\n"
			       "\n");
	free(text);
}
END_TEST

int
main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	unsetenv("LANGUAGE");
	Suite *suite = suite_create("plain");
	TCase *events = tcase_create("events"), *words = tcase_create("words");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(events, tells_a_pipe_and_a_fork);
	tcase_add_test(events, tells_that_a_writer_falls_asleep_and_who_wakes_it);
	tcase_add_test(events, tells_why_a_call_failed);
	tcase_add_test(events, tells_how_ends_of_a_pipe_close);
	tcase_add_test(events, tells_acts_and_what_came_of_them);
	tcase_add_test(events, tells_what_is_printed_and_what_a_variable_holds);
	tcase_add_test(events, tells_apart_processes_of_one_name);
	tcase_add_test(events, calls_processes_what_the_lesson_does);
	tcase_add_test(events, lets_nothing_through_that_upsets_a_terminal);
	tcase_add_test(events, breaks_lines_where_it_is_told);
	tcase_add_test(words, tells_a_question_and_its_verdict);
	tcase_add_test(words, tells_a_step_with_its_lists_and_code);
	suite_add_tcase(suite, events);
	suite_add_tcase(suite, words);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
