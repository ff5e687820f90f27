/* SPDX-License-Identifier: MIT
 *
 * A channel card: the frame, and its rows shared out among the parts that its kind has; who waits
 * at it, which all kinds tell alike.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/names.h"
#include "tui/sockets.h"
#include "words.h"

enum { PARTS_MAX = 16, WAITERS_MAX = 32 };

static const struct channel_view *const views[] = {
	[CHANNEL_PIPE] = &view_pipe,
	[CHANNEL_FIFO] = &view_fifo,
	[CHANNEL_FILE] = &view_segment, /* one that is mapped shared */
	[CHANNEL_MSG] = &view_queue,
	[CHANNEL_MQ] = &view_queue,
	[CHANNEL_SHM] = &view_segment,
	[CHANNEL_SEM] = &view_semaphore,
	[CHANNEL_MUTEX] = &view_semaphore,
	[CHANNEL_COND] = &view_condition,
	[CHANNEL_SOCKET] = &view_socket,
};

const struct channel_view *
channel_view(const struct channel *channel)
{
	enum channel_kind kind = channel->kind;
	if (channel->endpoint)
		return socket_view(channel->endpoint);
	return (size_t)kind < sizeof views / sizeof *views ? views[kind] : NULL;
}

bool
card_fresh(const struct channel_card *card)
{
	return card->model->touched_channel == card->id;
}

/* --- who waits --- */

/* Those that sleep at a socket which is drawn on this card, too. */
static int
waiters_elsewhere(const struct channel_card *card, int *processes, int n, int room)
{
	for (int i = 0; i < card->model->n_processes && n < room; i++) {
		const struct process *process = &card->model->processes[i];
		if (process->state == PROCESS_BLOCKED && process->waits_for != NONE &&
			process->waits_for != card->id &&
			card_of(card->model, process->waits_for) == card->id)
			processes[n++] = i;
	}
	return n;
}

/* Those that the kernel says sleep at it, in the order of its queue. */
int
waiters_of(const struct channel_card *card, int *processes, int room)
{
	int n = channel_waiters(card->model, card->id, processes, room), blocked = 0;
	for (int i = 0; i < n && i < room; i++)
		if (card->model->processes[processes[i]].state == PROCESS_BLOCKED)
			processes[blocked++] = processes[i];
	if (card->channel->endpoint)
		blocked = waiters_elsewhere(card, processes, blocked, room);
	return blocked;
}

/* Many of them share the last row, so that what they wait at stays in sight. */
int
waiters_rows(const struct channel_card *card)
{
	int processes[WAITERS_MAX];
	int n = waiters_of(card, processes, WAITERS_MAX), most = card->rows / 2;
	return n <= most ? n : most > 2 ? most : n < 2 ? n : 2;
}

int
waiters_count(const struct channel_card *card, struct box line, int col)
{
	int processes[WAITERS_MAX], n = waiters_of(card, processes, WAITERS_MAX);
	if (n == 0)
		return col;
	col += draw_glyph(card->frame->screen, line, 0, col, ROLE_BLOCKED, GLYPH_BLOCKED);
	return col + draw_textf(card->frame->screen, line, 0, col, ROLE_BLOCKED, "%d", n) + 1;
}

/* "▮ reader waits: type 3" */
static void
draw_waiter(const struct channel_card *card, struct box line, int process)
{
	struct screen *screen = card->frame->screen;
	const struct label name = process_called(card->frame->view, process);
	char what[64] = "", words[128];
	waiter_text(card->model, process, what, sizeof what);
	if (what[0])
		snprintf(words, sizeof words, _("%s waits: %s"), name.text, what);
	else
		snprintf(words, sizeof words, _("%s waits"), name.text);
	/* of a pipe the verb tells more than the number, which stands on the process's card */
	bool stream = card->channel->kind == CHANNEL_PIPE || card->channel->kind == CHANNEL_FIFO;
	if (stream && text_cells(words) > line.cols - 2)
		snprintf(words, sizeof words, _("%s waits"), name.text);
	else if (what[0] && text_cells(words) > line.cols - 2)
		snprintf(words, sizeof words, "%s: %s", name.text, what);
	draw_glyph(screen, line, 0, 0, ROLE_BLOCKED, GLYPH_BLOCKED);
	draw_text(screen, line, 0, 2, ROLE_BLOCKED, words);
}

