/* SPDX-License-Identifier: MIT
 *
 * Memory under the microscope, on its segment's card: the cells with their values; the newest loads and stores as a
 * ladder, time downwards and a column for each process; and the place where one process's store came between the load and
 * the store of another, so that it is lost.
 */
#include <stdio.h>
#include <string.h>

#include "text/particles.h"
#include "text/wrap.h"
#include "tui/access.h"
#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/names.h"
#include "words.h"

enum { COLUMNS_MAX = 4, COLUMN_LEAST = 10, LADDER_ROWS = 12, LOST_NEAR = 8 };

static const struct watched *
watched_of(const struct channel_card *card)
{
	return card->channel->segment->watched;
}

/* --- cells --- */

int
memory_cells_rows(const struct channel_card *card)
{
	struct cell_shown cells[CELLS_SHOWN_MAX];
	return cells_shown(card->frame->view, card->id, cells);
}

/* The newest event was an access there. */
static bool
is_touched(const struct channel_card *card, const struct cell_shown *cell)
{
	const struct watched *watched = watched_of(card);
	if (watched == NULL || watched->n == 0)
		return false;
	const struct access *newest = watched_access(watched, 0);
	return newest->event + 1 >= card->model->events && newest->offset >= cell->at &&
	       newest->offset < cell->at + cell->n;
}

void
memory_draw_cells(const struct channel_card *card, struct box box)
{
	struct cell_shown cells[CELLS_SHOWN_MAX];
	int n = cells_shown(card->frame->view, card->id, cells), names = 0;
	struct screen *screen = card->frame->screen;
	for (int i = 0; i < n; i++)
		if (text_cells(cells[i].name) > names)
			names = text_cells(cells[i].name);
	for (int i = 0; i < n && i < box.rows; i++) {
		int64_t value;
		draw_text(screen, box, i, 0, ROLE_STRONG, cells[i].name);
		if (!cell_value(card->frame->view, card->id, &cells[i], &value)) {
			draw_text(screen, box, i, names + 2, ROLE_QUIET, "?");
			continue;
		}
		bool old = card->channel->segment->n_mapped == 0; /* it may have changed since */
		draw_textf(screen, box, i, names + 2,
			is_touched(card, &cells[i]) ? ROLE_CHANGED | STYLE_REVERSE
			: old			    ? ROLE_QUIET
						    : ROLE_STRONG,
			" %lld ", (long long)value);
	}
}

/* --- the ladder --- */

/* The processes whose accesses are drawn, in the order of their cards. */
struct columns {
	int process[COLUMNS_MAX], n, width;
	bool several; /* more than there is room for: one column for all, with names */
};

static bool
is_left(const struct frame *frame, int process)
{
	for (int i = 0; i < frame->n_left; i++)
		if (frame->left[i] == process)
			return true;
	return false;
}

static int
column_of(const struct columns *columns, int process)
{
	for (int i = 0; i < columns->n; i++)
		if (columns->process[i] == process)
			return i;
	return -1;
}

/* Left ones before right ones, else as they appeared. */
static bool
stands_before(const struct frame *frame, int a, int b)
{
	bool left = is_left(frame, a);
	return left != is_left(frame, b) ? left : a < b;
}

static struct columns
columns_of(const struct channel_card *card, int shown)
{
	const struct watched *watched = watched_of(card);
	struct columns columns = {.n = 0};
	for (int i = 0; i < shown; i++) {
		int process = watched_access(watched, i)->process, at = columns.n;
		if (process == NONE || column_of(&columns, process) != -1)
			continue;
		if (columns.n == COLUMNS_MAX || (columns.n + 1) * COLUMN_LEAST > card->cols) {
			columns.several = columns.n > 0;
			break;
		}
		for (; at > 0 && stands_before(card->frame, process, columns.process[at - 1]); at--)
			columns.process[at] = columns.process[at - 1];
		columns.process[at] = process;
		columns.n++;
	}
	if (columns.n > 0)
		columns.width = card->cols / columns.n;
	return columns;
}

/* "store 6"; on a narrow card "st 123456". */
static void
access_brief(const struct access *access, int room, char *buf, size_t size)
{
	long long value = access_number(access->value, access->n);
	const char *word = access->call == CALL_load ? "load" : access->call == CALL_store ? "store" : "update";
	snprintf(buf, size, "%s %lld", word, value);
	if (text_cells(buf) > room)
		snprintf(buf, size, "%.2s %lld", word, value);
}

/* Its place among the newest; -1: it is not among them. */
static int
place_of(const struct watched *watched, int shown, uint64_t event)
{
	for (int i = 0; i < shown; i++)
		if (watched_access(watched, i)->event == event)
			return i;
	return -1;
}

static bool
is_lost(const struct watched *watched, int shown, uint64_t event)
{
	for (int i = 0; i < shown; i++)
		if (watched_access(watched, i)->overwrites == event)
			return true;
	return false;
}

/* The load that the store at place i knows from; the oldest shown when it is longer ago. */
static int
load_before(const struct watched *watched, int shown, int i)
{
	const struct access *store = watched_access(watched, i);
	for (int at = i + 1; at < shown; at++) {
		const struct access *access = watched_access(watched, at);
		if (access->process == store->process && access->offset == store->offset &&
			access->call != CALL_store)
			return at;
	}
	return shown - 1;
}

