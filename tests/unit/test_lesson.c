/* SPDX-License-Identifier: MIT
 *
 * The lesson parser: what the document promises is read, and each mistake is answered with its own
 * line and a cure.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/lesson.h"

#define FRONT                                                                                      \
	"---\n"                                                                                    \
	"title: Test\n"                                                                            \
	"idea: An idea.\n"                                                                         \
	"cast:\n"                                                                                  \
	"  - name: writer\n"                                                                       \
	"    program: pair\n"                                                                      \
	"  - name: reader\n"                                                                       \
	"    forked-by: writer\n"                                                                  \
	"---\n"                                               /* 9 lines */
#define HEAD FRONT "## One\n\n```ipcviz\nstep: one\nmoves:\n" /* 14 lines */
#define TAIL "```\n"

static struct lesson *
parse_with(const char *text, const char *translation, struct problem *problem)
{
	*problem = (struct problem){0};
	return lesson_parse("lessons/07-test", text, strlen(text), translation,
		translation != NULL ? strlen(translation) : 0, problem);
}

static struct lesson *
parse_good(const char *text)
{
	struct problem problem;
	struct lesson *lesson = parse_with(text, NULL, &problem);

	ck_assert_msg(lesson != NULL, "%s:%d: %s", problem.file, problem.line, problem.what);
	return lesson;
}

/* The nth `~~~~markdown` block of doc/lesson-format.md. */
static char *
example(int nth)
{
	const char *top = getenv("top_srcdir");
	char path[4096], line[1024], *text = NULL;
	size_t size = 0;
	bool inside = false;
	FILE *in, *out;

	snprintf(path, sizeof path, "%s/doc/lesson-format.md", top != NULL ? top : ".");
	in = fopen(path, "r");
	ck_assert_msg(in != NULL, "cannot open %s", path);
	out = open_memstream(&text, &size);
	while (fgets(line, sizeof line, in) != NULL) {
		if (strcmp(line, "~~~~markdown\n") == 0)
			inside = --nth == 0;
		else if (strcmp(line, "~~~~\n") == 0)
			inside = false;
		else if (inside)
			fputs(line, out);
	}
	fclose(in);
	fclose(out);
	ck_assert_uint_gt(size, 0);
	return text;
}

START_TEST(test_documented_example)
{
	char *text = example(1), buf[256];
	struct lesson *lesson = parse_good(text);
	const struct step *step;

	ck_assert_str_eq(lesson->name, "test");
	ck_assert_int_eq(lesson->number, 7);
	ck_assert_str_eq(lesson->title, "Blocking");
	ck_assert_uint_eq(lesson->n_cast, 2);
	ck_assert_str_eq(lesson->cast[0].args[0], "1024");
	ck_assert_ptr_null(lesson->cast[0].args[1]);
	ck_assert_str_eq(lesson->cast[1].forked_by, "writer");
	ck_assert_int_eq(lesson->cast[1].nth, 1);
	ck_assert_uint_eq(lesson->words.n_blocks, 1);
	ck_assert_uint_eq(lesson->n_steps, 2);

	step = &lesson->steps[0];
	ck_assert_str_eq(step->name, "empty");
	ck_assert_str_eq(step->title, "Nothing to read");
	ck_assert_uint_eq(step->n_moves, 4);
	ck_assert_int_eq(step->moves[0].kind, MOVE_START);
	ck_assert_str_eq(step->moves[0].who, "writer");
	ck_assert_str_eq(match_text(&step->moves[1].until, buf, sizeof buf),
		"{who: writer, what: leave, call: fork}");
	ck_assert_uint_eq(step->moves[2].n_choices, 3);
	ck_assert_str_eq(step->moves[2].question,
		"The reader calls \001read\002 on the empty pipe. What happens?");
	ck_assert_str_eq(match_text(&step->moves[2].choices[0].when, buf, sizeof buf),
		"{who: reader, what: leave, call: read, ret: 0}");
	ck_assert_ptr_nonnull(strstr(step->moves[2].explain, "\003inside\004 \001read\002"));
	ck_assert_uint_eq(step->n_seen, 1);
	ck_assert_int_eq(lesson->steps[1].moves[2].kind, MOVE_TRY);
	ck_assert_int_eq(lesson_step(lesson, "wake"), 1);
	ck_assert_int_eq(lesson_step(lesson, "2"), 1);
	ck_assert_int_eq(lesson_step(lesson, "3"), -1);
	lesson_free(lesson);
	free(text);
}
END_TEST

