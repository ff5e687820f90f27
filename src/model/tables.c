/* SPDX-License-Identifier: MIT
 *
 * The model's arrays: growing them, finding in them, and what makes room when one is full. A full
 * table takes the place of what ended longest ago. References to that are found by walking
 * everything, so a quarter of the table is cleared of references at once: a forgotten one costs
 * little on average, however many there are.
 */
#include "model/endpoint.h"

#include <stdlib.h>
#include <string.h>

bool
table_grow(void **items, int *room, int n, int bound, size_t size)
{
	if (n < *room)
		return true;
	if (n >= bound)
		return false;
	int more = *room == 0 ? 8 : *room * 2;
	if (more > bound)
		more = bound;
	void *grown = realloc(*items, (size_t)more * size);
	if (grown == NULL)
		return false;
	*items = grown;
	*room = more;
	return true;
}

bool
table_grow_shared(
	void **items, int *room, int n, int bound, size_t size, int *total, int total_bound)
{
	int before = *room;

	if (n < before)
		return true;
	if (*total + (before == 0 ? 8 : before) > total_bound ||
		!table_grow(items, room, n, bound, size))
		return false;
	*total += *room - before;
	return true;
}

bool
table_copy(void **items, int n, size_t size)
{
	const void *from = *items;

	*items = NULL;
	if (n == 0)
		return true;
	*items = malloc((size_t)n * size);
	if (*items == NULL)
		return false;
	memcpy(*items, from, (size_t)n * size);
	return true;
}

struct process *
process_at(struct model *model, int id)
{
	return id < 0 ? NULL : &model->processes[id];
}

struct channel *
channel_at(struct model *model, int id)
{
	return id < 0 ? NULL : &model->channels[id];
}

int
process_id(const struct model *model, const struct process *process)
{
	return (int)(process - model->processes);
}

/* --- look-up ----------------------------------------------------------------------- */

static unsigned
pid_hash(int32_t pid)
{
	return ((uint32_t)pid * 2654435761u) >> 20; /* 12 bits: PID_TABLE */
}

static void
pid_enter(struct model *model, int id)
{
	int32_t pid = model->processes[id].pid;
	unsigned at = pid_hash(pid);

	while (model->pid_table[at] != 0 && model->processes[model->pid_table[at] - 1].pid != pid)
		at = (at + 1) % PID_TABLE;
	model->pid_table[at] = id + 1;
}

int
model_process(const struct model *model, int32_t pid)
{
	unsigned at = pid_hash(pid);

	while (model->pid_table[at] != 0) {
		int id = model->pid_table[at] - 1;
		if (model->processes[id].pid == pid)
			return id;
		at = (at + 1) % PID_TABLE;
	}
	return NONE;
}

int
model_process_named(const struct model *model, const char *name)
{
	int found = NONE;

	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		if (strcmp(process->name, name) != 0)
			continue;
		if (process->state != PROCESS_DEAD) {
			if (found == NONE || model->processes[found].state == PROCESS_DEAD ||
				process->appeared < model->processes[found].appeared)
				found = i;
		} else if (found == NONE ||
			   (model->processes[found].state == PROCESS_DEAD &&
				   process->appeared > model->processes[found].appeared)) {
			found = i;
		}
	}
	return found;
}

/* Eight bytes at a time, spread over all bits of the key; names that differ in one such part alone never have the same. */
uint64_t
name_key(const char *name, size_t length)
{
	const uint64_t spread = 0x9e3779b97f4a7c15;
	uint64_t key = length, part;

	for (; length > 0; name += sizeof part, length -= sizeof part) {
		part = 0;
		memcpy(&part, name, length < sizeof part ? length : sizeof part);
		key = (key ^ part) * spread;
		key ^= key >> 32;
		if (length < sizeof part)
			break;
	}
	return key;
}

