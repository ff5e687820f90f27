/* SPDX-License-Identifier: MIT
 *
 * Bytes between the two ends of a connection: what was sent through one lies in the other until it is read. For TCP part
 * of that may still be in the sender's buffer; both buffers are one way, and the kernel's figures tell them apart.
 *
 * As with pipes a read can return before the write that fed it: its bytes are credited to a write in flight.
 */
#include "model/endpoint.h"
#include "model/pipe.h"

#include <string.h>

/* sendmmsg and recvmmsg return how many messages it were, and tell the bytes beside that. */
static int64_t
bytes_moved(const struct call *call, const struct event *event)
{
	bool several = call->id == CALL_sendmmsg || call->id == CALL_recvmmsg;
	int64_t moved = several ? number_of(event, FIELD_n, 0) : call->ret;

	return call->ret <= 0 || moved <= 0 ? 0 : smaller(moved, PIPE_BYTES_MAX);
}

/* Bytes go to credit of the writes in flight to `id`, in the order of their enters; how many none of them explains. */
static int64_t
stream_credit(struct model *model, int id, int64_t bytes)
{
	struct channel *channel = &model->channels[id];
	const struct channel *from = channel_at(model, channel->endpoint->other);

	for (int i = 0; from != NULL && i < from->n_callers && bytes > 0; i++) {
		int writer = from->callers[i].process;
		struct process *process = &model->processes[writer];
		for (int j = 0; from->callers[i].writes && j < process->n_calls && bytes > 0; j++) {
			struct call *call = &process->calls[j];
			if (call->other != id || call->begun == 0 ||
				call->tid != from->callers[i].tid ||
				!(call_traits(call->id) & CALL_WRITES))
				continue;
			int64_t part =
				call->n < 0 ? bytes : smaller(bytes, call->n - call->moved_early);
			if (part <= 0)
				continue;
			if (call->write == 0)
				call->write = ++channel->numbered;
			pipe_put(model, channel, writer, call, part, true, false);
			call->moved_early += part;
			bytes -= part;
		}
	}
	return bytes;
}

static bool
reads_fly(const struct channel *channel)
{
	for (int i = 0; i < channel->n_callers; i++)
		if (!channel->callers[i].writes)
			return true;
	return false;
}

/* The kernel said, between `begun` and now, that so many bytes could be read. */
static void
stream_reconcile(struct model *model, int id, int64_t target, uint64_t begun)
{
	struct channel *channel = &model->channels[id];
	const struct endpoint *endpoint = channel->endpoint;

	if (channel->used == -1) {
		pipe_put(model, channel, NONE, NULL, target - channel->lies, true, false);
		channel->used = channel->lies;
		return;
	}
	channel->used_inferred = false;
	if (target > channel->lies) {
		if (begun == 0 || channel->read_left > begun)
			return;
		int64_t unseen = stream_credit(model, id, target - channel->lies);
		pipe_put(model, channel, NONE, NULL, unseen, true, false);
		model->channels[id].endpoint->sent_to += (uint64_t)unseen;
	} else if (target < channel->lies && endpoint->kind == SOCKET_TCP && endpoint->other != NONE) {
		channel->used_inferred = true; /* the rest may be in the sender's buffer still */
	} else if (target < channel->lies && begun != 0 && channel->write_left <= begun &&
		   !reads_fly(channel)) {
		pipe_take(channel, channel->lies - target);
	}
}

void
stream_looked(struct model *model, int id, int64_t used)
{
	stream_reconcile(model, id, smaller(used, PIPE_BYTES_MAX), model->events);
	model->channels[id].changed = model->events;
}

/* --- sent --- */

static void
unpaired_add(struct endpoint *endpoint, int writer, int64_t bytes, const struct event *event)
{
	char preview[PREVIEW_MAX + 1];

	if (endpoint->n_unpaired == UNPAIRED_MAX) {
		struct unpaired *last = &endpoint->unpaired[UNPAIRED_MAX - 1];
		last->bytes = smaller(last->bytes + bytes, PIPE_BYTES_MAX);
		return;
	}
	struct unpaired *unpaired = &endpoint->unpaired[endpoint->n_unpaired++];
	*unpaired = (struct unpaired){.writer = writer, .bytes = bytes};
	unpaired->n_preview = (uint8_t)event_copy(event, FIELD_data, preview, sizeof preview);
	memcpy(unpaired->preview, preview, unpaired->n_preview);
}

