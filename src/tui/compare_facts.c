/* SPDX-License-Identifier: MIT
 *
 * What each kind is: the table, and the chosen cell in a sentence.
 */
#include <string.h>

#include "tui/compare.h"
#include "tui/page.h"
#include "words.h"

enum { LABEL = 10, CELL_LEAST = 9, CELL_MOST = 14, SENTENCE_ROWS = 3 };

static void
draw_row(const struct compare *compare, const struct frame *frame, struct box box, int at, int row,
	int cell)
{
	const char *label = row == -1 ? "" : row_words((enum fact_row)row);

	draw_text(frame->screen, box_part(box, at, 0, 1, LABEL), 0, 0, ROLE_QUIET, label);
	for (int column = 0; column < COLUMN_COUNT; column++) {
		bool chosen = row == compare->row && column == compare->column;
		struct box place = box_part(box, at, LABEL + column * (cell + 1), 1, cell + 1);
		const char *text =
			row == -1 ? column_words((enum fact_column)column)
				  : fact_of((enum fact_row)row, (enum fact_column)column).few;

		if (chosen) {
			draw_fill(frame->screen, place, ROLE_SELECTED, GLYPH_LINE_NONE);
			screen_cursor(frame->screen, place, 0, 1);
		}
		draw_text(frame->screen, box_part(place, 0, 1, 1, cell), 0, 0,
			chosen                      ? ROLE_SELECTED
			: row == -1                 ? ROLE_TITLE
			: column == compare->column ? ROLE_STRONG
						    : ROLE_NORMAL,
			text);
	}
}

static void
draw_sentence(const struct compare *compare, const struct frame *frame, struct box box)
{
	struct fact fact = fact_of((enum fact_row)compare->row, (enum fact_column)compare->column);
	struct page page;

	page_init(&page, frame->screen, box.cols - 2);
	page_text(&page, 0, ROLE_NORMAL, fact.sentence);
	for (int i = 0; i < frame->view->n_shelf; i++) {
		const struct lesson *lesson = frame->view->shelf[i];
		int step = lesson_step(lesson, fact.step);

		if (strcmp(lesson->name, fact.lesson) != 0)
			continue;
		step = step < 0 ? 0 : step;
		page_itemf(&page, 6, ROLE_KEY, "Enter", ROLE_NORMAL,
			_("shows it: lesson %d %s, step %d, %s"), lesson->number, lesson->title,
			step + 1, lesson->steps[step].title);
	}
	page_draw(&page, frame->screen, box_part(box, 0, 1, box.rows, box.cols - 2), 0);
	page_fini(&page);
}

void
compare_facts_draw(const struct compare *compare, const struct frame *frame, struct box box)
{
	int cell, first = 0, margin = box.cols > LABEL + COLUMN_COUNT * (CELL_LEAST + 1);
	int gap = box.rows >= ROW_COUNT + SENTENCE_ROWS + 3;
	int rows = box.rows - 1 - SENTENCE_ROWS - gap; /* of the table, without its head */

	box = box_part(box, 0, margin, box.rows, box.cols - margin);
	cell = (box.cols - LABEL) / COLUMN_COUNT - 1;
	cell = cell > CELL_MOST ? CELL_MOST : cell;
	rows = rows > ROW_COUNT ? ROW_COUNT : rows < 1 ? 1 : rows;
	if (compare->row >= rows)
		first = compare->row - rows + 1;
	draw_row(compare, frame, box, 0, -1, cell);
	for (int i = 0; i < rows; i++)
		draw_row(compare, frame, box, i + 1, first + i, cell);
	draw_sentence(compare, frame,
		box_part(box, rows + 1 + gap, 0, box.rows - rows - 1 - gap, box.cols));
}
