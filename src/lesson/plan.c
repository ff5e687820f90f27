/* SPDX-License-Identifier: MIT
 *
 * Cast and moves from YAML. See plan.h.
 */
#include "lesson/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/pattern.h"
#include "lesson/text.h"
#include "words.h"

static const char move_words[] = "start run act ask see free shut restart try";
static const char *const move_names[MOVE_COUNT] = {
	[MOVE_START] = "start",
	[MOVE_RUN] = "run",
	[MOVE_ACT] = "act",
	[MOVE_ASK] = "ask",
	[MOVE_SEE] = "see",
	[MOVE_FREE] = "free",
	[MOVE_SHUT] = "shut",
	[MOVE_RESTART] = "restart",
	[MOVE_TRY] = "try",
};

/* --- pieces
 * -----------------------------------------------------------------------------------------------------
 */

int
plan_rest(const char *file, const struct node *map, const char *known, struct problem *problem)
{
	const struct node *node = tree_unused(map);

	if (node == NULL)
		return 0;
	return problem_set(problem, file, node->key_line,
		_("`%.40s` is not known here; known are: %s"), node->key, known);
}

int
plan_text(const char *file, struct node *map, const char *key, bool required, char **text,
	struct problem *problem)
{
	struct node *node = tree_get(map, key);

	if (node == NULL && !required)
		return 0;
	if (node == NULL)
		return problem_set(problem, file, map->line, _("`%s` is missing: add it"), key);
	if (node->kind != NODE_TEXT)
		return problem_set(problem, file, node->line,
			_("`%s` must be text: put it in double quotes if it begins with [ or {"),
			key);
	if (node->text[strspn(node->text, " \n")] == '\0')
		return problem_set(
			problem, file, node->line, _("`%s` is empty: write something"), key);
	*text = tree_take(node);
	return 0;
}

int
plan_words(const char *file, struct node *map, const char *key, bool required, char **words,
	struct problem *problem)
{
	struct node *node = tree_get(map, key);
	char *text = NULL;

	if (plan_text(file, map, key, required, &text, problem) < 0)
		return -1;
	if (text == NULL)
		return 0;
	*words = text_marked(text, file, node->line, problem);
	free(text);
	return *words != NULL ? 0 : -1;
}

int
plan_list(const char *file, struct node *map, const char *key, struct node **list,
	struct problem *problem)
{
	*list = tree_get(map, key);
	if (*list != NULL && (*list)->kind != NODE_LIST)
		return problem_set(problem, file, (*list)->line,
			_("`%s` must be a list: each entry on a line of its own that begins with "
			  "`- `"),
			key);
	return 0;
}

/* A name that people type and files carry: lower case, digits, - and _. */
static int
name_check(const char *file, int line, const char *key, const char *name, struct problem *problem)
{
	size_t length = strlen(name);

	if (length <= 30 && name[0] >= 'a' && name[0] <= 'z' &&
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length)
		return 0;
	return problem_set(problem, file, line,
		_("`%s: %.40s`: a name is a lower-case word of at most 30 letters, digits, - and "
		  "_"),
		key, name);
}

static void *
grow(const char *file, int line, void *array, size_t size, unsigned n, struct problem *problem)
{
	char *bigger = reallocarray(array, n + 1, size);

	if (bigger == NULL)
		problem_set(problem, file, line, _("no memory"));
	else
		memset(bigger + n * size, 0, size);
	return bigger;
}

/* --- cast
 * -------------------------------------------------------------------------------------------------------
 */

static int
cast_program(const struct lesson *lesson, struct cast *cast, struct problem *problem)
{
	const char *program = cast->program;

	if (program == NULL && cast->forked_by == NULL)
		return problem_set(problem, lesson->file, cast->line,
			_("where does `%s` come from? Give it `program: NAME` or `forked-by: "
			  "MEMBER`"),
			cast->name);
	if (program != NULL && cast->forked_by != NULL)
		return problem_set(problem, lesson->file, cast->line,
			_("`%s` has both `program` and `forked-by`: keep one"), cast->name);
	if (program != NULL && (strchr(program, '/') != NULL || program[0] == '.' ||
				       program[0] == '-' || strlen(program) > 60))
		return problem_set(problem, lesson->file, cast->line,
			_("`program: %.60s`: name the .c file in the lesson's folder, without .c"),
			program);
	return 0;
}