START_TEST(test_documented_translation)
{
	char *text = example(1), *korean = example(2);
	struct problem problem;
	struct lesson *lesson = parse_with(text, korean, &problem);

	ck_assert_msg(lesson != NULL, "%s:%d: %s", problem.file, problem.line, problem.what);
	ck_assert_str_eq(lesson->title, "블로킹");
	ck_assert_str_eq(lesson->steps[0].title, "읽을 것이 없을 때");
	ck_assert_str_eq(lesson->steps[0].moves[2].choices[1].says, "\001EAGAIN\002으로 실패한다");
	ck_assert_str_eq(lesson->steps[0].moves[2].choices[1].when.err, "EAGAIN");
	ck_assert_str_eq(lesson->plan, "lessons/07-test/lesson.md");
	ck_assert_str_ne(lesson->file, lesson->plan);
	lesson_free(lesson);
	free(text);
	free(korean);
}
END_TEST

START_TEST(test_words)
{
	struct lesson *lesson =
		parse_good(FRONT "Hello *big **wide*** world, see [pipe](https://x.y/).\n"
				 "<!-- a note -->\n\n"
				 "## A `b`\n\nOne\ntwo  \nthree &#27;[1m\n\n"
				 "- a\n  - b\n\n    more\n- c\n\n3. x\n4. y\n\n"
				 "### Sub `x`\n\n"
				 "```c\nint\tx;\n\n```\n\n```ipcviz\nstep: one\n```\n"
				 "After.\n");
	const struct block *blocks = lesson->steps[0].words.blocks;
	static const struct block expected[] = {
		{BLOCK_PARAGRAPH, 0, 0, "One two\nthree  [1m"},
		{BLOCK_ITEM, 0, 1, "a"},
		{BLOCK_ITEM, 0, 2, "b"},
		{BLOCK_PARAGRAPH, 0, 2, "more"},
		{BLOCK_ITEM, 0, 1, "c"},
		{BLOCK_ITEM, 3, 1, "x"},
		{BLOCK_ITEM, 4, 1, "y"},
		{BLOCK_PARAGRAPH, 0, 0, "\003Sub x\004"},
		{BLOCK_CODE, 0, 0, "int    x;"},
		{BLOCK_PARAGRAPH, 0, 0, "After."},
	};

	ck_assert_uint_eq(lesson->words.n_blocks, 1);
	ck_assert_str_eq(lesson->words.blocks[0].text,
		"Hello \003big wide\004 world, see pipe (https://x.y/).");
	ck_assert_str_eq(lesson->steps[0].title, "A \001b\002");
	ck_assert_uint_eq(lesson->steps[0].words.n_blocks, sizeof expected / sizeof expected[0]);
	for (unsigned i = 0; i < lesson->steps[0].words.n_blocks; i++) {
		ck_assert_int_eq(blocks[i].kind, expected[i].kind);
		ck_assert_int_eq(blocks[i].number, expected[i].number);
		ck_assert_int_eq(blocks[i].depth, expected[i].depth);
		ck_assert_str_eq(blocks[i].text, expected[i].text);
	}
	lesson_free(lesson);
}
END_TEST

