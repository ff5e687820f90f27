/* SPDX-License-Identifier: MIT
 *
 * Breaks words for people into lines of a given width. Breaks follow UAX #14 (libunistring), widths
 * follow wcwidth(3), as curses does. Korean words stay whole, and so does a short `code` span.
 * Pure: no curses.
 *
 * The marks of lesson words (see marks.h) take no room. A line
 * says which style it starts in, and wrap_span() walks a line as pieces of one style, without the
 * marks.
 */
#ifndef IPCVIZ_TEXT_WRAP_H
#define IPCVIZ_TEXT_WRAP_H

#include <stdbool.h>
#include <stddef.h>

enum wrap_style { WRAP_PLAIN, WRAP_CODE, WRAP_EMPHASIS };

struct wrap_line {
	size_t at, length;     /* bytes of the text, blanks at the end and the newline left out */
	int columns;           /* cells that it takes */
	enum wrap_style style; /* in force at its first byte */
};

struct wrap {
	const char *text; /* borrowed; must outlive this */
	struct wrap_line *lines;
	int n;
};

struct wrap_span {
	const char *text; /* not terminated; `length` bytes, none of them a mark */
	size_t length;
	int columns;
	enum wrap_style style;
};

/* Breaks UTF-8 text (NULL counts as "") into lines of at most `columns` cells, at least 1. A
 * newline always breaks, an empty line stays one. A character wider than the line gets a line of
 * its own. Without memory there are no lines. */
void wrap_init(struct wrap *wrap, const char *text, int columns);
void wrap_fini(struct wrap *wrap);

/* The next piece of line `line`; *cursor starts at 0. False when the line is at its end. */
bool wrap_span(const struct wrap *wrap, int line, size_t *cursor, struct wrap_span *span);

/* Cells that `length` bytes of UTF-8 take; marks and control characters take none. */
int text_columns(const char *text, size_t length);
/* How many of the bytes fit in `columns` cells, never cutting a character from its combining marks.
 */
size_t text_fit(const char *text, size_t length, int columns);

#endif
