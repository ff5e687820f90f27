/* SPDX-License-Identifier: MIT
 *
 * Setting up what a command shows (stage, model, view, recorder, lessons) and taking it down again. Functions that fail
 * return -1 with *problem.
 */
#ifndef IPCVIZ_SHOW_H
#define IPCVIZ_SHOW_H

#include "player.h"

int show_open_shelf(struct player *player, struct problem *problem);
int show_open_recorder(struct player *player, struct problem *problem);

/* Screen or sentences: a screen when both ends are a terminal that can do it and nobody asked for sentences. `story` is
 * where sentences go; it is closed by show_end() unless it is stdout or stderr. */
int show_open_view(struct player *player, FILE *story, struct problem *problem);

/* A stage as the player's source of events; `directory`: with a private working directory. */
int show_open_stage(struct player *player, bool gated, bool directory, struct problem *problem);

/* Starts the program of `run` on the stage. */
int show_start_root(struct player *player, struct problem *problem);

/* Forgets what was: empty model, empty log. -1 (errno) without memory. */
int show_open_model(struct player *player);

/* Takes down stage, source, conductor, model and log; the view stays. */
void show_close(struct player *player);

/* Ends everything; returns `status`, or what a lost recording makes of it. Does not return when a signal asked us to end. */
int show_end(struct player *player, int status);

#endif
