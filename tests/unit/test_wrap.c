/* SPDX-License-Identifier: MIT
 *
 * Line breaking: widths, Korean, marks, words that are too long, and every width from 1 up.
 */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "text/ascii.h"
#include "text/wrap.h"

/* The lines joined with "/", marks shown as < > for code and { } for emphasis, styles from
 * wrap_span(). */
static const char *
broken(const char *text, int columns)
{
	static char out[4096];
	static const char *const open[] = {"", "<", "{"}, *const close[] = {"", ">", "}"};
	struct wrap wrap;
	struct wrap_span span;

	out[0] = '\0';
	wrap_init(&wrap, text, columns);
	for (int i = 0; i < wrap.n; i++) {
		if (i > 0)
			strcat(out, "/");
		for (size_t cursor = 0; wrap_span(&wrap, i, &cursor, &span);) {
			strcat(out, open[span.style]);
			strncat(out, span.text, span.length);
			strcat(out, close[span.style]);
		}
	}
	wrap_fini(&wrap);
	return out;
}

START_TEST(breaks_at_blanks)
{
	ck_assert_str_eq(broken("the pipe is full", 8), "the pipe/is full");
	ck_assert_str_eq(broken("the pipe is full", 16), "the pipe is full");
	ck_assert_str_eq(broken("the pipe is full", 15), "the pipe is/full");
	ck_assert_str_eq(broken("", 10), "");
	ck_assert_str_eq(broken(NULL, 10), "");
	ck_assert_str_eq(broken("a    b", 3), "a/b");
}
END_TEST

START_TEST(keeps_paragraphs)
{
	ck_assert_str_eq(broken("one\n\ntwo", 10), "one//two");
	ck_assert_str_eq(broken("one\ntwo\n", 10), "one/two");
	ck_assert_str_eq(broken("one \n two", 10), "one/ two");
}
END_TEST

START_TEST(cuts_a_word_that_is_too_long)
{
	ck_assert_str_eq(broken("abcdefghij", 4), "abcd/efgh/ij");
	ck_assert_str_eq(broken("ab abcdefghij", 4), "ab/abcd/efgh/ij");
	ck_assert_str_eq(broken("한국어", 1), "한/국/어");
}
END_TEST

START_TEST(keeps_korean_words_whole)
{
	ck_assert_str_eq(broken("파이프가 가득 차면 잠든다", 14), "파이프가 가득/차면 잠든다");
	ck_assert_str_eq(broken("파이프가 가득 차면 잠든다", 11), "파이프가/가득 차면/잠든다");
	ck_assert_str_eq(broken("이 pipe는 찼다", 8), "이/pipe는/찼다");
	ck_assert_str_eq(broken("커널(kernel)이 깨운다", 15), "커널(kernel)이/깨운다");
}
END_TEST

START_TEST(keeps_punctuation_with_its_word)
{
	ck_assert_str_eq(broken("see (this), then", 6), "see/(this)/, then"); /* no room: cut */
	ck_assert_str_eq(broken("see (this), then", 7), "see/(this),/then");
	ck_assert_str_eq(broken("stop — go", 6), "stop —/go");
}
END_TEST

START_TEST(marks_take_no_room)
{
	ck_assert_str_eq(broken("a \001read\002 call", 11), "a <read> call");
	ck_assert_str_eq(broken("a \001read\002, \003now\004.", 8), "a <read>,/{now}.");
	ck_assert_str_eq(broken("\003all of it is loud\004", 8), "{all of}/{it is}/{loud}");
}
END_TEST

START_TEST(keeps_short_code_whole)
{
	ck_assert_str_eq(broken("when it calls \001read(3, b, 9)\002 again", 26),
		"when it calls/<read(3, b, 9)> again");
	ck_assert_str_eq(broken("\001a long command line with words\002", 12),
		"<a long>/<command line>/<with words>");
}
END_TEST

START_TEST(survives_what_is_no_utf8)
{
	ck_assert_str_eq(broken("a\xff\xfe b", 3), "a\xff\xfe/b");
	ck_assert_int_eq(text_columns("\xc3", 1), 1);
	ck_assert_uint_eq(text_fit("\xe2\x80", 2, 1), 1);
}
END_TEST

START_TEST(measures_cells)
{
	ck_assert_int_eq(text_columns("한국 a", strlen("한국 a")), 6);
	ck_assert_int_eq(text_columns("e\xcc\x81", 3), 1); /* e and a combining acute */
	ck_assert_uint_eq(text_fit("e\xcc\x81x", 4, 1), 3);
	ck_assert_uint_eq(text_fit("한국", 6, 3), 3);
	ck_assert_int_eq(text_columns("\001a\002", 3), 1);
}
END_TEST

/* Whatever the width: nothing wider than it (but a lone wide character), no letter lost, none
 * doubled. */
START_TEST(loses_nothing_at_any_width)
{
	static const char text[] =
		"Every byte of the \001pipe\002 is \003taken\004, so 파이프는 잠든다: "
		"write(4, …, 1024) cannot return.\n\nThe-kernel/has put it to sleep (S).";

	for (int columns = 1; columns <= 120; columns++) {
		char letters[sizeof text] = "", expected[sizeof text] = "";
		struct wrap wrap;
		struct wrap_span span;

		wrap_init(&wrap, text, columns);
		for (int i = 0; i < wrap.n; i++) {
			ck_assert_msg(wrap.lines[i].columns <= (columns < 2 ? 2 : columns),
				"line %d at width %d", i, columns);
			for (size_t cursor = 0; wrap_span(&wrap, i, &cursor, &span);)
				strncat(letters, span.text, span.length);
		}
		wrap_fini(&wrap);
		for (char *from = letters, *to = letters;; from++)
			if (*from != ' ' && (*to++ = *from) == '\0')
				break;
		size_t n = 0;
		for (const char *from = text; *from != '\0'; from++)
			if ((unsigned char)*from > ' ')
				expected[n++] = *from;
		ck_assert_str_eq(letters, expected);
	}
}
END_TEST

START_TEST(spells_typography_in_ascii)
{
	char *copy = ascii_copy("“write(4, …)” – it’s 2 × 1 — 프");

	ck_assert_str_eq(copy, "\"write(4, ...)\" - it's 2 x 1 - 프");
	free(copy);
	ck_assert_str_eq(ascii_for("…", 3), "...");
	ck_assert_ptr_null(ascii_for("프", 3));
	ck_assert_ptr_null(ascii_for("a", 1));
}
END_TEST

int
main(void)
{
	TCase *tests = tcase_create("wrap");
	Suite *suite = suite_create("wrap");
	SRunner *runner = srunner_create(suite);

	if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
		puts("1..0 # SKIP no C.UTF-8 locale");
		return 0;
	}
	tcase_add_test(tests, breaks_at_blanks);
	tcase_add_test(tests, keeps_paragraphs);
	tcase_add_test(tests, cuts_a_word_that_is_too_long);
	tcase_add_test(tests, keeps_korean_words_whole);
	tcase_add_test(tests, keeps_punctuation_with_its_word);
	tcase_add_test(tests, marks_take_no_room);
	tcase_add_test(tests, keeps_short_code_whole);
	tcase_add_test(tests, survives_what_is_no_utf8);
	tcase_add_test(tests, measures_cells);
	tcase_add_test(tests, loses_nothing_at_any_width);
	tcase_add_test(tests, spells_typography_in_ascii);
	suite_add_tcase(suite, tests);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
