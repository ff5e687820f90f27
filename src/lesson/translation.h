/* SPDX-License-Identifier: MIT
 *
 * A translation is a lesson.LANGUAGE.md with the same steps and only the words.
 */
#ifndef IPCVIZ_LESSON_TRANSLATION_H
#define IPCVIZ_LESSON_TRANSLATION_H

#include "lesson/lesson.h"

/* Puts the words of a translation in the place of the original's. `path` names it and becomes
 * lesson->file. 0, or -1 with *problem; the lesson is then good for lesson_free() only. */
int translation_apply(struct lesson *lesson, const char *path, const char *text, size_t length,
	struct problem *problem);

#endif
