/* SPDX-License-Identifier: MIT
 *
 * Cast and steps from YAML. See plan.h.
 */
#include "lesson/plan.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/pattern.h"
#include "lesson/piece.h"
#include "lesson/plan_own.h"
#include "words.h"

int
plan_front(struct lesson *lesson, struct node *front, struct problem *problem)
{
	struct node *cast, *cells;

	if (piece_text(lesson->file, front, "title", true, &lesson->title, problem) < 0 ||
		piece_text(lesson->file, front, "idea", true, &lesson->idea, problem) < 0 ||
		piece_text(lesson->file, front, "watched", false, &lesson->watched, problem) < 0 ||
		piece_list(lesson->file, front, "cast", &cast, problem) < 0 ||
		piece_list(lesson->file, front, "cells", &cells, problem) < 0 ||
		piece_rest(lesson->file, front, "title, idea, watched, cast, cells", problem) < 0)
		return -1;
	if (lesson->watched != NULL && strcmp(lesson->watched, "shm") != 0)
		return problem_set(problem, lesson->file, tree_get(front, "watched")->line,
			_("`watched` can be shm alone: the segments that the lesson's processes share"));
	if (cast == NULL || cast->n == 0)
		return problem_set(problem, lesson->file, front->line,
			_("`cast` is missing: list the processes of the lesson, each with `name` "
			  "and "
			  "`program`"));
	for (struct node *node = cast->first; node != NULL; node = node->next)
		if (plan_cast(lesson, node, problem) < 0)
			return -1;
	unsigned member = 0;
	for (struct node *node = cast->first; node != NULL; node = node->next)
		if (cast_arguments_check(lesson, &lesson->cast[member++], node, problem) < 0)
			return -1;
	for (struct node *node = cells != NULL ? cells->first : NULL; node != NULL;
		node = node->next)
		if (plan_cell(lesson, node, problem) < 0)
			return -1;
	return 0;
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

	if (piece_text(lesson->file, block, "step", true, &step->name, problem) < 0 ||
		piece_name(lesson->file, tree_get(block, "step")->line, "step", step->name,
			problem) < 0)
		return -1;
	first = lesson_step(lesson, step->name);
	if (&lesson->steps[first] != step)
		return problem_set(problem, lesson->file, tree_get(block, "step")->line,
			_("two steps are called `%s` (the first in line %d): give one another "
			  "name"),
			step->name, lesson->steps[first].line);
	if (piece_list(lesson->file, block, "moves", &moves, problem) < 0 ||
		piece_list(lesson->file, block, "seen", &seen, problem) < 0 ||
		piece_rest(lesson->file, block, "step, moves, seen", problem) < 0)
		return -1;
	if (moves != NULL && moves->n > STEP_MOVES_MAX)
		return problem_set(problem, lesson->file, moves->line,
			_("a step has at most %d moves: split it"), STEP_MOVES_MAX);
	for (struct node *node = moves != NULL ? moves->first : NULL; node != NULL;
		node = node->next)
		if (plan_move(lesson, step, node, problem) < 0)
			return -1;
	return seen != NULL ? seen_read(lesson, step, seen, problem) : 0;
}

/* A program that is to be told a port: who binds it must be there before. */
static int
start_check(const struct lesson *lesson, const struct move *move, const struct cast *cast,
	const bool *started, struct problem *problem)
{
	for (unsigned i = 0; i < cast->n_args; i++) {
		int other = argument_needs(lesson, cast->args[i], started);

		if (other >= 0)
			return problem_set(problem, lesson->file, move->line,
				_("`%s` is to be told the port of `%s`, which was not started: put `- start: "
				  "%s` before this move"),
				cast->name, lesson->cast[other].name,
				lesson->cast[cast_root(lesson, other)].name);
	}
	return 0;
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
		if (start_check(lesson, move, &lesson->cast[cast], started, problem) < 0)
			return -1;
		started[cast] = true;
		return 0;
	}
	root = cast_root(lesson, cast);
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
