/* SPDX-License-Identifier: MIT
 *
 * A channel card: a pipe's page slots with the bytes in them, coloured and filled by who wrote
 * them; how full it is; who holds its ends and who waits at them.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/names.h"
#include "words.h"

struct card {
	const struct frame *frame;
	const struct model *model;
	const struct channel *channel;
	int id;
	struct box inside;
	int row;
};

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
draw_byte(struct card *card, int col, int64_t offset)
{
	const struct run *run = run_at(card->channel, offset);
	int writer = run ? run->writer : NONE;
	draw_glyph(card->frame->screen, card->inside, card->row, col, writer_role(writer),
		writer_fill(writer));
}

/* One page slot, `cols` cells wide. `before` bytes lie in the slots before it. */
static void
draw_slot(struct card *card, int col, int cols, int slot, int64_t before)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	if (slot >= channel->n_slots) {
		draw_run(screen, card->inside, card->row, col, cols, ROLE_QUIET, GLYPH_FILL_EMPTY);
		return;
	}
	const struct page_slot *used = &channel->slots[slot];
	for (int i = 0; i < cols; i++) {
		/* a cell stands for the bytes from..to of its page, and shows the first of them
		 * that is in use */
		int from = i * channel->page_size / cols, to = (i + 1) * channel->page_size / cols;
		int at = from < used->start ? used->start : from;
		if (at < used->end && at < to)
			draw_byte(card, col + i, before + at - used->start);
		else
			draw_glyph(screen, card->inside, card->row, col + i, ROLE_QUIET,
				from < used->start ? GLYPH_FILL_SPENT : GLYPH_FILL_EMPTY);
	}
}

/* Each page slot in order, the oldest left, with a line between them where there is room for that.
 */
static void
draw_slots(struct card *card, int n_slots)
{
	const struct channel *channel = card->channel;
	int cols = card->inside.cols, bars = cols >= 3 * n_slots ? n_slots - 1 : 0;
	int64_t before = 0;
	for (int slot = 0, col = 0; slot < n_slots; slot++) {
		int wide = (cols - bars) * (slot + 1) / n_slots - (cols - bars) * slot / n_slots;
		draw_slot(card, col, wide, slot, before);
		col += wide;
		if (bars && slot + 1 < n_slots)
			draw_glyph(card->frame->screen, card->inside, card->row, col++, ROLE_QUIET,
				GLYPH_LINE_UD);
		if (slot < channel->n_slots)
			before += channel->slots[slot].end - channel->slots[slot].start;
	}
}

/* Without page slots, or with more of them than cells: one bar for all. */
static void
draw_bar(struct card *card)
{
	const struct channel *channel = card->channel;
	int64_t used = channel->used > 0 ? channel->used : 0;
	int64_t capacity = channel->capacity > used ? channel->capacity : used;
	int cols = card->inside.cols, full = capacity > 0 ? (int)(used * cols / capacity) : 0;
	if (used > 0 && full == 0)
		full = 1; /* a few bytes are not none */
	for (int i = 0; i < full; i++)
		draw_byte(card, i, used * i / full);
	draw_run(card->frame->screen, card->inside, card->row, full, cols - full, ROLE_QUIET,
		GLYPH_FILL_EMPTY);
}

static void
draw_picture(struct card *card, int rows)
{
	const struct channel *channel = card->channel;
	int64_t slots = channel->page_size > 0 ? channel->capacity / channel->page_size : 0;
	bool paged = slots > 0 && slots <= card->inside.cols &&
		     (channel->n_slots > 0 || channel->used <= 0);
	for (int i = 0; i < rows; i++, card->row++) {
		if (paged)
			draw_slots(card, (int)slots);
		else
			draw_bar(card);
	}
}

/* "4096 of 4096 B FULL" */
static void
draw_amount(struct card *card)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	const char *about = channel->used_inferred ? "~" : "";
	bool fresh = card->model->touched_channel == card->id;
	int col;
	if (channel->used < 0)
		col = draw_text(
			screen, card->inside, card->row, 0, ROLE_QUIET, _("never looked into"));
	else if (channel->capacity < 0)
		col = draw_textf(screen, card->inside, card->row, 0,
			fresh ? ROLE_STRONG : ROLE_NORMAL, _("%s%lld B"), about,
			(long long)channel->used);
	else
		col = draw_textf(screen, card->inside, card->row, 0,
			fresh ? ROLE_STRONG : ROLE_NORMAL, _("%s%lld of %lld B"), about,
			(long long)channel->used, (long long)channel->capacity);
	if (channel->used == 0)
		draw_text(screen, card->inside, card->row, col + 1, ROLE_QUIET, _("empty"));
	else if (channel_room(channel, 1) == 0)
		draw_text(screen, card->inside, card->row, col + 1, ROLE_BLOCKED, _("FULL"));
	card->row++;
}

/* "1024│1024│100" as the writes that they came from, the oldest left. The pipe itself knows no such
 * borders. */
