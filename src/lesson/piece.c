/* SPDX-License-Identifier: MIT
 *
 * The pieces that lessons and translations are read from: texts, words, lists, names.
 */
#include "lesson/piece.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/text.h"
#include "words.h"

int
piece_rest(const char *file, const struct node *map, const char *known, struct problem *problem)
{
	const struct node *node = tree_unused(map);

	if (node == NULL)
		return 0;
	return problem_set(problem, file, node->key_line,
		_("`%.40s` is not known here; known are: %s"), node->key, known);
}

int
piece_text(const char *file, struct node *map, const char *key, bool required, char **text,
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
piece_words(const char *file, struct node *map, const char *key, bool required, char **words,
	struct problem *problem)
{
	struct node *node = tree_get(map, key);
	char *text = NULL;

	if (piece_text(file, map, key, required, &text, problem) < 0)
		return -1;
	if (text == NULL)
		return 0;
	*words = text_marked(text, file, node->line, problem);
	free(text);
	return *words != NULL ? 0 : -1;
}

int
piece_list(const char *file, struct node *map, const char *key, struct node **list,
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
int
piece_name(const char *file, int line, const char *key, const char *name, struct problem *problem)
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

void *
piece_grow(
	const char *file, int line, void *array, size_t size, unsigned n, struct problem *problem)
{
	char *bigger = reallocarray(array, n + 1, size);

	if (bigger == NULL)
		problem_set(problem, file, line, _("no memory"));
	else
		memset(bigger + n * size, 0, size);
	return bigger;
}