START_TEST(test_all_moves)
{
	struct lesson *lesson = parse_good(HEAD
		"  - start: writer\n  - run: writer\n  - act: writer\n    op: nonblock\n    end: "
		"w\n"
		"  - act: writer\n    op: capacity\n    fd: 3\n    value: 8192\n"
		"  - act: writer\n    op: kill\n"
		"  - free\n  - free: yes\n    until: {who: writer, what: died, sig: SIGKILL}\n"
		"  - shut\n  - restart: yes\n  - see: {ret-min: -1, ret-max: 5, text: \"*a: b*\"}\n"
		"  - try: \"this: that\"\n"
		"seen:\n  - {on: pipe, end: r, used: 0, flags: O_NONBLOCK, n: 4, fd: 3, status: "
		"1}\n"
		"  - {var: counter, value: 6, op: stop}\n" TAIL);
	const struct move *moves = lesson->steps[0].moves;
	char buf[256];

	ck_assert_uint_eq(lesson->steps[0].n_moves, 11);
	ck_assert_int_eq(moves[1].until.line, 0);
	ck_assert_str_eq(moves[2].end, "w");
	ck_assert_int_eq(moves[2].fd, -1);
	ck_assert_int_eq(moves[3].fd, 3);
	ck_assert_int_eq((int)moves[3].value, 8192);
	ck_assert_int_eq(moves[5].kind, MOVE_FREE);
	ck_assert_int_eq(moves[5].until.line, 0);
	ck_assert_int_eq(moves[6].until.line, 28);
	ck_assert_int_eq(moves[7].kind, MOVE_SHUT);
	ck_assert_int_eq(moves[8].kind, MOVE_RESTART);
	ck_assert_str_eq(match_text(&moves[9].until, buf, sizeof buf),
		"{ret-min: -1, ret-max: 5, text: *a: b*}");
	ck_assert_str_eq(moves[10].question, "this: that");
	ck_assert_int_eq(moves[10].line, 32);
	ck_assert_str_eq(match_text(&lesson->steps[0].seen[0], buf, sizeof buf),
		"{n: 4, fd: 3, end: r, on: pipe, used: 0, flags: O_NONBLOCK, status: 1}");
	ck_assert_str_eq(match_text(&lesson->steps[0].seen[1], buf, 8), "{var: c");
	lesson_free(lesson);
}
END_TEST

START_TEST(test_line_ends_and_mark)
{
	static const char unix_text[] = HEAD "  - start: writer\n" TAIL;
	char text[1024] = "\xef\xbb\xbf", *out = text + 3;
	struct lesson *lesson;

	for (const char *in = unix_text; *in != '\0'; in++) {
		if (*in == '\n')
			*out++ = '\r';
		*out++ = *in;
	}
	*out = '\0';
	lesson = parse_good(text);
	ck_assert_int_eq(lesson->steps[0].moves[0].line, 15);
	ck_assert_str_eq(lesson->title, "Test");
	lesson_free(lesson);
}
END_TEST

START_TEST(test_arguments)
{
	static const char front[] =
		"---\ntitle: Test\nidea: Nothing.\ncast:\n  - {name: server, program: s, host: north}\n"
		"  - {name: worker, forked-by: server}\n---\n\n## One\n\n```ipcviz\nstep: one\n```\n";
	static const struct cast_places places = {
		.run = "ipcviz-k3v9", .address = {"192.0.2.1", "unused"}, .port = {7000, 0}};
	static const char *const filled[][2] = {
		{"{server.address}", "192.0.2.1"},
		{"{worker.address}:{server.port}{", "192.0.2.1:7000{"},
		{"/{run}-a", "/ipcviz-k3v9-a"},
		{"{run}", "ipcviz-k3v9"},
		{"{run}{run}.", "ipcviz-k3v9ipcviz-k3v9."},
		{"", ""},
		{"a { b", "a { b"},
		{"%s", "%s"},
	};

	struct problem problem = {0};
	struct lesson *lesson = parse_good(front);

	ck_assert_str_eq(lesson->cast[0].host, "north");
	for (size_t i = 0; i < sizeof filled / sizeof filled[0]; i++) {
		char *argument = cast_argument(lesson, filled[i][0], &places, &problem);

		ck_assert_str_eq(argument, filled[i][1]);
		free(argument);
	}
	ck_assert_ptr_null(cast_argument(lesson, "x{worker.port}", &places, &problem));
	ck_assert_ptr_nonnull(strstr(problem.what, "worker has not bound a socket"));
	lesson_free(lesson);
}
END_TEST

