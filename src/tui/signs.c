/* SPDX-License-Identifier: MIT
 *
 * The same word, glyph and role wherever a thing shows up.
 */
#include <stdio.h>
#include <string.h>

#include "event/short_name.h"
#include "tui/cards.h"
#include "tui/links.h"
#include "tui/sockets.h"
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

int
channel_behind(const struct model *model, const struct descriptor *descriptor)
{
	int description = descriptor->description;
	if (description < 0 || description >= model->n_descriptions)
		return NONE;
	int channel = model->descriptions[description].channel;
	/* of a file that is mapped the memory is shown, not the descriptor */
	return channel_shows(model, channel) && model->channels[channel].kind != CHANNEL_FILE
		       ? channel
		       : NONE;
}

/* What people call its kind. */
static const char *
kind_word(const struct channel *channel)
{
	switch (channel->kind) {
	case CHANNEL_PIPE:
		return _("pipe");
	case CHANNEL_FIFO:
		return _("FIFO");
	case CHANNEL_MSG:
	case CHANNEL_MQ:
		return _("queue");
	case CHANNEL_SHM:
		return _("segment");
	case CHANNEL_SEM:
		return channel->semaphores && channel->semaphores->n > 1 ? _("semaphores")
									 : _("semaphore");
	case CHANNEL_MUTEX:
		return _("mutex");
	case CHANNEL_COND:
		return _("condition");
	default:
		return NULL;
	}
}

void
channel_title(const struct channel *channel, bool brief, char *buf, size_t size)
{
	const char *word = kind_word(channel), *colon = strchr(channel->name, ':');
	const char *name = colon ? colon + 1 : "";
	const char *slash = strrchr(name, '/');
	if (channel->endpoint && channel->endpoint->kind != SOCKET_OTHER) {
		socket_title(channel, brief, buf, size);
		return;
	}
	if (!word) {
		snprintf(buf, size, "%s", channel->name);
		if (colon && (size_t)(colon - channel->name) < size)
			buf[colon - channel->name] = brief ? '\0' : ' ';
		return;
	}
	/* of a FIFO's path the file's name; its directory stands on its card */
	if (channel->kind == CHANNEL_FIFO && slash && slash[1])
		name = slash + 1;
	if (brief)
		snprintf(buf, size, "%s", word);
	else
		snprintf(buf, size, "%s %s", word, name);
	short_name(buf);
}

void
channel_short_name(const struct channel *channel, char *buf, size_t size)
{
	const char *colon = strchr(channel->name, ':'), *name = colon ? colon + 1 : channel->name;
	const char *slash = strrchr(name, '/');
	if (channel->endpoint && channel->endpoint->kind != SOCKET_OTHER) {
		char title[96];
		socket_title(channel, false, title, sizeof title);
		snprintf(buf, size, "%s", strchr(title, ' ') ? strchr(title, ' ') + 1 : title);
		return;
	}
	/* of a path the last part; of a name, which begins with its only slash, all but that */
	snprintf(buf, size, "%s", slash && slash[1] ? slash : name);
	short_name(buf);
	if (buf[0] == '/')
		memmove(buf, buf + 1, strlen(buf));
}

bool
channel_is_system_v(const struct channel *channel)
{
	const char *colon = strchr(channel->name, ':');
	return colon && colon[1 + strspn(colon + 1, "0123456789")] == '\0';
}

void
title_fit(const struct screen *screen, char *title, int cells)
{
	const char *more = glyph(screen, GLYPH_MORE);
	char *blank = strchr(title, ' '), *name = blank ? blank + 1 : title;
	int over = text_cells(title) - cells;
	if (over <= 0)
		return;
	/* the end of a name tells more than its beginning */
	char rest[96];
	const char *from = name;
	/* never longer than it was, so that it fits where it stands */
	for (int i = 0; *from && (i <= over || from < name + strlen(more)); i++) {
		wchar_t character;
		int wide;
		from += text_next(from, &character, &wide);
	}
	snprintf(rest, sizeof rest, "%s%s", more, from);
	strcpy(name, rest);
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
		rank += channel_shows(model, model->descriptions[i].channel);
	return (char)('a' + rank % 26);
}

void
call_result_text(const struct call *call, char *buf, size_t size)
{
	char result[CALL_RESULT_MAX];

	if (call->left == 0)
		snprintf(buf, size, "%s", call->text);
	else if (call->err[0])
		snprintf(buf, size, "%s = -1 %s", call->text, call->err);
	else
		snprintf(
			buf, size, "%s = %s", call->text, call_result(call->id, call->ret, result));
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
