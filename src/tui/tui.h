/* SPDX-License-Identifier: MIT
 *
 * The screen. The player hands it a `struct view` (what is true now) and gets commands back; which card has the focus
 * and which panes are open is the screen's own business.
 */
#ifndef IPCVIZ_TUI_TUI_H
#define IPCVIZ_TUI_TUI_H

#include <stdbool.h>

#include "event/problem.h"
#include "lesson/conductor.h"
#include "lesson/progress.h"
#include "measure/measure.h"
#include "model/log.h"
#include "model/model.h"

enum view_kind { VIEW_MENU, VIEW_LESSON, VIEW_RUN, VIEW_REPLAY, VIEW_COMPARE };
enum pace { PACE_STEPPING, PACE_PLAYING, PACE_FREE, PACE_PAUSED };

struct view {
	enum view_kind kind;
	/* menu */
	struct lesson *const *shelf;
	int n_shelf;
	const struct progress *progress;
	/* comparison */
	const struct measurement *measurement;
	bool measuring; /* not paused, not over */
	/* lesson, run, replay */
	const struct model *model;
	const struct log *log;
	const struct conductor *conductor; /* NULL outside lessons */
	const struct lesson *next;         /* the lesson after this one; NULL: none */
	bool from_menu;                    /* leaving leads back to the menu */
	const char *title;                 /* run: the command; replay: the file */
	enum pace pace;
	double tempo;                      /* calls per second when playing */
	uint64_t now;                      /* ns, CLOCK_MONOTONIC (replay: the recording's clock) */
	bool over;                         /* every process is dead, or the recording is at its end */
	const char *status;                /* a sentence for the status line, or "" */
	/* where a call site is: from the stage; false when unknown */
	bool (*where)(void *context, int32_t pid, uint64_t address, char *file, size_t size, int *line);
	void *where_context;
};

enum command_id {
	COMMAND_NONE,
#define KEY(id, keys, where, label, help) COMMAND_##id,
#include "tui/keys.def"
#undef KEY
	COMMAND_COUNT
};

/* What the learner wants of the world. What concerns the screen alone (focus, panes, help) never gets here. */
struct command {
	enum command_id id;
	int32_t pid;  /* focused process, 0: none */
	int fd;       /* focused descriptor of it, -1: none */
	int channel;  /* focused channel, an id in the model; -1: none */
	int value;    /* ANSWER: choice from 0; OPEN_LESSON: index on the shelf; PROOF: the cell, row by row; PARTNER: the part, in the stage's order */
};

struct tui_options {
	const char *theme; /* dark, light, contrast, none; NULL: dark, or none under NO_COLOR */
	bool ascii;        /* also when the locale is not UTF-8 */
	bool animation;
	bool mouse;
};

struct tui;

/* NULL with *problem: no terminal, TERM unknown or dumb, … */
struct tui *tui_create(const struct tui_options *options, struct problem *problem);
void tui_free(struct tui *tui);          /* restores the terminal */
void tui_suspend(struct tui *tui);       /* before Ctrl-Z stops us: restores the terminal */
void tui_resume(struct tui *tui);
void tui_resized(struct tui *tui);       /* after SIGWINCH */
int tui_fd(const struct tui *tui);       /* to poll for keys */
/* The next key as a command; COMMAND_NONE and *any false when there is none. *any true: redraw. */
struct command tui_key(struct tui *tui, const struct view *view, bool *any);
/* Draws a frame. Returns the ns until it wants to be drawn again (animation, a clock on a card); -1: not before something changes. */
int64_t tui_draw(struct tui *tui, const struct view *view);
/* Restores the terminal from a signal handler: async-signal-safe. */
void tui_emergency(void);

#endif
