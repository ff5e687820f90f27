/* SPDX-License-Identifier: MIT
 *
 * Datagrams, and the messages of UNIX sockets: each whole, in the queue of the socket that it was addressed to. UDP may
 * drop them without a word to anybody; the kernel counts that, and from its count it is concluded which are gone: the
 * newest, for it drops what comes while the buffer is full (net/ipv4/udp.c).
 */
#include "model/endpoint.h"

#include <string.h>

/* --- sent --- */

static struct message *
message_numbered(struct queue *queue, uint64_t number)
{
	for (int i = queue->n_messages - 1; i >= 0; i--)
		if (queue->messages[i].number == number)
			return &queue->messages[i];
	return NULL;
}

/* Of several messages it is known how many went, and how long they are together. */
static void
several_sent(struct model *model, struct call *call, int process, const struct event *event)
{
	struct channel *to = &model->channels[call->other];
	int64_t bytes = number_of(event, FIELD_n, 0);
	int64_t several = call->ret > MESSAGES_MAX ? MESSAGES_MAX : call->ret;

	for (int64_t i = call->moved_early; i < several; i++) {
		call->n = bytes / call->ret;
		message_put(model, to, process, call, false);
		to->endpoint->sent_to++;
	}
	to->last_writer = process;
	to->write_left = model->events;
	to->changed = model->events;
}

void
datagram_sent(struct model *model, int id, int process, struct call *call, const struct event *event)
{
	struct channel *to = channel_at(model, call->other);
	struct message *message;

	model->channels[id].changed = model->events;
	model->channels[id].endpoint->out_queue =
		number_of(event, FIELD_outq, model->channels[id].endpoint->out_queue);
	if (call_failed(call))
		return;
	model->channels[id].n_writes++;
	model->channels[id].endpoint->sent += call->id == CALL_sendmmsg ? (uint64_t)call->ret : 1;
	model->channels[id].endpoint->target = call->other;
	if (to == NULL || to->queue == NULL || to->endpoint == NULL)
		return; /* to nobody, or to somebody who is not observed */
	if (call->id == CALL_sendmmsg) {
		several_sent(model, call, process, event);
		return;
	}
	if (call->n < 0)
		call->n = call->ret;
	if (call->moved_early == 0) {
		message_put(model, to, process, call, false);
		to->endpoint->sent_to++;
	}
	message = message_numbered(to->queue, call->write);
	if (message != NULL)
		message_preview(message, event);
	to->total_in += call->ret > 0 ? (uint64_t)call->ret : 0;
	to->last_writer = process;
	to->write_left = model->events;
	to->changed = model->events;
}

/* --- received --- */

static int
message_find(const struct queue *queue, const struct event *event, int64_t length)
{
	char data[PREVIEW_MAX + 1];
	size_t n = event_copy(event, FIELD_data, data, sizeof data);

	for (int i = 0; i < queue->n_messages; i++) {
		const struct message *message = &queue->messages[i];
		size_t common = n < message->n_preview ? n : message->n_preview;
		if (message->bytes == length && memcmp(message->preview, data, common) == 0)
			return i;
	}
	return NONE;
}

/* A send to it in flight, of which nothing was seen yet, the oldest; *sender gets its process. */
static struct call *
send_in_flight(struct model *model, int id, int *sender)
{
	struct call *found = NULL;

	for (int i = 0; i < model->n_processes; i++) {
		struct process *process = &model->processes[i];
		for (int j = 0; j < process->n_calls; j++) {
			struct call *call = &process->calls[j];
			if (call->other != id || call->begun == 0 || call->moved_early != 0 ||
				!(call_traits(call->id) & CALL_WRITES) ||
				(found != NULL && found->begun < call->begun))
				continue;
			found = call;
			*sender = i;
		}
	}
	return found;
}

/* Does a socket that is observed have this address? */
static bool
is_observed(const struct model *model, const struct event *event)
{
	char address[EVENT_LINE_MAX];

	if (event_copy(event, FIELD_peer, address, sizeof address) == 0)
		return true; /* not told: it may be */
	for (int i = 0; i < model->n_channels; i++)
		if (model->channels[i].endpoint != NULL &&
			address_is(model->channels[i].endpoint->local, address))
			return true;
	return false;
}

