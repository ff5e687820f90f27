/* SPDX-License-Identifier: MIT
 *
 * The words at the bottom: the step's words, the prediction and what became of it, what the next
 * press of n will do, and the end of the lesson.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/keys.h"
#include "tui/page.h"
#include "tui/pane.h"
#include "words.h"

enum { WORDS_COLS_MAX = 100, CHOICES_MAX = 6, INDENT = 2 };

/* ns of waiting after which it is said what for: most waits are over before they can be read of */
static const uint64_t PATIENCE = 400000000;

struct words_pane {
	const struct step *step; /* whose words are scrolled */
	enum phase phase;
	uint64_t waits_since; /* ns on the frame's clock; 0: does not wait */
	bool scrolled;        /* by the learner; else the newest words are kept in sight */
	int first, rows, n_rows;
	int choice_row[CHOICES_MAX],
		choice_rows[CHOICES_MAX]; /* on the page, for clicks; -1: not there */
};

/* The first of a command's keys, as the key table calls it. */
static const char *
key_name(enum command_id command, char *buf, size_t size)
{
	int n;
	const struct key *keys = keys_table(&n);

	buf[0] = '\0';
	for (int i = 0; i < n; i++)
		if (keys[i].command == command)
			snprintf(buf, size, "%.*s", (int)strcspn(keys[i].keys, " "), keys[i].keys);
	return buf;
}

static const struct step *
current_step(const struct conductor *conductor)
{
	const struct lesson *lesson = conductor_lesson(conductor);
	unsigned step = conductor_step(conductor);

	return step < lesson->n_steps ? &lesson->steps[step] : NULL;
}

/* --- the step's words
 * ------------------------------------------------------------------------------------------- */

static const char *
bullet_label(const struct screen *screen, int indent, char *buf, size_t size)
{
	snprintf(buf, size, "%*s%s", indent, "", glyph(screen, GLYPH_BULLET));
	return buf;
}

static void
add_words(struct page *page, const struct screen *screen, const struct words *words)
{
	for (unsigned i = 0; i < words->n_blocks; i++) {
		const struct block *block = &words->blocks[i];
		int indent = block->depth > 0 ? (block->depth - 1) * INDENT : 0;
		char number[16];

		/* items of one list stand together */
		if (i > 0 && (block->kind != BLOCK_ITEM || words->blocks[i - 1].kind != BLOCK_ITEM))
			page_gap(page);
		snprintf(number, sizeof number, "%*s%d.", indent, "", block->number);
		if (block->kind == BLOCK_CODE)
			page_verbatim(page, indent + INDENT, ROLE_CODE, block->text);
		else if (block->kind == BLOCK_ITEM && block->number > 0)
			page_item(page, (int)strlen(number) + 1, ROLE_QUIET, number, ROLE_NORMAL,
				block->text);
		else if (block->kind == BLOCK_ITEM)
			page_itemf(page, indent + INDENT, ROLE_QUIET,
				bullet_label(screen, indent, number, sizeof number), ROLE_NORMAL,
				"%s", block->text);
		else
			page_text(page, indent, ROLE_NORMAL, block->text);
	}
}

/* --- the prediction
 * --------------------------------------------------------------------------------------------- */

static void
add_choices(struct words_pane *pane, struct page *page, const struct move *ask)
{
	for (unsigned i = 0; i < ask->n_choices && i < CHOICES_MAX; i++) {
		char label[8];

		snprintf(label, sizeof label, " %u", i + 1);
		pane->choice_row[i] = page->n_rows;
		page_item(page, 4, ROLE_KEY, label, ROLE_NORMAL, ask->choices[i].says);
		pane->choice_rows[i] = page->n_rows - pane->choice_row[i];
	}
}

static void
add_question(struct words_pane *pane, struct page *page, const struct move *ask)
{
	page_item(page, INDENT, ROLE_QUESTION, "?", ROLE_QUESTION, ask->question);
	add_choices(pane, page, ask);
}

static void
add_prediction(struct page *page, const struct screen *screen, const struct verdict *verdict)
{
	page_item(page, INDENT, ROLE_QUESTION, "?", ROLE_NORMAL, verdict->ask->question);
	if (verdict->answer >= 0)
		page_itemf(page, INDENT, ROLE_QUESTION, glyph(screen, GLYPH_HERE), ROLE_STRONG,
			_("You predict: %s"), verdict->ask->choices[verdict->answer].says);
}

