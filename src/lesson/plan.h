/* SPDX-License-Identifier: MIT
 *
 * Understands the YAML of a lesson: cast and moves; and refuses, with line and cure, what cannot be
 * played.
 */
#ifndef IPCVIZ_LESSON_PLAN_H
#define IPCVIZ_LESSON_PLAN_H

#include "lesson/lesson.h"
#include "lesson/tree.h"

/* Each 0, or -1 with *problem. What was read so far stays where it is, for lesson_free(). */
int plan_front(struct lesson *lesson, struct node *front, struct problem *problem);
int plan_step(
	struct lesson *lesson, struct step *step, struct node *block, struct problem *problem);
/* Who must have been started when; after all steps were read. */
int plan_check(const struct lesson *lesson, struct problem *problem);
void move_fini(struct move *move);

#endif
