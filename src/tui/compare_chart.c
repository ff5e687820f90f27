/* SPDX-License-Identifier: MIT
 *
 * The figures as bars, for one size, and as curves over all sizes. Both axes of values are logarithmic, and each line of a
 * chart is told by a name or a letter, never by colour alone.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/compare.h"
#include "words.h"

enum { LABEL = 12, VALUE = 6, AXIS = 6, LEGEND = 15, DETAIL_ROWS = 2 };

static int
place_of(const struct scale *scale, double value, int cells)
{
	return (int)lround(scale_place(scale, value) * (cells - 1));
}

/* --- bars --- */

/* The decades below the bars. */
static void
draw_ruler(const struct frame *frame, struct box box, const struct scale *scale)
{
	char text[16];

	draw_run(frame->screen, box, 0, 0, box.cols, ROLE_FRAME, GLYPH_LINE_LR);
	for (double value = scale->least; value <= scale->most * 1.01; value *= 10) {
		int col = place_of(scale, value, box.cols);

		draw_glyph(frame->screen, box, 0, col, ROLE_FRAME, GLYPH_LINE_ULR);
		scale_text(value, text, sizeof text);
		int cells = text_cells(text);
		if (col + cells > box.cols)
			col = box.cols - cells;
		draw_text(frame->screen, box, 1, col, ROLE_QUIET, text);
	}
}

/* Full up to the value; of round trips, lighter up to the 99th percentile. */
static void
draw_bar(const struct compare *compare, const struct frame *frame, struct box box,
	const struct scale *scale, int medium)
{
	const struct figure *figure = compare_figure(compare, frame, medium, compare->size);
	double value = figure_value(figure, compare->quantity, compare->statistic);
	double tail = figure_value(figure, compare->quantity, PERCENTILE_99);
	style how = medium == compare->medium ? ROLE_WRITER_1 : ROLE_WRITER_2;

	if (value <= 0)
		return;
	int cells = place_of(scale, value, box.cols) + 1;
	draw_run(frame->screen, box, 0, 0, cells, how, GLYPH_FILL_1);
	if (compare->quantity == ROUND_TRIP && compare->statistic == MEDIAN && tail > value)
		draw_run(frame->screen, box, 0, cells, place_of(scale, tail, box.cols) + 1 - cells,
			how, GLYPH_FILL_3);
}

void
compare_bars_draw(const struct compare *compare, const struct frame *frame, struct box box)
{
	const struct measurement *measurement = frame->view->measurement;
	struct scale scale = compare_scale(compare, frame, true);
	struct box bars =
		box_part(box, 0, 1 + LABEL + VALUE + 1, box.rows, box.cols - LABEL - VALUE - 3);
	int most = box.rows - DETAIL_ROWS - 2, at = 0, media = 0;
	char text[16];

	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
		media += measurement->wanted[medium];
	int pitch = media * 2 <= most - 1 ? 2 : 1;
	for (int medium = 0; medium < MEDIUM_COUNT && at < most; medium++) {
		if (!measurement->wanted[medium])
			continue;
		bool chosen = medium == compare->medium;

		draw_text(frame->screen, box_part(box, at, 1, 1, LABEL), 0, 0,
			chosen ? ROLE_SELECTED : ROLE_NORMAL, medium_name((enum medium)medium));
		if (chosen)
			screen_cursor(frame->screen, box, at, 1);
		figure_text(compare_figure(compare, frame, medium, compare->size),
			compare->quantity, compare->statistic, text, sizeof text);
		draw_text(frame->screen, box_part(box, at, 1 + LABEL, 1, VALUE), 0,
			VALUE - text_cells(text), chosen ? ROLE_STRONG : ROLE_NORMAL, text);
		draw_bar(compare, frame, box_part(bars, at, 0, 1, bars.cols), &scale, medium);
		at += pitch;
	}
	if (scale.most > 0)
		draw_ruler(frame, box_part(bars, at, 0, 2, bars.cols), &scale);
	compare_detail_draw(compare, frame, box_part(box, at + 2, 0, DETAIL_ROWS, box.cols));
	at += 2 + DETAIL_ROWS + 1;
	compare_lesson_draw(frame, box_part(box, at, 0, box.rows - at, box.cols));
}

/* --- curves --- */

/* Where things are on a chart. */
struct chart {
	struct box plot;
	struct scale scale;
	int sizes[SIZE_COUNT]; /* those that are measured; n of them */
	int n, band;           /* cells that each size has */
};

static int
row_of(const struct chart *chart, double value)
{
	return chart->plot.rows - 1 - place_of(&chart->scale, value, chart->plot.rows);
}

