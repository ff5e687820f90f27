/* SPDX-License-Identifier: MIT
 *
 * Semaphores, a mutex: values as tokens, the queue of those who wait, who operated last, what
 * SEM_UNDO would give back, and the kernel's own counts beside ours. A condition has no value, only
 * those who wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "tui/names.h"
#include "words.h"

enum { TOKENS_MAX = 8, LOCKS_MAX = 16 };

static const struct semaphores *
set_of(const struct channel_card *card)
{
	return card->channel->semaphores;
}

/* --- a value --- */

/* "●●●" up to what has room; an empty ring for 0. */
static int
draw_tokens(const struct channel_card *card, struct box line, int col, int64_t value)
{
	struct screen *screen = card->frame->screen;
	if (value < 0 || value > TOKENS_MAX)
		return 0;
	if (value == 0)
		return draw_glyph(screen, line, 0, col, ROLE_BLOCKED, GLYPH_TOKEN_NONE);
	return draw_run(screen, line, 0, col, (int)value, ROLE_RUNNING, GLYPH_TOKEN);
}

/* "1 ●", "~0 ○" where it was computed; of a mutex the ring alone */
static int
draw_value(const struct channel_card *card, struct box line, int col, int number)
{
	const struct semaphore *semaphore = &set_of(card)->items[number];
	struct screen *screen = card->frame->screen;
	int start = col;
	style look = card_fresh(card) ? ROLE_STRONG : ROLE_NORMAL;
	if (semaphore->value < 0)
		return draw_text(screen, line, 0, col, ROLE_QUIET, "?");
	if (card->channel->kind == CHANNEL_MUTEX)
		return draw_tokens(card, line, col, semaphore->value > 0);
	col += draw_textf(screen, line, 0, col, look, "%s%lld",
		       semaphore->value_inferred ? "~" : "", (long long)semaphore->value) +
	       1;
	return col - start + draw_tokens(card, line, col, semaphore->value);
}

/* Those of the waiters that want this semaphore of the set; *who gets one of them. */
static int
waiting_for(const struct channel_card *card, int number, int *who)
{
	int processes[64], found = 0, n = waiters_of(card, processes, 64);
	for (int i = 0; i < n; i++) {
		const struct call *call = process_call(&card->model->processes[processes[i]]);
		if (!call || call->sem != number)
			continue;
		*who = processes[i];
		found++;
	}
	return found;
}

static int
one_row(const struct channel_card *card)
{
	return set_of(card)->n > 0;
}

/* "free", "held by writer?": who locked it and did not unlock it, by the calls seen. */
static int
draw_held(const struct channel_card *card, struct box line, int col)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	style look = card_fresh(card) ? ROLE_STRONG : ROLE_NORMAL;
	if (set_of(card)->items[0].value != 0)
		return draw_text(screen, line, 0, col, look, _("free"));
	for (int i = 0; i < channel->n_users; i++) {
		char words[96];
		if (channel->users[i].held <= 0)
			continue;
		snprintf(words, sizeof words, _("held by %s"),
			process_called(card->frame->view, channel->users[i].process).text);
		if (text_cells(words) <= line.cols - col)
			return draw_text(screen, line, 0, col, look, words);
	}
	return draw_text(screen, line, 0, col, look, _("held"));
}

/* A lone semaphore in its own words. */
static void
draw_single(const struct channel_card *card, struct box box)
{
	if (card->channel->kind == CHANNEL_MUTEX)
		draw_held(card, box, 1 + draw_value(card, box, 0, 0));
	else
		draw_value(card, box,
			1 + draw_text(card->frame->screen, box, 0, 0, ROLE_QUIET, _("value")), 0);
}

