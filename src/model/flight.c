/* SPDX-License-Identifier: MIT
 *
 * Calls as they begin, are in flight and return. Those in flight form a stack: a signal's handler calls while the
 * interrupted call is still in flight, and threads (told apart by tid) add theirs.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <string.h>

static bool
call_forks(enum call_id id)
{
	return id == CALL_fork || id == CALL_vfork || id == CALL__Fork;
}

/* Takes a call out of flight, without a word on what it did. */
static void
call_remove(struct model *model, struct process *process, int index)
{
	const struct call *call = &process->calls[index];

	if (call->begun != 0 && call_lists(model, call))
		pipe_caller_remove(channel_at(model, call->channel), process_id(model, process),
			call->tid, (call_traits(call->id) & CALL_WRITES) != 0);
	process->n_calls--;
	memmove(&process->calls[index], &process->calls[index + 1],
		(size_t)(process->n_calls - index) * sizeof *call);
}

/* A call will never return: its process ended, became another program, or jumped out of a signal's
 * handler. */
void
call_drop(struct model *model, struct process *process, int index)
{
	struct call *call = &process->calls[index];
	struct channel *channel = channel_at(model, call->channel);

	if (call->begun != 0 && call_moves(call->id) && channel != NULL)
		channel->uncertain = true;
	if (call->begun != 0 && call_forks(call->id)) {
		int fork = fork_find(model, process_id(model, process), call->tid);
		if (fork != NONE)
			fork_end(model, fork);
	}
	call_remove(model, process, index);
}

static int
call_index(const struct process *process, int32_t tid, enum call_id id)
{
	for (int i = process->n_calls - 1; i >= 0; i--)
		if (process->calls[i].tid == tid && process->calls[i].id == id)
			return i;
	return NONE;
}

/* What an event says of its call; `call` may hold what an earlier one said. */
static void
call_fill(
	struct model *model, struct process *process, struct call *call, const struct event *event)
{
	call->id = event->call;
	call->tid = event->tid;
	call->fd = (int)number_of(event, FIELD_fd, NONE);
	call->fd2 = (int)number_of(event, FIELD_fd2, NONE);
	call->n = number_of(event, event_has(event, FIELD_status) ? FIELD_status : FIELD_n, -1);
	call->at = (uint64_t)number_of(event, FIELD_at, 0);
	call->target = (int32_t)number_of(event, FIELD_target, 0);
	call->flags = event_flags(event);
	if (call->flags == -1) /* waitpid and its kin say their options there */
		call->flags = (int)number_of(event, FIELD_arg, -1);
	call->channel = call->fd >= 0 && !call_opens(call->id)
				? descriptor_learn(model, process, call->fd, event)
				: event_channel(model, event);
	call->other = channel_named(model, event, FIELD_other);
	call->end = descriptor_end(event, END_NONE);
	call->event = model->events;
	call_text(event, call->text, sizeof call->text);
	call->kernel = -1;
	if (call_is_ipc(call->id))
		call_arguments(call, event);
	if (!call_moves(call->id) || call->fd < 0)
		return;
	const struct description *description = descriptor_description(model, process, call->fd);
	if (description == NULL)
		return;
	if (call->end == END_NONE)
		call->end = description->end;
	call->nonblock |= description->flags != -1 && (description->flags & O_NONBLOCK) != 0;
}

static struct call *
call_push(struct model *model, struct process *process)
{
	if (process->n_calls == PROCESS_CALLS_MAX) {
		call_drop(model, process, 0);
		model->lost++;
	}
	struct call *call = &process->calls[process->n_calls++];
	memset(call, 0, offsetof(struct call, text));
	return call;
}

/* A signal can act before the call that sends it returns. */
static void
call_signals(struct model *model, int sender, const struct call *call)
{
	int32_t pid = call->id == CALL_raise ? model->processes[sender].pid : call->target;
	int target = model_process(model, pid);

	if (target == NONE)
		return;
	model->processes[target].signaller = sender;
	model->processes[target].signalled = model->events;
}

static void
call_takes_off(struct model *model, int id, struct call *call, const struct event *event)
{
	struct process *process = &model->processes[id];

	call->entered = event->time;
	call->begun = model->events;
	if (call_lists(model, call))
		pipe_caller_add(model, channel_at(model, call->channel), id, call->tid,
			(call_traits(call->id) & CALL_WRITES) != 0);
	if (call_forks(call->id))
		fork_begin(model, id, call->tid);
	if (call->id == CALL_kill || call->id == CALL_raise)
		call_signals(model, id, call);
	if (call->channel != NONE && model->channels[call->channel].kind != CHANNEL_PIPE)
		object_entered(model, id, call);
	if (call->channel != NONE && model->channels[call->channel].kind == CHANNEL_SOCKET)
		endpoint_entered(model, id, call, event);
	lane_mark(model, process, LANE_ENTER, call->id, NONE);
}

