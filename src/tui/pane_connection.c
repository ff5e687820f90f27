/* SPDX-License-Identifier: MIT
 *
 * A connection: two one-way buffers between its two ends, which stand left and right as their
 * processes do; how each of them stands.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/names.h"
#include "tui/sockets.h"
#include "words.h"

enum { HOLDERS_MAX = 8 };

static const struct channel *
channel_at(const struct channel_card *card, int id)
{
	return id == NONE ? NULL : &card->model->channels[id];
}

/* The card of one end alone. */
static struct channel_card
card_at(const struct channel_card *card, int id, int rows, int cols)
{
	return (struct channel_card){
		card->frame, card->model, &card->model->channels[id], id, rows, cols};
}

/* --- the ends --- */

/* Words of the left end at the left, of the right end at the right; on two rows where one does not
 * hold both. */
static void
draw_sides(const struct channel_card *card, struct box box, const char *left, const char *right,
	style left_look, style right_look)
{
	int cells = text_cells(right);
	int row = text_cells(left) + cells + 1 > box.cols && box.rows > 1;
	draw_text(card->frame->screen,
		box_part(box, 0, 0, 1, row ? box.cols : box.cols - (cells ? cells + 1 : 0)), 0, 0,
		left_look, left);
	draw_text(card->frame->screen, box, row, cells < box.cols ? box.cols - cells : 0,
		right_look, right);
}

static style
state_look(const struct channel_card *card, int id, const char *state)
{
	if (id == NONE)
		return ROLE_QUIET;
	if (strcmp(state, "RST") == 0)
		return ROLE_WRONG;
	return card->model->touched_channel == id ? ROLE_STRONG : ROLE_NORMAL;
}

struct states {
	char left[48], right[48];
};

/* An end that nobody has accepted is not hidden: it lies in the backlog. */
static void
state_at(const struct channel_card *card, int id, int other, bool narrow, char *buf, size_t size)
{
	if (id == NONE && card->model->channels[other].endpoint->queued != NONE)
		snprintf(buf, size, "%s", narrow ? _("backlog") : _("in the backlog"));
	else
		end_state(card->frame, id, narrow, buf, size);
}

static struct states
states_of(const struct channel_card *card, struct ends ends)
{
	struct states states;
	for (int narrow = 0; narrow < 2; narrow++) {
		state_at(card, ends.left, ends.right, narrow, states.left, sizeof states.left);
		state_at(card, ends.right, ends.left, narrow, states.right, sizeof states.right);
		if (text_cells(states.left) + text_cells(states.right) + 1 <= card->cols)
			break;
	}
	return states;
}

static int
states_rows(const struct channel_card *card)
{
	struct ends ends = socket_ends(card->frame, card->id);
	struct states states = states_of(card, ends);
	return states.left[0] != '\0' || states.right[0] != '\0';
}

static void
draw_states(const struct channel_card *card, struct box box)
{
	struct ends ends = socket_ends(card->frame, card->id);
	struct states states = states_of(card, ends);
	draw_sides(card, box, states.left, states.right, state_look(card, ends.left, states.left),
		state_look(card, ends.right, states.right));
}

/* Its own address, else what the other end calls it. */
static const char *
address_at(const struct channel_card *card, int id, int other)
{
	const struct channel *channel = channel_at(card, id), *opposite = channel_at(card, other);
	if (channel && channel->endpoint->local[0])
		return channel->endpoint->local;
	return opposite ? opposite->endpoint->peer : "";
}

static int
addresses_rows(const struct channel_card *card)
{
	struct ends ends = socket_ends(card->frame, card->id);
	return *address_at(card, ends.left, ends.right) || *address_at(card, ends.right, ends.left);
}

static void
draw_addresses(const struct channel_card *card, struct box box)
{
	struct ends ends = socket_ends(card->frame, card->id);
	char left[72], right[72];
	snprintf(left, sizeof left, "%s", address_at(card, ends.left, ends.right));
	snprintf(right, sizeof right, "%s", address_at(card, ends.right, ends.left));
	if (text_cells(left) + text_cells(right) + 1 > box.cols) {
		socket_address(address_at(card, ends.left, ends.right), left, sizeof left);
		socket_address(address_at(card, ends.right, ends.left), right, sizeof right);
	}
	draw_sides(card, box_part(box, 0, 0, 1, box.cols), left, right, ROLE_QUIET, ROLE_QUIET);
}

