/* SPDX-License-Identifier: MIT
 *
 * What the files that match patterns share.
 */
#ifndef IPCVIZ_LESSON_MATCH_OWN_H
#define IPCVIZ_LESSON_MATCH_OWN_H

#include "lesson/lesson.h"

/* What a pattern is compared with: the event, and the process and the call that it is about. */
struct scene {
	const struct model *model;
	const struct event *event;
	const struct process *process; /* NULL: unknown */
	const struct call *call;       /* in flight or reached, else the last one; NULL: none */
};

bool match_number(const struct wanted *wanted, const struct event *event, enum event_field field);
bool match_glob(const char *pattern, const struct event *event, enum event_field field);
/* An argument of the event or, for a look that names no call, of the call that the process is in. */
bool match_argument(const struct wanted *wanted, const struct scene *scene, enum event_field field,
	int64_t of_call);

/* match_kind.c: what only some kinds of objects have */
bool match_object(const struct match *match, const struct scene *scene);
bool match_message(const struct match *match, const struct scene *scene);
bool match_semaphore(const struct match *match, const struct scene *scene);
bool match_segment(const struct match *match, const struct event *event);
bool match_access(const struct match *match, const struct scene *scene);

/* match_socket.c: what only sockets have */
bool match_socket(const struct match *match, const struct event *event);

#endif
