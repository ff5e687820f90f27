/* SPDX-License-Identifier: MIT
 *
 * A listening socket: its backlog as slots, taken by connections that the kernel has completed and
 * nobody has accepted; and a socket that neither listens nor is connected.
 */
#include <stdio.h>
#include <string.h>

#include "event/short_name.h"
#include "tui/cards.h"
#include "tui/names.h"
#include "tui/sockets.h"
#include "words.h"

enum { CLIENTS_MAX = 16, SLOTS_FEW = 16 };

static const struct endpoint *
endpoint_of(const struct channel_card *card)
{
	return card->channel->endpoint;
}

static int
one_row(const struct channel_card *card)
{
	(void)card;
	return 1;
}

/* --- the backlog --- */

/* Connections that it holds: Linux takes one more than listen() asked for (net/ipv4/tcp.h,
 * sk_acceptq_is_full). */
static int
slots_of(const struct endpoint *endpoint)
{
	return endpoint->backlog < 0 ? -1 : endpoint->backlog + 1;
}

static int
waiting_in(const struct channel_card *card)
{
	int known = channel_backlog(card->model, card->id, NULL, 0);
	int told = endpoint_of(card)->waiting;
	return told >= 0 ? told : known;
}

/* The colour of a connection that waits is that of who made it. */
static style
client_look(const struct channel_card *card, int channel, int *process)
{
	int holders[1];
	int n = channel_readers(card->model, channel, holders, 1);
	const struct channel *client = &card->model->channels[channel];
	*process = n > 0 ? holders[0] : client->n_users > 0 ? client->users[0].process : NONE;
	return *process == NONE ? ROLE_STRONG : writer_role(*process);
}

/* "●●○○ 2 wait" */
static int
draw_slots(const struct channel_card *card, struct box line, int col)
{
	struct screen *screen = card->frame->screen;
	int clients[CLIENTS_MAX], waiting = waiting_in(card), slots = slots_of(endpoint_of(card));
	int known = channel_backlog(card->model, card->id, clients, CLIENTS_MAX);
	if (slots > 0 && slots <= SLOTS_FEW && slots <= line.cols / 2) {
		for (int i = 0; i < slots; i++) {
			int process;
			style look = i < known && i < CLIENTS_MAX
					     ? client_look(card, clients[i], &process)
					     : ROLE_STRONG;
			col += i < waiting ? draw_glyph(screen, line, 0, col, look, GLYPH_TOKEN)
					   : draw_glyph(screen, line, 0, col, ROLE_QUIET,
						     GLYPH_TOKEN_NONE);
		}
		col++;
	}
	style look = waiting > 0 ? ROLE_STRONG : ROLE_QUIET;
	if (slots > 0 && waiting >= slots)
		return col + draw_textf(screen, line, 0, col, ROLE_BLOCKED, _("%d FULL"), waiting);
	if (slots > 0)
		return col + draw_textf(screen, line, 0, col, look, _("%d of %d"), waiting, slots);
	return col + draw_textf(screen, line, 0, col, look, _("%d wait"), waiting);
}

static void
draw_backlog(const struct channel_card *card, struct box box)
{
	struct screen *screen = card->frame->screen;
	int col = draw_text(screen, box, 0, 0, ROLE_STRONG, "LISTEN") + 1;
	col = draw_slots(card, box, col) + 1;
	int sleepers[1];
	if (card->rows == 1 && waiters_of(card, sleepers, 1) > 0 && col < box.cols)
		draw_glyph(screen, box, 0, col, ROLE_BLOCKED, GLYPH_BLOCKED);
}

/* --- who waits in it --- */

static int
clients_rows(const struct channel_card *card)
{
	int n = channel_backlog(card->model, card->id, NULL, 0);
	return n < 4 ? n : 4;
}

/* "● client :40418 5 B": a connection that is complete, and what was sent through it already. */
static void
draw_client(const struct channel_card *card, struct box line, int channel)
{
	struct screen *screen = card->frame->screen;
	const struct channel *client = &card->model->channels[channel];
	char address[72];
	int process;
	style look = client_look(card, channel, &process);
	int col = draw_glyph(screen, line, 0, 0, look, GLYPH_TOKEN) + 1;
	if (process != NONE)
		col += draw_text(screen, line, 0, col, ROLE_NORMAL,
			       process_called(card->frame->view, process).text) +
		       1;
	socket_address(client->endpoint->local, address, sizeof address);
	col += draw_text(screen, line, 0, col, ROLE_QUIET, address) + (*address != '\0');
	if (client->endpoint->sent > 0)
		draw_textf(screen, line, 0, col, ROLE_QUIET, _("sent %llu B"),
			(unsigned long long)client->endpoint->sent);
}

