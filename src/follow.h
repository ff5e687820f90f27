/* SPDX-License-Identifier: MIT
 *
 * Following a lesson from the loop.
 */
#ifndef IPCVIZ_FOLLOW_H
#define IPCVIZ_FOLLOW_H

#include "player.h"

/* Carries out the orders that need no key. Without a lesson it does nothing. */
void follow_orders(struct player *player);

/* Call when no event waits: tells what is new, keeps progress and goes on where no learner is asked. True when something
 * was done that may have consequences at once. */
bool follow_lesson(struct player *player);

/* The learner has seen the step through: keeps that as progress. */
void follow_finished(struct player *player, unsigned step);

/* Puts the lesson's names of forked processes into the trace. */
void follow_cast(struct player *player);

#endif
