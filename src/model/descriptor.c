/* SPDX-License-Identifier: MIT
 *
 * Descriptors and open file descriptions. A process's table maps numbers to descriptions; a
 * description is shared by every descriptor that dup or fork made of it, and owns the file status
 * flags (open(2), "open file description"). Counts of descriptors per description and per channel
 * end are kept here and nowhere else.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "event/line.h"

/* --- counting ---------------------------------------------------------------------- */

static void
description_count(struct model *model, int id, int by)
{
	struct description *description = &model->descriptions[id];
	struct channel *channel = channel_at(model, description->channel);

	description->n_fds += by;
	if (channel == NULL)
		return;
	channel->n_open += by;
	if (description->end & END_READ)
		channel->n_readers += by;
	if (description->end & END_WRITE)
		channel->n_writers += by;
	channel->changed = model->events;
	model->touched_channel = description->channel;
}

/* A child that was not seen yet may hold the channel. */
static bool
forks_hold(const struct model *model, int channel)
{
	for (int i = 0; i < model->n_forks; i++)
		for (int j = 0; j < model->forks[i].n_fds; j++)
			if (model->descriptions[model->forks[i].fds[j].description].channel ==
				channel)
				return true;
	return false;
}

static void
description_leave(struct model *model, int id, int process)
{
	int where = model->descriptions[id].channel;
	enum end end = model->descriptions[id].end;

	description_count(model, id, -1);
	table_free_description(model, id);
	struct channel *channel = channel_at(model, where);
	if (channel == NULL)
		return;
	if (end & END_WRITE && channel->n_writers == 0)
		channel->last_write_closer = process;
	if (end & END_READ && channel->n_readers == 0)
		channel->last_read_closer = process;
	if (channel->n_open == 0 && !forks_hold(model, where) && !passing_holds(model, where)) {
		if (channel->endpoint != NULL)
			endpoint_closed(model, where, process);
		else if (channel->queue == NULL)
			pipe_gone(model, channel);
		else if (channel->removed)
			queue_clear(channel); /* nobody can come to it any more */
	}
	wait_channel_changed(model, where);
}

/* --- one process's table ----------------------------------------------------------- */