static void
draw_number(const struct channel_card *card, struct box line, int number)
{
	const struct semaphore *semaphore = &set_of(card)->items[number];
	struct screen *screen = card->frame->screen;
	int col = draw_textf(screen, line, 0, 0, ROLE_STRONG, "#%d", number) + 1;
	int who = NONE, waiting = waiting_for(card, number, &who);
	col += draw_value(card, line, col, number) + 1;
	if (waiting > 0)
		col += draw_glyph(screen, line, 0, col, ROLE_BLOCKED, GLYPH_BLOCKED);
	if (waiting == 1)
		col += draw_text(screen, line, 0, col, ROLE_BLOCKED,
			       process_called(card->frame->view, who).text) +
		       1;
	else if (waiting > 1)
		col += draw_textf(screen, line, 0, col, ROLE_BLOCKED, "%d", waiting) + 1;
	if (semaphore->last_operator != NONE)
		draw_textf(screen, line, 0, col < 10 ? 10 : col, ROLE_QUIET, _("last: %s"),
			process_called(card->frame->view, semaphore->last_operator).text);
}

static int
values_rows(const struct channel_card *card)
{
	return set_of(card)->n;
}

/* All values of a set on one line: "#0 1  #1 0" */
static void
draw_numbers_brief(const struct channel_card *card, struct box line, int first)
{
	int col = 0;
	for (int i = first; i < set_of(card)->n && col < line.cols; i++) {
		const struct semaphore *semaphore = &set_of(card)->items[i];
		int who = NONE;
		bool waited = waiting_for(card, i, &who) > 0;
		col += draw_textf(card->frame->screen, line, 0, col,
			waited ? ROLE_BLOCKED : ROLE_NORMAL, "#%d %lld%s", i,
			(long long)semaphore->value,
			waited ? glyph(card->frame->screen, GLYPH_BLOCKED) : "");
		col += 2;
	}
}

static void
draw_values(const struct channel_card *card, struct box box)
{
	int n = set_of(card)->n;
	if (n == 1) {
		draw_single(card, box);
		return;
	}
	int whole = n <= box.rows ? n : box.rows - 1;
	for (int i = 0; i < whole; i++)
		draw_number(card, box_part(box, i, 0, 1, box.cols), i);
	if (whole < n)
		draw_numbers_brief(card, box_part(box, whole, 0, 1, box.cols), whole);
}

/* The queue of a lone semaphore matters most; in a set the values name those who wait already. */
static int
queue_rows(const struct channel_card *card)
{
	return set_of(card)->n == 1 ? waiters_rows(card) : 0;
}

static int
set_queue_rows(const struct channel_card *card)
{
	return set_of(card)->n == 1 ? 0 : waiters_rows(card);
}

/* --- who operated, what would be given back --- */

static int
operator_rows(const struct channel_card *card)
{
	const struct semaphores *set = set_of(card);
	return set->n == 1 && set->items[0].last_operator != NONE;
}

/* Not "the owner": a semaphore has none. */
static void
draw_operator(const struct channel_card *card, struct box box)
{
	const struct semaphore *semaphore = &set_of(card)->items[0];
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET,
		box.cols >= 24 ? _("last operator: %s") : _("last: %s"),
		process_called(card->frame->view, semaphore->last_operator).text);
}

static int
undo_rows(const struct channel_card *card)
{
	int n = 0;
	for (int i = 0; i < set_of(card)->n_undos; i++)
		n += set_of(card)->undos[i].adjust != 0;
	return n;
}

/* "SEM_UNDO a: #0 +1" */
static void
draw_undos(const struct channel_card *card, struct box box)
{
	const struct semaphores *set = set_of(card);
	for (int i = 0, row = 0; i < set->n_undos && row < box.rows; i++) {
		const struct undo *undo = &set->undos[i];
		if (undo->adjust == 0)
			continue;
		struct box line = box_part(box, row++, 0, 1, box.cols);
		int col = draw_textf(card->frame->screen, line, 0, 0, ROLE_QUIET, _("SEM_UNDO %s:"),
				  process_called(card->frame->view, undo->process).text) +
			  1;
		if (set->n > 1)
			col += draw_textf(card->frame->screen, line, 0, col, ROLE_NORMAL, "#%d",
				       undo->number) +
			       1;
		draw_textf(card->frame->screen, line, 0, col, ROLE_STRONG, "%+lld",
			(long long)undo->adjust);
	}
}

/* --- the kernel's word --- */

