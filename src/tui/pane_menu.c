/* SPDX-License-Identifier: MIT
 *
 * The shelf of lessons: a newcomer's first sight. One line says what this is, the lessons follow
 * with one idea each, and Enter starts the chosen one; nothing has to be read before that.
 */
#include <stdio.h>
#include <string.h>

#include "tui/pane.h"
#include "words.h"

enum { EMBLEM_ROWS = 3, EMBLEM_COLS = 50, NUMBER_COLS = 4, MARK_COLS = 16 };

struct menu {
	bool begun;
	int done; /* lessons that were, when the choice was made */
	int chosen;
	int first; /* the lesson on the list's first row */
};

/* Where things are in the box, for drawing and for clicks alike. */
struct shape {
	struct box emblem, line, list, foot;
	int entry_rows; /* per lesson: 1 title and idea side by side, the chosen one's idea again in the foot; 2 below each other; 3 with a
			   gap */
	int visible;    /* lessons on the list */
};

static struct shape
shape_of(struct box box, int n)
{
	struct shape shape = {0};
	int margin = box.cols >= 100 ? (box.cols - 92) / 2 : box.cols >= 60 ? 2 : 0;
	struct box page = box_part(box, 0, margin, box.rows, box.cols - 2 * margin);
	bool airy = box.rows >= 12; /* gaps around the line, and above the foot */
	int fixed = airy ? 5 : 2;   /* the line, the foot and their gaps */
	int emblem = page.cols >= EMBLEM_COLS && box.rows >= fixed + EMBLEM_ROWS + 1 + n + airy
			     ? EMBLEM_ROWS + 1
			     : 0;
	int room = box.rows - fixed - emblem, top = airy, rows, foot = 1;

	shape.entry_rows = n * 3 - 1 <= room ? 3 : n * 2 <= room ? 2 : 1;
	if (shape.entry_rows == 1 &&
		airy) { /* ideas are cut: the chosen one's stands whole below */
		foot = 2;
		room--;
	}
	rows = n * shape.entry_rows - (shape.entry_rows == 3);
	if (rows > room)
		rows = room;
	shape.visible = (rows + (shape.entry_rows == 3)) / shape.entry_rows;
	top += (room - rows) / 3; /* what is left over goes above and below */
	if (emblem > 0)
		shape.emblem = box_part(page, top, 0, EMBLEM_ROWS, page.cols);
	top += emblem;
	shape.line = box_part(page, top, 0, 1, page.cols);
	top += 1 + airy;
	shape.list = box_part(page, top, 0, rows, page.cols);
	shape.foot = box_part(page, top + rows + airy, 0, foot, page.cols);
	return shape;
}

/* The first lesson that is not done, so that Enter is always a good choice. */
static void
choose(struct menu *menu, const struct view *view)
{
	int done = 0, first = NONE;

	for (int i = view->n_shelf - 1; i >= 0; i--) {
		if (progress_done(view->progress, view->shelf[i]->name))
			done++;
		else
			first = i;
	}
	if ((!menu->begun || done > menu->done) && first != NONE)
		menu->chosen = first;
	menu->begun = true;
	menu->done = done;
	if (menu->chosen >= view->n_shelf)
		menu->chosen = view->n_shelf - 1;
	if (menu->chosen < 0)
		menu->chosen = 0;
}

static void
scroll(struct menu *menu, const struct shape *shape, int n)
{
	if (menu->chosen < menu->first)
		menu->first = menu->chosen;
	if (menu->chosen >= menu->first + shape->visible)
		menu->first = menu->chosen - shape->visible + 1;
	if (menu->first > n - shape->visible)
		menu->first = n - shape->visible;
	if (menu->first < 0)
		menu->first = 0;
}

