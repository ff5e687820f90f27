/* SPDX-License-Identifier: MIT
 *
 * What lies in a pipe: runs of bytes by the write they came from, in page slots by the kernel's
 * rule.
 *
 * The rule (fs/pipe.c, pipe_write and pipe_read): a pipe is a ring of page slots. A write first
 * looks at its odd tail, n modulo the page size: when that fits whole behind the bytes of the
 * newest slot it is put there; all else takes fresh slots, a page each, until none is free. A slot
 * is free again only when its last byte was read. Hence a pipe with 100 bytes read off a full page
 * still has no room. With O_DIRECT nothing is appended, and a read that takes less than a slot
 * throws the rest of it away (pipe(7)).
 *
 * Calls overlap: the order of leaves need not be the order in which bytes moved, and an occupancy
 * that a process asked for may be old when its line arrives. What is certain: an `enter` comes
 * before everything that the call did. So
 *  - bytes that were read, or reported, before the leave of their write are credited to a write in
 * flight (`inferred`), and that write's leave settles the account;
 *  - a reported occupancy is believed when no other call can explain the difference, and then bytes
 * that nobody was seen to write or to read are put in or taken out; else the sum of what returned
 * counts, which is exact.
 */
#include "model/fold.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

bool
channel_is_pipe(const struct channel *channel)
{
	return channel->kind == CHANNEL_PIPE || channel->kind == CHANNEL_FIFO;
}

/* More than any pipe holds, little enough to be added up: what a damaged trace claims beyond it is
 * cut. */
static const int64_t bytes_max = (int64_t)1 << 40;

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- runs --- */

/* Two runs become one; of two writes nobody's remains. */
static void
run_join_oldest(struct model *model, struct channel *channel)
{
	struct run *into = &channel->runs[1], *from = &channel->runs[0];

	if (into->writer != from->writer)
		into->writer = NONE;
	into->bytes += from->bytes;
	into->first = 0;
	into->write = 0;
	into->slot = from->slot;
	into->inferred |= from->inferred;
	into->n_preview = 0;
	channel->runs++;
	channel->n_runs--;
	model->lost++;
}

static void
run_store_to_front(struct channel *channel)
{
	memmove(channel->run_store, channel->runs, (size_t)channel->n_runs * sizeof(struct run));
	channel->runs = channel->run_store;
}

static bool
run_store_grow(struct model *model, struct channel *channel)
{
	int room = channel->room_runs == 0 ? 8 : channel->room_runs * 2;
	ptrdiff_t first = channel->runs - channel->run_store;

	if (room > 2 * RUNS_MAX || (room > 8 && model->n_runs + room / 2 > MODEL_RUNS_MAX))
		return false;
	struct run *store = realloc(channel->run_store, (size_t)room * sizeof *store);
	if (store == NULL)
		return false;
	model->n_runs += room - channel->room_runs;
	channel->run_store = store;
	channel->room_runs = room;
	channel->runs = store + (channel->n_runs == 0 ? 0 : first);
	return true;
}

/* A new newest run, or NULL: no memory at all. */
static struct run *
run_push(struct model *model, struct channel *channel)
{
	if (channel->n_runs == RUNS_MAX)
		run_join_oldest(model, channel);
	ptrdiff_t first = channel->n_runs == 0 ? 0 : channel->runs - channel->run_store;
	if (channel->n_runs == 0)
		channel->runs = channel->run_store;
	if (first + channel->n_runs == channel->room_runs) {
		if (first > channel->n_runs || !run_store_grow(model, channel)) {
			if (channel->n_runs == 0 && channel->room_runs == 0)
				return NULL;
			if (channel->runs == channel->run_store)
				run_join_oldest(model, channel);
			run_store_to_front(channel);
		}
	}
	return &channel->runs[channel->n_runs++];
}

static void
runs_drop(struct channel *channel, int64_t bytes)
{
	while (bytes > 0 && channel->n_runs > 0) {
		struct run *run = &channel->runs[0];
		int64_t taken = smaller(bytes, run->bytes);
		run->bytes -= taken;
		run->first += taken;
		bytes -= taken;
		if (run->bytes == 0) {
			channel->runs++;
			channel->n_runs--;
		}
	}
}

/* --- slots --- */

int
channel_slots(const struct channel *channel)
{
	if (channel->capacity <= 0)
		return -1;
	int64_t slots = channel->capacity / channel->page_size;
	return slots < 1 ? 1 : slots > INT32_MAX ? INT32_MAX : (int)slots;
}

