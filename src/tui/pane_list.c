/* SPDX-License-Identifier: MIT
 *
 * Many processes or little room: a line for each, as a tree, and a line for each channel. The
 * focused one stays in sight.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "tui/access.h"
#include "tui/cards.h"
#include "tui/list.h"
#include "tui/names.h"
#include "words.h"

/* The first item to show so that `at` is in sight. */
static int
list_first(int n, int rows, int at)
{
	if (n <= rows || at < rows / 2)
		return 0;
	return at - rows / 2 > n - rows ? n - rows : at - rows / 2;
}

static int
index_of(const int *ids, int n, int id)
{
	for (int i = 0; i < n; i++)
		if (ids[i] == id)
			return i;
	return 0;
}

/* "3r 4w!" and the one with the focus in reverse; `!` stands for O_NONBLOCK. */
static int
draw_fds(const struct frame *frame, struct box line, int col, int id)
{
	const struct model *model = frame->view->model;
	const struct process *process = &model->processes[id];
	bool focused = frame->focus->process == id;
	for (int i = 0; i < process->n_fds && col < line.cols; i++) {
		const struct descriptor *descriptor = &process->fds[i];
		bool here = focused && descriptor->fd == frame->focus->fd;
		if (channel_behind(model, descriptor) == NONE && !here)
			continue;
		const struct description *description =
			descriptor->description >= 0 ? &model->descriptions[descriptor->description]
						     : NULL;
		enum end end = description ? description->end : END_NONE;
		bool nonblock =
			description && description->flags != -1 && description->flags & O_NONBLOCK;
		const char *direction = end == END_READ ? "r" : end == END_WRITE ? "w" : "";
		col += draw_textf(frame->screen, line, 0, col, here ? ROLE_SELECTED : ROLE_NORMAL,
			       "%d%s%s", descriptor->fd, direction, nonblock ? " NONBLOCK" : "") +
		       1;
	}
	return col;
}

static void
draw_process(const struct frame *frame, struct box line, int id)
{
	struct screen *screen = frame->screen;
	const struct model *model = frame->view->model;
	const struct process *process = &model->processes[id];
	bool focused = frame->focus->process == id;
	char text[160], state[64];
	const char *label;
	int depth = process_depth(model, id), name_cols = line.cols >= 70 ? 24 : 17;
	process_state_text(process, state, sizeof state);
	if (focused) {
		draw_glyph(screen, line, 0, 0, ROLE_STRONG, GLYPH_HERE);
		screen_cursor(screen, line, 0, 0);
	}
	/* the tree in the margin; very deep ones stay within it */
	int indent = depth < name_cols / 3 ? depth : name_cols / 3;
	struct box names = box_part(line, 0, 2, 1, name_cols);
	if (depth > 0)
		draw_glyph(screen, names, 0, indent - 1, ROLE_FRAME, GLYPH_BRANCH_LAST);
	draw_textf(screen, names, 0, indent, focused ? ROLE_SELECTED : ROLE_STRONG, "%s %d",
		process_name(frame->view, id), (int)process->pid);
	int col = name_cols + 3;
	draw_glyph(screen, line, 0, col, process_role(process), process_glyph(process));
	draw_text(screen, box_part(line, 0, col + 2, 1, 12), 0, 0, process_role(process), state);
	col += 15;
	const struct call *call = shown_call(process, &label);
	if (call) {
		bool failed = call->left != 0 && call->err[0];
		int room = line.cols - col - 12;
		view_call_text(frame->view, id, call, text, sizeof text);
		struct box calls = box_part(line, 0, col, 1,
			room < 30   ? line.cols - col
			: room > 44 ? 44
				    : room);
		if (failed)
			draw_glyph(screen, line, 0, col - 1, ROLE_ERROR, GLYPH_ERROR);
		draw_text(screen, calls, 0, 0, failed ? ROLE_WRONG : ROLE_NORMAL, text);
		col += calls.cols + 1;
	}
	draw_fds(frame, line, col, id);
}

static void
list_title(const char *what, int first, int shown, int n, char *buf, size_t size)
{
	if (shown < n)
		snprintf(buf, size, _("%s %d to %d of %d"), what, first + 1, first + shown, n);
	else
		snprintf(buf, size, "%s %d", what, n);
}

void
process_list(const struct frame *frame, struct box box, const int *ids, int n)
{
	char title[64];
	struct box inside = box_inside(box);
	int first = list_first(n, inside.rows, index_of(ids, n, frame->focus->process));
	int shown = n - first < inside.rows ? n - first : inside.rows;
	list_title(_("processes"), first, shown, n, title, sizeof title);
	draw_frame(frame->screen, box, ROLE_FRAME, false, title, NULL);
	for (int i = 0; i < shown; i++)
		draw_process(frame, box_part(inside, i, 0, 1, inside.cols), ids[first + i]);
}

int
process_list_at(const struct frame *frame, struct box box, const int *ids, int n, int row)
{
	struct box inside = box_inside(box);
	int at = list_first(n, inside.rows, index_of(ids, n, frame->focus->process)) + row -
		 inside.row;
	return row >= inside.row && row < inside.row + inside.rows && at < n ? ids[at] : NONE;
}

void
channel_list(const struct frame *frame, struct box box, const int *ids, int n)
{
	char title[64];
	struct box inside = box_inside(box);
	int here = card_of(frame->view->model, frame->focus->channel);
	int first = list_first(n, inside.rows, index_of(ids, n, here));
	int shown = n - first < inside.rows ? n - first : inside.rows;
	list_title(_("channels"), first, shown, n, title, sizeof title);
	draw_frame(frame->screen, box, ROLE_FRAME, false, title, NULL);
	for (int i = 0; i < shown; i++) {
		struct box line = box_part(inside, i, 0, 1, inside.cols);
		if (ids[first + i] == here)
			draw_glyph(frame->screen, line, 0, 0, ROLE_STRONG, GLYPH_HERE);
		channel_line(frame, box_part(line, 0, 2, 1, line.cols - 2), ids[first + i]);
	}
}
