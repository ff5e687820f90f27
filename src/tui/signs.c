/* SPDX-License-Identifier: MIT
 *
 * The same word, glyph and role wherever a thing shows up.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "words.h"

enum role
process_role(const struct process *process)
{
	switch (process->state) {
	case PROCESS_RUNNING:
		return ROLE_RUNNING;
	case PROCESS_GATE:
		return ROLE_GATE;
	case PROCESS_CALL:
		return ROLE_CALL;
	case PROCESS_BLOCKED:
		return ROLE_BLOCKED;
	case PROCESS_STOPPED:
		return ROLE_STOPPED;
	case PROCESS_DEAD:
		return process->exit_signal[0] ? ROLE_ERROR : ROLE_DEAD;
	}
	return ROLE_NORMAL;
}

enum glyph
process_glyph(const struct process *process)
{
	switch (process->state) {
	case PROCESS_RUNNING:
		return process->dark ? GLYPH_DARK : GLYPH_RUNNING;
	case PROCESS_GATE:
		return GLYPH_GATE;
	case PROCESS_CALL:
		return GLYPH_CALL;
	case PROCESS_BLOCKED:
		return GLYPH_BLOCKED;
	case PROCESS_STOPPED:
		return GLYPH_STOPPED;
	case PROCESS_DEAD:
		return process->exit_signal[0] ? GLYPH_ERROR : GLYPH_DEAD;
	}
	return GLYPH_DARK;
}

enum role
writer_role(int process)
{
	return process < 0 ? ROLE_QUIET : ROLE_WRITER_1 + (enum role)(process % 4);
}

enum glyph
writer_fill(int process)
{
	return process < 0 ? GLYPH_FILL_UNKNOWN : GLYPH_FILL_1 + (enum glyph)(process % 4);
}

static bool
between_processes(const struct model *model, int channel)
{
	return channel >= 0 && channel < model->n_channels &&
	       (model->channels[channel].kind == CHANNEL_PIPE ||
		       model->channels[channel].kind == CHANNEL_FIFO);
}

int
channel_behind(const struct model *model, const struct descriptor *descriptor)
{
	int description = descriptor->description;
	if (description < 0 || description >= model->n_descriptions)
		return NONE;
	int channel = model->descriptions[description].channel;
	return between_processes(model, channel) ? channel : NONE;
}

void
channel_title(const struct channel *channel, bool brief, char *buf, size_t size)
{
	snprintf(buf, size, "%s", channel->name);
	char *colon = strchr(buf, ':');
	if (!colon)
		return;
	if (brief)
		*colon = '\0';
	else
		*colon = ' ';
}

char
description_letter(const struct model *model, int description)
{
	if (description < 0 || description >= model->n_descriptions ||
		model->descriptions[description].n_fds < 2)
		return '\0';
	/* counted over all that ever were, so that a letter never changes */
	int rank = 0;
	for (int i = 0; i < description; i++)
		rank += between_processes(model, model->descriptions[i].channel);
	return (char)('a' + rank % 26);
}

void
call_result_text(const struct call *call, char *buf, size_t size)
{
	if (call->left == 0)
		snprintf(buf, size, "%s", call->text);
	else if (call->err[0])
		snprintf(buf, size, "%s = -1 %s", call->text, call->err);
	else
		snprintf(buf, size, "%s = %lld", call->text, (long long)call->ret);
}

const struct call *
shown_call(const struct process *process, const char **label)
{
	const struct call *call = process_call(process);
	*label = "";
	if (call && process->state == PROCESS_GATE)
		*label = _("next: ");
	if (!call && process->last.id != CALL_unknown)
		call = &process->last;
	return call;
}

const struct wake *
process_woken(const struct model *model, int process)
{
	const struct process *woken = &model->processes[process];
	for (int i = 0; i < model->n_wakes && i < MODEL_WAKES_MAX; i++) {
		const struct wake *wake = &model->wakes[i];
		if (wake->woken == process && wake->event == woken->last.event && wake->event != 0)
			return wake;
	}
	return NULL;
}
