/* SPDX-License-Identifier: MIT
 *
 * Which process plays which member of the cast.
 */
#include "lesson/conductor_own.h"

#include <string.h>

int32_t
pid_of(const struct conductor *conductor, const char *who)
{
	int index = who != NULL ? lesson_cast(conductor->lesson, who) : -1;

	return index >= 0 ? conductor->cast.pid[index] : 0;
}

int
cast_by_pid(const struct conductor *conductor, int32_t pid)
{
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++)
		if (pid != 0 && conductor->cast.pid[i] == pid)
			return (int)i;
	return -1;
}

static void
member_appears(struct conductor *conductor, unsigned index, int32_t pid)
{
	conductor->cast.pid[index] = pid;
	conductor->children[index] = 0;
	conductor->newest_child[index] = 0;
	if (conductor->lesson->cast[index].watch != NULL)
		conductor->want_watch |= 1u << index;
	/* Its children of an earlier life are not its children. */
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++) {
		const struct cast *cast = &conductor->lesson->cast[i];

		if (cast->forked_by != NULL &&
			strcmp(cast->forked_by, conductor->lesson->cast[index].name) == 0)
			conductor->cast.pid[i] = 0;
	}
}

/*
 * A member has a child. Told by the child's `born` and by the parent's `leave`, whichever comes
 * first; a parent's second fork comes after the return of its first, so the order of first mention
 * is the order of birth.
 */
static void
child_appears(struct conductor *conductor, int parent, int32_t pid)
{
	const struct lesson *lesson = conductor->lesson;
	int nth;

	if (conductor->newest_child[parent] == pid)
		return;
	conductor->newest_child[parent] = pid;
	nth = ++conductor->children[parent];
	for (unsigned i = 0; i < lesson->n_cast; i++) {
		const struct cast *cast = &lesson->cast[i];

		if (cast->forked_by != NULL && cast->nth == nth &&
			strcmp(cast->forked_by, lesson->cast[parent].name) == 0)
			member_appears(conductor, i, pid);
	}
}

void
cast_apply(struct conductor *conductor, const struct event *event)
{
	int parent;
	int64_t child = 0;

	if (event->what == WHAT_born) {
		parent = cast_by_pid(conductor, (int32_t)event_number(event, FIELD_ppid, 0));
		child = event->pid;
	} else if (event->what == WHAT_leave) {
		parent = cast_by_pid(conductor, event->pid);
		child = event_number(event, FIELD_child, 0);
		if (child == 0 && (event->call == CALL_fork || event->call == CALL_vfork ||
					  event->call == CALL__Fork))
			child = event_number(event, FIELD_ret, 0);
	} else {
		return;
	}
	if (parent >= 0 && child > 0 && child <= INT32_MAX)
		child_appears(conductor, parent, (int32_t)child);
}

void
conductor_started(struct conductor *conductor, const struct cast *cast, int32_t pid)
{
	member_appears(conductor, (unsigned)(cast - conductor->lesson->cast), pid);
}

const struct cast_pids *
conductor_cast(const struct conductor *conductor)
{
	return &conductor->cast;
}

const char *
conductor_name(const struct conductor *conductor, int32_t pid)
{
	int index = cast_by_pid(conductor, pid);

	return index >= 0 ? conductor->lesson->cast[index].name : NULL;
}
