/* SPDX-License-Identifier: MIT
 *
 * Reading patterns (struct match) from YAML, and what they share with the other readers.
 */
#ifndef IPCVIZ_LESSON_PATTERN_H
#define IPCVIZ_LESSON_PATTERN_H

#include "lesson/lesson.h"
#include "lesson/tree.h"

/* Fills a zeroed *match from a map. `who` (may be NULL) is meant where the map names nobody. 0, or
 * -1 with *problem; match_fini() is due in both cases. */
int match_read(const struct lesson *lesson, struct node *map, const char *who, struct match *match,
	struct problem *problem);
void match_fini(struct match *match);

/* Is `word` one of the blank separated `words`? */
bool is_among(const char *words, const char *word);
/* A whole number under a key. 0, or -1 with *problem. */
int number_read(const char *file, const struct node *node, int64_t *value, struct problem *problem);

#endif
