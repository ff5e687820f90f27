/* SPDX-License-Identifier: MIT
 *
 * Plays a lesson: decides what should happen next and judges what did. Pure: it never touches a process. The player
 * feeds it every event, and carries out the orders that it gives.
 */
#ifndef IPCVIZ_LESSON_CONDUCTOR_H
#define IPCVIZ_LESSON_CONDUCTOR_H

#include "lesson/lesson.h"

enum phase {
	PHASE_READY,   /* the next order can be given: waits for the learner's `n` (or goes on by itself) */
	PHASE_WAITING, /* an order was carried out; its consequence has not been seen yet */
	PHASE_ASKING,  /* a prediction is wanted */
	PHASE_JUDGING, /* predicted; goes on like READY, but the verdict is still open */
	PHASE_VERDICT, /* judged: verdict is to be read; `n` goes on */
	PHASE_TRYING,  /* the learner is free; `n` goes on */
	PHASE_STEP_END,/* every move of the step was made; `n` goes to the next step */
	PHASE_DONE,    /* the lesson is over */
	PHASE_FAILED,  /* something that must be seen cannot come any more; see conductor_failure() */
};

enum order_kind {
	ORDER_NONE,
	ORDER_START,   /* start cast member `cast` */
	ORDER_PERMIT,  /* one permit for pid */
	ORDER_ACT,     /* op, pid, fd, value */
	ORDER_LOOK,    /* look at pid (0: at all) and record it in any case */
	ORDER_OPEN,    /* open every gate */
	ORDER_SHUT,    /* shut every gate */
	ORDER_RESTART, /* end every process, start with an empty model */
	ORDER_WATCH,   /* watch cast->watch in pid */
};

struct order {
	enum order_kind kind;
	const struct cast *cast;
	int32_t pid;
	const char *op; /* nonblock (value 1 or 0), capacity (value bytes), close, stop, cont, term, kill, remove,
	                 * rcvbuf, sndbuf (value bytes), shutdown (value SHUT_RD and its kin), delay (value ns) */
	const char *object; /* remove: its name, the model's */
	int fd;         /* -1 without */
	int64_t value;
	enum call_id call; /* delay */
};

struct conductor;

struct conductor *conductor_create(const struct lesson *lesson, unsigned first_step);
void conductor_free(struct conductor *conductor);

/* Every event, after it was applied to the model. */
void conductor_apply(struct conductor *conductor, const struct model *model, const struct event *event);
/* The learner (or --auto, or play) says "go on". Fills the order to carry out now; ORDER_NONE when only a phase changed. */
struct order conductor_go(struct conductor *conductor, const struct model *model);
/* Orders that need no key (a look for a judgement, a permit whose process came to its gate only now). Call after events until ORDER_NONE. */
struct order conductor_pending(struct conductor *conductor, const struct model *model);
/* The learner predicts choice `index` (from 0). */
void conductor_answer(struct conductor *conductor, unsigned index);
/* The order that was given could not be carried out: PHASE_FAILED with that sentence, at the move's line. */
void conductor_refused(struct conductor *conductor, const char *why);
/* Tells which process plays a cast member that was just started. */
void conductor_started(struct conductor *conductor, const struct cast *cast, int32_t pid);
/*
 * The learner restarted, or jumps to a step: processes are gone, the model is empty. A step stands on those before it
 * back to one that begins with `restart`, so those are played first: see conductor_hurries(). The same is true of
 * conductor_create() with a first_step.
 */
void conductor_restart(struct conductor *conductor, unsigned step);
/* True while earlier steps are played to reach the wanted one: call conductor_go() without waiting for a key whenever
 * the phase is READY or STEP_END, and tell nothing. Questions are left out. */
bool conductor_hurries(const struct conductor *conductor);
/* Gives up on what is waited for (a time limit of the caller's): PHASE_FAILED. */
void conductor_give_up(struct conductor *conductor);

enum phase conductor_phase(const struct conductor *conductor);
unsigned conductor_step(const struct conductor *conductor);
const struct lesson *conductor_lesson(const struct conductor *conductor);
const struct move *conductor_move(const struct conductor *conductor); /* current one; NULL at the step's end */
const struct cast_pids *conductor_cast(const struct conductor *conductor);
/* The newest question of this step and what became of it. */
struct verdict {
	const struct move *ask; /* NULL: none yet in this step */
	int answer;             /* predicted choice, -1: none */
	int truth;              /* choice that the events chose, -1: not judged yet */
	uint64_t event;         /* sequence number of the event that judged; 0: not judged yet */
};
struct verdict conductor_verdict(const struct conductor *conductor);
/* The newest try of this step that came true, NULL: none; did the learner do it alone, or did the lesson show it? */
const struct move *conductor_done(const struct conductor *conductor, bool *by_hand);
/* Which of the step's `seen` were seen so far: bit i for seen[i]. */
uint64_t conductor_seen(const struct conductor *conductor);
/* Which process the next ORDER_PERMIT would go to, 0: none. */
int32_t conductor_next_pid(const struct conductor *conductor, const struct model *model);
/* Whom the lesson is about just now, 0: nobody, or the learner reads, predicts or plays. */
int32_t conductor_subject(const struct conductor *conductor);
/* What `n` does now, in the third person: "lets writer call write(4, …, 1024)"; or, while WAITING, what is waited for
 * and what the learner can do about it, in sentences. In the reader's language, with the marks of text/marks.h; "" where
 * there is nothing to say. Every view says it in these words. Returns buf. */
char *conductor_hint(const struct conductor *conductor, const struct model *model, char *buf, size_t size);
/* The cast's name for a process (a forked one's too), or NULL. */
const char *conductor_name(const struct conductor *conductor, int32_t pid);
/* Does the lesson's cell name a place in this channel? */
bool cell_is_in(const struct conductor *conductor, const struct lesson_cell *cell, const struct model *model, int channel);
/* The lesson's name for what lies at `at` of the channel: "counter", "counter+2". False: it has none. */
bool cell_named(const struct conductor *conductor, const struct model *model, int channel, int64_t at, char *buf,
        size_t size);
/* What n bytes at `at` of the channel are called: "counter", "counter+2", or "bytes 8-11" where the lesson (NULL: none)
 * gives them no name. Returns buf. */
char *cell_label(const struct conductor *conductor, const struct model *model, int channel, int64_t at, int64_t n,
        char *buf, size_t size);
/* What was not seen, as a sentence with the lesson's file and line; "" unless PHASE_FAILED. */
const char *conductor_failure(const struct conductor *conductor);
/* Totals for the end screen. */
void conductor_score(const struct conductor *conductor, unsigned *right, unsigned *asked);

#endif
