/* SPDX-License-Identifier: MIT
 *
 * Memory that processes share: which part of which segment lies where in whose address space. A mapping is cut where
 * a call names only a part of it (munmap(2), mprotect(2)), and what is mapped over is gone (mmap(2), MAP_FIXED).
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t page =
	4096; /* lengths are rounded up to it; larger pages only make more of it */

static void
mapping_count(struct model *model, int id, int by)
{
	struct channel *channel = channel_at(model, id);

	if (channel == NULL || channel->segment == NULL)
		return;
	channel->segment->n_mapped += by;
	channel->changed = model->events;
	model->touched_channel = id;
}

static bool
mapping_add(struct model *model, struct process *process, int at, const struct mapping *mapping)
{
	if (!table_grow((void **)&process->mappings, &process->room_mappings, process->n_mappings,
		    MAPPINGS_MAX, sizeof *process->mappings)) {
		model->lost++;
		return false;
	}
	memmove(&process->mappings[at + 1], &process->mappings[at],
		(size_t)(process->n_mappings - at) * sizeof *mapping);
	process->mappings[at] = *mapping;
	process->n_mappings++;
	mapping_count(model, mapping->channel, 1);
	return true;
}

static void
mapping_remove(struct model *model, struct process *process, int at)
{
	mapping_count(model, process->mappings[at].channel, -1);
	process->n_mappings--;
	memmove(&process->mappings[at], &process->mappings[at + 1],
		(size_t)(process->n_mappings - at) * sizeof *process->mappings);
}

/* A mapping that reaches across the address becomes two. */
static void
mapping_cut(struct model *model, struct process *process, uint64_t address)
{
	for (int i = 0; i < process->n_mappings; i++) {
		struct mapping *low = &process->mappings[i];
		uint64_t inside = address - low->address;
		if (address <= low->address || inside >= (uint64_t)low->size)
			continue;
		struct mapping high = *low;
		high.address = address;
		high.size -= (int64_t)inside;
		high.offset += (int64_t)inside;
		if (mapping_add(model, process, i + 1, &high))
			process->mappings[i].size = (int64_t)inside;
		return;
	}
}

/* Is the mapping within [start, start + size)? */
static bool
within(const struct mapping *mapping, uint64_t start, uint64_t size)
{
	return mapping->address >= start && mapping->address - start < size;
}

static void
mapping_clear(struct model *model, struct process *process, uint64_t start, uint64_t size)
{
	mapping_cut(model, process, start);
	mapping_cut(model, process, start + size);
	for (int i = process->n_mappings - 1; i >= 0; i--)
		if (within(&process->mappings[i], start, size))
			mapping_remove(model, process, i);
}

static void
mapping_protect(
	struct model *model, struct process *process, uint64_t start, uint64_t size, bool writable)
{
	mapping_cut(model, process, start);
	mapping_cut(model, process, start + size);
	for (int i = 0; i < process->n_mappings; i++)
		if (within(&process->mappings[i], start, size))
			process->mappings[i].writable = writable;
}

/* The detached one begins just there, and is gone whole (shmop(2)). */
static void
mapping_detach(struct model *model, struct process *process, uint64_t address)
{
	for (int i = 0; i < process->n_mappings; i++)
		if (process->mappings[i].address == address) {
			mapping_remove(model, process, i);
			return;
		}
}

static uint64_t
whole_pages(int64_t bytes)
{
	return bytes <= 0 || bytes > INT64_MAX / 2 ? page
						   : ((uint64_t)bytes + page - 1) / page * page;
}

/* Memory of an anonymous segment is new when nobody had it mapped: the address is used again. */
static bool
segment_for(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];

	if (channel->kind != CHANNEL_SHM && channel->kind != CHANNEL_FILE)
		return false;
	if (channel->segment == NULL)
		channel->segment = segment_create();
	if (channel->segment == NULL)
		return false;
	if (channel->segment->n_mapped == 0 && strchr(channel->name, '@') != NULL) {
		struct watched *watched = channel->segment->watched;
		*channel->segment = (struct segment){.size = -1, .nattch = -1};
		accesses_begin(channel->segment, watched);
	}
	return true;
}

static void
mapping_made(struct model *model, int id, const struct call *call, const struct event *event)
{
	struct process *process = &model->processes[id];
	uint64_t address =
		call->ret > 0 ? (uint64_t)call->ret : (uint64_t)number_of(event, FIELD_addr, 0);
	bool attach = call->id == CALL_shmat;
	int64_t size = attach ? number_of(event, FIELD_size, -1) : call->n;

	if (attach && size == -1 && call->channel != NONE &&
		model->channels[call->channel].segment != NULL)
		size = model->channels[call->channel].segment->size;
	mapping_clear(model, process, address, whole_pages(size));
	if (call->channel == NONE || (!attach && call->except) ||
		!segment_for(model, call->channel))
		return;
	struct segment *segment = model->channels[call->channel].segment;
	if (segment->size == -1 && strchr(model->channels[call->channel].name, '@') != NULL)
		segment->size = size;
	struct mapping mapping = {.channel = call->channel,
		.address = address,
		.size = size < 0 ? 0 : size,
		.offset = attach ? 0 : call->offset,
		.writable = call->type != 0,
		.event = model->events};
	mapping_add(model, process, process->n_mappings, &mapping);
	user_touch(model, call->channel, id, true, mapping.writable);
}

void
mapping_called(struct model *model, int id, const struct call *call, const struct event *event)
{
	struct process *process = &model->processes[id];

	switch (call->id) {
	case CALL_shmat:
	case CALL_mmap:
		mapping_made(model, id, call, event);
		break;
	case CALL_shmdt:
		mapping_detach(model, process, call->addr);
		break;
	case CALL_munmap:
		mapping_clear(model, process, call->addr, whole_pages(call->n));
		break;
	case CALL_mprotect:
		mapping_protect(model, process, call->addr, whole_pages(call->n), call->type != 0);
		break;
	default:
		break;
	}
}

/* fork(2): the child has what the parent has mapped, at the same places. */
void
mappings_inherit(struct model *model, struct process *child, const struct process *parent)
{
	for (int i = 0; i < parent->n_mappings; i++) {
		struct mapping mapping = parent->mappings[i];
		mapping.inherited = true;
		mapping.event = model->events;
		mapping_add(model, child, child->n_mappings, &mapping);
		user_touch(
			model, mapping.channel, process_id(model, child), true, mapping.writable);
	}
}

void
mappings_drop(struct model *model, struct process *process)
{
	while (process->n_mappings > 0)
		mapping_remove(model, process, process->n_mappings - 1);
}

void
mappings_forget(struct process *process, const bool *gone)
{
	int kept = 0;

	for (int i = 0; i < process->n_mappings; i++)
		if (!gone[process->mappings[i].channel])
			process->mappings[kept++] = process->mappings[i];
	process->n_mappings = kept;
}
