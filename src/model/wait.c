/* SPDX-License-Identifier: MIT
 *
 * Why a process waits, and who woke it. The cause follows from the call in flight and from what is
 * known of its channel; the kernel's word that it sleeps outweighs what we computed. Who woke it is
 * concluded from the order of events: the newest call that made true what was waited for.
 */
#include "model/endpoint.h"

#include <string.h>

struct cause {
	enum wait_cause cause;
	int channel;
	enum end end;
};

static struct cause
cause_of_read(const struct model *model, const struct call *call)
{
	struct cause empty = {WAIT_EMPTY, call->channel, END_READ};
	struct cause none = {WAIT_NONE, NONE, END_NONE};

	if (call->channel == NONE)
		return call->asleep ? (struct cause){WAIT_OTHER, NONE, END_NONE} : none;
	const struct channel *channel = &model->channels[call->channel];
	if (call->asleep)
		return channel->kind == CHANNEL_FILE
			       ? (struct cause){WAIT_OTHER, call->channel, END_READ}
			       : empty;
	if (!channel_is_pipe(channel) || channel->used != 0 || call->nonblock || call->n == 0)
		return none;
	return channel->n_writers > 0 || channel->partial ? empty : none;
}

static struct cause
cause_of_write(const struct model *model, const struct call *call)
{
	struct cause full = {WAIT_FULL, call->channel, END_WRITE};
	struct cause none = {WAIT_NONE, NONE, END_NONE};

	if (call->channel == NONE)
		return call->asleep ? (struct cause){WAIT_OTHER, NONE, END_NONE} : none;
	const struct channel *channel = &model->channels[call->channel];
	if (call->asleep)
		return channel->kind == CHANNEL_FILE
			       ? (struct cause){WAIT_OTHER, call->channel, END_WRITE}
			       : full;
	if (!channel_is_pipe(channel) || call->nonblock || call->n < 0 ||
		(channel->n_readers == 0 && !channel->partial))
		return none;
	int64_t rest = call->n - call->moved_early, room = channel_room(channel, rest);
	return room != -1 && room < rest ? full : none;
}

static struct cause
cause_of_queue(const struct model *model, const struct process *process, const struct call *call)
{
	const struct channel *channel = &model->channels[call->channel];
	const struct queue *queue = channel->queue;
	bool reads = (call_traits(call->id) & CALL_READS) != 0;
	bool stuck = call->asleep;

	if (!stuck && !call->nonblock && !channel->removed && reads)
		stuck = queue->count == queue->n_messages &&
			queue_next(model, call->channel, process_id(model, process)) == NONE;
	else if (!stuck && !call->nonblock && !channel->removed)
		stuck = call->moved_early == 0 && !queue_has_room(channel, call->n);
	if (!stuck)
		return (struct cause){WAIT_NONE, NONE, END_NONE};
	return reads ? (struct cause){WAIT_MESSAGE, call->channel, END_READ}
		     : (struct cause){WAIT_ROOM, call->channel, END_WRITE};
}

static struct cause
cause_of_semaphore(const struct model *model, const struct call *call)
{
	const struct channel *channel = &model->channels[call->channel];
	struct operation operations[OPERATIONS_MAX];
	int n = call_operations(call, operations);

	if (call_traits(call->id) & CALL_SLEEPS && channel->kind == CHANNEL_COND)
		return (struct cause){WAIT_CONDITION, call->channel, END_READ};
	if (n == 0 || !(call_traits(call->id) & CALL_SLEEPS) || call->nonblock || channel->removed)
		return (struct cause){WAIT_NONE, NONE, END_NONE};
	int stuck = operations_stuck(channel->semaphores, operations, n);
	if (stuck == NONE && !call->asleep)
		return (struct cause){WAIT_NONE, NONE, END_NONE};
	for (int i = 0; i < n && stuck == NONE; i++) /* the kernel knows better */
		stuck = operations[i].delta < 0 ? i : NONE;
	enum wait_cause cause = channel->kind == CHANNEL_MUTEX                  ? WAIT_LOCK
				: stuck == NONE || operations[stuck].delta == 0 ? WAIT_ZERO
										: WAIT_VALUE;
	return (struct cause){cause, call->channel, END_READ};
}

