/* SPDX-License-Identifier: MIT
 *
 * What lies in a message queue: whole messages, in the order in which the kernel holds them. That is the order of
 * arrival; a POSIX queue holds the highest priority first (mq_overview(7)), msgrcv picks by type (msgop(2)).
 *
 * Calls overlap, as with pipes: a receive can return, and say so, before the send that fed it has returned, and the
 * count that a process asked for may be old when its line arrives. So a message that was received, or counted, before
 * its send's leave is credited to a send in flight, and a count is believed when no other call can explain the
 * difference. What the kernel counts beyond the messages that were seen sent is only counted.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static int64_t
figure(const struct event *event, enum event_field field)
{
	int64_t number = number_of(event, field, -1);

	return number < 0 ? -1 : number > FIGURES_MAX ? FIGURES_MAX : number;
}

/* --- calls that overlap --- */

/* The next send in flight that nothing is known of, from callers[*at] on; *sender gets its process. */
static struct call *
send_in_flight(struct model *model, int id, int *at, int *sender)
{
	struct channel *channel = &model->channels[id];

	for (; *at < channel->n_callers; (*at)++) {
		const struct caller *caller = &channel->callers[*at];
		struct process *process = &model->processes[caller->process];
		for (int i = 0; caller->writes && i < process->n_calls; i++) {
			struct call *call = &process->calls[i];
			if (call->tid == caller->tid && call->begun != 0 && call->channel == id &&
				call_traits(call->id) & CALL_WRITES && call->moved_early == 0) {
				*sender = caller->process;
				return call;
			}
		}
	}
	return NULL;
}

static bool
receives_fly(const struct channel *channel)
{
	for (int i = 0; i < channel->n_callers; i++)
		if (!channel->callers[i].writes)
			return true;
	return false;
}

static void
queue_contradicted(struct model *model, struct channel *channel)
{
	if (channel->uncertain) {
		channel->uncertain = false; /* a call that ended untold explains it, once */
		return;
	}
	if (channel->partial)
		return; /* others may well have sent or received */
	channel->contradicted = true;
	model->strange++;
}

/* There are more than we know of: sends in flight have put theirs in; the rest nobody was seen to send. */
static void
queue_too_few(struct model *model, int id, int64_t missing)
{
	struct channel *channel = &model->channels[id];
	struct call *call;
	int sender;

	for (int at = 0; missing > 0 && (call = send_in_flight(model, id, &at, &sender)) != NULL;
		at++, missing--) {
		message_put(model, channel, sender, call, true);
		call->moved_early = 1;
	}
	if (missing <= 0)
		return;
	channel->queue->count += missing;
	queue_contradicted(model, channel);
}

/* Credits given to the wrong send in flight: the right one has returned since. Returns how many. */
static int64_t
credits_back(struct model *model, int id, int64_t surplus)
{
	struct channel *channel = &model->channels[id];
	int64_t back = 0;

	for (int i = channel->n_callers - 1; i >= 0 && back < surplus; i--) {
		struct process *process = &model->processes[channel->callers[i].process];
		for (int j = 0; channel->callers[i].writes && j < process->n_calls; j++) {
			struct call *call = &process->calls[j];
			int at = channel->queue->n_messages - 1;
			while (at >= 0 && (channel->queue->messages[at].number != call->write ||
						  !channel->queue->messages[at].early))
				at--;
			if (call->channel != id || call->moved_early == 0 || at < 0)
				continue;
			message_drop(channel, at);
			call->moved_early = 0;
			back++;
		}
	}
	return back;
}

/* There are less than we know of. */
static void
queue_too_many(struct model *model, int id, int64_t surplus)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;

	surplus -= credits_back(model, id, surplus);
	if (surplus <= 0)
		return;
	int64_t unseen = queue->count - queue->n_messages;

	queue->count -= surplus < unseen ? surplus : unseen;
	for (surplus -= unseen; surplus > 0 && queue->n_messages > 0; surplus--)
		message_drop(channel, 0);
	queue_contradicted(model, channel);
}

/* The kernel said, between `begun` and now, that so many messages lay there. */
static bool
queue_reconcile(struct model *model, int id, int64_t count, uint64_t begun)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;

	if (queue->count == -1) {
		queue->count = count > queue->n_messages ? count : queue->n_messages;
		return true;
	}
	if (count > queue->count) {
		if (channel->read_left > begun)
			return false; /* others have received since */
		queue_too_few(model, id, count - queue->count);
	} else if (count < queue->count) {
		if (channel->write_left > begun || receives_fly(channel))
			return false;
		queue_too_many(model, id, queue->count - count);
	}
	return true;
}

