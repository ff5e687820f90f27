/* SPDX-License-Identifier: MIT
 *
 * The source of the process in focus, with the very line marked where it is stopped, blocked, or
 * made its last call. File and line come from the view (the program's line information); the text
 * is read once and kept.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/names.h"
#include "tui/page.h"
#include "tui/pane.h"
#include "words.h"

enum { SOURCE_MAX = 4 * 1024 * 1024, SOURCE_LINE_MAX = 512, TAB = 4 };

struct source_pane {
	/* the newest answer to "where is this call site?" */
	int32_t pid;
	uint64_t at;
	bool found;
	char file[512];
	int line;
	/* the file that was read last */
	char read[512];
	char *text; /* NULL: could not be read, for `error` */
	int error;
	char **lines; /* into text */
	int n_lines;
	int first; /* line at the top when drawn last; 0: not drawn yet */
};

static void
source_forget(struct source_pane *pane)
{
	free(pane->text);
	free(pane->lines);
	pane->text = NULL;
	pane->lines = NULL;
	pane->n_lines = 0;
	pane->first = 0;
}

static void
source_fini(void *state)
{
	source_forget(state);
}

static char *
read_all(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t length = 0;

	if (file == NULL)
		return NULL;
	text = malloc(SOURCE_MAX + 1);
	if (text != NULL) {
		length = fread(text, 1, SOURCE_MAX, file);
		if (ferror(file)) {
			free(text);
			text = NULL;
		}
	}
	fclose(file);
	if (text != NULL) {
		char *fitting = realloc(text, length + 1);

		text = fitting != NULL ? fitting : text;
		text[length] = '\0';
	}
	return text;
}

static void
split_lines(struct source_pane *pane)
{
	int room = 0;

	for (char *line = pane->text; line != NULL && *line != '\0';) {
		if (pane->n_lines == room) {
			char **more = reallocarray(pane->lines, (size_t)room + 256, sizeof *more);

			if (more == NULL)
				return;
			pane->lines = more;
			room += 256;
		}
		pane->lines[pane->n_lines++] = line;
		line = strchr(line, '\n');
		if (line != NULL)
			*line++ = '\0';
	}
}

static void
source_read(struct source_pane *pane)
{
	if (strcmp(pane->read, pane->file) == 0)
		return;
	source_forget(pane);
	snprintf(pane->read, sizeof pane->read, "%s", pane->file);
	errno = 0;
	pane->text = read_all(pane->file);
	pane->error = errno;
	split_lines(pane);
}

/* The call whose place is shown: the one in flight or at the gate, else the last that returned. */
static const struct call *
call_shown(const struct process *process)
{
	const struct call *call = process_call(process);

	return call != NULL ? call : process->last.id != CALL_unknown ? &process->last : NULL;
}