static void
add_verdict(struct page *page, const struct screen *screen, const struct verdict *verdict)
{
	const struct choice *choices = verdict->ask->choices;

	page_item(page, INDENT, ROLE_QUESTION, "?", ROLE_NORMAL, verdict->ask->question);
	if (verdict->answer == verdict->truth) {
		page_itemf(page, INDENT, ROLE_CORRECT, glyph(screen, GLYPH_RIGHT), ROLE_CORRECT,
			_("You were right. The kernel's answer: %s"), choices[verdict->truth].says);
	} else {
		if (verdict->answer >= 0)
			page_itemf(page, INDENT, ROLE_WRONG, glyph(screen, GLYPH_ERROR), ROLE_WRONG,
				_("Not so. You predicted: %s"), choices[verdict->answer].says);
		page_itemf(page, INDENT, ROLE_CORRECT, glyph(screen, GLYPH_RIGHT), ROLE_CORRECT,
			_("The kernel's answer: %s"), choices[verdict->truth].says);
	}
	if (verdict->ask->explain != NULL)
		page_text(page, INDENT, ROLE_NORMAL, verdict->ask->explain);
}

/* --- what the next press of n does
 * ------------------------------------------------------------------------------ */

static void
add_key(struct page *page, enum command_id command, const char *words)
{
	char key[24];

	key_name(command, key, sizeof key);
	page_item(page, text_cells(key) + 1, ROLE_KEY, key, ROLE_NORMAL, words);
}

static bool
waits_shortly(const struct words_pane *pane, const struct frame *frame)
{
	return pane->waits_since == 0 || frame->clock < pane->waits_since + PATIENCE;
}

static void
add_hint(const struct words_pane *pane, struct page *page, const struct frame *frame)
{
	const struct conductor *conductor = frame->view->conductor;
	bool waits = conductor_phase(conductor) == PHASE_WAITING;
	char words[512];

	if (waits && waits_shortly(pane, frame)) {
		page_text(page, 0, ROLE_QUIET, _("… waiting for what happens"));
		return;
	}
	conductor_hint(conductor, frame->view->model, words, sizeof words);
	if (waits)
		page_text(page, 0, ROLE_NORMAL, words);
	else if (words[0] != '\0')
		add_key(page, COMMAND_NEXT, words);
}

/* --- the learner is free, and the ends
 * -------------------------------------------------------------------------- */

static void
add_try(struct page *page, const struct screen *screen, const struct move *move)
{
	page_item(page, INDENT, ROLE_QUESTION, glyph(screen, GLYPH_HERE), ROLE_STRONG,
		move != NULL && move->question != NULL ? move->question
						       : _("Now try it yourself."));
}

/* What the task that came true is to teach. */
static void
add_done(struct page *page, const struct screen *screen, const struct conductor *conductor)
{
	bool by_hand;
	const struct move *done = conductor_done(conductor, &by_hand);

	if (done == NULL || conductor_phase(conductor) == PHASE_TRYING)
		return;
	page_item(page, INDENT, ROLE_CORRECT, glyph(screen, GLYPH_RIGHT), ROLE_CORRECT,
		by_hand ? _("You did it.") : _("So it is done."));
	if (done->explain != NULL)
		page_text(page, INDENT, ROLE_NORMAL, done->explain);
}

static void
add_score(struct page *page, const struct screen *screen, const struct conductor *conductor)
{
	unsigned right, asked;

	conductor_score(conductor, &right, &asked);
	if (asked == 0)
		return;
	page_itemf(page, INDENT, right == asked ? ROLE_CORRECT : ROLE_STRONG,
		glyph(screen, right == asked ? GLYPH_RIGHT : GLYPH_BULLET),
		right == asked ? ROLE_CORRECT : ROLE_STRONG,
		_("The kernel agreed with %u of your %u predictions."), right, asked);
	if (right < asked)
		page_text(page, INDENT, ROLE_NORMAL,
			_("Where it did not, something was to be learned: play the lesson once "
			  "more and watch "
			  "those moments."));
}

static const char *
back_words(const struct view *view)
{
	return view->from_menu ? _("back to the lessons") : _("leaves ipcviz");
}

