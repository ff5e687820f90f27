/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom through what, over all kinds of channels at once. A chain of waiting reads
 * from top to bottom; one that closes is led back up to its beginning by a heavy line with a sign.
 * With room each process has a row and what it waits through one below; with less, both share one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/particles.h"
#include "text/wrap.h"
#include "tui/cards.h"
#include "tui/names.h"
#include "words.h"

enum { EDGES_MAX = 512, MARGIN = 5, DOWN_COL = 2, WORDS_MAX = 3 };

struct waits {
	int first, rows, n_rows; /* scrolling; of the newest drawing */
};

enum row_kind {
	ROW_WAITER,  /* a process */
	ROW_THROUGH, /* what it waits through; the row below is whom it waits for */
	ROW_TO,      /* the same, with whom it waits for at its end */
	ROW_BOTH,    /* all on one row */
};

struct row {
	enum row_kind kind;
	int process;                  /* ROW_WAITER, ROW_BOTH */
	const struct wait_edge *edge; /* all but ROW_WAITER */
	bool again;                   /* the same waiter as in the row above */
};

/* The picture as rows, before it is known which are in sight. */
struct picture {
	const struct frame *frame;
	const struct model *model;
	struct wait_edge edges[EDGES_MAX];
	int n_edges;
	int cycle[MODEL_PROCESSES_MAX], n_cycle;
	struct row rows[2 * EDGES_MAX];
	int n_rows, n_cycle_rows; /* those of the cycle come first */
	bool tall, inferred;
	bool told[MODEL_PROCESSES_MAX]; /* its waiting has its rows */
};

static void
add_row(struct picture *picture, enum row_kind kind, int process, const struct wait_edge *edge,
	bool again)
{
	if (picture->n_rows < 2 * EDGES_MAX)
		picture->rows[picture->n_rows++] = (struct row){kind, process, edge, again};
	if (edge)
		picture->inferred |= edge->inferred;
}

static const struct wait_edge *
edge_between(const struct picture *picture, int waiter, int target)
{
	for (int i = 0; i < picture->n_edges; i++)
		if (picture->edges[i].waiter == waiter && picture->edges[i].target == target)
			return &picture->edges[i];
	return NULL;
}

static int
edges_of(const struct picture *picture, int waiter, const struct wait_edge **only)
{
	int n = 0;
	for (int i = 0; i < picture->n_edges; i++)
		if (picture->edges[i].waiter == waiter) {
			*only = &picture->edges[i];
			n++;
		}
	return n;
}

static void
add_cycle(struct picture *picture)
{
	int n = picture->n_cycle;
	for (int i = 0; i < n; i++) {
		int waiter = picture->cycle[i];
		const struct wait_edge *edge =
			edge_between(picture, waiter, picture->cycle[(i + 1) % n]);
		picture->told[waiter] = true;
		if (picture->tall) {
			add_row(picture, ROW_WAITER, waiter, NULL, false);
			if (edge)
				add_row(picture, ROW_THROUGH, waiter, edge, false);
		} else if (edge) {
			add_row(picture, ROW_BOTH, waiter, edge, false);
		}
	}
	picture->n_cycle_rows = picture->n_rows;
}

/* A process that waits, and after it, as long as that is one alone, whom it waits for. */
static void
add_chain(struct picture *picture, int waiter)
{
	const struct wait_edge *only = NULL;
	while (waiter != NONE && !picture->told[waiter]) {
		int n = edges_of(picture, waiter, &only);
		picture->told[waiter] = true;
		if (picture->tall)
			add_row(picture, ROW_WAITER, waiter, NULL, false);
		bool goes_on = n == 1 && only->target != NONE && !picture->told[only->target];
		bool first = true;
		for (int i = 0; i < picture->n_edges; i++) {
			const struct wait_edge *edge = &picture->edges[i];
			if (edge->waiter != waiter)
				continue;
			add_row(picture,
				!picture->tall ? ROW_BOTH
				: goes_on      ? ROW_THROUGH
					       : ROW_TO,
				waiter, edge, !first);
			first = false;
		}
		if (!goes_on)
			return;
		/* the end of a chain waits for nobody: it has a row, but no more */
		if (edges_of(picture, only->target, &only) == 0) {
			picture->told[only->target] = true;
			if (picture->tall)
				add_row(picture, ROW_WAITER, only->target, NULL, false);
			return;
		}
		waiter = only->waiter;
	}
}

