/* SPDX-License-Identifier: MIT
 *
 * What the learner points at.
 */
#include "tui/focus.h"

#include "tui/cards.h"
#include "tui/links.h"

void
focus_init(struct focus *focus)
{
	*focus = (struct focus){.process = NONE, .fd = NONE, .channel = NONE};
}

static bool
lives(const struct model *model, int process)
{
	return model->processes[process].state != PROCESS_DEAD;
}

static int
channel_of(const struct model *model, const struct descriptor *descriptor)
{
	int description = descriptor->description;
	if (description < 0 || description >= model->n_descriptions)
		return NONE;
	int channel = model->descriptions[description].channel;
	return channel_shows(model, channel) ? channel : NONE;
}

/* A descriptor on a channel between processes comes before files and terminals. */
static int
first_descriptor(const struct model *model, const struct process *process)
{
	for (int i = 0; i < process->n_fds; i++)
		if (channel_of(model, &process->fds[i]) != NONE)
			return process->fds[i].fd;
	return NONE;
}

/* What an object of the dead can be reached from: any process, behind all that is its own. */
static int
points(const struct model *model, int process, struct link *links)
{
	int left[LINKS_MAX], n = process_links(model, process, links, LINKS_MAX);
	int n_left = left_channels(model, left, LINKS_MAX - n);
	for (int i = 0; i < n_left; i++)
		links[n++] = (struct link){.kind = LINK_USE, .channel = left[i], .fd = NONE};
	return n;
}

/* Keeps to what is there still; else to the first thing worth pointing at: its own, of a dead process what was left. */
static void
settle_link(struct focus *focus, const struct model *model)
{
	const struct process *process = &model->processes[focus->process];
	const struct descriptor *descriptor =
		focus->fd == NONE ? NULL : process_descriptor(process, focus->fd);
	struct link links[LINKS_MAX];
	int n = process_links(model, focus->process, links, LINKS_MAX);
	if (!descriptor) {
		for (int i = 0; i < n && focus->fd == NONE; i++)
			if (links[i].channel == focus->channel)
				return;
		if (focus->channel != NONE && channel_is_left(model, focus->channel)) {
			focus->fd = NONE;
			return;
		}
		focus->fd = first_descriptor(model, process);
		descriptor = focus->fd == NONE ? NULL : process_descriptor(process, focus->fd);
	}
	if (!descriptor && n == 0 && !lives(model, focus->process))
		n = points(model, focus->process, links);
	focus->channel = descriptor ? channel_of(model, descriptor)
			 : n > 0    ? links[0].channel
				    : NONE;
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
focus_follow(struct focus *focus, const struct model *model, int32_t subject)
{
	int id = subject != 0 ? model_process(model, subject) : NONE;

	if (subject == 0 || subject == focus->subject || id == NONE)
		return;
	focus->subject = subject;
	if (id == focus->process)
		return;
	focus->process = id;
	focus->fd = focus->channel = NONE;
}

void
focus_settle(struct focus *focus, const struct model *model)
{
	if (focus->process >= model->n_processes)
		focus->process = NONE;
	if (focus->process == NONE)
		focus->process = first_process(model);
	if (focus->process == NONE) {
		focus->fd = focus->channel = NONE;
		return;
	}
	settle_link(focus, model);
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
	focus->fd = focus->channel = NONE;
	focus_settle(focus, model);
}

void
focus_link(struct focus *focus, const struct model *model, int by)
{
	if (focus->process == NONE)
		return;
	const struct process *process = &model->processes[focus->process];
	struct link links[LINKS_MAX];
	int fds = process->n_fds, n = fds + points(model, focus->process, links);
	int at = by > 0 ? -1 : n;
	for (int i = 0; i < n; i++)
		if (i < fds ? process->fds[i].fd == focus->fd
			    : focus->fd == NONE && links[i - fds].channel == focus->channel)
			at = i;
	if (n == 0)
		return;
	at = (at + by + n) % n;
	focus->fd = at < fds ? process->fds[at].fd : NONE;
	focus->channel = at < fds ? channel_of(model, &process->fds[at]) : links[at - fds].channel;
}