static void
add_end(struct page *page, const struct frame *frame, bool airy)
{
	const struct view *view = frame->view;
	const struct screen *screen = frame->screen;
	const struct lesson *lesson = conductor_lesson(view->conductor);
	char title[120], next[400];

	page_itemf(page, INDENT, ROLE_CORRECT, glyph(screen, GLYPH_RIGHT), ROLE_TITLE,
		_("%s is done: you saw it happen."), lesson->title);
	if (airy)
		page_gap(page);
	page_text(page, INDENT, ROLE_NORMAL, lesson->idea);
	if (airy)
		page_gap(page);
	add_score(page, screen, view->conductor);
	if (airy)
		page_gap(page);
	if (view->next != NULL) {
		/* the marks stand outside the words to be translated: gettext keeps \004 for itself */
		snprintf(title, sizeof title, "\003%s\004", view->next->title);
		snprintf(next, sizeof next, _("the next lesson, %s: %s"), title, view->next->idea);
		add_key(page, COMMAND_NEXT, next);
	}
	add_key(page, COMMAND_BACK, back_words(view));
	add_key(page, COMMAND_RESTART, _("the lesson once more"));
}

static void
add_failure(struct page *page, const struct frame *frame, bool airy)
{
	const struct screen *screen = frame->screen;
	const struct conductor *conductor = frame->view->conductor;

	page_item(page, INDENT, ROLE_WRONG, glyph(screen, GLYPH_ERROR), ROLE_WRONG,
		_("Something that should have happened did not."));
	page_text(page, INDENT, ROLE_NORMAL, conductor_failure(conductor));
	if (airy)
		page_gap(page);
	add_key(page, COMMAND_RESTART, _("starts the lesson anew"));
	add_key(page, COMMAND_BACK, back_words(frame->view));
}

/* --- the pane
 * ---------------------------------------------------------------------------------------------------
 */

/* What the phase calls for, with gaps where it is airy. `newest` gets the row from which on
 * everything must be in sight. */
static void
lay_out(struct words_pane *pane, struct page *page, const struct frame *frame, int cols, bool airy,
	int *newest)
{
	const struct conductor *conductor = frame->view->conductor;
	enum phase phase = conductor_phase(conductor);
	const struct step *step = current_step(conductor);
	struct verdict verdict = conductor_verdict(conductor);

	for (int i = 0; i < CHOICES_MAX; i++)
		pane->choice_row[i] = -1;
	page_init(page, frame->screen, cols < WORDS_COLS_MAX ? cols : WORDS_COLS_MAX);
	*newest = 0;
	if (phase == PHASE_DONE) {
		add_end(page, frame, airy);
		return;
	}
	if (conductor_step(conductor) == 0 && verdict.truth < 0) { /* then there is more to say */
		add_words(page, frame->screen, &conductor_lesson(conductor)->words);
		page_gap(page);
	}
	if (step != NULL)
		add_words(page, frame->screen, &step->words);
	*newest = page->n_rows;
	if (airy && (verdict.ask != NULL || phase == PHASE_TRYING || phase == PHASE_FAILED))
		page_gap(page);
	if (phase == PHASE_FAILED) {
		add_failure(page, frame, airy);
		return;
	}
	add_done(page, frame->screen, conductor);
	if (phase == PHASE_ASKING && verdict.ask != NULL)
		add_question(pane, page, verdict.ask);
	else if (verdict.ask != NULL && verdict.truth >= 0)
		add_verdict(page, frame->screen, &verdict);
	else if (verdict.ask != NULL)
		add_prediction(page, frame->screen, &verdict);
	if (phase == PHASE_TRYING)
		add_try(page, frame->screen, conductor_move(conductor));
	add_hint(pane, page, frame);
}

/* The first of a frame's calls. */
static int
words_rows(void *state, const struct frame *frame, int cols)
{
	struct words_pane *pane = state;
	struct page page;
	int newest, rows;

	if (frame->view->conductor == NULL)
		return 0;
	if (conductor_phase(frame->view->conductor) != PHASE_WAITING)
		pane->waits_since = 0;
	else if (pane->waits_since == 0)
		pane->waits_since = frame->clock;
	lay_out(pane, &page, frame, cols - 2, true, &newest);
	rows = page.n_rows;
	if (conductor_verdict(frame->view->conductor).truth >= 0)
		rows -= newest; /* what was said before may leave the screen to the cards */
	page_fini(&page);
	return rows;
}

static bool
same_place(const struct words_pane *pane, const struct conductor *conductor)
{
	return pane->step == current_step(conductor) && pane->phase == conductor_phase(conductor);
}

/* Unless the learner scrolled, the question, verdict or hint is in sight, and as much before it as
 * fits. */
