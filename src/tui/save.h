/* SPDX-License-Identifier: MIT
 *
 * The screen as text in a file, for a note, a question or a bug report.
 */
#ifndef IPCVIZ_TUI_SAVE_H
#define IPCVIZ_TUI_SAVE_H

#include "event/problem.h"
#include "tui/screen.h"

/* Writes what is drawn now to `path`, replacing it: UTF-8, one line a row. 0, or -1 with *problem.
 */
int screen_save(struct screen *screen, const char *path, struct problem *problem);

#endif
