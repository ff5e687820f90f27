/* SPDX-License-Identifier: MIT
 *
 * A process's life and its state, which follows from the newest call and from what the kernel said of it. Its calls are
 * in flight.c.
 */
#include "model/endpoint.h"

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