static int
first_row(const struct words_pane *pane, const struct page *page, int rows, int newest)
{
	int first = pane->scrolled ? pane->first : page->n_rows - rows;

	if (!pane->scrolled && first > newest)
		first = newest;
	return page_clamp(page, rows, first);
}

static const char *
title_of(const struct conductor *conductor)
{
	switch (conductor_phase(conductor)) {
	case PHASE_ASKING:
		return _("predict");
	case PHASE_VERDICT:
		return _("the kernel's answer");
	case PHASE_TRYING:
		return _("now try");
	case PHASE_DONE:
		return _("the end");
	case PHASE_FAILED:
		return _("failed");
	default:
		return NULL;
	}
}

static void
words_draw(void *state, const struct frame *frame, struct box box)
{
	struct words_pane *pane = state;
	const struct conductor *conductor = frame->view->conductor;
	struct box inside = box_part(box, 1, 1, box.rows - 1, box.cols - 2);
	struct page page;
	int newest;

	draw_clear(frame->screen, box);
	if (conductor == NULL)
		return;
	if (!same_place(pane, conductor))
		pane->scrolled = false;
	pane->step = current_step(conductor);
	pane->phase = conductor_phase(conductor);
	lay_out(pane, &page, frame, inside.cols, true, &newest);
	if (page.n_rows > inside.rows) {
		page_fini(&page);
		lay_out(pane, &page, frame, inside.cols, false, &newest);
	}
	pane->rows = inside.rows;
	pane->n_rows = page.n_rows;
	pane->first = first_row(pane, &page, inside.rows, newest);
	draw_rule(frame->screen, box, 0, ROLE_FRAME, title_of(conductor));
	page_draw(&page, frame->screen, inside, pane->first);
	if (pane->first > 0)
		draw_glyph(frame->screen, box, 1, box.cols - 1, ROLE_KEY, GLYPH_MORE_UP);
	if (pane->first + inside.rows < page.n_rows)
		draw_glyph(
			frame->screen, box, box.rows - 1, box.cols - 1, ROLE_KEY, GLYPH_MORE_DOWN);
	page_fini(&page);
}

static int64_t
words_due(void *state, const struct frame *frame)
{
	const struct words_pane *pane = state;

	if (frame->view->conductor == NULL || pane->waits_since == 0 || !waits_shortly(pane, frame))
		return -1;
	return (int64_t)(pane->waits_since + PATIENCE - frame->clock);
}

static bool
words_scroll(struct words_pane *pane, int by)
{
	if (pane->n_rows <= pane->rows)
		return false;
	pane->first += by;
	pane->scrolled = true;
	return true;
}

static bool
words_key(void *state, const struct frame *frame, struct command *command)
{
	struct words_pane *pane = state;
	const struct conductor *conductor = frame->view->conductor;

	if (conductor == NULL)
		return false;
	if (command->id == COMMAND_UP || command->id == COMMAND_DOWN) {
		bool scrolled = words_scroll(pane, command->id == COMMAND_UP ? -1 : 1);

		if (scrolled)
			command->id = COMMAND_NONE;
		return scrolled;
	}
	if (command->id == COMMAND_ANSWER) {
		struct verdict verdict = conductor_verdict(conductor);

		if (conductor_phase(conductor) != PHASE_ASKING || verdict.ask == NULL ||
			command->value < 0)
			command->id = COMMAND_NONE; /* else the player says if there is no such choice */
		return true;
	}
	return false;
}

/* A click on a choice predicts it. */
static bool
words_click(void *state, const struct frame *frame, struct box box, int row, int col, int wheel,
	struct command *command)
{
	struct words_pane *pane = state;
	int at = row - 1 + pane->first;

	(void)box, (void)col;
	if (wheel != 0)
		return words_scroll(pane, wheel);
	if (frame->view->conductor == NULL ||
		conductor_phase(frame->view->conductor) != PHASE_ASKING)
		return false;
	for (int i = 0; i < CHOICES_MAX; i++)
		if (pane->choice_row[i] >= 0 && at >= pane->choice_row[i] &&
			at < pane->choice_row[i] + pane->choice_rows[i]) {
			command->id = COMMAND_ANSWER;
			command->value = i;
			return true;
		}
	return false;
}

const struct pane pane_words = {
	.state_size = sizeof(struct words_pane),
	.rows = words_rows,
	.draw = words_draw,
	.due = words_due,
	.key = words_key,
	.click = words_click,
};
