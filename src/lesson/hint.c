/* SPDX-License-Identifier: MIT
 *
 * What the next key does, or what is waited for and what the learner can do about it.
 */
#include "lesson/conductor_own.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

/* --- what n does --- */

static const char *
act_words(const struct move *move)
{
	static const struct {
		const char *op, *words;
	} acts[] = {
		{"nonblock", N_("sets O_NONBLOCK for %s, from outside")},
		{"block", N_("clears O_NONBLOCK for %s, from outside")},
		{"stop", N_("stops %s with SIGSTOP")},
		{"cont", N_("lets %s continue with SIGCONT")},
		{"term", N_("sends SIGTERM to %s")},
		{"kill", N_("kills %s with SIGKILL")},
		{"close", N_("makes %s close its descriptor")},
		{"capacity", N_("changes the capacity of the pipe of %s")},
		{"rcvbuf", N_("changes the size of the receive buffer of a socket of %s")},
		{"sndbuf", N_("changes the size of the send buffer of a socket of %s")},
		{"shutdown", N_("shuts a socket of %s down, from outside")},
		{"delay", N_("lets some calls of %s wait before they are made")},
		{"watch", N_("makes each load and store in the segment of %s a step of its own")},
		{"unwatch", N_("lets loads and stores in the segment of %s pass unseen again")},
		{"remove", N_("removes the object that %s uses, or its name")},
	};

	if (strcmp(move->op, "close") == 0 && move->end != NULL)
		return move->end[0] == 'r' ? _("makes %s close its read end")
					   : _("makes %s close its write end");
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (strcmp(acts[i].op, move->op) == 0)
			return _(acts[i].words);
	return _("does something to %s");
}

/* The call that the next permit lets through, when its process stands before one. */
static void
hint_run(const struct conductor *conductor, const struct model *model, const struct move *move,
	char *buf, size_t size)
{
	const struct process *process = process_of(model, pid_of(conductor, move->who));
	const struct call *call =
		process != NULL && process->state == PROCESS_GATE ? process_call(process) : NULL;
	char cell[64];

	if (call != NULL && call->id >= CALL_load && call->id <= CALL_update && call->channel != NONE)
		/* TRANSLATORS: who; load, store or update; what */
		snprintf(buf, size, _("lets %s make its next access: \001%s %s\002"), move->who,
			call_name(call->id),
			cell_label(conductor, model, call->channel, call->offset, call->n, cell,
				sizeof cell));
	else if (call != NULL && call->text[0] != '\0')
		snprintf(buf, size, _("lets %s call \001%s\002"), move->who, call->text);
	else
		snprintf(buf, size, _("lets %s make its next call"), move->who);
}

static void
hint_move(const struct conductor *conductor, const struct model *model, const struct move *move,
	char *buf, size_t size)
{
	switch (move->kind) {
	case MOVE_START:
		snprintf(buf, size, _("starts the program of %s"), move->who);
		break;
	case MOVE_RUN:
		hint_run(conductor, model, move, buf, size);
		break;
	case MOVE_ACT:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* from the table above */
		snprintf(buf, size, act_words(move), move->who);
#pragma GCC diagnostic pop
		break;
	case MOVE_FREE:
		snprintf(buf, size, "%s", _("opens every gate: the processes run free"));
		break;
	case MOVE_SHUT:
		snprintf(buf, size, "%s",
			_("shuts every gate: each process stops before its next call"));
		break;
	case MOVE_RESTART:
		snprintf(buf, size, "%s", _("ends these processes and begins anew"));
		break;
	case MOVE_ASK:
	case MOVE_SEE:
	case MOVE_TRY:
	case MOVE_COUNT:
		snprintf(buf, size, "%s", _("goes on"));
	}
}

/* --- what is waited for --- */

/* The first thing of the step that must be seen and was not. */
static const struct match *
unseen(const struct conductor *conductor)
{
	const struct step *step = step_of(conductor);

	for (unsigned i = 0; i < step->n_seen; i++)
		if ((conductor->seen >> i & 1) == 0)
			return &step->seen[i];
	return NULL;
}

