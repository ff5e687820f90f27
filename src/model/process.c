/* SPDX-License-Identifier: MIT
 *
 * A process's life, and its calls. Calls in flight form a stack: a signal's handler calls while the
 * interrupted call is still in flight, and threads (told apart by tid) add theirs. The state
 * follows from the newest call and from what the kernel said of it.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* --- state ------------------------------------------------------------------------- */

const struct call *
process_call(const struct process *process)
{
	return process->n_calls > 0 ? &process->calls[process->n_calls - 1] : NULL;
}

void
process_settle(struct model *model, struct process *process)
{
	const struct call *call = process_call(process);
	enum process_state state = process->state == PROCESS_DEAD ? PROCESS_DEAD
				   : process->stopped             ? PROCESS_STOPPED
				   : call == NULL                 ? PROCESS_RUNNING
				   : call->begun == 0             ? PROCESS_GATE
				   : call->asleep                 ? PROCESS_BLOCKED
								  : PROCESS_CALL;

	process->was_blocked = call != NULL && call->slept;
	if (state == process->state)
		return;
	process->state = state;
	process->since = model->time;
}

/* --- birth, exec, death ------------------------------------------------------------ */

int
process_appear(struct model *model, int32_t pid)
{
	int id = table_add_process(model, pid);

	if (id != NONE)
		model->processes[id].partial = true;
	return id;
}

static void
process_take_name(struct process *process, const struct event *event)
{
	if (event_has(event, FIELD_prog))
		event_copy(event, FIELD_prog, process->program, sizeof process->program);
	if (event_has(event, FIELD_name)) {
		event_copy(event, FIELD_name, process->name, sizeof process->name);
	} else if (event_has(event, FIELD_prog)) {
		const char *slash = strrchr(process->program, '/');
		const char *file = slash == NULL ? process->program : slash + 1;
		size_t length = strnlen(file, sizeof process->name - 1);
		memcpy(process->name, file, length);
		process->name[length] = '\0';
	}
}

/* What a new process has of its parent. */
static void
process_inherit(struct process *child, const struct process *parent)
{
	child->ppid = parent->pid;
	memcpy(child->name, parent->name, sizeof child->name);
	memcpy(child->program, parent->program, sizeof child->program);
	memcpy(child->sigpipe, parent->sigpipe, sizeof child->sigpipe);
	memcpy(child->host, parent->host, sizeof child->host);
	memcpy(child->address, parent->address, sizeof child->address);
	memcpy(child->host_why, parent->host_why, sizeof child->host_why);
}

/* A child that a fork made, told by the parent's leave or by its own first event, whichever comes
 * first. */
int
process_forked(struct model *model, int parent, int fork, int32_t pid)
{
	int id = table_add_process(model, pid);

	if (id == NONE)
		return NONE;
	struct process *child = &model->processes[id];
	process_inherit(child, &model->processes[parent]);
	const struct process *from = &model->processes[parent];
	for (int i = 0; i < from->n_calls; i++) {
		const struct call *call = &from->calls[i];
		if (call->tid != model->forks[fork].tid ||
			call->begun != model->forks[fork].event || call->id == CALL_vfork)
			continue;
		child->calls[0] = *call; /* it wakes up inside the parent's fork */
		child->calls[0].tid = pid;
		child->calls[0].asleep = child->calls[0].slept = false;
		child->n_calls = 1;
	}
	fork_copy(model, fork, child);
	mappings_inherit(model, child, from);
	lane_mark(model, child, LANE_BORN, CALL_unknown, NONE);
	process_settle(model, child);
	return id;
}

