/* SPDX-License-Identifier: MIT
 *
 * A pane: a piece of the screen with a thing of its own to show. It draws what the frame says into
 * the box that the layout gave it, and may take keys. State that is its own (a scroll position)
 * lives in its private state, zeroed at the start.
 */
#ifndef IPCVIZ_TUI_PANE_H
#define IPCVIZ_TUI_PANE_H

#include "tui/focus.h"
#include "tui/screen.h"
#include "tui/tui.h"

/* What a frame is drawn from. */
struct frame {
	struct screen *screen;
	const struct view *view;
	const struct focus *focus;
	uint64_t clock; /* ns, monotonic; for animation only */
	int cycle;      /* processes that wait for each other in a closed cycle; 0: none */
	const int *left; /* processes whose cards stand left of the channels; n_left of them */
	int n_left;
};

struct pane {
	size_t state_size;
	void (*fini)(void *state); /* NULL: nothing to free */
	/* Rows it would like at this width; NULL: as many as there are. */
	int (*rows)(void *state, const struct frame *frame, int cols);
	void (*draw)(void *state, const struct frame *frame, struct box box);
	/* After drawing: the ns until it wants to be drawn again; -1: not before something changes.
	 * NULL: never. */
	int64_t (*due)(void *state, const struct frame *frame);
	/* A key. True: it was for this pane, and *command is what remains for the player
	 * (COMMAND_NONE: nothing). The pane may fill in command->value. NULL: takes no keys. */
	bool (*key)(void *state, const struct frame *frame, struct command *command);
	/* A click at row, col of its box, or a turn of the wheel (wheel -1 up, 1 down, 0 none);
	 * true as above. */
	bool (*click)(void *state, const struct frame *frame, struct box box, int row, int col,
		int wheel, struct command *command);
};

extern const struct pane
	pane_menu; /* the shelf of lessons: all of the screen between header and footer */
extern const struct pane pane_compare; /* all kinds of IPC side by side, and how fast they are; likewise */
extern const struct pane pane_words; /* the step's words, prediction, verdict, now-try */
extern const struct pane pane_help;  /* every key; over everything */
extern const struct pane pane_waits; /* who waits for whom: in place of cards and lanes */
extern const struct pane pane_ladder; /* how a connection came to be: likewise */
extern const struct pane pane_log;
extern const struct pane pane_source;
extern const struct pane pane_evidence;

#endif
