/* SPDX-License-Identifier: MIT
 *
 * Memory that processes share: which part of which segment lies where in whose address space.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static void
mapping_count(struct model *model, int id, int by)
{
	struct channel *channel = channel_at(model, id);

	if (channel == NULL || channel->segment == NULL)
		return;
	channel->segment->n_mapped += by;
	channel->changed = model->events;
}

void
mappings_drop(struct model *model, struct process *process)
{
	for (int i = 0; i < process->n_mappings; i++)
		mapping_count(model, process->mappings[i].channel, -1);
	process->n_mappings = 0;
}

void
mappings_forget(struct process *process, const bool *gone)
{
	int kept = 0;

	for (int i = 0; i < process->n_mappings; i++)
		if (!gone[process->mappings[i].channel])
			process->mappings[kept++] = process->mappings[i];
	process->n_mappings = kept;
}
