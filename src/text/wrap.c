/* SPDX-License-Identifier: MIT
 *
 * Line breaking, for the screen and the plain story. See wrap.h.
 */
#include "text/wrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unilbrk.h>
#include <unistr.h>
#include <wchar.h>

#include "text/marks.h"

static bool
is_mark(char c)
{
	return c >= MARK_CODE && c <= MARK_EMPHASIS_END;
}

static enum wrap_style
style_after(char mark)
{
	return mark == MARK_CODE ? WRAP_CODE : mark == MARK_EMPHASIS ? WRAP_EMPHASIS : WRAP_PLAIN;
}

/* Length of the character at text, and its cells. Bytes that are no UTF-8 count as one cell each,
 * one by one. */
static size_t
next_character(const char *text, size_t length, ucs4_t *character, int *columns)
{
	int bytes = u8_mbtoucr(character, (const uint8_t *)text, length);

	if (bytes < 1) {
		*character = 0xfffd;
		*columns = 1;
		return 1;
	}
	*columns = wcwidth((wchar_t)*character);
	if (*columns <
		0) /* a control character, or one that this locale cannot print and shows as "?" */
		*columns = *character < 0x20 || (*character >= 0x7f && *character < 0xa0) ? 0 : 1;
	return (size_t)bytes;
}

int
text_columns(const char *text, size_t length)
{
	int total = 0;

	for (size_t at = 0; at < length;) {
		ucs4_t character;
		int columns;

		at += next_character(text + at, length - at, &character, &columns);
		total += columns;
	}
	return total;
}

size_t
text_fit(const char *text, size_t length, int columns)
{
	size_t at = 0;

	while (at < length) {
		ucs4_t character;
		int wide;
		size_t bytes = next_character(text + at, length - at, &character, &wide);

		if (wide > columns)
			break;
		columns -= wide;
		at += bytes;
	}
	return at;
}

static bool
is_hangul(ucs4_t c)
{
	return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff) ||
	       (c >= 0x3130 && c <= 0x318f);
}

/* UAX #14 lets a line break between any two Hangul syllables, but Korean is read by words: where no
 * blank stands, a break beside a Hangul letter is taken back. */
static void
keep_korean_words(const char *text, size_t length, char *breaks)
{
	ucs4_t before = ' ';

	for (size_t at = 0; at < length;) {
		ucs4_t character;
		int columns;
		size_t bytes = next_character(text + at, length - at, &character, &columns);

		if (breaks[at] == UC_BREAK_POSSIBLE && before != ' ' &&
			(is_hangul(before) || is_hangul(character)))
			breaks[at] = UC_BREAK_PROHIBITED;
		before = character;
		at += bytes;
	}
}

/* `write(4, …, 1024)` reads badly in two halves: a code span of at most half a line stays whole. */
static void
keep_code_whole(const char *text, size_t length, int columns, char *breaks)
{
	const char *end = text + length;

	for (const char *from = text;
		(from = memchr(from, MARK_CODE, (size_t)(end - from))) != NULL;) {
		const char *to = memchr(from, MARK_CODE_END, (size_t)(end - from));

		if (to == NULL)
			return;
		if (text_columns(from, (size_t)(to - from)) <= columns / 2)
			for (const char *c = from + 2; c < to; c++)
				if (breaks[c - text] == UC_BREAK_POSSIBLE)
					breaks[c - text] = UC_BREAK_PROHIBITED;
		from = to;
	}
}

/* Finds the breaks as if the marks were not there: breaks[i] speaks of the place before byte i.
 * NULL: no memory. */