static struct cause
cause_of(const struct model *model, const struct process *process)
{
	const struct call *call = process_call(process);
	struct cause none = {WAIT_NONE, NONE, END_NONE};

	if (process->state == PROCESS_DEAD || call == NULL || call->begun == 0)
		return none;
	if (call->channel != NONE && model->channels[call->channel].endpoint != NULL) {
		struct cause at = {.channel = call->channel};
		return socket_waits(model, call, &at.cause, &at.end) ? at : none;
	}
	if (call->channel != NONE && model->channels[call->channel].queue != NULL &&
		call_moves(call->id))
		return cause_of_queue(model, process, call);
	if (call->channel != NONE && model->channels[call->channel].semaphores != NULL)
		return cause_of_semaphore(model, call);
	if (call_traits(call->id) & CALL_READS)
		return cause_of_read(model, call);
	if (call_traits(call->id) & CALL_WRITES)
		return cause_of_write(model, call);
	switch (call->id) {
	case CALL_wait:
	case CALL_waitpid:
	case CALL_waitid:
	case CALL_wait3:
	case CALL_wait4:
	case CALL_system:
	case CALL_pclose:
		return (struct cause){WAIT_CHILD, NONE, END_NONE};
	case CALL_pause:
	case CALL_sigsuspend:
		return (struct cause){WAIT_SIGNAL, NONE, END_NONE};
	case CALL_sleep:
	case CALL_usleep:
	case CALL_nanosleep:
	case CALL_clock_nanosleep:
		return (struct cause){WAIT_TIME, NONE, END_NONE};
	case CALL_poll:
	case CALL_ppoll:
	case CALL_select:
	case CALL_pselect:
	case CALL_epoll_wait:
	case CALL_epoll_pwait:
	case CALL_epoll_pwait2:
		return (struct cause){WAIT_READY, NONE, END_NONE};
	case CALL_vfork:
	case CALL_posix_spawn:
	case CALL_posix_spawnp:
		return (struct cause){WAIT_EXEC, NONE, END_NONE};
	case CALL_open:
	case CALL_openat:
	case CALL_creat:
		return call->asleep || (call->channel != NONE && fifo_lacks_partner(model, call))
			       ? (struct cause){WAIT_PARTNER, call->channel, call->end}
			       : none;
	default:
		return call->asleep ? (struct cause){WAIT_OTHER, call->channel, call->end} : none;
	}
}

static void
count_waiting(struct model *model, const struct process *process, int by)
{
	struct channel *channel = channel_at(model, process->waits_for);

	if (channel == NULL)
		return;
	if (process->waits_end == END_WRITE)
		channel->n_waiting_write += by;
	else
		channel->n_waiting_read += by;
}

void
wait_update(struct model *model, int id)
{
	struct process *process = &model->processes[id];
	struct cause cause = cause_of(model, process);

	if (cause.cause == process->cause && cause.channel == process->waits_for &&
		cause.end == process->waits_end)
		return;
	count_waiting(model, process, -1);
	process->cause = cause.cause;
	process->waits_for = cause.channel;
	process->waits_end = cause.end;
	count_waiting(model, process, 1);
}

void
wait_channel_changed(struct model *model, int id)
{
	for (int i = 0; id != NONE && i < model->channels[id].n_callers; i++)
		wait_update(model, model->channels[id].callers[i].process);
	if (id != NONE && (model->channels[id].kind == CHANNEL_FIFO ||
				  model->channels[id].endpoint != NULL))
		for (int i = 0; i < model->channels[id].n_users; i++)
			wait_update(model, model->channels[id].users[i].process);
}

/* --- who woke whom ----------------------------------------------------------------- */

