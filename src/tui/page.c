/* SPDX-License-Identifier: MIT
 *
 * Paragraphs laid out in rows. See page.h.
 */
#include "tui/page.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/ascii.h"
#include "text/particles.h"

void
page_init(struct page *page, const struct screen *screen, int cols)
{
	*page = (struct page){.cols = cols, .ascii = !screen_unicode(screen)};
}

void
page_fini(struct page *page)
{
	for (int i = 0; i < page->n; i++) {
		wrap_fini(&page->paragraphs[i].wrap);
		free(page->paragraphs[i].text);
		free(page->paragraphs[i].label);
	}
	free(page->paragraphs);
	*page = (struct page){0};
}

/* The new paragraph, NULL without memory: the page is then shorter. */
static struct paragraph *
add(struct page *page, const char *text)
{
	char *copy = page->ascii ? ascii_copy(text) : strdup(text);

	if (page->n == page->room) {
		int room = page->room ? page->room * 2 : 16;
		struct paragraph *more = reallocarray(page->paragraphs, (size_t)room, sizeof *more);

		if (more != NULL) {
			page->paragraphs = more;
			page->room = room;
		}
	}
	if (copy == NULL || page->n == page->room) {
		free(copy);
		return NULL;
	}
	particles_settle(copy);
	page->paragraphs[page->n] = (struct paragraph){.text = copy, .row = page->n_rows};
	return &page->paragraphs[page->n++];
}

void
page_item(struct page *page, int indent, style label_style, const char *label, style text_style,
	const char *text)
{
	struct paragraph *paragraph = add(page, text);

	if (paragraph == NULL)
		return;
	paragraph->label = label != NULL ? strdup(label) : NULL;
	paragraph->indent = indent;
	paragraph->style = text_style;
	paragraph->label_style = label_style;
	wrap_init(&paragraph->wrap, paragraph->text, page->cols - indent);
	page->n_rows += paragraph->wrap.n;
}

void
page_text(struct page *page, int indent, style text_style, const char *text)
{
	page_item(page, indent, text_style, NULL, text_style, text);
}

void
page_verbatim(struct page *page, int indent, style text_style, const char *text)
{
	struct paragraph *paragraph = add(page, text);

	if (paragraph == NULL)
		return;
	paragraph->indent = indent;
	paragraph->style = text_style;
	wrap_init(&paragraph->wrap, paragraph->text, INT_MAX);
	page->n_rows += paragraph->wrap.n;
}

void
page_itemf(struct page *page, int indent, style label_style, const char *label, style text_style,
	const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	page_item(page, indent, label_style, label, text_style, text);
	free(text);
}

void
page_gap(struct page *page)
{
	if (page->n > 0 && page->paragraphs[page->n - 1].text[0] != '\0')
		page_text(page, 0, ROLE_NORMAL, "");
}

static style
style_of(const struct wrap_span *span, style plain)
{
	if (span->style == WRAP_CODE)
		return ROLE_CODE | (plain & ~0xffu);
	if (span->style == WRAP_EMPHASIS)
		return ROLE_EMPHASIS | (plain & ~0xffu);
	return plain;
}

static void
draw_row(
	const struct paragraph *paragraph, int line, struct screen *screen, struct box box, int row)
{
	struct wrap_span span;
	int col = paragraph->indent;

	if (line == 0 && paragraph->label != NULL)
		draw_text(screen, box, row, 0, paragraph->label_style, paragraph->label);
	for (size_t cursor = 0; wrap_span(&paragraph->wrap, line, &cursor, &span);
		col += span.columns)
		draw_bytes(screen, box, row, col, style_of(&span, paragraph->style), span.text,
			span.length);
}

void
page_draw(const struct page *page, struct screen *screen, struct box box, int first)
{
	for (int i = 0; i < page->n; i++) {
		const struct paragraph *paragraph = &page->paragraphs[i];

		for (int line = 0; line < paragraph->wrap.n; line++) {
			int row = paragraph->row + line - first;

			if (row >= 0 && row < box.rows)
				draw_row(paragraph, line, screen, box, row);
		}
	}
}

int
page_clamp(const struct page *page, int rows, int first)
{
	int last = page->n_rows - rows;

	return first > last ? (last > 0 ? last : 0) : first > 0 ? first : 0;
}
