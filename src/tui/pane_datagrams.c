/* SPDX-License-Identifier: MIT
 *
 * A socket that datagrams come to: each whole, in a box with who sent it, its length and its first
 * bytes; how full the receive buffer is; and the sum that says where everything went that was sent
 * here. Descriptors on their way through a socket are drawn here, too.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/sockets.h"
#include "words.h"

static const struct endpoint *
endpoint_of(const struct channel_card *card)
{
	return card->channel->endpoint;
}

static long long
queued_in(const struct channel_card *card)
{
	const struct queue *queue = card->channel->queue;
	return !queue ? 0 : queue->count > queue->n_messages ? queue->count : queue->n_messages;
}

/* --- the sum --- */

struct term {
	char words[48];
	style look;
};

enum { TERMS = 4 };

/* "sent 12", "= received 3", "+ queued 5", "+ dropped 4" */
static void
terms_of(const struct channel_card *card, struct term terms[TERMS])
{
	const struct endpoint *endpoint = endpoint_of(card);
	const struct {
		const char *words;
		unsigned long long n;
		style look;
	} sum[TERMS] = {
		{_("sent %llu"), endpoint->sent_to, ROLE_STRONG},
		{_("= received %llu"), endpoint->received, ROLE_NORMAL},
		{_("+ queued %llu"), (unsigned long long)queued_in(card), ROLE_NORMAL},
		{_("+ dropped %llu"), endpoint->dropped,
			endpoint->dropped > 0 ? ROLE_WRONG : ROLE_NORMAL},
	};
	for (int i = 0; i < TERMS; i++) {
		snprintf(terms[i].words, sizeof terms[i].words, sum[i].words, sum[i].n);
		terms[i].look = sum[i].look;
	}
}

/* As many terms on a row as go; draws them, or only counts the rows. */
static int
put_sum(const struct channel_card *card, struct box box, bool draw)
{
	struct term terms[TERMS];
	int row = 0, col = 0;
	terms_of(card, terms);
	for (int i = 0; i < TERMS; i++) {
		int cells = text_cells(terms[i].words);
		if (col > 0 && col + cells > box.cols) {
			row++;
			col = 0;
		}
		if (draw)
			draw_text(
				card->frame->screen, box, row, col, terms[i].look, terms[i].words);
		col += cells + 1;
	}
	return row + 1;
}

static int
sum_rows(const struct channel_card *card)
{
	struct box box = {0, 0, 4, card->cols};
	if (endpoint_of(card)->kind != SOCKET_UDP || endpoint_of(card)->sent_to == 0)
		return 1;
	return put_sum(card, box, false);
}

/* "3 + 5 + 4 lost of 12" on one row where the words do not fit. */
static int
draw_brief_sum(const struct channel_card *card, struct box line, int col)
{
	struct screen *screen = card->frame->screen;
	const struct endpoint *endpoint = endpoint_of(card);
	col += draw_textf(screen, line, 0, col, ROLE_STRONG, "%llu = %llu + %lld",
		(unsigned long long)endpoint->sent_to, (unsigned long long)endpoint->received,
		queued_in(card));
	return col + draw_textf(screen, line, 0, col,
			     endpoint->dropped > 0 ? ROLE_WRONG : ROLE_NORMAL, _(" + %llu lost"),
			     (unsigned long long)endpoint->dropped);
}

static void
draw_sum(const struct channel_card *card, struct box box)
{
	const struct endpoint *endpoint = endpoint_of(card);
	struct screen *screen = card->frame->screen;
	if (endpoint->sent_to == 0)
		draw_text(screen, box, 0, 0, ROLE_QUIET,
			endpoint->local[0] ? _("empty") : _("no address yet"));
	else if (endpoint->kind != SOCKET_UDP)
		draw_textf(screen, box, 0, 0, ROLE_NORMAL,
			queued_in(card) == 1 ? _("%lld message") : _("%lld messages"),
			queued_in(card));
	else if (put_sum(card, box, false) <= box.rows)
		put_sum(card, box, true);
	else
		draw_brief_sum(card, box, 0);
}

/* --- boxes, and the buffer they lie in --- */

static int
messages_rows(const struct channel_card *card)
{
	return queued_in(card) > 0 ? queue_messages_rows(card) : 0;
}

static int
buffer_rows(const struct channel_card *card)
{
	return endpoint_of(card)->filled >= 0 && endpoint_of(card)->receive_buffer > 0 ? 2 : 0;
}

/* The kernel's figures: each datagram is charged with what the kernel needs to keep it. */
static void
draw_buffer(const struct channel_card *card, struct box box)
{
	struct screen *screen = card->frame->screen;
	int64_t filled = endpoint_of(card)->filled, room = endpoint_of(card)->receive_buffer;
	char words[64];
	if (box.rows > 1) {
		int full = filled >= room ? box.cols : (int)(filled * box.cols / room);
		full = filled > 0 && full == 0 ? 1 : full;
		draw_run(screen, box, 0, 0, full, ROLE_DATA, GLYPH_FILL_3);
		draw_run(screen, box, 0, full, box.cols - full, ROLE_QUIET, GLYPH_FILL_EMPTY);
	}
	snprintf(words, sizeof words, _("%lld of %lld B, with overhead"), (long long)filled,
		(long long)room);
	if (text_cells(words) > box.cols)
		snprintf(words, sizeof words, _("buffer %lld of %lld"), (long long)filled,
			(long long)room);
	if (text_cells(words) > box.cols)
		snprintf(words, sizeof words, _("%lld of %lld B"), (long long)filled,
			(long long)room);
	draw_text(screen, box, box.rows > 1, 0, ROLE_QUIET, words);
}

