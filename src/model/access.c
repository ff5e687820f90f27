/* SPDX-License-Identifier: MIT
 *
 * Loads and stores in a watched segment: the newest of them, the bytes that they show, and which store is made in
 * ignorance of another process's, so that what that one did is lost.
 */
#include "model/fold.h"

#include <stdlib.h>

static struct watched *
watched_of(struct model *model, int id)
{
	struct segment *segment = model->channels[id].segment;

	if (segment == NULL)
		return NULL;
	if (segment->watched == NULL)
		segment->watched = calloc(1, sizeof *segment->watched);
	if (segment->watched == NULL)
		model->lost++;
	return segment->watched;
}

static void
watched_end(struct channel *channel)
{
	free(channel->segment->watched);
	channel->segment->watched = NULL;
}

const struct access *
watched_access(const struct watched *watched, int i)
{
	return &watched->accesses[(watched->next + 2 * ACCESSES_MAX - 1 - i) % ACCESSES_MAX];
}

static bool
overlap(const struct access *a, const struct access *b)
{
	return a->offset < b->offset + b->n && b->offset < a->offset + a->n;
}

/* It got what the other stored. Where lines of processes that run free overlap, that says more than their order. */
static bool
saw(const struct access *load, const struct access *store)
{
	return load->offset == store->offset && load->n == store->n && load->value == store->value;
}

/* The process's newest access there, when it is so long ago that it fell out of the ring: NULL: it made none. */
static const struct access *
known_of(const struct watched *watched, const struct access *access)
{
	const struct access *newest = NULL;

	for (int i = 0; i < KNOWN_MAX; i++) {
		const struct access *known = &watched->known[i];

		if (known->event != 0 && known->process == access->process && overlap(known, access) &&
			(newest == NULL || known->event > newest->event))
			newest = known;
	}
	return newest;
}

/* What falls out of the ring now is kept as the newest of its process there, unless that has newer ones. */
static void
known_keep(struct watched *watched)
{
	const struct access *oldest = &watched->accesses[watched->next];
	struct access *slot = NULL;

	if (watched->n < ACCESSES_MAX)
		return;
	for (int i = 0; i < watched->n - 1; i++) {
		const struct access *newer = watched_access(watched, i);

		if (newer->process == oldest->process && overlap(newer, oldest))
			return;
	}
	for (int i = 0; i < KNOWN_MAX; i++)
		if (watched->known[i].process == oldest->process && overlap(&watched->known[i], oldest))
			slot = &watched->known[i];
	if (slot == NULL) {
		slot = &watched->known[watched->known_next];
		watched->known_next = (watched->known_next + 1) % KNOWN_MAX;
	}
	*slot = *oldest;
}

/* The newest store of another process to these bytes that came after the newest load of this one, which stored there
 * not since. 0: there is none, or it never loaded them: then it does not depend on what is there. */
static uint64_t
overwritten(const struct watched *watched, const struct access *access)
{
	const struct access *store = NULL;

	for (int i = 0; i < watched->n; i++) {
		const struct access *earlier = watched_access(watched, i);

		if (!overlap(earlier, access))
			continue;
		if (earlier->process != access->process) {
			if (store == NULL && earlier->call != CALL_load)
				store = earlier;
		} else if (earlier->call == CALL_store) {
			if (store == NULL)
				return 0;
		} else {
			return store != NULL && !saw(earlier, store) ? store->event : 0;
		}
	}
	const struct access *known = known_of(watched, access);
	return known != NULL && known->call != CALL_store && store != NULL && !saw(known, store)
		       ? store->event
		       : 0;
}

uint64_t
watched_builds_on(const struct watched *watched, const struct access *access)
{
	const struct access *load = NULL;

	for (int i = 0; i < watched->n; i++) {
		const struct access *earlier = watched_access(watched, i);

		if (earlier->event >= access->event || !overlap(earlier, access))
			continue;
		if (earlier->process != access->process) {
			if (earlier->call != CALL_load)
				return load != NULL ? earlier->event : 0;
		} else if (earlier->call != CALL_load) {
			return 0;
		} else if (load == NULL) {
			load = earlier;
		}
	}
	return 0;
}