void
queue_figures(struct model *model, int id, const struct event *event, uint64_t begun)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;
	int64_t count = figure(event, FIELD_count), used = figure(event, FIELD_used);
	int64_t limit = figure(event, FIELD_limit), size = figure(event, FIELD_size);
	bool fresh = count == -1 || queue_reconcile(model, id, count, begun);

	if (used != -1 && (fresh || channel->used == -1))
		channel->used = used;
	else if (channel->used == -1 && queue->count == queue->n_messages)
		channel->used = channel->lies;
	channel->used_inferred = used == -1 || !fresh;
	if (figure(event, FIELD_cap) > 0)
		channel->capacity = figure(event, FIELD_cap);
	if (limit > 0)
		queue->max_messages = limit;
	if (size > 0)
		queue->max_size = size;
	if (event_has(event, FIELD_sender))
		queue->last_sender_pid = (int32_t)figure(event, FIELD_sender);
	if (event_has(event, FIELD_receiver))
		queue->last_receiver_pid = (int32_t)figure(event, FIELD_receiver);
	if (event_has(event, FIELD_notify)) {
		int64_t pid = figure(event, FIELD_notify);
		queue->notified =
			pid > 0 && pid <= INT32_MAX ? model_process(model, (int32_t)pid) : NONE;
	}
	channel->changed = model->events;
}

/* --- calls that returned --- */

/* msgop(2): type 0 takes the first; a positive one the first of that type, or of any other with MSG_EXCEPT; a negative
 * one the first of the lowest type up to its absolute value. */
static bool
takes(const struct call *call, int64_t type)
{
	if (call->id != CALL_msgrcv || call->type == 0)
		return true;
	if (call->type > 0)
		return (type == call->type) != call->except;
	return call->type == INT64_MIN || type <= -call->type;
}

static int
queue_pick(const struct queue *queue, const struct call *call)
{
	int found = NONE;

	if (call->copies)
		return call->type >= 0 && call->type < queue->n_messages ? (int)call->type : NONE;
	for (int i = 0; i < queue->n_messages; i++) {
		if (!takes(call, queue->messages[i].type))
			continue;
		if (found == NONE || queue->messages[i].type < queue->messages[found].type)
			found = i;
		if (call->id != CALL_msgrcv || call->type >= 0)
			break;
	}
	return found;
}

static bool
receiver_waits(const struct model *model, const struct channel *channel)
{
	for (int i = 0; i < channel->n_callers; i++) {
		const struct process *process = &model->processes[channel->callers[i].process];
		if (!channel->callers[i].writes && process->state == PROCESS_BLOCKED)
			return true;
	}
	return false;
}

/* A message in an empty queue that nobody waits at is told to the process that asked for it, once (mq_notify(3)). */
static void
notification_fires(struct model *model, struct channel *channel)
{
	if (channel->queue->notified != NONE && channel->queue->n_messages == 0 &&
		channel->queue->count <= 0 && !receiver_waits(model, channel))
		channel->queue->notified = NONE;
}

static void
queue_sent(struct model *model, int id, int sender, struct call *call, const struct event *event)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;

	call->type = number_of(event, FIELD_type, number_of(event, FIELD_prio, call->type));
	if (call->moved_early == 0) {
		notification_fires(model, channel);
		message_put(model, channel, sender, call, false);
	}
	for (int i = queue->n_messages - 1; i >= 0; i--) {
		if (queue->messages[i].number != call->write)
			continue;
		queue->messages[i].early = false;
		message_preview(&queue->messages[i], event);
		break;
	}
	queue->sent++;
	queue->last_sender_pid = model->processes[sender].pid;
	channel->n_writes++;
	channel->total_in += call->n > 0 ? (uint64_t)call->n : 0;
	channel->last_writer = sender;
}

/* Who sent what was received. */
static int
queue_received(struct model *model, int id, int receiver, const struct call *call,
	const struct event *event)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;
	int giver = NONE, at = 0;
	int64_t type = number_of(event, FIELD_type, number_of(event, FIELD_prio, ANY_TYPE));
	int found = message_received(queue, event, type, call->ret);

	if (found != NONE) {
		giver = queue->messages[found].sender;
		message_drop(channel, found);
	} else {
		struct call *send = send_in_flight(model, id, &at, &giver);
		while (send != NULL && type != ANY_TYPE && send->type != type) {
			at++;
			send = send_in_flight(model, id, &at, &giver);
		}
		if (send != NULL) {
			send->moved_early = 1;
			send->write = ++channel->numbered;
		} else {
			giver = NONE;
			if (queue->count == queue->n_messages)
				queue_contradicted(model, channel);
			count_add(queue, -1);
			if (channel->used > 0)
				channel->used =
					channel->used > call->ret ? channel->used - call->ret : 0;
		}
	}
	queue->received++;
	queue->last_receiver_pid = model->processes[receiver].pid;
	channel->n_reads++;
	channel->total_out += call->ret > 0 ? (uint64_t)call->ret : 0;
	channel->last_reader = receiver;
	return giver;
}

