/* SPDX-License-Identifier: MIT
 *
 * What the learner's keys do to memory, and to how long calls and accesses take.
 */
#ifndef IPCVIZ_DEEDS_MEMORY_H
#define IPCVIZ_DEEDS_MEMORY_H

#include "player.h"

/* Puts the focused segment under watch, or ends that. */
void deed_memory(struct player *player, const struct command *command);
/* Stretches the call that the focused process stands before or made last: the next of 10 ms, 100 ms, 1 s and none. */
void deed_delay(struct player *player, const struct command *command);

#endif