static const struct mistake {
	const char *text;
	int line;
	const char *says; /* a part of the sentence */
} mistakes[] = {
	{"", 1, "front matter"},
	{"# Hello\n", 1, "front matter"},
	{"---\ntitle: x\n", 1, "does not end"},
	{"---\n- a\n---\n## x\n", 2, "key: value"},
	{"---\n---\n## x\n```ipcviz\nstep: a\n```\n", 2, "`title` is missing"},
	{"---\ntitle: x\nidea:\n---\n## x\n```ipcviz\nstep: a\n```\n", 3, "`idea` is empty"},
	{"---\ntitle: [x]\nidea: y\n---\n## x\n```ipcviz\nstep: a\n```\n", 2, "double quotes"},
	{"---\ntitle: a: b\n---\n", 2, "double quotes"},
	{"---\ntitle: &a x\nidea: *a\n---\n", 2, "anchors"},
	{"---\ntitle: !!str x\n---\n", 2, "tags"},
	{"---\ntitle: x\nidea: y\ntitle: z\n---\n", 4, "twice (first in line 2)"},
	{"---\ntitle: x\nidea: y\ncolour: z\n---\n## x\n```ipcviz\nstep: a\n```\n", 4,
		"`colour` is not known here"},
	{"---\ntitle: x\nidea: y\n---\n## x\n```ipcviz\nstep: a\n```\n", 2, "`cast` is missing"},
	{"---\ntitle: x\nidea: y\ncast:\n  - writer\n---\n## x\n```ipcviz\nstep: a\n```\n", 5,
		"member of the cast"},
	{"---\ntitle: x\nidea: y\ncast:\n  - name: a\n---\n## x\n```ipcviz\nstep: a\n```\n", 5,
		"where does `a` come from"},
	{"---\ntitle: x\nidea: y\ncast:\n  - name: a\n    program: ../b\n---\n## "
	 "x\n```ipcviz\nstep: "
	 "a\n```\n",
		5, "lesson's folder"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, program: p}\n  - {name: a, program: "
	 "q}\n---\n"
	 "## x\n```ipcviz\nstep: a\n```\n",
		6, "two members called `a`"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, forked-by: b}\n---\n## x\n```ipcviz\nstep: "
	 "a\n```\n",
		5, "names no member above"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: A b, program: p}\n---\n## x\n```ipcviz\nstep: "
	 "a\n```\n",
		5, "lower-case"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, program: p}\n  - {name: b, forked-by: a}\n"
	 "  - {name: c, forked-by: a}\n---\n## x\n```ipcviz\nstep: a\n```\n",
		7, "child 1 of `a` already"},
	{"---\ntitle: x\nidea: y\ncast:\n  - name: a\n    program: p\n    args:\n      - \"/{run}-a\"\n"
	 "      - \"/{run}-{pid}\"\n---\n## x\n```ipcviz\nstep: a\n```\n",
		9, "`{pid}` in an argument stands for nothing"},
	{"---\ntitle: x\nidea: y\ncast:\n  - name: a\n    program: p\n    args: [\"-p\", \"{b.port}\"]\n---\n## x\n"
	 "```ipcviz\nstep: a\n```\n",
		7, "`{b.port}` in an argument names nobody"},
	{"---\ntitle: x\nidea: y\ncast:\n  - name: a\n    program: p\n    args: [\"{a.name}\"]\n---\n## x\n"
	 "```ipcviz\nstep: a\n```\n",
		7, "`{a.name}` in an argument stands for nothing"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, program: p, args: [\"{b.port}\"]}\n"
	 "  - {name: b, program: p}\n---\n## x\n```ipcviz\nstep: a\nmoves:\n  - start: a\n```\n",
		12, "port of `b`, which was not started"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, program: p, host: n}\n  - {name: b, program: p, host: s}\n"
	 "  - {name: c, program: p, host: w}\n---\n## x\n```ipcviz\nstep: a\n```\n",
		7, "third machine"},
	{"---\ntitle: x\nidea: y\ncast:\n  - {name: a, program: p}\n  - {name: b, forked-by: a, host: s}\n---\n"
	 "## x\n```ipcviz\nstep: a\n```\n",
		6, "on its machine"},
	{FRONT, 0, "no step"},
	{FRONT "# Big\n", 10, "front matter"},
	{FRONT "```ipcviz\nstep: x\n```\n", 10, "belongs to a step"},
	{FRONT "## One\n\nwords\n", 10, "no block"},
	{FRONT "##\n", 10, "no title"},
	{FRONT "## One\n\n```ipcviz\nstep: a\n```\n\n```ipcviz\nstep: b\n```\n", 16, "already"},
	{FRONT "## One\n\n- x\n\n  ```ipcviz\n  step: a\n  ```\n", 14, "margin"},
	{FRONT "## One\n\n<b>x</b>\n", 12, "HTML"},
	{FRONT "## One\n\n<div>x</div>\n", 12, "HTML"},
	{FRONT "## One\n\n- a\n  - b\n    - c\n      - d\n        - e\n", 16, "nested too deep"},
	{FRONT "## One\n```ipcviz\nmoves: []\n```\n", 12, "`step` is missing"},
	{FRONT "## One\n```ipcviz\nstep: a\n```\n## Two\n```ipcviz\nstep: a\n```\n", 16,
		"two steps are called `a` (the first in line 10)"},
	{FRONT "## One\n```ipcviz\nstep: 3\n```\n", 12, "lower-case"},
	{FRONT "## One\n```ipcviz\nstep: a\nmove: []\n```\n", 13, "`move` is not known"},
	{FRONT "## One\n```ipcviz\nstep: a\n---\nstep: b\n```\n", 14, "second YAML document"},
	{FRONT "## One\n```ipcviz\nstep: a\nmoves:\n\t- x\n```\n", 14, "no YAML"},
	{FRONT "## One\n```ipcviz\nstep: a\nmoves: {a: 1}\n```\n", 13, "must be a list"},
	{FRONT "## One\n```ipcviz\nstep: a\nseen: [[[[[[[[[[[[a]]]]]]]]]]]]\n```\n", 13,
		"nested too deep"},
	{HEAD "  - start\n" TAIL, 15, "no move"},
	{HEAD "  - go: writer\n" TAIL, 15, "no move"},
	{HEAD "  - start: writer\n    run: writer\n" TAIL, 16, "two moves"},
	{HEAD "  - start: nobody\n" TAIL, 15, "`nobody` is not in the cast"},
	{HEAD "  - start: reader\n" TAIL, 15, "cannot be started"},
	{HEAD "  - run: reader\n" TAIL, 15, "put `- start: writer` before"},
	{HEAD "  - start: writer\n  - restart\n  - run: writer\n" TAIL, 17, "was not started"},
	{HEAD "  - start: writer\n    until: {call: read}\n" TAIL, 16, "`until` is not known here"},
	{HEAD "  - start: writer\n  - run: writer\n    unti: {call: read}\n" TAIL, 17,
		"`unti` is not known here"},
	{HEAD "  - start: writer\n  - run: writer\n    until:\n      call: red\n" TAIL, 18,
		"no call `red`"},
	{HEAD "  - start: writer\n  - run: writer\n    until:\n      what: leave\n      kall: "
	      "x\n" TAIL,
		19, "no field `kall`"},
	{HEAD "  - see: {}\n" TAIL, 15, "a pattern belongs here"},
	{HEAD "  - see: blocked\n" TAIL, 15, "a pattern belongs here"},
	{HEAD "  - see: {who: nobody}\n" TAIL, 15, "not in the cast"},
	{HEAD "  - see: {what: leaf}\n" TAIL, 15, "born exec reach"},
	{HEAD "  - see: {state: asleep}\n" TAIL, 15, "running gate call"},
	{HEAD "  - see: {state: running gate}\n" TAIL, 15, "running gate call"},
	{HEAD "  - see: {err: EFOO}\n" TAIL, 15, "no error `EFOO`"},
	{HEAD "  - see: {sig: SIGFOO}\n" TAIL, 15, "no signal `SIGFOO`"},
	{HEAD "  - see: {flags: O_RDWR|O_CREAT}\n" TAIL, 15, "one flag"},
	{HEAD "  - see: {ret: 1k}\n" TAIL, 15, "whole number"},
	{HEAD "  - see: {ret: 99999999999999999999}\n" TAIL, 15, "whole number"},
	{HEAD "  - see: {what: enter, ret: 1}\n" TAIL, 15, "only a leave has `ret`"},
	{HEAD "  - see: {ret-min: 2, ret-max: 1}\n" TAIL, 15, "exchange"},
	{HEAD "  - see: {call: [read]}\n" TAIL, 15, "one word"},
	{HEAD "  - free: no\n" TAIL, 15, "nothing but `yes`"},
	{HEAD "  - try: ''\n" TAIL, 15, "`try` is empty"},
	{HEAD "  - try: \"\\e[31m\"\n" TAIL, 15, "control character"},
	{HEAD "  - try: \"- a\"\n" TAIL, 15, "backslash"},
	{HEAD "  - start: writer\n  - act: writer\n    op: nonblock\n" TAIL, 16, "needs one of"},
	{HEAD "  - start: writer\n  - act: writer\n    op: kill\n    end: r\n" TAIL, 16,
		"leave `end`"},
	{HEAD "  - start: writer\n  - act: writer\n    op: rcvbuf\n    fd: 3\n" TAIL, 16,
		"needs `value: BYTES`, from 0"},
	{HEAD "  - start: writer\n  - act: writer\n    op: shutdown\n    fd: 3\n    how: all\n" TAIL, 16,
		"one of read, write and both"},
	{HEAD "  - start: writer\n  - act: writer\n    op: close\n    fd: 3\n    how: both\n" TAIL, 16,
		"has no `how`"},
	{HEAD "  - start: writer\n  - act: writer\n    op: delay\n    value: 5\n    call: walk\n" TAIL, 16,
		"the name of a call"},
	{HEAD "  - start: writer\n  - act: writer\n    op: delay\n    value: 70000\n    call: read\n" TAIL, 16,
		"from 0 to 60000"},
	{HEAD "  - start: writer\n  - act: writer\n    op: dance\n" TAIL, 16,
		"`op: dance` is unknown"},
	{HEAD "  - start: writer\n  - act: writer\n    op: capacity\n    end: w\n" TAIL, 16,
		"value: BYTES"},
	{HEAD "  - start: writer\n  - act: writer\n    op: remove\n" TAIL, 16,
		"`op: remove` needs `on: KIND`"},
	{HEAD "  - start: writer\n  - act: writer\n    op: remove\n    on: pipe\n" TAIL, 16,
		"one of fifo msg mq shm sem"},
	{HEAD "  - start: writer\n  - act: writer\n    op: kill\n    on: mq\n" TAIL, 16,
		"has no `on`"},
	{HEAD "  - ask: Q\n" TAIL, 15, "2 to 6 `choices`, here are 0"},
	{HEAD "  - ask: Q\n    choices:\n      - says: a\n        when: {what: died}\n" TAIL, 17,
		"2 to 6 `choices`, here are 1"},
	{HEAD "  - ask: Q\n    choices: [a, b, c, d, e, f, g]\n" TAIL, 16, "here are 7"},
	{HEAD "  - ask: Q\n    choices:\n      - says: a\n      - b\n" TAIL, 17,
		"`when` is missing"},
	{HEAD "  - ask: Q\n    choices:\n      - says: a\n        when: {what: died}\n      - "
	      "b\n" TAIL,
		19, "a choice is written"},
	{FRONT "words \x01\n## One\n", 10, "control character"},
	{FRONT "words \r## One\n", 10, "control character"},
	{FRONT "words \xc2\x9b\n## One\n", 10, "control character"},
	{FRONT "\nwords \xff\n## One\n", 11, "UTF-8"},
	{FRONT "words \xed\xa0\x80\n", 10, "UTF-8"},
};