/* --- the rest --- */

static int
cut_rows(const struct channel_card *card)
{
	return endpoint_of(card)->cut > 0;
}

static void
draw_cut(const struct channel_card *card, struct box box)
{
	unsigned long long n = endpoint_of(card)->cut;
	char words[64];
	snprintf(words, sizeof words,
		n == 1 ? _("%llu cut off by a short buffer") : _("%llu cut off by short buffers"),
		n);
	if (text_cells(words) > box.cols)
		snprintf(words, sizeof words, _("%llu cut off"), n);
	draw_text(card->frame->screen, box, 0, 0, ROLE_WRONG, words);
}

static int
refused_rows(const struct channel_card *card)
{
	return endpoint_of(card)->refused;
}

static void
draw_refused(const struct channel_card *card, struct box box)
{
	draw_text(card->frame->screen, box, 0, 0, ROLE_WRONG,
		box.cols >= 30 ? _("ECONNREFUSED: nobody was there") : "ECONNREFUSED");
}

static int
out_rows(const struct channel_card *card)
{
	return endpoint_of(card)->sent > 0;
}

static void
draw_out(const struct channel_card *card, struct box box)
{
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("sent out %llu"),
		(unsigned long long)endpoint_of(card)->sent);
}

static int
peer_rows(const struct channel_card *card)
{
	return endpoint_of(card)->peer[0] != '\0';
}

/* Whom it is connected to: it takes datagrams from there alone. */
static void
draw_peer(const struct channel_card *card, struct box box)
{
	char words[128], address[72];
	snprintf(words, sizeof words, _("connected to %s"), endpoint_of(card)->peer);
	if (text_cells(words) > box.cols) {
		socket_address(endpoint_of(card)->peer, address, sizeof address);
		snprintf(words, sizeof words, _("connected to %s"), address);
	}
	draw_text(card->frame->screen, box, 0, 0, ROLE_QUIET, words);
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
	draw_textf(
		card->frame->screen, box, 0, 0, ROLE_QUIET, _("at %s"), endpoint_of(card)->local);
}

static int
datagrams_line(const struct channel_card *card, struct box line, int col)
{
	if (endpoint_of(card)->kind == SOCKET_UDP)
		col = draw_brief_sum(card, line, col) + 1;
	else
		col += draw_textf(card->frame->screen, line, 0, col, ROLE_NORMAL, _("%lld msg"),
			       queued_in(card)) +
		       1;
	return waiters_count(card, line, col);
}

static const struct part parts[] = {
	{0, sum_rows, draw_sum},
	{2, messages_rows, queue_draw_messages},
	{1, waiters_rows, waiters_draw},
	{1, passing_rows, passing_draw},
	{2, refused_rows, draw_refused},
	{3, cut_rows, draw_cut},
	{4, buffer_rows, draw_buffer},
	{5, peer_rows, draw_peer},
	{7, out_rows, draw_out},
	{6, address_rows, draw_address},
	{0},
};

const struct channel_view view_datagrams = {.parts = parts, .line = datagrams_line};

/* --- descriptors on their way --- */

int
passing_rows(const struct channel_card *card)
{
	int n = endpoint_of(card)->n_passing;
	return n < 2 ? n : 2;
}

/* "⇢ pipe 25138 (a) on its way" */
void
passing_draw(const struct channel_card *card, struct box box)
{
	const struct model *model = card->model;
	const struct endpoint *endpoint = endpoint_of(card);
	for (int i = 0; i < endpoint->n_passing && i < box.rows; i++) {
		int description = endpoint->passing[i];
		int channel = model->descriptions[description].channel;
		char title[96] = "?", letter = description_letter(model, description);
		char shared[8] = "";
		if (channel != NONE && model->channels[channel].kind == CHANNEL_FILE)
			channel_short_name(&model->channels[channel], title, sizeof title);
		else if (channel != NONE)
			channel_title(&model->channels[channel], false, title, sizeof title);
		if (letter)
			snprintf(shared, sizeof shared, "(%c) ", letter);
		title_fit(card->frame->screen, title, box.cols - 3 - text_cells(shared));
		struct box line = box_part(box, i, 0, 1, box.cols);
		int col = draw_glyph(card->frame->screen, line, 0, 0, ROLE_CHANGED, GLYPH_PASSED);
		col += 1 + draw_textf(card->frame->screen, line, 0, col + 1, ROLE_CHANGED, "%s %s",
				   title, shared);
		if (i == box.rows - 1 && i < endpoint->n_passing - 1)
			draw_textf(card->frame->screen, line, 0, col, ROLE_STATUS, _("+%d more"),
				endpoint->n_passing - i - 1);
		else if (col + text_cells(_("on its way")) <= box.cols)
			draw_text(card->frame->screen, line, 0, col, ROLE_QUIET, _("on its way"));
	}
}