static int
cast_args(const struct lesson *lesson, struct cast *cast, struct node *map, struct problem *problem)
{
	struct node *list;

	if (plan_list(lesson->file, map, "args", &list, problem) < 0)
		return -1;
	if (list != NULL && cast->program == NULL)
		return problem_set(problem, lesson->file, list->line,
			_("only a member with `program` has `args`: take them out"));
	if (list != NULL && list->n > CAST_ARGS_MAX)
		return problem_set(problem, lesson->file, list->line,
			_("a program has at most %d arguments here"), CAST_ARGS_MAX);
	cast->args = calloc((list != NULL ? list->n : 0) + 1, sizeof *cast->args);
	if (cast->args == NULL)
		return problem_set(problem, lesson->file, map->line, _("no memory"));
	for (struct node *node = list != NULL ? list->first : NULL; node != NULL;
		node = node->next) {
		if (node->kind != NODE_TEXT)
			return problem_set(problem, lesson->file, node->line,
				_("an argument must be text: put it in double quotes"));
		cast->args[cast->n_args++] = tree_take(node);
	}
	return 0;
}

static int
cast_forked(
	const struct lesson *lesson, struct cast *cast, struct node *map, struct problem *problem)
{
	struct node *nth = tree_get(map, "nth");
	int64_t value = 1;

	if (nth != NULL && number_read(lesson->file, nth, &value, problem) < 0)
		return -1;
	if (nth != NULL && (cast->forked_by == NULL || value < 1 || value > 1000))
		return problem_set(problem, lesson->file, nth->line,
			_("`nth` says which child of `forked-by` it is, from 1"));
	cast->nth = (int)value;
	if (cast->forked_by == NULL)
		return 0;
	for (const struct cast *other = lesson->cast; other < cast; other++)
		if (other->forked_by != NULL && strcmp(other->forked_by, cast->forked_by) == 0 &&
			other->nth == cast->nth)
			return problem_set(problem, lesson->file, cast->line,
				_("`%s` is child %d of `%s` already: give `%s` another `nth`"),
				other->name, other->nth, cast->forked_by, cast->name);
	if (lesson_cast(lesson, cast->forked_by) < 0 || strcmp(cast->forked_by, cast->name) == 0)
		return problem_set(problem, lesson->file, cast->line,
			_("`forked-by: %.40s` names no member above this one: put the parent "
			  "first"),
			cast->forked_by);
	return 0;
}

static int
cast_read(struct lesson *lesson, struct node *map, struct problem *problem)
{
	const char *file = lesson->file;
	struct cast *cast, *bigger;

	if (map->kind != NODE_MAP)
		return problem_set(problem, file, map->line,
			_("a member of the cast is written `- name: …` and, below it, `program: …` "
			  "or "
			  "`forked-by: …`"));
	if (lesson->n_cast == LESSON_CAST_MAX)
		return problem_set(problem, file, map->line, _("the cast has more than %d members"),
			LESSON_CAST_MAX);
	bigger = grow(file, map->line, lesson->cast, sizeof *bigger, lesson->n_cast, problem);
	if (bigger == NULL)
		return -1;
	lesson->cast = bigger;
	cast = &lesson->cast[lesson->n_cast++];
	cast->line = map->line;
	if (plan_text(file, map, "name", true, &cast->name, problem) < 0 ||
		name_check(file, map->line, "name", cast->name, problem) < 0)
		return -1;
	if (&lesson->cast[lesson_cast(lesson, cast->name)] != cast)
		return problem_set(problem, file, map->line,
			_("there are two members called `%s`: give one another name"), cast->name);
	if (plan_text(file, map, "program", false, &cast->program, problem) < 0 ||
		plan_text(file, map, "forked-by", false, &cast->forked_by, problem) < 0 ||
		plan_text(file, map, "watch", false, &cast->watch, problem) < 0 ||
		cast_program(lesson, cast, problem) < 0 ||
		cast_args(lesson, cast, map, problem) < 0 ||
		cast_forked(lesson, cast, map, problem) < 0)
		return -1;
	return plan_rest(file, map, "name, program, args, forked-by, nth, watch", problem);
}

int
plan_front(struct lesson *lesson, struct node *front, struct problem *problem)
{
	struct node *cast;

	if (plan_text(lesson->file, front, "title", true, &lesson->title, problem) < 0 ||
		plan_text(lesson->file, front, "idea", true, &lesson->idea, problem) < 0 ||
		plan_list(lesson->file, front, "cast", &cast, problem) < 0 ||
		plan_rest(lesson->file, front, "title, idea, cast", problem) < 0)
		return -1;
	if (cast == NULL || cast->n == 0)
		return problem_set(problem, lesson->file, front->line,
			_("`cast` is missing: list the processes of the lesson, each with `name` "
			  "and "
			  "`program`"));
	for (struct node *node = cast->first; node != NULL; node = node->next)
		if (cast_read(lesson, node, problem) < 0)
			return -1;
	return 0;
}

