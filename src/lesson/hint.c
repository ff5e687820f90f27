/* SPDX-License-Identifier: MIT
 *
 * What the next key does, or what is waited for, in a sentence.
 */
#include "lesson/conductor_own.h"

#include <stdio.h>

#include "words.h"

static void
hint_move(const struct conductor *conductor, const struct model *model, const struct move *move,
	char *buf, size_t size)
{
	const struct process *process = process_of(model, pid_of(conductor, move->who));
	const struct call *call = process != NULL ? process_call(process) : NULL;

	switch (move->kind) {
	case MOVE_START:
		snprintf(buf, size, _("start %s"), move->who);
		break;
	case MOVE_RUN:
		if (call != NULL && process->state == PROCESS_GATE)
			snprintf(buf, size, _("let %s make its next call: %s"), move->who,
				call->text);
		else
			snprintf(buf, size, _("let %s make its next call"), move->who);
		break;
	case MOVE_ACT:
		snprintf(buf, size, _("%s %s"), move->op, move->who);
		break;
	case MOVE_FREE:
		snprintf(buf, size, "%s", _("open every gate: all run free"));
		break;
	case MOVE_SHUT:
		snprintf(buf, size, "%s", _("shut every gate"));
		break;
	case MOVE_RESTART:
		snprintf(buf, size, "%s", _("begin anew with other processes"));
		break;
	default:
		break;
	}
}

static void
hint_waiting(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);
	const char *who = move == NULL ? NULL : move->who != NULL ? move->who : move->until.who;
	const struct process *process = process_of(model, pid_of(conductor, who));
	char state[64];

	if (who == NULL)
		return;
	if (process == NULL) {
		snprintf(buf, size, _("waiting for %s to be there"), who);
		return;
	}
	process_state_text(process, state, sizeof state);
	snprintf(buf, size, _("waiting for %s (%s)"), who, state);
}

char *
conductor_hint(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);

	if (size > 0)
		buf[0] = '\0';
	switch (conductor_phase(conductor)) {
	case PHASE_READY:
	case PHASE_JUDGING:
		hint_move(conductor, model, move, buf, size);
		break;
	case PHASE_VERDICT:
		if (conductor->phase == PHASE_READY)
			hint_move(conductor, model, move, buf, size);
		else
			snprintf(buf, size, "%s", _("go on"));
		break;
	case PHASE_WAITING:
		hint_waiting(conductor, model, buf, size);
		break;
	case PHASE_ASKING:
		snprintf(buf, size, _("predict: press 1 to %u"), move->n_choices);
		break;
	case PHASE_TRYING:
		snprintf(buf, size, "%s", _("go on when you have tried enough"));
		break;
	case PHASE_STEP_END:
		snprintf(buf, size, "%s",
			conductor->step + 1 < conductor->lesson->n_steps ? _("the next step")
									 : _("end the lesson"));
		break;
	case PHASE_DONE:
	case PHASE_FAILED:
		break;
	}
	return buf;
}
