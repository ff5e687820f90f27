/* SPDX-License-Identifier: MIT
 *
 * The words of a lesson on paper: title page, steps, questions, verdicts.
 */
#include "plain/plain_own.h"

#include <string.h>

#include "words.h"

static void
print_block(struct plain *plain, const struct block *block)
{
	char first[32];
	int indent = block->depth > 0 ? 2 * (block->depth - 1) : 0;

	switch (block->kind) {
	case BLOCK_PARAGRAPH:
		snprintf(first, sizeof first, "%*s", 2 * block->depth, "");
		plain_print(plain, first, block->text);
		break;
	case BLOCK_ITEM:
		if (block->number > 0)
			snprintf(first, sizeof first, "%*s%d. ", indent, "", block->number);
		else
			snprintf(first, sizeof first, "%*s- ", indent, "");
		plain_print(plain, first, block->text);
		break;
	case BLOCK_CODE:
		plain_print_verbatim(plain, 4 + 2 * block->depth, block->text);
		break;
	}
}

/* Blocks with an empty line between them, but none within a list. */
static void
print_words(struct plain *plain, const struct words *words)
{
	for (unsigned i = 0; i < words->n_blocks; i++) {
		bool list = i > 0 && words->blocks[i].kind == BLOCK_ITEM &&
			    words->blocks[i - 1].kind == BLOCK_ITEM;

		if (i > 0 && !list)
			plain_gap(plain);
		print_block(plain, &words->blocks[i]);
	}
	if (words->n_blocks > 0)
		plain_gap(plain);
}

void
plain_lesson(struct plain *plain, const struct lesson *lesson)
{
	struct paragraph title = {.length = 0};

	if (lesson->number > 0)
		paragraph_add(&title, _("Lesson %d: %s"), lesson->number, lesson->title);
	else
		paragraph_add(&title, _("Lesson: %s"), lesson->title);
	plain_print(plain, "", title.text);
	plain_print(plain, "", lesson->idea);
	plain_gap(plain);
	print_words(plain, &lesson->words);
}

void
plain_step(struct plain *plain, const struct lesson *lesson, unsigned step)
{
	struct paragraph heading = {.length = 0};

	if (step >= lesson->n_steps)
		return;
	plain_gap(plain);
	paragraph_add(&heading, _("Step %u of %u: %s"), step + 1, lesson->n_steps,
		lesson->steps[step].title);
	plain_print(plain, "", heading.text);
	plain_gap(plain);
	print_words(plain, &lesson->steps[step].words);
}

void
plain_question(struct plain *plain, const struct move *ask)
{
	char first[32];

	plain_gap(plain);
	plain_print(plain, "? ", ask->question);
	for (unsigned i = 0; i < ask->n_choices; i++) {
		snprintf(first, sizeof first, "  %u. ", i + 1);
		plain_print(plain, first, ask->choices[i].says);
	}
	plain_gap(plain);
}

void
plain_task_done(struct plain *plain, const struct move *task, bool by_hand)
{
	plain_gap(plain);
	plain_print(plain, "= ", by_hand ? _("You did it.") : _("So it is done."));
	if (task->explain != NULL)
		plain_print(plain, "  ", task->explain);
	plain_gap(plain);
}

void
plain_verdict(struct plain *plain, const struct verdict *verdict)
{
	struct paragraph paragraph = {.length = 0};
	const struct move *ask = verdict->ask;

	if (ask == NULL)
		return;
	plain_gap(plain);
	if (verdict->truth < 0)
		paragraph_add(&paragraph, "%s", _("The events have not answered this question."));
	else if (verdict->answer == verdict->truth)
		paragraph_add(&paragraph, _("Right, as you predicted: %s."),
			ask->choices[verdict->truth].says);
	else if (verdict->answer < 0)
		paragraph_add(&paragraph, _("The answer of the events: %s."),
			ask->choices[verdict->truth].says);
	else
		paragraph_add(&paragraph, _("Not so. You predicted: %s. What happened: %s."),
			ask->choices[verdict->answer].says, ask->choices[verdict->truth].says);
	plain_print(plain, "= ", paragraph.text);
	if (ask->explain != NULL)
		plain_print(plain, "  ", ask->explain);
	plain_gap(plain);
}