static int
kernel_rows(const struct channel_card *card)
{
	const struct semaphores *set = set_of(card);
	return set->n == 1 && channel_is_system_v(card->channel) &&
	       (set->items[0].ncnt >= 0 || set->items[0].last_pid > 0);
}

static void
draw_kernel(const struct channel_card *card, struct box box)
{
	const struct semaphore *semaphore = &set_of(card)->items[0];
	struct screen *screen = card->frame->screen;
	char words[80] = "", pid[24] = "";
	size_t at = 0;
	if (semaphore->ncnt >= 0)
		at += (size_t)snprintf(
			words, sizeof words, "GETNCNT %lld ", (long long)semaphore->ncnt);
	if (semaphore->zcnt > 0 || (semaphore->zcnt == 0 && box.cols >= 36))
		at += (size_t)snprintf(
			words + at, sizeof words - at, "GETZCNT %lld ", (long long)semaphore->zcnt);
	if (semaphore->last_pid > 0)
		snprintf(pid, sizeof pid, "GETPID %d", (int)semaphore->last_pid);
	/* half a number would be a wrong one; the evidence has it whole */
	if ((int)(at + strlen(pid)) <= box.cols)
		snprintf(words + at, sizeof words - at, "%s", pid);
	draw_text(screen, box, 0, 0, ROLE_QUIET, words);
}

static int
place_rows(const struct channel_card *card)
{
	return card->channel->inside != NONE || strchr(card->channel->name, '@') != NULL;
}

/* Where it lies: in a segment, or in memory that nobody shares. */
static void
draw_place(const struct channel_card *card, struct box box)
{
	char segment[96];
	if (card->channel->inside != NONE) {
		channel_title(&card->model->channels[card->channel->inside], false, segment,
			sizeof segment);
		draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("in %s at %d"), segment,
			card->channel->inside_at);
	} else if (!set_of(card)->shared) {
		/* "sem:PID@ADDRESS": after a fork there is one at the same address in each */
		const char *colon = strchr(card->channel->name, ':');
		int owner = colon ? model_process(card->model, (int32_t)strtol(colon + 1, NULL, 10))
				  : NONE;
		if (owner != NONE)
			draw_textf(card->frame->screen, box, 0, 0, ROLE_STATUS, _("private to %s"),
				process_called(card->frame->view, owner).text);
		else
			draw_text(card->frame->screen, box, 0, 0, ROLE_STATUS, _("private memory"));
	}
}

static void
condition_foot(const struct channel_card *card, char *buf, size_t size)
{
	if (card->channel->removed)
		snprintf(buf, size, "%s",
			strstr(card->channel->name, ":/") ? _("name removed") : _("removed"));
}

/* System V asks the kernel always; of the others that is news, as long as nobody sleeps there. */
static void
semaphore_foot(const struct channel_card *card, char *buf, size_t size)
{
	if (card->channel->removed)
		condition_foot(card, buf, size);
	else if (!channel_is_system_v(card->channel) && waiters_rows(card) == 0)
		snprintf(buf, size, "%s",
			set_of(card)->needed_kernel ? _("went to the kernel")
						    : _("no kernel needed"));
}

static int
semaphore_line(const struct channel_card *card, struct box line, int col)
{
	const struct semaphores *set = set_of(card);
	if (set->n == 1)
		col += draw_value(card, line, col, 0) + 1;
	if (card->channel->kind == CHANNEL_MUTEX)
		col += draw_held(card, line, col) + 1;
	else if (set->n > 1)
		for (int i = 0; i < set->n && col < line.cols; i++)
			col += draw_textf(card->frame->screen, line, 0, col, ROLE_NORMAL, "%lld",
				       (long long)set->items[i].value) +
			       1;
	col = waiters_count(card, line, col);
	if (set->n == 1 && set->items[0].last_operator != NONE && line.cols - col >= 12)
		col += draw_textf(card->frame->screen, line, 0, col, ROLE_QUIET, _("last: %s"),
			       process_called(card->frame->view, set->items[0].last_operator)
				       .text) +
		       1;
	if (card->channel->removed)
		col += draw_text(card->frame->screen, line, 0, col, ROLE_WRONG, _("removed"));
	return col;
}

