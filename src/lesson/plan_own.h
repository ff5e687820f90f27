/* SPDX-License-Identifier: MIT
 *
 * What the files that read a lesson's plan share, and nobody else includes.
 */
#ifndef IPCVIZ_LESSON_PLAN_OWN_H
#define IPCVIZ_LESSON_PLAN_OWN_H

#include "lesson/plan.h"

/* Each appends what the map says to the lesson's cast, its cells or the step's moves. */
int plan_cast(struct lesson *lesson, struct node *map, struct problem *problem);
/* What an `act` does. */
int act_read(
	const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem);
/* The placeholders in the member's arguments, when all the cast is known. */
int cast_arguments_check(
	const struct lesson *lesson, const struct cast *cast, struct node *map, struct problem *problem);
int plan_cell(struct lesson *lesson, struct node *map, struct problem *problem);
int plan_move(
	const struct lesson *lesson, struct step *step, struct node *node, struct problem *problem);

/* Refuses a `{word}` that cast_argument() would not fill in; after the whole cast was read. */
int argument_check(
	const struct lesson *lesson, int line, const char *argument, struct problem *problem);
/* The first member whose port the argument names and which cannot have one, since it was not started; -1: none. */
int argument_needs(const struct lesson *lesson, const char *argument, const bool *started);

#endif