START_TEST(test_mistake)
{
	const struct mistake *mistake = &mistakes[_i];
	struct problem problem;
	struct lesson *lesson = parse_with(mistake->text, NULL, &problem);

	ck_assert_msg(lesson == NULL, "accepted: %s", mistake->text);
	ck_assert_str_eq(problem.file, "lessons/07-test/lesson.md");
	ck_assert_msg(strstr(problem.what, mistake->says) != NULL && problem.line == mistake->line,
		"%d: %s\nwanted %d: %s\nof %s", problem.line, problem.what, mistake->line,
		mistake->says, mistake->text);
}
END_TEST

static const struct mistake translation_mistakes[] = {
	{"---\ntitle: x\n---\n## A\n```ipcviz\nstep: one\n```\n", 2, "`idea` is missing"},
	{"---\ntitle: x\nidea: y\ncast: []\n---\n## A\n```ipcviz\nstep: one\n```\n", 4,
		"the cast is the original's"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: eins\n```\n", 7,
		"the original has the step `one`"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\n```\n", 7,
		"the `ask` of the original's line 15"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\nwords:\n  - try: x\n```\n", 9,
		"`ask` is missing"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\nwords:\n  - ask: x\n"
	 "    choices: [a]\n```\n",
		10, "has 2 choices, here are 1"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\nwords:\n  - ask: x\n"
	 "    choices: [a, b]\n  - try: y\n  - try: z\n```\n",
		12, "no further ask or try"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\nmoves: []\nwords:\n  - ask: x\n"
	 "    choices: [a, b]\n  - try: y\n```\n",
		8, "what happens is the original's"},
	{"---\ntitle: x\nidea: y\n---\n## A\n```ipcviz\nstep: one\nwords:\n  - ask: x\n"
	 "    choices: [a, b]\n  - try: y\n```\n## B\n```ipcviz\nstep: two\n```\n",
		13, "only 1 steps"},
};

