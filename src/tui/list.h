/* SPDX-License-Identifier: MIT
 *
 * Lists that stand in for cards.
 */
#ifndef IPCVIZ_TUI_LIST_H
#define IPCVIZ_TUI_LIST_H

#include "tui/pane.h"

void process_list(const struct frame *frame, struct box box, const int *ids, int n);
void channel_list(const struct frame *frame, struct box box, const int *ids, int n);
/* The process on this row of the screen, or NONE. */
int process_list_at(const struct frame *frame, struct box box, const int *ids, int n, int row);

#endif
