/* SPDX-License-Identifier: MIT
 *
 * The timeline.
 */
#ifndef IPCVIZ_TUI_LANES_H
#define IPCVIZ_TUI_LANES_H

#include "tui/pane.h"

/* A line per process of ids[0 … n), around the focused one when there is no room for all. */
void lanes_draw(const struct frame *frame, struct box box, const int *ids, int n);

#endif
