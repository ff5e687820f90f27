/* SPDX-License-Identifier: MIT
 *
 * A named place in shared memory out of YAML.
 */
#include "lesson/plan_own.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/pattern.h"
#include "lesson/piece.h"
#include "words.h"

static int
cell_number(const struct lesson *lesson, struct node *map, const char *key, int64_t least,
	int64_t *number, struct problem *problem)
{
	struct node *node = tree_get(map, key);

	if (node == NULL)
		return problem_set(problem, lesson->file, map->line,
			_("`%s` is missing: a cell is written {on: shm, at: 0, size: 4, name: counter}"),
			key);
	if (number_read(lesson->file, node, number, problem) < 0)
		return -1;
	if (*number < least || *number > 1 << 30)
		return problem_set(problem, lesson->file, node->line,
			_("`%s` counts bytes: from %lld on"), key, (long long)least);
	return 0;
}

/* Can both be in one segment? */
static bool
meet(const struct lesson_cell *a, const struct lesson_cell *b)
{
	return strcmp(a->on, b->on) == 0 &&
	       (a->who == NULL || b->who == NULL || strcmp(a->who, b->who) == 0);
}

/* Two names for one byte would contradict each other on the screen. */
static int
cell_check(const struct lesson *lesson, const struct lesson_cell *cell, struct problem *problem)
{
	if (!is_among("shm file", cell->on))
		return problem_set(problem, lesson->file, cell->line,
			_("`on` is the kind of memory, shm or file, not `%.40s`"), cell->on);
	if (piece_name(lesson->file, cell->line, "name", cell->name, problem) < 0)
		return -1;
	if (cell->who != NULL && lesson_cast(lesson, cell->who) < 0)
		return problem_set(problem, lesson->file, cell->line,
			_("`%.40s` is not in the cast: correct the name or add it to the front "
			  "matter"),
			cell->who);
	for (const struct lesson_cell *other = lesson->cells; other < cell; other++) {
		if (!meet(other, cell))
			continue;
		if (strcmp(other->name, cell->name) == 0)
			return problem_set(problem, lesson->file, cell->line,
				_("there are two cells called `%s`: give one another name"),
				cell->name);
		if (other->at < cell->at + cell->size && cell->at < other->at + other->size)
			return problem_set(problem, lesson->file, cell->line,
				_("the cell `%s` overlaps `%s`: correct `at` or `size`"),
				cell->name, other->name);
	}
	return 0;
}

int
plan_cell(struct lesson *lesson, struct node *map, struct problem *problem)
{
	struct lesson_cell *cell, *bigger;

	if (map->kind != NODE_MAP)
		return problem_set(problem, lesson->file, map->line,
			_("a cell is written {on: shm, at: 0, size: 4, name: counter}"));
	if (lesson->n_cells == LESSON_CELLS_MAX)
		return problem_set(problem, lesson->file, map->line,
			_("there are more than %d cells"), LESSON_CELLS_MAX);
	bigger = piece_grow(
		lesson->file, map->line, lesson->cells, sizeof *bigger, lesson->n_cells, problem);
	if (bigger == NULL)
		return -1;
	lesson->cells = bigger;
	cell = &lesson->cells[lesson->n_cells++];
	cell->line = map->line;
	if (piece_text(lesson->file, map, "on", true, &cell->on, problem) < 0 ||
		piece_text(lesson->file, map, "name", true, &cell->name, problem) < 0 ||
		piece_text(lesson->file, map, "who", false, &cell->who, problem) < 0 ||
		cell_number(lesson, map, "at", 0, &cell->at, problem) < 0 ||
		cell_number(lesson, map, "size", 1, &cell->size, problem) < 0 ||
		cell_check(lesson, cell, problem) < 0)
		return -1;
	return piece_rest(lesson->file, map, "on, at, size, name, who", problem);
}