static bool
is_waited_for(const struct picture *picture, int process)
{
	for (int i = 0; i < picture->n_edges; i++)
		if (picture->edges[i].target == process && !picture->told[picture->edges[i].waiter])
			return true;
	return false;
}

static void
fill(struct picture *picture, bool tall)
{
	picture->tall = tall;
	picture->n_rows = 0;
	picture->inferred = false;
	memset(picture->told, 0, sizeof picture->told);
	add_cycle(picture);
	/* chains from their beginnings, then what is left */
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < picture->n_edges; i++) {
			int waiter = picture->edges[i].waiter;
			if (!picture->told[waiter] &&
				(pass == 1 || !is_waited_for(picture, waiter)))
				add_chain(picture, waiter);
		}
}

/* To be freed; NULL: no memory. */
static struct picture *
picture_create(const struct frame *frame)
{
	struct picture *picture = calloc(1, sizeof *picture);
	if (!picture)
		return NULL;
	picture->frame = frame;
	picture->model = frame->view->model;
	int n = model_waits(picture->model, picture->edges, EDGES_MAX);
	picture->n_edges = n < EDGES_MAX ? n : EDGES_MAX;
	n = model_cycle(picture->model, picture->cycle, MODEL_PROCESSES_MAX);
	picture->n_cycle = n < MODEL_PROCESSES_MAX ? n : MODEL_PROCESSES_MAX;
	return picture;
}

/* --- drawing --- */

/* The number within the set that a semop asks for; -1: not of a set. */
static int
number_of(const struct picture *picture, const struct wait_edge *edge)
{
	const struct channel *channel = &picture->model->channels[edge->through];
	const struct call *call = process_call(&picture->model->processes[edge->waiter]);
	return channel->semaphores && channel->semaphores->n > 1 && call ? call->sem : -1;
}

static const char *
lack_of(const struct wait_edge *edge)
{
	switch (edge->cause) {
	case WAIT_EMPTY:
		return _("empty");
	case WAIT_FULL:
	case WAIT_ROOM:
		return _("full");
	case WAIT_PARTNER:
		return _("half open");
	case WAIT_MESSAGE:
		return _("no message for it");
	case WAIT_VALUE:
		return _("too low");
	case WAIT_ZERO:
		return _("not 0");
	case WAIT_LOCK:
		return _("held");
	case WAIT_CONDITION:
		return _("not signalled");
	case WAIT_CONNECTION:
		return _("no connection");
	case WAIT_HANDSHAKE:
		return _("not yet connected");
	default:
		return "";
	}
}

/* "semaphore 5 #1: too low", "its end: it lives" */
static void
through_text(const struct picture *picture, const struct wait_edge *edge, int cells, char *buf,
	size_t size)
{
	char kind[48], name[96], title[160], tail[48];
	if (edge->through == NONE) {
		snprintf(buf, size, "%s", edge->cause == WAIT_CHILD ? _("its end: it lives") : "");
		return;
	}
	const struct channel *channel = &picture->model->channels[edge->through];
	const char *lack = lack_of(edge);
	int number = number_of(picture, edge);
	channel_title(channel, true, kind, sizeof kind);
	channel_short_name(channel, name, sizeof name);
	snprintf(title, sizeof title, "%s %s", number >= 0 ? _("semaphore") : kind, name);
	if (number >= 0)
		snprintf(tail, sizeof tail, " #%d%s%s", number, *lack ? ": " : "", lack);
	else
		snprintf(tail, sizeof tail, "%s%s", *lack ? ": " : "", lack);
	title_fit(picture->frame->screen, title, cells - text_cells(tail));
	snprintf(buf, size, "%s%s", title, tail);
}

