/* SPDX-License-Identifier: MIT
 *
 * The two directions of a connection. What was sent and not read is drawn with the direction that it
 * goes in, coloured by who wrote it; what the sender still keeps; who sleeps because of it.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/names.h"
#include "tui/sockets.h"
#include "words.h"

/* One direction. NONE: that end is not observed. */
struct flow {
	int from, to;
	bool rightward;
	enum glyph arrow;
};

enum { FLOW_ROWS_MAX = 6, HOLDERS_MAX = 8, TIGHT_COLS = 20, TALL_ROWS = 8 };

static const struct channel *
channel_at(const struct channel_card *card, int id)
{
	return id == NONE ? NULL : &card->model->channels[id];
}

static void
flows_of(const struct channel_card *card, struct flow flows[2])
{
	struct ends ends = socket_ends(card->frame, card->id);
	flows[0] = (struct flow){ends.left, ends.right, true, GLYPH_ARROW_RIGHT};
	flows[1] = (struct flow){ends.right, ends.left, false, GLYPH_ARROW_LEFT};
}

/* The card of one end alone, for what pipes and queues draw. */
static struct channel_card
card_at(const struct channel_card *card, int id, int rows, int cols)
{
	return (struct channel_card){
		card->frame, card->model, &card->model->channels[id], id, rows, cols};
}

/* --- one direction --- */

/* Nothing more will come this way: shut down, or the end is closed. */
static bool
is_ended(const struct channel_card *card, const struct flow *flow)
{
	const struct channel *from = channel_at(card, flow->from), *to = channel_at(card, flow->to);
	if (from && (from->endpoint->shut_write || (from->n_open == 0 && !from->partial &&
							   from->endpoint->queued == NONE)))
		return true;
	return to && (to->endpoint->other_closed || to->endpoint->shut_read);
}

static bool
is_reset(const struct channel_card *card, const struct flow *flow)
{
	const struct channel *from = channel_at(card, flow->from), *to = channel_at(card, flow->to);
	return (from && from->endpoint->reset) || (to && to->endpoint->reset);
}

/* Who sleeps because of this direction: at its end for what does not come, or at its beginning for
 * want of room. */
static int
sleeper_of(const struct channel_card *card, const struct flow *flow)
{
	int processes[HOLDERS_MAX];
	for (int side = 0; side < 2; side++) {
		int id = side == 0 ? flow->to : flow->from;
		int n = id == NONE ? 0 : channel_waiters(card->model, id, processes, HOLDERS_MAX);
		for (int i = 0; i < n && i < HOLDERS_MAX; i++) {
			const struct process *process = &card->model->processes[processes[i]];
			bool writes = process->cause == WAIT_FULL;
			if (process->state == PROCESS_BLOCKED && writes == (side == 1))
				return processes[i];
		}
	}
	return NONE;
}

static int64_t
bytes_in(const struct channel *to)
{
	return to->used > 0 ? to->used : 0;
}

/* What was sent before anybody accepted the connection: the kernel keeps it. */
static int64_t
early_bytes(const struct endpoint *endpoint)
{
	int64_t bytes = 0;
	for (int i = 0; i < endpoint->n_unpaired; i++)
		bytes += endpoint->unpaired[i].bytes;
	return bytes;
}

static void
draw_early(const struct channel_card *card, struct box box, const struct endpoint *endpoint)
{
	for (int i = 0, col = 0; i < endpoint->n_unpaired && col < box.cols; i++) {
		char shown[PREVIEW_MAX + 1];
		size_t n = 0;
		for (; n < endpoint->unpaired[i].n_preview && n < PREVIEW_MAX; n++) {
			char byte = endpoint->unpaired[i].preview[n];
			shown[n] = byte >= ' ' && byte < 0x7f ? byte : '.';
		}
		shown[n] = '\0';
		col += draw_text(card->frame->screen, box, 0, col,
			writer_role(endpoint->unpaired[i].writer), shown);
	}
}

/* "5 B", "2 msg", "~40 B"; of a direction whose end is not observed what was sent. */
static void
amount_text(const struct channel_card *card, const struct flow *flow, char *buf, size_t size)
{
	const struct channel *from = channel_at(card, flow->from), *to = channel_at(card, flow->to);
	if (to && to->queue)
		snprintf(buf, size, _("%d msg"), to->queue->n_messages);
	else if (to)
		snprintf(buf, size, _("%s%lld B"), to->used_inferred && to->used > 0 ? "~" : "",
			(long long)bytes_in(to));
	else if (from && from->endpoint->queued != NONE)
		snprintf(buf, size, _("%lld B"), (long long)early_bytes(from->endpoint));
	else if (from)
		snprintf(buf, size, _("sent %llu"), (unsigned long long)from->endpoint->sent);
	else
		buf[0] = '\0';
}

/* At the right of a direction's first row, behind `col`: "RST", "then EOF", "▮ reader". Returns its
 * cells. */
