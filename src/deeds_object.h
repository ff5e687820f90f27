/* SPDX-License-Identifier: MIT
 *
 * What the learner's keys do to the object in focus.
 */
#ifndef IPCVIZ_DEEDS_OBJECT_H
#define IPCVIZ_DEEDS_OBJECT_H

#include "player.h"

/* O_NONBLOCK on the focused descriptor, or a sentence on what stands for it on this object. */
void deed_nonblock(struct player *player, const struct command *command);
/* Takes away the focused object or its name. */
void deed_remove(struct player *player, const struct command *command);
/* Does the other side's part. */
void deed_partner(struct player *player, const struct command *command);

#endif
