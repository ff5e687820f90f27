/* SPDX-License-Identifier: MIT
 *
 * A message queue, System V or POSIX: each message a box of its own, in the order in which the
 * kernel holds them, with type or priority, sender, length and its first bytes. The one that a
 * receiver would take is marked.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/names.h"
#include "words.h"

enum { BOX_COLS = 9, BOX_COLS_MIN = 5, BOX_COLS_MAX = 16, BOX_ROWS = 3 };

static const struct queue *
queue_of(const struct channel_card *card)
{
	return card->channel->queue;
}

static int64_t
count_of(const struct queue *queue)
{
	return queue->count > queue->n_messages ? queue->count : queue->n_messages;
}

/* The receiver whose turn is worth showing: one in a receiving call, or about to make one; the
 * focused one first. */
static int
receiver_of(const struct channel_card *card)
{
	const struct model *model = card->model;
	int found = NONE;
	for (int i = 0; i < model->n_processes; i++) {
		const struct process *process = &model->processes[i];
		const struct call *call =
			process->state == PROCESS_DEAD ? NULL : process_call(process);
		if (!call || call->channel != card->id || !(call_traits(call->id) & CALL_READS))
			continue;
		if (found == NONE || i == card->frame->focus->process)
			found = i;
	}
	return found;
}

/* A mark on a message would answer the question that a lesson is about to ask: there it waits for
 * the learner's prediction. */
static bool
may_tell(const struct channel_card *card, int receiver)
{
	const struct conductor *conductor = card->frame->view->conductor;
	if (!conductor || card->model->processes[receiver].state != PROCESS_GATE)
		return true;
	enum phase phase = conductor_phase(conductor);
	return phase == PHASE_JUDGING || phase == PHASE_TRYING || phase == PHASE_DONE;
}

/* The message that it would take, as an index; NONE. */
static int
taken_next(const struct channel_card *card, int *receiver)
{
	*receiver = receiver_of(card);
	if (*receiver == NONE || !may_tell(card, *receiver))
		return NONE;
	return queue_next(card->model, card->id, *receiver);
}

/* --- the boxes --- */

/* As much as the box holds; the length beside it says that there is more. */
static void
draw_preview(const struct channel_card *card, struct box box, style look, const char *preview)
{
	size_t n = strlen(preview); /* ASCII, by preview_of() */
	draw_bytes(card->frame->screen, box, 0, 0, look, preview,
		n < (size_t)box.cols ? n : (size_t)box.cols);
}

static style
message_style(const struct message *message)
{
	return writer_role(message->sender);
}

/* "3" above System V's, "p3" above POSIX's; where there is room the word. */
static void
label_of(const struct channel_card *card, const struct message *message, int cols, char *buf,
	size_t size)
{
	bool posix = card->channel->kind == CHANNEL_MQ;
	if (card->channel->endpoint) { /* a datagram has no type; who sent it stands there */
		struct label sender = {.text = "?"};
		if (message->sender != NONE)
			sender = process_called(card->frame->view, message->sender);
		size_t n = strlen(sender.text) + 1;
		if (n > size || text_cells(sender.text) > cols)
			buf[0] = '\0'; /* the colour tells it, too */
		else
			memcpy(buf, sender.text, n);
		return;
	}
	snprintf(buf, size, posix ? _("prio %lld") : _("type %lld"), (long long)message->type);
	if (text_cells(buf) > cols)
		snprintf(buf, size, "%s%lld", posix ? "p" : "t", (long long)message->type);
}

static void
preview_of(const struct message *message, char *buf, size_t size)
{
	size_t n = 0;
	for (; n < message->n_preview && n + 1 < size; n++) {
		char byte = message->preview[n];
		buf[n] = byte >= ' ' && byte < 0x7f ? byte : '.';
	}
	while (n > 0 && buf[n - 1] == '.')
		n--; /* the zeros that a C string ends with say nothing */
	buf[n] = '\0';
}

static void
draw_message_box(
	const struct channel_card *card, struct box box, const struct message *message, bool next)
{
	struct screen *screen = card->frame->screen;
	char label[24], length[24], preview[PREVIEW_MAX + 1];
	style look = message_style(message);
	label_of(card, message, box.cols - 4, label, sizeof label);
	snprintf(length, sizeof length, _("%lld B"), (long long)message->bytes);
	draw_frame(screen, box, look | (next ? STYLE_BOLD : 0), next, NULL, NULL);
	draw_text(screen, box_part(box, 0, 1, 1, box.cols - 2), 0, 0, look | STYLE_BOLD, label);
	preview_of(message, preview, sizeof preview);
	draw_preview(card, box_part(box, 1, 1, 1, box.cols - 2), look, preview);
	int cells = text_cells(length);
	if (cells > box.cols - 3) /* the unit gives way */
		length[strcspn(length, " ")] = '\0', cells = text_cells(length);
	draw_glyph(screen, box, 2, 1, look, next ? GLYPH_TAKEN : writer_fill(message->sender));
	if (cells <= box.cols - (next ? 3 : 2))
		draw_text(screen, box, 2, box.cols - 1 - cells, look, length);
}