/* Who has this end open: "server", "server +1". */
static void
holders_text(const struct channel_card *card, int id, char *buf, size_t size)
{
	int holders[HOLDERS_MAX];
	int n = id == NONE ? 0 : channel_readers(card->model, id, holders, HOLDERS_MAX);
	buf[0] = '\0';
	if (n == 1)
		snprintf(buf, size, "%s", process_called(card->frame->view, holders[0]).text);
	else if (n > 1)
		snprintf(buf, size, "%s +%d", process_called(card->frame->view, holders[0]).text,
			n - 1);
}

static int
holders_rows(const struct channel_card *card)
{
	return channel_readers(card->model, card->id, NULL, 0) > 0;
}

static void
draw_holders(const struct channel_card *card, struct box box)
{
	struct ends ends = socket_ends(card->frame, card->id);
	char left[96], right[96];
	holders_text(card, ends.left, left, sizeof left);
	holders_text(card, ends.right, right, sizeof right);
	draw_sides(card, box_part(box, 0, 0, 1, box.cols), left, right, ROLE_QUIET, ROLE_QUIET);
}

/* --- descriptors on their way --- */

static int
travellers_rows(const struct channel_card *card)
{
	struct ends ends = socket_ends(card->frame, card->id);
	int n = 0;
	for (int i = 0; i < 2; i++) {
		const struct channel *end = channel_at(card, i ? ends.right : ends.left);
		n += end ? end->endpoint->n_passing : 0;
	}
	return n < 3 ? n : 3;
}

static void
draw_travellers(const struct channel_card *card, struct box box)
{
	struct ends ends = socket_ends(card->frame, card->id);
	int row = 0;
	for (int i = 0; i < 2 && row < box.rows; i++) {
		int id = i ? ends.right : ends.left;
		if (id == NONE)
			continue;
		struct channel_card at = card_at(card, id, box.rows - row, box.cols);
		int rows = passing_rows(&at);
		passing_draw(&at, box_part(box, row, 0, rows, box.cols));
		row += rows;
	}
}

/* --- all of it --- */

static void
connection_foot(const struct channel_card *card, char *buf, size_t size)
{
	struct ends ends = socket_ends(card->frame, card->id);
	int known = ends.left != NONE ? ends.left : ends.right;
	if (ends.left != NONE && ends.right != NONE)
		return;
	if (card->model->channels[known].endpoint->queued != NONE) {
		snprintf(buf, size, "%s", _("not yet accepted"));
		return;
	}
	snprintf(buf, size, "%s", _("the other end is not observed"));
	if (text_cells(buf) > card->cols - 2)
		snprintf(buf, size, "%s", _("other end unseen"));
}

static int
connection_line(const struct channel_card *card, struct box line, int col)
{
	struct ends ends = socket_ends(card->frame, card->id);
	struct states states;
	col = flows_line(card, line, col);
	state_at(card, ends.left, ends.right, true, states.left, sizeof states.left);
	state_at(card, ends.right, ends.left, true, states.right, sizeof states.right);
	/* a state is said whole or not at all */
	if (text_cells(states.left) <= line.cols - col)
		col += draw_text(card->frame->screen, line, 0, col, ROLE_QUIET, states.left) +
		       (states.left[0] != '\0');
	if (strcmp(states.left, states.right) != 0 && text_cells(states.right) <= line.cols - col)
		col += draw_text(card->frame->screen, line, 0, col, ROLE_QUIET, states.right);
	return col;
}

static const struct part parts[] = {
	{4, holders_rows, draw_holders},
	{3, addresses_rows, draw_addresses},
	{2, states_rows, draw_states},
	{0, flows_rows, flows_draw},
	{1, travellers_rows, draw_travellers},
	{0},
};

const struct channel_view view_connection = {
	.parts = parts, .foot = connection_foot, .line = connection_line};