static void
access_bytes(struct model *model, struct segment *segment, const struct access *access)
{
	uint64_t value = access->value;

	if (access->n != 1 && access->n != 2 && access->n != 4 && access->n != 8)
		return;
	for (int64_t at = access->offset; at < access->offset + access->n; at++, value >>= 8)
		if (at <= segment->n_bytes)
			segment_byte(model, segment, at, (uint8_t)value);
}

void
access_apply(struct model *model, int process, const struct call *call, const struct event *event)
{
	struct watched *watched = watched_of(model, call->channel);
	struct access access = {.process = process,
		.call = (uint8_t)call->id,
		.atomic = number_of(event, FIELD_atomic, 0) == 1,
		.offset = number_of(event, FIELD_off, 0),
		.n = number_of(event, FIELD_n, 1),
		.value = (uint64_t)number_of(event, FIELD_value, 0),
		.event = model->events,
		.time = event->time,
		.at = call->at};

	if (watched == NULL || access.offset < 0 || access.n < 1 || access.n > INT32_MAX ||
		access.offset > INT64_MAX - INT32_MAX)
		return;
	access.old = (uint64_t)number_of(event, FIELD_old, (int64_t)access.value);
	watched->loads += call->id == CALL_load;
	watched->stores += call->id == CALL_store;
	watched->updates += call->id == CALL_update;
	if (call->id == CALL_store)
		access.overwrites = overwritten(watched, &access);
	watched->lost += access.overwrites != 0;
	known_keep(watched);
	watched->accesses[watched->next] = access;
	watched->next = (watched->next + 1) % ACCESSES_MAX;
	watched->n += watched->n < ACCESSES_MAX;
	if (event_has(event, FIELD_value))
		access_bytes(model, model->channels[call->channel].segment, &access);
	user_touch(model, call->channel, process, call->id != CALL_store, call->id != CALL_load);
}

void
access_looked(struct model *model, int id, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	struct watched *watched;

	if (channel->segment == NULL)
		return;
	if (number_of(event, FIELD_watch, 0) == 0 && !event_has(event, FIELD_why)) {
		watched_end(channel);
	} else if ((watched = watched_of(model, id)) != NULL) {
		event_copy(event, FIELD_why, watched->why, sizeof watched->why);
	}
	channel->changed = model->events;
	model->touched_channel = id;
}

/* The learner wants it; `shm` stands for every segment, those to come too: of these their processes' looks tell. */
void
access_acted(struct model *model, const struct event *event)
{
	bool ends = event_is(event, FIELD_op, "unwatch"), all = event_is(event, FIELD_obj, "shm");
	int named = all ? NONE : event_channel(model, event);

	for (int i = 0; i < model->n_channels; i++) {
		struct channel *channel = &model->channels[i];

		if (channel->segment == NULL || (all ? channel->kind != CHANNEL_SHM : i != named))
			continue;
		if (ends)
			watched_end(channel);
		else
			watched_of(model, i);
		channel->changed = model->events;
		model->touched_channel = i;
	}
}

void
accesses_forget(struct segment *segment, const bool *gone)
{
	if (segment->watched == NULL)
		return;
	for (int i = 0; i < ACCESSES_MAX; i++) {
		int *process = &segment->watched->accesses[i].process;

		if (*process >= 0 && gone[*process])
			*process = NONE;
	}
	for (int i = 0; i < KNOWN_MAX; i++)
		if (segment->watched->known[i].process >= 0 && gone[segment->watched->known[i].process])
			segment->watched->known[i] = (struct access){.process = NONE};
}

/* Another segment under the same name: what was done to the old one says nothing of it. */
void
accesses_begin(struct segment *segment, struct watched *watched)
{
	if (watched != NULL)
		*watched = (struct watched){0};
	segment->watched = watched;
}