/* Lengths of datagrams have three digits and more. */
static int
narrowest(const struct channel_card *card)
{
	return card->channel->endpoint ? BOX_COLS_MIN + 1 : BOX_COLS_MIN;
}

static int
boxes_in_row(const struct channel_card *card, int cols, int n)
{
	int most = cols / narrowest(card), likes = cols / BOX_COLS;
	int across = n <= likes ? likes : n < most ? n : most;
	return across > 0 ? across : 1;
}

/* Boxes in rows of three lines; what has no place is counted. */
static void
draw_boxes(const struct channel_card *card, struct box box, int next)
{
	const struct queue *queue = queue_of(card);
	int lines = box.rows / BOX_ROWS, n = queue->n_messages;
	int across = boxes_in_row(card, box.cols, (n + lines - 1) / lines), room = across * lines;
	int cols = box.cols / across;
	cols = cols < BOX_COLS_MAX ? cols : BOX_COLS_MAX;
	int64_t count = count_of(queue);
	/* the marked one stays in sight */
	int first = next != NONE && next >= room - 1 && n > room ? next - (room - 2) : 0;
	first = first < 0 ? 0 : first;
	for (int i = 0; i < room && first + i < n; i++) {
		struct box place =
			box_part(box, i / across * BOX_ROWS, i % across * cols, BOX_ROWS, cols);
		if (i == room - 1 && count - first > room) {
			draw_textf(card->frame->screen, place, 1, 1, ROLE_STATUS,
				cols >= BOX_COLS ? _("+%lld more") : "+%lld",
				(long long)(count - first - i));
			return;
		}
		draw_message_box(card, place, &queue->messages[first + i], first + i == next);
	}
}

/* "▸t3:40" with, given a second row, the first bytes below; a line between two. */
static void
draw_brief(const struct channel_card *card, struct box box, int next)
{
	const struct queue *queue = queue_of(card);
	struct screen *screen = card->frame->screen;
	int col = 0;
	for (int i = 0; i < queue->n_messages; i++) {
		const struct message *message = &queue->messages[i];
		style look = message_style(message) | (i == next ? STYLE_BOLD : 0);
		char label[24], words[64], preview[PREVIEW_MAX + 1];
		label[0] = '\0';
		if (!card->channel->endpoint) /* of a datagram the colour tells the sender */
			label_of(card, message, 0, label, sizeof label);
		snprintf(words, sizeof words, "%s%s%s%lld",
			i == next ? glyph(screen, GLYPH_TAKEN) : "", label, label[0] ? ":" : "",
			(long long)message->bytes);
		int cells = text_cells(words);
		if (col + cells + 2 > box.cols) {
			draw_glyph(screen, box, 0, col, ROLE_QUIET, GLYPH_MORE);
			return;
		}
		if (i > 0) {
			for (int row = 0; row < box.rows; row++)
				draw_glyph(screen, box, row, col, ROLE_QUIET, GLYPH_LINE_UD);
			col++;
		}
		draw_text(screen, box, 0, col, look, words);
		preview_of(message, preview, sizeof preview);
		draw_preview(card, box_part(box, 1, col, 1, cells), look, preview);
		col += cells;
	}
}

/* One line of boxes, or two where the first cannot hold them and a tall card has room for both. */
int
queue_messages_rows(const struct channel_card *card)
{
	int across = card->cols / narrowest(card);
	if (count_of(queue_of(card)) == 0)
		return 0;
	return queue_of(card)->n_messages > across && card->rows >= 3 * BOX_ROWS ? 2 * BOX_ROWS
										 : BOX_ROWS;
}

void
queue_draw_messages(const struct channel_card *card, struct box box)
{
	int receiver, next = taken_next(card, &receiver);
	if (queue_of(card)->n_messages == 0)
		draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("%lld not seen sent"),
			(long long)count_of(queue_of(card)));
	else if (box.rows >= BOX_ROWS)
		draw_boxes(card, box, next);
	else
		draw_brief(card, box, next);
}

/* --- the rest --- */

static int
one_row(const struct channel_card *card)
{
	(void)card;
	return 1;
}

static bool
is_full(const struct channel_card *card)
{
	const struct queue *queue = queue_of(card);
	return (queue->max_messages > 0 && count_of(queue) >= queue->max_messages) ||
	       (card->channel->capacity > 0 && card->channel->used >= card->channel->capacity);
}

