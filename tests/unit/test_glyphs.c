/* SPDX-License-Identifier: MIT
 *
 * Every glyph is one cell wide in both sets, the line glyphs lie where the arrows' bits expect
 * them, and text is measured as curses does.
 */
#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen.h"

static const struct {
	const char *id, *utf8, *ascii;
} glyphs[GLYPH_COUNT] = {
#define GLYPH(id, utf8, ascii) [GLYPH_##id] = {#id, utf8, ascii},
#include "tui/glyphs.def"
#undef GLYPH
};

START_TEST(test_every_glyph_is_one_cell)
{
	for (int i = 0; i < GLYPH_COUNT; i++) {
		wchar_t character;
		size_t bytes = text_character(glyphs[i].utf8, &character);
		ck_assert_msg(bytes == strlen(glyphs[i].utf8), "%s: one character", glyphs[i].id);
		ck_assert_msg(wcwidth(character) == 1, "%s: one cell", glyphs[i].id);
		ck_assert_msg(strlen(glyphs[i].ascii) == 1 && glyphs[i].ascii[0] >= ' ' &&
				      glyphs[i].ascii[0] < 0x7f,
			"%s: one ASCII character", glyphs[i].id);
	}
}
END_TEST

/* No emoji: terminals draw them two cells wide whatever wcwidth says. */
START_TEST(test_no_glyph_is_an_emoji)
{
	for (int i = 0; i < GLYPH_COUNT; i++) {
		wchar_t character;
		text_character(glyphs[i].utf8, &character);
		ck_assert_msg(character < 0x1f000, "%s", glyphs[i].id);
		/* those of the basic plane that Unicode gives an emoji presentation by default */
		ck_assert_msg(character != 0x26a1 && character != 0x2b50 && character != 0x231b &&
				      character != 0x23f0,
			"%s", glyphs[i].id);
	}
}
END_TEST

START_TEST(test_states_differ_without_colour)
{
	static const enum glyph states[] = {GLYPH_RUNNING, GLYPH_GATE, GLYPH_CALL, GLYPH_BLOCKED,
		GLYPH_WOKEN, GLYPH_ERROR, GLYPH_STOPPED, GLYPH_DEAD, GLYPH_DARK};
	static const enum glyph fills[] = {GLYPH_FILL_1, GLYPH_FILL_2, GLYPH_FILL_3, GLYPH_FILL_4,
		GLYPH_FILL_UNKNOWN, GLYPH_FILL_SPENT, GLYPH_FILL_EMPTY};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		for (size_t j = 0; j < i; j++) {
			ck_assert_str_ne(glyphs[states[i]].utf8, glyphs[states[j]].utf8);
			ck_assert_str_ne(glyphs[states[i]].ascii, glyphs[states[j]].ascii);
		}
	for (size_t i = 0; i < sizeof fills / sizeof *fills; i++)
		for (size_t j = 0; j < i; j++) {
			ck_assert_str_ne(glyphs[fills[i]].utf8, glyphs[fills[j]].utf8);
			ck_assert_str_ne(glyphs[fills[i]].ascii, glyphs[fills[j]].ascii);
		}
}
END_TEST

START_TEST(test_lines_lie_where_their_bits_say)
{
	static const char *const by_bits[16] = {
		" ", "╵", "╷", "│", "╴", "╯", "╮", "┤", "╶", "╰", "╭", "├", "─", "┴", "┬", "┼"};
	for (int bits = 0; bits < 16; bits++)
		ck_assert_str_eq(glyphs[GLYPH_LINE_NONE + bits].utf8, by_bits[bits]);
}
END_TEST

START_TEST(test_text_is_measured_in_cells)
{
	wchar_t character;
	int cells;
	ck_assert_int_eq(text_cells(""), 0);
	ck_assert_int_eq(text_cells("write(4, …, 1)"), 14);
	ck_assert_int_eq(text_cells("파이프"), 6);
	ck_assert_int_eq(text_cells("e\u0301"), 1); /* an accent of its own takes no cell */
	ck_assert_uint_eq(text_next("e\u0301x", &character, &cells), 3);
	ck_assert_int_eq(cells, 1);
	ck_assert_int_eq(text_cells("a\tb"), 3); /* a control character is drawn as a sign */
	ck_assert_int_eq(text_cells("\xff\xfe"), 2);
	ck_assert_uint_eq(text_next("", &character, &cells), 0);
	ck_assert_int_eq(cells, 0);
	ck_assert_uint_eq(text_next("\xe2\x94", &character, &cells), 2); /* cut off in the middle */
}
END_TEST

int
main(void)
{
	if (!setlocale(LC_ALL, "C.UTF-8")) {
		puts("1..0 # SKIP no C.UTF-8 locale");
		return 0;
	}
	Suite *suite = suite_create("glyphs");
	TCase *tests = tcase_create("glyphs");
	tcase_add_test(tests, test_every_glyph_is_one_cell);
	tcase_add_test(tests, test_no_glyph_is_an_emoji);
	tcase_add_test(tests, test_states_differ_without_colour);
	tcase_add_test(tests, test_lines_lie_where_their_bits_say);
	tcase_add_test(tests, test_text_is_measured_in_cells);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
