/* SPDX-License-Identifier: MIT
 *
 * How many events a second the model folds on one core, parsed beforehand. Prints name, value, bound and "ok" or
 * "short", tab-separated.
 *
 *	bench_model                 a reader and a writer at full speed, as the probe tells of them
 *	bench_model NAME LINES      the lines of that file, from the first to the last, again and again
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/model.h"

enum { EVENTS = 4096, ROUNDS = 100, TAKES = 5 };

static const char *const start[] = {
	"1 10 10 born ppid=1 name=\"writer\" prog=\"/usr/lib/ipcviz/lessons/writer\" slot=0",
	"2 10 10 enter call=pipe at=0x55d0c0de1234",
	"3 10 10 leave call=pipe ret=0 fds=3,4 obj=pipe:25138 cap=65536",
	"4 10 10 enter call=fork at=0x55d0c0de1250",
	"5 11 11 born ppid=10 name=\"reader\" prog=\"/usr/lib/ipcviz/lessons/writer\" slot=1",
	"6 10 10 leave call=fork ret=11",
	"7 11 11 leave call=fork ret=0",
};

/* One round of the pair: the write's leave comes after the read that took its bytes, as it often
 * does. */
static const char *const around[] = {
	"%llu 10 10 enter call=write fd=4 obj=pipe:25138 end=w n=100 at=0x55d0c0de1300",
	"%llu 11 11 enter call=read fd=3 obj=pipe:25138 end=r n=100 at=0x55d0c0de1400",
	"%llu 11 11 leave call=read fd=3 obj=pipe:25138 end=r ret=100 used=0 cap=65536 "
	"data=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"...",
	"%llu 10 10 leave call=write fd=4 obj=pipe:25138 end=w ret=100 used=0 cap=65536 "
	"data=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"...",
	"%llu 10 10 enter call=write fd=4 obj=pipe:25138 end=w n=1024 at=0x55d0c0de1300",
	"%llu 10 10 leave call=write fd=4 obj=pipe:25138 end=w ret=1024 used=1024 cap=65536 "
	"data=\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"...",
	"%llu 11 11 enter call=read fd=3 obj=pipe:25138 end=r n=4096 at=0x55d0c0de1400",
	"%llu 11 11 leave call=read fd=3 obj=pipe:25138 end=r ret=1024 used=0 cap=65536 "
	"data=\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"...",
};

static void
parse(struct event *event, const char *line)
{
	if (event_parse(event, line, strlen(line)) == 0)
		return;
	fprintf(stderr, "bench_model: no event: %s\n", line);
	exit(1);
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
middle(double rate[TAKES])
{
	qsort(rate, TAKES, sizeof *rate, by_size);
	return rate[TAKES / 2];
}

static void
figure(const char *name, double rate)
{
	printf("model: events folded per second%s\t%.0f\t>= 2000000\t%s\n", name, rate,
		rate >= 2e6 ? "ok" : "short");
}

/* --- a pair at a pipe --- */

static int
fold_pair(struct model *model, struct event *events)
{
	double rate[TAKES];
	struct event first;

	for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
		parse(&first, start[i]);
		model_apply(model, &first);
	}
	for (int i = 0; i < EVENTS; i++) {
		char line[EVENT_LINE_MAX];
		size_t n = sizeof around / sizeof *around;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line, sizeof line, around[(size_t)i % n], 1000ULL + (unsigned long long)i);
#pragma GCC diagnostic pop
		parse(&events[i], line);
	}
	for (int take = 0; take < TAKES; take++) {
		double begin = seconds();
		for (int round = 0; round < ROUNDS; round++)
			for (int i = 0; i < EVENTS; i++)
				model_apply(model, &events[i]);
		rate[take] = EVENTS * (double)ROUNDS / (seconds() - begin);
	}
	if (model->strange != 0) {
		fprintf(stderr, "bench_model: the events contradict each other\n");
		return 1;
	}
	figure("", middle(rate));
	return 0;
}

/* --- recorded lines --- */

static int
read_lines(const char *path, struct event *events)
{
	char line[EVENT_LINE_MAX + 2];
	FILE *file = fopen(path, "r");
	int n = 0;

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	while (n < EVENTS && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		parse(&events[n++], line);
	}
	fclose(file);
	return n;
}

/* In a new model each time; making it is not counted. */
static int
fold_lines(const char *name, const struct event *events, int n)
{
	double rate[TAKES];
	char label[64];

	for (int take = 0; take < TAKES; take++) {
		double spent = 0;
		for (int round = 0; round < ROUNDS; round++) {
			struct model *model = model_create();
			if (model == NULL)
				return 1;
			double begin = seconds();
			for (int i = 0; i < n; i++)
				model_apply(model, &events[i]);
			spent += seconds() - begin;
			model_free(model);
		}
		rate[take] = n * (double)ROUNDS / spent;
	}
	snprintf(label, sizeof label, ", %s", name);
	figure(label, middle(rate));
	return 0;
}

int
main(int argc, char **argv)
{
	struct event *events = malloc(EVENTS * sizeof *events);
	struct model *model = model_create();
	int ret;

	if (events == NULL || model == NULL)
		return 1;
	if (argc == 3)
		ret = fold_lines(argv[1], events, read_lines(argv[2], events));
	else
		ret = fold_pair(model, events);
	model_free(model);
	free(events);
	return ret;
}
