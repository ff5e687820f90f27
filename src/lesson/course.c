/* SPDX-License-Identifier: MIT
 *
 * From move to move and from step to step: where the lesson stands.
 */
#include "lesson/conductor_own.h"

bool
verdict_waits(const struct conductor *conductor)
{
	const struct asking *asking = &conductor->asking;

	return asking->verdict.truth >= 0 && asking->verdict.answer >= 0 && !asking->shown;
}

static uint64_t
all_seen(const struct step *step)
{
	return step->n_seen == 64 ? ~UINT64_C(0) : (UINT64_C(1) << step->n_seen) - 1;
}

/* No move is left: what must be seen and the open question may still hold the step up. */
void
step_settle(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);

	if (conductor->hurries || (conductor->seen == all_seen(step) && !conductor->asking.open)) {
		conductor->phase = PHASE_STEP_END;
		return;
	}
	conductor->phase = PHASE_WAITING;
}

static void
step_finish(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);

	conductor->since = conductor->now;
	for (unsigned i = 0; i < step->n_seen; i++)
		if ((conductor->seen >> i & 1) == 0)
			want_look(conductor, &step->seen[i]);
	step_settle(conductor);
}

/* A new window begins: what happened before counts for nothing that comes now. */
static void
window_begin(struct conductor *conductor)
{
	for (unsigned i = conductor->at + 1; i < conductor->n_places; i++)
		conductor->places[i].early = false;
	conductor->seen_early = 0;
}

void
move_done(struct conductor *conductor, const struct model *model)
{
	conductor->want_permit = false;
	conductor->at++;
	move_enter(conductor, model);
}

/* The place of the task that is under way; -1: none. */
static int
task_place(const struct conductor *conductor)
{
	if (conductor->at >= conductor->first[conductor->step + 1])
		return -1;
	return conductor->places[conductor->at].move->n_own > 0
		       ? (int)conductor->at
		       : conductor->places[conductor->at].task;
}

const struct move *
task_of(const struct conductor *conductor)
{
	int task = task_place(conductor);

	return task < 0 ? NULL : conductor->places[task].move;
}

void
task_done(struct conductor *conductor, const struct model *model)
{
	unsigned task = (unsigned)task_place(conductor);

	conductor->done = conductor->places[task].move;
	conductor->by_hand = conductor->at == task;
	conductor->at = task + conductor->done->n_own;
	conductor->want_shut |= conductor->opened;
	conductor->opened = false;
	move_done(conductor, model);
}

static void
ask_enter(struct conductor *conductor, const struct move *move)
{
	if (conductor->asking.open || verdict_waits(conductor)) {
		conductor->phase = PHASE_WAITING; /* one question at a time */
		return;
	}
	conductor->asking = (struct asking){
		.verdict = {.ask = move, .answer = -1, .truth = -1}, .open = true, .early = -1};
	conductor->phase = PHASE_ASKING;
}

/* The current move's turn has come. */
void
move_enter(struct conductor *conductor, const struct model *model)
{
	struct place *place = place_of(conductor);

	conductor->began = false;
	conductor->since = conductor->now;
	if (place == NULL) {
		step_finish(conductor);
		return;
	}
	conductor->phase = PHASE_READY;
	if (place->early) {
		place->early = false;
		if (place->move->kind != MOVE_SEE)
			window_begin(conductor);
		move_done(conductor, model);
		return;
	}
	switch (place->move->kind) {
	case MOVE_ASK:
		if (conductor->hurries)
			move_done(conductor, model);
		else
			ask_enter(conductor, place->move);
		return;
	case MOVE_SEE:
		conductor->phase = PHASE_WAITING;
		if (match_holds(conductor, &place->move->until, model))
			move_done(conductor, model);
		else if (match_is_hopeless(conductor, &place->move->until, model))
			conductor_give_up(conductor);
		else
			want_look(conductor, &place->move->until);
		return;
	case MOVE_TRY:
		if (conductor->hurries)
			move_done(conductor, model);
		else
			conductor->phase = PHASE_TRYING;
		return;
	default:
		window_begin(conductor);
		return;
	}
}

void
step_enter(struct conductor *conductor, unsigned step, const struct model *model)
{
	conductor->step = step;
	conductor->at = conductor->first[step];
	conductor->done = NULL;
	conductor->seen = conductor->seen_early;
	conductor->seen_early = 0;
	if (step >= conductor->goal)
		conductor->hurries = false;
	if (!conductor->asking.open)
		conductor->asking =
			(struct asking){.verdict = {.answer = -1, .truth = -1}, .early = -1};
	conductor->want_shut = conductor->opened;
	conductor->opened = false;
	move_enter(conductor, model);
}
