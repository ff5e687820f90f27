/* SPDX-License-Identifier: MIT
 *
 * Many connections on one card: a line for each with what waits in its two directions, and where
 * the lines end a count of the others by their states.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/sockets.h"
#include "words.h"

enum { CARDS_FEW = 3, NAME_COLS = 7, STATES_MAX = 6 };

static bool
is_connection(const struct channel *channel)
{
	return channel->endpoint && socket_view(channel->endpoint) == &view_connection;
}

void
connection_group_form(
	const struct model *model, struct connection_group *group, int *channels, int *n)
{
	int connections = 0, kept = 0;
	group->n = 0;
	for (int i = 0; i < *n; i++)
		connections += is_connection(&model->channels[channels[i]]);
	if (*n <= CARDS_FEW || connections < 2)
		return;
	for (int i = 0; i < *n; i++) {
		int id = channels[i];
		if (is_connection(&model->channels[id]) && group->n < CONNECTION_GROUP_MAX) {
			group->ids[group->n++] = id;
			if (group->n > 1)
				continue;
		}
		channels[kept++] = id;
	}
	*n = kept;
}

int
connection_group_find(const struct connection_group *group, int card)
{
	for (int i = 0; i < group->n; i++)
		if (group->ids[i] == card)
			return i;
	return -1;
}

int
connection_group_row(const struct connection_group *group, struct box box, int member)
{
	int lines = box.rows - 2 < group->n ? box.rows - 2 : group->n;
	return box.row + 1 + (member < lines ? member : lines - 1);
}

static void
draw_connection(const struct frame *frame, struct box line, int id)
{
	const struct model *model = frame->view->model;
	const struct channel *channel = &model->channels[id];
	struct channel_card card = {frame, model, channel, id, 1, line.cols};
	bool focused = card_of(model, frame->focus->channel) == id;
	char name[96];
	connection_name(channel, name, sizeof name);
	draw_text(frame->screen, box_part(line, 0, 0, 1, NAME_COLS), 0, 0,
		focused                        ? ROLE_SELECTED
		: model->touched_channel == id ? ROLE_STRONG
					       : ROLE_NORMAL,
		name);
	view_connection.line(&card, line, NAME_COLS + 1);
}

/* "+190: 188 ESTAB 2 CLOSE_WAIT": those from `first` on, by the state of the end drawn. */
static void
draw_counts(
	const struct frame *frame, struct box line, const struct connection_group *group, int first)
{
	struct {
		char state[48];
		int n;
	} states[STATES_MAX];
	int n_states = 0;
	for (int i = first; i < group->n; i++) {
		char state[48];
		int at = 0;
		end_state(frame, group->ids[i], true, state, sizeof state);
		while (at < n_states && strcmp(states[at].state, state) != 0)
			at++;
		if (at == n_states && n_states < STATES_MAX) {
			snprintf(states[at].state, sizeof states[at].state, "%s", state);
			states[at].n = 0;
			n_states++;
		}
		if (at < n_states)
			states[at].n++;
	}
	int col =
		draw_textf(frame->screen, line, 0, 0, ROLE_STATUS, _("+%d more"), group->n - first);
	for (int i = 0; i < n_states && col < line.cols; i++)
		if (states[i].state[0])
			col += 1 + draw_textf(frame->screen, line, 0, col + 1, ROLE_QUIET, "%d %s",
					   states[i].n, states[i].state);
}

void
connection_group_card(
	const struct frame *frame, struct box box, const struct connection_group *group)
{
	struct box inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4);
	int focus =
		connection_group_find(group, card_of(frame->view->model, frame->focus->channel));
	int lines = group->n <= inside.rows ? group->n : inside.rows - 1;
	char title[64];
	snprintf(title, sizeof title, _("%d connections"), group->n);
	draw_frame(frame->screen, box, focus != -1 ? ROLE_FRAME_FOCUS : ROLE_FRAME, false, title,
		NULL);
	for (int i = 0; i < lines; i++) {
		/* the one with the focus stays in sight */
		int member = i == lines - 1 && focus > i ? focus : i;
		draw_connection(frame, box_part(inside, i, 0, 1, inside.cols), group->ids[member]);
	}
	if (lines < group->n)
		draw_counts(frame, box_part(inside, lines, 0, 1, inside.cols), group, lines);
}
