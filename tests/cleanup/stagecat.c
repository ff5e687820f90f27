/* SPDX-License-Identifier: MIT
 *
 * Starts a program on the stage and prints every event line: the stage by hand, and the driver of
 * the cleanup tests.
 *
 *   stagecat [-p PROBE] [-d] [-g] [-t] [-s] [-w VARIABLE] [-m OBJECT] [-n MACHINE] [-l] PROGRAM [ARGUMENT …]
 * `{run}` in an argument becomes the word of the run, as in a lesson.
 *     -d  a run directory     -t  pass stdin, stdout and stderr through (events go to descriptor 3
 * if it is open) -g  gates stay shut     -s  step: a permit for everybody whenever nothing happens
 *     -w  watch a variable    -l  print file and line of each call entered, and of each access
 *     -n  the machine that it is on
 *     -m  watch the memory of this segment, or of all (`shm`)
 */
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stage/stage.h"

static bool places, stepping;
static volatile sig_atomic_t ended; /* by a signal that asks for it */

static void
on_end(int sig)
{
	ended = sig;
}

static void
print(struct stage *stage, FILE *out, const struct event *event)
{
	char file[256];
	int line;

	fprintf(out, "%s\n", event->line);
	bool made = event->what == WHAT_enter ||
		    (event->what == WHAT_leave && event->call >= CALL_load &&
			    event->call <= CALL_update);

	if (places && made && event_has(event, FIELD_at) &&
		stage_where(stage, event->pid, (uint64_t)event_number(event, FIELD_at, 0), file,
			sizeof file, &line))
		fprintf(out, "# %s:%d\n", file, line);
}

/* The arguments with the word of the run in them. */
static void
fill_in(struct stage *stage, char **arguments)
{
	for (; *arguments != NULL; arguments++) {
		char *at = strstr(*arguments, "{run}");

		if (at != NULL && asprintf(arguments, "%.*s%s%s", (int)(at - *arguments),
					  *arguments, stage_word(stage), at + 5) < 0)
			err(2, NULL);
	}
}

static enum source_result
drain(struct stage *stage, FILE *out)
{
	struct source *source = stage_source(stage);
	enum source_result result;
	struct event event;

	while ((result = source->next(source, &event)) == SOURCE_EVENT)
		print(stage, out, &event);
	fflush(out);
	return result;
}

/* Sleeps until something happens or a look is due; false: nothing has happened for a while. */
static bool
rest(struct stage *stage)
{
	struct source *source = stage_source(stage);
	struct pollfd fds[8];
	int64_t due = stage_tick(stage);
	int n = source->poll_fds(source, fds, 8);
	int64_t limit = stepping && (due < 0 || due > 20000000) ? 20000000 : due;
	struct timespec pause = {.tv_sec = limit / 1000000000, .tv_nsec = limit % 1000000000};

	return ppoll(fds, (nfds_t)n, limit < 0 ? NULL : &pause, NULL) > 0 || limit == due;
}

int
main(int argc, char **argv)
{
	struct stage_options options = {.probe = getenv("IPCVIZ_TEST_PROBE")};
	struct stage_program program = {0};
	struct problem problem;
	const char *watch = NULL, *memory = NULL;
	struct stage *stage;
	FILE *out = stdout;
	char text[1024];
	int option, status;
	pid_t pid;

	while ((option = getopt(argc, argv, "+p:dgtsw:lm:n:")) != -1)
		switch (option) {
		case 'p':
			options.probe = optarg;
			break;
		case 'd':
			options.run_directory = true;
			break;
		case 's':
			stepping = true;
			/* FALLTHROUGH */
		case 'g':
			options.start_gated = true;
			break;
		case 't':
			program.passthrough = true;
			if ((out = fdopen(3, "w")) == NULL)
				out = stderr;
			break;
		case 'w':
			watch = optarg;
			break;
		case 'n':
			program.host = optarg;
			break;
		case 'm':
			memory = optarg;
			break;
		case 'l':
			places = true;
			break;
		default:
			return 2;
		}
	if (optind == argc || options.probe == NULL)
		errx(2, "usage: stagecat [-p PROBE] [-dgts] [-w VARIABLE] [-m OBJECT] [-l] PROGRAM [ARGUMENT "
			"...]");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, on_end);
	signal(SIGTERM, on_end);
	signal(SIGHUP, on_end);
	program.path = argv[optind];
	program.argv = argv + optind;
	if ((stage = stage_create(&options, &problem)) != NULL)
		fill_in(stage, argv + optind);
	if (stage != NULL && memory != NULL &&
		stage_watch_memory(stage, memory, true, &problem) != 0)
		errx(2, "%s", problem_text(&problem, text, sizeof text));
	if (stage == NULL || (pid = stage_start(stage, &program, &problem)) < 0) {
		fprintf(stderr, "stagecat: %s\n", problem_text(&problem, text, sizeof text));
		stage_free(stage);
		return 2;
	}
	if (watch != NULL)
		stage_watch(stage, pid, watch);
	while (ended == 0 && drain(stage, out) != SOURCE_END)
		if (!rest(stage) && stepping)
			stage_permit(stage, 0, 1);
	status = stage_wait_status(stage, pid);
	stage_free(stage);
	return status < 0 ? 1 : (status & 0x7f) != 0 ? 128 + (status & 0x7f) : status >> 8;
}