static void
draw_clients(const struct channel_card *card, struct box box)
{
	int clients[CLIENTS_MAX];
	int n = channel_backlog(card->model, card->id, clients, CLIENTS_MAX);
	for (int i = 0; i < n && i < box.rows && i < CLIENTS_MAX; i++) {
		struct box line = box_part(box, i, 0, 1, box.cols);
		if (i == box.rows - 1 && i < n - 1) {
			draw_textf(
				card->frame->screen, line, 0, 0, ROLE_STATUS, _("+%d more"), n - i);
			return;
		}
		draw_client(card, line, clients[i]);
	}
}

/* --- the rest --- */

static int
accepted(const struct channel_card *card)
{
	int n = 0;
	for (int i = 0; i < card->model->n_channels; i++) {
		const struct channel *channel = &card->model->channels[i];
		n += channel->endpoint && channel->endpoint->listener == card->id &&
		     channel->n_open > 0;
	}
	return n;
}

static int
accepted_rows(const struct channel_card *card)
{
	return accepted(card) > 0;
}

static void
draw_accepted(const struct channel_card *card, struct box box)
{
	char words[64];
	snprintf(words, sizeof words, _("%d accepted and open"), accepted(card));
	if (text_cells(words) > box.cols)
		snprintf(words, sizeof words, _("%d accepted"), accepted(card));
	draw_text(card->frame->screen, box, 0, 0, ROLE_NORMAL, words);
}

static int
address_rows(const struct channel_card *card)
{
	char brief[72];
	socket_address(endpoint_of(card)->local, brief, sizeof brief);
	return strcmp(brief, endpoint_of(card)->local) != 0;
}

static void
draw_address(const struct channel_card *card, struct box box)
{
	char address[72];
	snprintf(address, sizeof address, "%s", endpoint_of(card)->local);
	short_name(address);
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("at %s"), address);
}

static int
rule_rows(const struct channel_card *card)
{
	return endpoint_of(card)->backlog >= 0;
}

static void
draw_rule_of_backlog(const struct channel_card *card, struct box box)
{
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET,
		box.cols >= 34 ? _("backlog %d; Linux keeps one more") : _("backlog %d, and one"),
		endpoint_of(card)->backlog);
}

static int
listener_line(const struct channel_card *card, struct box line, int col)
{
	col += draw_text(card->frame->screen, line, 0, col, ROLE_NORMAL, "LISTEN") + 1;
	col += draw_textf(card->frame->screen, line, 0, col, ROLE_QUIET, _("%d wait"),
		       waiting_in(card)) +
	       1;
	return waiters_count(card, line, col);
}

static const struct part listener_parts[] = {
	{0, one_row, draw_backlog},
	{2, clients_rows, draw_clients},
	{1, waiters_rows, waiters_draw},
	{4, accepted_rows, draw_accepted},
	{5, address_rows, draw_address},
	{6, rule_rows, draw_rule_of_backlog},
	{0},
};

const struct channel_view view_listener = {.parts = listener_parts, .line = listener_line};

/* --- a socket that is neither --- */

static int
draw_stand(const struct channel_card *card, struct box line, int col)
{
	struct screen *screen = card->frame->screen;
	const struct endpoint *endpoint = endpoint_of(card);
	char address[72];
	if (endpoint->peer[0] && endpoint->state[0]) {
		socket_address(endpoint->peer, address, sizeof address);
		return col + draw_textf(screen, line, 0, col, ROLE_STRONG, "%s \u2192 %s",
				     endpoint->state, address);
	}
	if (endpoint->peer[0]) {
		snprintf(address, sizeof address, "%s", endpoint->peer);
		if (text_cells(_("connects to %s")) - 2 + text_cells(address) > line.cols - col)
			socket_address(endpoint->peer, address, sizeof address);
		return col +
		       draw_textf(screen, line, 0, col, ROLE_STRONG, _("connects to %s"), address);
	}
	if (endpoint->reset)
		return col + draw_text(screen, line, 0, col, ROLE_WRONG, "RST");
	if (endpoint->local[0] == '\0')
		return col + draw_text(screen, line, 0, col, ROLE_QUIET, _("no address yet"));
	return col + draw_text(screen, line, 0, col, ROLE_NORMAL, _("bound, not listening"));
}

static void
draw_standing(const struct channel_card *card, struct box box)
{
	draw_stand(card, box, 0);
}

static int
state_rows(const struct channel_card *card)
{
	const struct endpoint *endpoint = endpoint_of(card);
	char state[48];
	end_state(card->frame, card->id, false, state, sizeof state);
	return state[0] != '\0' && !(endpoint->peer[0] && endpoint->state[0]); /* draw_stand has it */
}

static void
draw_state(const struct channel_card *card, struct box box)
{
	char state[48];
	end_state(card->frame, card->id, false, state, sizeof state);
	draw_text(card->frame->screen, box, 0, 0, ROLE_NORMAL, state);
}

static const struct part socket_parts[] = {
	{0, one_row, draw_standing},
	{2, state_rows, draw_state},
	{1, waiters_rows, waiters_draw},
	{3, address_rows, draw_address},
	{0},
};

const struct channel_view view_socket = {.parts = socket_parts, .line = draw_stand};
