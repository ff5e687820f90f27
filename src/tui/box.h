/* SPDX-License-Identifier: MIT
 *
 * A piece of the screen.
 */
#ifndef IPCVIZ_TUI_BOX_H
#define IPCVIZ_TUI_BOX_H

struct box {
	int row, col, rows, cols; /* on the screen; rows or cols 0: nothing to draw on */
};

/* The part of a box without its frame; and a piece of a box, cut to it. Never negative. */
struct box box_inside(struct box box);
struct box box_part(struct box box, int row, int col, int rows, int cols);

#endif
