/* SPDX-License-Identifier: MIT
 *
 * Why a process waits at a socket, and whose act let it go on.
 */
#include "model/endpoint.h"

#include <string.h>

/* Nothing can be read, and nobody has said that nothing will come. */
static bool
is_empty(const struct model *model, const struct channel *channel)
{
	const struct endpoint *endpoint = channel->endpoint;

	if (channel->queue != NULL && !endpoint_connects(endpoint))
		return channel->queue->count == 0 && !endpoint->shut_read;
	if (!endpoint->connected || endpoint->other == NONE || endpoint->shut_read ||
		endpoint->other_closed || endpoint->reset)
		return false;
	const struct endpoint *other = model->channels[endpoint->other].endpoint;
	return other != NULL && !other->shut_write &&
	       (channel->queue != NULL ? channel->queue->count == 0 : channel->used == 0);
}

bool
socket_waits(const struct model *model, const struct call *call, enum wait_cause *cause, enum end *end)
{
	const struct channel *channel = &model->channels[call->channel];
	const struct endpoint *endpoint = channel->endpoint;

	*end = END_READ;
	*cause = WAIT_EMPTY;
	if (call_traits(call->id) & CALL_READS)
		return call->asleep ||
		       (!call->nonblock && call->n != 0 && is_empty(model, channel));
	switch (call->id) {
	case CALL_accept:
	case CALL_accept4:
		*cause = WAIT_CONNECTION;
		return call->asleep || (!call->nonblock && endpoint->waiting == 0);
	case CALL_connect:
		*cause = WAIT_HANDSHAKE;
		return call->asleep;
	default:
		*end = END_WRITE;
		*cause = call_traits(call->id) & CALL_WRITES ? WAIT_FULL : WAIT_OTHER;
		return call->asleep;
	}
}

/* --- who woke whom --- */

/* A process with such a call in flight; NONE. */
static int
caller_of(const struct model *model, int id, enum call_id what, int self)
{
	const struct channel *channel = &model->channels[id];

	for (int i = 0; i < channel->n_users; i++) {
		const struct process *process = &model->processes[channel->users[i].process];
		for (int j = 0; channel->users[i].process != self && j < process->n_calls; j++)
			if (process->calls[j].channel == id && process->calls[j].begun != 0 &&
				process->calls[j].id == what)
				return channel->users[i].process;
	}
	return NONE;
}

/* Who has a connect to the listening socket in flight; the first one. */
static int
connects_now(const struct model *model, int listener)
{
	const struct endpoint *endpoint = model->channels[listener].endpoint;

	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *client = model->channels[i].endpoint;
		if (client == NULL || client->kind != endpoint->kind || client->listening ||
			endpoint_listening(model, client->kind, client->peer) != listener)
			continue;
		int found = caller_of(model, i, CALL_connect, NONE);
		if (found != NONE)
			return found;
	}
	return NONE;
}

/* Who sent what came to it: since the sleeper began, else whose send is in flight. */
static int
sender_to(const struct model *model, int id, const struct call *sleeper, int self)
{
	const struct channel *channel = &model->channels[id];

	if (channel->write_left > sleeper->begun)
		return channel->last_writer;
	for (int i = model->n_processes - 1; i >= 0; i--)
		for (int j = 0; i != self && j < model->processes[i].n_calls; j++) {
			const struct call *call = &model->processes[i].calls[j];
			if (call->other == id && call->begun != 0 &&
				call_traits(call->id) & CALL_WRITES)
				return i;
		}
	return NONE;
}

/* Who closed the other end, or its writing. */
static int
closer_of(const struct model *model, int other, int self)
{
	int found = other == NONE ? NONE : last_closer(model, other, END_WRITE);

	if (other == NONE || found != NONE)
		return found;
	if (model->channels[other].last_write_closer != NONE)
		return model->channels[other].last_write_closer;
	return caller_of(model, other, CALL_shutdown, self);
}

int
socket_mover(const struct model *model, int id, bool writable, const struct call *call, int self)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;
	int found;

	if (writable) { /* a datagram's room is made where it goes to */
		int other = endpoint->other != NONE ? endpoint->other : call->other;
		return other == NONE ? NONE : last_mover(model, other, false, call, self);
	}
	if (endpoint->listening)
		return connects_now(model, id);
	found = sender_to(model, id, call, self);
	return found != NONE ? found : closer_of(model, endpoint->other, self);
}

int
socket_waker(const struct model *model, int self, const struct call *call, int giver)
{
	const struct endpoint *endpoint = model->channels[call->channel].endpoint;
	int listener;

	switch (call->id) {
	case CALL_accept:
	case CALL_accept4:
		return call_failed(call) ? NONE
		       : giver != NONE	 ? giver
					 : connects_now(model, call->channel);
	case CALL_connect:
		listener = endpoint_listening(model, endpoint->kind, endpoint->peer);
		return listener != NONE && endpoint->kind != SOCKET_TCP &&
				       model->channels[listener].read_left > call->begun
			       ? model->channels[listener].last_reader
			       : NONE;
	default:
		break;
	}
	if (call_traits(call->id) & CALL_WRITES)
		return strcmp(call->err, "EPIPE") == 0 || strcmp(call->err, "ECONNRESET") == 0
			       ? closer_of(model, endpoint->other, self)
			       : socket_mover(model, call->channel, true, call, self);
	if (call->ret > 0 || (!call_failed(call) && giver != NONE))
		return giver != NONE ? giver : sender_to(model, call->channel, call, self);
	if (strcmp(call->err, "EAGAIN") == 0)
		return NONE; /* its time was up */
	return closer_of(model, endpoint->other, self);
}
