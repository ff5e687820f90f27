/* SPDX-License-Identifier: MIT
 *
 * What a channel has beside bytes in order: a queue of messages, a segment's memory, semaphores, an end of a connection,
 * and the processes that use it. Made with the channel by its kind, and gone with it.
 */
#include "model/endpoint.h"

#include <stdlib.h>
#include <string.h>

bool
object_has_users(const struct channel *channel)
{
	return channel->kind >= CHANNEL_MSG || channel->kind == CHANNEL_FIFO ||
	       channel->segment != NULL;
}

bool
object_lives(const struct channel *channel)
{
	if (channel->segment != NULL && channel->segment->n_mapped > 0)
		return true;
	return channel->kind >= CHANNEL_MSG && channel->kind <= CHANNEL_SEM && !channel->removed;
}

/* --- made --- */

struct queue *
queue_create(void)
{
	struct queue *queue = calloc(1, sizeof *queue);

	if (queue == NULL)
		return NULL;
	queue->count = queue->max_messages = queue->max_size = -1;
	queue->notified = NONE;
	return queue;
}

/*
 * A semaphore, mutex or condition in shared memory is called SEGMENT+OFFSET. A named semaphore may have such a name
 * too; it is inside only what is known to be a segment.
 */
static void
find_segment(struct model *model, int id, size_t length, const char *name)
{
	char segment[600] = "shm:";
	size_t colon = 0, plus = length, used = 4;
	int64_t offset = 0;

	while (colon < length && name[colon] != ':')
		colon++;
	while (plus > colon && name[plus - 1] != '+')
		plus--;
	if (plus <= colon + 2 || plus == length || length - plus > 15)
		return;
	for (size_t i = plus; i < length; i++) {
		if (name[i] < '0' || name[i] > '9')
			return;
		offset = offset * 10 + (name[i] - '0');
	}
	size_t part = plus - 1 - (colon + 1);
	if (part > 5 && memcmp(name + colon + 1, "file:", 5) == 0)
		used = 0;
	if (part + used >= sizeof segment)
		return;
	memcpy(segment + used, name + colon + 1, part);
	segment[used + part] = '\0';
	int found = model_channel(model, segment);
	if (found == NONE || offset > INT32_MAX)
		return;
	model->channels[id].inside = found;
	model->channels[id].inside_at = (int)offset;
}

void
object_create(struct model *model, int id, size_t length, const char *name)
{
	struct channel *channel = &model->channels[id];

	switch (channel->kind) {
	case CHANNEL_MSG:
	case CHANNEL_MQ:
		channel->queue = queue_create();
		break;
	case CHANNEL_SHM:
		channel->segment = segment_create();
		break;
	case CHANNEL_SEM:
	case CHANNEL_MUTEX:
	case CHANNEL_COND:
		channel->semaphores = calloc(1, sizeof *channel->semaphores);
		if (channel->semaphores == NULL)
			break;
		semaphores_inherit(model, id, name, length);
		find_segment(model, id, length, name);
		break;
	default:
		return;
	}
	if (channel->queue == NULL && channel->segment == NULL && channel->semaphores == NULL) {
		channel->kind = CHANNEL_OTHER; /* no memory: drawn without what it holds */
		model->lost++;
	}
}

/* --- what happens to it --- */

void
object_entered(struct model *model, int process, const struct call *call)
{
	const struct channel *channel = &model->channels[call->channel];
	unsigned traits = call_traits(call->id);

	if (channel->semaphores != NULL)
		semaphores_entered(model, process, call);
	else if (channel->kind == CHANNEL_FIFO && call_opens(call->id))
		user_touch(model, call->channel, process, (call->end & END_READ) != 0,
			(call->end & END_WRITE) != 0);
	else if (channel->kind >= CHANNEL_MSG)
		user_touch(model, call->channel, process, (traits & CALL_READS) != 0,
			(traits & CALL_WRITES) != 0);
}

int
object_called(struct model *model, int process, struct call *call, const struct event *event)
{
	struct channel *channel = &model->channels[call->channel];
	unsigned traits = call_traits(call->id);

	model->touched_channel = call->channel;
	if (channel->endpoint != NULL)
		return endpoint_called(model, process, call, event);
	if (channel->queue != NULL) {
		user_touch(model, call->channel, process, (traits & CALL_READS) != 0,
			(traits & CALL_WRITES) != 0);
		return queue_called(model, process, call, event);
	}
	if (channel->semaphores != NULL)
		semaphores_called(model, process, call, event);
	else
		segment_called(model, process, call, event);
	return NONE;
}

void
object_figures(struct model *model, int id, const struct event *event, uint64_t begun)
{
	const struct channel *channel = &model->channels[id];

	if (channel->kind == CHANNEL_SOCKET)
		endpoint_learn(model, id, event);
	else if (channel->queue != NULL)
		queue_figures(model, id, event, begun);
	else if (channel->semaphores != NULL)
		semaphores_figures(model, id, event, false);
	else if (channel->segment != NULL)
		segment_figures(model, id, event);
}

void
object_looked(struct model *model, const struct event *event)
{
	int id = event_channel(model, event);

	if (id == NONE)
		return;
	if (number_of(event, FIELD_removed, 0) == 1 && !model->channels[id].removed)
		object_removed(model, id, NONE);
	object_figures(model, id, event, model->events);
	endpoint_looked(model, id, event);
	wait_channel_changed(model, id);
	model->channels[id].changed = model->events;
	model->touched_channel = id;
}

