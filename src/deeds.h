/* SPDX-License-Identifier: MIT
 *
 * What the learner or the lesson wants, done on the stage.
 */
#ifndef IPCVIZ_DEEDS_H
#define IPCVIZ_DEEDS_H

#include "player.h"

/* Carries out a lesson's order; the conductor hears of one that cannot be. */
void deed_order(struct player *player, const struct order *order);

/* Carries out what a key asked for. */
void deed_command(struct player *player, const struct command *command);

/* Goes on with the lesson by one press of `n`. */
void deed_go(struct player *player);

/* One beat while playing. */
void deed_beat(struct player *player);

#endif
