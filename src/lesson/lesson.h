/* SPDX-License-Identifier: MIT
 *
 * A lesson as read from its folder: the cast, and steps of words and moves. Read-only once parsed. The format is
 * described in doc/lesson-format.md and ipcviz-lesson(5).
 */
#ifndef IPCVIZ_LESSON_LESSON_H
#define IPCVIZ_LESSON_LESSON_H

#include "event/event.h"
#include "event/problem.h"
#include "model/model.h"

/* A member of the cast: a program that the lesson starts, or a process that another member forks. */
struct cast {
	char *name;
	char *program;   /* base name of the .c file and of its executable; NULL for a forked one */
	char **args;     /* further arguments; n_args of them */
	unsigned n_args;
	char *forked_by; /* name of the member whose child it is; NULL for a started one */
	int nth;         /* which child, from 1 */
	char *watch;     /* a global int variable whose value is looked at; NULL: none */
};

/* A pattern over events and states. A field that is not given matches anything; all given ones must match. */
struct match {
	char *who;       /* cast member */
	char *what;      /* the event's word */
	char *call;      /* of the event, or of the call in flight when `state` is given without `what` */
	char *state;     /* running, gate, call, blocked, stopped, dead: the process's state after the event */
	char *err;       /* "EAGAIN"; "none": it did not fail */
	int64_t *ret, *ret_min, *ret_max; /* NULL: not asked */
	int64_t *n;
	int64_t *fd;
	int64_t *used;   /* bytes in the object, as the event reported them */
	int64_t *value;
	char *on;        /* kind of channel that the call works on: pipe */
	char *end;       /* r or w */
	char *sig;       /* kill, died: the signal */
	int64_t *status; /* died: exit status */
	char *text;      /* glob (fnmatch) over printed text, payload preview or var */
	char *op;        /* act */
	char *flags;     /* flag name that must be among the event's flags */
	int line;        /* in the lesson file */
};

enum move_kind {
	MOVE_START, /* start a cast member's program; its gate is shut */
	MOVE_RUN,   /* let `who` make calls, one permit at a time, until `until` matches */
	MOVE_ACT,   /* do `op` to `who` */
	MOVE_ASK,   /* the learner commits to a prediction before the next move */
	MOVE_SEE,   /* wait, granting nothing, until `until` matches (a judgement: a fresh look is asked for) */
	MOVE_FREE,  /* open every gate, until `until` matches (or, without one, for the rest of the step) */
	MOVE_SHUT,  /* shut every gate */
	MOVE_RESTART, /* end every process and forget what was; the step goes on with an empty stage */
	MOVE_TRY,   /* invitation: the learner is free; `n` ends it; passes by itself under --auto */
};

struct choice {
	char *says;        /* words, from the lesson's language */
	struct match when; /* the prediction is right when this is the first choice that matches */
};

struct move {
	enum move_kind kind;
	char *who;           /* cast member, where the kind needs one */
	struct match until;  /* RUN, SEE, FREE */
	char *op;            /* ACT: nonblock block stop cont term kill close capacity */
	int64_t value;       /* ACT: bytes for capacity */
	char *end;           /* ACT nonblock/close/capacity: which descriptor: r or w end of `who`'s pipe */
	char *question;      /* ASK */
	struct choice *choices;
	unsigned n_choices;
	struct match once;   /* ASK: choices are examined only after this has matched; all-empty: at once */
	char *explain;       /* ASK: words shown with the verdict; may be NULL */
	int line;
};

struct step {
	char *name;          /* stable, the same in every language; progress is kept under it */
	char *title;
	char *words;         /* plain paragraphs separated by one empty line; `code` spans and *emphasis* keep their marks:
	                        \001 code \002 and \003 emphasis \004 */
	struct move *moves;
	unsigned n_moves;
	struct match *seen;  /* must all have been seen by the end of the step */
	unsigned n_seen;
	int line;
};

struct lesson {
	char *directory;
	char *file;          /* of the words that were read: lesson.md or lesson.ko.md */
	char *name;          /* "blocking": the folder's name without its number */
	int number;          /* from the folder's name */
	char *title;
	char *idea;          /* one sentence */
	struct cast *cast;
	unsigned n_cast;
	struct step *steps;
	unsigned n_steps;
};

/* NULL with *problem (file, line, sentence with the cure). `language` like "ko", NULL for the original. */
struct lesson *lesson_load(const char *directory, const char *language, struct problem *problem);
void lesson_free(struct lesson *lesson);

/* The lessons below `directory`, ordered by number, then name. Broken ones are left out and named by *problem's newest
 * entry (what[0] is 0 when all were good). Returns how many; *lessons is for shelf_free(). -1: no such directory. */
int shelf_load(const char *directory, const char *language, struct lesson ***lessons, struct problem *problem);
void shelf_free(struct lesson **lessons, int n);

/* Path of a cast member's executable: beside its source if it is there and not older, else built with $CC (default
 * "cc") into $XDG_CACHE_HOME/ipcviz. 0, or -1 with *problem (the compiler's first message line included). */
int lesson_program(const struct lesson *lesson, const struct cast *cast, const char *program_directory, char *path,
        size_t size, struct problem *problem);

/* Does the event (already applied to the model) match? `who` is resolved through the conductor's cast pids. */
struct cast_pids {
	int32_t pid[16]; /* by cast index; 0: not there yet */
};
bool match_event(const struct match *match, const struct lesson *lesson, const struct cast_pids *cast,
        const struct model *model, const struct event *event);

#endif
