/* SPDX-License-Identifier: MIT
 *
 * Palettes: what each role of theme.def looks like on this terminal.
 */
#ifndef IPCVIZ_TUI_THEME_H
#define IPCVIZ_TUI_THEME_H

#include <curses.h>

#include "tui/screen.h"

enum palette { PALETTE_DARK, PALETTE_LIGHT, PALETTE_CONTRAST, PALETTE_NONE, PALETTE_COUNT };

struct theme {
	enum palette palette;
	attr_t attributes[ROLE_COUNT];
	short pair[ROLE_COUNT];
};

/* The palette called `name`; PALETTE_COUNT for a name that there is not. */
enum palette palette_find(const char *name);
const char *palette_name(enum palette palette);

/* Fills *theme for the terminal that curses has open, and sets its colour pairs. A terminal without
 * colours gets the attributes alone, as PALETTE_NONE does. */
void theme_set(struct theme *theme, enum palette palette);

#endif
