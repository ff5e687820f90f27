/* SPDX-License-Identifier: MIT
 *
 * Who waits at a channel, in which order, and what each asks of it.
 */
#include "model/fold.h"

#include <stdio.h>
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

void
waiter_text(const struct model *model, int id, char *buf, size_t size)
{
	(void)model;
	(void)id;
	if (size > 0)
		buf[0] = '\0';
}
