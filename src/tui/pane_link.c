/* SPDX-License-Identifier: MIT
 *
 * Lines on a process card for what the process uses without a descriptor: memory it shares, with
 * the address where it lies here, queues and semaphores, the door of a FIFO that it stands in.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/link_lines.h"
#include "words.h"

/* What SEM_UNDO would give back to all semaphores of the set when the process ends; 0: nothing. */
static int64_t
undo_of(const struct channel *channel, int process)
{
	int64_t sum = 0;
	for (int i = 0; channel->semaphores && i < channel->semaphores->n_undos; i++)
		if (channel->semaphores->undos[i].process == process)
			sum += channel->semaphores->undos[i].adjust;
	return sum;
}

/* "at 0x7f12a4e3b000", "undo +1" */
static void
detail_of(
	const struct channel *channel, int process, const struct link *link, char *buf, size_t size)
{
	int64_t undo = undo_of(channel, process);
	buf[0] = '\0';
	if (link->kind == LINK_MAPPING)
		snprintf(buf, size, "0x%llx%s", (unsigned long long)link->mapping->address,
			link->mapping->writable ? "" : " r");
	else if (undo != 0)
		snprintf(buf, size, _("undo %+lld"), (long long)undo);
}

void
link_line(const struct frame *frame, struct box line, int process, const struct link *link,
	bool focused)
{
	struct screen *screen = frame->screen;
	const struct channel *channel = &frame->view->model->channels[link->channel];
	style look = focused ? ROLE_SELECTED : ROLE_NORMAL;
	char title[96], detail[48];
	int col = 0;
	if (focused) {
		draw_run(screen, line, 0, 0, line.cols, ROLE_SELECTED, GLYPH_LINE_NONE);
		screen_cursor(screen, line, 0, 0);
	}
	if (link->kind == LINK_DOOR) {
		style door = focused ? ROLE_SELECTED : ROLE_BLOCKED;
		col = draw_glyph(screen, line, 0, 0, door, GLYPH_DOOR_HALF) + 1;
		col += draw_text(screen, line, 0, col, door,
			       link->end == END_WRITE  ? "w"
			       : link->end == END_READ ? "r"
						       : "rw") +
		       1;
	}
	channel_title(channel, false, title, sizeof title);
	detail_of(channel, process, link, detail, sizeof detail);
	int tail = detail[0] ? text_cells(detail) + 1 : 0, room = line.cols - col - tail;
	char *name = strchr(title, ' ');
	if (link->kind == LINK_MAPPING && name && text_cells(title) > room) {
		/* the address tells its kind, too; a number alone does not look like a name */
		memmove(title, name + 1, strlen(name));
		if (strchr(title, '@'))
			snprintf(title, sizeof title, "shm");
		else if (title[0] != '/' && text_cells(title) + 4 <= room) {
			memmove(title + 4, title, strlen(title) + 1);
			memcpy(title, "shm ", 4);
		}
	}
	if (room < 6) {
		room = line.cols - col;
		tail = 0;
	}
	title_fit(screen, title, room);
	col += draw_text(screen, line, 0, col, look, title) + 1;
	if (tail > 0)
		draw_text(screen, line, 0, col, focused ? ROLE_SELECTED : ROLE_QUIET, detail);
}

void
link_lines_brief(const struct frame *frame, struct box line, const struct link *links, int n)
{
	const struct model *model = frame->view->model;
	char name[96];
	int col = 0, needed = n - 1;
	for (int i = 0; i < n; i++) {
		channel_short_name(&model->channels[links[i].channel], name, sizeof name);
		needed += text_cells(name);
	}
	for (int i = 0; i < n && col < line.cols; i++) {
		bool focused =
			frame->focus->fd == NONE && frame->focus->channel == links[i].channel;
		channel_short_name(&model->channels[links[i].channel], name, sizeof name);
		/* the last ones are cut, and rather one much than all a little */
		if (needed > line.cols && i == n - 1)
			title_fit(frame->screen, name, line.cols - col);
		col += draw_text(frame->screen, line, 0, col, focused ? ROLE_SELECTED : ROLE_NORMAL,
			       name) +
		       1;
	}
}