void
process_born(struct model *model, const struct event *event)
{
	int32_t ppid = (int32_t)number_of(event, FIELD_ppid, 0);
	int parent = model_process(model, ppid), id = model_process(model, event->pid);

	if (id != NONE && model->processes[id].state != PROCESS_DEAD) {
		const struct call *call = process_call(&model->processes[id]);
		if (call != NULL && call->id == CALL_execve) {
			process_exec(model, event);
			return;
		}
		if (model->processes[id].announced) {
			process_die(model, id, -1,
				NULL); /* its end was not told, and its number is used again */
			model->strange++;
			id = NONE;
		}
	} else {
		id = NONE;
	}
	bool fresh = id == NONE;
	int fork = parent == NONE ? NONE : fork_find(model, parent, 0);
	if (fresh)
		id = fork != NONE ? process_forked(model, parent, fork, event->pid)
				  : table_add_process(model, event->pid);
	if (id == NONE)
		return;
	struct process *process = &model->processes[id];
	if (fresh && fork == NONE) {
		if (parent != NONE && parent != id)
			process_inherit(process, &model->processes[parent]);
		lane_mark(model, process, LANE_BORN, CALL_unknown, NONE);
	} else if (!fresh && process->n_lane == 0) /* only where it is was told before */
		lane_mark(model, process, LANE_BORN, CALL_unknown, NONE);
	process->partial = process->partial && process->n_calls_made > 0;
	process->announced = true;
	process->ppid = ppid;
	process->slot = (int)number_of(event, FIELD_slot, NONE);
	process_take_name(process, event);
	model->touched_process = id;
}

void
process_exec(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (id == NONE || model->processes[id].state == PROCESS_DEAD)
		id = process_appear(model, event->pid);
	if (id == NONE)
		return;
	struct process *process = &model->processes[id];
	while (process->n_calls > 0)
		call_drop(model, process, process->n_calls - 1);
	wait_update(model, id); /* before the channels that it may have waited for */
	descriptor_close_all(model, process, true);
	mappings_drop(model, process);
	process_take_name(process, event);
	if (event_has(event, FIELD_slot))
		process->slot = (int)number_of(event, FIELD_slot, NONE);
	if (strcmp(process->sigpipe, "caught") == 0)
		strcpy(process->sigpipe, "default");
	memset(&process->variable, 0, sizeof process->variable);
	process->announced = true;
	process->threads = false;
	process->stopped = false;
	lane_mark(model, process, LANE_EXEC, CALL_execve, NONE);
	process_settle(model, process);
	wait_update(model, id);
	model->touched_process = id;
}

void
process_dark(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (id == NONE)
		return;
	model->processes[id].dark = true;
	event_copy(event, FIELD_why, model->processes[id].dark_why,
		sizeof model->processes[id].dark_why);
	model->touched_process = id;
}

static void
process_take_end(struct process *process, int status, const char *signal)
{
	if (status >= 0 && process->exit_status == -1 && process->exit_signal[0] == '\0')
		process->exit_status = status & 0xff;
	if (signal != NULL && signal[0] != '\0') {
		process->exit_status = -1;
		strncpy(process->exit_signal, signal, sizeof process->exit_signal - 1);
	}
}

void
process_die(struct model *model, int id, int status, const char *signal)
{
	struct process *process = &model->processes[id];
	const struct call *call = process_call(process);

	if (process->state == PROCESS_DEAD) {
		process_take_end(process, status, signal);
		return;
	}
	if (status == -1 && signal == NULL && call != NULL && call->id == CALL__exit &&
		call->n >= 0)
		status = (int)(call->n & 0xff); /* its own last words */
	process_take_end(process, status, signal);
	if (call != NULL && call->begun != 0 && (call_traits(call->id) & CALL_ENDS) == 0)
		process->last = *call; /* the one that it never returned from */
	while (process->n_calls > 0)
		call_drop(model, process, process->n_calls - 1);
	forks_of_gone(model, id);
	descriptor_close_all(model, process, false);
	mappings_drop(model, process);
	object_process_gone(model, id);
	process->state = PROCESS_DEAD;
	process->since = model->time;
	process->was_blocked = process->stopped = false;
	lane_mark(model, process, LANE_DEAD, CALL_unknown, NONE);
	wait_update(model, id);
}

/* --- calls ------------------------------------------------------------------------- */

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
