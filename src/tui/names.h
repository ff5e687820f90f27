/* SPDX-License-Identifier: MIT
 *
 * What people call a process.
 */
#ifndef IPCVIZ_TUI_NAMES_H
#define IPCVIZ_TUI_NAMES_H

#include "tui/tui.h"

/* The name that the lesson gave it, for a child that its program forked too; else its program's. */
const char *process_name(const struct view *view, int process);

/* The same with its pid where another one that lives is called alike, as a forked child is: for
 * places where the pid does not stand beside it. */
struct label {
	char text[48];
};
struct label process_called(const struct view *view, int process);

#endif
