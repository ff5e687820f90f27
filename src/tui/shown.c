/* SPDX-License-Identifier: MIT
 *
 * What is worth showing of a model that may hold a thousand processes.
 */
#include <stdlib.h>

#include "tui/cards.h"

enum { FEW = 6 }; /* so many are shown to the end, dead or not */

static bool
is_shown(const struct model *model, int process)
{
	const struct process *it = &model->processes[process];
	return model->n_processes <= FEW || it->state != PROCESS_DEAD || !it->reaped;
}

/* The id of its parent among the observed; NONE: not observed. The newest earlier one, since pids
 * come around again. */
static int
parent_of(const struct model *model, int process)
{
	for (int i = process - 1; i >= 0; i--)
		if (model->processes[i].pid == model->processes[process].ppid)
			return i;
	return NONE;
}

int
process_depth(const struct model *model, int process)
{
	int depth = 0;
	for (int at = parent_of(model, process); at != NONE && depth < 16;
		at = parent_of(model, at))
		depth++;
	return depth;
}

/* Adds a process and its children, and theirs; the dead and reaped are left out, their children are
 * not. */
static int
add_tree(const struct model *model, const int *parents, int process, int *ids, int n, int room)
{
	if (is_shown(model, process) && n < room)
		ids[n++] = process;
	for (int i = process + 1; i < model->n_processes; i++)
		if (parents[i] == process)
			n = add_tree(model, parents, i, ids, n, room);
	return n;
}

static int
as_tree(const struct model *model, int *ids, int room)
{
	int *parents = calloc((size_t)model->n_processes + 1, sizeof *parents);
	int n = 0;
	if (!parents)
		return 0;
	for (int i = 0; i < model->n_processes; i++)
		parents[i] = parent_of(model, i);
	for (int i = 0; i < model->n_processes; i++)
		if (parents[i] == NONE)
			n = add_tree(model, parents, i, ids, n, room);
	free(parents);
	return n;
}

static int
in_order(const struct model *model, int *ids, int room)
{
	int n = 0;
	for (int i = 0; i < model->n_processes && n < room; i++)
		if (is_shown(model, i))
			ids[n++] = i;
	return n;
}

int
shown_processes(const struct model *model, bool tree, int *ids, int room)
{
	return tree ? as_tree(model, ids, room) : in_order(model, ids, room);
}

int
shown_channels(const struct model *model, int *ids, int room)
{
	int n = 0, last = NONE;
	for (int i = 0; i < model->n_channels && n < room; i++) {
		const struct channel *channel = &model->channels[i];
		if (channel->kind != CHANNEL_PIPE && channel->kind != CHANNEL_FIFO)
			continue;
		last = i;
		if (channel->n_readers + channel->n_writers > 0)
			ids[n++] = i;
	}
	/* the one that was closed last stays to be looked at */
	if (n == 0 && last != NONE && room > 0)
		ids[n++] = last;
	return n;
}
