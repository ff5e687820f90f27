/* SPDX-License-Identifier: MIT
 *
 * Watched memory: which segments, written on the board (event/board.h). The work is the probe's: each process that has
 * such a segment mapped does it at its next call or access, or when it maps one.
 */
#include <stdio.h>
#include <string.h>

#include "stage/inside.h"
#include "words.h"

static bool
is_segment(const char *object)
{
	return strcmp(object, "shm") == 0 || strncmp(object, "shm:", 4) == 0 ||
	       strncmp(object, "file:", 5) == 0;
}

static struct board_watch *
watch_of(struct board *board, const char *object)
{
	for (int i = 0; i < BOARD_WATCHES; i++)
		if (atomic_load(&board->watch[i].on) != WATCH_FREE &&
			strcmp(board->watch[i].name, object) == 0)
			return &board->watch[i];
	return NULL;
}

/* What the board says of all segments, unless it says something of one. */
static bool
is_on(struct board *board, const char *object)
{
	const struct board_watch *watch = watch_of(board, object);

	return watch != NULL && atomic_load(&watch->on) == WATCH_ON;
}

static void
watch_note(struct stage *stage, const char *object, bool on)
{
	struct note *note = note_make(stage, 0, 0, WHAT_act);

	if (note == NULL)
		return;
	line_word(&note->line, FIELD_op, on ? "watch" : "unwatch");
	line_word(&note->line, FIELD_obj, object);
	line_word(&note->line, FIELD_by, "stage");
	note_send(stage, note);
}

static int
watch_write(struct stage *stage, const char *object, uint32_t on, struct problem *problem)
{
	struct board_watch *watch = watch_of(stage->board, object);

	for (int i = 0; watch == NULL && i < BOARD_WATCHES; i++)
		if (atomic_load(&stage->board->watch[i].on) == WATCH_FREE)
			watch = &stage->board->watch[i];
	if (watch == NULL)
		return problem_set(problem, NULL, 0, _("only %d segments can be watched at once"),
			BOARD_WATCHES);
	if (strlen(object) >= sizeof watch->name)
		return problem_set(problem, NULL, 0, _("%s has too long a name"), object);
	snprintf(watch->name, sizeof watch->name, "%s", object);
	atomic_store(&watch->on, on);
	return 0;
}

/* What is said of all segments holds for each: what was said of one of them before is taken back. */
static void
watches_clear(struct board *board)
{
	for (int i = 0; i < BOARD_WATCHES; i++)
		if (strncmp(board->watch[i].name, "shm:", 4) == 0)
			atomic_store(&board->watch[i].on, WATCH_FREE);
}

int
stage_watch_memory(struct stage *stage, const char *object, bool on, struct problem *problem)
{
	bool all;

	object = object_name(stage, object);
	all = strcmp(object, "shm") == 0;
	if (!is_segment(object))
		return problem_set(problem, NULL, 0, _("%s is no segment of memory"), object);
#if !defined __x86_64__ || defined __ILP32__
	if (on)
		return problem_set(problem, NULL, 0,
			_("on this processor accesses cannot be watched; changed bytes are shown"));
#endif
	if (all && on && is_on(stage->board, object))
		return 0; /* asked for at each start of a program */
	if (all)
		watches_clear(stage->board);
	if (watch_write(stage, object,
		    on                                                ? WATCH_ON
		    : !all && is_on(stage->board, "shm") ? WATCH_NOT
							 : WATCH_FREE,
		    problem) != 0)
		return -1;
	watch_note(stage, object, on);
	atomic_fetch_add(&stage->board->watches, 1);
	board_knock(stage);
	return 0;
}
