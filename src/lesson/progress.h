/* SPDX-License-Identifier: MIT
 *
 * What the learner has done, kept in $XDG_STATE_HOME/ipcviz/progress (~/.local/state). Saving never fails the program:
 * a directory that cannot be written is said once and forgotten.
 */
#ifndef IPCVIZ_LESSON_PROGRESS_H
#define IPCVIZ_LESSON_PROGRESS_H

#include "event/problem.h"

struct progress;

struct progress *progress_load(struct problem *problem); /* never NULL but for lack of memory; problem->what may be set */
void progress_free(struct progress *progress);
/* Furthest step finished, by name; NULL: never begun. */
const char *progress_step(const struct progress *progress, const char *lesson);
int progress_done(const struct progress *progress, const char *lesson); /* 1 when the lesson was finished */
void progress_set(struct progress *progress, const char *lesson, const char *step, int done, unsigned right, unsigned asked);
void progress_reset(struct progress *progress, const char *lesson); /* NULL: all */
int progress_save(struct progress *progress, struct problem *problem);

#endif