/* --- moves
 * ------------------------------------------------------------------------------------------------------
 */

static int
member_check(const struct lesson *lesson, const struct node *node, const char *name,
	struct problem *problem)
{
	if (lesson_cast(lesson, name) >= 0)
		return 0;
	return problem_set(problem, lesson->file, node->line,
		_("`%.40s` is not in the cast: correct the name or add it to the front matter"),
		name);
}

/* The pattern under `key`, if it is there. */
static int
pattern_read(const struct lesson *lesson, struct node *map, const char *key, const char *who,
	struct match *match, struct problem *problem)
{
	struct node *node = tree_get(map, key);

	return node == NULL ? 0 : match_read(lesson, node, who, match, problem);
}

static int
act_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	static const char with_fd[] = "nonblock block close capacity";
	struct node *fd = tree_get(map, "fd"), *value = tree_get(map, "value");
	int64_t number = -1;
	bool needs_fd, capacity;

	if (plan_text(lesson->file, map, "op", true, &move->op, problem) < 0 ||
		plan_text(lesson->file, map, "end", false, &move->end, problem) < 0)
		return -1;
	needs_fd = is_among(with_fd, move->op);
	capacity = strcmp(move->op, "capacity") == 0;
	if (!needs_fd && !is_among("stop cont term kill", move->op))
		return problem_set(problem, lesson->file, move->line,
			_("`op: %.40s` is unknown: it is one of %s stop cont term kill"), move->op,
			with_fd);
	if (move->end != NULL && !is_among("r w", move->end))
		return problem_set(problem, lesson->file, move->line,
			_("`end` is r, the read end, or w, the write end, not `%.40s`"), move->end);
	if (fd != NULL && number_read(lesson->file, fd, &number, problem) < 0)
		return -1;
	if (needs_fd != (fd != NULL || move->end != NULL) || (fd != NULL && move->end != NULL))
		return problem_set(problem, lesson->file, move->line,
			needs_fd ? _("`op: %s` needs one of `end: r`, `end: w` and `fd: NUMBER`")
				 : _("`op: %s` is about the whole process: leave `end` and `fd` "
				     "out"),
			move->op);
	if (number < -1 || number > 1 << 20 || (fd != NULL && number < 0))
		return problem_set(
			problem, lesson->file, move->line, _("`fd` is no descriptor number"));
	move->fd = (int)number;
	if (value != NULL && number_read(lesson->file, value, &move->value, problem) < 0)
		return -1;
	if (capacity != (value != NULL) || (capacity && (move->value < 1 || move->value > 1 << 30)))
		return problem_set(problem, lesson->file, move->line,
			capacity ? _("`op: %s` needs `value: BYTES`, like 4096")
				 : _("`op: %s` has no `value`: take it out"),
			move->op);
	return plan_rest(lesson->file, map, "act, op, end, fd, value", problem);
}

static int
choice_read(
	const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	struct choice *choice, *bigger;
	struct node *when;

	if (map->kind != NODE_MAP)
		return problem_set(problem, lesson->file, map->line,
			_("a choice is written `- says: …` and, below it, `when: {…}`"));
	bigger = grow(
		lesson->file, map->line, move->choices, sizeof *bigger, move->n_choices, problem);
	if (bigger == NULL)
		return -1;
	move->choices = bigger;
	choice = &move->choices[move->n_choices++];
	if (plan_words(lesson->file, map, "says", true, &choice->says, problem) < 0)
		return -1;
	when = tree_get(map, "when");
	if (when == NULL)
		return problem_set(problem, lesson->file, map->line,
			_("`when` is missing: say by which event the kernel confirms this choice"));
	if (match_read(lesson, when, NULL, &choice->when, problem) < 0)
		return -1;
	return plan_rest(lesson->file, map, "says, when", problem);
}

static int
ask_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	struct node *choices;

	if (plan_words(lesson->file, map, "ask", true, &move->question, problem) < 0 ||
		plan_words(lesson->file, map, "explain", false, &move->explain, problem) < 0 ||
		pattern_read(lesson, map, "once", NULL, &move->once, problem) < 0 ||
		plan_list(lesson->file, map, "choices", &choices, problem) < 0)
		return -1;
	if (choices == NULL || choices->n < ASK_CHOICES_MIN || choices->n > ASK_CHOICES_MAX)
		return problem_set(problem, lesson->file,
			choices != NULL ? choices->line : move->line,
			_("a question has %d to %d `choices`, here are %u"), ASK_CHOICES_MIN,
			ASK_CHOICES_MAX, choices != NULL ? choices->n : 0);
	for (struct node *node = choices->first; node != NULL; node = node->next)
		if (choice_read(lesson, move, node, problem) < 0)
			return -1;
	return plan_rest(lesson->file, map, "ask, choices, once, explain", problem);
}

