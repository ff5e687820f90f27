/* SPDX-License-Identifier: MIT
 *
 * The bytes that lie in a pipe: runs of them by the write they came from, in page slots by the kernel's rule.
 *
 * The rule (fs/pipe.c, pipe_write and pipe_read): a pipe is a ring of page slots. A write first looks at its odd tail, n
 * modulo the page size: when that fits whole behind the bytes of the newest slot it is put there; all else takes fresh
 * slots, a page each, until none is free. A slot is free again only when its last byte was read. Hence a pipe with 100
 * bytes read off a full page still has no room. With O_DIRECT nothing is appended, and a read that takes less than a
 * slot throws the rest of it away (pipe(7)).
 */
#include "model/pipe.h"

#include <stdlib.h>
#include <string.h>

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

void
slots_unknown(struct channel *channel)
{
	channel->first_slot += (uint64_t)channel->n_slots;
	channel->n_slots = 0;
	channel->slots_known = false;
}

/* Room for twice the slots, so that the ring moves to the front of its store only now and then. */
bool
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
void
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

	bytes = smaller(bytes, PIPE_BYTES_MAX - channel->lies);
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
