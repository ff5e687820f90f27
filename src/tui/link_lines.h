/* SPDX-License-Identifier: MIT
 *
 * Lines on a process card for what it uses without a descriptor.
 */
#ifndef IPCVIZ_TUI_LINK_LINES_H
#define IPCVIZ_TUI_LINK_LINES_H

#include "tui/links.h"
#include "tui/pane.h"

void link_line(const struct frame *frame, struct box line, int process, const struct link *link,
	bool focused);
/* Several on one line, by their names alone. */
void link_lines_brief(const struct frame *frame, struct box line, const struct link *links, int n);

#endif