static style
edge_style(const struct wait_edge *edge)
{
	return edge->dead ? ROLE_BLOCKED | STYLE_BOLD : ROLE_NORMAL;
}

/* "▮ writer 4211"; with the focus in reverse. Returns the cells. */
static int
draw_process(const struct picture *picture, struct box line, int col, int process)
{
	struct screen *screen = picture->frame->screen;
	const struct process *it = &picture->model->processes[process];
	bool focused = picture->frame->focus->process == process;
	int start = col;
	col += draw_glyph(screen, line, 0, col, process_role(it), process_glyph(it)) + 1;
	col += draw_textf(screen, line, 0, col, focused ? ROLE_SELECTED : ROLE_STRONG, "%s %d",
		process_name(picture->frame->view, process), (int)it->pid);
	return col - start;
}

/* Its state and call, behind its name. */
static void
draw_doing(const struct picture *picture, struct box line, int col, int process)
{
	const struct process *it = &picture->model->processes[process];
	struct screen *screen = picture->frame->screen;
	const struct call *call = process_call(it);
	char state[64];
	process_state_text(it, state, sizeof state);
	col += draw_text(screen, line, 0, col, process_role(it), state) + 2;
	if (call)
		draw_text(screen, line, 0, col, ROLE_NORMAL, call->text);
}

static int
draw_target(const struct picture *picture, struct box line, int col, const struct wait_edge *edge)
{
	struct screen *screen = picture->frame->screen;
	int start = col;
	if (edge->target == NONE)
		return draw_text(screen, line, 0, col, ROLE_WRONG, _("nobody that is known"));
	col += draw_process(picture, line, col, edge->target);
	if (edge->inferred)
		col += draw_text(screen, line, 0, col, ROLE_STATUS, " ?");
	return col - start;
}

static void
draw_arrow(
	const struct picture *picture, struct box line, int col, int cells, bool heavy, style look)
{
	struct screen *screen = picture->frame->screen;
	if (cells < 2)
		return;
	draw_run(screen, line, 0, col, cells - 1, look, heavy ? GLYPH_HEAVY_LR : GLYPH_LINE_LR);
	draw_glyph(screen, line, 0, col + cells - 1, look, GLYPH_ARROW_RIGHT);
}

/* "▮ a 4211 ── semaphore 5 #1: too low ──▶ ▮ b 4212" */
static void
draw_both(const struct picture *picture, struct box line, const struct row *row)
{
	struct screen *screen = picture->frame->screen;
	style look = edge_style(row->edge);
	int third = (line.cols - 6) / 3, middle = third < 24 ? third : 24;
	char through[224];
	if (!row->again) {
		int cells = draw_process(picture, box_part(line, 0, 0, 1, middle), 0, row->process);
		draw_run(screen, line, 0, cells + 1, middle - cells, look,
			row->edge->dead ? GLYPH_HEAVY_LR : GLYPH_LINE_LR);
	} else {
		draw_glyph(screen, line, 0, middle - 1, look, GLYPH_LINE_UR);
		draw_glyph(screen, line, 0, middle, look, GLYPH_LINE_LR);
	}
	int col = middle + 2, room = line.cols - col - middle - 4;
	through_text(picture, row->edge, room, through, sizeof through);
	col += draw_text(screen, box_part(line, 0, col, 1, room), 0, 0, look, through) + 1;
	int to = line.cols - middle - 2;
	draw_arrow(picture, line, col, to - col - 1, row->edge->dead, look);
	draw_target(picture, line, to, row->edge);
}

