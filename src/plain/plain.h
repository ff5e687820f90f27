/* SPDX-License-Identifier: MIT
 *
 * The same story as sentences, one per event, from the same model. For pipes, screen readers and
 * tests.
 */
#ifndef IPCVIZ_PLAIN_PLAIN_H
#define IPCVIZ_PLAIN_PLAIN_H

#include <stdio.h>

#include "lesson/conductor.h"
#include "model/model.h"

struct plain;

struct plain *plain_create(FILE *out, int columns); /* columns: where to break lines; 0: never */
void plain_free(struct plain *plain);

/* Calls processes what the lesson calls them, from their very birth: conductor_name, and the
 * conductor. NULL, NULL: by the model alone, which learns a forked one's name a little later. */
void plain_names(struct plain *plain,
	const char *(*name)(const struct conductor *conductor, int32_t pid),
	const struct conductor *conductor);

/* Tells what the event means; the model has it applied already. Some events need no words (a reach
 * in free run). */
void plain_event(struct plain *plain, const struct model *model, const struct event *event);

void plain_lesson(struct plain *plain, const struct lesson *lesson); /* its title page */
void plain_step(
	struct plain *plain, const struct lesson *lesson, unsigned step); /* heading and words */
void plain_question(struct plain *plain, const struct move *ask);         /* question and choices */
void plain_verdict(
	struct plain *plain, const struct verdict *verdict); /* right or wrong, and why */
void plain_task_done(struct plain *plain, const struct move *task, bool by_hand);
void plain_end(struct plain *plain, const struct conductor *conductor); /* score or failure */
void plain_say(struct plain *plain, const char *sentence);              /* the player's own words */

#endif
