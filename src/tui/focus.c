/* SPDX-License-Identifier: MIT
 *
 * What the learner points at.
 */
#include "tui/focus.h"

void
focus_init(struct focus *focus)
{
	*focus = (struct focus){.process = NONE, .fd = NONE};
}

static bool
lives(const struct model *model, int process)
{
	return model->processes[process].state != PROCESS_DEAD;
}

/* A descriptor worth pointing at: one on a channel between processes comes before files and
 * terminals. */
static bool
on_channel(const struct model *model, const struct descriptor *descriptor)
{
	if (descriptor->description < 0)
		return false;
	int channel = model->descriptions[descriptor->description].channel;
	return channel >= 0 && (model->channels[channel].kind == CHANNEL_PIPE ||
				       model->channels[channel].kind == CHANNEL_FIFO);
}

static int
first_descriptor(const struct model *model, const struct process *process)
{
	for (int i = 0; i < process->n_fds; i++)
		if (on_channel(model, &process->fds[i]))
			return process->fds[i].fd;
	return NONE;
}

static int
first_process(const struct model *model)
{
	for (int i = 0; i < model->n_processes; i++)
		if (lives(model, i))
			return i;
	return model->n_processes > 0 ? 0 : NONE;
}

void
focus_settle(struct focus *focus, const struct model *model)
{
	if (focus->process >= model->n_processes)
		focus->process = NONE;
	if (focus->process == NONE)
		focus->process = first_process(model);
	if (focus->process == NONE) {
		focus->fd = NONE;
		return;
	}
	const struct process *process = &model->processes[focus->process];
	if (focus->fd == NONE || !process_descriptor(process, focus->fd))
		focus->fd = first_descriptor(model, process);
}

void
focus_process(struct focus *focus, const struct model *model, const int *shown, int n, int by)
{
	int at = by > 0 ? n - 1 : 0;
	bool any_lives = false;
	for (int i = 0; i < n; i++) {
		any_lives |= lives(model, shown[i]);
		if (shown[i] == focus->process)
			at = i;
	}
	if (n == 0)
		return;
	do
		at = (at + by + n) % n;
	while (any_lives && !lives(model, shown[at]));
	focus->process = shown[at];
	focus->fd = NONE;
	focus_settle(focus, model);
}

void
focus_descriptor(struct focus *focus, const struct model *model, int by)
{
	if (focus->process == NONE)
		return;
	const struct process *process = &model->processes[focus->process];
	int n = process->n_fds, at = by > 0 ? -1 : n;
	for (int i = 0; i < n; i++)
		if (process->fds[i].fd == focus->fd)
			at = i;
	if (n > 0)
		focus->fd = process->fds[(at + by + n) % n].fd;
}
