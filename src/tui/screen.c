/* SPDX-License-Identifier: MIT
 *
 * Drawing on the terminal. Everything ends in put(), which cuts at the box and at the screen.
 */
#include <curses.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/ascii.h"
#include "text/particles.h"
#include "tui/screen.h"
#include "tui/screen_own.h"
#include "tui/theme.h"

struct screen {
	struct theme theme;
	bool ascii; /* the ASCII half of the glyphs */
	bool utf8;  /* the locale can print any character */
	int cursor_row, cursor_col;
};

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPH_COUNT] = {
#define GLYPH(id, utf8, ascii) [GLYPH_##id] = {utf8, ascii},
#include "tui/glyphs.def"
#undef GLYPH
};

struct screen *
screen_create(bool ascii, enum palette palette)
{
	struct screen *screen = calloc(1, sizeof *screen);
	if (!screen)
		return NULL;
	screen->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	screen->ascii = ascii || !screen->utf8;
	screen_theme(screen, palette);
	return screen;
}

void
screen_free(struct screen *screen)
{
	free(screen);
}

void
screen_theme(struct screen *screen, enum palette palette)
{
	theme_set(&screen->theme, palette);
	bkgdset(' ' | (chtype)COLOR_PAIR(screen->theme.pair[ROLE_NORMAL]));
	clearok(stdscr, TRUE);
}

enum palette
screen_palette(const struct screen *screen)
{
	return screen->theme.palette;
}

void
screen_start(struct screen *screen)
{
	erase();
	screen->cursor_row = screen->cursor_col = -1;
}

/*
 * Sends what changed to the terminal, two lines at a time. Given the whole screen at once, curses finds blocks of lines
 * that moved and scrolls them with SU and SD (ECMA-48), which a number of terminal emulators do not know: they leave a
 * mess. It never does so for blocks of two, and has no option that forbids it. Lines that did not change cost nothing.
 */
static void
send_lines(void)
{
	bool leave = is_leaveok(stdscr);

	for (int row = 0; row < LINES; row += 2) {
		untouchwin(stdscr);
		touchline(stdscr, row, row + 1 < LINES ? 2 : 1);
		leaveok(stdscr, leave || row + 2 < LINES); /* the cursor goes to its place once */
		wnoutrefresh(stdscr);
		doupdate();
	}
}

void
screen_show(struct screen *screen)
{
	bool shown = screen->cursor_row >= 0;
	leaveok(stdscr, !shown);
	if (shown)
		move(screen->cursor_row, screen->cursor_col);
	send_lines();
}

struct box
screen_box(const struct screen *screen)
{
	(void)screen;
	return (struct box){0, 0, LINES, COLS};
}

bool
screen_unicode(const struct screen *screen)
{
	return !screen->ascii;
}

const char *
glyph(const struct screen *screen, enum glyph which)
{
	return screen->ascii ? glyphs[which].ascii : glyphs[which].utf8;
}

/* --- characters --- */

/* The ASCII half of the glyph that this character is; 0 when it is none. */
static char
ascii_twin(const char *text, size_t bytes)
{
	for (int i = 0; i < GLYPH_COUNT; i++)
		if (strlen(glyphs[i].utf8) == bytes && memcmp(glyphs[i].utf8, text, bytes) == 0)
			return glyphs[i].ascii[0];
	return 0;
}

/* One character with its followers, in wide characters that this terminal can show. */
static void
show_as(const struct screen *screen, const char *text, size_t bytes, wchar_t *wide, size_t room)
{
	size_t n = 0;
	for (size_t at = 0; at < bytes && n + 1 < room; n++)
		at += text_character(text + at, &wide[n]);
	wide[n] = L'\0';
	if (n == 0)
		return;
	if (wide[0] < L' ' || wide[0] == 0x7f || wide[0] == 0xfffd ||
		(wide[0] >= 0x80 && wide[0] < 0xa0)) {
		wide[0] = screen->ascii ? L'.' : L'·';
	} else if (wide[0] >= 0x80 && screen->ascii) {
		char twin = ascii_twin(text, bytes);
		if (twin)
			wide[0] = (wchar_t)twin;
		else if (!screen->utf8)
			wide[0] = L'?';
	}
}

