/* SPDX-License-Identifier: MIT
 *
 * What ties a process to channels.
 */
#include "tui/links.h"

#include <string.h>

enum { PRIVATE_FEW = 2 };

/* A semaphore in memory that no other process has: sem_init's in a variable, most often a lock between threads. */
static bool
is_private(const struct channel *channel)
{
	return channel->kind == CHANNEL_SEM && channel->n_users > 0 &&
	       !channel->semaphores->shared && strchr(channel->name, '@') != NULL &&
	       strchr(channel->name, '+') == NULL;
}

/* Of one or two it is worth knowing that they are private. A language's runtime has them by the dozen, for its threads, and
 * they would stand before what joins processes: then only those where somebody waits. */
static bool
is_one_of_many(const struct model *model, int id)
{
	int owner = model->channels[id].users[0].process, n = 0;
	for (int i = 0; i < model->n_channels && n <= PRIVATE_FEW; i++)
		n += is_private(&model->channels[i]) &&
		     model->channels[i].users[0].process == owner;
	return n > PRIVATE_FEW && channel_waiters(model, id, NULL, 0) == 0;
}

bool
channel_shows(const struct model *model, int id)
{
	if (id < 0 || id >= model->n_channels)
		return false;
	const struct channel *channel = &model->channels[id];
	switch (channel->kind) {
	case CHANNEL_PIPE:
	case CHANNEL_FIFO:
		return true;
	case CHANNEL_FILE: /* only as memory */
	case CHANNEL_SHM:
		return channel->segment != NULL;
	case CHANNEL_MSG:
	case CHANNEL_MQ:
		return channel->queue != NULL;
	case CHANNEL_SEM:
		return channel->semaphores != NULL &&
		       !(is_private(channel) && is_one_of_many(model, id));
	case CHANNEL_MUTEX:
	case CHANNEL_COND:
		return channel->semaphores != NULL;
	case CHANNEL_SOCKET: /* of families that are known */
		return channel->endpoint != NULL && channel->endpoint->kind != SOCKET_OTHER;
	default:
		return false;
	}
}

static bool
has_link(const struct link *links, int n, int channel)
{
	for (int i = 0; i < n; i++)
		if (links[i].channel == channel)
			return true;
	return false;
}

static bool
has_descriptor(const struct model *model, const struct process *process, int channel)
{
	for (int i = 0; i < process->n_fds; i++) {
		int description = process->fds[i].description;
		if (description >= 0 && description < model->n_descriptions &&
			model->descriptions[description].channel == channel)
			return true;
	}
	return false;
}

/* Memory that is mapped twice is one thing to point at. */
static int
add_mappings(const struct model *model, const struct process *process, struct link *links, int room)
{
	int n = 0;
	for (int i = 0; i < process->n_mappings && n < room; i++) {
		const struct mapping *mapping = &process->mappings[i];
		if (!channel_shows(model, mapping->channel) || has_link(links, n, mapping->channel))
			continue;
		links[n++] = (struct link){
			.kind = LINK_MAPPING,
			.channel = mapping->channel,
			.fd = NONE,
			.end = mapping->writable ? END_BOTH : END_READ,
			.mapping = mapping,
		};
	}
	return n;
}

/* The segment that a lock is drawn in stands for it, if this process has that mapped. */
static int
place_of(const struct model *model, int channel, const struct link *links, int n)
{
	int segment = model->channels[channel].inside;
	return channel_shows(model, segment) && has_link(links, n, segment) ? segment : channel;
}

static bool
has_descriptors(enum channel_kind kind)
{
	return kind == CHANNEL_PIPE || kind == CHANNEL_FIFO || kind == CHANNEL_MQ ||
	       kind == CHANNEL_FILE || kind == CHANNEL_SHM || kind == CHANNEL_SOCKET;
}

static int
add_uses(const struct model *model, int process, struct link *links, int n, int room)
{
	const struct process *it = &model->processes[process];
	for (int i = 0; i < model->n_channels && n < room; i++) {
		const struct channel *channel = &model->channels[i];
		if (channel->n_users == 0 || has_descriptors(channel->kind) ||
			!channel_shows(model, i))
			continue;
		const struct user *user = channel_user(channel, process);
		if (!user || has_link(links, n, place_of(model, i, links, n)))
			continue;
		/* it waits for something to come out, unless it waits for room */
		bool waits = it->waits_for == i && it->cause != WAIT_NONE && it->cause != WAIT_ROOM;
		const struct call *call = process_call(it);
		unsigned traits = call && call->channel == i ? call_traits(call->id) : 0;
		int end = (user->reads || waits || traits & CALL_READS ? END_READ : 0) |
			  (user->writes || traits & CALL_WRITES ? END_WRITE : 0);
		links[n++] = (struct link){
			.kind = LINK_USE, .channel = i, .fd = NONE, .end = (enum end)end};
	}
	return n;
}

int
process_links(const struct model *model, int process, struct link *links, int room)
{
	const struct process *it = &model->processes[process];
	if (it->state == PROCESS_DEAD)
		return 0;
	int n = add_mappings(model, it, links, room);
	n = add_uses(model, process, links, n, room);
	if (it->cause == WAIT_PARTNER && n < room && channel_shows(model, it->waits_for) &&
		!has_descriptor(model, it, it->waits_for))
		links[n++] = (struct link){.kind = LINK_DOOR,
			.channel = it->waits_for,
			.fd = NONE,
			.end = it->waits_end};
	return n;
}