static bool
source_find(struct source_pane *pane, const struct view *view, const struct process *process)
{
	const struct call *call = call_shown(process);

	if (call == NULL || call->at == 0 || view->where == NULL)
		return false;
	if (pane->pid != process->pid || pane->at != call->at) {
		pane->pid = process->pid;
		pane->at = call->at;
		pane->found = view->where(view->where_context, process->pid, call->at, pane->file,
			sizeof pane->file, &pane->line);
	}
	if (pane->found)
		source_read(pane);
	return pane->found;
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static const char *
place_words(const struct process *process)
{
	switch (process->state) {
	case PROCESS_GATE:
		return _("stands before this line");
	case PROCESS_CALL:
		return _("in this call");
	case PROCESS_BLOCKED:
		return _("asleep here");
	case PROCESS_STOPPED:
		return _("stopped here");
	default:
		return _("its last call");
	}
}

static style
place_style(const struct process *process)
{
	switch (process->state) {
	case PROCESS_GATE:
		return ROLE_GATE | STYLE_REVERSE;
	case PROCESS_CALL:
		return ROLE_CALL | STYLE_REVERSE;
	case PROCESS_BLOCKED:
		return ROLE_BLOCKED | STYLE_REVERSE;
	case PROCESS_STOPPED:
		return ROLE_STOPPED | STYLE_REVERSE;
	default:
		return ROLE_QUIET;
	}
}

/* Tabs become blanks; the rest is left to draw_text. */
static void
expand_tabs(const char *line, char *out, size_t size)
{
	size_t n = 0;

	for (; *line != '\0' && *line != '\r' && n + TAB + 1 < size; line++) {
		if (*line != '\t') {
			out[n++] = *line;
			continue;
		}
		do
			out[n++] = ' ';
		while (n % TAB != 0);
	}
	out[n] = '\0';
}

static void
draw_line(const struct frame *frame, struct box box, int row, const struct source_pane *pane,
	int number, const struct process *process)
{
	char text[SOURCE_LINE_MAX];
	bool here = number == pane->line;
	style how = here ? place_style(process) : ROLE_NORMAL;

	expand_tabs(pane->lines[number - 1], text, sizeof text);
	if (here) {
		draw_run(frame->screen, box, row, 0, box.cols, how, GLYPH_LINE_NONE);
		draw_glyph(frame->screen, box, row, 0, how, GLYPH_HERE);
	}
	draw_textf(frame->screen, box, row, 1, here ? how : ROLE_QUIET, "%4d", number);
	draw_text(frame->screen, box_part(box, row, 7, 1, box.cols - 7), 0, 0, how, text);
}

static void
draw_lines(const struct frame *frame, struct box box, struct source_pane *pane,
	const struct process *process)
{
	int first = pane->first;

	/* The text stands still while the line moves within it. */
	if (first == 0 || pane->line < first + 1 || pane->line > first + box.rows - 2)
		first = pane->line - box.rows / 2;

	if (first + box.rows > pane->n_lines + 1)
		first = pane->n_lines + 1 - box.rows;
	if (first < 1)
		first = 1;
	pane->first = first;
	for (int row = 0; row < box.rows && first + row <= pane->n_lines; row++)
		draw_line(frame, box, row, pane, first + row, process);
}

static void
say(const struct frame *frame, struct box box, const char *sentence)
{
	struct page page;

	page_init(&page, frame->screen, box.cols - 2);
	page_text(&page, 0, ROLE_QUIET, sentence);
	page_draw(&page, frame->screen, box_part(box, 0, 1, box.rows, box.cols - 2), 0);
	page_fini(&page);
}

static void
source_draw(void *state, const struct frame *frame, struct box box)
{
	struct source_pane *pane = state;
	const struct model *model = frame->view->model;
	int focus = frame->focus->process;
	struct box inside = box_part(box, 1, 0, box.rows - 1, box.cols);
	const struct process *process;
	char title[256];

	draw_clear(frame->screen, box);
	if (model == NULL || focus < 0 || focus >= model->n_processes) {
		draw_rule(frame->screen, box, 0, ROLE_FRAME, _("source"));
		say(frame, inside, _("No process has the focus yet."));
		return;
	}
	process = &model->processes[focus];
	if (!source_find(pane, frame->view, process)) {
		snprintf(title, sizeof title, _("source of %s"), process_name(frame->view, focus));
		draw_rule(frame->screen, box, 0, ROLE_FRAME, title);
		say(frame, inside,
			frame->view->kind == VIEW_REPLAY
				? _("A recording does not carry the program's source.")
			: call_shown(process) == NULL
				? _("It has made no call yet.")
			: process->state == PROCESS_DEAD
				? _("It has ended, and its program is not in memory any more.")
			: call_traits(call_shown(process)->id) & CALL_ENDS
				? _("This call is not in the program: the C library makes it when "
				    "main has returned.")
				: _("The place of this call is not known: the program has no line "
				    "information (cc -g adds it)."));
		return;
	}
	snprintf(title, sizeof title, _("%s line %d: %s %s"), base_name(pane->file), pane->line,
		process_name(frame->view, focus), place_words(process));
	draw_rule(frame->screen, box, 0, ROLE_FRAME, title);
	if (pane->text == NULL) {
		snprintf(title, sizeof title, _("%s cannot be read: %s."), pane->file,
			strerror(pane->error));
		say(frame, inside, title);
	} else if (pane->line < 1 || pane->line > pane->n_lines) {
		snprintf(title, sizeof title,
			_("%s has no line %d: it was changed since the program was built."),
			pane->file, pane->line);
		say(frame, inside, title);
	} else {
		draw_lines(frame, inside, pane, process);
	}
}

const struct pane pane_source = {
	.state_size = sizeof(struct source_pane),
	.fini = source_fini,
	.draw = source_draw,
};