static void
draw_access(const struct channel_card *card, struct box line, const struct columns *columns,
	const struct access *access, bool lost, bool newest)
{
	struct screen *screen = card->frame->screen;
	int column = column_of(columns, access->process), width = columns->width;
	bool last = column == columns->n - 1 && column > 0;
	char text[96];
	style look = lost ? ROLE_WRONG : newest ? ROLE_CHANGED : ROLE_NORMAL;
	int col = column * width + last, room = width - 2;
	if (columns->several || column == -1) {
		col = access->process == NONE
			      ? 0
			      : draw_textf(screen, line, 0, 0, ROLE_QUIET, "%s ",
					process_called(card->frame->view, access->process).text);
		room = line.cols - col - 1;
	}
	access_brief(access, room, text, sizeof text);
	col += draw_text(screen, line, 0, col, look, text);
	if (lost)
		draw_glyph(screen, line, 0, col, ROLE_WRONG, GLYPH_ERROR);
}

/* From the load (above) to the store that did not know what came between: rows of the box. */
static void
draw_bracket(const struct channel_card *card, struct box box, const struct columns *columns,
	int process, int from, int to)
{
	int column = column_of(columns, process);
	bool last = column == columns->n - 1 && column > 0;
	int col = last ? column * columns->width : (column + 1) * columns->width - 1;
	for (int row = from; row <= to; row++)
		draw_glyph(card->frame->screen, box, row, col, ROLE_WRONG,
			row == from ? (last ? GLYPH_LINE_DR : GLYPH_LINE_DL)
			: row == to ? (last ? GLYPH_LINE_UR : GLYPH_LINE_UL)
				    : GLYPH_LINE_UD);
}

static void
draw_heads(const struct channel_card *card, struct box box, const struct columns *columns)
{
	for (int i = 0; i < columns->n; i++) {
		struct box head = box_part(box, 0, i * columns->width + (i > 0 && i == columns->n - 1),
			1, columns->width - 1);
		draw_text(card->frame->screen, head, 0, 0, ROLE_QUIET,
			process_called(card->frame->view, columns->process[i]).text);
	}
}

int
memory_ladder_rows(const struct channel_card *card)
{
	const struct watched *watched = watched_of(card);
	int most = card->rows >= LADDER_ROWS ? LADDER_ROWS - 4 : card->rows;
	if (watched == NULL || watched->n == 0)
		return 0;
	return watched->n + 1 < most ? watched->n + 1 : most;
}

void
memory_draw_ladder(const struct channel_card *card, struct box box)
{
	const struct watched *watched = watched_of(card);
	int head = box.rows > 2 || watched->n < box.rows, shown = watched->n < box.rows - head ? watched->n : box.rows - head;
	const struct columns columns = columns_of(card, shown);
	if (head && !columns.several)
		draw_heads(card, box, &columns);
	for (int i = 0; i < shown; i++) {
		const struct access *access = watched_access(watched, i);
		int row = head + shown - 1 - i;
		draw_access(card, box_part(box, row, 0, 1, box.cols), &columns, access,
			is_lost(watched, shown, access->event), i == 0);
		if (access->overwrites && !columns.several && columns.n > 1 &&
			place_of(watched, shown, access->overwrites) != -1)
			draw_bracket(card, box, &columns, access->process,
				head + shown - 1 - load_before(watched, shown, i), row);
	}
}

/* --- what was lost, and what cannot be watched --- */

/* "ann's update is lost" */
static bool
lost_words(const struct channel_card *card, char *buf, size_t size)
{
	const struct watched *watched = watched_of(card);
	for (int i = 0; watched && i < watched->n && i < LOST_NEAR; i++) {
		uint64_t lost = watched_access(watched, i)->overwrites;
		int at = lost ? place_of(watched, watched->n, lost) : -1;
		int process = at == -1 ? NONE : watched_access(watched, at)->process;
		if (!lost)
			continue;
		if (process != NONE)
			snprintf(buf, size, _("%s's update is lost"),
				process_called(card->frame->view, process).text);
		else
			snprintf(buf, size, "%s", _("an update is lost"));
		particles_settle(buf);
		return true;
	}
	return false;
}

/* Why nothing is seen, which matters more. */
static bool
memory_words(const struct channel_card *card, char *buf, size_t size)
{
	const struct watched *watched = watched_of(card);
	if (watched && watched->why[0]) {
		snprintf(buf, size, _("not watched: %s"), watched->why);
		return true;
	}
	return lost_words(card, buf, size);
}

int
memory_words_rows(const struct channel_card *card)
{
	char words[200];
	struct wrap wrap;
	if (!memory_words(card, words, sizeof words))
		return 0;
	wrap_init(&wrap, words, card->cols);
	int rows = wrap.n < 3 ? wrap.n : 3;
	wrap_fini(&wrap);
	return rows;
}

void
memory_draw_words(const struct channel_card *card, struct box box)
{
	char words[200];
	struct wrap wrap;
	if (!memory_words(card, words, sizeof words))
		return;
	wrap_init(&wrap, words, box.cols);
	for (int i = 0; i < wrap.n && i < box.rows; i++)
		draw_bytes(card->frame->screen, box, i, 0, ROLE_WRONG, words + wrap.lines[i].at,
			wrap.lines[i].length);
	wrap_fini(&wrap);
}
