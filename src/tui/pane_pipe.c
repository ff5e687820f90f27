/* SPDX-License-Identifier: MIT
 *
 * A pipe: its page slots with the bytes in them, coloured and filled by who wrote them; how full it
 * is; who holds its ends.
 */
#include <stdio.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "words.h"

/* The run that holds the byte `offset` bytes behind the oldest one in the pipe; NULL: unknown. */
static const struct run *
run_at(const struct channel *channel, int64_t offset)
{
	for (int i = 0; i < channel->n_runs; i++) {
		if (offset < channel->runs[i].bytes)
			return &channel->runs[i];
		offset -= channel->runs[i].bytes;
	}
	return NULL;
}

static void
draw_byte(const struct channel_card *card, struct box box, int col, int64_t offset)
{
	const struct run *run = run_at(card->channel, offset);
	int writer = run ? run->writer : NONE;
	draw_glyph(card->frame->screen, box, 0, col, writer_role(writer), writer_fill(writer));
}

/* One page slot, `cols` cells wide. `before` bytes lie in the slots before it. */
static void
draw_slot(const struct channel_card *card, struct box box, int col, int cols, int slot,
	int64_t before)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	if (slot >= channel->n_slots) {
		draw_run(screen, box, 0, col, cols, ROLE_QUIET, GLYPH_FILL_EMPTY);
		return;
	}
	const struct page_slot *used = &channel->slots[slot];
	for (int i = 0; i < cols; i++) {
		/* a cell stands for the bytes from..to of its page, and shows the first of them
		 * that is in use */
		int from = i * channel->page_size / cols, to = (i + 1) * channel->page_size / cols;
		int at = from < used->start ? used->start : from;
		if (at < used->end && at < to)
			draw_byte(card, box, col + i, before + at - used->start);
		else
			draw_glyph(screen, box, 0, col + i, ROLE_QUIET,
				from < used->start ? GLYPH_FILL_SPENT : GLYPH_FILL_EMPTY);
	}
}

/* Each page slot in order, the oldest left, with a line between them where there is room for that.
 */
static void
draw_slots(const struct channel_card *card, struct box box, int n_slots)
{
	const struct channel *channel = card->channel;
	int cols = box.cols, bars = cols >= 3 * n_slots ? n_slots - 1 : 0;
	int64_t before = 0;
	for (int slot = 0, col = 0; slot < n_slots; slot++) {
		int wide = (cols - bars) * (slot + 1) / n_slots - (cols - bars) * slot / n_slots;
		draw_slot(card, box, col, wide, slot, before);
		col += wide;
		if (bars && slot + 1 < n_slots)
			draw_glyph(card->frame->screen, box, 0, col++, ROLE_QUIET, GLYPH_LINE_UD);
		if (slot < channel->n_slots)
			before += channel->slots[slot].end - channel->slots[slot].start;
	}
}

/* Without page slots, or with more of them than cells: one bar for all. */
static void
draw_bar(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	int64_t used = channel->used > 0 ? channel->used : 0;
	int64_t capacity = channel->capacity > used ? channel->capacity : used;
	int cols = box.cols, full = capacity > 0 ? (int)(used * cols / capacity) : 0;
	if (used > 0 && full == 0)
		full = 1; /* a few bytes are not none */
	for (int i = 0; i < full; i++)
		draw_byte(card, box, i, used * i / full);
	draw_run(card->frame->screen, box, 0, full, cols - full, ROLE_QUIET, GLYPH_FILL_EMPTY);
}

void
pipe_draw_picture(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	int64_t slots = channel->page_size > 0 ? channel->capacity / channel->page_size : 0;
	bool paged = slots > 0 && slots <= box.cols && (channel->n_slots > 0 || channel->used <= 0);
	for (int i = 0; i < box.rows; i++) {
		struct box row = box_part(box, i, 0, 1, box.cols);
		if (paged)
			draw_slots(card, row, (int)slots);
		else
			draw_bar(card, row);
	}
}

/* "4096 of 4096 B FULL" */
void
pipe_draw_amount(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	const char *about = channel->used_inferred ? "~" : "";
	bool fresh = card_fresh(card);
	int col;
	if (channel->used < 0)
		col = draw_text(screen, box, 0, 0, ROLE_QUIET, _("never looked into"));
	else if (channel->capacity < 0)
		col = draw_textf(screen, box, 0, 0, fresh ? ROLE_STRONG : ROLE_NORMAL,
			_("%s%lld B"), about, (long long)channel->used);
	else
		col = draw_textf(screen, box, 0, 0, fresh ? ROLE_STRONG : ROLE_NORMAL,
			_("%s%lld of %lld B"), about, (long long)channel->used,
			(long long)channel->capacity);
	if (channel->used == 0)
		draw_text(screen, box, 0, col + 1, ROLE_QUIET, _("empty"));
	else if (channel_room(channel, 1) == 0)
		draw_text(screen, box, 0, col + 1, ROLE_BLOCKED, _("FULL"));
}

/* "1024│1024│100" as the writes that they came from, the oldest left. The pipe itself knows no such
 * borders. */
