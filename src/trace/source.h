/* SPDX-License-Identifier: MIT
 *
 * Where events come from: one seam for a live stage, a recording and a test's string. The player pulls events one by
 * one, in the one order that counts.
 */
#ifndef IPCVIZ_TRACE_SOURCE_H
#define IPCVIZ_TRACE_SOURCE_H

#include <poll.h>

#include "event/event.h"
#include "event/problem.h"

enum source_result {
	SOURCE_EVENT, /* *event is the next one */
	SOURCE_DRY,   /* none now; more may come */
	SOURCE_END,   /* none will come */
	SOURCE_BROKEN /* none will come, and source->problem says why (what was read before stays good) */
};

struct source {
	enum source_result (*next)(struct source *source, struct event *event);
	/* Live sources: fills up to `room` pollfds to sleep on while dry and returns how many; 0: nothing to wait for. */
	int (*poll_fds)(struct source *source, struct pollfd *fds, int room);
	void (*free)(struct source *source);
	struct problem problem;
};

/* A recording. NULL with *problem when it cannot be opened or is none. A cut-off last line ends it as SOURCE_BROKEN, and
 * so do lines that were no events and were left out. One of a newer format is read as far as it is understood:
 * source->problem says so from the start. */
struct source *source_recording(const char *path, struct problem *problem);
/* Lines in memory (borrowed; must outlive the source), for tests. A line that is no event ends it as SOURCE_BROKEN. */
struct source *source_string(const char *lines);

#endif