/* Is it under way to close what it holds of `end`, by close and its kin, by exec or by exit? */
static bool
closing(const struct model *model, const struct process *process, int channel, enum end end)
{
	for (int i = 0; i < process->n_calls; i++) {
		const struct call *call = &process->calls[i];
		switch (call->begun == 0 ? CALL_unknown : call->id) {
		case CALL_close:
		case CALL_dup2:
		case CALL_dup3:
		case CALL_close_range:
		case CALL_closefrom:
		case CALL_execve:
		case CALL_exit:
		case CALL__exit:
			if (process_holds(model, process, channel, end) > 0)
				return true;
			break;
		default:
			break;
		}
	}
	return false;
}

/* Who closed the last descriptor on this end: its close may not have returned yet. */
int
last_closer(const struct model *model, int id, enum end end)
{
	const struct channel *channel = &model->channels[id];

	if ((end == END_WRITE ? channel->n_writers : channel->n_readers) == 0)
		return end == END_WRITE ? channel->last_write_closer : channel->last_read_closer;
	for (int i = 0; i < model->n_processes; i++)
		if (closing(model, &model->processes[i], id, end))
			return i;
	return NONE;
}

/* Whose read or write on the channel is newest: one that returned since the sleeper began, else one
 * in flight. */
int
last_mover(const struct model *model, int id, bool writes, const struct call *sleeper, int self)
{
	const struct channel *channel = &model->channels[id];

	if ((writes ? channel->write_left : channel->read_left) > sleeper->begun)
		return writes ? channel->last_writer : channel->last_reader;
	for (int i = channel->n_callers - 1; i >= 0; i--)
		if (channel->callers[i].writes == writes && channel->callers[i].process != self)
			return channel->callers[i].process;
	return NONE;
}

/* Of poll's answer, like 3r,4w, the first descriptor decides. */
static int
waker_of_poll(struct model *model, int self, const struct call *call, const struct event *event)
{
	size_t length, at = 0;
	const char *ready = event_raw(event, FIELD_ready, &length);
	int fd = 0;

	if (ready == NULL || length == 0)
		return NONE;
	for (; at < length && ready[at] >= '0' && ready[at] <= '9' && fd < PROCESS_FDS_MAX; at++)
		fd = fd * 10 + (ready[at] - '0');
	int channel = descriptor_channel(model, &model->processes[self], fd);
	if (channel == NONE || at >= length)
		return NONE;
	if (model->channels[channel].endpoint != NULL)
		return socket_mover(model, channel, ready[at] == 'w', call, self);
	if (ready[at] == 'w')
		return last_mover(model, channel, false, call, self);
	int writer = last_mover(model, channel, true, call, self);
	return writer != NONE ? writer : last_closer(model, channel, END_WRITE);
}

static int
dead_child(const struct model *model, int32_t parent, uint64_t since)
{
	int found = NONE;

	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		if (process->ppid == parent && process->state == PROCESS_DEAD &&
			process->since >= since &&
			(found == NONE || process->since > model->processes[found].since))
			found = i;
	}
	return found;
}

/* Whose call on an object, not this process's, may have ended the sleep: one that returned since, else one in flight. */
static int
other_caller(const struct model *model, int self, const struct call *sleeper, bool gives)
{
	const struct channel *channel = &model->channels[sleeper->channel];
	int last = gives ? channel->last_writer : channel->last_reader;
	struct operation operations[OPERATIONS_MAX];

	if ((gives ? channel->write_left : channel->read_left) > sleeper->begun && last != self)
		return last;
	for (int i = 0; i < channel->n_users; i++) {
		const struct process *process = &model->processes[channel->users[i].process];
		for (int j = 0; channel->users[i].process != self && j < process->n_calls; j++) {
			const struct call *call = &process->calls[j];
			int n = call_operations(call, operations);
			bool fits = call->id == CALL_pthread_cond_signal ||
				    call->id == CALL_pthread_cond_broadcast;
			for (int k = 0; k < n; k++)
				fits |= gives ? operations[k].delta > 0 : operations[k].delta < 0;
			if (fits && call->begun != 0 && call->channel == sleeper->channel)
				return channel->users[i].process;
		}
	}
	return NONE;
}

