/* SPDX-License-Identifier: MIT
 *
 * Recordings: what was written is read back, and whatever else is offered as one is answered by a
 * sentence.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "event/line.h"
#include "trace/recorder.h"
#include "trace/source.h"

static char directory[] = "/tmp/ipcviz-test-trace-XXXXXX";
static char path[128];

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/recording", directory);
}

static void
teardown(void)
{
	unlink(path);
	rmdir(directory);
	strcpy(directory + sizeof directory - 7, "XXXXXX");
}

static void
file_write(const char *text, size_t length)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, length, file), length);
	ck_assert_int_eq(fclose(file), 0);
}

/* Opens the text as a recording, which must work. */
static struct source *
opened(const char *text)
{
	struct problem problem = {0};
	struct source *source;

	file_write(text, strlen(text));
	source = source_recording(path, &problem);
	ck_assert_msg(source != NULL, "%s", problem.what);
	return source;
}

/* Reads to the end and answers how it ended. */
static enum source_result
read_all(struct source *source, int *events)
{
	enum source_result result;
	struct event event;

	*events = 0;
	while ((result = source->next(source, &event)) == SOURCE_EVENT)
		++*events;
	return result;
}

START_TEST(written_is_read)
{
	struct problem problem = {0};
	struct recorder *recorder = recorder_create(path, &problem);
	struct event event;
	struct source *source;
	struct line line;

	ck_assert_ptr_nonnull(recorder);
	for (int i = 0; i < 5000; i++) {
		line_start(&line, (uint64_t)i, 7, 8, WHAT_leave);
		line_number(&line, FIELD_ret, i);
		line_quoted(&line, FIELD_data, "a\n\"\0b", 5);
		line_finish(&line);
		ck_assert_int_eq(event_parse(&event, line.text, line.length), 0);
		ck_assert_int_eq(recorder_write(recorder, &event, &problem), 0);
	}
	ck_assert_int_eq(recorder_free(recorder, &problem), 0);
	source = source_recording(path, &problem);
	ck_assert_ptr_nonnull(source);
	for (int i = 0; i < 5000; i++) {
		char data[8];

		ck_assert_int_eq(source->next(source, &event), SOURCE_EVENT);
		ck_assert_int_eq(event.time, i);
		ck_assert_int_eq(event_number(&event, FIELD_ret, -1), i);
		ck_assert_uint_eq(event_copy(&event, FIELD_data, data, sizeof data), 5);
		ck_assert_mem_eq(data, "a\n\"\0b", 5);
	}
	ck_assert_int_eq(source->next(source, &event), SOURCE_END);
	source->free(source);
}
END_TEST

START_TEST(no_recording)
{
	static const struct {
		const char *text, *says;
	} all[] = {
		{"", "empty"},
		{"ipcviz-events", "no recording"},
		{"ipcviz-events\n", "no recording"},
		{"ipcviz-events x\n", "no version"},
		{"ipcviz-events -3\n", "no version"},
		{"\177ELF\001\002\n", "no recording"},
		{"100 1 1 born\n", "no recording"},
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct problem problem = {0};

		file_write(all[i].text, strlen(all[i].text));
		ck_assert_ptr_null(source_recording(path, &problem));
		ck_assert_msg(strstr(problem.what, all[i].says) != NULL, "%s", problem.what);
		ck_assert_str_eq(problem.file, path);
	}
}
END_TEST

START_TEST(no_file)
{
	struct problem problem = {0};

	ck_assert_ptr_null(source_recording("/nowhere/at/all", &problem));
	ck_assert_msg(strstr(problem.what, "No such file") != NULL, "%s", problem.what);
	ck_assert_ptr_null(source_recording(directory, &problem));
	ck_assert_msg(strstr(problem.what, "directory") != NULL, "%s", problem.what);
}
END_TEST

START_TEST(cut_off)
{
	struct source *source =
		opened(EVENT_HEADER "\n1 2 2 born name=\"a\"\n2 2 2 enter call=rea");
	int events;

	ck_assert_int_eq(read_all(source, &events), SOURCE_BROKEN);
	ck_assert_int_eq(events, 1);
	ck_assert_int_eq(source->problem.line, 3);
	ck_assert_msg(strstr(source->problem.what, "cut off") != NULL, "%s", source->problem.what);
	source->free(source);
}
END_TEST

START_TEST(newer)
{
	struct source *source =
		opened("ipcviz-events 2\n1 2 2 born name=\"a\" hue=9\n2 2 2 dreamt of=sheep\n");
	int events;

	ck_assert_msg(strstr(source->problem.what, "newer") != NULL, "%s", source->problem.what);
	ck_assert_int_eq(read_all(source, &events), SOURCE_END);
	ck_assert_int_eq(events, 2);
	source->free(source);
}
END_TEST

