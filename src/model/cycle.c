/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom, and where that closes to a circle that nobody in it can leave.
 */
#include "model/fold.h"

int
model_waits(const struct model *model, struct wait_edge *edges, int room)
{
	(void)model;
	(void)edges;
	(void)room;
	return 0;
}

int
model_cycle(const struct model *model, int *processes, int room)
{
	(void)model;
	(void)processes;
	(void)room;
	return 0;
}

void
cycle_text(const struct model *model, char *buf, size_t size)
{
	(void)model;
	if (size > 0)
		buf[0] = '\0';
}