static char *
find_breaks(const char *text, size_t length, int columns)
{
	char *breaks = malloc(length + 1), *bare = malloc(length + 1),
	     *bare_breaks = malloc(length + 1);
	size_t n = 0;

	if (breaks != NULL && bare != NULL && bare_breaks != NULL) {
		for (size_t i = 0; i < length; i++)
			if (!is_mark(text[i]))
				bare[n++] = text[i];
		u8_possible_linebreaks((const uint8_t *)bare, n, "UTF-8", bare_breaks);
		keep_korean_words(bare, n, bare_breaks);
		n = 0;
		for (size_t i = 0; i < length; i++)
			breaks[i] = is_mark(text[i]) ? UC_BREAK_PROHIBITED : bare_breaks[n++];
		keep_code_whole(text, length, columns, breaks);
	} else {
		free(breaks);
		breaks = NULL;
	}
	free(bare);
	free(bare_breaks);
	return breaks;
}

static bool
add_line(struct wrap *wrap, int *room, size_t from, size_t to, enum wrap_style style)
{
	const char *text = wrap->text;

	if (wrap->n == *room) {
		int more = *room ? *room * 2 : 8;
		struct wrap_line *lines = reallocarray(wrap->lines, (size_t)more, sizeof *lines);

		if (lines == NULL)
			return false;
		wrap->lines = lines;
		*room = more;
	}
	/* Marks at the end may go as well: the next line knows its style. */
	while (to > from && (strchr(" \r\n", text[to - 1]) != NULL || is_mark(text[to - 1])))
		to--;
	wrap->lines[wrap->n++] =
		(struct wrap_line){from, to - from, text_columns(text + from, to - from), style};
	return true;
}

void
wrap_init(struct wrap *wrap, const char *text, int columns)
{
	size_t length, start = 0,
		       good = 0; /* good: the last place in this line where it may break */
	enum wrap_style style = WRAP_PLAIN, start_style = WRAP_PLAIN, good_style = WRAP_PLAIN;
	int used = 0, since_good = 0, room = 0;
	char *breaks;

	*wrap = (struct wrap){.text = text != NULL ? text : ""};
	length = strlen(wrap->text);
	columns = columns < 1 ? 1 : columns;
	breaks = find_breaks(wrap->text, length, columns);
	if (breaks == NULL)
		return;
	for (size_t at = 0; at < length;) {
		const char *c = wrap->text + at;
		ucs4_t character;
		int wide;
		size_t bytes = next_character(c, length - at, &character, &wide);

		if (breaks[at] == UC_BREAK_MANDATORY) {
			if (!add_line(wrap, &room, start, at, start_style))
				break;
			start = good = at + bytes;
			start_style = style;
			used = since_good = 0;
			at += bytes;
			continue;
		}
		if (breaks[at] == UC_BREAK_POSSIBLE) {
			good = at;
			good_style = style;
			since_good = 0;
		}
		/* A blank may hang over the edge: it is left out at a line's end. */
		if (wide > 0 && used > 0 && used + wide > columns && *c != ' ') {
			bool forced = good == start; /* a word longer than the line: cut it here */

			if (!add_line(wrap, &room, start, forced ? at : good, start_style))
				break;
			start_style = forced ? style : good_style;
			start = good = forced ? at : good;
			used = forced ? 0 : since_good;
			since_good = used;
		}
		if (is_mark(*c))
			style = style_after(*c);
		used += wide;
		since_good += wide;
		at += bytes;
	}
	if (start < length || length == 0)
		add_line(wrap, &room, start, length, start_style);
	free(breaks);
}

void
wrap_fini(struct wrap *wrap)
{
	free(wrap->lines);
	*wrap = (struct wrap){0};
}

bool
wrap_span(const struct wrap *wrap, int line, size_t *cursor, struct wrap_span *span)
{
	const struct wrap_line *here = &wrap->lines[line];
	const char *text = wrap->text + here->at;
	enum wrap_style style = here->style;
	size_t at = 0, end;

	/* The style at the cursor is what the marks before it say. */
	while (at < *cursor || (at < here->length && is_mark(text[at]))) {
		if (is_mark(text[at]))
			style = style_after(text[at]);
		at++;
	}
	if (at >= here->length)
		return false;
	for (end = at; end < here->length && !is_mark(text[end]);)
		end++;
	*span = (struct wrap_span){text + at, end - at, text_columns(text + at, end - at), style};
	*cursor = end;
	return true;
}
