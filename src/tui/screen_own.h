/* SPDX-License-Identifier: MIT
 *
 * The screen as its owner (tui.c) sees it; panes have no business here.
 */
#ifndef IPCVIZ_TUI_SCREEN_OWN_H
#define IPCVIZ_TUI_SCREEN_OWN_H

#include "tui/screen.h"
#include "tui/theme.h"

struct screen *screen_create(
	bool ascii, enum palette palette); /* after terminal_open; NULL: no memory */
void screen_free(struct screen *screen);
void screen_theme(struct screen *screen, enum palette palette);
enum palette screen_palette(const struct screen *screen);
void screen_start(struct screen *screen); /* an empty frame */
void screen_show(
	struct screen *screen); /* what differs from the frame before goes to the terminal */

#endif
