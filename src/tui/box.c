/* SPDX-License-Identifier: MIT
 *
 * Boxes and pieces of boxes.
 */
#include "tui/box.h"

struct box
box_part(struct box box, int row, int col, int rows, int cols)
{
	if (row < 0) {
		rows += row;
		row = 0;
	}
	if (col < 0) {
		cols += col;
		col = 0;
	}
	if (rows > box.rows - row)
		rows = box.rows - row;
	if (cols > box.cols - col)
		cols = box.cols - col;
	if (rows <= 0 || cols <= 0)
		return (struct box){box.row, box.col, 0, 0};
	return (struct box){box.row + row, box.col + col, rows, cols};
}

struct box
box_inside(struct box box)
{
	return box_part(box, 1, 1, box.rows - 2, box.cols - 2);
}