static int
see_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	if (pattern_read(lesson, map, "see", NULL, &move->until, problem) < 0)
		return -1;
	return plan_rest(lesson->file, map, "see", problem);
}

/* free, shut and restart: alone, or with `yes`. */
static int
bare_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	const char *name = move_names[move->kind];
	struct node *node = tree_get(map, name);

	if (node->kind != NODE_TEXT || !is_among("yes true", node->text))
		return problem_set(
			problem, lesson->file, node->line, _("`%s` takes nothing but `yes`"), name);
	if (move->kind != MOVE_FREE)
		return plan_rest(lesson->file, map, name, problem);
	if (pattern_read(lesson, map, "until", NULL, &move->until, problem) < 0)
		return -1;
	return plan_rest(lesson->file, map, "free, until", problem);
}

/* start and run; act goes on from here. */
static int
member_read(
	const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	const char *name = move_names[move->kind];

	if (plan_text(lesson->file, map, name, true, &move->who, problem) < 0 ||
		member_check(lesson, tree_get(map, name), move->who, problem) < 0)
		return -1;
	if (move->kind == MOVE_ACT)
		return act_read(lesson, move, map, problem);
	if (move->kind == MOVE_START) {
		const struct cast *cast = &lesson->cast[lesson_cast(lesson, move->who)];

		if (cast->program == NULL)
			return problem_set(problem, lesson->file, move->line,
				_("`%s` is forked by `%s` and cannot be started: run `%s` until it "
				  "forks"),
				cast->name, cast->forked_by, cast->forked_by);
		return plan_rest(lesson->file, map, "start", problem);
	}
	if (pattern_read(lesson, map, "until", move->who, &move->until, problem) < 0)
		return -1;
	return plan_rest(lesson->file, map, "run, until", problem);
}

/* Which kind of move the map is, from the one key that is a move's name; -1 with *problem. */
static int
kind_find(const struct lesson *lesson, const struct node *map, struct problem *problem)
{
	int kind = -1;

	for (const struct node *node = map->first; node != NULL; node = node->next)
		for (int i = 0; i < MOVE_COUNT; i++) {
			if (strcmp(node->key, move_names[i]) != 0)
				continue;
			if (kind >= 0)
				return problem_set(problem, lesson->file, node->key_line,
					_("`%s` and `%s` are two moves: begin the second with a `- "
					  "` of its own"),
					move_names[kind], move_names[i]);
			kind = i;
		}
	if (kind < 0)
		return problem_set(problem, lesson->file, map->line,
			_("this is no move: a move has one of the keys %s"), move_words);
	return kind;
}

/* `- shut` means `- shut: yes`. */
static int
bare_expand(const struct lesson *lesson, struct node *node, struct problem *problem)
{
	struct node *value;

	if (node->kind == NODE_MAP)
		return 0;
	if (node->kind != NODE_TEXT || !is_among("free shut restart", node->text))
		return problem_set(problem, lesson->file, node->line,
			_("this is no move: a move has one of the keys %s, like `- start: writer`"),
			move_words);
	value = calloc(1, sizeof *value);
	if (value == NULL || (value->text = strdup("yes")) == NULL) {
		free(value);
		return problem_set(problem, lesson->file, node->line, _("no memory"));
	}
	value->line = value->key_line = node->line;
	value->key = tree_take(node);
	node->kind = NODE_MAP;
	node->first = value;
	node->n = 1;
	return 0;
}

static int
move_read(
	const struct lesson *lesson, struct step *step, struct node *node, struct problem *problem)
{
	struct move *bigger, *move;
	int kind;

	if (bare_expand(lesson, node, problem) < 0)
		return -1;
	kind = kind_find(lesson, node, problem);
	if (kind < 0)
		return -1;
	bigger =
		grow(lesson->file, node->line, step->moves, sizeof *bigger, step->n_moves, problem);
	if (bigger == NULL)
		return -1;
	step->moves = bigger;
	move = &step->moves[step->n_moves++];
	move->kind = (enum move_kind)kind;
	move->line = node->line;
	move->fd = -1;
	switch (move->kind) {
	case MOVE_START:
	case MOVE_RUN:
	case MOVE_ACT:
		return member_read(lesson, move, node, problem);
	case MOVE_ASK:
		return ask_read(lesson, move, node, problem);
	case MOVE_SEE:
		return see_read(lesson, move, node, problem);
	case MOVE_FREE:
	case MOVE_SHUT:
	case MOVE_RESTART:
		return bare_read(lesson, move, node, problem);
	default:
		if (plan_words(lesson->file, node, "try", true, &move->question, problem) < 0)
			return -1;
		return plan_rest(lesson->file, node, "try", problem);
	}
}

