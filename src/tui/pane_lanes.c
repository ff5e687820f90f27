/* SPDX-License-Identifier: MIT
 *
 * Time: a line per process, the newest event at the right. A column is an event, not a moment: what
 * happened in which order is what counts. Blocked spans are heavy; an arrow leads from the one who
 * woke to the one who was woken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/lanes.h"
#include "tui/names.h"
#include "words.h"

enum { COLUMNS_MAX = 512, NAME_COLS = 12, LANES_MAX = 64 };

struct lanes {
	const struct frame *frame;
	const struct model *model;
	struct box box; /* the lines themselves, without names */
	const int *ids; /* the process of each line */
	int n;
	uint64_t column[COLUMNS_MAX]; /* the event that each column stands for */
	int n_columns;
};

static const struct lane_mark *
mark_at(const struct process *process, int i)
{
	int oldest = process->n_lane < LANE_MAX ? 0 : process->lane_next;
	return &process->lane[(oldest + i) % LANE_MAX];
}

/*
 * Marks that say nothing any more are not drawn: a gate or an entered call that something followed.
 * What is left is the present, results, and spans of sleep.
 */
static bool
is_drawn(const struct process *process, int i)
{
	enum lane_kind kind = mark_at(process, i)->kind;
	return i == process->n_lane - 1 || (kind != LANE_GATE && kind != LANE_ENTER);
}

static int
later_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? 1 : x > y ? -1 : 0;
}

static int
sooner_first(const void *a, const void *b)
{
	return later_first(b, a);
}

/*
 * When the lines are full they stand still for a while and then jump, instead of creeping to the left with every event:
 * the first column is one whose event's number is a multiple of about a quarter of what is in sight.
 */
static void
jump(struct lanes *lanes)
{
	uint64_t first = lanes->column[0], span = lanes->column[lanes->n_columns - 1] - first,
		 quarter = 1;
	int dropped = 0;
	while (quarter * 4 <= span)
		quarter *= 2;
	uint64_t left = (first + quarter - 1) / quarter * quarter;
	while (dropped < lanes->n_columns - 1 && lanes->column[dropped] < left)
		dropped++;
	lanes->n_columns -= dropped;
	memmove(lanes->column, lanes->column + dropped,
		(size_t)lanes->n_columns * sizeof *lanes->column);
}

/* The newest events of all lines, each once, as many as there are columns for. */
static void
choose_columns(struct lanes *lanes, int room)
{
	int n = 0, most = lanes->n * room;
	uint64_t *events = calloc((size_t)most + 1, sizeof *events);
	if (!events)
		return;
	for (int line = 0; line < lanes->n; line++) {
		const struct process *process = &lanes->model->processes[lanes->ids[line]];
		for (int i = process->n_lane - 1, taken = 0; i >= 0 && taken < room; i--)
			if (is_drawn(process, i)) {
				events[n++] = mark_at(process, i)->event;
				taken++;
			}
	}
	qsort(events, (size_t)n, sizeof *events, later_first);
	for (int i = 0; i < n && lanes->n_columns < room; i++)
		if (i == 0 || events[i] != events[i - 1])
			lanes->column[lanes->n_columns++] = events[i];
	qsort(lanes->column, (size_t)lanes->n_columns, sizeof *lanes->column, sooner_first);
	free(events);
	if (lanes->n_columns == room)
		jump(lanes);
}

/* The column of an event; -1: it is older than what is shown. */
static int
find_column(const struct lanes *lanes, uint64_t event)
{
	int low = 0, high = lanes->n_columns - 1;
	while (low <= high) {
		int at = (low + high) / 2;
		if (lanes->column[at] == event)
			return at;
		if (lanes->column[at] < event)
			low = at + 1;
		else
			high = at - 1;
	}
	return -1;
}

/* Columns are two cells apart, so that marks stay apart. */
static int
cell_of(int column)
{
	return column * 2 + 1;
}

static unsigned
span_style(enum lane_kind kind, enum glyph *glyph)
{
	*glyph = kind == LANE_BLOCK  ? GLYPH_SPAN_BLOCKED
		 : kind == LANE_GATE ? GLYPH_SPAN_GATE
				     : GLYPH_SPAN_QUIET;
	return kind == LANE_BLOCK ? ROLE_BLOCKED : ROLE_FRAME;
}

static void
draw_mark(const struct lanes *lanes, int line, int cell, const struct lane_mark *mark)
{
	struct screen *screen = lanes->frame->screen;
	unsigned traits = call_traits(mark->call);
	switch (mark->kind) {
	case LANE_CALL:
		if (traits & (CALL_READS | CALL_WRITES))
			draw_text(screen, lanes->box, line, cell, ROLE_STRONG,
				traits & CALL_READS ? "r" : "w");
		else
			draw_glyph(screen, lanes->box, line, cell, ROLE_NORMAL, GLYPH_MARK_CALL);
		break;
	case LANE_ERROR:
		draw_glyph(screen, lanes->box, line, cell, ROLE_ERROR, GLYPH_ERROR);
		break;
	case LANE_GATE:
		draw_glyph(screen, lanes->box, line, cell, ROLE_GATE, GLYPH_GATE);
		break;
	case LANE_ENTER:
		draw_glyph(screen, lanes->box, line, cell, ROLE_CALL, GLYPH_MARK_ENTER);
		break;
	case LANE_BLOCK:
		draw_glyph(screen, lanes->box, line, cell, ROLE_BLOCKED, GLYPH_BLOCKED);
		break;
	case LANE_WAKE:
		draw_glyph(screen, lanes->box, line, cell, ROLE_WOKEN, GLYPH_WOKEN);
		break;
	case LANE_SIGNAL:
		draw_glyph(screen, lanes->box, line, cell, ROLE_ERROR, GLYPH_MARK_SIGNAL);
		break;
	case LANE_BORN:
		draw_glyph(screen, lanes->box, line, cell, ROLE_STRONG, GLYPH_MARK_BORN);
		break;
	case LANE_EXEC:
		draw_glyph(screen, lanes->box, line, cell, ROLE_STRONG, GLYPH_MARK_EXEC);
		break;
	case LANE_DEAD:
		draw_glyph(screen, lanes->box, line, cell, ROLE_DEAD, GLYPH_DEAD);
		break;
	default:
		break;
	}
}

