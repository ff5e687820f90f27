/* SPDX-License-Identifier: MIT
 *
 * Where everything goes. Rows are shared out from the top: stage, lanes, words, then the panes that
 * open by themselves where there is room, or where the learner asked for them.
 */
#include <string.h>

#include "tui/layout.h"

enum {
	CARDS_COLS_MIN = 72,  /* three columns of cards need as much */
	MIDDLE_COLS = 8,      /* between two columns of cards that nothing connects */
	WIDE_COLS = 110,      /* from here on words and panes stand side by side */
	CARD_ROWS_MIN = 5,    /* frame, state, call, and one line more */
	CARD_ROWS = 9,        /* what a card likes */
	CARD_ROWS_MAX = 12,   /* beyond, rows are better spent below */
	CHANNEL_ROWS = 6,     /* what each of several likes */
	CHANNEL_ROWS_MIN = 3, /* frame and the one thing that matters most */
	LIST_ROWS_MIN = 4,
	WORDS_ROWS_MIN = 5,
	LIST_COLS_MIN = 52,     /* a line for a process */
	CHANNELS_COLS_MIN = 18, /* one for a channel beside it; with less it says nothing */
	WORDS_ROWS = 11, /* kept for words on a wide screen, so that what is below stays in place */
	TALL_ROWS = 36,  /* from here on a narrow screen opens panes by itself */
	PANE_ROWS_MIN = 5,
	LANES_BODY_MIN = 16, /* a lower body has no lanes */
};

static int
min(int a, int b)
{
	return a < b ? a : b;
}

static int
max(int a, int b)
{
	return a > b ? a : b;
}

static int
clamp(int value, int low, int high)
{
	return max(low, min(value, high));
}

/* The rows from `row` on, as wide as the screen. */
static struct box
band(const struct layout_wants *wants, int row, int rows)
{
	return rows > 0 ? (struct box){row, 0, rows, wants->cols} : (struct box){row, 0, 0, 0};
}

/* --- the stage: cards or lists --- */

static int
cards_in_column(const struct layout_wants *wants)
{
	return max(1, (wants->processes + 1) / 2);
}

static bool
cards_fit(const struct layout_wants *wants, int rows)
{
	return wants->cols >= CARDS_COLS_MIN && wants->processes <= LAYOUT_CARDS_MAX &&
	       cards_in_column(wants) * CARD_ROWS_MIN <= rows;
}

/* Rows for the stage when up to `most` may go to it. */
static int
stage_rows(const struct layout_wants *wants, int most)
{
	int likes;
	if (cards_fit(wants, most)) {
		int n = cards_in_column(wants);
		likes = n * (most >= n * (CARD_ROWS + 8) ? CARD_ROWS_MAX : CARD_ROWS);
		/* several channels want more, unless it would come and go with the words */
		if (wants->words == 0 || wants->cols >= WIDE_COLS)
			likes = max(likes,
				min(min(wants->channels, 3) * CHANNEL_ROWS, n * CARD_ROWS_MAX));
	} else {
		likes = max(wants->processes, wants->channels) + 2;
	}
	return clamp(likes, min(most, LIST_ROWS_MIN), most);
}

/* n boxes one below the other, as equal as they can be, none higher than a card should be. Those whose bit is set in
 * `quiet` get no more than `least` rows, and leave the rest to the others. */
static void
stack(struct box column, int n, uint64_t quiet, int least, struct box *boxes)
{
	int row = 0, n_quiet = 0;
	for (int i = 0; i < n; i++)
		n_quiet += (int)(quiet >> i & 1);
	if (n_quiet == n)
		quiet = n_quiet = 0;
	for (int i = 0; i < n; i++) {
		int left = column.rows - row, rows = left / (n - i);
		if (quiet >> i & 1) {
			rows = min(rows, least);
			n_quiet--;
		} else {
			rows = max(rows, (left - n_quiet * least) / (n - i - n_quiet));
		}
		boxes[i] = box_part(column, row, 0, min(rows, CARD_ROWS_MAX), column.cols);
		row += rows;
	}
}

/* What a card that has little to say gets beside n - 1 others. */
static int
modest_rows(int rows, int n)
{
	return clamp(rows / max(n, 1) - 1, CHANNEL_ROWS_MIN, CARD_ROWS_MIN);
}

