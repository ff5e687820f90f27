/* SPDX-License-Identifier: MIT
 *
 * A member of the cast out of YAML.
 */
#include "lesson/plan_own.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/pattern.h"
#include "lesson/piece.h"
#include "words.h"

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

	if (piece_list(lesson->file, map, "args", &list, problem) < 0)
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
cast_host(const struct lesson *lesson, struct cast *cast, struct node *map, struct problem *problem)
{
	struct node *node = tree_get(map, "host");
	const struct cast *other = NULL;

	if (piece_text(lesson->file, map, "host", false, &cast->host, problem) < 0)
		return -1;
	if (cast->host == NULL)
		return 0;
	if (cast->program == NULL)
		return problem_set(problem, lesson->file, node->line,
			_("only a member with `program` has `host`: what it forks is on its machine"));
	if (piece_name(lesson->file, node->line, "host", cast->host, problem) < 0)
		return -1;
	for (const struct cast *member = lesson->cast; member < cast; member++) {
		if (member->host == NULL || strcmp(member->host, cast->host) == 0)
			continue;
		if (other != NULL && strcmp(other->host, member->host) != 0)
			return problem_set(problem, lesson->file, node->line,
				_("`host: %.40s` is a third machine, there are two: `%.40s` and `%.40s`"),
				cast->host, other->host, member->host);
		other = member;
	}
	return 0;
}

int
cast_arguments_check(
	const struct lesson *lesson, const struct cast *cast, struct node *map, struct problem *problem)
{
	const struct node *list = tree_get(map, "args");
	const struct node *node = list != NULL ? list->first : NULL;

	for (unsigned i = 0; i < cast->n_args && node != NULL; i++, node = node->next)
		if (argument_check(lesson, node->line, cast->args[i], problem) < 0)
			return -1;
	return 0;
}

int
plan_cast(struct lesson *lesson, struct node *map, struct problem *problem)
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
	bigger = piece_grow(file, map->line, lesson->cast, sizeof *bigger, lesson->n_cast, problem);
	if (bigger == NULL)
		return -1;
	lesson->cast = bigger;
	cast = &lesson->cast[lesson->n_cast++];
	cast->line = map->line;
	if (piece_text(file, map, "name", true, &cast->name, problem) < 0 ||
		piece_name(file, map->line, "name", cast->name, problem) < 0)
		return -1;
	if (&lesson->cast[lesson_cast(lesson, cast->name)] != cast)
		return problem_set(problem, file, map->line,
			_("there are two members called `%s`: give one another name"), cast->name);
	if (piece_text(file, map, "program", false, &cast->program, problem) < 0 ||
		piece_text(file, map, "forked-by", false, &cast->forked_by, problem) < 0 ||
		piece_text(file, map, "watch", false, &cast->watch, problem) < 0 ||
		cast_host(lesson, cast, map, problem) < 0 ||
		cast_program(lesson, cast, problem) < 0 ||
		cast_args(lesson, cast, map, problem) < 0 ||
		cast_forked(lesson, cast, map, problem) < 0)
		return -1;
	return piece_rest(file, map, "name, program, args, forked-by, nth, watch, host", problem);
}
