/* SPDX-License-Identifier: MIT
 *
 * A socket's life as a channel: made, copied, closed, forgotten. What lies in it is in connection.c and datagram.c.
 */
#include "model/endpoint.h"

#include <stdlib.h>
#include <string.h>

/* --- made and gone --- */

static void
endpoint_init(struct endpoint *endpoint)
{
	*endpoint = (struct endpoint){.kind = SOCKET_OTHER,
		.other = NONE,
		.listener = NONE,
		.queued = NONE,
		.target = NONE,
		.backlog = -1,
		.waiting = -1,
		.out_queue = -1,
		.in_queue = -1,
		.receive_buffer = -1,
		.send_buffer = -1,
		.filled = -1,
		.receive_limit = -1,
		.send_limit = -1,
		.drops = -1};
}

struct endpoint *
endpoint_of(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];

	if (channel->endpoint != NULL || channel->kind != CHANNEL_SOCKET)
		return channel->endpoint;
	channel->endpoint = malloc(sizeof *channel->endpoint);
	if (channel->endpoint == NULL)
		model->lost++;
	else
		endpoint_init(channel->endpoint);
	return channel->endpoint;
}

static void
endpoint_detach(struct model *model, int id)
{
	for (int i = 0; i < model->n_channels; i++) {
		struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL)
			continue;
		if (endpoint->other == id)
			endpoint->other = NONE;
		if (endpoint->listener == id)
			endpoint->listener = NONE;
		if (endpoint->queued == id)
			endpoint->queued = NONE;
		if (endpoint->target == id)
			endpoint->target = NONE;
	}
}

static void
queue_release(struct model *model, struct channel *channel)
{
	if (channel->queue == NULL)
		return;
	model->n_messages -= channel->queue->room_messages;
	free(channel->queue->messages);
	free(channel->queue);
	channel->queue = NULL;
}

/* An inode's number is used again when its socket is gone. */
void
endpoint_made(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = endpoint_of(model, id);

	if (endpoint == NULL)
		return;
	passing_drop(model, endpoint);
	if (!channel->partial || endpoint->other != NONE)
		endpoint_detach(model, id);
	endpoint_init(endpoint);
	queue_release(model, channel);
	pipe_release(model, channel);
	channel->lies = channel->used = 0;
	channel->partial = channel->uncertain = channel->contradicted = false;
	channel->total_in = channel->total_out = channel->n_writes = channel->n_reads = 0;
	channel->numbered = channel->write_left = channel->read_left = 0;
	channel->last_write_closer = channel->last_read_closer = NONE;
	channel->changed = model->events;
}

void
endpoint_release(struct model *model, struct channel *channel)
{
	passing_drop(model, channel->endpoint);
	free(channel->endpoint);
	channel->endpoint = NULL;
}

bool
endpoint_clone(struct channel *channel)
{
	return table_copy((void **)&channel->endpoint, 1, sizeof *channel->endpoint);
}

static void
forget_id(int *reference, const bool *gone)
{
	if (*reference >= 0 && gone[*reference])
		*reference = NONE;
}

void
endpoint_forget_channels(struct channel *channel, const bool *gone)
{
	forget_id(&channel->endpoint->other, gone);
	forget_id(&channel->endpoint->listener, gone);
	forget_id(&channel->endpoint->queued, gone);
	forget_id(&channel->endpoint->target, gone);
}

void
endpoint_forget_processes(struct channel *channel, const bool *gone)
{
	struct endpoint *endpoint = channel->endpoint;

	for (int i = 0; i < endpoint->n_rungs; i++)
		forget_id(&endpoint->rungs[i].process, gone);
	for (int i = 0; i < endpoint->n_unpaired; i++)
		forget_id(&endpoint->unpaired[i].writer, gone);
}

/* The kernel breaks off whatever nobody had accepted there (net/ipv4/inet_connection_sock.c inet_csk_listen_stop). */
static void
backlog_closed(struct model *model, int listener)
{
	for (int i = 0; i < model->n_channels; i++) {
		struct channel *channel = &model->channels[i];
		struct endpoint *endpoint = channel->endpoint;
		if (endpoint == NULL || endpoint->queued != listener)
			continue;
		endpoint->queued = NONE;
		endpoint->other_closed = true;
		endpoint->reset |= endpoint->kind == SOCKET_TCP;
		endpoint_state_outdated(endpoint);
		channel->changed = model->events;
		wait_channel_changed(model, i);
	}
	model->channels[listener].endpoint->waiting = 0;
}

/*
 * TCP answers a close with unread bytes by a reset, and a UNIX socket's other end is told the same (tcp(7),
 * net/unix/af_unix.c unix_release_sock). What was sent from here stays readable.
 */
void
endpoint_closed(struct model *model, int id, int process)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;
	struct channel *other = channel_at(model, endpoint->other);

	if (other != NULL && other->endpoint != NULL) {
		other->endpoint->other_closed = true;
		endpoint_state_outdated(other->endpoint);
		other->endpoint->reset |= channel->lies > 0 && endpoint_streams(endpoint);
		other->changed = model->events;
	}
	endpoint_state_outdated(endpoint);
	if (endpoint->listening)
		backlog_closed(model, id);
	passing_drop(model, endpoint);
	if (channel->queue != NULL) {
		endpoint->sent_to -= endpoint->sent_to < (uint64_t)channel->queue->n_messages
					     ? endpoint->sent_to
					     : (uint64_t)channel->queue->n_messages;
		queue_clear(channel);
	}
	pipe_gone(model, channel);
	if (process != NONE)
		channel->last_write_closer = channel->last_read_closer = process;
	wait_channel_changed(model, endpoint->other);
}