/* A picture of what the program shows; an emblem, not a state. */
static void
draw_emblem(struct screen *screen, struct box box)
{
	struct box writer = box_part(box, 0, 1, EMBLEM_ROWS, 12);
	struct box pipe = box_part(box, 0, 17, EMBLEM_ROWS, 16);
	struct box reader = box_part(box, 0, 37, EMBLEM_ROWS, 12);

	draw_frame(screen, writer, ROLE_FRAME, false, _("writer"), NULL);
	draw_frame(screen, pipe, ROLE_FRAME, false, _("pipe"), NULL);
	draw_frame(screen, reader, ROLE_FRAME, false, _("reader"), NULL);
	draw_text(screen, writer, 1, 2, ROLE_CODE, "write()");
	draw_run(screen, box, 1, 13, 3, ROLE_DATA, GLYPH_LINE_LR);
	draw_glyph(screen, box, 1, 16, ROLE_DATA, GLYPH_ARROW_RIGHT);
	draw_run(screen, pipe, 1, 2, 8, ROLE_WRITER_1, GLYPH_FILL_1);
	draw_run(screen, pipe, 1, 10, 4, ROLE_QUIET, GLYPH_FILL_EMPTY);
	draw_run(screen, box, 1, 33, 3, ROLE_DATA, GLYPH_LINE_LR);
	draw_glyph(screen, box, 1, 36, ROLE_DATA, GLYPH_ARROW_RIGHT);
	draw_text(screen, reader, 1, 2, ROLE_CODE, "read()");
}

/* How far the learner came: a sign and a word, right-aligned. */
static void
draw_progress(struct screen *screen, struct box box, int row, const struct view *view,
	const struct lesson *lesson, style how)
{
	const char *reached = progress_step(view->progress, lesson->name);
	int step = reached != NULL ? lesson_step(lesson, reached) : -1;
	enum glyph sign = GLYPH_STEP_COMING;
	style colour = ROLE_QUIET;
	char words[64];
	int col;

	if (progress_done(view->progress, lesson->name)) {
		sign = GLYPH_RIGHT;
		colour = ROLE_CORRECT;
		snprintf(words, sizeof words, "%s", _("done"));
	} else if (step >= 0) {
		sign = GLYPH_STEP_NOW;
		colour = ROLE_STRONG;
		snprintf(words, sizeof words, _("%d of %u steps"), step + 1, lesson->n_steps);
	} else {
		snprintf(words, sizeof words, "%s", _("new"));
	}
	col = box.cols - MARK_COLS;
	if (how != ROLE_NORMAL)
		colour = how;
	draw_glyph(screen, box, row, col, colour, sign);
	draw_text(screen, box, row, col + 2, colour, words);
}

static void
draw_entry(struct screen *screen, struct box box, const struct view *view, int index, bool chosen,
	int title_cols)
{
	const struct lesson *lesson = view->shelf[index];
	style how = chosen ? ROLE_SELECTED : ROLE_NORMAL;
	int rows = box.rows > 2 ? 2 : box.rows, left = NUMBER_COLS + 3;
	struct box text = box_part(box, 0, 0, rows, box.cols - MARK_COLS - 1);

	if (chosen)
		draw_fill(screen, box_part(box, 0, 0, rows, box.cols), how, GLYPH_LINE_NONE);
	if (chosen) {
		draw_glyph(screen, box, 0, 1, how, GLYPH_HERE);
		screen_cursor(screen, box, 0, 1);
	}
	draw_textf(screen, box, 0, 3, how, "%2d", lesson->number);
	draw_text(screen, text, 0, left, how | STYLE_BOLD, lesson->title);
	if (rows > 1)
		draw_text(screen, box, 1, left, chosen ? how : ROLE_QUIET, lesson->idea);
	else
		draw_text(screen, text, 0, left + title_cols + 2, chosen ? how : ROLE_QUIET,
			lesson->idea);
	draw_progress(screen, box, 0, view, lesson, how);
}

static void
draw_foot(const struct menu *menu, const struct frame *frame, struct box box)
{
	const struct lesson *lesson = frame->view->shelf[menu->chosen];
	int col = 1, row = box.rows - 1;

	if (row > 0)
		draw_text(frame->screen, box, 0, col, ROLE_NORMAL, lesson->idea);
	col += draw_text(frame->screen, box, row, col, ROLE_KEY, "Enter");
	col += draw_text(frame->screen, box, row, col, ROLE_NORMAL, " ");
	if (progress_done(frame->view->progress, lesson->name))
		draw_textf(frame->screen, box, row, col, ROLE_NORMAL, _("plays %s once more"),
			lesson->title);
	else
		draw_textf(frame->screen, box, row, col, ROLE_NORMAL,
			_("starts %s: real processes, one call for each press of a key"),
			lesson->title);
}

