/* SPDX-License-Identifier: MIT
 *
 * The lines at the screen's edges: the header above, status and footer below.
 */
#ifndef IPCVIZ_TUI_BARS_H
#define IPCVIZ_TUI_BARS_H

#include "tui/pane.h"

void header_draw(const struct frame *frame, struct box box);
/* A rule across the screen with a sentence in it, if there is one, and with `cycle` a sign of a
 * closed cycle of waiting, if there is one. */
void status_draw(
	const struct frame *frame, struct box box, const char *status, bool cycle);
void footer_draw(const struct frame *frame, struct box box);
/* The command whose label a click on the footer hit; COMMAND_NONE: none. */
enum command_id footer_click(const struct frame *frame, struct box box, int col);

#endif
