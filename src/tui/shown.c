/* SPDX-License-Identifier: MIT
 *
 * What is worth showing of a model that may hold a thousand processes.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/links.h"
#include "tui/sockets.h"

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

/* --- channels --- */

static bool
is_used(const struct model *model, const struct channel *channel)
{
	for (int i = 0; i < channel->n_users; i++)
		if (model->processes[channel->users[i].process].state != PROCESS_DEAD)
			return true;
	return false;
}

/* A semaphore or lock in memory that is no object of its own: with the last process it is gone. */
static bool
is_in_memory(const struct channel *channel)
{
	return strpbrk(channel->name, "@+") != NULL;
}

/* Still there, and somebody really used it. */
static bool
is_worth_a_card(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	switch (channel->kind) {
	case CHANNEL_PIPE:
		return channel->n_readers + channel->n_writers > 0;
	case CHANNEL_FIFO: /* also when somebody stands in its door */
		return channel->n_readers + channel->n_writers > 0 || channel->named ||
		       (is_used(model, channel) && !channel->removed);
	case CHANNEL_MSG: /* what was made stays when its makers are dead */
	case CHANNEL_MUTEX:
	case CHANNEL_COND:
	case CHANNEL_SEM:
		return channel->n_users > 0 && !channel->removed &&
		       (!is_in_memory(channel) || is_used(model, channel));
	case CHANNEL_MQ:
		return channel->n_readers + channel->n_writers > 0 ||
		       (channel->n_users > 0 && !channel->removed);
	case CHANNEL_SHM:
		return channel->segment->n_mapped > 0 ||
		       (channel->n_users > 0 && !channel->removed);
	case CHANNEL_FILE:
		return channel->segment->n_mapped > 0;
	case CHANNEL_SOCKET:
		return socket_is_there(model, id);
	default:
		return false;
	}
}

/* A lock is drawn in the card of the segment it lies in. */
static bool
is_within(const struct model *model, int id)
{
	int segment = model->channels[id].inside;
	return channel_shows(model, segment) && is_worth_a_card(model, segment);
}

int
shown_channels(const struct model *model, bool locks, int *ids, int room)
{
	int n = 0, last = NONE;
	for (int i = 0; i < model->n_channels && n < room; i++) {
		if (!channel_shows(model, i))
			continue;
		if (is_worth_a_card(model, i) && card_of(model, i) == i &&
			(locks || !is_within(model, i)))
			ids[n++] = i;
		if (last == NONE || model->channels[i].changed >= model->channels[last].changed)
			last = i;
	}
	/* what went away last stays to be looked at */
	if (n == 0 && last != NONE && room > 0)
		ids[n++] = card_of(model, last);
	return n;
}

/* --- what nobody uses any more --- */

/* Can it stay when nobody has it open, mapped or in mind? */
static bool
outlives(const struct channel *channel)
{
	return !channel->removed &&
	       (channel->kind == CHANNEL_FIFO || channel->kind == CHANNEL_MSG ||
		       channel->kind == CHANNEL_MQ || channel->kind == CHANNEL_SHM ||
		       channel->kind == CHANNEL_SEM);
}

static bool
is_tied(const struct model *model, int id)
{
	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		struct link links[LINKS_MAX];
		int n = process_links(model, i, links, LINKS_MAX);
		for (int fd = 0; fd < process->n_fds; fd++)
			if (channel_behind(model, &process->fds[fd]) == id)
				return true;
		for (int at = 0; at < n; at++)
			if (links[at].channel == id)
				return true;
	}
	return false;
}

bool
channel_is_left(const struct model *model, int id)
{
	return channel_shows(model, id) && outlives(&model->channels[id]) &&
	       is_worth_a_card(model, id) && !is_tied(model, id);
}

int
left_channels(const struct model *model, int *ids, int room)
{
	int n = 0;
	for (int i = 0; i < model->n_channels && n < room; i++)
		if (channel_is_left(model, i))
			ids[n++] = i;
	return n;
}
