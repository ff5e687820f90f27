/* SPDX-License-Identifier: MIT
 *
 * Words for the learner: CommonMark in, blocks of marked text out (see struct words in lesson.h).
 * Also what text may contain at all.
 */
#ifndef IPCVIZ_LESSON_TEXT_H
#define IPCVIZ_LESSON_TEXT_H

#define CMARK_NO_SHORT_NAMES
#include <cmark.h>

#include "event/problem.h"
#include "lesson/lesson.h"

/* Offset of the first control character (C0 but for tab and newline, DEL, C1) in UTF-8 text;
 * `length`: none. */
size_t text_control(const char *text, size_t length);

/* Adds the blocks of a top-level node. `before`: lines of the file before the one that cmark
 * calls 1. 0, or -1. */
int words_add(struct words *words, cmark_node *node, const char *file, int before,
	struct problem *problem);
void words_fini(struct words *words);

/* The text inside a heading or paragraph, with marks. NULL with *problem. */
char *text_inline(cmark_node *node, const char *file, int line, struct problem *problem);
/* A piece of CommonMark (a question, a choice) as marked text; paragraphs are separated by an empty
 * line. NULL with *problem: it is empty or more than paragraphs. */
char *text_marked(const char *source, const char *file, int line, struct problem *problem);

#endif
