/* SPDX-License-Identifier: MIT
 *
 * A ring of the newest events. An event is copied up to its line's end, which is a fraction of its
 * size.
 */
#include "model/log.h"

#include <stdlib.h>
#include <string.h>

struct log {
	uint64_t first, last; /* sequence numbers; 0: empty */
	struct event *events; /* LOG_LINES of them; number n lies at n % LOG_LINES */
};

struct log *
log_create(void)
{
	struct log *log = calloc(1, sizeof *log);

	if (log == NULL)
		return NULL;
	log->events = calloc(LOG_LINES, sizeof *log->events);
	if (log->events == NULL) {
		free(log);
		return NULL;
	}
	return log;
}

void
log_free(struct log *log)
{
	if (log == NULL)
		return;
	free(log->events);
	free(log);
}

/* Sequence numbers go up by one. After a gap, or a step back, the log begins anew. */
void
log_add(struct log *log, const struct event *event, uint64_t sequence)
{
	if (log->last == 0 || sequence != log->last + 1)
		log->first = sequence;
	log->last = sequence;
	if (log->last - log->first >= LOG_LINES)
		log->first = log->last - LOG_LINES + 1;
	memcpy(&log->events[sequence % LOG_LINES], event,
		offsetof(struct event, line) + event->length + 1);
}

uint64_t
log_first(const struct log *log)
{
	return log->first;
}

uint64_t
log_last(const struct log *log)
{
	return log->last;
}

const struct event *
log_get(const struct log *log, uint64_t sequence)
{
	if (log->last == 0 || sequence < log->first || sequence > log->last)
		return NULL;
	return &log->events[sequence % LOG_LINES];
}
