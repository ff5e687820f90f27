/* SPDX-License-Identifier: MIT
 *
 * A lesson.md taken apart: front matter, introduction and sections, not yet understood.
 */
#ifndef IPCVIZ_LESSON_DOCUMENT_H
#define IPCVIZ_LESSON_DOCUMENT_H

#include "lesson/lesson.h"
#include "lesson/tree.h"

struct section {
	char *title;
	struct words words;
	struct node *block; /* of its ipcviz block; always a map */
	int line;           /* of the heading */
};

struct document {
	char *file;
	struct node *front; /* always a map */
	struct words words; /* before the first section */
	struct section *sections;
	unsigned n_sections;
};

/* 0, or -1 with *problem; document_fini() is due in both cases. */
int document_init(struct document *document, const char *file, const char *text, size_t length,
	struct problem *problem);
void document_fini(struct document *document);

#endif