/* What a System V queue held is gone with it; others live on without a name until nobody uses them. */
void
object_removed(struct model *model, int id, int process)
{
	struct channel *channel = &model->channels[id];

	channel->removed = true;
	channel->named = false;
	if (process != NONE)
		channel->last_remover = process;
	if (channel->queue != NULL && (channel->kind == CHANNEL_MSG || channel->n_open == 0))
		queue_clear(channel);
	channel->changed = model->events;
}

void
object_process_gone(struct model *model, int process)
{
	for (int i = 0; i < model->n_channels; i++) {
		struct channel *channel = &model->channels[i];
		if (channel->semaphores != NULL) {
			semaphores_process_gone(model, i, process);
			wait_channel_changed(model, i);
		} else if (channel->queue != NULL && channel->queue->notified == process) {
			channel->queue->notified = NONE;
		}
	}
}

/* --- gone --- */

void
object_release(struct model *model, struct channel *channel)
{
	if (channel->endpoint != NULL)
		endpoint_release(model, channel);
	if (channel->queue != NULL) {
		model->n_messages -= channel->queue->room_messages;
		free(channel->queue->messages);
	}
	if (channel->semaphores != NULL) {
		model->n_semaphores -= channel->semaphores->room;
		model->n_undos -= channel->semaphores->room_undos;
		model->n_holdings -= channel->semaphores->room_holdings;
		free(channel->semaphores->items);
		free(channel->semaphores->undos);
		free(channel->semaphores->holdings);
	}
	free(channel->queue);
	if (channel->segment != NULL)
		free(channel->segment->watched);
	free(channel->segment);
	free(channel->semaphores);
	channel->queue = NULL;
	channel->segment = NULL;
	channel->semaphores = NULL;
	users_release(model, channel);
}

static void
forget_id(int *reference, const bool *gone)
{
	if (*reference >= 0 && gone[*reference])
		*reference = NONE;
}

static void
semaphores_forget(struct semaphores *semaphores, const bool *gone)
{
	int undos = 0, holdings = 0;

	for (int i = 0; i < semaphores->n; i++)
		forget_id(&semaphores->items[i].last_operator, gone);
	for (int i = 0; i < semaphores->n_undos; i++)
		if (!gone[semaphores->undos[i].process])
			semaphores->undos[undos++] = semaphores->undos[i];
	for (int i = 0; i < semaphores->n_holdings; i++)
		if (!gone[semaphores->holdings[i].process])
			semaphores->holdings[holdings++] = semaphores->holdings[i];
	semaphores->n_undos = undos;
	semaphores->n_holdings = holdings;
}

void
object_forget_processes(struct channel *channel, const bool *gone)
{
	for (int i = 0; channel->queue != NULL && i < channel->queue->n_messages; i++)
		forget_id(&channel->queue->messages[i].sender, gone);
	if (channel->queue != NULL)
		forget_id(&channel->queue->notified, gone);
	if (channel->semaphores != NULL)
		semaphores_forget(channel->semaphores, gone);
	if (channel->segment != NULL)
		accesses_forget(channel->segment, gone);
	if (channel->endpoint != NULL)
		endpoint_forget_processes(channel, gone);
	users_forget(channel, gone);
}

/* --- copied --- */

static bool
queue_clone(struct model *clone, struct channel *channel)
{
	bool good = table_copy((void **)&channel->queue, 1, sizeof *channel->queue);
	struct queue *queue = channel->queue;

	if (queue == NULL)
		return false;
	good &= table_copy((void **)&queue->messages, queue->n_messages, sizeof *queue->messages);
	if (!good)
		queue->n_messages = 0;
	queue->room_messages = queue->n_messages;
	clone->n_messages += queue->room_messages;
	return good;
}

static bool
semaphores_clone(struct model *clone, struct channel *channel)
{
	bool good = table_copy((void **)&channel->semaphores, 1, sizeof *channel->semaphores);
	struct semaphores *semaphores = channel->semaphores;

	if (semaphores == NULL)
		return false;
	good &= table_copy((void **)&semaphores->items, semaphores->n, sizeof *semaphores->items);
	good &= table_copy(
		(void **)&semaphores->undos, semaphores->n_undos, sizeof *semaphores->undos);
	good &= table_copy((void **)&semaphores->holdings, semaphores->n_holdings,
		sizeof *semaphores->holdings);
	if (!good)
		semaphores->n = semaphores->n_undos = semaphores->n_holdings = 0;
	semaphores->room = semaphores->n;
	semaphores->room_undos = semaphores->n_undos;
	semaphores->room_holdings = semaphores->n_holdings;
	clone->n_semaphores += semaphores->room;
	clone->n_undos += semaphores->room_undos;
	clone->n_holdings += semaphores->room_holdings;
	return good;
}

static bool
segment_clone(struct channel *channel)
{
	bool good = table_copy((void **)&channel->segment, 1, sizeof *channel->segment);

	if (channel->segment != NULL && channel->segment->watched != NULL)
		good &= table_copy((void **)&channel->segment->watched, 1,
			sizeof *channel->segment->watched);
	return good;
}

bool
object_clone(struct model *clone, struct channel *channel)
{
	bool good = true;

	if (channel->queue != NULL)
		good &= queue_clone(clone, channel);
	if (channel->segment != NULL)
		good &= segment_clone(channel);
	if (channel->semaphores != NULL)
		good &= semaphores_clone(clone, channel);
	if (channel->endpoint != NULL)
		good &= endpoint_clone(channel);
	good &= table_copy((void **)&channel->users, channel->n_users, sizeof *channel->users);
	if (!good)
		channel->n_users = 0;
	channel->room_users = channel->n_users;
	clone->n_users += channel->room_users;
	return good;
}