static void
name_enter(struct model *model, int id)
{
	uint64_t key = model->channels[id].key;
	unsigned at = key % NAME_TABLE;

	while (model->name_table[at] != 0 && model->channels[model->name_table[at] - 1].key != key)
		at = (at + 1) % NAME_TABLE;
	model->name_table[at] = id + 1;
}

static int
name_find(const struct model *model, uint64_t key)
{
	for (unsigned at = key % NAME_TABLE; model->name_table[at] != 0; at = (at + 1) % NAME_TABLE)
		if (model->channels[model->name_table[at] - 1].key == key)
			return model->name_table[at] - 1;
	return NONE;
}

int
model_channel(const struct model *model, const char *name)
{
	return name_find(model, name_key(name, strlen(name)));
}

/* --- forgetting -------------------------------------------------------------------- */

static void
forget_id(int *reference, const bool *gone)
{
	if (*reference >= 0 && gone[*reference])
		*reference = NONE;
}

static void
forget_processes_elsewhere(struct model *model, const bool *gone)
{
	for (int i = 0; i < model->n_processes; i++) {
		struct process *process = &model->processes[i];
		for (int j = 0; j < process->n_lane; j++)
			if (process->lane[j].waker >= 0 && gone[process->lane[j].waker])
				process->lane[j].waker = NONE;
		forget_id(&process->signaller, gone);
	}
	for (int i = 0; i < model->n_channels; i++) {
		struct channel *channel = &model->channels[i];
		forget_id(&channel->last_writer, gone);
		forget_id(&channel->last_reader, gone);
		forget_id(&channel->last_write_closer, gone);
		forget_id(&channel->last_read_closer, gone);
		forget_id(&channel->last_opener, gone);
		forget_id(&channel->last_remover, gone);
		object_forget_processes(channel, gone);
		for (int j = 0; j < channel->n_runs; j++)
			forget_id(&channel->runs[j].writer, gone);
	}
	for (int i = 0; i < model->n_wakes; i++) {
		forget_id(&model->wakes[i].waker, gone);
		forget_id(&model->wakes[i].woken, gone);
	}
}

/*
 * Picks up to `room` of the `n` things for which age() is not 0, the oldest first. Selection by
 * bisecting the age: the numbers are distinct sequence numbers, so that a bound between them can be
 * found without sorting.
 */
static int
oldest(struct model *model, int n, uint64_t (*age)(const struct model *, int), int *picked,
	int room)
{
	uint64_t low = 0, high = model->events + 1;
	int found = 0, all = 0;

	for (int i = 0; i < n; i++)
		all += age(model, i) != 0;
	if (all <= room) { /* often none */
		low = model->events;
		high = low + 1;
	}
	while (low + 1 < high) { /* the largest bound that at most `room` stay under */
		uint64_t middle = low + (high - low) / 2;
		int under = 0;
		for (int i = 0; i < n; i++) {
			uint64_t a = age(model, i);
			under += a != 0 && a <= middle;
		}
		if (under <= room)
			low = middle;
		else
			high = middle;
	}
	for (int i = 0; i < n && found < room; i++) {
		uint64_t a = age(model, i);
		if (a != 0 && a <= low)
			picked[found++] = i;
	}
	for (int i = 0; i < n && found == 0; i++) /* many ended in one event: any of them */
		if (age(model, i) != 0)
			picked[found++] = i;
	return found;
}

static uint64_t
process_age(const struct model *model, int id)
{
	const struct process *process = &model->processes[id];

	if (process->state != PROCESS_DEAD)
		return 0;
	return process->lane[(process->lane_next + LANE_MAX - 1) % LANE_MAX].event;
}

static void
pid_table_rebuild(struct model *model, const bool *gone)
{
	int32_t old[PID_TABLE];

	memcpy(old, model->pid_table, sizeof old);
	memset(model->pid_table, 0, sizeof model->pid_table);
	for (int i = 0; i < PID_TABLE; i++)
		if (old[i] != 0 && !gone[old[i] - 1])
			pid_enter(model, old[i] - 1);
}