static void
place_cards(struct layout *layout, const struct layout_wants *wants)
{
	struct box stage = layout->stage;
	int gap = wants->cols >= WIDE_COLS ? 6 : 3;
	/* where no channel stands between them the processes say more */
	int side = wants->channels > 0 ? clamp((wants->cols - 2 * gap) * 35 / 100, 25, 60)
				       : clamp((wants->cols - 2 * gap - MIDDLE_COLS) / 2, 25, 60);
	int middle = wants->cols - 2 * gap - 2 * side;
	layout->form = LAYOUT_CARDS;
	layout->n_process = wants->processes;
	layout->n_left = (wants->processes + 1) / 2;
	layout->n_channel =
		clamp(wants->channels, 0, min(stage.rows / CHANNEL_ROWS_MIN, LAYOUT_CARDS_MAX));
	stack(box_part(stage, 0, 0, stage.rows, side), layout->n_left, wants->quiet,
		CARD_ROWS_MIN, layout->process);
	stack(box_part(stage, 0, stage.cols - side, stage.rows, side),
		layout->n_process - layout->n_left, wants->quiet >> layout->n_left,
		CARD_ROWS_MIN, layout->process + layout->n_left);
	layout->channels = box_part(stage, 0, side + gap, stage.rows, middle);
	stack(layout->channels, layout->n_channel, wants->modest, modest_rows(stage.rows, layout->n_channel),
		layout->channel);
}

static void
place_lists(struct layout *layout, const struct layout_wants *wants)
{
	struct box stage = layout->stage;
	int channels = wants->channels > 0 && stage.cols >= LIST_COLS_MIN + CHANNELS_COLS_MIN
			       ? clamp(stage.cols * 2 / 5, 0, stage.cols - LIST_COLS_MIN)
			       : 0;
	layout->form = LAYOUT_LIST;
	layout->processes = box_part(stage, 0, 0, stage.rows, stage.cols - channels);
	layout->channels = box_part(stage, 0, stage.cols - channels, stage.rows, channels);
}

/* --- below the stage --- */

/* Boxes side by side for those panes that are open; n of them, each may be NULL. */
static void
side_by_side(struct box box, struct box **panes, int n)
{
	int open = 0, col = 0;
	for (int i = 0; i < n; i++)
		open += panes[i] != NULL;
	for (int i = 0; i < n; i++) {
		if (!panes[i])
			continue;
		int cols = (box.cols - col) / open--;
		*panes[i] = box_part(box, 0, col, box.rows, cols);
		col += cols;
	}
}

static bool
opens(enum wish wish, bool room)
{
	return wish == WISH_OPEN || (wish == WISH_AUTO && room);
}

/* Words above, the log below them where there is room. */
static void
fill_left(struct layout *layout, const struct layout_wants *wants, struct box box)
{
	int likes = min(WORDS_ROWS, box.rows / 2);
	int words = wants->words > 0 ? min(max(wants->words + 1, likes), box.rows) : 0;
	bool log = opens(wants->log, words == 0 || box.rows - words >= PANE_ROWS_MIN);
	if (log && words > 0 && box.rows - words < PANE_ROWS_MIN)
		words = max(WORDS_ROWS_MIN, box.rows - PANE_ROWS_MIN);
	if (!log && wants->words > 0)
		words = box.rows;
	layout->words = box_part(box, 0, 0, words, box.cols);
	if (log)
		layout->log = box_part(box, words, 0, box.rows - words, box.cols);
}

/* Source above, the kernel's evidence below. */
static void
fill_right(struct layout *layout, struct box box, bool source, bool evidence)
{
	int rows = source && evidence ? max(box.rows * 3 / 5, 4) : source ? box.rows : 0;
	if (source)
		layout->source = box_part(box, 0, 0, rows, box.cols);
	if (evidence)
		layout->evidence = box_part(box, rows, 0, box.rows - rows, box.cols);
}

static int
right_cols(int cols)
{
	return clamp(cols * 2 / 5, 44, 90);
}

int
layout_words_cols(int cols)
{
	return cols >= WIDE_COLS ? cols - right_cols(cols) : cols;
}

/* On a wide screen words and log stand left, source and evidence right. */
static void
fill_wide(struct layout *layout, const struct layout_wants *wants, struct box box)
{
	bool source = opens(wants->source, box.rows >= 7);
	bool evidence = opens(wants->evidence, box.rows >= (source ? 13 : 7));
	int right = source || evidence ? right_cols(box.cols) : 0;
	fill_left(layout, wants, box_part(box, 0, 0, box.rows, box.cols - right));
	fill_right(layout, box_part(box, 0, box.cols - right, box.rows, right), source, evidence);
}