static void
draw_line(const struct lanes *lanes, int line)
{
	const struct process *process = &lanes->model->processes[lanes->ids[line]];
	int right = cell_of(lanes->n_columns), span_from = -1;
	enum lane_kind span = LANE_CALL;
	for (int i = 0; i < process->n_lane; i++) {
		const struct lane_mark *mark = mark_at(process, i);
		if (!is_drawn(process, i))
			continue;
		int column = find_column(lanes, mark->event);
		if (column == -1) { /* before the left edge: only what goes on from there */
			span_from = 0;
			span = mark->kind;
			continue;
		}
		if (span_from >= 0) {
			enum glyph glyph;
			style look = span_style(span, &glyph);
			draw_run(lanes->frame->screen, lanes->box, line, span_from,
				cell_of(column) - span_from, look, glyph);
		}
		draw_mark(lanes, line, cell_of(column), mark);
		span_from = cell_of(column) + 1;
		span = mark->kind;
	}
	if (span_from >= 0 && process->state != PROCESS_DEAD) {
		enum glyph glyph;
		style look = span_style(span, &glyph);
		draw_run(lanes->frame->screen, lanes->box, line, span_from, right - span_from, look,
			glyph);
	}
}

static int
line_of(const struct lanes *lanes, int process)
{
	for (int i = 0; i < lanes->n; i++)
		if (lanes->ids[i] == process)
			return i;
	return -1;
}

/* In the column of the wake: from the waker's line to the mark of the woken. */
static void
draw_wake(const struct lanes *lanes, const struct wake *wake)
{
	int from = wake->waker == NONE ? -1 : line_of(lanes, wake->waker),
	    to = line_of(lanes, wake->woken);
	int column = find_column(lanes, wake->event);
	if (from == -1 || to == -1 || column == -1 || from == to)
		return;
	int step = to < from ? -1 : 1;
	draw_glyph(lanes->frame->screen, lanes->box, from, cell_of(column), ROLE_WOKEN,
		step < 0 ? GLYPH_LINE_ULR : GLYPH_LINE_DLR);
	for (int line = from + step; line != to; line += step)
		draw_glyph(lanes->frame->screen, lanes->box, line, cell_of(column), ROLE_WOKEN,
			GLYPH_LINE_UDLR);
}

static void
draw_names(const struct lanes *lanes, struct box box)
{
	for (int line = 0; line < lanes->n; line++) {
		int id = lanes->ids[line];
		bool focused = lanes->frame->focus->process == id;
		draw_text(lanes->frame->screen, box_part(box, 0, 1, box.rows, box.cols - 2), line,
			0, focused ? ROLE_STRONG : ROLE_NORMAL,
			process_name(lanes->frame->view, id));
	}
}

static void
draw_legend(const struct frame *frame, struct box box)
{
	char legend[256];
	snprintf(legend, sizeof legend,
		_("time  w write  r read  %s call  %s failed  %s blocked  %s woken"),
		glyph(frame->screen, GLYPH_MARK_CALL), glyph(frame->screen, GLYPH_ERROR),
		glyph(frame->screen, GLYPH_SPAN_BLOCKED), glyph(frame->screen, GLYPH_WOKEN));
	draw_rule(frame->screen, box, 0, ROLE_FRAME, NULL);
	struct box middle = box_part(box, 0, 2, 1, box.cols - 4);
	draw_textf(frame->screen, middle, 0, 0, ROLE_QUIET, " %s ", legend);
}

/* Which lines: all of them, or as many as fit around the focused one. */
static int
first_line(const struct frame *frame, const int *ids, int n, int rows)
{
	int at = 0;
	if (n <= rows)
		return 0;
	while (at < n && ids[at] != frame->focus->process)
		at++;
	if (at == n)
		at = 0;
	int first = at - rows / 2;
	return first < 0 ? 0 : first > n - rows ? n - rows : first;
}

void
lanes_draw(const struct frame *frame, struct box box, const int *ids, int n)
{
	int rows = box.rows - 1;
	if (rows < 1 || n == 0 || box.cols < 2 * NAME_COLS)
		return;
	draw_legend(frame, box);
	int first = first_line(frame, ids, n, rows);
	if (n - first > rows)
		n = first + rows;
	int names = box.cols < 100 ? NAME_COLS - 1 : NAME_COLS + 4;
	struct lanes lanes = {
		.frame = frame,
		.model = frame->view->model,
		.box = box_part(box, 1, names, rows, box.cols - names - 1),
		.ids = ids + first,
		.n = n - first,
	};
	int room = (lanes.box.cols - 1) / 2;
	choose_columns(&lanes, room < COLUMNS_MAX ? room : COLUMNS_MAX);
	draw_names(&lanes, box_part(box, 1, 0, rows, names));
	for (int line = 0; line < lanes.n; line++)
		draw_line(&lanes, line);
	const struct model *model = lanes.model;
	for (int i = 0; i < model->n_wakes && i < MODEL_WAKES_MAX; i++)
		draw_wake(&lanes, &model->wakes[i]);
}