/* "3 of 10 messages FULL" */
static int
draw_count(const struct channel_card *card, struct box box, int col)
{
	const struct queue *queue = queue_of(card);
	struct screen *screen = card->frame->screen;
	long long count = (long long)count_of(queue);
	style look = card_fresh(card) ? ROLE_STRONG : ROLE_NORMAL;
	if (box.cols < 30 && card->rows == 1) /* on a line of a narrow list */
		col += draw_textf(screen, box, 0, col, look, _("%lld msg"), count);
	else if (queue->max_messages > 0)
		col += draw_textf(screen, box, 0, col, look, _("%lld of %lld messages"), count,
			(long long)queue->max_messages);
	else
		col += draw_textf(screen, box, 0, col, look,
			count == 1 ? _("%lld message") : _("%lld messages"), count);
	if (count == 0)
		return col + draw_text(screen, box, 0, col + 1, ROLE_QUIET, _("empty")) + 1;
	if (is_full(card))
		return col + draw_text(screen, box, 0, col + 1, ROLE_BLOCKED, _("FULL")) + 1;
	return col;
}

static void
draw_summary(const struct channel_card *card, struct box box)
{
	draw_count(card, box, 0);
}

static int
bytes_rows(const struct channel_card *card)
{
	return card->channel->used >= 0 && card->channel->capacity > 0;
}

static void
draw_amount(const struct channel_card *card, struct box box)
{
	draw_textf(card->frame->screen, box, 0, 0, ROLE_NORMAL, _("%lld of %lld B"),
		(long long)card->channel->used, (long long)card->channel->capacity);
}

static int
size_rows(const struct channel_card *card)
{
	return queue_of(card)->max_size > 0;
}

static void
draw_size(const struct channel_card *card, struct box box)
{
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("at most %lld B each"),
		(long long)queue_of(card)->max_size);
}

static int
last_rows(const struct channel_card *card)
{
	return queue_of(card)->last_sender_pid > 0 || queue_of(card)->last_receiver_pid > 0;
}

/* "sent 4211 taken 4212": the kernel's word (msg_lspid, msg_lrpid) */
static void
draw_last(const struct channel_card *card, struct box box)
{
	const struct queue *queue = queue_of(card);
	struct screen *screen = card->frame->screen;
	int col = 0;
	if (queue->last_sender_pid > 0)
		col += draw_textf(screen, box, 0, 0, ROLE_QUIET,
			       box.cols >= 36 ? _("last sent by %d,") : _("last %d"),
			       (int)queue->last_sender_pid) +
		       1;
	if (queue->last_receiver_pid > 0)
		draw_textf(screen, box, 0, col, ROLE_QUIET,
			box.cols >= 36 ? _("taken by %d") : _("to %d"),
			(int)queue->last_receiver_pid);
}

static int
notify_rows(const struct channel_card *card)
{
	return queue_of(card)->notified != NONE;
}

static void
draw_notify(const struct channel_card *card, struct box box)
{
	draw_textf(card->frame->screen, box, 0, 0, ROLE_STRONG, _("notifies %s"),
		process_called(card->frame->view, queue_of(card)->notified).text);
}

static void
queue_foot(const struct channel_card *card, char *buf, size_t size)
{
	int receiver, next = taken_next(card, &receiver);
	if (card->channel->removed)
		snprintf(buf, size, "%s",
			card->channel->kind == CHANNEL_MSG ? _("removed") : _("name removed"));
	else if (next != NONE)
		snprintf(buf, size, _("%s for %s"), glyph(card->frame->screen, GLYPH_TAKEN),
			process_called(card->frame->view, receiver).text);
}

static int
queue_line(const struct channel_card *card, struct box line, int col)
{
	col = draw_count(card, line, col) + 1;
	col = waiters_count(card, line, col);
	if (card->channel->used > 0)
		col += draw_textf(card->frame->screen, line, 0, col, ROLE_QUIET, _("%lld B"),
			       (long long)card->channel->used) +
		       1;
	if (card->channel->removed)
		col += draw_text(card->frame->screen, line, 0, col, ROLE_WRONG, _("removed"));
	return col;
}

static const struct part parts[] = {
	{0, one_row, draw_summary},
	{2, queue_messages_rows, queue_draw_messages},
	{5, bytes_rows, draw_amount},
	{1, waiters_rows, waiters_draw},
	{4, notify_rows, draw_notify},
	{6, last_rows, draw_last},
	{7, size_rows, draw_size},
	{0},
};

const struct channel_view view_queue = {.parts = parts, .foot = queue_foot, .line = queue_line};