static void
slots_unknown(struct channel *channel)
{
	channel->first_slot += (uint64_t)channel->n_slots;
	channel->n_slots = 0;
	channel->slots_known = false;
}

/* Room for twice the slots, so that the ring moves to the front of its store only now and then. */
static bool
slot_store_fits(struct model *model, struct channel *channel)
{
	int slots = channel_slots(channel);

	if (slots == -1 || slots > SLOTS_MAX)
		return false;
	if (channel->room_slots >= 2 * slots)
		return true;
	if (model->n_slots + 2 * slots - channel->room_slots > MODEL_SLOTS_MAX)
		return false;
	ptrdiff_t first = channel->n_slots == 0 ? 0 : channel->slots - channel->slot_store;
	struct page_slot *store = realloc(channel->slot_store, (size_t)(2 * slots) * sizeof *store);
	if (store == NULL)
		return false;
	memset(store + channel->room_slots, 0,
		(size_t)(2 * slots - channel->room_slots) * sizeof *store);
	model->n_slots += 2 * slots - channel->room_slots;
	channel->slot_store = store;
	channel->slots = store + first;
	channel->room_slots = 2 * slots;
	return true;
}

static void
slot_push(struct channel *channel, int start, int end, bool packet)
{
	if (channel->n_slots == 0)
		channel->slots = channel->slot_store;
	if (channel->slots + channel->n_slots == channel->slot_store + channel->room_slots) {
		memmove(channel->slot_store, channel->slots,
			(size_t)channel->n_slots * sizeof *channel->slots);
		channel->slots = channel->slot_store;
	}
	channel->slots[channel->n_slots++] =
		(struct page_slot){.start = start, .end = end, .packet = packet};
}

static void
slot_pop(struct channel *channel)
{
	channel->slots++;
	channel->n_slots--;
	channel->first_slot++;
}

/* Does the odd tail of a write of n go behind the newest slot's bytes? How many bytes that is. */
static int64_t
slot_appends(const struct channel *channel, int64_t n)
{
	if (channel->n_slots == 0)
		return 0;
	const struct page_slot *newest = &channel->slots[channel->n_slots - 1];
	int64_t tail = n % channel->page_size;
	return !newest->packet && newest->end + tail <= channel->page_size ? tail : 0;
}

/* The next `bytes` of a write of n, of which `before` were put in already. */
static void
slots_put(struct channel *channel, int64_t n, int64_t before, int64_t bytes, bool packet)
{
	int page = channel->page_size;

	if (!channel->slots_known)
		return;
	if (before == 0) {
		int64_t tail = smaller(bytes, slot_appends(channel, n < bytes ? bytes : n));
		if (tail > 0)
			channel->slots[channel->n_slots - 1].end += (int)tail;
		bytes -= tail;
	}
	int start = n <= page && before + bytes <= page ? (int)before : 0;
	while (bytes > 0 && channel->n_slots < channel_slots(channel)) {
		int part = (int)smaller(bytes, page - start);
		slot_push(channel, start, start + part, packet);
		bytes -= part;
		start = 0;
	}
	if (bytes > 0)
		slots_unknown(
			channel); /* more than fits: a read that made room has not returned yet */
}

/* Slots for what is known to lie there, packed, when what was known of them got lost. */
static void
slots_rebuild(struct model *model, struct channel *channel)
{
	slots_unknown(channel);
	if (!slot_store_fits(model, channel) ||
		channel->lies > (int64_t)channel_slots(channel) * channel->page_size)
		return;
	channel->slots_known = true;
	for (int i = 0; i < channel->n_runs; i++) {
		struct run *run = &channel->runs[i];
		int64_t n = run->bytes;
		run->slot = channel->first_slot + (uint64_t)channel->n_slots;
		if (channel->n_slots > 0) { /* fill the newest */
			struct page_slot *newest = &channel->slots[channel->n_slots - 1];
			int64_t part = smaller(n, channel->page_size - newest->end);
			newest->end += (int)part;
			run->slot -= part > 0;
			n -= part;
		}
		for (; n > 0; n -= smaller(n, channel->page_size))
			slot_push(channel, 0, (int)smaller(n, channel->page_size), false);
	}
}

