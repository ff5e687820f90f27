/* SPDX-License-Identifier: MIT
 *
 * Following a lesson: the conductor's orders are carried out, its words told in the plain story, and under --auto it is
 * moved on without a learner.
 */
#include "follow.h"

#include <string.h>

#include "deeds.h"

/* ns without any event after which a lesson that plays by itself gives up what it waits for */
static const uint64_t PATIENCE = 10000000000u;

void
follow_orders(struct player *player)
{
	struct order order;

	if (player->conductor == NULL)
		return;
	while ((order = conductor_pending(player->conductor, player->model)).kind != ORDER_NONE)
		deed_order(player, &order);
}

void
follow_finished(struct player *player, unsigned step)
{
	const struct lesson *lesson = conductor_lesson(player->conductor);
	bool done = conductor_phase(player->conductor) == PHASE_DONE;
	unsigned right, asked;

	conductor_score(player->conductor, &right, &asked);
	progress_set(player->progress, lesson->name, lesson->steps[step].name, done, right, asked);
}

/* The plain story of the lesson's own words. */
static void
tell_lesson(struct player *player)
{
	struct told *told = &player->told;
	enum phase phase = conductor_phase(player->conductor);
	const struct lesson *lesson = conductor_lesson(player->conductor);
	struct verdict verdict = conductor_verdict(player->conductor);
	const struct move *move = conductor_move(player->conductor), *done;
	bool by_hand;
	int step = (int)conductor_step(player->conductor);

	if (told->step != step && phase != PHASE_DONE) {
		*told = (struct told){.step = step};
		plain_step(player->plain, lesson, (unsigned)step);
	}
	if (phase == PHASE_ASKING && told->asked != move) {
		told->asked = move;
		plain_question(player->plain, move);
	}
	if (verdict.ask != NULL && verdict.truth != -1 && told->judged != verdict.ask) {
		told->judged = verdict.ask;
		plain_verdict(player->plain, &verdict);
	}
	if (phase == PHASE_TRYING && told->tried != move && move != NULL &&
		move->question != NULL) {
		told->tried = move;
		plain_say(player->plain, move->question);
	}
	done = conductor_done(player->conductor, &by_hand);
	if (done != NULL && told->done != done) {
		told->done = done;
		plain_task_done(player->plain, done, by_hand);
	}
	if ((phase == PHASE_DONE || phase == PHASE_FAILED) && !told->end) {
		told->end = true;
		plain_end(player->plain, player->conductor);
	}
}

/*
 * A forked process has its parent's program name; the lesson knows it as the reader. The name goes into the trace, so
 * that every view has it, and a recording too.
 */
void
follow_cast(struct player *player)
{
	if (player->conductor == NULL || player->stage == NULL)
		return;
	const struct lesson *lesson = conductor_lesson(player->conductor);
	const struct cast_pids *cast = conductor_cast(player->conductor);

	for (unsigned i = 0; i < lesson->n_cast; i++) {
		int id = model_process(player->model, cast->pid[i]);

		if (cast->pid[i] == player->named.pid[i] || cast->pid[i] == 0 || id == NONE ||
			!player->model->processes[id].announced)
			continue; /* its own `born` comes first: it brings the program's name */
		player->named.pid[i] = cast->pid[i];
		if (strcmp(player->model->processes[id].name, lesson->cast[i].name) != 0)
			stage_note(player->stage, cast->pid[i], "name", 0, lesson->cast[i].name);
	}
}

/* What the conductor stands at, to see whether a `go` moved anything. */
struct standing {
	enum phase phase;
	unsigned step;
	const struct move *move;
};

static struct standing
standing(const struct conductor *conductor)
{
	return (struct standing){
		conductor_phase(conductor), conductor_step(conductor), conductor_move(conductor)};
}

static bool
same_standing(struct standing a, struct standing b)
{
	return a.phase == b.phase && a.step == b.step && a.move == b.move;
}

/* Goes on without the learner, as --auto asks; true when something was done. */
static bool
go_by_itself(struct player *player)
{
	struct standing before = standing(player->conductor);

	switch (before.phase) {
	case PHASE_DONE:
	case PHASE_FAILED:
		player->leave = player->tui == NULL;
		return false;
	case PHASE_ASKING:
		deed_command(player, &(struct command){.id = COMMAND_ANSWER});
		return true;
	case PHASE_WAITING:
		break;
	case PHASE_JUDGING:
	case PHASE_READY:
	case PHASE_VERDICT:
	case PHASE_TRYING:
	case PHASE_STEP_END:
		deed_go(player);
		if (!same_standing(before, standing(player->conductor)))
			return true;
	}
	if (player_now() - player->newest > PATIENCE)
		conductor_give_up(player->conductor);
	return false;
}

/* Plays earlier steps on the way to the wanted one. */
static bool
hurry(struct player *player)
{
	struct standing before = standing(player->conductor);

	if (before.phase != PHASE_READY && before.phase != PHASE_STEP_END)
		return false;
	deed_go(player);
	return !same_standing(before, standing(player->conductor));
}

/* True when something was done that may have consequences at once. */
bool
follow_lesson(struct player *player)
{
	bool went = false;

	if (player->conductor == NULL)
		return false;
	follow_orders(player);
	if (conductor_hurries(player->conductor))
		return hurry(player);
	if (player->plain != NULL)
		tell_lesson(player);
	enum phase phase = conductor_phase(player->conductor);
	if (phase == PHASE_STEP_END || phase == PHASE_DONE)
		follow_finished(player, conductor_step(player->conductor));
	if (player->options->by_itself || player->input_over)
		went = go_by_itself(player);
	if (went && player->plain != NULL)
		tell_lesson(player);
	return went;
}