START_TEST(left_out)
{
	static char text[300 * 1024];
	struct source *source;
	int events;

	/* A line longer than the buffer, one that is no event, an empty one, one with a carriage
	 * return. */
	memset(text, 'x', sizeof text - 1);
	memcpy(text, EVENT_HEADER "\n1 2 2 born\n", sizeof EVENT_HEADER + 11);
	strcpy(text + sizeof text - 60,
		"\nnonsense\n\n2 2 2 enter call=read\r\n3 2 2 leave call=read\n");
	source = opened(text);
	ck_assert_int_eq(read_all(source, &events), SOURCE_BROKEN);
	ck_assert_int_eq(events, 3);
	ck_assert_int_eq(source->problem.line, 3);
	ck_assert_msg(strstr(source->problem.what, ": 2") != NULL, "%s", source->problem.what);
	source->free(source);
}
END_TEST

START_TEST(large)
{
	/* A gigabyte, nearly all of it one line that is a hole in the file. */
	FILE *file = fopen(path, "w");
	struct rusage before, after;
	struct source *source;
	int events;

	ck_assert_ptr_nonnull(file);
	fprintf(file, EVENT_HEADER "\n1 2 2 born\n");
	ck_assert_int_eq(fseek(file, 1L << 30, SEEK_CUR), 0);
	fprintf(file, "\n2 2 2 enter call=read\n");
	ck_assert_int_eq(fclose(file), 0);
	getrusage(RUSAGE_SELF, &before);
	source = source_recording(path, &(struct problem){0});
	ck_assert_ptr_nonnull(source);
	ck_assert_int_eq(read_all(source, &events), SOURCE_BROKEN);
	ck_assert_int_eq(events, 2);
	source->free(source);
	getrusage(RUSAGE_SELF, &after);
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
}
END_TEST

START_TEST(full_disk)
{
	struct problem problem = {0};
	struct recorder *recorder;
	struct event event;
	int failures = 0;

	/* /dev/full answers ENOSPC to every write. */
	ck_assert_ptr_null(recorder_create("/dev/full", &problem));
	ck_assert_msg(strstr(problem.what, "No space") != NULL, "%s", problem.what);
	signal(SIGXFSZ, SIG_IGN);
	recorder = recorder_create(path, &problem);
	ck_assert_ptr_nonnull(recorder);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 100000, .rlim_max = RLIM_INFINITY});
	ck_assert_int_eq(event_parse(&event, "1 2 2 born name=\"somebody\"", 26), 0);
	for (int i = 0; i < 100000; i++)
		if (recorder_write(recorder, &event, &problem) != 0)
			failures++;
	ck_assert_int_eq(failures, 1); /* said once, and the run goes on */
	ck_assert_int_eq(recorder_free(recorder, &problem), 0);
	setrlimit(RLIMIT_FSIZE,
		&(struct rlimit){.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY});
}
END_TEST

START_TEST(reader_gone)
{
	struct problem problem = {0};
	struct recorder *recorder;
	struct event event;
	int ends[2], out = dup(STDOUT_FILENO), answer;

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	fflush(stdout);
	dup2(ends[1], STDOUT_FILENO);
	recorder = recorder_create("-", &problem);
	close(ends[0]);
	event_parse(&event, "1 2 2 born", 10);
	answer = recorder == NULL ? 0 : recorder_write(recorder, &event, &problem);
	if (answer == 0 && recorder != NULL)
		answer = recorder_flush(recorder, &problem);
	dup2(out, STDOUT_FILENO);
	close(out);
	close(ends[1]);
	ck_assert_ptr_nonnull(recorder);
	ck_assert_int_eq(answer, -1);
	ck_assert_msg(strstr(problem.what, "gone") != NULL, "%s", problem.what);
	ck_assert_int_eq(recorder_free(recorder, &problem), 0);
}
END_TEST

START_TEST(string)
{
	struct source *source =
		source_string(EVENT_HEADER "\n1 2 2 born\n\n2 2 2 exec\nnonsense\n3 2 2 born\n");
	int events;

	ck_assert_int_eq(read_all(source, &events), SOURCE_BROKEN);
	ck_assert_int_eq(events, 2);
	source->free(source);
	source = source_string("1 2 2 born");
	ck_assert_int_eq(read_all(source, &events), SOURCE_END);
	ck_assert_int_eq(events, 1);
	source->free(source);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("trace");
	TCase *tests = tcase_create("trace");
	SRunner *runner;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, written_is_read);
	tcase_add_test(tests, no_recording);
	tcase_add_test(tests, no_file);
	tcase_add_test(tests, cut_off);
	tcase_add_test(tests, newer);
	tcase_add_test(tests, left_out);
	tcase_add_test(tests, large);
	tcase_add_test(tests, full_disk);
	tcase_add_test(tests, reader_gone);
	tcase_add_test(tests, string);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