static int
seen_read(
	const struct lesson *lesson, struct step *step, struct node *list, struct problem *problem)
{
	if (list->n > STEP_SEEN_MAX)
		return problem_set(problem, lesson->file, list->line,
			_("`seen` has %u patterns, at most %d are possible: split the step"),
			list->n, STEP_SEEN_MAX);
	step->seen = calloc(list->n + 1, sizeof *step->seen);
	if (step->seen == NULL)
		return problem_set(problem, lesson->file, list->line, _("no memory"));
	for (struct node *node = list->first; node != NULL; node = node->next)
		if (match_read(lesson, node, NULL, &step->seen[step->n_seen++], problem) < 0)
			return -1;
	return 0;
}

int
plan_step(struct lesson *lesson, struct step *step, struct node *block, struct problem *problem)
{
	struct node *moves, *seen;
	int first;

	if (plan_text(lesson->file, block, "step", true, &step->name, problem) < 0 ||
		name_check(lesson->file, tree_get(block, "step")->line, "step", step->name,
			problem) < 0)
		return -1;
	first = lesson_step(lesson, step->name);
	if (&lesson->steps[first] != step)
		return problem_set(problem, lesson->file, tree_get(block, "step")->line,
			_("two steps are called `%s` (the first in line %d): give one another "
			  "name"),
			step->name, lesson->steps[first].line);
	if (plan_list(lesson->file, block, "moves", &moves, problem) < 0 ||
		plan_list(lesson->file, block, "seen", &seen, problem) < 0 ||
		plan_rest(lesson->file, block, "step, moves, seen", problem) < 0)
		return -1;
	if (moves != NULL && moves->n > STEP_MOVES_MAX)
		return problem_set(problem, lesson->file, moves->line,
			_("a step has at most %d moves: split it"), STEP_MOVES_MAX);
	for (struct node *node = moves != NULL ? moves->first : NULL; node != NULL;
		node = node->next)
		if (move_read(lesson, step, node, problem) < 0)
			return -1;
	return seen != NULL ? seen_read(lesson, step, seen, problem) : 0;
}

void
move_fini(struct move *move)
{
	free(move->who);
	match_fini(&move->until);
	free(move->op);
	free(move->end);
	free(move->question);
	for (unsigned i = 0; i < move->n_choices; i++) {
		free(move->choices[i].says);
		match_fini(&move->choices[i].when);
	}
	free(move->choices);
	match_fini(&move->once);
	free(move->explain);
}

/* --- the whole
 * --------------------------------------------------------------------------------------------------
 */

/* The member that must be started so that this one can be there. */
static int
root_of(const struct lesson *lesson, int cast)
{
	while (lesson->cast[cast].forked_by != NULL)
		cast = lesson_cast(lesson, lesson->cast[cast].forked_by);
	return cast;
}

static int
move_check(const struct lesson *lesson, const struct move *move, bool *started,
	struct problem *problem)
{
	int cast, root;

	if (move->kind == MOVE_RESTART)
		memset(started, 0, LESSON_CAST_MAX * sizeof *started);
	if (move->who == NULL)
		return 0;
	cast = lesson_cast(lesson, move->who);
	if (move->kind == MOVE_START) {
		started[cast] = true;
		return 0;
	}
	root = root_of(lesson, cast);
	if (started[root])
		return 0;
	return problem_set(problem, lesson->file, move->line,
		_("`%s` does not exist here, since `%s` was not started: put `- start: %s` before "
		  "this "
		  "move"),
		move->who, lesson->cast[root].name, lesson->cast[root].name);
}

int
plan_check(const struct lesson *lesson, struct problem *problem)
{
	bool started[LESSON_CAST_MAX] = {false};

	for (unsigned i = 0; i < lesson->n_steps; i++)
		for (unsigned j = 0; j < lesson->steps[i].n_moves; j++)
			if (move_check(lesson, &lesson->steps[i].moves[j], started, problem) < 0)
				return -1;
	return 0;
}

char *
move_text(const struct move *move, char *buf, size_t size)
{
	if (move->kind == MOVE_ACT)
		snprintf(buf, size, "act %s on %s", move->op, move->who);
	else if (move->who != NULL)
		snprintf(buf, size, "%s %s", move_names[move->kind], move->who);
	else
		snprintf(buf, size, "%s", move_names[move->kind]);
	return buf;
}