static const struct part semaphore_parts[] = {
	{0, values_rows, draw_values},
	{1, queue_rows, waiters_draw},
	{3, set_queue_rows, waiters_draw},
	{3, operator_rows, draw_operator},
	{4, undo_rows, draw_undos},
	{2, place_rows, draw_place},
	{6, kernel_rows, draw_kernel},
	{0},
};

const struct channel_view view_semaphore = {
	.parts = semaphore_parts, .foot = semaphore_foot, .line = semaphore_line};

/* --- a condition --- */

static int
nobody_rows(const struct channel_card *card)
{
	return waiters_rows(card) == 0;
}

static void
draw_nobody(const struct channel_card *card, struct box box)
{
	draw_text(card->frame->screen, box, 0, 0, ROLE_QUIET, _("nobody waits"));
}

static int
condition_line(const struct channel_card *card, struct box line, int col)
{
	return waiters_count(card, line, col);
}

static const struct part condition_parts[] = {
	{0, nobody_rows, draw_nobody},
	{0, waiters_rows, waiters_draw},
	{1, place_rows, draw_place},
	{0},
};

const struct channel_view view_condition = {
	.parts = condition_parts, .foot = condition_foot, .line = condition_line};

/* --- locks within a segment's card --- */

int
locks_inside(const struct model *model, int segment, int *ids, int room)
{
	int n = 0;
	for (int i = 0; i < model->n_channels && n < room; i++) {
		const struct channel *channel = &model->channels[i];
		if (!channel->semaphores || channel->inside != segment || channel->n_users == 0)
			continue;
		int at = n++;
		for (; at > 0 && model->channels[ids[at - 1]].inside_at > channel->inside_at; at--)
			ids[at] = ids[at - 1];
		ids[at] = i;
	}
	return n;
}

/* Its value and who waits, from col on. */
static void
draw_lock(const struct channel_card *card, struct box line, int col)
{
	struct screen *screen = card->frame->screen;
	/* who waits comes before who holds */
	int processes[LOCKS_MAX], n = waiters_of(card, processes, LOCKS_MAX);
	if (one_row(card) && card->channel->kind != CHANNEL_COND)
		col += draw_value(card, line, col, 0) + 1;
	if (card->channel->kind == CHANNEL_MUTEX && (n == 0 || line.cols >= 28))
		col += draw_held(card, line, col) + 1;
	if (n == 1) {
		col += draw_glyph(screen, line, 0, col, ROLE_BLOCKED, GLYPH_BLOCKED);
		draw_text(screen, line, 0, col, ROLE_BLOCKED,
			process_called(card->frame->view, processes[0]).text);
	} else {
		waiters_count(card, line, col);
	}
}

void
lock_line(const struct channel_card *segment, struct box line, int lock)
{
	struct channel_card card = *segment;
	struct screen *screen = card.frame->screen;
	char word[24];
	card.channel = &card.model->channels[lock];
	card.id = lock;
	channel_title(card.channel, true, word, sizeof word);
	if (line.cols < 28 && card.channel->kind == CHANNEL_SEM)
		snprintf(word, sizeof word, "sem");
	int col = draw_glyph(screen, line, 0, 0, ROLE_STRONG, GLYPH_LOCK) + 1;
	col += draw_textf(
		       screen, line, 0, col, ROLE_NORMAL, "%s +%d", word, card.channel->inside_at) +
	       1;
	draw_lock(&card, line, col);
}

void
single_line(const struct frame *frame, struct box line, int lock, int names)
{
	const struct model *model = frame->view->model;
	struct channel_card card = {frame, model, &model->channels[lock], lock, 1, line.cols};
	bool focused = frame->focus->channel == lock;
	char name[96];
	channel_short_name(card.channel, name, sizeof name);
	title_fit(frame->screen, name, names);
	draw_text(frame->screen, line, 0, 0, focused ? ROLE_SELECTED : ROLE_STRONG, name);
	draw_lock(&card, line, names + 1);
}
