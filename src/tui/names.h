/* SPDX-License-Identifier: MIT
 *
 * What people call a process.
 */
#ifndef IPCVIZ_TUI_NAMES_H
#define IPCVIZ_TUI_NAMES_H

#include "tui/tui.h"

/* The name that the lesson gave it, for a child that its program forked too; else its program's. */
const char *process_name(const struct view *view, int process);

#endif
