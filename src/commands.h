/* SPDX-License-Identifier: MIT
 *
 * The commands, each from its words to its exit status.
 */
#ifndef IPCVIZ_COMMANDS_H
#define IPCVIZ_COMMANDS_H

#include "compare/facts.h"
#include "player.h"

int command_menu(const struct options *options, const struct places *places);
int command_list(const struct options *options, const struct places *places);
int command_lesson(const struct options *options, const struct places *places, const char *name);
int command_run(const struct options *options, const struct places *places);
int command_replay(const struct options *options, const struct places *places, const char *path);

int command_compare(const struct options *options, const struct places *places);

/* The lesson step that proves a fact: its number from 1, and the lesson's *index on the shelf; 0: not here. */
int command_find_proof(const struct player *player, const struct fact *fact, int *index);

/* Opens the comparison on the view that is open (a key of the menu), and measures until the learner leaves. */
void command_open_compare(struct player *player);
/* Opens the lesson step that proves a cell of the comparison's table (row by row); the measuring pauses meanwhile. */
void command_open_proof(struct player *player, int cell);

/* Plays shelf[index] from `step` (from 0), then those after it as long as the learner goes on. */
int command_open_lesson_at(struct player *player, int index, unsigned step);
/* Plays shelf[index] on the view that is open (the menu's Enter). 0; 1 when it failed; 2 when there is no such step. */
int command_open_lesson(struct player *player, int index);

#endif
