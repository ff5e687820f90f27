/* SPDX-License-Identifier: MIT
 *
 * YAML as a small tree in which everything knows its line in the lesson file. Only what lessons
 * need: maps, lists and text. Anchors, aliases, tags, duplicate keys, control characters and absurd
 * sizes are refused while reading.
 *
 * Bare libyaml rather than a mapping from schema to struct: each pattern and each move has to know
 * its own line, long after it was read, and so has every message.
 */
#ifndef IPCVIZ_LESSON_TREE_H
#define IPCVIZ_LESSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/problem.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	int line;           /* in the lesson file */
	char *text;         /* TEXT */
	struct node *first; /* LIST and MAP: children in order */
	unsigned n;
	struct node *next;
	char *key; /* when the parent is a map */
	int key_line;
	bool used; /* somebody asked for it by its key */
};

/*
 * Reads one YAML document; line 1 of `text` is line `first_line` of `file`. An empty document is an
 * empty map. NULL with *problem. Free with tree_free(), which accepts NULL.
 */
struct node *tree_parse(
	const char *file, int first_line, const char *text, size_t length, struct problem *problem);
void tree_free(struct node *node);

/* The value under `key`, marked as used; NULL when missing. */
struct node *tree_get(struct node *map, const char *key);
/* The first child of a map that nobody asked for; NULL: all were. */
const struct node *tree_unused(const struct node *map);
/* The text of a node, which the caller now owns. */
char *tree_take(struct node *node);

#endif
