/* SPDX-License-Identifier: MIT
 *
 * The help: every key that works in this view, from the key table, and what the signs mean. Pages
 * when it does not fit.
 */
#include <stdio.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/page.h"
#include "tui/pane.h"
#include "words.h"

enum { KEYS_COLS = 10, COLUMN_MIN = 56 };

struct help {
	int first; /* row of the page that is drawn first */
	int rows;  /* in sight when it was drawn last */
};

static const struct sign {
	enum glyph glyph;
	style style;
	const char *means;
} signs[] = {
	{GLYPH_RUNNING, ROLE_RUNNING, N_("running: between two calls")},
	{GLYPH_GATE, ROLE_GATE, N_("at the gate: held by ipcviz before its next call")},
	{GLYPH_CALL, ROLE_CALL, N_("in a call: entered, not yet returned")},
	{GLYPH_BLOCKED, ROLE_BLOCKED, N_("BLOCKED: in a call, and the kernel says that it sleeps")},
	{GLYPH_WOKEN, ROLE_WOKEN, N_("woken: its call went on")},
	{GLYPH_ERROR, ROLE_ERROR, N_("a call failed; the error's name stands beside it")},
	{GLYPH_STOPPED, ROLE_STOPPED, N_("stopped by a signal (SIGSTOP)")},
	{GLYPH_DEAD, ROLE_DEAD, N_("ended: by itself or by a signal")},
	{GLYPH_FILL_1, ROLE_WRITER_1, N_("bytes in the pipe; each writer has a fill of its own")},
	{GLYPH_FILL_SPENT, ROLE_QUIET, N_("already read, but its page is not yet free")},
	{GLYPH_FILL_EMPTY, ROLE_QUIET, N_("room")},
	{GLYPH_TAKEN, ROLE_STRONG, N_("the message that the receiver would take")},
	{GLYPH_DOOR_HALF, ROLE_BLOCKED, N_("a FIFO's door, half open: one side is missing")},
	{GLYPH_TOKEN, ROLE_RUNNING, N_("a semaphore's value, one for each that may still pass")},
	{GLYPH_TOKEN_NONE, ROLE_BLOCKED, N_("its value is 0: who wants to pass must wait")},
	{GLYPH_LOCK, ROLE_STRONG, N_("a semaphore, mutex or condition within a segment, by its place")},
	{GLYPH_CYCLE, ROLE_BLOCKED, N_("a closed cycle: each waits for the next, and the last for the first")},
};

/* Those of the comparison. */
static const struct sign figures[] = {
	{GLYPH_FILL_1, ROLE_WRITER_2, N_("a bar: the value; every axis is logarithmic")},
	{GLYPH_FILL_3, ROLE_WRITER_2, N_("from the median to the 99th percentile")},
	{GLYPH_MARK_CALL, ROLE_WRITER_1, N_("the curve of the chosen kind; other kinds have a letter for each size")},
	{GLYPH_FILL_EMPTY, ROLE_QUIET, N_("not measured yet; a - is what has no value, and its row says why")},
};

/* What is written in letters and wants a word all the same. */
static const struct {
	const char *text, *means;
} notes[] = {
	{"~", N_("inferred from the calls, not told by the kernel")},
	{"(a)", N_("descriptors with the same letter share one open file description, flags included")},
	{"3 r", N_("descriptor 3, a read end; w a write end")},
	{N_("writers"), N_("descriptors on the write end, in all processes; readers likewise")},
};

/* "Space" and "n Enter" as they stand in the table; the answers' six digits as a range. */
static void
key_words(const struct key *key, char *buf, size_t size)
{
	if (key->command == COMMAND_ANSWER)
		snprintf(buf, size, "1 … 6");
	else
		snprintf(buf, size, "%s", key->keys);
}

static bool
key_belongs(const struct key *key, const struct view *view)
{
	static const char letters[] = {
		[VIEW_MENU] = 'M', [VIEW_LESSON] = 'L', [VIEW_RUN] = 'R', [VIEW_REPLAY] = 'P', [VIEW_COMPARE] = 'C'};

	return strchr(key->where, letters[view->kind]) != NULL;
}

