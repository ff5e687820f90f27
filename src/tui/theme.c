/* SPDX-License-Identifier: MIT
 *
 * Palettes. Each role has a colour pair of its own: fewer than 64, the most that an 8-colour
 * terminal offers.
 */
#include <string.h>

#include "tui/theme.h"

enum attribute { PLAIN = 0, B = 1, R = 2, U = 4, RB = R | B };
enum {
	DEFAULT = -1,
	BLACK = COLOR_BLACK,
	RED = COLOR_RED,
	GREEN = COLOR_GREEN,
	YELLOW = COLOR_YELLOW
};
enum { BLUE = COLOR_BLUE, MAGENTA = COLOR_MAGENTA, CYAN = COLOR_CYAN, WHITE = COLOR_WHITE };
enum { TRUE_BLACK = 16, TRUE_WHITE = 231 };

static const struct {
	short colour[3]; /* by palette: dark, light, contrast */
	short eight;
	unsigned attributes, contrast_attributes;
} roles[ROLE_COUNT] = {
#define ROLE(id, dark, light, contrast, eight, attributes, contrast_attributes)                    \
	[ROLE_##id] = {{dark, light, contrast}, eight, attributes, contrast_attributes},
#include "tui/theme.def"
#undef ROLE
};

_Static_assert(ROLE_COUNT < 63, "an 8-colour terminal has 64 colour pairs");

static const char *const names[PALETTE_COUNT] = {"dark", "light", "contrast", "none"};

enum palette
palette_find(const char *name)
{
	enum palette palette = 0;
	while (palette < PALETTE_COUNT && strcmp(names[palette], name) != 0)
		palette++;
	return palette;
}

const char *
palette_name(enum palette palette)
{
	return names[palette];
}

static attr_t
curses_attributes(unsigned attributes)
{
	return (attributes & B ? A_BOLD : 0) | (attributes & R ? A_REVERSE : 0) |
	       (attributes & U ? A_UNDERLINE : 0);
}

/* The pair's two colours; a projector gets true black and white where 256 colours are to be had. */
static void
set_pair(short pair, enum role role, enum palette palette)
{
	bool many = COLORS >= 256;
	short text = many ? roles[role].colour[palette] : roles[role].eight;
	short ground = DEFAULT;
	if (palette == PALETTE_CONTRAST) {
		ground = many ? TRUE_BLACK : BLACK;
		if (text == DEFAULT)
			text = many ? TRUE_WHITE : WHITE;
	}
	init_pair(pair, text, ground);
}

void
theme_set(struct theme *theme, enum palette palette)
{
	bool colours = palette != PALETTE_NONE && has_colors();
	theme->palette = palette;
	if (colours) {
		start_color(); /* only now COLOR_PAIRS is known */
		use_default_colors();
		colours = COLOR_PAIRS > ROLE_COUNT;
	}
	for (int i = 0; i < ROLE_COUNT; i++) {
		theme->attributes[i] =
			curses_attributes(palette == PALETTE_CONTRAST ? roles[i].contrast_attributes
								      : roles[i].attributes);
		theme->pair[i] = colours ? (short)(i + 1) : 0;
		if (colours)
			set_pair(theme->pair[i], (enum role)i, palette);
	}
}
