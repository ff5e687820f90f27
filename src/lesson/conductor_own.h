/* SPDX-License-Identifier: MIT
 *
 * The conductor: where the lesson stands, what happens next, and what the events say about the
 * learner's prediction. What its files share, and nobody else includes.
 *
 * The moves of all steps lie in one row; `at` is the current one. Events end moves; a key
 * (conductor_go) begins those that do something. What makes judging safe although processes run at
 * the same time:
 *
 * - A look counts as evidence only if it began after everything that was known when it was wanted:
 * see evidence.c.
 * - A woken process may report before the process that woke it has reported its own return. So what
 * *others* do from the moment that a call was entered counts as a consequence of that call
 * (`early`), and a `see` counts what happened since the move before it began. Only what a process
 * did itself counts early, and what the kernel says of an object; never a look at a process.
 */
#ifndef IPCVIZ_LESSON_CONDUCTOR_OWN_H
#define IPCVIZ_LESSON_CONDUCTOR_OWN_H

#include "lesson/conductor.h"

/* One of all moves of the lesson, in order. */
struct place {
	const struct move *move;
	unsigned step;
	bool early; /* SEE, RUN: its pattern matched before it was its turn */
	int task;   /* the place of the try whose move this is; -1: it is of none */
};

/* The newest question. */
struct asking {
	struct verdict verdict;
	bool open;      /* not judged yet */
	bool once;      /* its `once` has matched (or it has none, and was answered) */
	uint64_t since; /* a look must be newer than this */
	int early;      /* choice that matched since the deciding call was entered; -1: none */
	uint64_t early_event;
	bool shown; /* the verdict was read: it no longer holds up the lesson */
};

struct conductor {
	const struct lesson *lesson;
	struct place *places;
	unsigned n_places;
	unsigned *first; /* by step: its first place; first[n_steps] is n_places */

	unsigned step, at;
	enum phase phase; /* without VERDICT and JUDGING, which asking adds */
	unsigned goal;    /* step up to which to hurry */
	bool hurries;
	char failure[1024];

	/* the current move */
	bool began;       /* its order was given */
	bool want_permit; /* as soon as the process stands at its gate */
	uint64_t since;   /* a look must be newer than this to count for it */
	bool opened;      /* the gates are open by a `free` */
	bool want_shut;

	const struct move *done; /* the newest try of this step that was brought about; NULL */
	bool by_hand;            /* without any move of the lesson's */

	struct asking asking;
	uint64_t seen, seen_early; /* of this step; of the next, since its last move began */
	unsigned right, asked;

	/* the cast */
	struct cast_pids cast;
	int children[LESSON_CAST_MAX]; /* of each member, born so far */
	int32_t newest_child[LESSON_CAST_MAX];
	uint32_t want_watch; /* masks over the cast */
	uint32_t want_look;
	int looks_left;

	enum process_state state; /* of the process that the current move is about, for messages */
	enum call_id call;

	uint64_t now;   /* the latest time of any event */
	uint64_t event; /* sequence number of the newest */
};

const struct step *step_of(const struct conductor *conductor);
struct place *place_of(struct conductor *conductor); /* NULL: no move of the step is left */

/* evidence.c */
bool match_given(const struct match *match);
/* Decided by looking at the process, not by what it sends. */
bool match_needs_look(const struct match *match);
bool conductor_matches(const struct conductor *conductor, const struct match *match,
	const struct model *model, const struct event *event);
/* True of a state that the model knows for certain without a look. */
bool match_holds(
	const struct conductor *conductor, const struct match *match, const struct model *model);
/* Its process is dead, so it cannot match any more. */
bool match_is_hopeless(
	const struct conductor *conductor, const struct match *match, const struct model *model);
/* NULL when it is unknown, or when there is no model at hand. */
const struct process *process_of(const struct model *model, int32_t pid);
void want_look(struct conductor *conductor, const struct match *match);
/* A look found the process running within its call, which decides nothing: once more. */
void look_again(struct conductor *conductor, const struct match *match, const struct model *model,
	const struct event *event);
bool look_is_stale(const struct event *event, uint64_t since);

/* expectation.c: what the pattern asks for, with the marks of text/marks.h: "reader sleeps in read". Returns buf. */
char *match_words(const struct match *match, char *buf, size_t size);

/* cast.c */
int32_t pid_of(const struct conductor *conductor, const char *who); /* 0: not there */
int cast_by_pid(const struct conductor *conductor, int32_t pid);    /* -1: not of the cast */
void cast_apply(struct conductor *conductor, const struct event *event);

/* course.c */
bool verdict_waits(const struct conductor *conductor); /* judged, and not read yet */
void step_enter(struct conductor *conductor, unsigned step, const struct model *model);
void step_settle(struct conductor *conductor); /* its moves are over: is the step, too? */
void move_enter(struct conductor *conductor, const struct model *model);
void move_done(struct conductor *conductor, const struct model *model);
/* The try that the learner is to bring about now, or whose moves do it; NULL: none. */
const struct move *task_of(const struct conductor *conductor);
/* It came true: its moves that are left are not needed. */
void task_done(struct conductor *conductor, const struct model *model);

/* judge.c */
void ask_apply(struct conductor *conductor, const struct model *model, const struct event *event);

/* consequence.c, in this order for every event */
void early_apply(struct conductor *conductor, const struct model *model, const struct event *event);
void seen_apply(struct conductor *conductor, const struct model *model, const struct event *event);
void move_apply(struct conductor *conductor, const struct model *model, const struct event *event);

/* failure.c: PHASE_FAILED, with a sentence about that line of the lesson */
void conductor_fail(struct conductor *conductor, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