static void
draw_axes(const struct chart *chart, const struct frame *frame, struct box box)
{
	char text[16];

	for (double value = chart->scale.least; value <= chart->scale.most * 1.01; value *= 10) {
		int row = row_of(chart, value);

		scale_text(value, text, sizeof text);
		draw_text(frame->screen, box, row, AXIS - 1 - text_cells(text), ROLE_QUIET, text);
		draw_run(frame->screen, chart->plot, row, 0, chart->plot.cols, ROLE_FRAME,
			GLYPH_SPAN_GATE);
	}
	for (int row = 0; row < chart->plot.rows; row++)
		draw_glyph(frame->screen, box, row, AXIS - 1, ROLE_FRAME, GLYPH_LINE_UD);
	for (int i = 0; i < chart->n; i++)
		draw_text(frame->screen, box, chart->plot.rows,
			AXIS + i * chart->band + chart->band / 2 - 1, ROLE_QUIET,
			size_short(chart->sizes[i]));
}

static double
value_at(const struct compare *compare, const struct frame *frame, int medium, int size)
{
	return figure_value(compare_figure(compare, frame, medium, size), compare->quantity,
		compare->statistic);
}

/* The chosen curve, from point to point, below all letters. */
static void
draw_line(const struct compare *compare, const struct frame *frame, const struct chart *chart)
{
	for (int i = 0; i + 1 < chart->n; i++) {
		double from = value_at(compare, frame, compare->medium, chart->sizes[i]);
		double to = value_at(compare, frame, compare->medium, chart->sizes[i + 1]);

		if (from <= 0 || to <= 0)
			continue;
		for (int cell = 0; cell <= chart->band; cell++) {
			double share = (double)cell / chart->band;
			double value = from * pow(to / from, share);

			draw_glyph(frame->screen, chart->plot, row_of(chart, value),
				i * chart->band + chart->band / 2 + cell, ROLE_WRITER_1,
				GLYPH_MARK_CALL);
		}
	}
}

/* The letters of one size: those that would lie on each other stand side by side; what has no room is a +. */
static void
draw_letters(const struct compare *compare, const struct frame *frame, const struct chart *chart,
	int index)
{
	int crowd[256] = {0}, done[256] = {0}, size = chart->sizes[index];
	char letter[2] = {0};

	for (int pass = 0; pass < 2; pass++)
		for (int i = -1; i < MEDIUM_COUNT; i++) {
			int medium = i == -1 ? compare->medium : i; /* the chosen one first */
			double value = value_at(compare, frame, medium, size);

			if (value <= 0 || (i == compare->medium))
				continue;
			int row = row_of(chart, value);
			if (row < 0 || row >= 256)
				continue;
			if (pass == 0) {
				crowd[row]++;
				continue;
			}
			int room = chart->band - 1, n = crowd[row] < room ? crowd[row] : room;
			int at = done[row]++;

			if (at >= n)
				continue;
			letter[0] = at == n - 1 && crowd[row] > n ? '+' : compare_letter(medium);
			draw_text(frame->screen, chart->plot, row,
				index * chart->band + (chart->band - n) / 2 + at,
				i == -1 ? ROLE_WRITER_1 | STYLE_BOLD | STYLE_REVERSE : ROLE_STRONG,
				letter);
		}
}

static void
draw_legend(const struct compare *compare, const struct frame *frame, struct box box)
{
	for (int medium = 0, at = 0; medium < MEDIUM_COUNT; medium++) {
		if (!frame->view->measurement->wanted[medium])
			continue;
		bool chosen = medium == compare->medium;

		if (chosen)
			screen_cursor(frame->screen, box, at, 1);
		draw_textf(frame->screen, box, at++, 1, chosen ? ROLE_SELECTED : ROLE_NORMAL,
			"%c %s", compare_letter(medium), medium_name((enum medium)medium));
	}
}

void
compare_curves_draw(const struct compare *compare, const struct frame *frame, struct box box)
{
	struct chart chart = {.scale = compare_scale(compare, frame, false)};
	int rows = box.rows - 1 - DETAIL_ROWS;

	for (int size = 0; size < SIZE_COUNT; size++)
		if (frame->view->measurement->sized[size])
			chart.sizes[chart.n++] = size;
	chart.plot = box_part(box, 0, AXIS, rows, box.cols - AXIS - LEGEND);
	chart.band = chart.plot.cols / chart.n;
	chart.plot.cols = chart.band * chart.n;
	draw_legend(compare, frame, box_part(box, 0, AXIS + chart.plot.cols + 1, rows, LEGEND));
	compare_detail_draw(compare, frame, box_part(box, rows + 1, 0, DETAIL_ROWS, box.cols));
	if (chart.scale.most <= 0 || chart.band < 3 || rows < 2)
		return;
	draw_axes(&chart, frame, box);
	draw_line(compare, frame, &chart);
	for (int i = 0; i < chart.n; i++)
		draw_letters(compare, frame, &chart, i);
}
