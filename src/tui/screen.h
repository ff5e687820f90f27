/* SPDX-License-Identifier: MIT
 *
 * Drawing on the terminal: the one place that knows curses' windows. A pane is handed a box and
 * draws in coordinates of that box; whatever would lie outside is cut, so no pane can spoil
 * another's. Text is UTF-8 and measured in cells.
 */
#ifndef IPCVIZ_TUI_SCREEN_H
#define IPCVIZ_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/box.h"
#include "tui/text.h"

enum role {
#define ROLE(id, dark, light, contrast, eight, attributes, contrast_attributes) ROLE_##id,
#include "tui/theme.def"
#undef ROLE
	ROLE_COUNT
};

/* A style is a role, or a role with more: ROLE_BLOCKED | STYLE_REVERSE (which turns a reversed role
 * back). */
typedef unsigned style;
enum { STYLE_BOLD = 0x100, STYLE_REVERSE = 0x200, STYLE_UNDERLINE = 0x400 };

enum glyph {
#define GLYPH(id, utf8, ascii) GLYPH_##id,
#include "tui/glyphs.def"
#undef GLYPH
	GLYPH_COUNT
};

struct screen;

struct box screen_box(const struct screen *screen);               /* all of it */
bool screen_unicode(const struct screen *screen);                 /* false: ASCII glyphs */
const char *glyph(const struct screen *screen, enum glyph glyph); /* as text, one cell wide */

/* Text at (row, col) of the box, cut at its edges (and, where it was cut at the right, ending in
 * `…`). One line: a newline or any control character is drawn as a quiet sign. Returns the cells
 * drawn. */
int draw_text(
	struct screen *screen, struct box box, int row, int col, style style, const char *text);
int draw_textf(struct screen *screen, struct box box, int row, int col, style style,
	const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The first `bytes` bytes of text. */
int draw_bytes(struct screen *screen, struct box box, int row, int col, style style,
	const char *text, size_t bytes);
int draw_glyph(
	struct screen *screen, struct box box, int row, int col, style style, enum glyph glyph);
/* The same glyph `cells` times to the right. */
int draw_run(struct screen *screen, struct box box, int row, int col, int cells, style style,
	enum glyph glyph);
void draw_fill(struct screen *screen, struct box box, style style, enum glyph glyph);
void draw_clear(struct screen *screen, struct box box);
/* A frame around the inside of box, with words set into its top and bottom line (NULL: none).
 * Focused ones are heavy. */
void draw_frame(struct screen *screen, struct box box, style style, bool heavy, const char *title,
	const char *foot);
/* A line across the box's row with words set into it (NULL: none). */
void draw_rule(struct screen *screen, struct box box, int row, style style, const char *title);

/* Puts the real cursor on the focused thing (for screen readers); the last call of a frame wins. */
void screen_cursor(struct screen *screen, struct box box, int row, int col);

/* A line of what is drawn now, as UTF-8 without trailing blanks; for saving the screen. Returns
 * buf. */
char *screen_line(struct screen *screen, int row, char *buf, size_t size);

#endif