START_TEST(test_translation_mistake)
{
	static const char original[] =
		HEAD "  - ask: Q\n    choices:\n      - says: a\n        when: {what: died}\n"
		     "      - says: b\n        when: {what: born}\n  - try: this\n" TAIL;
	const struct mistake *mistake = &translation_mistakes[_i];
	struct problem problem;
	struct lesson *lesson = parse_with(original, mistake->text, &problem);

	ck_assert_msg(lesson == NULL, "accepted: %s", mistake->text);
	ck_assert_str_eq(problem.file, "lessons/07-test/lesson.xx.md");
	ck_assert_msg(strstr(problem.what, mistake->says) != NULL && problem.line == mistake->line,
		"%d: %s\nwanted %d: %s", problem.line, problem.what, mistake->line, mistake->says);
}
END_TEST

/* `before`, then `piece` until there are at least `bytes`, then `after`. */
static char *
repeated(const char *before, const char *piece, unsigned times, const char *after, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	fputs(before, out);
	while (times-- > 0)
		fputs(piece, out);
	fputs(after, out);
	fclose(out);
	return text;
}

START_TEST(test_too_much)
{
	static const struct {
		const char *before, *piece;
		unsigned times;
		const char *after;
		int line;
		const char *says;
	} cases[] = {
		{FRONT, "0123456789abcde\n", LESSON_BYTES_MAX / 16, "", 0, "longer than 256 KiB"},
		{FRONT, "## S\n", 100, "", 109, "more than 99 steps"},
		{HEAD, "  - shut\n", 100, TAIL, 15, "at most 99 moves"},
		{HEAD "  - shut\nseen:\n", "  - {what: died}\n", 65, TAIL, 17, "at most 64"},
		{HEAD, "  - shut\n", 300, TAIL, 271, "more than 256 entries"},
		{"---\n", "[", 5000, "\n---\n", 2, ""},
		{FRONT, "> ", 5000, "x\n", 0, "no step"},
		{FRONT, "*a ", 5000, "\n", 0, "no step"},
	};

	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t length;
		char *text = repeated(
			cases[i].before, cases[i].piece, cases[i].times, cases[i].after, &length);
		struct problem problem = {0};

		ck_assert_ptr_null(lesson_parse("x", text, length, NULL, 0, &problem));
		ck_assert_msg(strstr(problem.what, cases[i].says) != NULL &&
				      problem.line == cases[i].line,
			"case %u: %d: %s", i, problem.line, problem.what);
		free(text);
	}
}
END_TEST

