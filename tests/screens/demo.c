/* SPDX-License-Identifier: MIT
 *
 * Shows the screen on a file of events, without any process: demo [OPTIONS] FILE. For trying a
 * drawing by hand, and for tests of what is drawn. Each press of n applies the events up to the
 * next reach, leave, look or death; PgDn all.
 *
 *   --lesson DIR  play this lesson beside the events: n goes on with it where it can be
 *   --theme NAME  --ascii  --animate  --at N (events to apply first)  --free  --status SENTENCE
 *   --crash       Space ends it with SIGABRT, by way of tui_emergency()
 *   --draws N     draw N times, print how long one takes on average, and end
 */
#include <err.h>
#include <getopt.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/tui.h"

static volatile sig_atomic_t resized;

static void
on_winch(int number)
{
	(void)number;
	resized = 1;
}

struct demo {
	bool crash;
	FILE *file;
	struct lesson *lesson;
	struct conductor *conductor;
	struct model *model;
	struct log *log;
	struct view view;
	bool over;
};

/* Applies the next event; WHAT_COUNT at the end. */
static enum event_what
apply_next(struct demo *demo)
{
	static struct event event;
	char line[1024];
	while (fgets(line, sizeof line, demo->file)) {
		if (line[0] == '#' || event_parse(&event, line, strlen(line)) == -1)
			continue;
		model_apply(demo->model, &event);
		log_add(demo->log, &event, demo->model->events);
		if (demo->conductor)
			conductor_apply(demo->conductor, demo->model, &event);
		return event.what;
	}
	demo->over = true;
	return WHAT_COUNT;
}

/* The cast comes from the file, by name. */
static void
go_on(struct demo *demo)
{
	struct order order = conductor_go(demo->conductor, demo->model);
	for (int i = 0; i < demo->model->n_processes; i++) {
		const struct process *process = &demo->model->processes[i];
		for (unsigned j = 0; j < demo->lesson->n_cast; j++)
			if (order.kind == ORDER_START && order.cast == &demo->lesson->cast[j] &&
				strcmp(process->name, order.cast->name) == 0)
				conductor_started(demo->conductor, order.cast, process->pid);
	}
}

static void
apply_step(struct demo *demo)
{
	if (demo->conductor)
		go_on(demo);
	enum event_what what;
	do
		what = apply_next(demo);
	while (what == WHAT_enter || what == WHAT_born || what == WHAT_act || what == WHAT_out);
}

static bool
where(void *context, int32_t pid, uint64_t address, char *file, size_t size, int *line)
{
	(void)pid;
	if (!context)
		return false;
	snprintf(file, size, "%s", (const char *)context);
	*line = (int)(address & 0xff);
	return true;
}

static void
on_abort(int number)
{
	tui_emergency();
	signal(number, SIG_DFL);
	raise(number);
}

static double
seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
loop(struct demo *demo, struct tui *tui)
{
	sigset_t block, open;
	sigemptyset(&block);
	sigaddset(&block, SIGWINCH);
	sigprocmask(SIG_BLOCK, &block, &open);
	sigaction(SIGWINCH, &(struct sigaction){.sa_handler = on_winch}, NULL);
	for (;;) {
		struct pollfd fd = {.fd = tui_fd(tui), .events = POLLIN};
		demo->view.now = demo->model->time;
		demo->view.over = demo->over;
		int64_t next = tui_draw(tui, &demo->view);
		struct timespec limit = {.tv_sec = next / 1000000000, .tv_nsec = next % 1000000000};
		ppoll(&fd, 1, next < 0 ? NULL : &limit, &open);
		if (fd.revents & (POLLHUP | POLLERR))
			return;
		if (resized) {
			resized = 0;
			tui_resized(tui);
		}
		for (bool any = true; any;) {
			struct command command = tui_key(tui, &demo->view, &any);
			if (command.id == COMMAND_QUIT || command.id == COMMAND_BACK)
				return;
			if (command.id == COMMAND_PLAY && demo->crash)
				abort();
			if (command.id == COMMAND_NEXT)
				apply_step(demo);
			else if (command.id == COMMAND_ANSWER && demo->conductor)
				conductor_answer(demo->conductor, (unsigned)command.value);
		}
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"theme", required_argument, NULL, 't'},
		{"ascii", no_argument, NULL, 'a'}, {"animate", no_argument, NULL, 'm'},
		{"at", required_argument, NULL, 'n'}, {"free", no_argument, NULL, 'f'},
		{"status", required_argument, NULL, 's'}, {"draws", required_argument, NULL, 'd'},
		{"source", required_argument, NULL, 'c'}, {"lesson", required_argument, NULL, 'l'},
		{"step", required_argument, NULL, 'p'}, {"crash", no_argument, NULL, 'x'}, {0}};
	struct tui_options look = {.mouse = true};
	struct demo demo = {.view = {.kind = VIEW_REPLAY, .status = "", .where = where}};
	int at = 0, draws = 0, option;
	const char *lesson = NULL;
	unsigned step = 0;
	setlocale(LC_ALL, "");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 't':
			look.theme = optarg;
			break;
		case 'a':
			look.ascii = true;
			break;
		case 'm':
			look.animation = true;
			break;
		case 'n':
			at = atoi(optarg);
			break;
		case 'f':
			demo.view.pace = PACE_FREE;
			break;
		case 's':
			demo.view.status = optarg;
			break;
		case 'd':
			draws = atoi(optarg);
			break;
		case 'l':
			lesson = optarg;
			break;
		case 'x':
			demo.crash = true;
			signal(SIGABRT, on_abort);
			break;
		case 'p':
			step = (unsigned)atoi(optarg);
			break;
		case 'c':
			demo.view.where_context = optarg;
			break;
		default:
			return 2;
		}
	}
	if (optind != argc - 1)
		errx(2, "usage: demo [OPTIONS] FILE");
	demo.file = fopen(argv[optind], "re");
	demo.model = model_create();
	demo.log = log_create();
	if (!demo.file || !demo.model || !demo.log)
		err(2, "%s", argv[optind]);
	demo.view.model = demo.model;
	demo.view.log = demo.log;
	demo.view.title = argv[optind];
	struct problem problem;
	if (lesson) {
		demo.lesson = lesson_load(lesson, NULL, &problem);
		if (!demo.lesson)
			errx(2, "%s:%d: %s", problem.file, problem.line, problem.what);
		demo.conductor = conductor_create(demo.lesson, step);
		demo.view.conductor = demo.conductor;
		demo.view.kind = VIEW_LESSON;
	}
	while (at-- > 0 && !demo.over)
		apply_next(&demo);
	struct tui *tui = tui_create(&look, &problem);
	if (!tui)
		errx(2, "%s", problem.what);
	double started = seconds();
	for (int i = 0; i < draws; i++)
		tui_draw(tui, &demo.view);
	double took = seconds() - started;
	if (draws == 0)
		loop(&demo, tui);
	tui_free(tui);
	if (draws > 0)
		printf("%.1f us a draw\n", took / draws * 1e6);
	conductor_free(demo.conductor);
	lesson_free(demo.lesson);
	log_free(demo.log);
	model_free(demo.model);
	fclose(demo.file);
	return 0;
}
