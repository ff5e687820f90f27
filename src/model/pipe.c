/* SPDX-License-Identifier: MIT
 *
 * Calls on a pipe, and its life. What lies in it is in pipe_bytes.c, how calls that overlap are told apart in
 * pipe_account.c.
 */
#include "model/pipe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

bool
channel_is_pipe(const struct channel *channel)
{
	return channel->kind == CHANNEL_PIPE || channel->kind == CHANNEL_FIFO;
}

/* --- calls --- */

void
pipe_preview(struct channel *channel, const struct call *call, const struct event *event)
{
	char preview[PREVIEW_MAX + 1];
	int newest = channel->n_runs - 1;

	while (newest >= 0 && channel->runs[newest].write > call->write)
		newest--;
	if (newest < 0 || channel->runs[newest].write != call->write)
		return; /* all read already */
	size_t length = event_copy(event, FIELD_data, preview, sizeof preview);
	for (int i = newest; i >= 0 && channel->runs[i].write >= call->write; i--) {
		if (channel->runs[i].write != call->write)
			continue;
		channel->runs[i].n_preview = (uint8_t)length;
		memcpy(channel->runs[i].preview, preview, length);
	}
}

/* A write returned: what it moved beyond what was credited to it goes in; what was credited too
 * much comes out. */
static void
write_settle(struct model *model, struct channel *channel, int writer, struct call *call,
	int64_t moved, int64_t used)
{
	int64_t rest = moved - call->moved_early;
	const struct description *description =
		descriptor_description(model, &model->processes[writer], call->fd);
	bool packet = description != NULL && description->flags != -1 &&
		      (description->flags & O_DIRECT) != 0;

	if (rest < 0) {
		int64_t wrong = pipe_take_back(model, channel, call->write, -rest);
		/* these were read before, so they were others' bytes: of those that lie there, or
		 * that come yet */
		wrong = pipe_take(channel, wrong);
		int64_t unknown = pipe_credit(model, channel, wrong);
		pipe_take(channel, wrong - unknown);
		if (unknown > 0)
			pipe_contradicted(model, channel);
		rest = 0;
	}
	if (used >= 0)
		pipe_reconcile(model, channel, used - rest, call->begun);
	else if (moved > 0) /* a call that failed changed nothing */
		channel->used_inferred = true;
	if (call->write == 0 && moved > 0)
		call->write = ++channel->numbered;
	for (int i = channel->n_runs - 1; i >= 0 && call->moved_early > 0; i--)
		if (channel->runs[i].write == call->write)
			channel->runs[i].inferred = false;
	pipe_put(model, channel, writer, call, rest, false, packet);
	if (used >= 0 && used < rest) /* of its own bytes some are gone already */
		pipe_reconcile(model, channel, used, call->begun);
}

static void
read_settle(struct model *model, struct channel *channel, const struct call *call, int64_t moved,
	int64_t used)
{
	int64_t missing = pipe_take(channel, moved);

	if (missing > 0) {
		int64_t unseen = pipe_credit(model, channel, missing);
		pipe_take(channel, missing - unseen);
		if (unseen > 0 && channel->used != -1)
			pipe_contradicted(model, channel);
	}
	if (used >= 0)
		pipe_reconcile(model, channel, used, call->begun);
	else if (moved > 0) /* a call that failed changed nothing */
		channel->used_inferred = true;
}

int
pipe_moved(struct model *model, int id, int process, struct call *call, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	bool writes = (call_traits(call->id) & CALL_WRITES) != 0;
	int64_t moved = call->ret > 0 ? smaller(call->ret, PIPE_BYTES_MAX) : 0;
	int64_t used = smaller(number_of(event, FIELD_used, -1), PIPE_BYTES_MAX);
	int giver = NONE;

	channel->n_writes += writes && moved > 0;
	channel->n_reads += !writes && moved > 0;
	channel->total_in += writes ? (uint64_t)moved : 0;
	channel->total_out += writes ? 0 : (uint64_t)moved;
	channel->changed = model->events;
	model->touched_channel = id;
	if (writes && moved > 0)
		channel->last_writer = process;
	if (!writes && moved > 0)
		channel->last_reader = process;
	if (!channel_is_pipe(channel))
		return NONE;
	pipe_capacity(model, channel, number_of(event, FIELD_cap, -1));
	if (writes) {
		write_settle(model, channel, process, call, moved, used);
		if (moved > 0)
			pipe_preview(channel, call, event);
		channel->write_left = model->events;
	} else {
		if (channel->n_runs > 0 && moved > 0)
			giver = channel->runs[0].writer;
		else if (moved > 0)
			for (int i = channel->n_callers - 1; i >= 0; i--)
				if (channel->callers[i].writes)
					giver = channel->callers[i].process;
		if (used < 0 &&
			(strcmp(call->err, "EAGAIN") == 0 || (call->ret == 0 && call->n > 0)))
			used = 0; /* would block, or end of file: it is empty */
		read_settle(model, channel, call, moved, used);
		channel->read_left = model->events;
	}
	if (channel->capacity > 0 && channel->lies > channel->capacity &&
		!pipe_others_fly(channel, false))
		pipe_too_much(model, channel, channel->lies - channel->capacity);
	if (!channel->slots_known)
		slots_rebuild(model, channel);
	return giver;
}