static void
draw_row(const struct picture *picture, struct box line, const struct row *row)
{
	struct screen *screen = picture->frame->screen;
	char through[224];
	int col;
	switch (row->kind) {
	case ROW_WAITER:
		col = draw_process(picture, line, 0, row->process);
		draw_doing(picture, line, col + 2, row->process);
		break;
	case ROW_THROUGH:
		draw_glyph(screen, line, 0, DOWN_COL, edge_style(row->edge), GLYPH_ARROW_DOWN);
		through_text(picture, row->edge, line.cols - 8, through, sizeof through);
		col = 4 + draw_text(screen, line, 0, 4, edge_style(row->edge), through);
		if (row->edge->inferred)
			draw_text(screen, line, 0, col, ROLE_STATUS, " ?");
		break;
	case ROW_TO:
		draw_glyph(screen, line, 0, 2, edge_style(row->edge), GLYPH_LINE_UR);
		through_text(picture, row->edge, line.cols - 32, through, sizeof through);
		col = 4 + draw_text(screen, line, 0, 4, edge_style(row->edge), through) + 1;
		draw_arrow(picture, line, col, 3, row->edge->dead, edge_style(row->edge));
		draw_target(picture, line, col + 4, row->edge);
		break;
	case ROW_BOTH:
		draw_both(picture, line, row);
		break;
	}
}

/* The way back from the last of the cycle to the first, in the margin beside row i of it. */
static void
draw_way_back(const struct picture *picture, struct box line, int i)
{
	struct screen *screen = picture->frame->screen;
	bool last = i == picture->n_cycle_rows - 1;
	style look = ROLE_BLOCKED | STYLE_BOLD;
	enum glyph sign = i == 0 ? GLYPH_HEAVY_DR : last ? GLYPH_HEAVY_UR : GLYPH_HEAVY_UD;
	draw_glyph(screen, line, 0, 1, look, sign);
	if (i == 0) {
		draw_glyph(screen, line, 0, 2, look, GLYPH_HEAVY_LR);
		draw_glyph(screen, line, 0, 3, look, GLYPH_ARROW_RIGHT);
	} else if (last) {
		int end = picture->tall ? MARGIN + DOWN_COL : 4;
		draw_run(screen, line, 0, 2, end - 2, look, GLYPH_HEAVY_LR);
		if (picture->tall)
			draw_glyph(screen, line, 0, end, look, GLYPH_HEAVY_UL);
	}
	if (i == picture->n_cycle_rows / 2)
		draw_glyph(screen, line, 0, 0, look, GLYPH_CYCLE);
}

/* --- words below it --- */

static int
words_of(const struct picture *picture, char *buf, size_t size)
{
	buf[0] = '\0';
	if (picture->n_cycle > 0)
		cycle_text(picture->model, buf, size);
	else if (picture->n_edges == 0)
		snprintf(buf, size, "%s", _("Nobody waits."));
	particles_settle(buf);
	return buf[0] != '\0';
}

/* Draws them into the last rows of the box; returns how many rows are left above. */
static int
draw_words(const struct picture *picture, struct box box)
{
	struct screen *screen = picture->frame->screen;
	char words[512];
	int left = box.rows;
	if (picture->inferred && left > 4)
		draw_text(screen, box, --left, 0, ROLE_STATUS,
			_("? concluded from the calls that were seen: the kernel keeps no holder"));
	if (!words_of(picture, words, sizeof words))
		return left;
	struct wrap wrap;
	wrap_init(&wrap, words, box.cols - 2);
	int n = wrap.n < WORDS_MAX ? wrap.n : WORDS_MAX;
	if (picture->n_edges == 0) /* in place of the picture */
		left = n;
	n = n < left ? n : left;
	for (int i = 0; i < n; i++) {
		const char *from = wrap.text + wrap.lines[i].at;
		int row = left - n + i;
		style look = picture->n_cycle ? ROLE_BLOCKED : ROLE_QUIET;
		if (i == 0 && picture->n_cycle)
			draw_glyph(screen, box, row, 0, look, GLYPH_CYCLE);
		if (i == n - 1 && i < wrap.n - 1)
			draw_text(screen, box, row, 2, look, from);
		else
			draw_bytes(screen, box, row, 2, look, from, wrap.lines[i].length);
	}
	wrap_fini(&wrap);
	return left - n;
}

