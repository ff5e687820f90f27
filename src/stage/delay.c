/* SPDX-License-Identifier: MIT
 *
 * Calls that are to take longer: a delay stands on the board, the probe waits that long before it makes the call.
 */
#include <stdatomic.h>

#include "stage/act.h"
#include "words.h"

/* Enters it in a row of delays. False: there are too many of other calls. */
static bool
row_set(_Atomic uint64_t *row, enum call_id call, uint64_t ns)
{
	_Atomic uint64_t *place = NULL;

	for (int i = 0; i < BOARD_DELAYS; i++) {
		uint64_t delay = atomic_load(&row[i]);

		if (delay != 0 && DELAY_CALL(delay) == (uint64_t)call)
			place = &row[i];
		else if (delay == 0 && place == NULL)
			place = &row[i];
	}
	if (place == NULL)
		return ns == 0;
	atomic_store(place, ns != 0 ? DELAY_OF(call, ns) : 0);
	return true;
}

static bool
row_has_any(_Atomic uint64_t *row)
{
	for (int i = 0; i < BOARD_DELAYS; i++)
		if (atomic_load(&row[i]) != 0)
			return true;
	return false;
}

static void
gate_mark(_Atomic uint32_t *gate, bool delayed)
{
	if (delayed)
		atomic_fetch_or(gate, GATE_DELAY);
	else
		atomic_fetch_and(gate, ~(uint32_t)GATE_DELAY);
}

void
delay_reset(struct stage *stage, int slot)
{
	for (int i = 0; i < BOARD_DELAYS; i++)
		atomic_store(&stage->board->delays[slot][i], atomic_load(&stage->board->first_delays[i]));
}

int
stage_delay(struct stage *stage, pid_t pid, enum call_id call, int64_t ns, struct problem *problem)
{
	struct board *board = stage->board;
	bool done = true, any = false;
	struct note *note;

	if (pid != 0 && act_living(stage, pid, problem) == NULL)
		return -1;
	if (call == CALL_unknown || ns < 0 || ns > DELAY_MOST)
		return problem_set(problem, NULL, 0, _("a call can be delayed by at most an hour"));
	if ((note = note_make(stage, pid, 0, WHAT_act)) != NULL) {
		line_word(&note->line, FIELD_op, "delay");
		line_call(&note->line, call);
		line_number(&note->line, FIELD_value, ns);
		line_word(&note->line, FIELD_by, "stage");
		note_send(stage, note);
	}
	if (pid == 0) {
		done = row_set(board->first_delays, call, (uint64_t)ns);
		gate_mark(&board->first_gate, row_has_any(board->first_delays));
	}
	for (int i = 0; i < BOARD_SLOTS; i++) {
		if (pid != 0 && atomic_load(&board->slot[i].pid) != pid)
			continue;
		any = true;
		done = row_set(board->delays[i], call, (uint64_t)ns) && done;
		gate_mark(&board->slot[i].gate, row_has_any(board->delays[i]));
		board_wake(&board->slot[i]);
	}
	if (!any)
		return problem_set(problem, NULL, 0,
			_("process %d runs free of the control board and cannot be asked"), (int)pid);
	if (!done)
		return problem_set(problem, NULL, 0, _("more than %d calls of a process cannot be delayed"),
			BOARD_DELAYS);
	return 0;
}
