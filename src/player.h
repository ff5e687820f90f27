/* SPDX-License-Identifier: MIT
 *
 * The loop: wait for a key, a tick or an event; act; draw. The only place where stage, model, lesson and views meet.
 */
#ifndef IPCVIZ_PLAYER_H
#define IPCVIZ_PLAYER_H

#include <stdio.h>

#include "lesson/conductor.h"
#include "lesson/progress.h"
#include "measure/measure.h"
#include "model/log.h"
#include "model/model.h"
#include "options.h"
#include "places.h"
#include "plain/plain.h"
#include "stage/stage.h"
#include "trace/recorder.h"
#include "trace/source.h"
#include "tui/tui.h"

/* What the plain story has told already, so that nothing is told twice. */
struct told {
	int step;                 /* index, -1: none */
	const struct move *asked; /* question told */
	const struct move *judged;
	const struct move *tried; /* invitation told */
	const struct move *done;  /* task whose end was told */
	bool end;
};

/* A call of a process that the learner stretched, and how far. */
enum { DELAYED_MAX = 16 };
struct delayed {
	int32_t pid;
	enum call_id call;
	int level;
};

struct player {
	const struct options *options;
	const struct places *places;

	/* what shows it: a screen or sentences */
	struct tui *tui;
	struct plain *plain;
	FILE *story; /* where plain writes; NULL with a screen */
	struct told told;
	bool input_over; /* plain: nobody answers on standard input any more */
	char status[512];

	/* what is shown */
	enum view_kind kind;
	struct lesson **shelf;
	int n_shelf;
	int n_played;                /* lessons opened so far */
	bool from_menu;              /* leaving the lesson leads back to the menu */
	const struct lesson *next;   /* the one after this on the shelf; NULL: none */
	struct progress *progress;
	struct conductor *conductor; /* a lesson's */
	struct cast_pids named;      /* members whose names are in the trace already */
	char *const *argv;           /* run: the program and its arguments */
	const char *title;
	pid_t root; /* run: the program's process */
	struct stage_left *left; /* run: objects that it made and left; n_left of them */
	int n_left;

	struct measurer *measurer;   /* comparison */
	bool paused;                 /* the measuring; by the learner */
	uint64_t measured;           /* when its news were taken last */

	/* where it comes from */
	struct stage *stage;
	struct source *source;
	struct recorder *recorder;
	struct model *model;
	struct log *log;

	struct delayed delayed[DELAYED_MAX]; /* ring */
	int delayed_next;

	/* how fast */
	enum pace pace;
	double tempo;         /* calls per second while playing */
	uint64_t next_beat;   /* ns, CLOCK_MONOTONIC */
	uint64_t newest;      /* when the newest event came in */
	uint64_t clock;       /* time of the newest event */
	uint64_t budget;      /* replay: how many more events may be shown */

	bool dirty; /* something changed that a screen should show */
	bool over;  /* no event will come any more, unless the learner does something to what was left */
	bool leave; /* back out one level */
	bool go_on; /* leave this lesson for the next */
	bool quit;  /* leave ipcviz */
};

/* Plays until the learner leaves or, without a screen, until it is over. */
void player_play(struct player *player);

uint64_t player_now(void); /* ns, CLOCK_MONOTONIC */

/* Sets the status line (plain: says it). */
void player_say(struct player *player, const char *format, ...) __attribute__((format(printf, 2, 3)));
void player_say_problem(struct player *player, const struct problem *problem);
/* Ends every process and begins anew; the event that says so empties the model. 0, or -1 after saying why. */
int player_restart(struct player *player);

#endif
