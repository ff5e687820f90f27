/* SPDX-License-Identifier: MIT
 *
 * Arrows between cards. Each gap between a column of cards and the channels is a small grid of line
 * bits; arrows that share a cell join there instead of hiding each other. Arrow heads and
 * descriptor numbers come on top.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/access.h"
#include "tui/scene.h"
#include "tui/wires.h"

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };
enum { PATH_MAX_CELLS = 128, TRAVELS_MAX = 16, STEP_NS = 45000000, TRAIL = 2 };

/* --- what travels --- */

struct travel {
	int process, fd, channel;
	uint64_t started; /* clock; 0: free */
	bool arrives;     /* a read: from the channel to the process */
};

struct travels {
	struct travel travel[TRAVELS_MAX];
	uint64_t seen; /* newest event that was looked at */
};

struct travels *
travels_create(void)
{
	return calloc(1, sizeof(struct travels));
}

void
travels_free(struct travels *travels)
{
	free(travels);
}

/* Steps that a travel has made; -1: it is over. The longest way a wire can take ends it in any
 * case. */
static int
travel_step(const struct travel *travel, uint64_t clock, int length)
{
	int step = (int)((clock - travel->started) / STEP_NS);
	return step < length + TRAIL ? step : -1;
}

static void
start_travel(struct travels *travels, int process, const struct call *call, uint64_t clock)
{
	struct travel *slot = &travels->travel[0];
	for (int i = 0; i < TRAVELS_MAX; i++) {
		struct travel *travel = &travels->travel[i];
		if (travel->started == 0 || (travel->process == process && travel->fd == call->fd &&
						    travel->channel == call->channel)) {
			slot = travel;
			break;
		}
	}
	*slot = (struct travel){
		process, call->fd, call->channel, clock,
		call->id == CALL_load || (call_traits(call->id) & CALL_READS) != 0};
}

/* Did the call move bytes or a message? Sending one returns 0. */
static bool
moved(const struct model *model, const struct call *call)
{
	bool sent =
		call_traits(call->id) & CALL_WRITES && model->channels[call->channel].queue != NULL;
	return call_is_access(call->id) ||
	       (call_traits(call->id) & (CALL_READS | CALL_WRITES) && call->err[0] == '\0' &&
	       (call->ret > 0 || (sent && call->ret == 0)));
}

void
travels_note(struct travels *travels, const struct frame *frame, bool on)
{
	const struct model *model = frame->view->model;
	/* after a restart the numbers begin anew */
	if (travels->seen > model->events) {
		memset(travels, 0, sizeof *travels);
	}
	for (int i = 0; on && travels->seen < model->events && i < model->n_processes; i++) {
		const struct call *last = &model->processes[i].last;
		if (last->event > travels->seen && last->channel != NONE && moved(model, last))
			start_travel(travels, i, last, frame->clock);
	}
	travels->seen = model->events;
}

int64_t
travels_next(const struct travels *travels, uint64_t clock)
{
	int64_t next = -1;
	for (int i = 0; i < TRAVELS_MAX; i++) {
		const struct travel *travel = &travels->travel[i];
		if (travel->started == 0)
			continue;
		int64_t wait = STEP_NS - (int64_t)((clock - travel->started) % STEP_NS);
		if (next == -1 || wait < next)
			next = wait;
	}
	return next;
}

/* --- the grid --- */

struct cell {
	unsigned char bits;
	bool strong;
};

struct grid {
	struct box box; /* on the screen */
	struct cell *cells;
};

struct path {
	struct {
		short row, col; /* in the grid, from the process to the channel */
	} at[PATH_MAX_CELLS];
	int length;
};

static void
path_add(struct path *path, int row, int col)
{
	if (path->length < PATH_MAX_CELLS) {
		path->at[path->length].row = (short)row;
		path->at[path->length].col = (short)col;
		path->length++;
	}
}

/* From (from, first column) along to the trunk, up or down it, and on to (to, last column). */
static void
make_path(struct path *path, const struct grid *grid, const struct plug *plug, int to, int trunk)
{
	int from = plug->row - grid->box.row, cols = grid->box.cols;
	path->length = 0;
	for (int i = 0; i < cols; i++) {
		int col = plug->left ? i : cols - 1 - i;
		path_add(path, i <= trunk ? from : to, col);
		if (i == trunk)
			for (int row = from; row != to;) {
				row += to > from ? 1 : -1;
				path_add(path, row, col);
			}
	}
}

