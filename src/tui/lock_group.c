/* SPDX-License-Identifier: MIT
 *
 * Several semaphores on one card: a line for each, with its value and who waits. The rows that are
 * saved so go to the data that they guard.
 */
#include <stdio.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "words.h"

enum { CHANNELS_FEW = 3 }; /* so many have cards of their own whatever they are */

static bool
is_single(const struct channel *channel)
{
	return channel->semaphores &&
	       (channel->kind == CHANNEL_COND || channel->semaphores->n == 1);
}

void
lock_group_form(const struct model *model, struct lock_group *group, int *channels, int *n)
{
	int singles = 0, kept = 0;
	group->n = 0;
	for (int i = 0; i < *n; i++)
		singles += is_single(&model->channels[channels[i]]);
	if (*n <= CHANNELS_FEW || singles < 2)
		return;
	for (int i = 0; i < *n; i++) {
		int id = channels[i];
		if (is_single(&model->channels[id]) && group->n < LOCK_GROUP_MAX) {
			group->ids[group->n++] = id;
			if (group->n > 1)
				continue;
		}
		channels[kept++] = id;
	}
	*n = kept;
}

int
lock_group_find(const struct lock_group *group, int channel)
{
	for (int i = 0; i < group->n; i++)
		if (group->ids[i] == channel)
			return i;
	return -1;
}

/* "full 3 mutex 0▮1" */
static void
draw_rest(const struct frame *frame, struct box line, const struct lock_group *group, int first)
{
	const struct model *model = frame->view->model;
	int col = 0;
	for (int i = first; i < group->n && col < line.cols; i++) {
		int id = group->ids[i];
		const struct channel *channel = &model->channels[id];
		struct channel_card card = {frame, model, channel, id, 1, line.cols};
		char name[96];
		channel_short_name(channel, name, sizeof name);
		col += draw_text(frame->screen, line, 0, col,
			       frame->focus->channel == id ? ROLE_SELECTED : ROLE_NORMAL, name) +
		       1;
		if (channel->semaphores->n > 0)
			col += draw_textf(frame->screen, line, 0, col, ROLE_STRONG, "%lld",
				(long long)channel->semaphores->items[0].value);
		col = waiters_count(&card, line, col) + 1;
	}
}

void
lock_group_card(const struct frame *frame, struct box box, const struct lock_group *group)
{
	struct box inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4);
	const struct model *model = frame->view->model;
	bool focused = lock_group_find(group, frame->focus->channel) != -1;
	/* pointed at by itself: no process's card has a line for it */
	int left = focused && frame->focus->fd == NONE && channel_is_left(model, frame->focus->channel)
			   ? frame->focus->channel
			   : NONE;
	char title[64];
	int names = 0;
	snprintf(title, sizeof title, _("%d semaphores"), group->n);
	draw_frame(frame->screen, box, focused ? ROLE_FRAME_FOCUS : ROLE_FRAME, left != NONE, title,
		NULL);
	for (int i = 0; i < group->n; i++) {
		char name[96];
		channel_short_name(&model->channels[group->ids[i]], name, sizeof name);
		names = text_cells(name) > names ? text_cells(name) : names;
	}
	names = names < inside.cols / 2 ? names : inside.cols / 2;
	for (int i = 0; i < group->n && i < inside.rows; i++) {
		struct box line = box_part(inside, i, 0, 1, inside.cols);
		if (group->ids[i] == left)
			screen_cursor(frame->screen, line, 0, 0);
		if (i == inside.rows - 1 && i < group->n - 1)
			draw_rest(frame, line, group, i);
		else
			single_line(frame, line, group->ids[i], names);
	}
}
