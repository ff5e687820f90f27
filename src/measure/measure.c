/* SPDX-License-Identifier: MIT
 *
 * Our end of measuring: the measurer started and ended, and its reports folded into what is known.
 */
#include "measure/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "measure/link.h"
#include "measure/machine.h"
#include "measure/report.h"
#include "words.h"

static const struct {
	const char *name, *words;
} media[MEDIUM_COUNT] = {
#define MEDIUM(id, name, words, link) {name, words},
#include "measure/media.def"
#undef MEDIUM
};

struct measurer {
	struct measurement measurement;
	bool ended;
	int life, reports;
	uint64_t began;
	char id_kind; /* a System V object of the measurer; 0: none */
	int id;
};

const char *
medium_name(enum medium medium)
{
	return media[medium].name;
}

const char *
medium_words(enum medium medium)
{
	return _(media[medium].words);
}

enum medium
medium_find(const char *name)
{
	int medium = 0;

	while (medium < MEDIUM_COUNT && strcmp(media[medium].name, name) != 0)
		medium++;
	return (enum medium)medium;
}

size_t
size_bytes(int size)
{
	return (size_t)1 << (2 * size);
}

const char *
size_words(int size)
{
	static const char *const words[SIZE_COUNT] = {"1 B", "4 B", "16 B", "64 B", "256 B",
		"1 KiB", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB"};

	return words[size];
}

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Which kinds: "pipe,tcp". */
static int
choose_media(bool wanted[MEDIUM_COUNT], const char *list, struct problem *problem)
{
	char name[32];

	for (int i = 0; i < MEDIUM_COUNT; i++)
		wanted[i] = list == NULL;
	while (list != NULL && *list != '\0') {
		size_t length = strcspn(list, ",");

		strlcpy(name, list, length + 1 < sizeof name ? length + 1 : sizeof name);
		enum medium medium = medium_find(name);
		if (medium == MEDIUM_COUNT || length >= sizeof name)
			return problem_set(problem, NULL, 0,
				_("--kinds %s: there is no such kind; there are pipe, fifo, msg, "
				  "mq, shm-semop, shm-sem, "
				  "shm-futex, shm-spin, unix-stream, unix-dgram, tcp, udp"),
				name);
		wanted[medium] = true;
		list += length + (list[length] == ',');
	}
	for (int i = 0; i < MEDIUM_COUNT; i++)
		if (wanted[i])
			return 0;
	return problem_set(problem, NULL, 0, _("--kinds names no kind"));
}

int
measure_check(const struct measure_options *options, struct problem *problem)
{
	bool wanted[MEDIUM_COUNT];

	return choose_media(wanted, options->kinds, problem);
}

static int
make_plan(struct measurement *plan, const struct measure_options *options, struct problem *problem)
{
	static const bool quick[SIZE_COUNT] = {
		[0] = true, [3] = true, [6] = true, [8] = true, [10] = true};

	if (choose_media(plan->wanted, options->kinds, problem) == -1)
		return -1;
	for (int i = 0; i < SIZE_COUNT; i++)
		plan->sized[i] = !options->quick || quick[i];
	plan->rounds = options->quick ? 1 : 3;
	plan->seed = options->seed != 0 ? options->seed : (uint32_t)now() | 1;
	machine_look(&plan->machine);
	if (plan->machine.cpu[CORES_ONE] == -1)
		return problem_set(
			problem, NULL, 0, _("the system does not say which cores there are"));
	return 0;
}

/* Starts it as nobody's child: whoever ends all of our children, as a stage does with those of its run, means others. */
static int
fork_measurer(const struct measurement *plan, int life, int reports)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		pid = fork();
		if (pid == 0)
			measurer_live(plan, life, reports);
		_exit(pid == -1 ? 1 : 0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return -1;
	if (status != 0)
		errno = EAGAIN;
	return status == 0 ? 0 : -1;
}

static void
shut(int pipe[2])
{
	for (int i = 0; i < 2; i++)
		if (pipe[i] != -1)
			close(pipe[i]);
}

struct measurer *
measurer_start(const struct measure_options *options, struct problem *problem)
{
	struct measurer *measurer = calloc(1, sizeof *measurer);
	int life[2] = {-1, -1}, reports[2] = {-1, -1};

	if (measurer == NULL) {
		problem_set(problem, NULL, 0, "%s", strerror(errno));
		return NULL;
	}
	if (make_plan(&measurer->measurement, options, problem) == -1) {
		free(measurer);
		return NULL;
	}
	measurer->began = now();
	if (pipe2(life, O_CLOEXEC) == -1 || pipe2(reports, O_CLOEXEC) == -1 ||
		fork_measurer(&measurer->measurement, life[0], reports[1]) == -1) {
		problem_set(problem, NULL, 0, "%s", strerror(errno));
		shut(life);
		shut(reports);
		free(measurer);
		return NULL;
	}
	close(life[0]);
	close(reports[1]);
	fcntl(reports[0], F_SETFL, O_NONBLOCK);
	measurer->life = life[1];
	measurer->reports = reports[0];
	return measurer;
}

static void
bury(struct measurer *measurer)
{
	measurer->ended = true;
	if (measurer->id_kind != '\0')
		link_remove_id(measurer->id_kind, measurer->id); /* it was killed */
	measurer->id_kind = '\0';
}

void
measurer_stop(struct measurer *measurer)
{
	struct pollfd fd;

	if (measurer == NULL)
		return;
	close(measurer->life);
	/* It sees that, and removes what it has; its last words are of no interest, its end of file is. */
	fd = (struct pollfd){.fd = measurer->reports, .events = POLLIN};
	while (!measurer->ended && poll(&fd, 1, -1) != 0) {
		struct report report;
		ssize_t n = read(measurer->reports, &report, sizeof report);

		if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
			break;
		if (n == sizeof report &&
			(report.what == REPORT_MADE || report.what == REPORT_GONE)) {
			measurer->id_kind = report.what == REPORT_MADE ? report.id_kind : '\0';
			measurer->id = report.id;
		}
	}
	bury(measurer);
	close(measurer->reports);
	free(measurer);
}

int
measurer_fd(const struct measurer *measurer)
{
	return measurer->reports;
}

static void
fold(struct measurer *measurer, const struct report *report)
{
	struct measurement *known = &measurer->measurement;

	switch (report->what) {
	case REPORT_FIGURE:
		known->figure[report->quantity][report->cores][report->medium][report->size] =
			report->figure;
		known->done = report->done;
		known->total = report->total;
		break;
	case REPORT_MADE:
	case REPORT_GONE:
		measurer->id_kind = report->what == REPORT_MADE ? report->id_kind : '\0';
		measurer->id = report->id;
		break;
	case REPORT_OVER:
		known->over = true;
		break;
	}
	known->seconds = (double)(now() - measurer->began) / 1e9;
}

bool
measurer_drain(struct measurer *measurer)
{
	struct report report;
	bool news = false;
	ssize_t n;

	while (!measurer->ended && (n = read(measurer->reports, &report, sizeof report)) != -1) {
		news = true;
		if (n == sizeof report) {
			fold(measurer, &report);
			continue;
		}
		bury(measurer);
		if (!measurer->measurement.over)
			measurer->measurement.over = measurer->measurement.broken = true;
	}
	return news;
}

void
measurer_pause(struct measurer *measurer, bool paused)
{
	ssize_t n;

	if (!measurer->ended)
		do
			n = write(measurer->life, paused ? "p" : "c", 1);
		while (n == -1 && errno == EINTR);
}

const struct measurement *
measurer_measurement(const struct measurer *measurer)
{
	return &measurer->measurement;
}