static void
put(struct screen *screen, struct box box, int row, int col, style look, const wchar_t *wide)
{
	cchar_t cell;
	attr_t attributes = screen->theme.attributes[look & 0xff];
	if (look & STYLE_BOLD)
		attributes |= A_BOLD;
	if (look & STYLE_REVERSE)
		attributes ^= A_REVERSE;
	if (look & STYLE_UNDERLINE)
		attributes |= A_UNDERLINE;
	if (setcchar(&cell, wide, attributes, screen->theme.pair[look & 0xff], NULL) == OK)
		mvadd_wch(box.row + row, box.col + col, &cell);
}

static bool
row_inside(struct box box, int row)
{
	return row >= 0 && row < box.rows && box.row + row >= 0 && box.row + row < LINES;
}

/* Draws what stands for a character in ASCII, as much of it as there is room for; returns the cells. */
static int
put_instead(struct screen *screen, struct box box, int row, int col, style look, const char *instead)
{
	int cells = 0;
	for (; instead[cells] != '\0' && col + cells < box.cols; cells++) {
		const wchar_t wide[] = {(wchar_t)instead[cells], L'\0'};
		if (col + cells >= 0)
			put(screen, box, row, col + cells, look, wide);
	}
	return cells;
}

/* The cells that the text takes on this screen. */
static int
cells_of(const struct screen *screen, const char *text)
{
	char *copy = screen->ascii ? ascii_copy(text) : NULL;
	int cells = text_cells(copy ? copy : text);
	free(copy);
	return cells;
}

int
draw_bytes(struct screen *screen, struct box box, int row, int col, style look, const char *text,
	size_t bytes)
{
	wchar_t character, wide[CCHARW_MAX + 1];
	int start = col, cells;
	if (!row_inside(box, row))
		return 0;
	for (size_t at = 0, took; at < bytes && text[at] != '\0'; at += took) {
		took = text_next(text + at, &character, &cells);
		if (col + cells > box.cols)
			break;
		const char *instead =
			screen->ascii && took > 1 ? ascii_for(text + at, took) : NULL;
		if (instead) {
			col += put_instead(screen, box, row, col, look, instead);
			continue;
		}
		if (col >= 0) {
			show_as(screen, text + at, took, wide, sizeof wide / sizeof *wide);
			put(screen, box, row, col, look, wide);
		}
		col += cells;
	}
	return col - start;
}

int
draw_text(struct screen *screen, struct box box, int row, int col, style look, const char *text)
{
	int room = box.cols - col;
	if (room <= 0 || cells_of(screen, text) <= room)
		return draw_bytes(screen, box, row, col, look, text, strlen(text));
	struct box shorter = box;
	shorter.cols--;
	int drawn = draw_bytes(screen, shorter, row, col, look, text, strlen(text));
	return drawn + draw_glyph(screen, box, row, col + drawn, look, GLYPH_MORE);
}

int
draw_textf(struct screen *screen, struct box box, int row, int col, style look, const char *format,
	...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	particles_settle(text);
	return draw_text(screen, box, row, col, look, text);
}

int
draw_glyph(struct screen *screen, struct box box, int row, int col, style look, enum glyph which)
{
	const char *text = glyph(screen, which);
	return draw_bytes(screen, box, row, col, look, text, strlen(text));
}

int
draw_run(struct screen *screen, struct box box, int row, int col, int cells, style look,
	enum glyph which)
{
	for (int i = 0; i < cells; i++)
		draw_glyph(screen, box, row, col + i, look, which);
	return cells > 0 ? cells : 0;
}

void
draw_fill(struct screen *screen, struct box box, style look, enum glyph which)
{
	for (int row = 0; row < box.rows; row++)
		draw_run(screen, box, row, 0, box.cols, look, which);
}

