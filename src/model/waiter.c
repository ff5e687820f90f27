/* SPDX-License-Identifier: MIT
 *
 * Who waits at a channel, in which order, and what each asks of it.
 */
#include "model/explain.h"

#include <string.h>

#include "words.h"

/* Where the process's newest call began: the order of the kernel's queues, which are first come, first served. */
static uint64_t
waits_since(const struct model *model, int process)
{
	const struct call *call = process_call(&model->processes[process]);

	return call == NULL ? 0 : call->begun;
}

int
channel_waiters(const struct model *model, int channel, int *processes, int room)
{
	int n = 0;

	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		if (process->cause == WAIT_NONE || process->waits_for != channel)
			continue;
		int at = n < room ? n : room;
		uint64_t since = waits_since(model, i);
		while (at > 0 && waits_since(model, processes[at - 1]) > since) {
			if (at < room)
				processes[at] = processes[at - 1];
			at--;
		}
		if (at < room)
			processes[at] = i;
		n++;
	}
	return n;
}

static void
asks_of_queue(const struct call *call, char *buf, size_t size)
{
	long long type = call->type;

	if (call_traits(call->id) & CALL_WRITES)
		explain_say(buf, size, _("%lld B"), (long long)(call->n < 0 ? 0 : call->n));
	else if (call->id != CALL_msgrcv || type == 0)
		explain_say(buf, size, _("any"));
	else if (type < 0)
		explain_say(buf, size, _("types up to %lld"), -type);
	else if (call->except)
		explain_say(buf, size, _("not type %lld"), type);
	else
		explain_say(buf, size, _("type %lld"), type);
}

static void
asks_of_semaphore(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = &model->channels[process->waits_for];
	struct operation stuck;

	if (channel->kind != CHANNEL_SEM || !waiting_operation(model, id, &stuck))
		return;
	if (stuck.delta == 0 && channel->semaphores->n > 1)
		explain_say(buf, size, _("number %d for zero"), stuck.number);
	else if (stuck.delta == 0)
		explain_say(buf, size, _("for zero"));
	else if (channel->semaphores->n > 1)
		explain_say(buf, size, _("number %d: %lld"), stuck.number, (long long)stuck.delta);
	else
		explain_say(buf, size, "%lld", (long long)stuck.delta);
}

void
waiter_text(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct call *call = process_call(process);

	if (size > 0)
		buf[0] = '\0';
	if (call == NULL || process->waits_for == NONE)
		return;
	switch (process->cause) {
	case WAIT_EMPTY:
	case WAIT_FULL:
		if (call->n >= 0)
			explain_say(buf, size, _("%lld B"), (long long)call->n);
		break;
	case WAIT_PARTNER:
		explain_say(buf, size, "%s", call->end == END_WRITE ? _("to write") : _("to read"));
		break;
	case WAIT_MESSAGE:
	case WAIT_ROOM:
		asks_of_queue(call, buf, size);
		break;
	case WAIT_VALUE:
	case WAIT_ZERO:
		asks_of_semaphore(model, id, buf, size);
		break;
	default:
		break;
	}
}
