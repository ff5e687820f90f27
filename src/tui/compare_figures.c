/* SPDX-License-Identifier: MIT
 *
 * The figures as a table, and what the pages with figures share.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/compare.h"
#include "tui/page.h"
#include "words.h"

enum { LABEL = 12, CELL = 6, CELL_WIDE = 8, DETAIL_ROWS = 2 };

const struct figure *
compare_figure(const struct compare *compare, const struct frame *frame, int medium, int size)
{
	return &frame->view->measurement->figure[compare->quantity][compare->cores][medium][size];
}

char
compare_letter(int medium)
{
	static const char letters[MEDIUM_COUNT] = {[MEDIUM_PIPE] = 'p',
		[MEDIUM_FIFO] = 'f',
		[MEDIUM_MSG] = 'm',
		[MEDIUM_MQ] = 'q',
		[MEDIUM_SHM_SEMOP] = 'o',
		[MEDIUM_SHM_SEM] = 's',
		[MEDIUM_SHM_FUTEX] = 'x',
		[MEDIUM_SHM_SPIN] = 'z',
		[MEDIUM_UNIX_STREAM] = 'u',
		[MEDIUM_UNIX_DGRAM] = 'd',
		[MEDIUM_TCP] = 't',
		[MEDIUM_UDP] = 'y'};

	return letters[medium];
}

/* --- scales --- */

struct scale
compare_scale(const struct compare *compare, const struct frame *frame, bool one_size)
{
	struct scale scale = {0};

	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
		for (int size = 0; size < SIZE_COUNT; size++) {
			const struct figure *figure = compare_figure(compare, frame, medium, size);
			double value = figure_value(figure, compare->quantity, compare->statistic);
			double tail = figure_value(figure, compare->quantity, PERCENTILE_99);

			if (value <= 0 || (one_size && size != compare->size))
				continue;
			tail = one_size && compare->quantity == ROUND_TRIP && tail > value ? tail
											   : value;
			if (scale.least == 0 || value < scale.least)
				scale.least = value;
			if (tail > scale.most)
				scale.most = tail;
		}
	if (scale.most <= 0)
		return scale;
	scale.least = pow(10, floor(log10(scale.least)));
	scale.most = pow(10, ceil(log10(scale.most)));
	if (scale.most <= scale.least)
		scale.most = scale.least * 10;
	return scale;
}

double
scale_place(const struct scale *scale, double value)
{
	if (scale->most <= 0 || value <= scale->least)
		return 0;
	double place = log10(value / scale->least) / log10(scale->most / scale->least);
	return place > 1 ? 1 : place;
}

char *
scale_text(double value, char *buf, size_t size)
{
	if (value >= 999.5e3)
		snprintf(buf, size, "%.0fM", value / 1e6);
	else if (value >= 999.5)
		snprintf(buf, size, "%.0fk", value / 1e3);
	else
		snprintf(buf, size, "%.3g", value);
	return buf;
}

/* --- in words --- */

void
compare_detail_draw(const struct compare *compare, const struct frame *frame, struct box box)
{
	const struct figure *figure =
		compare_figure(compare, frame, compare->medium, compare->size);
	char median[16], p99[16], most[16];
	struct page page;

	figure_text(figure, compare->quantity, MEDIAN, median, sizeof median);
	figure_text(figure, compare->quantity, PERCENTILE_99, p99, sizeof p99);
	figure_text(figure, compare->quantity, SLOWEST, most, sizeof most);
	page_init(&page, frame->screen, box.cols - 2);
	if (!figure->known)
		page_itemf(&page, LABEL, ROLE_STRONG, medium_name((enum medium)compare->medium),
			ROLE_QUIET, _("%s: %s. Not measured yet."),
			medium_words((enum medium)compare->medium), size_words(compare->size));
	else if (figure->median <= 0)
		page_itemf(&page, LABEL, ROLE_STRONG, medium_name((enum medium)compare->medium),
			ROLE_NORMAL, "%s, %s: %s.", medium_words((enum medium)compare->medium),
			size_words(compare->size), figure->why);
	else if (compare->quantity == ROUND_TRIP)
		page_itemf(&page, LABEL, ROLE_STRONG, medium_name((enum medium)compare->medium),
			ROLE_NORMAL,
			_("%s, %s: there and back in %s µs (median), 99 of 100 within %s µs, "
			  "slowest %s µs; %u samples%s."),
			medium_words((enum medium)compare->medium), size_words(compare->size),
			median, p99, most, figure->samples,
			figure->pieces > 1 ? _(", in pieces") : "");
	else
		page_itemf(&page, LABEL, ROLE_STRONG, medium_name((enum medium)compare->medium),
			ROLE_NORMAL, _("%s, %s: %s MB/s, %.3g messages a second; lost %.0f%%%s."),
			medium_words((enum medium)compare->medium), size_words(compare->size),
			median, figure->median / (double)size_bytes(compare->size),
			100 * figure->lost, figure->pieces > 1 ? _(", in pieces") : "");
	page_draw(&page, frame->screen, box_part(box, 0, 1, box.rows, box.cols - 2), 0);
	page_fini(&page);
}