/* On a narrow one everything stands below the words, side by side. */
static void
fill_narrow(struct layout *layout, const struct layout_wants *wants, struct box box)
{
	int words = wants->words > 0 ? min(wants->words + 1, box.rows) : 0;
	bool asked = wants->log == WISH_OPEN || wants->source == WISH_OPEN ||
		     wants->evidence == WISH_OPEN;
	if (asked && box.rows - words < PANE_ROWS_MIN)
		words = wants->words > 0
				? max(min(words, WORDS_ROWS_MIN), box.rows - PANE_ROWS_MIN - 2)
				: 0;
	bool room = wants->rows >= TALL_ROWS && box.rows - words >= PANE_ROWS_MIN + 1;
	struct box *panes[] = {
		opens(wants->source, room && wants->words > 0) ? &layout->source : NULL,
		opens(wants->evidence, false) ? &layout->evidence : NULL,
		opens(wants->log, room || words == 0) ? &layout->log : NULL,
	};
	if (!panes[0] && !panes[1] && !panes[2] && wants->words > 0)
		words = box.rows;
	layout->words = box_part(box, 0, 0, words, box.cols);
	side_by_side(box_part(box, words, 0, box.rows - words, box.cols), panes, 3);
}

/* --- all of it --- */

/* Rows that must be left for words and panes below stage and lanes. */
static int
bottom_rows_min(const struct layout_wants *wants, int body)
{
	bool asked = wants->log == WISH_OPEN || wants->source == WISH_OPEN ||
		     wants->evidence == WISH_OPEN;
	bool alone = wants->processes == 0 && wants->channels == 0; /* there is only to read */
	int words = wants->words == 0
			    ? 0
			    : clamp(wants->words + 1, WORDS_ROWS_MIN,
				      alone           ? body
				      : wants->urgent ? 12
						      : 9);
	if (wants->words > 0 && asked && wants->cols < WIDE_COLS)
		words = (wants->urgent ? words : WORDS_ROWS_MIN) + PANE_ROWS_MIN + 2;
	else if (words == 0)
		words = asked || wants->log != WISH_SHUT ? PANE_ROWS_MIN : 0;
	return min(words, body - LIST_ROWS_MIN);
}

static int
lane_rows(const struct layout_wants *wants, int body, int bottom)
{
	int lanes = 1 + clamp(wants->processes, 1, max(2, body / 6));
	int cards = min(cards_in_column(wants), 3) * CARD_ROWS_MIN;
	if (body < LANES_BODY_MIN || wants->processes == 0 || body - bottom - lanes < cards)
		return 0;
	return lanes;
}

static void
share_body(struct layout *layout, const struct layout_wants *wants, int row, int rows)
{
	int bottom = bottom_rows_min(wants, rows);
	int lanes = lane_rows(wants, rows, bottom);
	int stage = stage_rows(wants, rows - bottom - lanes);
	layout->stage = band(wants, row, stage);
	layout->lanes = band(wants, row + stage, lanes);
	struct box rest = band(wants, row + stage + lanes, rows - stage - lanes);
	if (wants->cols >= WIDE_COLS)
		fill_wide(layout, wants, rest);
	else
		fill_narrow(layout, wants, rest);
	if (cards_fit(wants, stage))
		place_cards(layout, wants);
	else
		place_lists(layout, wants);
}

void
layout_make(struct layout *layout, const struct layout_wants *wants)
{
	int rows = max(wants->rows, 0), cols = max(wants->cols, 0);
	memset(layout, 0, sizeof *layout);
	layout->all = (struct box){0, 0, rows, cols};
	if (cols < LAYOUT_COLS_MIN || rows < LAYOUT_ROWS_MIN) {
		layout->form = LAYOUT_SMALL;
		return;
	}
	layout->header = band(wants, 0, 1);
	layout->status = band(wants, rows - 2, 1);
	layout->footer = band(wants, rows - 1, 1);
	if (wants->menu) {
		layout->form = LAYOUT_MENU;
		layout->menu = band(wants, 1, rows - 3);
	} else {
		share_body(layout, wants, 1, rows - 3);
	}
}
