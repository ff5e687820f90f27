/* SPDX-License-Identifier: MIT
 *
 * The event log: the newest events at the bottom, readable, scrolled with PgUp and PgDn, and
 * filtered by the process in focus with F.
 */
#include <stdio.h>
#include <string.h>

#include "tui/event_words.h"
#include "tui/names.h"
#include "tui/pane.h"
#include "words.h"

enum { TIME_COLS = 11, NAME_COLS = 12 };

struct log_pane {
	bool filtered;
	uint64_t last;  /* sequence of the newest event in sight while scrolled; 0: follows the
			   newest */
	uint64_t above; /* sequence of the oldest in sight when drawn last; 0: the start is in sight
			 */
	uint64_t top;   /* sequence of the first row's event */
	int rows;
};

static bool
log_wanted(const struct log_pane *pane, const struct frame *frame, const struct event *event)
{
	const struct model *model = frame->view->model;
	int focus = frame->focus->process;

	if (!pane->filtered || model == NULL || focus < 0 || focus >= model->n_processes)
		return true;
	return event->pid == model->processes[focus].pid;
}

/* The wanted event next to `from` in direction `by`, `from` itself included; NULL: none is kept. */
static const struct event *
log_seek(const struct log_pane *pane, const struct frame *frame, uint64_t *from, int by)
{
	const struct log *log = frame->view->log;
	uint64_t first = log_first(log), last = log_last(log);

	for (; first > 0 && *from >= first && *from <= last; *from += (uint64_t)by) {
		const struct event *event = log_get(log, *from);

		if (event != NULL && log_wanted(pane, frame, event))
			return event;
	}
	return NULL;
}

static enum glyph
event_glyph(const struct event *event, style *how)
{
	*how = ROLE_NORMAL;
	switch (event->what) {
	case WHAT_reach:
		*how = ROLE_GATE;
		return GLYPH_GATE;
	case WHAT_enter:
		*how = ROLE_CALL;
		return GLYPH_CALL;
	case WHAT_leave:
		if (event_has(event, FIELD_err)) {
			*how = ROLE_ERROR;
			return GLYPH_ERROR;
		}
		return GLYPH_MARK_CALL;
	case WHAT_born:
		return GLYPH_MARK_BORN;
	case WHAT_exec:
		return GLYPH_MARK_EXEC;
	case WHAT_look:
		*how = ROLE_QUIET;
		return GLYPH_BULLET;
	case WHAT_act:
		*how = ROLE_CHANGED;
		return GLYPH_HERE;
	case WHAT_died:
		*how = ROLE_STRONG;
		return GLYPH_DEAD;
	case WHAT_dark:
		*how = ROLE_WRONG;
		return GLYPH_DARK;
	default:
		return GLYPH_DATA;
	}
}

static void
draw_event(const struct frame *frame, struct box box, int row, const struct event *event)
{
	const struct model *model = frame->view->model;
	int process = event->pid != 0 ? model_process(model, event->pid) : NONE;
	uint64_t since = event->time > model->started ? event->time - model->started : 0;
	char words[EVENT_LINE_MAX * 2];
	enum glyph sign;
	struct box name = box_part(box, row, TIME_COLS, 1, NAME_COLS - 1);
	style how;

	sign = event_glyph(event, &how);
	draw_textf(frame->screen, box, row, 1, ROLE_QUIET, "%5llu.%03llu",
		(unsigned long long)(since / 1000000000),
		(unsigned long long)(since / 1000000 % 1000));
	if (process != NONE)
		draw_text(frame->screen, name, 0, 0,
			process == frame->focus->process ? ROLE_STRONG : ROLE_NORMAL,
			process_name(frame->view, process));
	else if (event->pid != 0)
		draw_textf(frame->screen, name, 0, 0, ROLE_NORMAL, "%d", (int)event->pid);
	draw_glyph(frame->screen, box, row, TIME_COLS + NAME_COLS, how, sign);
	/* reverse video is for one word, not for a row: the sign carries it */
	draw_text(frame->screen, box, row, TIME_COLS + NAME_COLS + 2,
		how == ROLE_ERROR ? ROLE_WRONG : how, event_words(event, words, sizeof words));
}

static void
draw_log_title(const struct log_pane *pane, const struct frame *frame, struct box box)
{
	const struct model *model = frame->view->model;
	int focus = frame->focus->process;
	const char *who = pane->filtered && focus >= 0 && focus < model->n_processes
				  ? process_name(frame->view, focus)
				  : _("every process");
	char title[128];

	if (pane->last != 0)
		snprintf(title, sizeof title, _("log: %s, older events (PgDn: newer)"), who);
	else
		snprintf(title, sizeof title, _("log: %s"), who);
	draw_rule(frame->screen, box, 0, ROLE_FRAME, title);
}