/* A receive that could not store the message has taken it nevertheless: it is lost. */
static void
queue_spilled(struct model *model, struct channel *channel, const struct call *call,
	const struct event *event)
{
	int next = queue_pick(channel->queue, call);

	if (strcmp(call->err, "EFAULT") != 0 || call->copies ||
		number_of(event, FIELD_count, channel->queue->count - 1) !=
			channel->queue->count - 1)
		return;
	if (next != NONE)
		message_drop(channel, next);
	else
		count_add(channel->queue, -1);
	channel->read_left = model->events;
}

void
queue_clear(struct channel *channel)
{
	channel->queue->n_messages = 0;
	channel->queue->count = channel->queue->count == -1 ? -1 : 0;
	channel->lies = 0;
	channel->used = channel->used == -1 ? -1 : 0;
}

/* A new one; the name may have been that of an older one, which is gone from sight. */
void
queue_made(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];
	struct queue *queue = channel->queue;

	queue->count = 0;
	channel->used = 0;
	queue_clear(channel);
	queue->notified = NONE;
	queue->sent = queue->received = 0;
	queue->last_sender_pid = queue->last_receiver_pid = 0;
	channel->total_in = channel->total_out = channel->n_writes = channel->n_reads = 0;
	channel->write_left = channel->read_left = channel->numbered = 0;
	channel->partial = channel->removed = channel->uncertain = channel->contradicted = false;
}

/* Where the figures do not say who is registered. */
static void
notify_set(int process, struct queue *queue, const struct event *event)
{
	if (!event_has(event, FIELD_notify))
		queue->notified = event_is(event, FIELD_how, "off") ? NONE : process;
}

int
queue_called(struct model *model, int process, struct call *call, const struct event *event)
{
	int id = call->channel, giver = NONE;
	struct queue *queue = model->channels[id].queue;
	bool good = !call_failed(call);

	switch (call->id) {
	case CALL_msgget:
	case CALL_mq_open:
		if (good && number_of(event, FIELD_made, 0) == 1)
			queue_made(model, id);
		break;
	case CALL_msgsnd:
	case CALL_mq_send:
	case CALL_mq_timedsend:
		if (good)
			queue_sent(model, id, process, call, event);
		break;
	case CALL_msgrcv:
	case CALL_mq_receive:
	case CALL_mq_timedreceive:
		if (good && !call->copies)
			giver = queue_received(model, id, process, call, event);
		else if (!good)
			queue_spilled(model, &model->channels[id], call, event);
		break;
	case CALL_mq_notify:
		if (good)
			notify_set(process, queue, event);
		break;
	case CALL_mq_unlink:
		if (good)
			object_removed(model, id, process);
		break;
	case CALL_msgctl:
		if (good && strcmp(call->ops, "IPC_RMID") == 0)
			object_removed(model, id, process);
		break;
	default:
		break;
	}
	if (strcmp(call->err, "EIDRM") == 0 && !model->channels[id].removed)
		object_removed(model, id, NONE);
	queue_figures(model, id, event, call->begun == 0 ? model->events : call->begun);
	if (good &&
		call_traits(call->id) & CALL_WRITES) /* not before: the figures are of after this */
		model->channels[id].write_left = model->events;
	if (good && call_traits(call->id) & CALL_READS)
		model->channels[id].read_left = model->events;
	return giver;
}

/* --- questions --- */

bool
queue_has_room(const struct channel *channel, int64_t bytes)
{
	const struct queue *queue = channel->queue;

	if (queue->max_messages != -1 && queue->count >= queue->max_messages)
		return false;
	if (channel->kind == CHANNEL_MSG && channel->capacity != -1 &&
		queue->count >= channel->capacity)
		return false;
	return channel->kind != CHANNEL_MSG || channel->capacity == -1 || channel->used == -1 ||
	       bytes < 0 || channel->used + bytes <= channel->capacity;
}

int
queue_next(const struct model *model, int id, int process)
{
	const struct queue *queue = model->channels[id].queue;
	const struct call *call = process_call(&model->processes[process]);

	if (queue == NULL || call == NULL || call->channel != id ||
		!(call_traits(call->id) & CALL_READS))
		return NONE;
	return queue_pick(queue, call);
}
