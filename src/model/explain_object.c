/* SPDX-License-Identifier: MIT
 *
 * Why a process waits at a queue, a semaphore or a lock, and what would wake it, in sentences.
 */
#include "model/explain.h"

#include <string.h>

#include "words.h"

/* Sentences say numbers of the set only where there are several. */
static bool
has_several(const struct channel *channel)
{
	return channel->semaphores->n > 1;
}

/* --- causes --- */

static void
cause_message(const struct channel *channel, const struct call *call, char *buf, size_t size)
{
	long long type = call->type;

	if (call->id != CALL_msgrcv || type == 0)
		explain_say(buf, size, _("no message: the queue is empty"));
	else if (type > 0 && call->except)
		explain_say(
			buf, size, _("no message of another type than %lld in the queue"), type);
	else if (type > 0)
		explain_say(buf, size, _("no message of type %lld in the queue"), type);
	else
		explain_say(buf, size, _("no message of a type up to %lld in the queue"), -type);
	(void)channel;
}

static void
cause_room(const struct channel *channel, const struct call *call, char *buf, size_t size)
{
	const struct queue *queue = channel->queue;

	if (queue->max_messages != -1)
		explain_say(buf, size, _("no room: %lld of %lld messages are in the queue"),
			(long long)queue->count, (long long)queue->max_messages);
	else if (channel->capacity != -1 && channel->used != -1 && call->n >= 0)
		explain_say(buf, size,
			_("no room for %lld bytes: %lld of %lld bytes of the queue are taken"),
			(long long)call->n, (long long)channel->used, (long long)channel->capacity);
	else
		explain_say(buf, size, _("no room: the queue is full"));
}

static void
cause_value(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = &model->channels[process->waits_for];
	struct operation stuck;

	if (!waiting_operation(model, id, &stuck) || stuck.number >= channel->semaphores->n ||
		channel->semaphores->items[stuck.number].value == -1) {
		explain_say(buf, size,
			process->cause == WAIT_ZERO ? _("the value is not 0")
						    : _("the value is too low"));
		return;
	}
	long long value = channel->semaphores->items[stuck.number].value, asked = -stuck.delta;
	if (stuck.delta == 0 && has_several(channel))
		explain_say(buf, size, _("the value of number %d is %lld, it waits for 0"),
			stuck.number, value);
	else if (stuck.delta == 0)
		explain_say(buf, size, _("the value is %lld, it waits for 0"), value);
	else if (has_several(channel))
		explain_say(buf, size, _("it wants %lld of number %d and finds %lld"), asked,
			stuck.number, value);
	else
		explain_say(buf, size, _("it wants %lld and finds %lld"), asked, value);
}

/* The one that is known to have it; NONE: nobody, or several. */
static int
holder_of(const struct waiting *waiting)
{
	int found = NONE;

	for (int i = 0; i < MODEL_PROCESSES_MAX; i++) {
		if (!set_has(&waiting->likely, i))
			continue;
		if (found != NONE)
			return NONE;
		found = i;
	}
	return found;
}

static void
cause_lock(const struct model *model, int id, char *buf, size_t size)
{
	struct waiting waiting;
	char name[40];

	waiting_find(model, id, &waiting);
	int holder = holder_of(&waiting);
	if (waiting.died_with != NONE)
		explain_say(buf, size, _("%s locked it and has ended"),
			explain_name(model, waiting.died_with, name, sizeof name));
	else if (holder == id)
		explain_say(buf, size, _("it has locked it itself already"));
	else if (holder != NONE)
		explain_say(buf, size, _("%s has locked it"),
			explain_name(model, holder, name, sizeof name));
	else
		explain_say(buf, size, _("another one has locked it"));
}

void
cause_of_object(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct call *call = process_call(process);
	const struct channel *channel =
		process->waits_for == NONE ? NULL : &model->channels[process->waits_for];

	if (call == NULL || channel == NULL)
		return;
	switch (process->cause) {
	case WAIT_MESSAGE:
		cause_message(channel, call, buf, size);
		break;
	case WAIT_ROOM:
		cause_room(channel, call, buf, size);
		break;
	case WAIT_VALUE:
	case WAIT_ZERO:
		cause_value(model, id, buf, size);
		break;
	case WAIT_LOCK:
		cause_lock(model, id, buf, size);
		break;
	case WAIT_CONDITION:
		explain_say(buf, size, _("nobody has signalled the condition since it waits"));
		break;
	default:
		break;
	}
}

/* --- wakes --- */

static void
wake_message(const struct call *call, char *buf, size_t size)
{
	long long type = call->type;

	if (call->id != CALL_msgrcv || type == 0)
		explain_say(buf, size, _("wakes when somebody sends a message"));
	else if (type > 0 && call->except)
		explain_say(buf, size, _("wakes when somebody sends one of another type than %lld"),
			type);
	else if (type > 0)
		explain_say(buf, size, _("wakes when somebody sends one of type %lld"), type);
	else
		explain_say(
			buf, size, _("wakes when somebody sends one of a type up to %lld"), -type);
}

/* A semaphore's waiter: by a post of whomever; of some it is known that they will not. */
static void
wake_value(const struct model *model, int id, char *buf, size_t size)
{
	struct waiting waiting;
	struct operation stuck;
	char name[40];

	waiting_find(model, id, &waiting);
	if (waiting.died_with != NONE)
		explain_say(buf, size,
			_("nobody is left to post: %s took it and has ended, without giving it "
			  "back"),
			explain_name(model, waiting.died_with, name, sizeof name));
	else if (waiting_operation(model, id, &stuck) && stuck.delta < -1)
		explain_say(buf, size, _("wakes when the value has grown to %lld"),
			(long long)-stuck.delta);
	else
		explain_say(buf, size, _("wakes when somebody posts"));
}

static void
wake_lock(const struct model *model, int id, char *buf, size_t size)
{
	struct waiting waiting;
	char name[40];

	waiting_find(model, id, &waiting);
	int holder = holder_of(&waiting);
	if (waiting.died_with != NONE)
		explain_say(buf, size, _("nobody is left to unlock it"));
	else if (holder == id)
		explain_say(buf, size, _("never wakes: it would have to unlock it first itself"));
	else if (holder != NONE)
		explain_say(buf, size, _("wakes when %s unlocks it"),
			explain_name(model, holder, name, sizeof name));
	else
		explain_say(buf, size, _("wakes when it is unlocked"));
}

void
wake_at_object(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct call *call = process_call(process);

	if (call == NULL || process->waits_for == NONE)
		return;
	switch (process->cause) {
	case WAIT_MESSAGE:
		wake_message(call, buf, size);
		break;
	case WAIT_ROOM:
		explain_say(buf, size, _("wakes when somebody receives a message"));
		break;
	case WAIT_VALUE:
		wake_value(model, id, buf, size);
		break;
	case WAIT_ZERO:
		explain_say(buf, size, _("wakes when others have taken it down to 0"));
		break;
	case WAIT_LOCK:
		wake_lock(model, id, buf, size);
		break;
	case WAIT_CONDITION:
		explain_say(buf, size,
			_("wakes when somebody signals it, and when it has the mutex again"));
		break;
	default:
		break;
	}
}