/*
 * The kernel says that a write sleeps: so it has put in all that fits, and there is no room for the
 * rest. That is concluded only where no other call could have moved bytes meanwhile.
 */
void
pipe_fell_asleep(struct model *model, struct process *process, struct call *call)
{
	struct channel *channel = channel_at(model, call->channel);
	int id = process_id(model, process);

	if (channel == NULL || !channel_is_pipe(channel) || !channel->slots_known ||
		channel->used == -1 || !(call_traits(call->id) & CALL_WRITES) || call->n < 0)
		return;
	for (int i = 0; i < channel->n_callers; i++)
		if (channel->callers[i].process != id || channel->callers[i].tid != call->tid) {
			struct process *other = &model->processes[channel->callers[i].process];
			const struct call *newest = process_call(other);
			if (newest == NULL || !newest->asleep)
				return;
		}
	int64_t rest = call->n - call->moved_early;
	int64_t free_pages =
		(int64_t)(channel_slots(channel) - channel->n_slots) * channel->page_size;
	int64_t room =
		call->moved_early == 0 ? channel_room(channel, rest) : smaller(rest, free_pages);
	if (room >= rest)
		return; /* it would not sleep: something here was not seen */
	if (room > 0 && call->write == 0)
		call->write = ++channel->numbered;
	pipe_put(model, channel, id, call, room, true, false);
	call->moved_early += room;
	channel->used_inferred |= room > 0;
	channel->changed = model->events;
	model->touched_channel = call->channel;
}

void
pipe_caller_add(struct model *model, struct channel *channel, int process, int32_t tid, bool writes)
{
	if (!table_grow((void **)&channel->callers, &channel->room_callers, channel->n_callers,
		    MODEL_PROCESSES_MAX * PROCESS_CALLS_MAX, sizeof *channel->callers)) {
		model->lost++;
		return;
	}
	channel->callers[channel->n_callers++] =
		(struct caller){.process = process, .tid = tid, .writes = writes};
}

void
pipe_caller_remove(struct channel *channel, int process, int32_t tid, bool writes)
{
	for (int i = 0; i < channel->n_callers; i++) {
		const struct caller *caller = &channel->callers[i];
		if (caller->process != process || caller->tid != tid || caller->writes != writes)
			continue;
		channel->n_callers--;
		memmove(&channel->callers[i], &channel->callers[i + 1],
			(size_t)(channel->n_callers - i) * sizeof *caller);
		return;
	}
}

/* --- life --- */

void
pipe_capacity(struct model *model, struct channel *channel, int64_t capacity)
{
	if (capacity <= 0 || capacity == channel->capacity)
		return;
	channel->capacity = capacity;
	channel->changed = model->events;
	if (channel->n_slots > channel_slots(channel) || !slot_store_fits(model, channel))
		slots_unknown(channel);
	if (!channel->slots_known)
		slots_rebuild(model, channel);
}

static void
pipe_empty(struct channel *channel)
{
	channel->n_runs = 0;
	channel->lies = 0;
	if (channel->used != -1)
		channel->used = 0;
	channel->first_slot += (uint64_t)channel->n_slots;
	channel->n_slots = 0;
}

/* A pipe was made. Its capacity tells the machine's page size: a new pipe has 16 pages (pipe(7)),
 * unless its user has so many that new ones get less. */
void
pipe_made(struct model *model, int id, int64_t capacity)
{
	struct channel *channel = &model->channels[id];

	if (channel->n_open > 0) { /* the number is used again, so what was known by it is gone */
		model->strange++;
		channel->contradicted = true;
	} else {
		channel->contradicted = false;
	}
	channel->partial = channel->uncertain = channel->used_inferred = false;
	channel->total_in = channel->total_out = channel->n_writes = channel->n_reads = 0;
	channel->numbered = channel->write_left = channel->read_left = 0;
	channel->used = 0;
	channel->capacity = -1;
	pipe_empty(channel);
	slots_unknown(channel);
	if (capacity >= 16 * 4096 && (capacity & (capacity - 1)) == 0 && capacity <= 16 << 20)
		channel->page_size = (int)(capacity / 16);
	pipe_capacity(model, channel, capacity);
	channel->changed = model->events;
	model->touched_channel = id;
}

/* Nobody has it open any more: the kernel frees it, with all that lies in it. */
void
pipe_gone(struct model *model, struct channel *channel)
{
	pipe_empty(channel);
	pipe_release(model, channel);
}

void
pipe_release(struct model *model, struct channel *channel)
{
	model->n_runs -= channel->room_runs;
	model->n_slots -= channel->room_slots;
	free(channel->run_store);
	free(channel->slot_store);
	channel->run_store = channel->runs = NULL;
	channel->slot_store = channel->slots = NULL;
	channel->room_runs = channel->room_slots = channel->n_runs = channel->n_slots = 0;
	channel->slots_known = false;
}
