/* SPDX-License-Identifier: MIT
 *
 * Korean particles: Hangul, numbers, Latin names, what is skipped and what is left alone.
 */
#include <check.h>
#include <string.h>

#include "text/particles.h"

static const char *
settled(const char *words)
{
	static char text[200];

	strcpy(text, words);
	particles_settle(text);
	return text;
}

START_TEST(hangul_says_it)
{
	ck_assert_str_eq(settled("파이프이(가) 큐을(를) 신호은(는)"), "파이프가 큐를 신호는");
	ck_assert_str_eq(
		settled("신청이(가) 이름을(를) 값은(는) 집과(와)"), "신청이 이름을 값은 집과");
	ck_assert_str_eq(settled("길(으)로 값(으)로 큐(으)로"), "길로 값으로 큐로");
	ck_assert_str_eq(settled("힣이(가) 가이(가)"), "힣이 가가");
}
END_TEST

START_TEST(numbers_are_read)
{
	ck_assert_str_eq(
		settled("3이(가) 4이(가) 10을(를) 2을(를) 97은(는)"), "3이 4가 10을 2를 97은");
	ck_assert_str_eq(settled("1(으)로 6(으)로 9(으)로"), "1로 6으로 9로");
}
END_TEST

START_TEST(names_are_heard)
{
	ck_assert_str_eq(settled("writer이(가) dan이(가) bob이(가) ada이(가)"),
		"writer가 dan이 bob이 ada가");
	ck_assert_str_eq(settled("carl이(가) late이(가) client이(가) king이(가)"),
		"carl이 late가 client가 king이");
	ck_assert_str_eq(settled("wait을(를) semop을(를) fork을(를) time을(를)"),
		"wait를 semop을 fork를 time을");
	ck_assert_str_eq(
		settled("SIGKILL(으)로 EAGAIN(으)로 EPIPE(으)로"), "SIGKILL로 EAGAIN으로 EPIPE로");
}
END_TEST

START_TEST(what_is_not_said_is_skipped)
{
	ck_assert_str_eq(settled("writer (812)이(가)"), "writer (812)가");
	ck_assert_str_eq(settled("semop(3, {(0, -1)}, 1)을(를)"), "semop(3, {(0, -1)}, 1)을");
	ck_assert_str_eq(settled("`read`을(를) \001dan\002은(는) \"큐\"이(가)"),
		"`read`를 \001dan\002은 \"큐\"가");
}
END_TEST

START_TEST(the_rest_stays)
{
	ck_assert_str_eq(settled("이(가)"), "이(가)");
	ck_assert_str_eq(settled("…이(가)"), "…이(가)");
	ck_assert_str_eq(settled(")이(가)"), ")이(가)");
	ck_assert_str_eq(settled("\"파일을(를) \\\" 큐이(가)\" dan이(가)"),
		"\"파일을(를) \\\" 큐이(가)\" dan이");
	ck_assert_str_eq(settled("write(3, …)"), "write(3, …)");
	ck_assert_str_eq(settled(""), "");
}
END_TEST

int
main(void)
{
	TCase *tests = tcase_create("particles");
	Suite *suite = suite_create("particles");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(tests, hangul_says_it);
	tcase_add_test(tests, numbers_are_read);
	tcase_add_test(tests, names_are_heard);
	tcase_add_test(tests, what_is_not_said_is_skipped);
	tcase_add_test(tests, the_rest_stays);
	suite_add_tcase(suite, tests);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