static void
forget_processes(struct model *model)
{
	bool gone[MODEL_PROCESSES_MAX] = {false};

	model->n_spare_processes = oldest(model, model->n_processes, process_age,
		model->spare_processes, MODEL_PROCESSES_MAX / 4);
	for (int i = 0; i < model->n_spare_processes; i++)
		gone[model->spare_processes[i]] = true;
	if (model->n_spare_processes == 0)
		return;
	forget_processes_elsewhere(model, gone);
	pid_table_rebuild(model, gone);
}

static uint64_t
channel_age(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];

	return channel->n_open == 0 && channel->n_callers == 0 && !object_lives(channel)
		       ? channel->changed
		       : 0;
}

/* When all live: what is there without being open or mapped now, such as a queue with messages. */
static uint64_t
channel_age_unused(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];

	if (channel->n_open > 0 || channel->n_callers > 0)
		return 0;
	return channel->segment != NULL && channel->segment->n_mapped > 0 ? 0 : channel->changed;
}

static void
forget_channels_elsewhere(struct model *model, const bool *gone)
{
	for (int i = 0; i < model->n_processes; i++) {
		struct process *process = &model->processes[i];
		forget_id(&process->waits_for, gone);
		forget_id(&process->last.channel, gone);
		forget_id(&process->last.other, gone);
		for (int j = 0; j < process->n_calls; j++) {
			forget_id(&process->calls[j].channel, gone);
			forget_id(&process->calls[j].other, gone);
		}
		mappings_forget(process, gone);
	}
	for (int i = 0; i < model->n_channels; i++)
		forget_id(&model->channels[i].inside, gone);
	for (int i = 0; i < model->n_channels; i++)
		if (model->channels[i].endpoint != NULL)
			endpoint_forget_channels(&model->channels[i], gone);
	for (int i = 0; i < model->n_descriptions; i++)
		forget_id(&model->descriptions[i].channel, gone);
	for (int i = 0; i < model->n_wakes; i++)
		forget_id(&model->wakes[i].channel, gone);
}

static void
forget_channels(struct model *model)
{
	bool gone[MODEL_CHANNELS_MAX] = {false};
	int32_t old[NAME_TABLE];

	model->n_spare_channels = oldest(model, model->n_channels, channel_age,
		model->spare_channels, MODEL_CHANNELS_MAX / 4);
	if (model->n_spare_channels == 0)
		model->n_spare_channels = oldest(model, model->n_channels, channel_age_unused,
			model->spare_channels, MODEL_CHANNELS_MAX / 4);
	for (int i = 0; i < model->n_spare_channels; i++)
		gone[model->spare_channels[i]] = true;
	if (model->n_spare_channels == 0)
		return;
	forget_channels_elsewhere(model, gone);
	memcpy(old, model->name_table, sizeof old);
	memset(model->name_table, 0, sizeof model->name_table);
	for (int i = 0; i < NAME_TABLE; i++)
		if (old[i] != 0 && !gone[old[i] - 1])
			name_enter(model, old[i] - 1);
}

/* --- adding ------------------------------------------------------------------------ */

static int
place_for_process(struct model *model)
{
	if (table_grow((void **)&model->processes, &model->room_processes, model->n_processes,
		    MODEL_PROCESSES_MAX, sizeof *model->processes))
		return model->n_processes++;
	if (model->n_spare_processes == 0 && model->n_processes == MODEL_PROCESSES_MAX)
		forget_processes(model);
	model->lost++;
	if (model->n_spare_processes == 0)
		return NONE;
	int id = model->spare_processes[--model->n_spare_processes];
	free(model->processes[id].fds);
	free(model->processes[id].mappings);
	return id;
}

