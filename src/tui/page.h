/* SPDX-License-Identifier: MIT
 *
 * Paragraphs laid out in rows: what the words box, the help and the kernel's evidence are made of.
 * Fill it, see how many rows it takes, draw the part that is in sight, free it; it lives for one
 * frame.
 */
#ifndef IPCVIZ_TUI_PAGE_H
#define IPCVIZ_TUI_PAGE_H

#include "tui/screen.h"
#include "text/wrap.h"

struct paragraph {
	char *text, *label; /* owned */
	struct wrap wrap;   /* of text */
	int row;            /* its first row on the page */
	int indent;         /* cells before the text */
	style style, label_style;
};

struct page {
	int cols, n_rows;
	bool ascii; /* words are put in ASCII as far as they can be */
	struct paragraph *paragraphs;
	int n, room;
};

void page_init(struct page *page, const struct screen *screen, int cols);
void page_fini(struct page *page);

/* Adds a paragraph, wrapped; `code` and *emphasis* marks are drawn as such. */
void page_text(struct page *page, int indent, style text_style, const char *text);
/* The same with a label that stands in the indent of its first row. */
void page_item(struct page *page, int indent, style label_style, const char *label, style style,
	const char *text);
/* The same, formatted as printf(3) does. */
void page_itemf(struct page *page, int indent, style label_style, const char *label,
	style text_style, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Lines as they are, cut where they leave the page. */
void page_verbatim(struct page *page, int indent, style text_style, const char *text);
/* One empty row, unless the page is empty or just had one. */
void page_gap(struct page *page);

/* Draws the rows from `first` on into the box; as many as it has. */
void page_draw(const struct page *page, struct screen *screen, struct box box, int first);

/* Keeps a scroll position within what can be scrolled. */
int page_clamp(const struct page *page, int rows, int first);

#endif