static int
draw_flow_end(const struct channel_card *card, struct box line, const struct flow *flow, int col)
{
	struct screen *screen = card->frame->screen;
	const struct channel *to = channel_at(card, flow->to);
	int sleeper = sleeper_of(card, flow);
	char words[96] = "";
	style look = ROLE_STRONG;
	if (is_reset(card, flow)) {
		snprintf(words, sizeof words, "%s RST", glyph(screen, GLYPH_ERROR));
		look = ROLE_WRONG;
	} else if (sleeper != NONE) {
		snprintf(words, sizeof words, "%s %s", glyph(screen, GLYPH_BLOCKED),
			process_called(card->frame->view, sleeper).text);
		look = ROLE_BLOCKED;
	} else if (is_ended(card, flow)) {
		bool lies = to && (bytes_in(to) > 0 || (to->queue && to->queue->n_messages > 0));
		snprintf(words, sizeof words, "%s", lies ? _("then EOF") : "EOF");
	} else {
		return 0;
	}
	int cells = text_cells(words), room = line.cols - col;
	cells = cells < room ? cells : room;
	if (cells > 0)
		draw_text(
			screen, box_part(line, 0, line.cols - cells, 1, cells), 0, 0, look, words);
	return cells + 1;
}

/* "▶ 12 B hello world!!       EOF" */
static void
draw_flow_head(const struct channel_card *card, struct box line, const struct flow *flow)
{
	struct screen *screen = card->frame->screen;
	const struct channel *to = channel_at(card, flow->to);
	char amount[48];
	bool fresh = flow->to != NONE && card->model->touched_channel == flow->to;
	amount_text(card, flow, amount, sizeof amount);
	style quiet = to && bytes_in(to) == 0 && !(to->queue && to->queue->n_messages)
			      ? ROLE_QUIET
			      : ROLE_NORMAL;
	int col = draw_glyph(screen, line, 0, 0, ROLE_STRONG, flow->arrow) + 1;
	col += draw_text(screen, line, 0, col, fresh ? ROLE_STRONG : quiet, amount) + 1;
	int right = draw_flow_end(card, line, flow, col);
	if (!to && flow->from != NONE)
		draw_early(card, box_part(line, 0, col, 1, line.cols - right - col),
			card->model->channels[flow->from].endpoint);
	if (!to || to->queue || line.cols - right - col < 1)
		return;
	struct box middle = box_part(line, 0, col, 1, line.cols - right - col);
	struct channel_card at = card_at(card, flow->to, 1, middle.cols);
	if (pipe_bytes_rows(&at))
		pipe_draw_bytes(&at, middle);
}

/* How full the receiving buffer is, where the kernel told its size. */
static void
draw_flow_bar(const struct channel_card *card, struct box line, const struct flow *flow)
{
	const struct channel *to = channel_at(card, flow->to);
	int64_t room = to->endpoint->receive_buffer, bytes = bytes_in(to), before = 0;
	room = room > bytes ? room : bytes;
	int cols = line.cols - 2, run = 0;
	int full = room > 0 ? (int)(bytes * cols / room) : 0;
	full = bytes > 0 && full == 0 ? 1 : full;
	for (int i = 0; i < full; i++) {
		int64_t at = bytes * i / full;
		while (run + 1 < to->n_runs && at >= before + to->runs[run].bytes)
			before += to->runs[run++].bytes;
		int writer = to->n_runs > 0 ? to->runs[run].writer : NONE;
		/* what comes out next lies where it is read */
		draw_glyph(card->frame->screen, line, 0, 2 + (flow->rightward ? cols - 1 - i : i),
			writer_role(writer), writer_fill(writer));
	}
	draw_run(card->frame->screen, line, 0, 2 + (flow->rightward ? 0 : full), cols - full,
		ROLE_QUIET, GLYPH_FILL_EMPTY);
}

/* What the sender keeps until the other side has acknowledged it (SIOCOUTQ). */
static int64_t
unacknowledged(const struct channel_card *card, const struct flow *flow)
{
	const struct channel *from = channel_at(card, flow->from), *to = channel_at(card, flow->to);
	if (!from || from->endpoint->kind != SOCKET_TCP || from->endpoint->out_queue <= 0)
		return 0;
	return to && bytes_in(to) == 0 ? 0 : from->endpoint->out_queue;
}

static void
draw_unacknowledged(const struct channel_card *card, struct box line, const struct flow *flow)
{
	char words[64];
	snprintf(words, sizeof words, _("%lld B in the sender's buffer"),
		(long long)unacknowledged(card, flow));
	if (text_cells(words) > line.cols - 2)
		snprintf(words, sizeof words, _("%lld B not yet acked"),
			(long long)unacknowledged(card, flow));
	if (text_cells(words) > line.cols - 2)
		snprintf(words, sizeof words, _("unacked %lld B"),
			(long long)unacknowledged(card, flow));
	draw_text(card->frame->screen, line, 0, 2, ROLE_QUIET, words);
}

