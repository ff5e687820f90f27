/* SPDX-License-Identifier: MIT
 *
 * The top line: where one is, how far, and how time runs.
 */
#include <stdio.h>
#include <string.h>

#include "tui/bars.h"
#include "words.h"

static void
pace_text(const struct frame *frame, char *buf, size_t size)
{
	const struct view *view = frame->view;
	struct screen *screen = frame->screen;
	if (view->over) {
		snprintf(buf, size, "%s", _("over"));
		return;
	}
	switch (view->pace) {
	case PACE_STEPPING:
		snprintf(buf, size, "%s %s", glyph(screen, GLYPH_PACE_STEPPING), _("stepping"));
		break;
	case PACE_PLAYING:
		snprintf(buf, size, _("%s %.3g calls/s"), glyph(screen, GLYPH_PACE_PLAYING),
			view->tempo);
		break;
	case PACE_FREE:
		snprintf(buf, size, "%s %s", glyph(screen, GLYPH_PACE_FREE), _("free run"));
		break;
	case PACE_PAUSED:
		snprintf(buf, size, "%s %s", glyph(screen, GLYPH_PACE_PAUSED), _("paused"));
		break;
	}
}

/* "3 Blocking ▸ The pipe is full" */
static void
place_text(const struct frame *frame, char *buf, size_t size)
{
	const struct view *view = frame->view;
	if (view->kind == VIEW_MENU) {
		snprintf(buf, size, "%s", _("inter-process communication, live"));
	} else if (view->kind == VIEW_COMPARE) {
		snprintf(buf, size, "%s", _("all kinds of IPC compared"));
	} else if (view->conductor) {
		const struct lesson *lesson = conductor_lesson(view->conductor);
		unsigned step = conductor_step(view->conductor);
		const char *title =
			step < lesson->n_steps ? lesson->steps[step].title : _("the end");
		snprintf(buf, size, "%d %s %s %s", lesson->number, lesson->title,
			glyph(frame->screen, GLYPH_CRUMB), title);
	} else {
		snprintf(buf, size, "%s %s", view->kind == VIEW_REPLAY ? _("replay") : _("run"),
			view->title ? view->title : "");
	}
}

/* How far the measuring is. */
static void
measuring_text(const struct frame *frame, char *buf, size_t size)
{
	const struct measurement *known = frame->view->measurement;

	if (known->total == 0)
		buf[0] = '\0'; /* it has not said yet what it will measure */
	else if (known->broken)
		snprintf(buf, size, _("ended at %u of %u"), known->done, known->total);
	else if (known->over)
		snprintf(buf, size, _("measured in %.0f s"), known->seconds);
	else if (frame->view->measuring)
		snprintf(buf, size, _("measuring %u of %u"), known->done, known->total);
	else
		snprintf(buf, size, _("paused at %u of %u"), known->done, known->total);
}

static void
progress_text(const struct frame *frame, char *buf, size_t size)
{
	const struct view *view = frame->view;
	char pace[48];
	buf[0] = '\0';
	if (view->kind == VIEW_MENU)
		return;
	if (view->kind == VIEW_COMPARE) {
		measuring_text(frame, buf, size);
		return;
	}
	pace_text(frame, pace, sizeof pace);
	if (view->conductor) {
		const struct lesson *lesson = conductor_lesson(view->conductor);
		unsigned step = conductor_step(view->conductor);
		unsigned shown = step < lesson->n_steps ? step + 1 : lesson->n_steps;
		snprintf(buf, size, _("step %u/%u   %s"), shown, lesson->n_steps, pace);
	} else if (view->model) {
		snprintf(buf, size, _("event %llu   %s"), (unsigned long long)view->model->events,
			pace);
	}
}

void
header_draw(const struct frame *frame, struct box box)
{
	struct screen *screen = frame->screen;
	char place[256], progress[96];
	draw_run(screen, box, 0, 0, box.cols, ROLE_HEADER, GLYPH_LINE_NONE);
	place_text(frame, place, sizeof place);
	progress_text(frame, progress, sizeof progress);
	/* a narrow screen keeps the place and lets the rest go */
	int tail = text_cells(progress);
	if (tail + 30 > box.cols)
		tail = 0;
	int col = 1 + draw_text(screen, box, 0, 1, ROLE_HEADER | STYLE_BOLD, "ipcviz") + 2;
	struct box middle = box_part(box, 0, col, 1, box.cols - col - tail - 3);
	draw_text(screen, middle, 0, 0, ROLE_HEADER, place);
	if (tail > 0)
		draw_text(screen, box, 0, box.cols - tail - 1, ROLE_HEADER, progress);
}
