/* SPDX-License-Identifier: MIT
 *
 * A segment of memory: how large it is, and the bytes at its beginning as they were last looked at.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

struct segment *
segment_create(void)
{
	struct segment *segment = calloc(1, sizeof *segment);

	if (segment == NULL)
		return NULL;
	segment->size = segment->nattch = -1;
	return segment;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
segment_byte(struct model *model, struct segment *segment, int64_t at, uint8_t byte)
{
	if (at >= SEGMENT_BYTES_MAX)
		return;
	if (at == segment->n_bytes)
		segment->n_bytes++;
	else if (segment->bytes[at] != byte)
		segment->changed[at] = model->events;
	segment->bytes[at] = byte;
}

/* Bytes beyond a gap are not taken: all up to n_bytes are known. */
static void
take_bytes(struct model *model, struct segment *segment, const struct event *event)
{
	size_t length;
	const char *text = event_raw(event, FIELD_bytes, &length);
	int64_t at = number_of(event, FIELD_off, 0);

	if (text == NULL || at < 0 || at > segment->n_bytes)
		return;
	for (size_t i = 0; i + 1 < length && at < SEGMENT_BYTES_MAX; i += 2, at++) {
		int high = hex(text[i]), low = hex(text[i + 1]);
		if (high < 0 || low < 0)
			return;
		segment_byte(model, segment, at, (uint8_t)(high << 4 | low));
	}
}

void
segment_figures(struct model *model, int id, const struct event *event)
{
	struct segment *segment = model->channels[id].segment;

	if (number_of(event, FIELD_size, -1) >= 0)
		segment->size = number_of(event, FIELD_size, -1);
	if (number_of(event, FIELD_nattch, -1) >= 0)
		segment->nattch = number_of(event, FIELD_nattch, -1);
	if (event_has(event, FIELD_bytes))
		take_bytes(model, segment, event);
	model->channels[id].changed = model->events;
}

/* Its memory is new, and all zero (shmget(2), shm_open(3)). */
static void
segment_made(struct model *model, int id, int64_t size)
{
	struct channel *channel = &model->channels[id];
	int n_mapped = channel->segment->n_mapped;
	struct watched *watched = channel->segment->watched;

	*channel->segment = (struct segment){.size = size, .nattch = -1, .n_mapped = n_mapped};
	accesses_begin(channel->segment, watched);
	channel->partial = channel->removed = channel->contradicted = false;
}

void
segment_called(struct model *model, int process, struct call *call, const struct event *event)
{
	int id = call->channel;
	bool made = number_of(event, FIELD_made, 0) == 1;

	if (call_accesses(call->id))
		access_apply(model, process, call, event);
	else
		user_touch(model, id, process, false, false);
	switch (call_failed(call) ? CALL_unknown : call->id) {
	case CALL_shmget:
		if (made)
			segment_made(model, id, call->n);
		break;
	case CALL_shm_open:
		if (made)
			segment_made(model, id, 0);
		break;
	case CALL_ftruncate:
		if (call->n >= 0)
			model->channels[id].segment->size = call->n;
		break;
	case CALL_shm_unlink:
		object_removed(model, id, process);
		break;
	case CALL_shmctl:
		if (strcmp(call->ops, "IPC_RMID") == 0)
			object_removed(model, id, process);
		break;
	default:
		break;
	}
	segment_figures(model, id, event);
}
