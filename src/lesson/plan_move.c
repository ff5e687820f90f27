/* SPDX-License-Identifier: MIT
 *
 * A move out of YAML.
 */
#include "lesson/plan_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/pattern.h"
#include "lesson/piece.h"
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
	static const char with_fd[] = "nonblock block close capacity", kinds[] = "fifo msg mq shm sem";
	struct node *fd = tree_get(map, "fd"), *value = tree_get(map, "value");
	int64_t number = -1;
	bool needs_fd, capacity, removes;

	if (piece_text(lesson->file, map, "op", true, &move->op, problem) < 0 ||
		piece_text(lesson->file, map, "end", false, &move->end, problem) < 0 ||
		piece_text(lesson->file, map, "on", false, &move->on, problem) < 0)
		return -1;
	needs_fd = is_among(with_fd, move->op);
	capacity = strcmp(move->op, "capacity") == 0;
	removes = strcmp(move->op, "remove") == 0;
	if (!needs_fd && !is_among("stop cont term kill remove", move->op))
		return problem_set(problem, lesson->file, move->line,
			_("`op: %.40s` is unknown: it is one of %s stop cont term kill remove"),
			move->op, with_fd);
	if (removes != (move->on != NULL) || (removes && !is_among(kinds, move->on)))
		return problem_set(problem, lesson->file, move->line,
			removes ? _("`op: %s` needs `on: KIND`, the kind of object: one of %s")
				: _("`op: %s` has no `on`: take it out"),
			move->op, kinds);
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
	return piece_rest(lesson->file, map, "act, op, end, fd, value, on", problem);
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
	bigger = piece_grow(
		lesson->file, map->line, move->choices, sizeof *bigger, move->n_choices, problem);
	if (bigger == NULL)
		return -1;
	move->choices = bigger;
	choice = &move->choices[move->n_choices++];
	if (piece_words(lesson->file, map, "says", true, &choice->says, problem) < 0)
		return -1;
	when = tree_get(map, "when");
	if (when == NULL)
		return problem_set(problem, lesson->file, map->line,
			_("`when` is missing: say by which event the kernel confirms this choice"));
	if (match_read(lesson, when, NULL, &choice->when, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "says, when", problem);
}

static int
ask_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	struct node *choices;

	if (piece_words(lesson->file, map, "ask", true, &move->question, problem) < 0 ||
		piece_words(lesson->file, map, "explain", false, &move->explain, problem) < 0 ||
		pattern_read(lesson, map, "once", NULL, &move->once, problem) < 0 ||
		piece_list(lesson->file, map, "choices", &choices, problem) < 0)
		return -1;
	if (choices == NULL || choices->n < ASK_CHOICES_MIN || choices->n > ASK_CHOICES_MAX)
		return problem_set(problem, lesson->file,
			choices != NULL ? choices->line : move->line,
			_("a question has %d to %d `choices`, here are %u"), ASK_CHOICES_MIN,
			ASK_CHOICES_MAX, choices != NULL ? choices->n : 0);
	for (struct node *node = choices->first; node != NULL; node = node->next)
		if (choice_read(lesson, move, node, problem) < 0)
			return -1;
	return piece_rest(lesson->file, map, "ask, choices, once, explain", problem);
}

static int
see_read(const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	if (pattern_read(lesson, map, "see", NULL, &move->until, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "see", problem);
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
		return piece_rest(lesson->file, map, name, problem);
	if (pattern_read(lesson, map, "until", NULL, &move->until, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "free, until", problem);
}

/* start and run; act goes on from here. */
static int
member_read(
	const struct lesson *lesson, struct move *move, struct node *map, struct problem *problem)
{
	const char *name = move_names[move->kind];

	if (piece_text(lesson->file, map, name, true, &move->who, problem) < 0 ||
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
		return piece_rest(lesson->file, map, "start", problem);
	}
	if (pattern_read(lesson, map, "until", move->who, &move->until, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "run, until", problem);
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

int
plan_move(
	const struct lesson *lesson, struct step *step, struct node *node, struct problem *problem)
{
	struct move *bigger, *move;
	int kind;

	if (bare_expand(lesson, node, problem) < 0)
		return -1;
	kind = kind_find(lesson, node, problem);
	if (kind < 0)
		return -1;
	bigger = piece_grow(
		lesson->file, node->line, step->moves, sizeof *bigger, step->n_moves, problem);
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
		if (piece_words(lesson->file, node, "try", true, &move->question, problem) < 0)
			return -1;
		return piece_rest(lesson->file, node, "try", problem);
	}
}

void
move_fini(struct move *move)
{
	free(move->who);
	match_fini(&move->until);
	free(move->op);
	free(move->end);
	free(move->on);
	free(move->question);
	for (unsigned i = 0; i < move->n_choices; i++) {
		free(move->choices[i].says);
		match_fini(&move->choices[i].when);
	}
	free(move->choices);
	match_fini(&move->once);
	free(move->explain);
}

char *
move_text(const struct move *move, char *buf, size_t size)
{
	if (move->kind == MOVE_ACT && move->on != NULL)
		snprintf(buf, size, "act %s on the %s of %s", move->op, move->on, move->who);
	else if (move->kind == MOVE_ACT)
		snprintf(buf, size, "act %s on %s", move->op, move->who);
	else if (move->who != NULL)
		snprintf(buf, size, "%s %s", move_names[move->kind], move->who);
	else
		snprintf(buf, size, "%s", move_names[move->kind]);
	return buf;
}