/* "▮ a, b, c wait" */
static void
draw_waiters_brief(const struct channel_card *card, struct box line, const int *processes, int n)
{
	char names[160] = "", words[192];
	for (int i = 0; i < n; i++) {
		size_t length = strlen(names);
		snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "",
			process_called(card->frame->view, processes[i]).text);
	}
	snprintf(words, sizeof words, _("%s wait"), names);
	draw_glyph(card->frame->screen, line, 0, 0, ROLE_BLOCKED, GLYPH_BLOCKED);
	draw_text(card->frame->screen, line, 0, 2, ROLE_BLOCKED, words);
}

void
waiters_draw(const struct channel_card *card, struct box box)
{
	int processes[WAITERS_MAX], n = waiters_of(card, processes, WAITERS_MAX);
	int whole = n <= box.rows ? n : box.rows - 1;
	for (int i = 0; i < whole; i++)
		draw_waiter(card, box_part(box, i, 0, 1, box.cols), processes[i]);
	if (whole < n)
		draw_waiters_brief(
			card, box_part(box, whole, 0, 1, box.cols), processes + whole, n - whole);
}

/* --- the card --- */

/* Rows to the parts whose rank is in from … below, first rows before further ones; the rest. */
static int
share_band(
	const struct part *parts, const int *wants, int n, int rows, int *got, int from, int below)
{
	for (int pass = 0; pass < 2; pass++)
		for (int rank = from; rank < below; rank++)
			for (int i = 0; i < n; i++) {
				if (parts[i].rank != rank || wants[i] == 0)
					continue;
				int more = pass == 0 ? 1 : wants[i] - got[i];
				more = more < rows ? more : rows;
				got[i] += more;
				rows -= more;
			}
	return rows;
}

static void
draw_parts(const struct channel_card *card, const struct part *parts, struct box inside)
{
	int wants[PARTS_MAX] = {0}, got[PARTS_MAX] = {0}, n = 0, row = 0;
	for (; n < PARTS_MAX && parts[n].draw; n++)
		wants[n] = parts[n].rows(card);
	int left = share_band(parts, wants, n, inside.rows, got, 0, RANK_SPARE);
	share_band(parts, wants, n, left, got, RANK_SPARE, PARTS_MAX);
	for (int i = 0; i < n; i++) {
		if (got[i] > 0)
			parts[i].draw(card, box_part(inside, row, 0, got[i], inside.cols));
		row += got[i];
	}
}

void
channel_card(const struct frame *frame, struct box box, int id)
{
	const struct model *model = frame->view->model;
	struct channel_card card = {
		frame, model, &model->channels[id], id, box.rows - 2, box.cols - 4};
	const struct channel_view *view = channel_view(card.channel);
	char title[96], foot[64] = "";
	bool focused = card_of(model, frame->focus->channel) == id;
	bool alone = focused && frame->focus->fd == NONE && channel_is_left(model, id);
	channel_title(card.channel, false, title, sizeof title);
	title_fit(frame->screen, title, box.cols - 6);
	if (card.channel->contradicted)
		snprintf(foot, sizeof foot, "%s", _("best guess"));
	else if (view->foot)
		view->foot(&card, foot, sizeof foot);
	draw_frame(frame->screen, box, focused ? ROLE_FRAME_FOCUS : ROLE_FRAME, alone, title, foot);
	if (alone) /* no process's card has a line for it */
		screen_cursor(frame->screen, box, 0, 2);
	draw_parts(&card, view->parts, box_part(box, 1, 2, box.rows - 2, box.cols - 4));
}

void
channel_line(const struct frame *frame, struct box line, int id)
{
	const struct model *model = frame->view->model;
	struct channel_card card = {frame, model, &model->channels[id], id, 1, line.cols};
	int cols = line.cols >= 48 ? 24 : line.cols >= 40 ? 16 : 12;
	char title[96];
	channel_title(card.channel, false, title, sizeof title);
	if (channel_view(card.channel) == &view_connection && text_cells(title) > cols) {
		channel_title(card.channel, true, title, sizeof title);
		size_t n = strlen(title);
		title[n++] = ' ';
		connection_name(card.channel, title + n, sizeof title - n);
	}
	title_fit(frame->screen, title, cols);
	draw_text(frame->screen, box_part(line, 0, 0, 1, cols), 0, 0, ROLE_STRONG, title);
	channel_view(card.channel)->line(&card, line, cols + 1);
}