START_TEST(test_nul)
{
	static const char text[] = FRONT "words\0more\n## x\n";
	struct problem problem = {0};

	ck_assert_ptr_null(lesson_parse("x", text, sizeof text - 1, NULL, 0, &problem));
	ck_assert_int_eq(problem.line, 10);
	ck_assert_ptr_nonnull(strstr(problem.what, "control character (0x00)"));
}
END_TEST

/* Every prefix of a good lesson is either good or refused in a line that it has. */
START_TEST(test_cut_anywhere)
{
	char *text = example(1);
	size_t length = strlen(text);

	for (size_t n = 0; n < length; n++) {
		struct problem problem = {0};
		char *cut = malloc(n + 1); /* exactly n bytes, so that reading on is noticed */
		struct lesson *lesson;

		memcpy(cut, text, n);
		lesson = lesson_parse("x", cut, n, NULL, 0, &problem);
		if (lesson == NULL) {
			ck_assert_str_ne(problem.what, "");
			ck_assert_int_le(problem.line, 64);
		}
		lesson_free(lesson);
		free(cut);
	}
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("lesson");
	TCase *parser = tcase_create("parser");
	SRunner *runner;

	tcase_add_test(parser, test_documented_example);
	tcase_add_test(parser, test_documented_translation);
	tcase_add_test(parser, test_words);
	tcase_add_test(parser, test_all_moves);
	tcase_add_test(parser, test_arguments);
	tcase_add_test(parser, test_line_ends_and_mark);
	tcase_add_loop_test(parser, test_mistake, 0, sizeof mistakes / sizeof mistakes[0]);
	tcase_add_loop_test(parser, test_translation_mistake, 0,
		sizeof translation_mistakes / sizeof translation_mistakes[0]);
	tcase_add_test(parser, test_too_much);
	tcase_add_test(parser, test_nul);
	tcase_add_test(parser, test_cut_anywhere);
	suite_add_tcase(suite, parser);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
