/* SPDX-License-Identifier: MIT
 *
 * What counts as evidence, and when a look at the kernel is wanted to get it. A look counts only if
 * it began after everything that was known when it was wanted: its time is later than that of any
 * event applied until then. When a call has returned, the kernel has already made runnable whom it
 * wakes (ttwu happens inside the call), so such a look finds a woken process no longer asleep in its
 * call.
 */
#include "lesson/conductor_own.h"

#include <string.h>

enum {
	LOOKS_MAX = 8, /* in a row at a process that runs, then the stage's own looks must do */
};

bool
match_given(const struct match *match)
{
	return match->line != 0;
}

/* Decided by looking at the process, not by what it sends. */
bool
match_needs_look(const struct match *match)
{
	return match_given(match) && ((match->state != NULL && match->what == NULL) ||
					     match->var != NULL || match->cycle != NULL);
}

bool
conductor_matches(const struct conductor *conductor, const struct match *match,
	const struct model *model, const struct event *event)
{
	return match_event(match, conductor->lesson, &conductor->cast, model, event);
}

/* NULL when it is unknown, or when there is no model at hand. */
const struct process *
process_of(const struct model *model, int32_t pid)
{
	int id = model != NULL && pid != 0 ? model_process(model, pid) : NONE;

	return id != NONE ? &model->processes[id] : NULL;
}

/* Whom a look is wanted at: the pattern's process, or everybody (a circle needs more than one). */
static uint32_t
look_mask(const struct conductor *conductor, const struct match *match)
{
	bool one = match->who != NULL && match->cycle == NULL;
	int index = one ? lesson_cast(conductor->lesson, match->who) : -1;

	return index >= 0 ? 1u << index : (1u << conductor->lesson->n_cast) - 1;
}

void
want_look(struct conductor *conductor, const struct match *match)
{
	if (!match_needs_look(match))
		return;
	conductor->want_look |= look_mask(conductor, match);
	conductor->looks_left = LOOKS_MAX;
}

/* A look found the process running within its call, which decides nothing: once more. */
void
look_again(struct conductor *conductor, const struct match *match, const struct model *model,
	const struct event *event)
{
	const struct process *process = process_of(model, event->pid);
	int index = cast_by_pid(conductor, event->pid);

	if (event->what != WHAT_look || !event_has(event, FIELD_state) ||
		!match_needs_look(match) || index < 0 ||
		(look_mask(conductor, match) >> index & 1) == 0 || process == NULL ||
		process->state != PROCESS_CALL || conductor->looks_left == 0)
		return;
	conductor->looks_left--;
	conductor->want_look |= 1u << index;
}

/* Of an object the kernel's word comes once, when it is new, and often began before the call that caused it was over. */
bool
look_is_stale(const struct event *event, uint64_t since)
{
	return event->what == WHAT_look && event->pid != 0 && event->time <= since;
}

/* States that the model knows for certain without a look. */
bool
match_holds(const struct conductor *conductor, const struct match *match, const struct model *model)
{
	const struct process *process = process_of(model, pid_of(conductor, match->who));

	if (process == NULL || match->state == NULL || match->what != NULL || match->call != NULL ||
		match->var != NULL)
		return false;
	return (strcmp(match->state, "gate") == 0 && process->state == PROCESS_GATE) ||
	       (strcmp(match->state, "dead") == 0 && process->state == PROCESS_DEAD);
}

/* Its process is dead, so it cannot match any more. (What a process printed may come after its
 * death.) */
bool
match_is_hopeless(
	const struct conductor *conductor, const struct match *match, const struct model *model)
{
	const struct process *process = process_of(model, pid_of(conductor, match->who));

	return process != NULL && process->state == PROCESS_DEAD &&
	       (match->what == NULL || strcmp(match->what, "out") != 0);
}
