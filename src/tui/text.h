/* SPDX-License-Identifier: MIT
 *
 * UTF-8 measured in terminal cells, as curses counts them (wcwidth). No curses in here.
 */
#ifndef IPCVIZ_TUI_TEXT_H
#define IPCVIZ_TUI_TEXT_H

#include <stddef.h>
#include <wchar.h>

/* One character alone: fills it and returns its bytes, 0 at the end. Broken UTF-8 is U+FFFD. */
size_t text_character(const char *text, wchar_t *character);

/* One character and its zero-width followers: fills *cells (0 at the end) and returns the bytes it
 * takes. Control characters and broken UTF-8 count as one cell (they are drawn as a sign). */
size_t text_next(const char *text, wchar_t *character, int *cells);

/* Cells that the whole string takes. For a part of one see wrap.h. */
int text_cells(const char *text);

#endif
