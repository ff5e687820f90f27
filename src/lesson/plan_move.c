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

/*
 * try: the learner plays. With `until` it is a task, and `moves` are what does it for who does not: they follow the try
 * among the step's moves.
 */
static int
try_read(const struct lesson *lesson, struct step *step, struct node *map, struct problem *problem)
{
	unsigned at = step->n_moves - 1;
	struct move *move = &step->moves[at];
	struct node *list;

	if (piece_words(lesson->file, map, "try", true, &move->question, problem) < 0 ||
		piece_words(lesson->file, map, "explain", false, &move->explain, problem) < 0 ||
		pattern_read(lesson, map, "until", NULL, &move->until, problem) < 0 ||
		piece_list(lesson->file, map, "moves", &list, problem) < 0)
		return -1;
	if ((list != NULL && list->n > 0) != (move->until.line != 0) ||
		(move->explain != NULL && move->until.line == 0))
		return problem_set(problem, lesson->file, move->line,
			_("`until`, what the learner is to bring about, and `moves`, which do it for who "
			  "does not, belong together; `explain` goes with them"));
	for (struct node *node = list != NULL ? list->first : NULL; node != NULL;
		node = node->next) {
		if (plan_move(lesson, step, node, problem) < 0)
			return -1;
		move = &step->moves[step->n_moves - 1];
		if (move->kind == MOVE_ASK || move->kind == MOVE_TRY)
			return problem_set(problem, lesson->file, node->line,
				_("the moves of a try ask nothing: take this out"));
		step->moves[at].n_own++;
	}
	if (step->n_moves > STEP_MOVES_MAX)
		return problem_set(problem, lesson->file, map->line,
			_("a step has at most %d moves: split it"), STEP_MOVES_MAX);
	return piece_rest(lesson->file, map, "try, until, moves, explain", problem);
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
		return try_read(lesson, step, node, problem);
	}
}

void
move_fini(struct move *move)
{
	free(move->who);
	match_fini(&move->until);
	free(move->op);
	free(move->how);
	free(move->call);
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