/* An event that the process sent itself, after the kernel was asked: it runs. */
static void
process_stirs(struct process *process, const struct event *event)
{
	if (process->stopped && event->time > process->looked)
		process->stopped = false;
}

void
call_begin(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (id == NONE || model->processes[id].state == PROCESS_DEAD)
		id = process_appear(model, event->pid);
	if (id == NONE)
		return;
	struct process *process = &model->processes[id];
	int index = call_index(process, event->tid, event->call);
	bool known = index != NONE && process->calls[index].begun == 0;
	for (int i = process->n_calls - 1; known && i > index;
		i--) /* a handler jumped out of these */
		if (process->calls[i].tid == event->tid)
			call_drop(model, process, i);
	struct call *call = known ? &process->calls[index] : call_push(model, process);
	if (!known)
		call_fill(model, process, call, event);
	call->event = model->events;
	process->threads |= event->tid != event->pid;
	process_stirs(process, event);
	if (call->channel != NONE && model->channels[call->channel].kind == CHANNEL_SOCKET)
		endpoint_approached(model, call, event);
	if (event->what == WHAT_enter)
		call_takes_off(model, id, call, event);
	else
		lane_mark(model, process, LANE_GATE, call->id, NONE);
	process_settle(model, process);
	wait_update(model, id);
	model->touched_process = id;
	if (call->channel != NONE)
		model->touched_channel = call->channel;
}

/* Finds the call that this leave ends and takes it out of flight. */
static void
call_land(
	struct model *model, struct process *process, struct call *call, const struct event *event)
{
	int index = call_index(process, event->tid, event->call);

	if (index == NONE) {
		*call = (struct call){0};
		call_fill(model, process, call, event);
		if (!process->partial && !call_forks(call->id) && !call_accesses(call->id))
			model->strange++;
		return;
	}
	for (int i = process->n_calls - 1; i > index; i--) /* a handler jumped out of these */
		if (process->calls[i].tid == event->tid)
			call_drop(model, process, i);
	*call = process->calls[index];
	call_remove(model, process, index);
	if (call_traits(call->id) & CALL_MAKES || call_accesses(call->id))
		call_text(event, call->text, sizeof call->text);
}

/* What it writes to a terminal is remembered until the terminal shows it. */
static void
process_says(const struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	if (call->ret > 0 && call_traits(call->id) & CALL_WRITES && call->channel != NONE &&
		model->channels[call->channel].kind == CHANNEL_TTY)
		event_copy(event, FIELD_data, process->said, sizeof process->said);
}

static void
process_count(struct process *process, const struct call *call)
{
	process->n_calls_made++;
	process->n_errors += call->err[0] != '\0';
	process->n_again += strcmp(call->err, "EAGAIN") == 0;
	if (call->ret > 0 && call_traits(call->id) & CALL_READS)
		process->bytes_read += (uint64_t)call->ret;
	if (call->ret > 0 && call_traits(call->id) & CALL_WRITES)
		process->bytes_written += (uint64_t)call->ret;
}

void
call_end(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid), giver = NONE;
	struct call call;

	if (id != NONE && model->processes[id].state == PROCESS_DEAD) {
		model->strange++;
		return;
	}
	if (id == NONE)
		id = process_appear(model, event->pid);
	if (id == NONE)
		return;
	struct process *process = &model->processes[id];
	call_land(model, process, &call, event);
	process_stirs(process, event);
	call.ret = number_of(event, FIELD_ret, 0);
	call.left = event->time;
	call.event = model->events;
	call.asleep = false;
	if (event_has(event, FIELD_err))
		event_copy(event, FIELD_err, call.err, sizeof call.err);
	process_count(process, &call);
	process_says(model, process, &call, event);
	if (call.channel == NONE && call_is_ipc(call.id))
		call.channel = event_channel(model, event);
	if (call.channel != NONE && model->channels[call.channel].kind == CHANNEL_SOCKET)
		endpoint_learn(model, call.channel, event);
	if (call.channel != NONE && object_takes(&model->channels[call.channel], call.id))
		giver = object_called(model, id, &call, event);
	else if (call_moves(call.id) && call.channel != NONE)
		giver = pipe_moved(model, call.channel, id, &call, event);
	process->last = call;
	if (call.slept)
		wait_woken(model, id, &call, event, giver);
	if (!call.slept || call.err[0] != '\0')
		lane_mark(model, process, call.err[0] != '\0' ? LANE_ERROR : LANE_CALL, call.id,
			NONE);
	effect_apply(model, id, &call, event); /* may add a process: `process` is stale then */
	process_settle(model, &model->processes[id]);
	wait_update(model, id);
	wait_channel_changed(model, call.channel);
	wait_channel_changed(model, call.other);
	model->touched_process = id;
	if (call.channel != NONE)
		model->touched_channel = call.channel;
}