void
draw_clear(struct screen *screen, struct box box)
{
	draw_fill(screen, box, ROLE_NORMAL, GLYPH_LINE_NONE);
}

/* Words set into a line of the frame, with a blank on either side. */
static void
set_in(struct screen *screen, struct box box, int row, style look, const char *words)
{
	struct box part = box_part(box, row, 2, 1, box.cols - 4);
	if (!words || !*words || part.cols < 3)
		return;
	draw_glyph(screen, part, 0, 0, look, GLYPH_LINE_NONE);
	struct box middle = box_part(part, 0, 1, 1, part.cols - 2);
	int drawn = draw_text(screen, middle, 0, 0, look, words);
	draw_glyph(screen, part, 0, drawn + 1, look, GLYPH_LINE_NONE);
}

void
draw_frame(struct screen *screen, struct box box, style look, bool heavy, const char *title,
	const char *foot)
{
	int bottom = box.rows - 1, right = box.cols - 1;
	enum glyph across = heavy ? GLYPH_HEAVY_LR : GLYPH_LINE_LR;
	enum glyph down = heavy ? GLYPH_HEAVY_UD : GLYPH_LINE_UD;
	if (bottom < 1 || right < 1)
		return;
	for (int row = 1; row < bottom; row++) {
		draw_glyph(screen, box, row, 0, look, down);
		draw_glyph(screen, box, row, right, look, down);
	}
	draw_run(screen, box, 0, 1, right - 1, look, across);
	draw_run(screen, box, bottom, 1, right - 1, look, across);
	draw_glyph(screen, box, 0, 0, look, heavy ? GLYPH_HEAVY_DR : GLYPH_LINE_DR);
	draw_glyph(screen, box, 0, right, look, heavy ? GLYPH_HEAVY_DL : GLYPH_LINE_DL);
	draw_glyph(screen, box, bottom, 0, look, heavy ? GLYPH_HEAVY_UR : GLYPH_LINE_UR);
	draw_glyph(screen, box, bottom, right, look, heavy ? GLYPH_HEAVY_UL : GLYPH_LINE_UL);
	set_in(screen, box, 0, ROLE_TITLE, title);
	set_in(screen, box, bottom, look, foot);
}

void
draw_rule(struct screen *screen, struct box box, int row, style look, const char *title)
{
	draw_run(screen, box, row, 0, box.cols, look, GLYPH_LINE_LR);
	set_in(screen, box, row, ROLE_TITLE, title);
}

void
screen_cursor(struct screen *screen, struct box box, int row, int col)
{
	if (!row_inside(box, row) || col < 0 || col >= box.cols)
		return;
	screen->cursor_row = box.row + row;
	screen->cursor_col = box.col + col;
}

/* --- as text --- */

/* The bytes of one wide character as UTF-8. Not wctomb: the locale may have no UTF-8. */
static size_t
encode(wchar_t character, char *bytes)
{
	unsigned long code = (unsigned long)character;
	if (code < 0x80) {
		bytes[0] = (char)code;
		return 1;
	}
	size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)((length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0) | code);
	return length;
}

char *
screen_line(struct screen *screen, int row, char *buf, size_t size)
{
	(void)screen;
	size_t length = 0, kept = 0;
	for (int col = 0; col < COLS; col++) {
		cchar_t cell;
		wchar_t wide[CCHARW_MAX + 1] = {0};
		attr_t attributes;
		short pair;
		if (mvin_wch(row, col, &cell) == ERR ||
			getcchar(&cell, wide, &attributes, &pair, NULL) == ERR)
			continue;
		for (int i = 0; wide[i] != L'\0' && length + 5 < size; i++) {
			length += encode(wide[i], buf + length);
			if (wide[i] != L' ')
				kept = length;
		}
		if (wide[0] != L'\0' && wcwidth(wide[0]) == 2)
			col++; /* its second half says the same again */
	}
	buf[kept] = '\0';
	return buf;
}