static int
widest_title(const struct view *view)
{
	int widest = 0;

	for (int i = 0; i < view->n_shelf; i++)
		if (text_cells(view->shelf[i]->title) > widest)
			widest = text_cells(view->shelf[i]->title);
	return widest > 24 ? 24 : widest;
}

static void
menu_draw(void *state, const struct frame *frame, struct box box)
{
	const struct view *view = frame->view;
	struct menu *menu = state;
	struct shape shape = shape_of(box, view->n_shelf);
	int left = view->n_shelf;

	draw_clear(frame->screen, box);
	if (shape.emblem.rows > 0)
		draw_emblem(frame->screen, shape.emblem);
	draw_text(frame->screen, shape.line, 0, 1, ROLE_STRONG,
		_("Watch real processes talk: who sleeps, why, and what wakes it."));
	if (view->n_shelf == 0) {
		draw_text(frame->screen, shape.list, 0, 1, ROLE_NORMAL,
			_("There are no lessons here; --lessons DIR names a folder of them."));
		return;
	}
	choose(menu, view);
	scroll(menu, &shape, view->n_shelf);
	for (int i = menu->first; i < view->n_shelf && i < menu->first + shape.visible; i++)
		draw_entry(frame->screen,
			box_part(shape.list, (i - menu->first) * shape.entry_rows, 0,
				shape.entry_rows, shape.list.cols),
			view, i, i == menu->chosen, widest_title(view));
	left -= menu->first + shape.visible;
	if (menu->first > 0)
		draw_textf(frame->screen, shape.line, 0, shape.line.cols - 8, ROLE_QUIET, "%s %d",
			glyph(frame->screen, GLYPH_MORE_UP), menu->first);
	if (left > 0)
		draw_textf(frame->screen, shape.foot, 0, shape.foot.cols - 8, ROLE_QUIET, "%s %d",
			glyph(frame->screen, GLYPH_MORE_DOWN), left);
	draw_foot(menu, frame,
		box_part(shape.foot, 0, 0, shape.foot.rows, shape.foot.cols - (left > 0 ? 9 : 0)));
}

static bool
move_by(struct menu *menu, const struct view *view, int by)
{
	choose(menu, view);
	menu->chosen += by;
	if (menu->chosen >= view->n_shelf)
		menu->chosen = view->n_shelf - 1;
	if (menu->chosen < 0)
		menu->chosen = 0;
	return true;
}

static bool
menu_key(void *state, const struct frame *frame, struct command *command)
{
	struct menu *menu = state;
	enum command_id id = command->id;

	if (frame->view->n_shelf == 0)
		return false;
	choose(menu, frame->view);
	if (id == COMMAND_OPEN_LESSON || id == COMMAND_RESET_LESSON) {
		command->value = menu->chosen;
		return true;
	}
	if (id != COMMAND_UP && id != COMMAND_DOWN && id != COMMAND_PAGE_UP &&
		id != COMMAND_PAGE_DOWN)
		return false;
	command->id = COMMAND_NONE;
	return move_by(menu, frame->view,
		id == COMMAND_UP        ? -1
		: id == COMMAND_DOWN    ? 1
		: id == COMMAND_PAGE_UP ? -5
					: 5);
}

/* A click chooses; a click on the chosen one opens it. */
static bool
menu_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	struct menu *menu = state;
	struct shape shape = shape_of(box, frame->view->n_shelf);
	int at = row - (shape.list.row - box.row), index;

	(void)col;
	if (wheel != 0)
		return move_by(menu, frame->view, wheel);
	index = menu->first + at / shape.entry_rows;
	if (at < 0 || at >= shape.visible * shape.entry_rows || index >= frame->view->n_shelf)
		return false;
	if (index == menu->chosen) {
		command->id = COMMAND_OPEN_LESSON;
		command->value = index;
	}
	menu->chosen = index;
	menu->begun = true;
	return true;
}

const struct pane pane_menu = {
	.state_size = sizeof(struct menu),
	.draw = menu_draw,
	.key = menu_key,
	.click = menu_click,
};