int
table_add_process(struct model *model, int32_t pid)
{
	int id = place_for_process(model);

	if (id == NONE)
		return NONE;
	struct process *process = &model->processes[id];
	memset(process, 0, sizeof *process);
	process->pid = pid;
	process->slot = NONE;
	process->since = model->time;
	process->appeared = model->events;
	process->waits_for = NONE;
	process->signaller = NONE;
	process->exit_status = -1;
	process->last.channel = process->last.other = NONE;
	process->last.fd = process->last.fd2 = NONE;
	pid_enter(model, id);
	return id;
}

static int
place_for_channel(struct model *model)
{
	if (table_grow((void **)&model->channels, &model->room_channels, model->n_channels,
		    MODEL_CHANNELS_MAX, sizeof *model->channels))
		return model->n_channels++;
	if (model->n_spare_channels == 0 && model->n_channels == MODEL_CHANNELS_MAX &&
		model->events >= model->channels_full) {
		forget_channels(model);
		if (model->n_spare_channels == 0) /* to look again at once would cost much */
			model->channels_full = model->events + 256;
	}
	model->lost++;
	if (model->n_spare_channels == 0)
		return NONE;
	int id = model->spare_channels[--model->n_spare_channels];
	struct channel *channel = &model->channels[id];
	pipe_release(model, channel);
	object_release(model, channel);
	free(channel->callers);
	return id;
}

static enum channel_kind
kind_of(const char *name, size_t length)
{
	static const struct {
		const char *prefix;
		enum channel_kind kind;
	} kinds[] = {{"pipe:", CHANNEL_PIPE}, {"fifo:", CHANNEL_FIFO}, {"file:", CHANNEL_FILE},
		{"tty:", CHANNEL_TTY}, {"socket:", CHANNEL_SOCKET}, {"msg:", CHANNEL_MSG},
		{"mq:", CHANNEL_MQ}, {"shm:", CHANNEL_SHM}, {"sem:", CHANNEL_SEM},
		{"mutex:", CHANNEL_MUTEX}, {"cond:", CHANNEL_COND}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i].prefix);
		if (length >= n && memcmp(name, kinds[i].prefix, n) == 0)
			return kinds[i].kind;
	}
	return CHANNEL_OTHER;
}

/* The id of the channel with this name, which is made when it is new. */
int
table_add_channel(struct model *model, const char *name, size_t length)
{
	uint64_t key = name_key(name, length);
	int id = name_find(model, key);

	if (id != NONE)
		return id;
	id = place_for_channel(model);
	if (id == NONE)
		return NONE;
	struct channel *channel = &model->channels[id];
	memset(channel, 0, sizeof *channel);
	channel->kind = kind_of(name, length);
	size_t length_all = length;
	if (length > sizeof channel->name - 1) {
		length = sizeof channel->name - 1;
		while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
			length--; /* not in the middle of a character */
	}
	memcpy(channel->name, name, length);
	channel->key = key;
	channel->capacity = channel->used = -1;
	channel->partial = true;
	channel->page_size = 4096;
	channel->changed = model->events;
	channel->last_writer = channel->last_reader = NONE;
	channel->last_write_closer = channel->last_read_closer = channel->last_opener = NONE;
	channel->last_remover = channel->inside = NONE;
	name_enter(model, id);
	object_create(model, id, length_all, name);
	return id;
}

int
table_add_description(struct model *model, int channel, enum end end, int flags)
{
	int id = model->free_description;

	if (id != NONE) {
		model->free_description = model->descriptions[id].next_free;
	} else if (table_grow((void **)&model->descriptions, &model->room_descriptions,
			   model->n_descriptions, MODEL_DESCRIPTIONS_MAX,
			   sizeof *model->descriptions)) {
		id = model->n_descriptions++;
	} else {
		model->lost++;
		return NONE;
	}
	model->descriptions[id] = (struct description){
		.channel = channel, .end = end, .flags = flags, .next_free = NONE};
	return id;
}

void
table_free_description(struct model *model, int id)
{
	struct description *description = &model->descriptions[id];

	if (description->n_fds != 0 || description->n_held != 0)
		return;
	description->next_free = model->free_description;
	model->free_description = id;
}
