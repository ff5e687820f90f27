/* SPDX-License-Identifier: MIT
 *
 * The screen's inside: what its life (tui.c), its frames (frame.c) and its keys (input.c) share.
 */
#ifndef IPCVIZ_TUI_TUI_OWN_H
#define IPCVIZ_TUI_TUI_OWN_H

#include "tui/layout.h"
#include "tui/pane.h"
#include "tui/scene.h"
#include "tui/screen_own.h"
#include "tui/terminal.h"

/* The panes with a state of their own, in the order in which they are offered a key. */
enum pane_id {
	PANE_HELP,
	PANE_MENU,
	PANE_COMPARE,
	PANE_WAITS,
	PANE_LADDER,
	PANE_LOG,
	PANE_SOURCE,
	PANE_EVIDENCE,
	PANE_WORDS,
	PANE_COUNT
};

extern const struct pane *const panes[PANE_COUNT];

struct tui {
	struct terminal *terminal;
	struct screen *screen;
	struct focus focus;
	struct layout layout; /* of the newest frame */
	struct box picture;   /* of who waits, or the ladder, likewise; empty when both are shut */
	struct scene scene;   /* of the newest frame */
	int room;             /* ids that scene.processes has room for */
	struct travels *travels;
	void *state[PANE_COUNT];
	bool animation, mouse;
	enum command_id asks; /* a command that waits for its answer; COMMAND_NONE */
	char status[256];     /* the screen's own word, until the next key */
	uint64_t drawn;       /* events of the newest frame */
	struct {
		int n;           /* processes in a closed cycle */
		uint64_t events; /* of the model when that was found out */
		uint64_t until;  /* clock: not again before */
	} cycle;
};

/* frame.c */
/* Does this view show processes? */
bool view_has_model(const struct view *view);
struct frame frame_of(const struct tui *tui, const struct view *view);
bool pane_shown(const struct tui *tui, const struct view *view, enum pane_id pane);

#endif