void
compare_lesson_draw(const struct frame *frame, struct box box)
{
	char text[512];
	struct page page;

	page_init(&page, frame->screen, box.cols - 2);
	for (int i = 0; figures_lesson(frame->view->measurement, i, text, sizeof text) != NULL;
		i++) {
		int before = page.n_rows;

		page_item(&page, 2, ROLE_QUIET, glyph(frame->screen, GLYPH_BULLET), ROLE_NORMAL,
			text);
		if (page.n_rows > box.rows) { /* whole sentences or none */
			box.rows = before;
			break;
		}
	}
	page_draw(&page, frame->screen, box_part(box, 0, 1, box.rows, box.cols - 2), 0);
	page_fini(&page);
}

/* --- the table --- */

static void
draw_row(const struct compare *compare, const struct frame *frame, struct box box, int at,
	int medium, int cell)
{
	bool here = medium == compare->medium;
	char text[16];

	draw_text(frame->screen, box_part(box, at, 1, 1, LABEL), 0, 0,
		here ? ROLE_STRONG : ROLE_NORMAL, medium_name((enum medium)medium));
	for (int size = 0, column = 0; size < SIZE_COUNT; size++) {
		if (!frame->view->measurement->sized[size])
			continue;
		const struct figure *figure = compare_figure(compare, frame, medium, size);
		struct box place = box_part(box, at, 1 + LABEL + column++ * cell, 1, cell);
		bool chosen = here && size == compare->size;

		if (!figure->known)
			snprintf(text, sizeof text, "%s", glyph(frame->screen, GLYPH_FILL_EMPTY));
		else
			figure_text(
				figure, compare->quantity, compare->statistic, text, sizeof text);
		if (chosen) {
			draw_fill(frame->screen, place, ROLE_SELECTED, GLYPH_LINE_NONE);
			screen_cursor(frame->screen, place, 0, 0);
		}
		draw_text(frame->screen, place, 0, cell - text_cells(text),
			chosen           ? ROLE_SELECTED
			: !figure->known ? ROLE_QUIET
			: here           ? ROLE_STRONG
					 : ROLE_NORMAL,
			text);
	}
}

void
compare_figures_draw(const struct compare *compare, const struct frame *frame, struct box box)
{
	const struct measurement *measurement = frame->view->measurement;
	int cell = box.cols >= 1 + LABEL + SIZE_COUNT * CELL_WIDE ? CELL_WIDE : CELL;
	int at = 1, media = 0, first = 0, place = 0;

	for (int medium = 0; medium < MEDIUM_COUNT; medium++) {
		if (medium == compare->medium)
			place = media;
		media += measurement->wanted[medium];
	}
	int rows = box.rows - 1 - DETAIL_ROWS - (box.rows >= media + DETAIL_ROWS + 2);
	rows = rows > media ? media : rows < 1 ? 1 : rows;
	if (place >= rows)
		first = place - rows + 1;
	for (int size = 0, column = 0; size < SIZE_COUNT; size++)
		if (measurement->sized[size])
			draw_text(frame->screen,
				box_part(box, 0, 1 + LABEL + column++ * cell, 1, cell), 0,
				cell - text_cells(size_short(size)), ROLE_TITLE, size_short(size));
	for (int medium = 0, index = 0; medium < MEDIUM_COUNT; medium++) {
		if (!measurement->wanted[medium])
			continue;
		if (index >= first && index < first + rows)
			draw_row(compare, frame, box, at++, medium, cell);
		index++;
	}
	int gap = at + DETAIL_ROWS < box.rows;
	compare_detail_draw(compare, frame, box_part(box, at + gap, 0, DETAIL_ROWS, box.cols));
	at += gap + DETAIL_ROWS + 1;
	compare_lesson_draw(frame, box_part(box, at, 0, box.rows - at, box.cols));
}
