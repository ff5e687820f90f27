/* SPDX-License-Identifier: MIT
 *
 * Where everything goes: from the size of the screen and the number of things to boxes. Pure; knows
 * no curses.
 *
 * One rule for all sizes: processes left and right, channels between them, time below, words at the
 * bottom. More room shows more panes, never other things. Boxes never overlap and never leave the
 * screen; an empty box is not shown.
 */
#ifndef IPCVIZ_TUI_LAYOUT_H
#define IPCVIZ_TUI_LAYOUT_H

#include <stdbool.h>

#include <stdint.h>

#include "tui/box.h"
#include "tui/focus.h"

enum { LAYOUT_COLS_MIN = 40, LAYOUT_ROWS_MIN = 14, LAYOUT_CARDS_MAX = 64 };

struct layout_wants {
	int rows, cols;
	bool menu;               /* the menu instead of a stage */
	int processes, channels; /* to show */
	uint64_t quiet;          /* bit i: of process i there is little to say, for it is dead */
	uint64_t modest;         /* bit i: channel i needs no more than the least that a card can be */
	int words;               /* rows that the words would like; 0: no words (run, replay) */
	bool urgent;             /* the words ask for an answer: they must stay in sight */
	enum wish log, source, evidence;
};

enum layout_form {
	LAYOUT_SMALL, /* too small: one sentence in `all` */
	LAYOUT_MENU,  /* the menu in `menu` */
	LAYOUT_CARDS, /* a card per process and channel */
	LAYOUT_LIST,  /* a line per process in `processes`, a line per channel in `channels` */
};

struct layout {
	enum layout_form form;
	struct box all, header, footer, menu;
	struct box status; /* the rule above the footer, where the status line is set in */
	struct box stage;  /* all that cards or lists and the arrows between them may use */
	struct box processes, channels;                                  /* LIST: the two lists */
	struct box process[LAYOUT_CARDS_MAX], channel[LAYOUT_CARDS_MAX]; /* CARDS: n of each */
	int n_process, n_left, n_channel; /* process[0 … n_left) stand left, the others right */
	struct box lanes, words, log, source,
		evidence; /* each with its own rule or frame line as first row */
};

/* How wide the words will be on a screen of so many columns, to measure the rows they would like.
 */
int layout_words_cols(int cols);
void layout_make(struct layout *layout, const struct layout_wants *wants);

#endif
