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
		if (atomic_load(&board->watch[i].on) != 0 &&
			strcmp(board->watch[i].name, object) == 0)
			return &board->watch[i];
	return NULL;
}

static struct board_watch *
watch_free(struct board *board)
{
	for (int i = 0; i < BOARD_WATCHES; i++)
		if (atomic_load(&board->watch[i].on) == 0)
			return &board->watch[i];
	return NULL;
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
watch_begin(struct stage *stage, const char *object, struct problem *problem)
{
	struct board_watch *watch = watch_free(stage->board);

#if !defined __x86_64__ || defined __ILP32__
	return problem_set(problem, NULL, 0,
		_("on this processor accesses cannot be watched; changed bytes are shown"));
#endif
	if (watch == NULL)
		return problem_set(problem, NULL, 0, _("only %d segments can be watched at once"),
			BOARD_WATCHES);
	if (strlen(object) >= sizeof watch->name)
		return problem_set(problem, NULL, 0, _("%s has too long a name"), object);
	watch_note(stage, object, true);
	snprintf(watch->name, sizeof watch->name, "%s", object);
	atomic_store(&watch->on, 1);
	return 0;
}

int
stage_watch_memory(struct stage *stage, const char *object, bool on, struct problem *problem)
{
	struct board_watch *watch;

	object = object_name(stage, object);
	if (!is_segment(object))
		return problem_set(problem, NULL, 0, _("%s is no segment of memory"), object);
	watch = watch_of(stage->board, object);
	if ((watch != NULL) == on)
		return 0;
	if (on && watch_begin(stage, object, problem) != 0)
		return -1;
	if (!on) {
		watch_note(stage, object, false);
		atomic_store(&watch->on, 0);
	}
	atomic_fetch_add(&stage->board->watches, 1);
	board_knock(stage);
	return 0;
}
