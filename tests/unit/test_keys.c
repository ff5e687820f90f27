/* SPDX-License-Identifier: MIT
 *
 * The key table: no key means two things in one view, everything has a help line, and the footer
 * has room for what matters most.
 */
#include <check.h>
#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/text.h"

static const char views[] = "MLRPC";

/* Splits "n Enter" at its blanks; false at the end. */
static bool
next_name(const char **keys, char *name, size_t size)
{
	size_t length = strcspn(*keys, " ");
	if (length == 0)
		return false;
	ck_assert_uint_lt(length, size);
	memcpy(name, *keys, length);
	name[length] = '\0';
	*keys += length;
	*keys += strspn(*keys, " ");
	return true;
}

START_TEST(test_no_key_means_two_things_in_one_view)
{
	int n;
	const struct key *table = keys_table(&n);
	ck_assert_int_gt(n, 20);
	for (const char *view = views; *view; view++)
		for (int i = 0; i < n; i++)
			for (int j = 0; j < i; j++) {
				if (!strchr(table[i].where, *view) ||
					!strchr(table[j].where, *view))
					continue;
				const char *mine = table[i].keys;
				char a[16], b[16];
				while (next_name(&mine, a, sizeof a)) {
					const char *others = table[j].keys;
					while (next_name(&others, b, sizeof b))
						ck_assert_msg(strcmp(a, b) != 0,
							"%s twice in view %c", a, *view);
				}
			}
}
END_TEST

START_TEST(test_every_key_is_told_in_the_help)
{
	int n;
	const struct key *table = keys_table(&n);
	for (int i = 0; i < n; i++) {
		ck_assert_uint_gt(strlen(table[i].help), 1);
		ck_assert_uint_gt(strlen(table[i].where), 0);
		ck_assert_uint_eq(strspn(table[i].where, views), strlen(table[i].where));
	}
}
END_TEST

static enum command_id
command_of(enum view_kind kind, int code, bool function, int *value)
{
	struct view view = {.kind = kind};
	return key_command(&view, code, function, value);
}

START_TEST(test_keys_by_character_and_by_name)
{
	int value;
	ck_assert_int_eq(command_of(VIEW_LESSON, 'n', false, &value), COMMAND_NEXT);
	ck_assert_int_eq(command_of(VIEW_LESSON, '\r', false, &value), COMMAND_NEXT);
	ck_assert_int_eq(command_of(VIEW_LESSON, KEY_ENTER, true, &value), COMMAND_NEXT);
	ck_assert_int_eq(command_of(VIEW_MENU, '\r', false, &value), COMMAND_OPEN_LESSON);
	ck_assert_int_eq(command_of(VIEW_LESSON, ' ', false, &value), COMMAND_PLAY);
	ck_assert_int_eq(command_of(VIEW_RUN, KEY_BTAB, true, &value), COMMAND_FOCUS_PREVIOUS);
	ck_assert_int_eq(command_of(VIEW_RUN, KEY_F(1), true, &value), COMMAND_HELP);
	ck_assert_int_eq(command_of(VIEW_LESSON, '\033', false, &value), COMMAND_BACK);
	ck_assert_int_eq(command_of(VIEW_LESSON, '4', false, &value), COMMAND_ANSWER);
	ck_assert_int_eq(value, 3);
}
END_TEST

START_TEST(test_other_keys_and_views_mean_nothing)
{
	int value;
	ck_assert_int_eq(command_of(VIEW_MENU, 'K', false, &value), COMMAND_NONE);
	ck_assert_int_eq(command_of(VIEW_REPLAY, 's', false, &value), COMMAND_NONE);
	ck_assert_int_eq(command_of(VIEW_RUN, '1', false, &value), COMMAND_NONE);
	ck_assert_int_eq(command_of(VIEW_LESSON, 0x1f600, false, &value), COMMAND_NONE);
	/* the code of a function key is no character */
	ck_assert_int_eq(command_of(VIEW_LESSON, KEY_ENTER, false, &value), COMMAND_NONE);
	ck_assert(key_known('s', false)); /* in lessons: worth a word elsewhere */
	ck_assert(!key_known('%', false));
}
END_TEST