int64_t
channel_room(const struct channel *channel, int64_t n)
{
	int slots = channel_slots(channel);

	if (!channel_is_pipe(channel) || slots == -1 || channel->used == -1)
		return -1;
	if (!channel->slots_known) {
		int64_t left = channel->capacity - channel->used;
		return left < 0 ? 0 : n < 0 ? left : smaller(n, left);
	}
	int64_t pages = (int64_t)(slots - channel->n_slots) * channel->page_size;
	if (n < 0)
		return pages;
	int64_t tail = slot_appends(channel, n);
	return tail + smaller(n - tail, pages);
}

/* --- putting in and taking out --- */

static void
lies_add(struct channel *channel, int64_t bytes)
{
	channel->lies += bytes;
	if (channel->used != -1)
		channel->used = channel->lies;
}

/* Bytes go in behind all others. `write` 0 and `writer` NONE: nobody was seen to write them. */
void
pipe_put(struct model *model, struct channel *channel, int writer, const struct call *call,
	int64_t bytes, bool inferred, bool packet)
{
	uint64_t write = call == NULL ? 0 : call->write;
	int64_t before = call == NULL ? 0 : call->moved_early;
	struct run *newest = channel->n_runs > 0 ? &channel->runs[channel->n_runs - 1] : NULL;

	bytes = smaller(bytes, bytes_max - channel->lies);
	if (bytes <= 0)
		return;
	if (newest == NULL || newest->write != write || newest->writer != writer ||
		newest->inferred != inferred) {
		newest = run_push(model, channel);
		if (newest == NULL) {
			model->lost++;
			return;
		}
		newest->writer = writer;
		newest->write = write;
		newest->bytes = 0;
		newest->first = before;
		newest->inferred = inferred;
		newest->n_preview = 0;
		uint64_t next = channel->first_slot + (uint64_t)channel->n_slots;
		bool appends = before == 0 && channel->slots_known &&
			       slot_appends(channel, call == NULL ? bytes : call->n) > 0;
		newest->slot = next - appends;
	}
	newest->bytes += bytes;
	slots_put(channel, call == NULL ? bytes : call->n, before, bytes, packet);
	lies_add(channel, bytes);
}

/* Takes bytes out, oldest first; returns how many were missing. */
int64_t
pipe_take(struct channel *channel, int64_t bytes)
{
	while (bytes > 0 && channel->lies > 0) {
		int64_t taken = smaller(bytes, channel->lies), gone = taken;
		if (channel->slots_known && channel->n_slots > 0) {
			struct page_slot *oldest = &channel->slots[0];
			int64_t length = oldest->end - oldest->start;
			taken = smaller(taken, length);
			gone = oldest->packet ? length : taken;
			oldest->start += (int)gone;
			if (oldest->start == oldest->end)
				slot_pop(channel);
		}
		runs_drop(channel, gone);
		lies_add(channel, -gone);
		bytes -= taken;
	}
	return bytes;
}

/* Takes back what was wrongly credited to a write, newest bytes first; returns how many had been
 * read already. */
int64_t
pipe_take_back(struct model *model, struct channel *channel, uint64_t write, int64_t bytes)
{
	bool any = false;

	for (int i = channel->n_runs - 1; i >= 0 && bytes > 0; i--) {
		struct run *run = &channel->runs[i];
		if (run->write != write || !run->inferred)
			continue;
		int64_t part = smaller(bytes, run->bytes);
		run->bytes -= part;
		bytes -= part;
		lies_add(channel, -part);
		any = true;
		if (run->bytes == 0) {
			channel->n_runs--;
			memmove(run, run + 1, (size_t)(channel->n_runs - i) * sizeof *run);
		}
	}
	if (any && channel_is_pipe(channel))
		slots_rebuild(model, channel);
	return bytes;
}

/* --- what cannot be explained --- */

static bool
held_in_the_dark(const struct model *model, int channel)
{
	for (int i = 0; i < model->n_processes; i++)
		if (model->processes[i].dark &&
			process_holds(model, &model->processes[i], channel, END_BOTH) > 0)
			return true;
	return false;
}

static void
pipe_contradicted(struct model *model, struct channel *channel)
{
	channel->used_inferred = true;
	if (channel->uncertain) {
		channel->uncertain = false; /* a call that ended untold explains it, once */
		return;
	}
	if (channel->partial || held_in_the_dark(model, (int)(channel - model->channels)))
		return; /* others may well have written or read */
	channel->contradicted = true;
	model->strange++;
}