enum flow_row { FLOW_HEAD, FLOW_BAR, FLOW_RUNS, FLOW_UNACKED, FLOW_MESSAGES };

/* What this direction has to say, the most important first; how many rows. */
static int
flow_rows(const struct channel_card *card, const struct flow *flow, enum flow_row *rows)
{
	const struct channel *to = channel_at(card, flow->to);
	int n = 0;
	rows[n++] = FLOW_HEAD;
	if (unacknowledged(card, flow) > 0)
		rows[n++] = FLOW_UNACKED;
	if (to && to->queue && to->queue->n_messages > 0)
		for (int i = 0; i < 3; i++)
			rows[n++] = FLOW_MESSAGES;
	else if (to && to->endpoint->kind == SOCKET_TCP && to->endpoint->receive_buffer > 0 &&
		 (bytes_in(to) > 0 || card->rows >= TALL_ROWS))
		rows[n++] = FLOW_BAR;
	if (to && !to->queue && to->n_runs > 1)
		rows[n++] = FLOW_RUNS;
	return n;
}

static void
draw_flow(const struct channel_card *card, struct box box, const struct flow *flow)
{
	enum flow_row rows[FLOW_ROWS_MAX];
	int n = flow_rows(card, flow, rows);
	for (int i = 0; i < n && i < box.rows; i++) {
		struct box line = box_part(box, i, 0, 1, box.cols);
		struct box inner = box_part(line, 0, 2, 1, box.cols - 2);
		struct channel_card at = *card;
		if (flow->to != NONE)
			at = card_at(card, flow->to, 1, inner.cols);
		switch (rows[i]) {
		case FLOW_HEAD:
			draw_flow_head(card, line, flow);
			break;
		case FLOW_BAR:
			draw_flow_bar(card, line, flow);
			break;
		case FLOW_RUNS:
			pipe_draw_runs(&at, inner);
			break;
		case FLOW_UNACKED:
			draw_unacknowledged(card, line, flow);
			break;
		case FLOW_MESSAGES:
			queue_draw_messages(&at, box_part(box, i, 2, n - i, box.cols - 2));
			return;
		}
	}
}

/* --- both directions --- */

int
flows_rows(const struct channel_card *card)
{
	struct flow flows[2];
	enum flow_row rows[FLOW_ROWS_MAX];
	flows_of(card, flows);
	return flow_rows(card, &flows[0], rows) + flow_rows(card, &flows[1], rows);
}

/* "▶ 5 B  ◀ 0 B" from col on; the next free column. */
int
flows_line(const struct channel_card *card, struct box line, int col)
{
	struct flow flows[2];
	bool tight = line.cols - col < TIGHT_COLS; /* the units give way */
	flows_of(card, flows);
	for (int i = 0; i < 2; i++) {
		const struct channel *to = channel_at(card, flows[i].to);
		bool lies = to && (bytes_in(to) > 0 || (to->queue && to->queue->n_messages > 0));
		char amount[48];
		amount_text(card, &flows[i], amount, sizeof amount);
		if (tight)
			amount[strcspn(amount, " ")] = '\0';
		col += draw_glyph(card->frame->screen, line, 0, col, ROLE_STRONG, flows[i].arrow);
		col += draw_text(card->frame->screen, line, 0, col, lies ? ROLE_NORMAL : ROLE_QUIET,
			       amount) +
		       1;
		if (is_reset(card, &flows[i]))
			col += draw_text(card->frame->screen, line, 0, col, ROLE_WRONG, "RST") + 1;
		else if (is_ended(card, &flows[i]) && tight)
			col += draw_glyph(
				card->frame->screen, line, 0, col - 1, ROLE_STRONG, GLYPH_LINE_UDL);
		else if (is_ended(card, &flows[i]))
			col += draw_text(card->frame->screen, line, 0, col, ROLE_STRONG, "EOF") + 1;
		if (sleeper_of(card, &flows[i]) != NONE)
			col += draw_glyph(card->frame->screen, line, 0, col, ROLE_BLOCKED,
				       GLYPH_BLOCKED) +
			       1;
	}
	return col;
}

void
flows_draw(const struct channel_card *card, struct box box)
{
	struct flow flows[2];
	enum flow_row rows[FLOW_ROWS_MAX];
	if (box.rows == 1) {
		flows_line(card, box, 0);
		return;
	}
	flows_of(card, flows);
	int wants[2] = {flow_rows(card, &flows[0], rows), flow_rows(card, &flows[1], rows)};
	int got[2] = {1, 1};
	for (int left = box.rows - 2, i = 0; left > 0 && (got[0] < wants[0] || got[1] < wants[1]);
		i ^= 1)
		if (got[i] < wants[i]) {
			got[i]++;
			left--;
		}
	draw_flow(card, box_part(box, 0, 0, got[0], box.cols), &flows[0]);
	draw_flow(card, box_part(box, got[0], 0, got[1], box.cols), &flows[1]);
}