/* Who removed what it waited at: the call may not have returned yet. */
static int
remover(const struct model *model, int self, int id)
{
	if (id == NONE || model->channels[id].last_remover != NONE)
		return id == NONE ? NONE : model->channels[id].last_remover;
	for (int i = 0; i < model->n_processes; i++)
		for (int j = 0; i != self && j < model->processes[i].n_calls; j++) {
			const struct call *call = &model->processes[i].calls[j];
			if (call->channel == id && call->begun != 0 &&
				strcmp(call->ops, "IPC_RMID") == 0)
				return i;
		}
	return NONE;
}

/* Of a call on a queue, a semaphore or a lock. */
static int
waker_at_object(const struct model *model, int self, const struct call *call, int giver)
{
	const struct channel *channel = &model->channels[call->channel];
	struct operation operations[OPERATIONS_MAX];

	if (strcmp(call->err, "EIDRM") == 0)
		return remover(model, self, call->channel);
	if (call->err[0] != '\0' && strcmp(call->err, "EOWNERDEAD") != 0)
		return NONE;
	if (channel->queue != NULL && call_traits(call->id) & CALL_READS)
		return giver != NONE ? giver : last_mover(model, call->channel, true, call, self);
	if (channel->queue != NULL)
		return last_mover(model, call->channel, false, call, self);
	bool zero = call_operations(call, operations) > 0 && operations[0].delta == 0;
	return other_caller(model, self, call, !zero);
}

static int
waker_of(struct model *model, int self, const struct call *call, const struct event *event,
	int giver)
{
	const struct process *process = &model->processes[self];
	int64_t child = event_number(event, FIELD_child, call->ret);

	if (strcmp(call->err, "EINTR") == 0 || call->id == CALL_pause ||
		call->id == CALL_sigsuspend)
		return process->signalled > call->begun ? process->signaller : NONE;
	if (call->channel != NONE && model->channels[call->channel].endpoint != NULL)
		return socket_waker(model, self, call, giver);
	if (call->channel != NONE && (model->channels[call->channel].queue != NULL ||
					     model->channels[call->channel].semaphores != NULL))
		return waker_at_object(model, self, call, giver);
	if (call_traits(call->id) & CALL_READS && call->channel != NONE) {
		if (call->ret > 0)
			return giver != NONE ? giver
					     : last_mover(model, call->channel, true, call, self);
		return call->ret == 0 ? last_closer(model, call->channel, END_WRITE) : NONE;
	}
	if (call_traits(call->id) & CALL_WRITES && call->channel != NONE)
		return strcmp(call->err, "EPIPE") == 0
			       ? last_closer(model, call->channel, END_READ)
			       : last_mover(model, call->channel, false, call, self);
	switch (call->id) {
	case CALL_system:
	case CALL_pclose:
		return dead_child(model, process->pid, call->entered);
	case CALL_wait:
	case CALL_waitpid:
	case CALL_waitid:
	case CALL_wait3:
	case CALL_wait4:
	case CALL_vfork:
	case CALL_posix_spawn:
	case CALL_posix_spawnp:
		return child > 0 && child <= INT32_MAX ? model_process(model, (int32_t)child)
						       : NONE;
	case CALL_open:
	case CALL_openat:
	case CALL_creat:
		return fifo_partner(model, self, call);
	default:
		return waker_of_poll(model, self, call, event);
	}
}

/* A call in which the process had slept returned. `giver` wrote the bytes that it read, if that is
 * known. */
void
wait_woken(struct model *model, int self, const struct call *call, const struct event *event,
	int giver)
{
	int waker = waker_of(model, self, call, event, giver);

	lane_mark(model, &model->processes[self], LANE_WAKE, call->id, waker);
	model->wakes[model->wakes_next] = (struct wake){.event = model->events,
		.time = model->time,
		.waker = waker,
		.woken = self,
		.channel = call->channel};
	model->wakes_next = (model->wakes_next + 1) % MODEL_WAKES_MAX;
	if (model->n_wakes < MODEL_WAKES_MAX)
		model->n_wakes++;
}