static unsigned char
bit_towards(const struct path *path, int i, int j)
{
	int rows = path->at[j].row - path->at[i].row, cols = path->at[j].col - path->at[i].col;
	return rows < 0 ? UP : rows > 0 ? DOWN : cols < 0 ? LEFT : RIGHT;
}

static void
lay_path(struct grid *grid, const struct path *path, bool left, bool strong)
{
	for (int i = 0; i < path->length; i++) {
		int row = path->at[i].row, col = path->at[i].col;
		if (row < 0 || row >= grid->box.rows)
			continue;
		struct cell *cell = &grid->cells[row * grid->box.cols + col];
		cell->bits |= i > 0 ? bit_towards(path, i, i - 1) : left ? LEFT : RIGHT;
		cell->bits |= i + 1 < path->length ? bit_towards(path, i, i + 1)
			      : left               ? RIGHT
						   : LEFT;
		cell->strong |= strong;
	}
}

static void
draw_grid(const struct frame *frame, const struct grid *grid)
{
	for (int row = 0; row < grid->box.rows; row++)
		for (int col = 0; col < grid->box.cols; col++) {
			const struct cell *cell = &grid->cells[row * grid->box.cols + col];
			if (cell->bits)
				draw_glyph(frame->screen, grid->box, row, col,
					cell->strong ? ROLE_STRONG : ROLE_FRAME,
					GLYPH_LINE_NONE + cell->bits);
		}
}

/* --- one wire --- */

/* The row of the channel's box nearest to where the plug is; its corners are no place for an arrow.
 */
static int
nearest_row(struct box box, int row)
{
	int top = box.row + 1, bottom = box.row + box.rows - 2;
	return row < top ? top : row > bottom ? bottom : row;
}

static bool
is_focused(const struct frame *frame, const struct plug *plug)
{
	const struct focus *focus = frame->focus;
	return focus->process == plug->process && focus->fd == plug->fd &&
	       (plug->fd != NONE || focus->channel == plug->channel);
}

/*
 * The number at the card's edge, like a socket in a wall (right of the channels it already stands
 * there, as the first thing on the descriptor's line), and the arrow's head at whichever end the
 * bytes come out of.
 */
static void
draw_ends(const struct frame *frame, const struct grid *grid, const struct plug *plug,
	const struct path *path)
{
	style look = is_focused(frame, plug) ? ROLE_STRONG | STYLE_REVERSE : ROLE_STRONG;
	char number[16];
	if (plug->fd != NONE)
		snprintf(number, sizeof number, "%d", plug->fd);
	else /* no number: only the line's own word stands beside it */
		snprintf(number, sizeof number, "%s",
			plug->door ? glyph(frame->screen, GLYPH_DOOR_HALF) : "");
	if (plug->left && number[0])
		draw_text(frame->screen, screen_box(frame->screen), plug->row,
			grid->box.col - text_cells(number), look, number);
	int last = path->length - 1;
	if (last < 0)
		return;
	if (plug->end & END_WRITE)
		draw_glyph(frame->screen, grid->box, path->at[last].row, path->at[last].col,
			ROLE_STRONG, plug->left ? GLYPH_ARROW_RIGHT : GLYPH_ARROW_LEFT);
	if (plug->end & END_READ)
		draw_glyph(frame->screen, grid->box, path->at[0].row, path->at[0].col, ROLE_STRONG,
			plug->left ? GLYPH_ARROW_LEFT : GLYPH_ARROW_RIGHT);
}

static void
draw_travel(const struct frame *frame, const struct grid *grid, const struct path *path,
	struct travel *travel)
{
	int head = travel_step(travel, frame->clock, path->length);
	enum role role = travel->arrives ? ROLE_DATA : writer_role(travel->process);
	if (head == -1) {
		travel->started = 0;
		return;
	}
	for (int i = head; i >= 0 && i >= head - TRAIL; i--) {
		int at = travel->arrives ? path->length - 1 - i : i;
		if (at >= 0 && at < path->length)
			draw_glyph(frame->screen, grid->box, path->at[at].row, path->at[at].col,
				role | STYLE_BOLD, i == head ? GLYPH_PARCEL : GLYPH_DATA);
	}
}