/* A destructive key is a capital, away from what is pressed all the time. */
START_TEST(test_kill_is_a_capital)
{
	int value;
	ck_assert_int_eq(command_of(VIEW_LESSON, 'K', false, &value), COMMAND_KILL);
	ck_assert_int_ne(command_of(VIEW_LESSON, 'k', false, &value), COMMAND_KILL);
}
END_TEST

static void
check_works(const struct view *view, const struct focus *focus, enum command_id command, bool works)
{
	int n;
	const struct key *table = keys_table(&n);
	for (int i = 0; i < n; i++)
		if (table[i].command == command)
			ck_assert_msg(
				key_works(&table[i], view, focus) == works, "%s", table[i].keys);
}

static void
apply(struct model *model, const char *line)
{
	static struct event event;
	ck_assert_int_eq(event_parse(&event, line, strlen(line)), 0);
	model_apply(model, &event);
}

START_TEST(test_keys_work_when_there_is_something_to_work_on)
{
	struct model *model = model_create();
	struct view view = {.kind = VIEW_RUN, .model = model};
	struct focus focus;
	focus_init(&focus);
	focus_settle(&focus, model);
	check_works(&view, &focus, COMMAND_STEP, false);
	check_works(&view, &focus, COMMAND_KILL, false);
	check_works(&view, &focus, COMMAND_NONBLOCK, false);
	check_works(&view, &focus, COMMAND_HELP, true);
	apply(model, "1 7 7 born ppid=1 name=\"a\" prog=\"/a\" slot=0\n");
	focus_settle(&focus, model);
	check_works(&view, &focus, COMMAND_STEP, true);
	check_works(&view, &focus, COMMAND_CAPACITY, false);
	apply(model, "2 7 7 enter call=pipe\n");
	apply(model, "3 7 7 leave call=pipe ret=0 fds=3,4 obj=pipe:9 cap=65536\n");
	focus_settle(&focus, model);
	ck_assert_int_eq(focus.fd, 3);
	check_works(&view, &focus, COMMAND_CAPACITY, true);
	check_works(&view, &focus, COMMAND_NONBLOCK, true);
	focus_link(&focus, model, 1);
	ck_assert_int_eq(focus.fd, 4);
	focus_link(&focus, model, 1);
	ck_assert_int_eq(focus.fd, 3);
	apply(model, "4 7 0 died status=0\n");
	focus_settle(&focus, model);
	check_works(&view, &focus, COMMAND_STEP, false);
	check_works(&view, &focus, COMMAND_ANSWER, false);
	model_free(model);
}
END_TEST

START_TEST(test_focus_passes_over_the_dead)
{
	struct model *model = model_create();
	struct focus focus;
	const int shown[] = {0, 1, 2};
	apply(model, "1 7 7 born ppid=1 name=\"a\" prog=\"/a\" slot=0\n");
	apply(model, "2 8 8 born ppid=1 name=\"b\" prog=\"/a\" slot=1\n");
	apply(model, "3 9 9 born ppid=1 name=\"c\" prog=\"/a\" slot=2\n");
	apply(model, "4 8 0 died status=0\n");
	focus_init(&focus);
	focus_settle(&focus, model);
	ck_assert_int_eq(focus.process, 0);
	focus_process(&focus, model, shown, 3, 1);
	ck_assert_int_eq(focus.process, 2);
	focus_process(&focus, model, shown, 3, 1);
	ck_assert_int_eq(focus.process, 0);
	focus_process(&focus, model, shown, 3, -1);
	ck_assert_int_eq(focus.process, 2);
	apply(model, "5 7 0 died status=0\n");
	apply(model, "6 9 0 died status=0\n");
	focus_process(&focus, model, shown, 3, -1);
	ck_assert_int_eq(focus.process, 1);
	model_free(model);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("keys");
	TCase *tests = tcase_create("keys");
	tcase_add_test(tests, test_no_key_means_two_things_in_one_view);
	tcase_add_test(tests, test_every_key_is_told_in_the_help);
	tcase_add_test(tests, test_keys_by_character_and_by_name);
	tcase_add_test(tests, test_other_keys_and_views_mean_nothing);
	tcase_add_test(tests, test_kill_is_a_capital);
	tcase_add_test(tests, test_keys_work_when_there_is_something_to_work_on);
	tcase_add_test(tests, test_focus_passes_over_the_dead);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
