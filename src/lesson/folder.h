/* SPDX-License-Identifier: MIT
 *
 * Folders of the user's own, as the XDG Base Directory Specification has them.
 */
#ifndef IPCVIZ_LESSON_FOLDER_H
#define IPCVIZ_LESSON_FOLDER_H

#include <stddef.h>

#include "event/problem.h"

/* "$VARIABLE/ipcviz", or "$HOME/OTHERWISE/ipcviz" when the variable is unset or no absolute path.
 * 0, or -1. */
int folder_of_user(const char *variable, const char *otherwise, char *path, size_t size,
	struct problem *problem);
/* Makes the folder and those above it, for the user alone. 0 (also when it is there), or -1. */
int folder_make(const char *path, struct problem *problem);

#endif
