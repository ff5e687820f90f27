/* SPDX-License-Identifier: MIT
 *
 * How many events a second the model folds on one core: a reader and a writer at full speed, as the
 * probe tells of them, parsed beforehand. Prints name, value, bound and "ok" or "short",
 * tab-separated.
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

int
main(void)
{
	struct event *events = malloc(EVENTS * sizeof *events), first;
	struct model *model = model_create();
	double rate[TAKES];

	if (events == NULL || model == NULL)
		return 1;
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
	qsort(rate, TAKES, sizeof *rate, by_size);
	printf("model: events folded per second\t%.0f\t>= 2000000\t%s\n", rate[TAKES / 2],
		rate[TAKES / 2] >= 2e6 ? "ok" : "short");
	model_free(model);
	free(events);
	return 0;
}