/* What one process sent through one socket comes in order, so what it sent before this one was dropped. */
static int
datagram_take(struct model *model, int id, int at)
{
	struct channel *channel = &model->channels[id];
	int sender = channel->queue->messages[at].sender;

	for (int i = at - 1; i >= 0 && channel->endpoint->kind == SOCKET_UDP; i--)
		if (channel->queue->messages[i].sender == sender) {
			message_drop(channel, i);
			channel->endpoint->dropped++;
			at--;
		}
	message_drop(channel, at);
	return sender;
}

/* None of those that we know of. */
static int
datagram_unknown(struct model *model, int id, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;
	int64_t counted = endpoint->drops < 0 ? 0 : endpoint->drops;
	int sender = NONE;
	struct call *call = send_in_flight(model, id, &sender);

	if (call != NULL) {
		call->moved_early = 1;
		call->write = ++channel->numbered;
		endpoint->sent_to++;
	} else if (endpoint->dropped > (uint64_t)counted) {
		endpoint->dropped--; /* it was not dropped, after all */
	} else if (channel->queue->n_messages > 0 && is_observed(model, event)) {
		sender = channel->queue->messages[0].sender;
		message_drop(channel, 0);
	} else {
		endpoint->sent_to++;
	}
	return sender;
}

/* The kernel says that nothing lies there: what we thought did was dropped. */
static void
datagram_none(struct model *model, int id, const struct call *call)
{
	struct channel *channel = &model->channels[id];
	int sender;

	if (channel->endpoint->kind != SOCKET_UDP || strcmp(call->err, "EAGAIN") != 0 ||
		channel->write_left > call->begun || send_in_flight(model, id, &sender) != NULL)
		return;
	channel->endpoint->dropped += (uint64_t)channel->queue->count;
	queue_clear(channel);
}

/* Of what was received nobody was seen to send some. */
static void
sum_close(const struct channel *channel)
{
	struct endpoint *endpoint = channel->endpoint;
	uint64_t sum = endpoint->received + endpoint->dropped + (uint64_t)channel->queue->count;

	if (endpoint->sent_to < sum)
		endpoint->sent_to = sum;
}

int
datagram_received(struct model *model, int id, int process, struct call *call, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;
	int64_t length = number_of(event, FIELD_whole, call->ret);
	int found, giver;

	channel->changed = model->events;
	if (call_failed(call)) {
		datagram_none(model, id, call);
		return NONE;
	}
	if (call->id == CALL_recvmmsg) {
		for (int64_t i = 0; i < call->ret && channel->queue->n_messages > 0; i++)
			message_drop(channel, 0);
		endpoint->received += (uint64_t)call->ret;
		endpoint->cut += event_has(event, FIELD_whole); /* the first; of the others it is not told */
		channel->read_left = model->events;
		channel->last_reader = process;
		sum_close(channel);
		return NONE;
	}
	found = message_find(channel->queue, event, length);
	if (call->copies) /* MSG_PEEK: it stays */
		return found == NONE ? NONE : channel->queue->messages[found].sender;
	if (found == NONE && length == 0 && endpoint_connects(endpoint)) {
		endpoint->other_closed |= endpoint->other == NONE; /* end of file */
		return NONE;
	}
	giver = found != NONE ? datagram_take(model, id, found) : datagram_unknown(model, id, event);
	endpoint->received++;
	endpoint->cut += event_has(event, FIELD_whole);
	channel->n_reads++;
	channel->total_out += call->ret > 0 ? (uint64_t)call->ret : 0;
	channel->last_reader = process;
	channel->read_left = model->events;
	return giver;
}

/* --- dropped --- */

/* Sends that have not returned may be what was dropped. */
static void
drops_credit(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;
	struct call *call;
	int sender;

	while (endpoint->dropped < (uint64_t)endpoint->drops &&
		(call = send_in_flight(model, id, &sender)) != NULL) {
		call->moved_early = 1;
		call->write = ++channel->numbered;
		endpoint->sent_to++;
		endpoint->dropped++;
	}
}

void
datagram_drops(struct model *model, int id, int64_t drops)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;

	endpoint->drops = drops;
	if (channel->queue == NULL)
		return;
	while (endpoint->dropped < (uint64_t)drops && channel->queue->n_messages > 0) {
		message_drop(channel, channel->queue->n_messages - 1);
		endpoint->dropped++;
	}
	drops_credit(model, id);
	if (endpoint->dropped < (uint64_t)drops) { /* nobody was seen to send these */
		endpoint->sent_to += (uint64_t)drops - endpoint->dropped;
		endpoint->dropped = (uint64_t)drops;
	}
}