static struct travel *
find_travel(struct travels *travels, const struct plug *plug)
{
	for (int i = 0; i < TRAVELS_MAX; i++) {
		struct travel *travel = &travels->travel[i];
		if (travel->started && travel->process == plug->process && travel->fd == plug->fd &&
			travel->channel == plug->channel)
			return travel;
	}
	return NULL;
}

/* A travel whose wire is not on the screen has nowhere to go. */
static void
end_lost_travels(struct travels *travels, uint64_t clock)
{
	for (int i = 0; i < TRAVELS_MAX; i++)
		if (travels->travel[i].started &&
			travel_step(&travels->travel[i], clock, PATH_MAX_CELLS) == -1)
			travels->travel[i].started = 0;
}

/* Where there are more wires than the eye can follow, those of the focused process and of calls in
 * flight are drawn. */
static bool
is_drawn(const struct frame *frame, const struct plug *plug, int n, int cols)
{
	const struct process *process = &frame->view->model->processes[plug->process];
	const struct call *call = process_call(process);
	return n <= cols || plug->process == frame->focus->process ||
	       (call && call->fd == plug->fd &&
		       (plug->fd != NONE || call->channel == plug->channel));
}

static int
count_side(const struct plugs *plugs, bool left)
{
	int n = 0;
	for (int i = 0; i < plugs->n; i++)
		n += plugs->plug[i].left == left;
	return n;
}

/* Where a plug's wire leads to: *row gets the row of the screen where it arrives, of a lock that
 * shares a card its own. Returns a number by which wires to different places stay apart; -1: there
 * is no card. */
static int
find_card(const struct model *model, const struct layout *layout, const struct scene *scene,
	const int *channels, const struct plug *plug, int *row)
{
	int lock = lock_group_find(&scene->locks, plug->channel), at = 0;
	int wanted = lock == -1 ? card_of(model, plug->channel) : scene->locks.ids[0];
	int line = connection_group_find(&scene->connections, wanted);
	if (line != -1)
		wanted = scene->connections.ids[0];
	while (at < layout->n_channel && channels[at] != wanted)
		at++;
	if (at == layout->n_channel)
		return -1;
	struct box box = layout->channel[at];
	*row = lock != -1   ? nearest_row(box, box.row + 1 + lock)
	       : plug->cell > 0 ? nearest_row(box, box.row + plug->cell)
	       : line != -1 ? connection_group_row(&scene->connections, box, line)
			    : nearest_row(box, plug->row);
	return lock != -1 ? at + lock : line != -1 ? at + line : at;
}

/* All wires on one side: lines first, then what lies on top of them. */
static void
draw_side(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	const int *channels, const struct plugs *plugs, struct travels *travels, bool left)
{
	struct box stage = layout->stage, middle = layout->channels;
	int first =
		left ? layout->process[0].col + layout->process[0].cols : middle.col + middle.cols;
	int end = left ? middle.col : stage.cols - layout->process[0].cols;
	struct grid grid = {.box = box_part(stage, 0, first, stage.rows, end - first)};
	if (grid.box.rows == 0 || grid.box.cols < 2)
		return;
	int n = count_side(plugs, left);
	grid.cells = calloc((size_t)grid.box.rows * (size_t)grid.box.cols, sizeof *grid.cells);
	if (!grid.cells)
		return;
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < plugs->n; i++) {
			const struct plug *plug = &plugs->plug[i];
			int row, at = find_card(
				frame->view->model, layout, scene, channels, plug, &row);
			if (plug->left != left || at == -1 ||
				!is_drawn(frame, plug, n, grid.box.cols + 1))
				continue;
			struct path path;
			int trunk = grid.box.cols > 3 ? 1 + at % (grid.box.cols - 2) : 1;
			make_path(&path, &grid, plug, row - grid.box.row, trunk);
			if (pass == 0) {
				lay_path(&grid, &path, left, is_focused(frame, plug));
				continue;
			}
			draw_ends(frame, &grid, plug, &path);
			struct travel *travel = find_travel(travels, plug);
			if (travel)
				draw_travel(frame, &grid, &path, travel);
		}
		if (pass == 0)
			draw_grid(frame, &grid);
	}
	free(grid.cells);
}

void
wires_draw(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	const int *channels, const struct plugs *plugs, struct travels *travels)
{
	end_lost_travels(travels, frame->clock);
	draw_side(frame, layout, scene, channels, plugs, travels, true);
	draw_side(frame, layout, scene, channels, plugs, travels, false);
}
