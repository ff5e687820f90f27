/* SPDX-License-Identifier: MIT
 *
 * The comparison on the screen: four pages, which share what is chosen. pane_compare.c has the keys and the frame around
 * them; each page is a file.
 */
#ifndef IPCVIZ_TUI_COMPARE_H
#define IPCVIZ_TUI_COMPARE_H

#include "compare/facts.h"
#include "compare/figures.h"
#include "tui/pane.h"

enum compare_page { PAGE_FACTS, PAGE_FIGURES, PAGE_BARS, PAGE_CURVES, PAGE_COUNT };

struct compare {
	enum compare_page page;
	enum cores cores;
	enum quantity quantity;
	enum statistic statistic;
	int row, column;  /* the chosen cell of the facts */
	int medium, size; /* the chosen figure */
};

/* Each draws below the page's heading. */
void compare_facts_draw(const struct compare *compare, const struct frame *frame, struct box box);
void compare_figures_draw(const struct compare *compare, const struct frame *frame, struct box box);
void compare_bars_draw(const struct compare *compare, const struct frame *frame, struct box box);
void compare_curves_draw(const struct compare *compare, const struct frame *frame, struct box box);

/* All that is known of the chosen figure, in one or two rows. */
void compare_detail_draw(const struct compare *compare, const struct frame *frame, struct box box);
/* The sentences that the figures amount to, as far as there is room. */
void compare_lesson_draw(const struct frame *frame, struct box box);
const struct figure *compare_figure(
	const struct compare *compare, const struct frame *frame, int medium, int size);
/* A medium's sign on the curves: a letter. */
char compare_letter(int medium);

/* A logarithmic scale over all values of what is shown, in whole decades. */
struct scale {
	double least, most; /* powers of ten; 0: there are no values */
};
struct scale compare_scale(const struct compare *compare, const struct frame *frame, bool one_size);
/* Where a value lies, 0 to 1. */
double scale_place(const struct scale *scale, double value);
/* "10", "1k": a power of ten in at most four cells. */
char *scale_text(double value, char *buf, size_t size);

#endif
