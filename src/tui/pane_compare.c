/* SPDX-License-Identifier: MIT
 *
 * The comparison: the pages, what is chosen on them, and the keys. Figures are drawn as they come in.
 */
#include <stdio.h>
#include <string.h>

#include "tui/compare.h"
#include "words.h"

enum { HEADING_ROWS = 3 };

static const char *const titles[PAGE_COUNT] = {
	N_("what each is"), N_("figures"), N_("bars"), N_("curves")};

/* What the figures on this page are. */
static void
draw_subject(const struct compare *compare, const struct frame *frame, struct box box)
{
	static const char *const statistics[STATISTIC_COUNT] = {
		N_("median"), N_("99th percentile"), N_("slowest")};
	const char *cores = compare->cores == CORES_ONE ? _("both on one core") : _("on two cores");
	char words[256];

	if (compare->page == PAGE_FACTS)
		snprintf(words, sizeof words, "%s", _("Which kind of IPC has what"));
	else if (compare->quantity == ROUND_TRIP)
		snprintf(words, sizeof words, _("Round trip, µs, %s, %s"),
			_(statistics[compare->statistic]), cores);
	else
		snprintf(words, sizeof words, _("One way, MB/s, %s"), cores);
	int col = 1 + draw_text(frame->screen, box, 0, 1, ROLE_TITLE, words);
	if (compare->page == PAGE_BARS)
		draw_textf(frame->screen, box, 0, col, ROLE_TITLE, _(", messages of %s"),
			size_words(compare->size));
}

static void
draw_heading(const struct compare *compare, const struct frame *frame, struct box box)
{
	int col = 1;

	for (int page = 0; page < PAGE_COUNT; page++) {
		char words[64];

		snprintf(words, sizeof words, " %d %s ", page + 1, _(titles[page]));
		col += draw_text(frame->screen, box, 0, col,
			page == (int)compare->page ? ROLE_SELECTED : ROLE_QUIET, words);
		col++;
	}
	draw_subject(compare, frame, box_part(box, 1, 0, 1, box.cols));
}

/* Only kinds and sizes that are measured can be chosen, and two cores only where there are two. */
static void
settle(struct compare *compare, const struct view *view)
{
	const struct measurement *known = view->measurement;

	if (known->machine.cpu[CORES_TWO] == -1)
		compare->cores = CORES_ONE;
	for (int i = 0; i < MEDIUM_COUNT && !known->wanted[compare->medium]; i++)
		compare->medium = (compare->medium + 1) % MEDIUM_COUNT;
}

static void
compare_draw(void *state, const struct frame *frame, struct box box)
{
	static void (*const pages[PAGE_COUNT])(
		const struct compare *, const struct frame *, struct box) = {
		compare_facts_draw, compare_figures_draw, compare_bars_draw, compare_curves_draw};
	struct compare *compare = state;
	struct box page = box_part(box, HEADING_ROWS - (box.rows < 20), 0,
		box.rows - HEADING_ROWS + (box.rows < 20), box.cols);

	settle(compare, frame->view);
	draw_clear(frame->screen, box);
	draw_heading(compare, frame, box);
	pages[compare->page](compare, frame, page);
}

