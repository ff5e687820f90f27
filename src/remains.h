/* SPDX-License-Identifier: MIT
 *
 * Telling what is left behind: by runs of ipcviz that crashed, and by a program that the user watches.
 */
#ifndef IPCVIZ_REMAINS_H
#define IPCVIZ_REMAINS_H

#include "player.h"

/* Says, once it is known, what of crashed runs was found and removed. */
void remains_say_found(struct player *player);

/* Before the stage goes: ends it and notes the objects that the watched program made and that are there still. */
void remains_note(struct player *player);
/* At the end, in the story or on standard error: those of them that are there even now, each with the command that removes it. */
void remains_tell(struct player *player);

#endif