/* Bytes that nobody was seen to write. They lay there before anything else when the pipe's past is
 * unknown. */
static void
pipe_put_unseen(struct model *model, struct channel *channel, int64_t bytes, bool oldest)
{
	if (bytes <= 0)
		return;
	pipe_put(model, channel, NONE, NULL, bytes, true, false);
	if (oldest && channel->n_runs > 1) {
		struct run run = channel->runs[channel->n_runs - 1];
		memmove(&channel->runs[1], &channel->runs[0],
			(size_t)(channel->n_runs - 1) * sizeof run);
		channel->runs[0] = run;
		slots_rebuild(model, channel);
	}
}

/* Credits up to `bytes` to writes in flight, in the order of their enters; returns how many none of
 * them can explain. */
static int64_t
pipe_credit(struct model *model, struct channel *channel, int64_t bytes)
{
	for (int i = 0; i < channel->n_callers && bytes > 0; i++) {
		if (!channel->callers[i].writes)
			continue;
		int writer = channel->callers[i].process;
		struct process *process = &model->processes[writer];
		for (int j = 0; j < process->n_calls && bytes > 0; j++) {
			struct call *call = &process->calls[j];
			if (call->tid != channel->callers[i].tid || call->begun == 0 ||
				!(call_traits(call->id) & CALL_WRITES) ||
				channel != channel_at(model, call->channel))
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

/*
 * There are `bytes` less than we think. Credits given to the wrong write in flight explain it: the
 * right one has settled since. What was credited and read already is then taken from the bytes that
 * lie there. The rest nobody was seen to read.
 */
static void
pipe_too_much(struct model *model, struct channel *channel, int64_t bytes)
{
	for (int i = channel->n_callers - 1; i >= 0 && bytes > 0; i--) {
		struct process *process = &model->processes[channel->callers[i].process];
		for (int j = 0; channel->callers[i].writes && j < process->n_calls; j++) {
			struct call *call = &process->calls[j];
			int64_t part = smaller(bytes, call->moved_early);
			if (part <= 0 || channel != channel_at(model, call->channel))
				continue;
			call->moved_early -= part;
			bytes -= part;
			pipe_take(channel, pipe_take_back(model, channel, call->write, part));
		}
	}
	if (bytes <= 0)
		return;
	pipe_take(channel, bytes);
	pipe_contradicted(model, channel);
}

/* --- reports --- */

static bool
others_fly(const struct channel *channel, bool writes)
{
	for (int i = 0; i < channel->n_callers; i++)
		if (channel->callers[i].writes == writes)
			return true;
	return false;
}

/*
 * The kernel said, between `begun` and now, that `target` bytes lay there. Others' leaves since
 * then make the figure old; others' calls in flight make ours old.
 */
static void
pipe_reconcile(struct model *model, struct channel *channel, int64_t target, uint64_t begun)
{
	if (target < 0)
		target = 0;
	if (channel->used == -1) { /* the first time that we hear */
		pipe_put_unseen(model, channel, target - channel->lies, true);
		pipe_take(channel, channel->lies - target);
		channel->used = channel->lies;
		return;
	}
	channel->used_inferred = false;
	if (target > channel->lies) {
		if (begun == 0 || channel->read_left > begun) {
			channel->used_inferred = true;
			return;
		}
		int64_t unseen = pipe_credit(model, channel, target - channel->lies);
		if (unseen > 0) {
			pipe_put_unseen(model, channel, unseen, false);
			pipe_contradicted(model, channel);
		}
	} else if (target < channel->lies) {
		if (begun == 0 || channel->write_left > begun || others_fly(channel, false)) {
			channel->used_inferred = true;
			return;
		}
		pipe_too_much(model, channel, channel->lies - target);
	} else if (begun != 0 && channel->n_callers == 0) {
		channel->uncertain = false;
	}
}

void
pipe_looked(struct model *model, int id, int64_t used)
{
	struct channel *channel = &model->channels[id];

	if (used < 0 || !channel_is_pipe(channel))
		return;
	if (channel->n_callers == 0)
		pipe_reconcile(model, channel, smaller(used, bytes_max), model->events);
	else if (used == channel->used)
		channel->used_inferred = false;
	channel->changed = model->events;
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
	int64_t moved = call->ret > 0 ? smaller(call->ret, bytes_max) : 0;
	int64_t used = smaller(number_of(event, FIELD_used, -1), bytes_max);
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
		!others_fly(channel, false))
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