/* What is waited for, as a pattern; NULL: it is none. */
static const struct match *
wanted(const struct conductor *conductor)
{
	const struct move *move = conductor_move(conductor);

	if (move == NULL)
		return unseen(conductor);
	return match_given(&move->until) ? &move->until : NULL;
}

static void
wanted_words(const struct conductor *conductor, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);
	const struct match *match = wanted(conductor);
	char text[200];

	if (match != NULL)
		snprintf(buf, size, _("… waiting until %s"), match_words(match, text, sizeof text));
	else if (move == NULL || move->kind == MOVE_ASK)
		snprintf(buf, size, "%s", _("… waiting until events answer the question"));
	else if (move->kind == MOVE_RUN)
		snprintf(buf, size, _("… waiting until the call of %s is over"), move->who);
	else if (move->kind == MOVE_START)
		snprintf(buf, size, _("… waiting until %s stands at its gate"), move->who);
	else
		snprintf(buf, size, "%s", _("… waiting for what happens"));
}

/* What keeps that process from it, and which key helps. */
static void
remedy_words(const struct model *model, const char *who, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	char wakes[200];

	buf[0] = '\0';
	switch (process->state) {
	case PROCESS_GATE:
		snprintf(buf, size,
			_("%s stands at its gate: s lets it go on, when it is chosen with Tab."),
			who);
		break;
	case PROCESS_BLOCKED:
		process_wake_text(model, id, wakes, sizeof wakes);
		if (wakes[0] != '\0')
			snprintf(buf, size, _("%s sleeps; it %s."), who, wakes);
		break;
	case PROCESS_STOPPED:
		snprintf(buf, size,
			_("%s is stopped: z lets it continue, when it is chosen with Tab."), who);
		break;
	case PROCESS_DEAD:
		snprintf(buf, size, _("%s has ended."), who);
		break;
	case PROCESS_RUNNING:
	case PROCESS_CALL:
		break;
	}
}

static void
hint_waiting(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);
	const struct match *match = wanted(conductor);
	const char *who = match != NULL && match->who != NULL ? match->who
			  : move != NULL                      ? move->who
							      : NULL;
	int32_t pid = pid_of(conductor, who);
	int id = model != NULL && pid != 0 ? model_process(model, pid) : NONE;
	char waits[300], remedy[300] = "";

	wanted_words(conductor, waits, sizeof waits);
	if (id != NONE)
		remedy_words(model, who, id, remedy, sizeof remedy);
	snprintf(buf, size, _("%s. %s%sR begins this step anew."), waits, remedy,
		remedy[0] != '\0' ? " " : "");
}

/* --- both --- */

static bool
is_last_step(const struct conductor *conductor)
{
	return conductor->step + 1 == conductor->lesson->n_steps;
}

char *
conductor_hint(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const char *after =
		is_last_step(conductor) ? _("ends the lesson") : _("goes on to the next step");

	if (size > 0)
		buf[0] = '\0';
	switch (conductor_phase(conductor)) {
	case PHASE_READY:
	case PHASE_JUDGING:
		hint_move(conductor, model, conductor_move(conductor), buf, size);
		break;
	case PHASE_VERDICT:
		if (conductor->phase == PHASE_READY)
			hint_move(conductor, model, conductor_move(conductor), buf, size);
		else
			snprintf(buf, size, "%s",
				conductor->phase == PHASE_STEP_END ? after : _("goes on"));
		break;
	case PHASE_WAITING:
		hint_waiting(conductor, model, buf, size);
		break;
	case PHASE_TRYING:
		snprintf(buf, size, "%s",
			task_of(conductor) != NULL ? _("shows how, move by move")
						   : _("goes on when you have seen enough"));
		break;
	case PHASE_STEP_END:
		snprintf(buf, size, "%s", after);
		break;
	case PHASE_ASKING:
	case PHASE_DONE:
	case PHASE_FAILED:
		break;
	}
	return buf;
}