/* The event that `rows` rows up to the newest begin with. */
static uint64_t
log_top(const struct log_pane *pane, const struct frame *frame, int rows)
{
	uint64_t at = log_last(frame->view->log), top = at;

	for (int i = 0; i < rows && log_seek(pane, frame, &at, -1) != NULL; i++)
		top = at--;
	return top;
}

/* Do the wanted events from pane->top on fit into so many rows? */
static bool
log_fits(const struct log_pane *pane, const struct frame *frame, int rows)
{
	uint64_t at = pane->top;

	if (at < log_first(frame->view->log) || at > log_last(frame->view->log))
		return false;
	for (int i = 0; i <= rows; i++, at++)
		if (log_seek(pane, frame, &at, 1) == NULL)
			return true;
	return false;
}

/* Sets pane->top. While it follows, the log stands still until it is full
 * and then moves up by a third: that is easier to read than a line that runs away, and cheaper to draw. */
static void
log_place(struct log_pane *pane, const struct frame *frame, int rows)
{
	uint64_t above;

	if (pane->last != 0) {
		int n = 0;

		pane->top = pane->last;
		for (uint64_t at = pane->last; n < rows && log_seek(pane, frame, &at, -1) != NULL;
			n++)
			pane->top = at--;
	} else if (!log_fits(pane, frame, rows)) {
		pane->top = log_top(pane, frame, rows - rows / 3);
	}
	above = pane->top - 1;
	pane->above = log_seek(pane, frame, &above, -1) != NULL ? pane->top : 0;
}

static void
log_draw(void *state, const struct frame *frame, struct box box)
{
	struct log_pane *pane = state;
	struct box list = box_part(box, 1, 0, box.rows - 1, box.cols - 1);
	const struct event *event;
	uint64_t at;

	draw_clear(frame->screen, box);
	if (frame->view->log == NULL || frame->view->model == NULL)
		return;
	if (pane->last != 0 && pane->last < log_first(frame->view->log))
		pane->last = log_first(frame->view->log); /* it fell out of the ring */
	pane->rows = list.rows;
	log_place(pane, frame, list.rows);
	at = pane->top;
	for (int row = 0; row < list.rows; row++, at++) {
		event = log_seek(pane, frame, &at, 1);
		if (event == NULL || (pane->last != 0 && at > pane->last))
			break;
		draw_event(frame, list, row, event);
	}
	draw_log_title(pane, frame, box);
}

/* Moves by rows of wanted events; past the newest it follows again. */
static void
log_scroll(struct log_pane *pane, const struct frame *frame, int by)
{
	uint64_t at = pane->last != 0 ? pane->last : log_last(frame->view->log);

	if (by < 0 && pane->above == 0)
		return;
	for (int i = 0; i < (by < 0 ? -by : by); i++) {
		uint64_t next = at + (uint64_t)(by < 0 ? -1 : 1);

		if (log_seek(pane, frame, &next, by < 0 ? -1 : 1) == NULL)
			break;
		at = next;
	}
	pane->last = at;
	at++;
	if (log_seek(pane, frame, &at, 1) == NULL)
		pane->last = 0;
}

static bool
log_key(void *state, const struct frame *frame, struct command *command)
{
	struct log_pane *pane = state;
	enum command_id id = command->id;

	if (frame->view->log == NULL ||
		(id != COMMAND_PAGE_UP && id != COMMAND_PAGE_DOWN && id != COMMAND_FILTER))
		return false;
	command->id = COMMAND_NONE;
	if (id == COMMAND_FILTER) {
		pane->filtered = !pane->filtered;
		pane->last = pane->top = 0;
	} else {
		int page = pane->rows > 1 ? pane->rows - 1 : 1;

		log_scroll(pane, frame, id == COMMAND_PAGE_UP ? -page : page);
	}
	return true;
}

static bool
log_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	struct log_pane *pane = state;

	(void)box, (void)col, (void)command;
	if (frame->view->log == NULL)
		return false;
	if (wheel != 0) {
		log_scroll(pane, frame, wheel * 3);
		return true;
	}
	if (row != 0)
		return false;
	pane->filtered =
		!pane->filtered; /* the title says what is shown: a click on it changes that */
	pane->last = pane->top = 0;
	return true;
}

const struct pane pane_log = {
	.state_size = sizeof(struct log_pane),
	.draw = log_draw,
	.key = log_key,
	.click = log_click,
};