static int
words_rows(const struct picture *picture, int cols)
{
	char words[512];
	if (!words_of(picture, words, sizeof words))
		return 0;
	struct wrap wrap;
	wrap_init(&wrap, words, cols);
	int n = wrap.n < WORDS_MAX ? wrap.n : WORDS_MAX;
	wrap_fini(&wrap);
	return n;
}

/* --- the pane --- */

/* Rows of the tall form; a smaller box gets the other one. */
static int
waits_rows(void *state, const struct frame *frame, int cols)
{
	struct picture *picture = picture_create(frame);
	(void)state;
	if (!picture)
		return 2;
	fill(picture, true);
	int rows = picture->n_rows + words_rows(picture, cols - 6) + picture->inferred + 2;
	free(picture);
	return rows;
}

static void
draw_rows(struct waits *waits, const struct picture *picture, struct box box)
{
	waits->rows = box.rows;
	waits->n_rows = picture->n_rows;
	if (waits->first > picture->n_rows - box.rows)
		waits->first = picture->n_rows - box.rows;
	if (waits->first < 0)
		waits->first = 0;
	for (int i = 0; i < box.rows && waits->first + i < picture->n_rows; i++) {
		struct box line = box_part(box, i, 0, 1, box.cols);
		int at = waits->first + i;
		draw_row(picture, box_part(line, 0, MARGIN, 1, box.cols - MARGIN),
			&picture->rows[at]);
		if (at < picture->n_cycle_rows) /* the last one's way down becomes the way back */
			draw_way_back(picture, line, at);
	}
}

static void
waits_draw(void *state, const struct frame *frame, struct box box)
{
	struct waits *waits = state;
	struct picture *picture = picture_create(frame);
	char title[96], foot[96] = "";
	draw_clear(frame->screen, box);
	if (!picture)
		return;
	struct box inside = box_part(box, 1, 2, box.rows - 2, box.cols - 4);
	fill(picture, true);
	int left = inside.rows - words_rows(picture, inside.cols - 2) - picture->inferred;
	if (picture->n_rows > left)
		fill(picture, false);
	snprintf(title, sizeof title, "%s",
		picture->n_cycle > 1    ? _("who waits for whom: a closed cycle")
		: picture->n_cycle == 1 ? _("who waits for whom: one in vain")
					: _("who waits for whom"));
	draw_frame(frame->screen, box, picture->n_cycle ? ROLE_BLOCKED : ROLE_FRAME, false, title,
		NULL);
	left = draw_words(picture, inside);
	draw_rows(waits, picture, box_part(inside, 0, 0, left, inside.cols));
	if (picture->n_rows > left)
		snprintf(foot, sizeof foot, _(" %d to %d of %d: PgDn, PgUp "), waits->first + 1,
			waits->first + left, picture->n_rows);
	draw_text(frame->screen, box, box.rows - 1, 2, ROLE_STATUS, foot);
	free(picture);
}

static bool
turn(struct waits *waits, int by)
{
	waits->first += by; /* drawing keeps it within the picture */
	return true;
}

static bool
waits_key(void *state, const struct frame *frame, struct command *command)
{
	struct waits *waits = state;
	(void)frame;
	bool down = command->id == COMMAND_PAGE_DOWN;
	if ((!down && command->id != COMMAND_PAGE_UP) || waits->n_rows <= waits->rows)
		return false;
	command->id = COMMAND_NONE;
	return turn(waits, down ? waits->rows : -waits->rows);
}

static bool
waits_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	(void)frame, (void)box, (void)row, (void)col, (void)command;
	return wheel != 0 && turn(state, wheel);
}

const struct pane pane_waits = {
	.state_size = sizeof(struct waits),
	.rows = waits_rows,
	.draw = waits_draw,
	.key = waits_key,
	.click = waits_click,
};
