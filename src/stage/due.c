/* SPDX-License-Identifier: MIT
 *
 * When to look at a process. The first look comes a few milliseconds after a call was entered and
 * not left, so that `blocked` shows at once; later ones ever more seldom, and no process is looked at
 * more than ten times a second in the long run.
 */
#include <string.h>

#include "stage/inside.h"

enum {
	SECOND_LOOK = 100, /* ms after the first; then twice as long each time */
	SELDOM = 1000,     /* ms, the longest pause */
	LOOK_PRICE = 100,  /* ms: ten looks a second … */
	LOOK_CREDIT = 400, /* … of which five may come at once */
	SILENT = 1000,     /* ms after which it is asked whether it can still be watched */
	SILENT_MAX = 10000,
};

bool
actor_busy(const struct actor *actor)
{
	return actor->tid != 0 && (actor->depth > 0 || actor->gate);
}

static bool
is_access(const struct event *event)
{
	return event->call == CALL_load || event->call == CALL_store || event->call == CALL_update;
}

/* An access of watched memory that runs free has no enter. */
static bool
is_alone(const struct actor *actor, const struct event *event)
{
	return is_access(event) && !actor->accesses;
}

/* A line of the process passes: who may be asleep from now on? */
void
look_glance(struct stage *stage, struct process *process, const struct event *event)
{
	struct actor *actor;

	(void)stage;
	process->lines++;
	process->spoken = (int64_t)event->time;
	process->spoke = true;
	process->dark = false;
	if (event->what == WHAT_born || event->what == WHAT_exec) {
		memset(process->actor, 0, sizeof process->actor);
		return;
	}
	actor = process_actor(
		process, event->tid, event->what == WHAT_enter || event->what == WHAT_reach);
	if (actor == NULL)
		return;
	actor->lines++;
	if (event->what == WHAT_enter)
		actor->depth++;
	else if (event->what == WHAT_leave && actor->depth > 0 && !is_alone(actor, event))
		actor->depth--;
	else if (event->what != WHAT_reach && event->what != WHAT_leave)
		return;
	actor->gate = event->what == WHAT_reach;
	actor->accesses = event->what == WHAT_enter && is_access(event);
	actor->seen[0] = '\0';
	actor->due = actor_busy(actor) ? (int64_t)event->time + LOOK_FIRST * MS : INT64_MAX;
	actor->pause = SECOND_LOOK * MS;
}

/* May the process be looked at now? If not, when. */
static bool
look_pay(struct process *process, int64_t now, int64_t *when)
{
	if (process->budget > now + LOOK_CREDIT * MS) {
		*when = process->budget - LOOK_CREDIT * MS;
		return false;
	}
	process->budget = (process->budget > now ? process->budget : now) + LOOK_PRICE * MS;
	return true;
}

static void
actor_look(struct stage *stage, struct process *process, struct actor *actor, int64_t now)
{
	if (control_crowded(stage)) {
		/* It may sleep because the control pipe is full: that would show us to the learner.
		 */
		actor->due = now + 10 * MS;
		return;
	}
	if (!look_pay(process, now, &actor->due))
		return;
	look_state(stage, process, actor, false);
	look_descriptors(stage, process, -1, false);
	look_variable(stage, process, false);
	actor->due = now + actor->pause;
	actor->pause = actor->pause * 2 < SELDOM * MS ? actor->pause * 2 : SELDOM * MS;
}

/* When it will have been silent for long enough to be asked; INT64_MAX: it is known why it is
 * silent. */
static int64_t
dark_due(const struct process *process, int64_t now)
{
	int64_t since = process->checked > process->spoken ? process->checked : process->spoken;
	int64_t pause = now - process->spoken;

	if (process->dark)
		return INT64_MAX;
	for (int i = 0; i < ACTORS_MAX; i++)
		if (process->actor[i].tid != 0 && process->actor[i].gate)
			return INT64_MAX;
	if (pause < SILENT * MS)
		pause = SILENT * MS;
	return since + (pause < SILENT_MAX * MS ? pause : SILENT_MAX * MS);
}

/* Does all looks that are due and answers when the next one is; INT64_MAX: none. */
static int64_t
process_tick(struct stage *stage, struct process *process, int64_t now)
{
	int64_t next = INT64_MAX, dark = dark_due(process, now);

	if (process->pidfd < 0) {
		death_ask(stage, process);
		next = now + SECOND_LOOK * MS;
	}
	if (process->ended)
		return INT64_MAX;
	if (process->once <= now) {
		process->once = INT64_MAX;
		look_process(stage, process, true);
	}
	for (int i = 0; i < ACTORS_MAX; i++) {
		struct actor *actor = &process->actor[i];

		if (!actor_busy(actor))
			continue;
		if (actor->due <= now)
			actor_look(stage, process, actor, now);
		next = actor->due < next ? actor->due : next;
	}
	if (dark <= now) {
		process->checked = now;
		dark_check(stage, process);
		dark = dark_due(process, now);
	}
	next = dark < next ? dark : next;
	return process->once < next ? process->once : next;
}

int64_t
look_tick(struct stage *stage, int64_t now)
{
	struct process *process, *following;
	int64_t next = INT64_MAX;

	for (process = process_first(stage); process != NULL; process = following) {
		int64_t due;

		following = process_next(process);
		if (process->ended)
			continue;
		due = process_tick(stage, process, now);
		next = due < next ? due : next;
	}
	return next;
}
