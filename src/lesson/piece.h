/* SPDX-License-Identifier: MIT
 *
 * Reading the pieces that lessons and translations are made of, each 0 or -1 with *problem.
 */
#ifndef IPCVIZ_LESSON_PIECE_H
#define IPCVIZ_LESSON_PIECE_H

#include "event/problem.h"
#include "lesson/tree.h"

/* The text under `key`, into *text, which the caller owns; *text stays NULL when an optional one is
 * missing. */
int piece_text(const char *file, struct node *map, const char *key, bool required, char **text,
	struct problem *problem);
/* The same as words with marks. */
int piece_words(const char *file, struct node *map, const char *key, bool required, char **words,
	struct problem *problem);
/* The list under `key`; *list NULL when missing. */
int piece_list(const char *file, struct node *map, const char *key, struct node **list,
	struct problem *problem);
/* Refuses keys that nobody asked for. `known` is for the message. */
int piece_rest(
	const char *file, const struct node *map, const char *known, struct problem *problem);
/* Is `name` one that people type and files carry? */
int piece_name(
	const char *file, int line, const char *key, const char *name, struct problem *problem);
/* The array of n elements with room for one more, zeroed. NULL: *problem, and the array is as it
 * was. */
void *piece_grow(
	const char *file, int line, void *array, size_t size, unsigned n, struct problem *problem);

#endif