static void
draw_runs(struct card *card)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	int col = 0;
	for (int i = 0; i < channel->n_runs; i++) {
		char bytes[32];
		snprintf(bytes, sizeof bytes, "%lld", (long long)channel->runs[i].bytes);
		int needs = text_cells(bytes) + (i > 0) + (i + 1 < channel->n_runs ? 2 : 0);
		if (col + needs > card->inside.cols) {
			draw_glyph(screen, card->inside, card->row, col, ROLE_QUIET, GLYPH_MORE);
			break;
		}
		if (i > 0)
			col += draw_glyph(
				screen, card->inside, card->row, col, ROLE_QUIET, GLYPH_LINE_UD);
		col += draw_text(screen, card->inside, card->row, col,
			writer_role(channel->runs[i].writer), bytes);
	}
	card->row++;
}

/* The bytes themselves as far as they are known, the next to be read first. */
static void
draw_bytes_row(struct card *card)
{
	const struct channel *channel = card->channel;
	int col = 0;
	for (int i = 0; i < channel->n_runs && col < card->inside.cols; i++) {
		const struct run *run = &channel->runs[i];
		int64_t left = run->n_preview - run->first;
		if (left > run->bytes)
			left = run->bytes;
		for (int64_t at = 0; at < left && col < card->inside.cols; at++) {
			char byte = run->preview[run->first + at], shown[2] = {byte, '\0'};
			if (byte > ' ' && byte < 0x7f)
				col += draw_text(card->frame->screen, card->inside, card->row, col,
					writer_role(run->writer), shown);
			else
				col += draw_glyph(card->frame->screen, card->inside, card->row, col,
					byte == ' ' ? ROLE_NORMAL : ROLE_QUIET,
					byte == ' ' ? GLYPH_LINE_NONE : GLYPH_FILL_EMPTY);
		}
		if (left < run->bytes && col < card->inside.cols)
			col += draw_glyph(card->frame->screen, card->inside, card->row, col,
				ROLE_QUIET, GLYPH_MORE);
	}
	card->row++;
}

static bool
has_preview(const struct channel *channel)
{
	for (int i = 0; i < channel->n_runs; i++)
		if (channel->runs[i].n_preview > channel->runs[i].first)
			return true;
	return false;
}

/* "writers 1  readers 1"; none of one kind is news. */
static void
draw_ends(struct card *card)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	if (channel->n_writers + channel->n_readers == 0) {
		draw_text(
			screen, card->inside, card->row++, 0, ROLE_QUIET, _("closed by all: gone"));
		return;
	}
	int col = draw_textf(screen, card->inside, card->row, 0,
		channel->n_writers ? ROLE_NORMAL : ROLE_WRONG, _("writers %d"), channel->n_writers);
	draw_textf(screen, card->inside, card->row, col + 2,
		channel->n_readers ? ROLE_NORMAL : ROLE_WRONG, _("readers %d"), channel->n_readers);
	card->row++;
}

/* Names of those who wait at one end. */
static void
draw_waiters(struct card *card, enum wait_cause cause, const char *format)
{
	char names[96] = "";
	for (int i = 0; i < card->model->n_processes; i++) {
		const struct process *process = &card->model->processes[i];
		size_t length = strlen(names);
		if (process->state == PROCESS_BLOCKED && process->waits_for == card->id &&
			process->cause == cause)
			snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "",
				process_name(card->frame->view, i));
	}
	if (!names[0] || card->row >= card->inside.rows)
		return;
	draw_glyph(card->frame->screen, card->inside, card->row, 0, ROLE_BLOCKED, GLYPH_BLOCKED);
	char line[160];
	snprintf(line, sizeof line, format, names);
	draw_text(card->frame->screen, card->inside, card->row, 2, ROLE_BLOCKED, line);
	card->row++;
}

void
channel_card(const struct frame *frame, struct box box, int id)
{
	const struct model *model = frame->view->model;
	struct card card = {
		.frame = frame,
		.model = model,
		.channel = &model->channels[id],
		.id = id,
		.inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4),
	};
	char title[96], foot[64] = "";
	channel_title(card.channel, false, title, sizeof title);
	if (card.channel->contradicted)
		snprintf(foot, sizeof foot, "%s", _("best guess"));
	else if (card.channel->page_size > 0 && card.channel->capacity > 0)
		snprintf(foot, sizeof foot, _("%d of %lld pages"), card.channel->n_slots,
			(long long)(card.channel->capacity / card.channel->page_size));
	draw_frame(frame->screen, box, ROLE_FRAME, false, title, foot);
	/* picture, amount and ends always; then what the bytes are */
	int spare = card.inside.rows - 3 -
		    (card.channel->n_waiting_read + card.channel->n_waiting_write > 0);
	bool runs = spare >= 1 && card.channel->n_runs > 0;
	bool bytes = spare >= 1 + runs && has_preview(card.channel);
	spare -= runs + bytes;
	draw_picture(&card, spare >= 3 ? 3 : spare >= 1 ? 2 : 1);
	draw_amount(&card);
	if (runs)
		draw_runs(&card);
	if (bytes)
		draw_bytes_row(&card);
	draw_ends(&card);
	draw_waiters(&card, WAIT_EMPTY, _("%s waits"));
	draw_waiters(&card, WAIT_FULL, _("%s waits"));
}
