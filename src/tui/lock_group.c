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

void
lock_group_card(const struct frame *frame, struct box box, const struct lock_group *group)
{
	struct box inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4);
	const struct model *model = frame->view->model;
	bool focused = lock_group_find(group, frame->focus->channel) != -1;
	char title[64];
	int names = 0;
	snprintf(title, sizeof title, _("%d semaphores"), group->n);
	draw_frame(frame->screen, box, focused ? ROLE_FRAME_FOCUS : ROLE_FRAME, false, title, NULL);
	for (int i = 0; i < group->n; i++) {
		char name[96];
		channel_short_name(&model->channels[group->ids[i]], name, sizeof name);
		names = text_cells(name) > names ? text_cells(name) : names;
	}
	names = names < inside.cols / 2 ? names : inside.cols / 2;
	for (int i = 0; i < group->n && i < inside.rows; i++) {
		struct box line = box_part(inside, i, 0, 1, inside.cols);
		if (i == inside.rows - 1 && i < group->n - 1)
			draw_textf(
				frame->screen, line, 0, 0, ROLE_STATUS, _("%d more"), group->n - i);
		else
			single_line(frame, line, group->ids[i], names);
	}
}
