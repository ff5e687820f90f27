/* SPDX-License-Identifier: MIT
 *
 * The messages of a queue: put where the kernel puts them, taken out, found again when they were received.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static void
message_bytes(struct channel *channel, int64_t bytes)
{
	channel->lies += bytes;
	if (channel->used != -1)
		channel->used = channel->used + bytes < 0 ? 0 : channel->used + bytes;
}

void
count_add(struct queue *queue, int by)
{
	if (queue->count != -1 && queue->count + by >= queue->n_messages)
		queue->count += by;
}

/* A place for a message where the kernel puts it; NULL: it is only counted. */
static struct message *
message_place(struct model *model, struct channel *channel, int64_t type)
{
	struct queue *queue = channel->queue;
	int at = queue->n_messages;

	if (queue->count > queue->n_messages && queue->n_messages >= MESSAGES_MAX)
		return NULL;
	if (!table_grow_shared((void **)&queue->messages, &queue->room_messages, queue->n_messages,
		    MESSAGES_MAX, sizeof *queue->messages, &model->n_messages,
		    MODEL_MESSAGES_MAX)) {
		model->lost++;
		return NULL;
	}
	while (channel->kind == CHANNEL_MQ && at > 0 && queue->messages[at - 1].type < type)
		at--;
	memmove(&queue->messages[at + 1], &queue->messages[at],
		(size_t)(queue->n_messages - at) * sizeof *queue->messages);
	queue->n_messages++;
	return &queue->messages[at];
}

void
message_put(struct model *model, struct channel *channel, int sender, struct call *call, bool early)
{
	int64_t bytes = call->n < 0 ? 0 : call->n > FIGURES_MAX ? FIGURES_MAX : call->n;

	call->write = ++channel->numbered;
	struct message *message = message_place(model, channel, call->type);
	if (channel->queue->count != -1)
		channel->queue->count++;
	if (message == NULL)
		return;
	*message = (struct message){.sender = sender,
		.type = call->type,
		.bytes = bytes,
		.number = call->write,
		.early = early};
	message_bytes(channel, bytes);
}

void
message_drop(struct channel *channel, int at)
{
	struct queue *queue = channel->queue;

	message_bytes(channel, -queue->messages[at].bytes);
	queue->n_messages--;
	memmove(&queue->messages[at], &queue->messages[at + 1],
		(size_t)(queue->n_messages - at) * sizeof *queue->messages);
	if (queue->count > 0)
		queue->count--;
}

void
message_preview(struct message *message, const struct event *event)
{
	char preview[PREVIEW_MAX + 1];
	size_t length = event_copy(event, FIELD_data, preview, sizeof preview);

	message->n_preview = (uint8_t)length;
	memcpy(message->preview, preview, length);
}

/* Is it what was received? Previews may be cut, and msgrcv cuts with MSG_NOERROR. */
static bool
message_is(const struct message *message, const char *data, size_t length, int64_t bytes)
{
	size_t common = length < message->n_preview ? length : message->n_preview;

	return bytes <= message->bytes && memcmp(data, message->preview, common) == 0;
}

/* The first of its type; where sends overlapped, the first that has what was received. */
int
message_received(const struct queue *queue, const struct event *event, int64_t type, int64_t bytes)
{
	char data[PREVIEW_MAX + 1];
	size_t length = event_copy(event, FIELD_data, data, sizeof data);
	int first = NONE;

	for (int i = 0; i < queue->n_messages; i++) {
		if (type != ANY_TYPE && queue->messages[i].type != type)
			continue;
		if (message_is(&queue->messages[i], data, length, bytes))
			return i;
		first = first == NONE ? i : first;
	}
	return first;
}
