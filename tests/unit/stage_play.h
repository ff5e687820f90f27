/* SPDX-License-Identifier: MIT
 *
 * Helpers of the stage's tests: real processes on a stage, and its events one after the other.
 */
#ifndef IPCVIZ_TESTS_STAGE_PLAY_H
#define IPCVIZ_TESTS_STAGE_PLAY_H

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stage/stage.h"

enum { PATIENCE = 30 }; /* s for what must happen */

static char probe[1024], child[1024], partner[1024];
static bool with_directory;
static struct stage *stage;
static struct problem problem;
static struct event event; /* the newest */
static char output[4096];  /* all that was printed */
static int n_born, n_died, n_entered;
static int ended; /* exit status of the newest process that exited */

/* --- steering --- */

static inline void
set_up(bool gated)
{
	const struct stage_options options = {.probe = probe,
		.partner = partner,
		.start_gated = gated,
		.run_directory = with_directory};

	output[0] = '\0';
	n_born = n_died = n_entered = ended = 0;
	stage = stage_create(&options, &problem);
	ck_assert_msg(stage != NULL, "%s", problem.what);
}

static inline pid_t
start(const char *first, const char *second)
{
	char *argv[] = {child, (char *)first, (char *)second, NULL};
	const struct stage_program program = {.path = child, .argv = argv};
	pid_t pid = stage_start(stage, &program, &problem);

	ck_assert_msg(pid > 0, "%s: %s", problem.file, problem.what);
	return pid;
}

static inline void
sleep_on_source(void)
{
	struct source *source = stage_source(stage);
	struct pollfd fds[4];
	int64_t due = stage_tick(stage);
	int n = source->poll_fds(source, fds, 4);
	struct timespec pause = {.tv_sec = PATIENCE};

	if (due >= 0)
		pause = (struct timespec){.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000};
	if (ppoll(fds, (nfds_t)n, &pause, NULL) == 0 && due < 0)
		ck_abort_msg("nothing happens any more");
}

/* The next event into `event`; false: it was the last. */
static inline bool
next(void)
{
	struct source *source = stage_source(stage);
	enum source_result result;
	char text[512];

	while ((result = source->next(source, &event)) == SOURCE_DRY)
		sleep_on_source();
	if (result != SOURCE_EVENT)
		return false;
	if (event.what == WHAT_out) {
		event_copy(&event, FIELD_text, text, sizeof text);
		strlcat(output, text, sizeof output);
	}
	n_born += event.what == WHAT_born;
	n_died += event.what == WHAT_died;
	n_entered += event.what == WHAT_enter;
	if (event.what == WHAT_died)
		ended = (int)event_number(&event, FIELD_status, ended);
	return true;
}

static inline void
finish(void)
{
	while (next())
		continue;
	ck_assert_int_eq(stage_living(stage), 0);
}

/* Goes on until an event of this kind comes; pid 0: of anybody; `key` NULL: any field. */
static inline void
until(enum event_what what, pid_t pid, enum event_field field, const char *value)
{
	time_t limit = time(NULL) + PATIENCE;

	while (next()) {
		if (event.what == what && (pid == 0 || event.pid == pid) &&
			(value == NULL || event_is(&event, field, value)))
			return;
		ck_assert_msg(time(NULL) < limit, "%s never comes",
			value != NULL ? value : "it");
	}
	ck_abort_msg("it ended before %s came", value != NULL ? value : "it");
}

static inline void
free_stage(void)
{
	stage_free(stage);
	stage = NULL;
}

/* Where the build is; the tests' programs lie below it. */
static inline void
find_programs(const char *child_program)
{
	const char *build = getenv("top_builddir");

	if (build == NULL)
		build = ".";
	snprintf(probe, sizeof probe, "%s/probe.so", build);
	snprintf(partner, sizeof partner, "%s/data/partner/partner", build);
	snprintf(child, sizeof child, "%s/%s", build, child_program);
}

#endif
