/* SPDX-License-Identifier: MIT
 *
 * Lays a translation's words over a lesson. See translation.h.
 */
#include "lesson/translation.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/document.h"
#include "lesson/piece.h"
#include "lesson/text.h"
#include "words.h"

static void
replace(char **old, char *new)
{
	free(*old);
	*old = new;
}

static int
front_apply(struct lesson *lesson, const char *file, struct node *front, struct problem *problem)
{
	char *title = NULL, *idea = NULL;
	int failed = 0;

	if (piece_text(file, front, "title", true, &title, problem) < 0 ||
		piece_text(file, front, "idea", true, &idea, problem) < 0)
		failed = -1;
	if (title != NULL)
		replace(&lesson->title, title);
	if (idea != NULL)
		replace(&lesson->idea, idea);
	return failed < 0 ? -1
			  : piece_rest(file, front, "title, idea (the cast is the original's)",
				    problem);
}

static int
choices_apply(struct move *move, const char *file, struct node *map, struct problem *problem)
{
	struct node *list, *node;

	if (piece_list(file, map, "choices", &list, problem) < 0)
		return -1;
	if (list == NULL || list->n != move->n_choices)
		return problem_set(problem, file, list != NULL ? list->line : map->line,
			_("the original question (lesson.md:%d) has %u choices, here are %u: "
			  "translate each, "
			  "in the same order"),
			move->line, move->n_choices, list != NULL ? list->n : 0);
	node = list->first;
	for (unsigned i = 0; i < move->n_choices; i++, node = node->next) {
		char *says;

		if (node->kind != NODE_TEXT)
			return problem_set(problem, file, node->line,
				_("a translated choice is its words alone: `- words`, in double "
				  "quotes if they "
				  "contain \": \""));
		says = text_marked(node->text, file, node->line, problem);
		if (says == NULL)
			return -1;
		replace(&move->choices[i].says, says);
	}
	return 0;
}

static int
ask_apply(struct move *move, const char *file, struct node *map, struct problem *problem)
{
	char *question = NULL, *explain = NULL;

	if (piece_words(file, map, "ask", true, &question, problem) < 0)
		return -1;
	replace(&move->question, question);
	if (piece_words(file, map, "explain", move->explain != NULL, &explain, problem) < 0)
		return -1;
	if (explain != NULL)
		replace(&move->explain, explain);
	if (choices_apply(move, file, map, problem) < 0)
		return -1;
	return piece_rest(file, map, "ask, choices, explain", problem);
}

static int
try_apply(struct move *move, const char *file, struct node *map, struct problem *problem)
{
	char *words = NULL, *explain = NULL;

	if (piece_words(file, map, "try", true, &words, problem) < 0)
		return -1;
	replace(&move->question, words);
	if (piece_words(file, map, "explain", move->explain != NULL, &explain, problem) < 0)
		return -1;
	if (explain != NULL)
		replace(&move->explain, explain);
	return piece_rest(file, map, "try, explain", problem);
}

/* The next move from `at` on that has words. */
static unsigned
spoken_move(const struct step *step, unsigned at)
{
	while (at < step->n_moves && step->moves[at].kind != MOVE_ASK &&
		step->moves[at].kind != MOVE_TRY)
		at++;
	return at;
}

static int
moves_apply(struct step *step, const char *file, struct node *block, struct problem *problem)
{
	struct node *list;
	unsigned at = 0;

	if (piece_list(file, block, "words", &list, problem) < 0)
		return -1;
	for (struct node *node = list != NULL ? list->first : NULL; node != NULL;
		node = node->next) {
		struct move *move;

		at = spoken_move(step, at);
		if (at == step->n_moves)
			return problem_set(problem, file, node->line,
				_("the original step `%s` (lesson.md:%d) has no further ask or "
				  "try: take this "
				  "out"),
				step->name, step->line);
		move = &step->moves[at++];
		if (node->kind != NODE_MAP)
			return problem_set(problem, file, node->line,
				_("this entry translates an ask or a try: write `- ask: …` or `- "
				  "try: …`"));
		if ((move->kind == MOVE_ASK ? ask_apply : try_apply)(move, file, node, problem) < 0)
			return -1;
	}
	at = spoken_move(step, at);
	if (at < step->n_moves)
		return problem_set(problem, file, block->line,
			_("the `%s` of the original's line %d is not translated: add it to "
			  "`words`"),
			step->moves[at].kind == MOVE_ASK ? "ask" : "try", step->moves[at].line);
	return 0;
}

static int
section_apply(struct step *step, const char *file, struct section *section, struct problem *problem)
{
	char *name = NULL;
	int line;

	if (piece_text(file, section->block, "step", true, &name, problem) < 0)
		return -1;
	line = tree_get(section->block, "step")->line;
	if (strcmp(name, step->name) != 0) {
		problem_set(problem, file, line,
			_("here the original has the step `%s`, not `%.40s`: the steps keep their "
			  "names and "
			  "their order"),
			step->name, name);
		free(name);
		return -1;
	}
	free(name);
	replace(&step->title, section->title);
	section->title = NULL;
	words_fini(&step->words);
	step->words = section->words;
	section->words = (struct words){0};
	if (moves_apply(step, file, section->block, problem) < 0)
		return -1;
	return piece_rest(
		file, section->block, "step, words (what happens is the original's)", problem);
}

static int
document_apply(struct lesson *lesson, struct document *document, struct problem *problem)
{
	const char *file = document->file;

	if (front_apply(lesson, file, document->front, problem) < 0)
		return -1;
	words_fini(&lesson->words);
	lesson->words = document->words;
	document->words = (struct words){0};
	for (unsigned i = 0; i < lesson->n_steps && i < document->n_sections; i++)
		if (section_apply(&lesson->steps[i], file, &document->sections[i], problem) < 0)
			return -1;
	if (document->n_sections > lesson->n_steps)
		return problem_set(problem, file, document->sections[lesson->n_steps].line,
			_("the original has only %u steps: take this one out"), lesson->n_steps);
	if (document->n_sections < lesson->n_steps)
		return problem_set(problem, file, 0,
			_("the step `%s` (lesson.md:%d) is not translated: add it at the end"),
			lesson->steps[document->n_sections].name,
			lesson->steps[document->n_sections].line);
	return 0;
}

int
translation_apply(struct lesson *lesson, const char *path, const char *text, size_t length,
	struct problem *problem)
{
	struct document document;
	char *file = strdup(path);
	int failed = document_init(&document, path, text, length, problem);

	if (file != NULL)
		replace(&lesson->file, file);
	if (failed == 0)
		failed = document_apply(lesson, &document, problem);
	document_fini(&document);
	return failed;
}
