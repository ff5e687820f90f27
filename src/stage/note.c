/* SPDX-License-Identifier: MIT
 *
 * Events of the stage's own, waiting for their place in the control stream.
 */
#include <stdlib.h>
#include <time.h>

#include "stage/inside.h"

int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* NULL when there is no memory: the event is then lost, and what it would have told is still true.
 */
struct note *
note_make_at(struct stage *stage, int64_t time, pid_t pid, pid_t tid, enum event_what what)
{
	struct note *note = calloc(1, sizeof *note);

	if (note == NULL)
		return NULL;
	note->at = control_mark(stage);
	note->pid = pid;
	note->tid = tid;
	line_start(&note->line, (uint64_t)time, pid, tid, what);
	return note;
}

struct note *
note_make(struct stage *stage, pid_t pid, pid_t tid, enum event_what what)
{
	return note_make_at(stage, clock_now(), pid, tid, what);
}

void
note_send(struct stage *stage, struct note *note)
{
	line_finish(&note->line);
	STAILQ_INSERT_TAIL(&stage->notes, note, entry);
	stage->n_notes++;
}

void
note_drop(struct note *note)
{
	free(note);
}

/* A look is void when the thread that was looked at has spoken since: what was seen may be older
 * than what it said. */
static bool
look_is_void(struct stage *stage, const struct note *note)
{
	struct process *process = process_find(stage, note->pid);
	struct actor *actor;

	if (note->kind == NOTE_OBJECT)
		return object_lines(stage, note->object) != note->lines;
	if (note->kind == NOTE_SOCKET)
		return socket_lines(stage, note->socket) != note->lines;
	if (process == NULL || process->dead)
		return true;
	if (note->tid == 0)
		return process->lines != note->lines;
	actor = process_actor(process, note->tid, false);
	return (actor == NULL ? 0 : actor->lines) != note->lines;
}

static void
look_anew(struct stage *stage, const struct note *note)
{
	struct process *process = process_find(stage, note->pid);

	if (note->kind == NOTE_OBJECT)
		object_soon(stage, note->object);
	else if (note->kind == NOTE_SOCKET)
		socket_again(stage, note->socket);
	else if (process != NULL && !process->dead && note->forced)
		look_soon(process);
}

/* A program that we started and that ended without a word. */
static bool
was_mute(const struct process *process)
{
	return process->started && !process->spoke && !process->dark;
}

/* Says so before its `died`; answers the note that is now the first. */
static struct note *
mute_note(struct stage *stage, struct process *process, struct note *died)
{
	static const char why[] = "the probe could not be loaded into it";
	struct note *note = note_make(stage, process->pid, 0, WHAT_dark);

	process->dark = true;
	if (note == NULL)
		return died;
	line_quoted(&note->line, FIELD_why, why, sizeof why - 1);
	line_finish(&note->line);
	note->at = died->at;
	STAILQ_INSERT_HEAD(&stage->notes, note, entry);
	stage->n_notes++;
	return note;
}

bool
note_take(struct stage *stage, struct event *event, uint64_t position)
{
	struct note *note;

	while ((note = STAILQ_FIRST(&stage->notes)) != NULL && note->at <= position) {
		struct process *process;
		bool good;

		process = process_find(stage, note->pid);
		if (note->kind == NOTE_DIED && process != NULL && was_mute(process))
			note = mute_note(stage, process, note);
		STAILQ_REMOVE_HEAD(&stage->notes, entry);
		stage->n_notes--;
		good = note->kind == NOTE_PLAIN || note->kind == NOTE_DIED ||
		       !look_is_void(stage, note);
		if (!good)
			look_anew(stage, note);
		if (note->kind == NOTE_DIED && process != NULL)
			death_told(stage, process);
		good = good && event_parse(event, note->line.text, note->line.length) == 0;
		free(note);
		if (good)
			return true;
	}
	return false;
}

void
notes_free(struct stage *stage)
{
	struct note *note;

	while ((note = STAILQ_FIRST(&stage->notes)) != NULL) {
		STAILQ_REMOVE_HEAD(&stage->notes, entry);
		free(note);
	}
	stage->n_notes = 0;
}
