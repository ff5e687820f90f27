/* SPDX-License-Identifier: MIT
 *
 * A process's line in the timeline: marks in a ring, and how many of them are kept.
 */
#include "model/fold.h"

void
lane_mark(struct model *model, struct process *process, enum lane_kind kind, enum call_id call,
	int waker)
{
	struct lane_mark *mark = &process->lane[process->lane_next];

	*mark = (struct lane_mark){.event = model->events,
		.time = model->time,
		.kind = (uint8_t)kind,
		.call = (uint8_t)call,
		.waker = waker};
	process->lane_next = (process->lane_next + 1) % LANE_MAX;
	if (process->n_lane < LANE_MAX)
		process->n_lane++;
}