/* The write returned: what it moved beyond its credit goes in, what it was credited too much comes out. */
static void
sent_settle(struct model *model, int id, int writer, struct call *call, int64_t moved)
{
	struct channel *channel = &model->channels[id];
	int64_t rest = moved - call->moved_early;

	if (rest < 0)
		pipe_take(channel, pipe_take_back(model, channel, call->write, -rest));
	if (call->write == 0 && moved > 0)
		call->write = ++channel->numbered;
	for (int i = channel->n_runs - 1; i >= 0 && call->moved_early > 0; i--)
		if (channel->runs[i].write == call->write)
			channel->runs[i].inferred = false;
	pipe_put(model, channel, writer, call, rest, false, false);
}

void
stream_sent(struct model *model, int id, int process, struct call *call, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	struct channel *to = channel_at(model, call->other);
	int64_t moved = bytes_moved(call, event);

	model->channels[id].n_writes += moved > 0;
	endpoint->sent += (uint64_t)moved;
	endpoint->out_queue = number_of(event, FIELD_outq, endpoint->out_queue);
	model->channels[id].changed = model->events;
	if (to == NULL || to->endpoint == NULL) {
		if (moved > 0 && endpoint->connected)
			unpaired_add(endpoint, process, moved, event);
		return;
	}
	if (endpoint->other_closed && moved > 0) {
		endpoint->reset |= endpoint->kind == SOCKET_TCP; /* nobody is there to take it */
		return;
	}
	sent_settle(model, call->other, process, call, moved);
	to->changed = model->events;
	if (moved == 0)
		return;
	pipe_preview(to, call, event);
	to->endpoint->sent_to += (uint64_t)moved;
	to->total_in += (uint64_t)moved;
	to->last_writer = process;
	to->write_left = model->events;
}

void
stream_deliver(struct model *model, int id)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	int other = endpoint->other;

	for (int i = 0; i < endpoint->n_unpaired; i++) {
		struct channel *to = &model->channels[other];
		const struct unpaired *unpaired = &endpoint->unpaired[i];
		struct call call = {.n = unpaired->bytes};
		uint8_t length = unpaired->n_preview;
		to->endpoint->sent_to += to->queue == NULL ? (uint64_t)unpaired->bytes : 1;
		to->total_in += (uint64_t)unpaired->bytes;
		if (to->queue != NULL) {
			message_put(model, to, unpaired->writer, &call, false);
			if (to->queue->n_messages == 0)
				continue;
			struct message *newest = &to->queue->messages[to->queue->n_messages - 1];
			newest->n_preview = length;
			memcpy(newest->preview, unpaired->preview, length);
			continue;
		}
		call.write = ++to->numbered;
		pipe_put(model, to, unpaired->writer, &call, unpaired->bytes, false, false);
		if (to->n_runs == 0)
			continue;
		to->runs[to->n_runs - 1].n_preview = length;
		memcpy(to->runs[to->n_runs - 1].preview, unpaired->preview, length);
	}
	endpoint->n_unpaired = 0;
	wait_channel_changed(model, other);
}

/* --- received --- */

/* Nothing comes any more: what we thought lay there did not. */
static void
stream_ended(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];

	if (channel->endpoint->other == NONE)
		channel->endpoint->other_closed = true;
	pipe_take(channel, channel->lies);
	if (channel->used == -1)
		channel->used = 0;
}

static int
giver_of(const struct model *model, const struct channel *channel, const struct call *call)
{
	if (channel->n_runs > 0)
		return channel->runs[0].writer;
	return socket_mover(model, call->channel, false, call, NONE);
}

int
stream_received(struct model *model, int id, int process, struct call *call, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	int64_t moved = bytes_moved(call, event);
	int64_t used = smaller(number_of(event, FIELD_used, -1), PIPE_BYTES_MAX);
	int giver = moved > 0 ? giver_of(model, channel, call) : NONE;

	channel->changed = model->events;
	if (call->copies && moved > 0)
		return giver; /* MSG_PEEK: it stays */
	if (call->ret == 0 && call->n != 0 && !call_failed(call))
		stream_ended(model, id);
	int64_t missing = pipe_take(channel, moved);
	if (missing > 0) {
		int64_t unseen = stream_credit(model, id, missing);
		pipe_take(channel, missing - unseen);
		channel->endpoint->sent_to += (uint64_t)unseen;
	}
	channel->endpoint->received += (uint64_t)moved;
	channel->total_out += (uint64_t)moved;
	channel->n_reads += moved > 0;
	if (moved > 0)
		channel->last_reader = process;
	if (used >= 0) {
		channel->endpoint->in_queue = used;
		stream_reconcile(model, id, used, call->begun);
	}
	if (moved > 0)
		channel->read_left = model->events;
	return giver;
}
