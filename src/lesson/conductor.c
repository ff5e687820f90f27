/* SPDX-License-Identifier: MIT
 *
 * The conductor's life, and what others may know of it. The story stands in conductor_own.h.
 */
#include "lesson/conductor_own.h"

#include <stdlib.h>
#include <string.h>

const struct step *
step_of(const struct conductor *conductor)
{
	return &conductor->lesson->steps[conductor->step];
}

struct place *
place_of(struct conductor *conductor)
{
	bool within = conductor->at < conductor->first[conductor->step + 1];

	return within ? &conductor->places[conductor->at] : NULL;
}

void
conductor_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	if (event->time > conductor->now)
		conductor->now = event->time;
	conductor->event = model->events;
	cast_apply(conductor, event);
	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return;
	ask_apply(conductor, model, event);
	early_apply(conductor, model, event);
	seen_apply(conductor, model, event);
	move_apply(conductor, model, event);
}

/* Does the step begin with an empty stage? */
static bool
stands_alone(const struct step *step)
{
	return step->n_moves > 0 && step->moves[0].kind == MOVE_RESTART;
}

/* Everything anew, at the nearest step before `step` that stands alone. */
static void
begin_at(struct conductor *conductor, unsigned step)
{
	const struct lesson *lesson = conductor->lesson;
	unsigned from;

	if (step >= lesson->n_steps)
		step = lesson->n_steps - 1;
	from = step;
	while (from > 0 && !stands_alone(&lesson->steps[from]))
		from--;
	conductor->goal = step;
	conductor->hurries = from < step;
	conductor->opened = conductor->want_shut = conductor->want_permit = false;
	conductor->want_watch = conductor->want_look = 0;
	conductor->failure[0] = '\0';
	conductor->asking.open = false;
	memset(&conductor->cast, 0, sizeof conductor->cast);
	for (unsigned i = 0; i < conductor->n_places; i++)
		conductor->places[i].early = false;
	conductor->seen_early = 0;
	step_enter(conductor, from, NULL);
	if (stands_alone(&lesson->steps[from]))
		move_done(conductor, NULL); /* the stage is empty already */
}

struct conductor *
conductor_create(const struct lesson *lesson, unsigned first_step)
{
	struct conductor *conductor = calloc(1, sizeof *conductor);
	unsigned n = 0;

	if (conductor == NULL)
		return NULL;
	conductor->lesson = lesson;
	for (unsigned i = 0; i < lesson->n_steps; i++)
		conductor->n_places += lesson->steps[i].n_moves;
	conductor->places = calloc(conductor->n_places + 1, sizeof *conductor->places);
	conductor->first = calloc(lesson->n_steps + 1, sizeof *conductor->first);
	if (conductor->places == NULL || conductor->first == NULL) {
		conductor_free(conductor);
		return NULL;
	}
	for (unsigned i = 0; i < lesson->n_steps; i++) {
		conductor->first[i] = n;
		for (unsigned j = 0; j < lesson->steps[i].n_moves; j++)
			conductor->places[n++] = (struct place){
				.move = &lesson->steps[i].moves[j], .step = i, .task = -1};
	}
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 1; j <= conductor->places[i].move->n_own; j++)
			conductor->places[i + j].task = (int)i;
	conductor->first[lesson->n_steps] = n;
	begin_at(conductor, first_step);
	return conductor;
}

void
conductor_free(struct conductor *conductor)
{
	if (conductor == NULL)
		return;
	free(conductor->places);
	free(conductor->first);
	free(conductor);
}

void
conductor_restart(struct conductor *conductor, unsigned step)
{
	begin_at(conductor, step);
}

enum phase
conductor_phase(const struct conductor *conductor)
{
	const struct asking *asking = &conductor->asking;

	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return conductor->phase;
	if (verdict_waits(conductor))
		return PHASE_VERDICT;
	if (conductor->phase == PHASE_READY && asking->open && asking->verdict.answer >= 0)
		return PHASE_JUDGING;
	return conductor->phase;
}

bool
conductor_hurries(const struct conductor *conductor)
{
	return conductor->hurries;
}

unsigned
conductor_step(const struct conductor *conductor)
{
	return conductor->step;
}

const struct lesson *
conductor_lesson(const struct conductor *conductor)
{
	return conductor->lesson;
}

const struct move *
conductor_move(const struct conductor *conductor)
{
	bool within = conductor->at < conductor->first[conductor->step + 1];

	return within ? conductor->places[conductor->at].move : NULL;
}

const struct move *
conductor_done(const struct conductor *conductor, bool *by_hand)
{
	*by_hand = conductor->by_hand;
	return conductor->done;
}

uint64_t
conductor_seen(const struct conductor *conductor)
{
	return conductor->seen;
}