static void
lay_out(struct page *page, const struct frame *frame, int cols)
{
	const struct key *keys;
	int n;

	page_init(page, frame->screen, cols);
	keys = keys_table(&n);
	for (int i = 0; i < n; i++) {
		bool works = key_works(&keys[i], frame->view, frame->focus);
		char words[32];

		if (!key_belongs(&keys[i], frame->view))
			continue;
		key_words(&keys[i], words, sizeof words);
		page_item(page, KEYS_COLS, works ? ROLE_KEY : ROLE_QUIET, words,
			works ? ROLE_NORMAL : ROLE_QUIET, _(keys[i].help));
	}
	page_gap(page);
	page_text(page, 0, ROLE_TITLE, _("Signs"));
	if (frame->view->kind == VIEW_COMPARE) {
		for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
			page_item(page, 4, figures[i].style,
				glyph(frame->screen, figures[i].glyph), ROLE_NORMAL,
				_(figures[i].means));
		return;
	}
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		page_item(page, 4, signs[i].style, glyph(frame->screen, signs[i].glyph),
			ROLE_NORMAL, _(signs[i].means));
	for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
		page_item(page, text_cells(_(notes[i].text)) + 1, ROLE_STRONG, _(notes[i].text),
			ROLE_NORMAL, _(notes[i].means));
}

static void
help_draw(void *state, const struct frame *frame, struct box box)
{
	struct help *help = state;
	struct box inside = box_inside(box);
	int columns = inside.cols >= 2 * COLUMN_MIN ? 2 : 1,
	    cols = (inside.cols - 2) / columns - (columns - 1);
	int here, pages;
	struct page page;
	char foot[128];

	lay_out(&page, frame, cols);
	help->rows = inside.rows * columns;
	if (help->first >= page.n_rows)
		help->first -= help->rows;
	if (help->first < 0)
		help->first = 0;
	pages = help->rows > 0 ? (page.n_rows + help->rows - 1) / help->rows : 1;
	here = help->rows > 0 ? help->first / help->rows + 1 : 1;
	if (pages > 1)
		snprintf(foot, sizeof foot, _("page %d of %d: %s and %s turn it; ? closes"), here,
			pages, glyph(frame->screen, GLYPH_MORE_UP),
			glyph(frame->screen, GLYPH_MORE_DOWN));
	else
		snprintf(foot, sizeof foot, "%s", _("? closes"));
	draw_clear(frame->screen, box);
	draw_frame(frame->screen, box, ROLE_FRAME_FOCUS, true, _("keys"), foot);
	for (int i = 0; i < columns; i++)
		page_draw(&page, frame->screen,
			box_part(inside, 0, 1 + i * (cols + 2), inside.rows, cols),
			help->first + i * inside.rows);
	page_fini(&page);
}

static bool
help_turn(struct help *help, int by)
{
	help->first += by * help->rows; /* drawing keeps it within the pages */
	return true;
}

/* While the help is open nothing goes to the processes behind it. */
static bool
help_key(void *state, const struct frame *frame, struct command *command)
{
	enum command_id id = command->id;

	(void)frame;
	switch (id) {
	case COMMAND_BACK:
	case COMMAND_HELP:
	case COMMAND_QUIT:
	case COMMAND_THEME:
	case COMMAND_MOUSE:
	case COMMAND_SAVE:
		return false;
	case COMMAND_DOWN:
	case COMMAND_PAGE_DOWN:
	case COMMAND_NEXT:
	case COMMAND_PLAY:
		help_turn(state, 1);
		break;
	case COMMAND_UP:
	case COMMAND_PAGE_UP:
		help_turn(state, -1);
		break;
	default:
		break;
	}
	command->id = COMMAND_NONE;
	return true;
}

static bool
help_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	(void)frame, (void)box, (void)row, (void)col, (void)command;
	return wheel != 0 ? help_turn(state, wheel) : false;
}

const struct pane pane_help = {
	.state_size = sizeof(struct help),
	.draw = help_draw,
	.key = help_key,
	.click = help_click,
};
