/* SPDX-License-Identifier: MIT
 *
 * What an event means for the moves: which one it ends, and what of the step was seen with it.
 */
#include "lesson/conductor_own.h"

#include <string.h>

void
seen_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct step *step = step_of(conductor);

	for (unsigned i = 0; i < step->n_seen; i++) {
		if ((conductor->seen >> i & 1) != 0)
			continue;
		if (conductor_matches(conductor, &step->seen[i], model, event))
			conductor->seen |= UINT64_C(1) << i;
		else if (place_of(conductor) == NULL)
			look_again(conductor, &step->seen[i], model, event);
	}
	if (conductor->step + 1 == conductor->lesson->n_steps || event->what == WHAT_look)
		return;
	step++;
	for (unsigned i = 0; i < step->n_seen; i++)
		if (conductor_matches(conductor, &step->seen[i], model, event))
			conductor->seen_early |= UINT64_C(1) << i;
}

/* May `move`, a run, count what happened while `before`, another move, was being made? */
static bool
run_counts_early(const struct move *move, const struct move *before)
{
	return move->kind == MOVE_RUN && match_given(&move->until) && move->until.state == NULL &&
	       (before->kind == MOVE_RUN || before->kind == MOVE_ACT) &&
	       strcmp(move->who, before->who) != 0;
}

/* Consequences of the current move that later moves wait for. What a look says of a process may be over by then; of an
 * object the kernel's word comes once, when it is new. */
void
early_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct move *current = NULL;

	if (event->what == WHAT_look && event->pid != 0)
		return;
	if (place_of(conductor) != NULL)
		current = place_of(conductor)->move;
	for (unsigned i = conductor->at + (current != NULL); i < conductor->n_places; i++) {
		struct place *place = &conductor->places[i];

		if (place->move->kind == MOVE_ASK || place->move->kind == MOVE_TRY)
			continue;
		if (place->move->kind != MOVE_SEE &&
			(current == NULL || i != conductor->at + 1 ||
				!run_counts_early(place->move, current)))
			return;
		place->early |= conductor_matches(conductor, &place->move->until, model, event);
		if (place->move->kind != MOVE_SEE)
			return;
	}
}

static void
start_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	int32_t pid = pid_of(conductor, move->who);

	if (!conductor->began || pid == 0 || event->pid != pid || process == NULL)
		return;
	if (process->state == PROCESS_GATE || process->state == PROCESS_BLOCKED ||
		process->state == PROCESS_DEAD ||
		(event->what == WHAT_born && process->slot == NONE))
		move_done(conductor, model);
}

/* After a permit: the call is over, or cannot go on, and another may be permitted. */
static void
run_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	bool once = !match_given(&move->until);

	if (!once && !look_is_stale(event, conductor->since) &&
		conductor_matches(conductor, &move->until, model, event)) {
		move_done(conductor, model);
		return;
	}
	if (!conductor->began)
		return;
	if (!once)
		look_again(conductor, &move->until, model, event);
	if (event->pid != pid_of(conductor, move->who) || process == NULL)
		return;
	bool ended = process->state == PROCESS_DEAD;
	bool held = process->state == PROCESS_STOPPED ||
		    (process->state == PROCESS_BLOCKED && event->what == WHAT_look);
	if (once && !conductor->want_permit &&
		(event->what == WHAT_leave || event->what == WHAT_exec || held || ended))
		move_done(conductor, model);
	else if (ended && (once || match_is_hopeless(conductor, &move->until, model)))
		conductor_give_up(conductor);
	else if (!conductor->want_permit && (event->what == WHAT_reach || held))
		conductor->phase = PHASE_READY;
}

/* The learner's deed is recorded; one that the process itself must do, and can do now, is waited
 * for. */
static void
act_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	const char *op = strcmp(move->op, "block") == 0 ? "nonblock" : move->op;

	/* An object is nobody's. */
	if (!conductor->began ||
		event->pid != (move->on != NULL ? 0 : pid_of(conductor, move->who)))
		return;
	if (event->what == WHAT_died)
		move_done(conductor, model);
	if (event->what != WHAT_act || !event_is(event, FIELD_op, op))
		return;
	if (event_is(event, FIELD_by, "pending") && process != NULL &&
		process->state == PROCESS_GATE)
		return;
	move_done(conductor, model);
}

static void
until_apply(struct conductor *conductor, const struct move *move, const struct model *model,
	const struct event *event)
{
	if (move->kind == MOVE_FREE && (!conductor->began || !match_given(&move->until)))
		return;
	if (!look_is_stale(event, conductor->since) &&
		conductor_matches(conductor, &move->until, model, event)) {
		if (move->kind == MOVE_FREE) {
			conductor->want_shut = true;
			conductor->opened = false;
		}
		move_done(conductor, model);
		return;
	}
	if (event->what == WHAT_died && match_is_hopeless(conductor, &move->until, model))
		conductor_give_up(conductor);
	else
		look_again(conductor, &move->until, model, event);
}

void
move_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct place *place = place_of(conductor);
	const struct process *process = process_of(model, event->pid);
	const struct move *move;

	if (place == NULL) {
		if (conductor->phase == PHASE_WAITING)
			step_settle(conductor);
		return;
	}
	move = task_of(conductor);
	if (move != NULL && !look_is_stale(event, conductor->since) &&
		conductor_matches(conductor, &move->until, model, event)) {
		task_done(conductor, model);
		return;
	}
	move = place->move;
	if (process != NULL &&
		event->pid == pid_of(conductor, move->who != NULL ? move->who : move->until.who)) {
		const struct call *call = process_call(process);

		conductor->state = process->state;
		conductor->call = call != NULL ? call->id : CALL_unknown;
	}
	switch (move->kind) {
	case MOVE_START:
		start_apply(conductor, move, process, model, event);
		break;
	case MOVE_RUN:
		run_apply(conductor, move, process, model, event);
		break;
	case MOVE_ACT:
		act_apply(conductor, move, process, model, event);
		break;
	case MOVE_SEE:
	case MOVE_FREE:
		until_apply(conductor, move, model, event);
		break;
	default:
		break;
	}
}