/* Where fd is in the table, or where it would have to be put. */
static int
descriptor_index(const struct process *process, int fd)
{
	int low = 0, high = process->n_fds;

	if (fd >= 0 && fd < high && process->fds[fd].fd == fd)
		return fd; /* no holes below: the usual case */
	while (low < high) {
		int middle = (low + high) / 2;
		if (process->fds[middle].fd < fd)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct descriptor *
descriptor_find(const struct process *process, int fd)
{
	int at = descriptor_index(process, fd);

	return at < process->n_fds && process->fds[at].fd == fd ? &process->fds[at] : NULL;
}

const struct descriptor *
process_descriptor(const struct process *process, int fd)
{
	return descriptor_find(process, fd);
}

struct description *
descriptor_description(struct model *model, const struct process *process, int fd)
{
	const struct descriptor *descriptor = descriptor_find(process, fd);

	return descriptor == NULL ? NULL : &model->descriptions[descriptor->description];
}

int
descriptor_channel(struct model *model, const struct process *process, int fd)
{
	const struct description *description = descriptor_description(model, process, fd);

	return description == NULL ? NONE : description->channel;
}

/* Points fd to a description, closing what it was. */
void
descriptor_set(struct model *model, struct process *process, int fd, int description, bool cloexec)
{
	int at = descriptor_index(process, fd);

	if (description == NONE || fd < 0)
		return;
	model->descriptions[description]
		.n_held++; /* what it was may be the last of the same channel */
	if (at < process->n_fds && process->fds[at].fd == fd) {
		description_leave(model, process->fds[at].description, process_id(model, process));
	} else if (table_grow((void **)&process->fds, &process->room_fds, process->n_fds,
			   PROCESS_FDS_MAX, sizeof *process->fds)) {
		memmove(&process->fds[at + 1], &process->fds[at],
			(size_t)(process->n_fds - at) * sizeof *process->fds);
		process->n_fds++;
	} else {
		model->lost++;
		model->descriptions[description].n_held--;
		table_free_description(model, description);
		return;
	}
	process->fds[at] = (struct descriptor){
		.fd = fd, .description = description, .cloexec = cloexec, .opened = model->events};
	model->descriptions[description].n_held--;
	description_count(model, description, 1);
}

static void
descriptor_remove(struct model *model, struct process *process, int at)
{
	int description = process->fds[at].description;

	process->n_fds--;
	memmove(&process->fds[at], &process->fds[at + 1],
		(size_t)(process->n_fds - at) * sizeof *process->fds);
	description_leave(model, description, process_id(model, process));
}

/* Closes fd, unless it was opened after `before`: while one thread's close was under way another
 * got the number. */
void
descriptor_close(struct model *model, struct process *process, int fd, uint64_t before)
{
	int at = descriptor_index(process, fd);

	if (at < process->n_fds && process->fds[at].fd == fd && process->fds[at].opened <= before)
		descriptor_remove(model, process, at);
}

void
descriptor_close_all(struct model *model, struct process *process, bool cloexec_only)
{
	for (int i = process->n_fds - 1; i >= 0; i--)
		if (!cloexec_only || process->fds[i].cloexec)
			descriptor_remove(model, process, i);
}

void
descriptor_close_range(
	struct model *model, struct process *process, int64_t first, int64_t last, bool cloexec)
{
	for (int i = process->n_fds - 1; i >= 0; i--) {
		if (process->fds[i].fd < first || process->fds[i].fd > last)
			continue;
		if (cloexec)
			process->fds[i].cloexec = true;
		else
			descriptor_remove(model, process, i);
	}
}

/* --- what events say of descriptors ------------------------------------------------ */

enum end
descriptor_end(const struct event *event, enum end otherwise)
{
	size_t length;
	const char *text = event_raw(event, FIELD_end, &length);

	if (text == NULL)
		return otherwise;
	enum end end = END_NONE;
	for (size_t i = 0; i < length; i++)
		end |= text[i] == 'r' ? END_READ : text[i] == 'w' ? END_WRITE : END_NONE;
	return end;
}

int
channel_named(struct model *model, const struct event *event, enum event_field field)
{
	size_t length;
	const char *name = event_has(event, field) ? event_raw(event, field, &length) : NULL;

	return name == NULL || length == 0 ? NONE : table_add_channel(model, name, length);
}

int
event_channel(struct model *model, const struct event *event)
{
	return channel_named(model, event, FIELD_obj);
}

int
event_flags(const struct event *event)
{
	size_t length;
	const char *text = event_raw(event, FIELD_flags, &length);

	return text == NULL ? -1 : open_flags_find(text, length);
}

/* File status flags, without those that belong to the descriptor or to the moment of opening. */
static int
status_flags(int flags)
{
	return flags == -1 ? -1 : flags & ~(O_CLOEXEC | O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY);
}

static enum end
end_of_flags(int flags)
{
	if (flags == -1)
		return END_NONE;
	switch (flags & O_ACCMODE) {
	case O_RDONLY:
		return END_READ;
	case O_WRONLY:
		return END_WRITE;
	default:
		return END_BOTH;
	}
}

static bool
description_fits(const struct description *description, int channel, enum end end, int flags)
{
	return description->channel == channel && description->end == end &&
	       (flags == -1 || description->flags == -1 ||
		       status_flags(flags) == description->flags);
}

/* A description of this process's parent that fits, the same number first; NONE. */
static int
description_of_parent(struct model *model, const struct process *process, int fd, int channel,
	enum end end, int flags)
{
	int parent = model_process(model, process->ppid);

	if (parent == NONE || channel == NONE)
		return NONE;
	const struct process *from = &model->processes[parent];
	const struct descriptor *same = descriptor_find(from, fd);
	if (same != NULL &&
		description_fits(&model->descriptions[same->description], channel, end, flags))
		return same->description;
	for (int i = 0; i < from->n_fds; i++)
		if (description_fits(
			    &model->descriptions[from->fds[i].description], channel, end, flags))
			return from->fds[i].description;
	return NONE;
}

/* Another descriptor of the process itself on the same: a program's 0, 1 and 2 are mostly one
 * terminal's description. */
static int
description_of_self(const struct model *model, const struct process *process, int channel,
	enum end end, int flags)
{
	for (int i = 0; i < process->n_fds; i++) {
		int id = process->fds[i].description;
		if (end == END_BOTH &&
			description_fits(&model->descriptions[id], channel, end, flags))
			return id;
	}
	return NONE;
}

static void
descriptor_take_up(
	struct model *model, struct process *process, int fd, int channel, enum end end, int flags)
{
	int description = description_of_parent(model, process, fd, channel, end, flags);

	if (description == NONE)
		description = description_of_self(model, process, channel, end, flags);
	if (description == NONE)
		description = table_add_description(model, channel, end, status_flags(flags));
	if (description == NONE)
		return;
	model->descriptions[description].inferred = true;
	descriptor_set(model, process, fd, description, flags != -1 && flags & O_CLOEXEC);
}

int
descriptor_learn(struct model *model, struct process *process, int fd, const struct event *event)
{
	int channel = event_channel(model, event);
	struct descriptor *descriptor = descriptor_find(process, fd);
	int flags = event->what == WHAT_look ? event_flags(event) : -1;

	if (fd < 0)
		return channel;
	if (descriptor != NULL) {
		struct description *description = &model->descriptions[descriptor->description];
		if (channel == NONE)
			channel = description->channel;
		enum end end = descriptor_end(event, description->end);
		if (channel == description->channel &&
			(end == description->end || description->end == END_NONE ||
				end == END_NONE)) {
			if (flags != -1) {
				description->flags = status_flags(flags);
				description->pending = false;
				descriptor->cloexec = flags & O_CLOEXEC;
			}
			return channel;
		}
	}
	if (channel != NONE)
		descriptor_take_up(model, process, fd, channel,
			descriptor_end(event, end_of_flags(flags)), flags);
	return channel;
}

/* `list=0,1,4`: these are open and no others. A text that is not such a list closes nothing. */
void
descriptor_list(struct model *model, struct process *process, const struct event *event)
{
	size_t length, at = 0;
	const char *text = event_raw(event, FIELD_list, &length);
	bool keep[PROCESS_FDS_MAX] = {false};

	if (text == NULL)
		return;
	while (at < length) {
		int64_t fd = 0;
		size_t digits = 0;
		for (; at < length && text[at] >= '0' && text[at] <= '9' && digits < 10;
			at++, digits++)
			fd = fd * 10 + (text[at] - '0');
		if (digits == 0 || (at < length && text[at] != ','))
			return;
		at++;
		int index = fd > INT32_MAX ? process->n_fds : descriptor_index(process, (int)fd);
		if (index < process->n_fds && process->fds[index].fd == fd)
			keep[index] = true;
	}
	for (int i = process->n_fds - 1; i >= 0; i--)
		if (!keep[i])
			descriptor_remove(model, process, i);
}

/* --- forks under way --------------------------------------------------------------- */

void
fork_end(struct model *model, int at)
{
	struct fork *fork = &model->forks[at];

	for (int i = 0; i < fork->n_fds; i++) {
		model->descriptions[fork->fds[i].description].n_held--;
		table_free_description(model, fork->fds[i].description);
	}
	free(fork->fds);
	model->n_forks--;
	memmove(fork, fork + 1, (size_t)(model->n_forks - at) * sizeof *fork);
}

void
fork_begin(struct model *model, int process, int32_t tid)
{
	const struct process *parent = &model->processes[process];

	if (model->n_forks == MODEL_FORKS_MAX) {
		fork_end(model, 0);
		model->lost++;
	}
	struct fork *fork = &model->forks[model->n_forks];
	*fork = (struct fork){.parent = process, .tid = tid, .event = model->events};
	if (parent->n_fds > 0) {
		fork->fds = malloc((size_t)parent->n_fds * sizeof *fork->fds);
		if (fork->fds == NULL) {
			model->lost++;
			return;
		}
		memcpy(fork->fds, parent->fds, (size_t)parent->n_fds * sizeof *fork->fds);
		fork->n_fds = parent->n_fds;
	}
	for (int i = 0; i < fork->n_fds; i++)
		model->descriptions[fork->fds[i].description].n_held++;
	model->n_forks++;
}

int
fork_find(const struct model *model, int parent, int32_t tid)
{
	for (int i = 0; i < model->n_forks; i++)
		if (model->forks[i].parent == parent && (tid == 0 || model->forks[i].tid == tid))
			return i;
	return NONE;
}

/* The child's table is the parent's at the fork: same numbers, same descriptions. */
void
fork_copy(struct model *model, int fork, struct process *child)
{
	for (int i = 0; i < model->forks[fork].n_fds; i++) {
		struct descriptor descriptor = model->forks[fork].fds[i];
		descriptor_set(
			model, child, descriptor.fd, descriptor.description, descriptor.cloexec);
	}
}

void
forks_of_gone(struct model *model, int process)
{
	for (int at; (at = fork_find(model, process, 0)) != NONE;)
		fork_end(model, at);
}

/* --- questions --------------------------------------------------------------------- */

int
process_holds(const struct model *model, const struct process *process, int channel, enum end end)
{
	int n = 0;

	for (int i = 0; i < process->n_fds; i++) {
		const struct description *description =
			&model->descriptions[process->fds[i].description];
		n += description->channel == channel && (description->end & end) != 0;
	}
	return n;
}

static int
channel_holders(const struct model *model, int channel, enum end end, int *holders, int room)
{
	int n = 0;

	for (int i = 0; i < model->n_processes; i++) {
		if (process_holds(model, &model->processes[i], channel, end) == 0)
			continue;
		if (n < room)
			holders[n] = i;
		n++;
	}
	return n;
}

int
channel_writers(const struct model *model, int channel, int *holders, int room)
{
	return channel_holders(model, channel, END_WRITE, holders, room);
}

int
channel_readers(const struct model *model, int channel, int *holders, int room)
{
	return channel_holders(model, channel, END_READ, holders, room);
}