static int
clamp(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

static void
move_medium(struct compare *compare, const struct view *view, int by)
{
	int medium = compare->medium;

	do
		medium += by;
	while (medium >= 0 && medium < MEDIUM_COUNT && !view->measurement->wanted[medium]);
	if (medium >= 0 && medium < MEDIUM_COUNT)
		compare->medium = medium;
}

static void
move_size(struct compare *compare, const struct view *view, int by)
{
	int size = compare->size;

	do
		size += by;
	while (size >= 0 && size < SIZE_COUNT && !view->measurement->sized[size]);
	if (size >= 0 && size < SIZE_COUNT)
		compare->size = size;
}

static void
move(struct compare *compare, const struct view *view, int down, int right)
{
	if (compare->page == PAGE_FACTS) {
		compare->row = clamp(compare->row + down, ROW_COUNT - 1);
		compare->column = clamp(compare->column + right, COLUMN_COUNT - 1);
		return;
	}
	if (down != 0)
		move_medium(compare, view, down);
	if (right != 0)
		move_size(compare, view, right);
}

/* The kind of the table that a medium belongs to. */
static int
column_of(int medium)
{
	static const enum fact_column columns[MEDIUM_COUNT] = {[MEDIUM_PIPE] = COLUMN_PIPE,
		[MEDIUM_FIFO] = COLUMN_FIFO,
		[MEDIUM_MSG] = COLUMN_QUEUE,
		[MEDIUM_MQ] = COLUMN_QUEUE,
		[MEDIUM_SHM_SEMOP] = COLUMN_SHM,
		[MEDIUM_SHM_SEM] = COLUMN_SHM,
		[MEDIUM_SHM_FUTEX] = COLUMN_SHM,
		[MEDIUM_SHM_SPIN] = COLUMN_SHM,
		[MEDIUM_UNIX_STREAM] = COLUMN_UNIX,
		[MEDIUM_UNIX_DGRAM] = COLUMN_UNIX,
		[MEDIUM_TCP] = COLUMN_TCP,
		[MEDIUM_UDP] = COLUMN_UDP};

	return (int)columns[medium];
}

/* Keys that change what is shown. False: none of them. */
static bool
switch_page(struct compare *compare, const struct view *view, const struct command *command)
{
	switch (command->id) {
	case COMMAND_PAGE_NEXT:
		compare->page = (compare->page + 1) % PAGE_COUNT;
		return true;
	case COMMAND_PAGE_BEFORE:
		compare->page = (compare->page + PAGE_COUNT - 1) % PAGE_COUNT;
		return true;
	case COMMAND_PAGE_NUMBER:
		compare->page = (enum compare_page)clamp(command->value, PAGE_COUNT - 1);
		return true;
	case COMMAND_CORES:
		compare->cores = 1 - compare->cores;
		settle(compare, view);
		return true;
	case COMMAND_QUANTITY:
		compare->quantity = 1 - compare->quantity;
		return true;
	case COMMAND_STATISTIC:
		compare->statistic = (compare->statistic + 1) % STATISTIC_COUNT;
		return true;
	default:
		return false;
	}
}

static bool
compare_key(void *state, const struct frame *frame, struct command *command)
{
	struct compare *compare = state;
	int down = 0, right = 0;

	if (switch_page(compare, frame->view, command)) {
		command->id = COMMAND_NONE;
		return true;
	}
	switch (command->id) {
	case COMMAND_DOWN:
	case COMMAND_UP:
		down = command->id == COMMAND_DOWN ? 1 : -1;
		break;
	case COMMAND_CELL_LEFT:
	case COMMAND_CELL_RIGHT:
		right = command->id == COMMAND_CELL_RIGHT ? 1 : -1;
		break;
	case COMMAND_PROOF: /* a cell; a kind's first cell from the other pages */
		command->value = compare->page == PAGE_FACTS
					 ? compare->row * COLUMN_COUNT + compare->column
					 : column_of(compare->medium);
		return true;
	default:
		return false;
	}
	move(compare, frame->view, down, right);
	command->id = COMMAND_NONE;
	return true;
}

/* The wheel moves; a click on a page's title turns to it. */
static bool
compare_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	struct compare *compare = state;
	int at = 1;

	(void)box, (void)command;
	if (wheel != 0) {
		move(compare, frame->view, wheel, 0);
		return true;
	}
	for (int page = 0; page < PAGE_COUNT && row == 0; page++) {
		int cells = text_cells(_(titles[page])) + 4;

		if (col >= at && col < at + cells) {
			compare->page = (enum compare_page)page;
			return true;
		}
		at += cells + 1;
	}
	return false;
}

const struct pane pane_compare = {
	.state_size = sizeof(struct compare),
	.draw = compare_draw,
	.key = compare_key,
	.click = compare_click,
};