void
pipe_draw_runs(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	int col = 0;
	for (int i = 0; i < channel->n_runs; i++) {
		char bytes[32];
		snprintf(bytes, sizeof bytes, "%lld", (long long)channel->runs[i].bytes);
		int needs = text_cells(bytes) + (i > 0) + (i + 1 < channel->n_runs ? 2 : 0);
		if (col + needs > box.cols) {
			draw_glyph(screen, box, 0, col, ROLE_QUIET, GLYPH_MORE);
			break;
		}
		if (i > 0)
			col += draw_glyph(screen, box, 0, col, ROLE_QUIET, GLYPH_LINE_UD);
		col += draw_text(screen, box, 0, col, writer_role(channel->runs[i].writer), bytes);
	}
}

/* The bytes themselves as far as they are known, the next to be read first. */
void
pipe_draw_bytes(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	int col = 0;
	for (int i = 0; i < channel->n_runs && col < box.cols; i++) {
		const struct run *run = &channel->runs[i];
		int64_t left = run->n_preview - run->first;
		if (left > run->bytes)
			left = run->bytes;
		for (int64_t at = 0; at < left && col < box.cols; at++) {
			char byte = run->preview[run->first + at], shown[2] = {byte, '\0'};
			if (byte > ' ' && byte < 0x7f)
				col += draw_text(card->frame->screen, box, 0, col,
					writer_role(run->writer), shown);
			else
				col += draw_glyph(card->frame->screen, box, 0, col,
					byte == ' ' ? ROLE_NORMAL : ROLE_QUIET,
					byte == ' ' ? GLYPH_LINE_NONE : GLYPH_FILL_EMPTY);
		}
		if (left < run->bytes && col < box.cols)
			col += draw_glyph(card->frame->screen, box, 0, col, ROLE_QUIET, GLYPH_MORE);
	}
}

/* "writers 1  readers 1"; none of one kind is news. */
void
pipe_draw_ends(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	if (channel->n_writers + channel->n_readers == 0) {
		draw_text(screen, box, 0, 0, ROLE_QUIET, _("closed by all: gone"));
		return;
	}
	int col = draw_textf(screen, box, 0, 0, channel->n_writers ? ROLE_NORMAL : ROLE_WRONG,
		_("writers %d"), channel->n_writers);
	draw_textf(screen, box, 0, col + 2, channel->n_readers ? ROLE_NORMAL : ROLE_WRONG,
		_("readers %d"), channel->n_readers);
}

/* --- what it has to say --- */

int
pipe_one_row(const struct channel_card *card)
{
	(void)card;
	return 1;
}

int
pipe_picture_rows(const struct channel_card *card)
{
	(void)card;
	return 3;
}

int
pipe_runs_rows(const struct channel_card *card)
{
	return card->channel->n_runs > 0;
}

int
pipe_bytes_rows(const struct channel_card *card)
{
	const struct channel *channel = card->channel;
	for (int i = 0; i < channel->n_runs; i++)
		if (channel->runs[i].n_preview > channel->runs[i].first)
			return 1;
	return 0;
}

void
pipe_foot(const struct channel_card *card, char *buf, size_t size)
{
	const struct channel *channel = card->channel;
	if (channel->page_size > 0 && channel->capacity > 0)
		snprintf(buf, size, _("%d of %lld pages"), channel->n_slots,
			(long long)(channel->capacity / channel->page_size));
}

int
pipe_line(const struct channel_card *card, struct box line, int col)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	int cells = line.cols >= 36 ? 8 : 0, full = 0;
	if (channel->capacity > 0 && channel->used > 0)
		full = cells > 0 ? 1 + (int)((channel->used * cells - 1) / channel->capacity) : 0;
	int writer = channel->n_runs > 0 ? channel->runs[0].writer : NONE;
	col += draw_run(screen, line, 0, col, full, writer_role(writer), writer_fill(writer));
	col += draw_run(screen, line, 0, col, cells - full, ROLE_QUIET, GLYPH_FILL_EMPTY) +
	       (cells > 0);
	if (channel->used >= 0)
		col += draw_textf(screen, line, 0, col, ROLE_NORMAL, _("%lld B"),
			       (long long)channel->used) +
		       1;
	if (channel->used > 0 && channel_room(channel, 1) == 0)
		col += draw_text(screen, line, 0, col, ROLE_BLOCKED, _("FULL")) + 1;
	return col + draw_textf(screen, line, 0, col,
			     channel->n_writers && channel->n_readers ? ROLE_QUIET : ROLE_WRONG,
			     _("w%d r%d"), channel->n_writers, channel->n_readers);
}

static const struct part parts[] = {
	{3, pipe_picture_rows, pipe_draw_picture},
	{0, pipe_one_row, pipe_draw_amount},
	{5, pipe_runs_rows, pipe_draw_runs},
	{6, pipe_bytes_rows, pipe_draw_bytes},
	{4, pipe_one_row, pipe_draw_ends},
	{1, waiters_rows, waiters_draw},
	{0},
};

const struct channel_view view_pipe = {.parts = parts, .foot = pipe_foot, .line = pipe_line};
