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
#include "text/marks.h"

enum {
	LESSON_BYTES_MAX = 256 * 1024, /* of a lesson.md */
	LESSON_CAST_MAX = 16,
	CAST_ARGS_MAX = 30,
	LESSON_STEPS_MAX = 99,
	STEP_MOVES_MAX = 99,
	STEP_SEEN_MAX = 64, /* conductor_seen() is a 64-bit mask */
	LESSON_CELLS_MAX = 16,
	ASK_CHOICES_MIN = 2,
	ASK_CHOICES_MAX = 6, /* the keys 1 to 6 */
};

/* Words for the learner, with the marks of text/marks.h. */

enum block_kind {
	BLOCK_PARAGRAPH,
	BLOCK_ITEM, /* of a list: drawn with a bullet or its number, and a hanging indent */
	BLOCK_CODE, /* verbatim lines separated by '\n', without marks; never reflowed */
};

struct block {
	enum block_kind kind;
	int number; /* ITEM: its number in a numbered list; 0: a bullet */
	int depth;  /* lists it lies in: 0 outside of any; an item of an outermost list has 1 */
	char *text;
};

struct words {
	struct block *blocks;
	unsigned n_blocks;
};

/* A member of the cast: a program that the lesson starts, or a process that another member forks. */
struct cast {
	char *name;
	char *program;   /* base name of the .c file and of its executable; NULL for a forked one */
	char **args;     /* further arguments, see cast_argument(); n_args of them, and a NULL */
	unsigned n_args;
	char *forked_by; /* name of the member whose child it is; NULL for a started one */
	int nth;         /* which child, from 1 */
	char *host;      /* the machine that it is on, a word of the lesson; NULL: where ipcviz is */
	char *watch;     /* a global int variable whose value is looked at; NULL: none */
	int line;
};

/* A place in the lesson's shared memory that has a name. */
struct lesson_cell {
	char *on;      /* the kind of object that it lies in: shm */
	int64_t at, size; /* bytes, from the object's beginning */
	char *name;    /* "counter" */
	char *who;     /* only in what this member uses; NULL: in all of that kind */
	int line;
};

/* A number that a pattern asks for, or not. */
struct wanted {
	bool asked;
	int64_t value;
};

/* A pattern over events and states. A field that is not given matches anything; all given ones must match. */
struct match {
	char *who;       /* cast member */
	char *what;      /* the event's word */
	char *call;      /* of the event, or of the call in flight when the event (a look, a death) names none */
	char *state;     /* running, gate, call, blocked, stopped, dead: the process's state after the event */
	char *cycle;     /* "yes": who (or anybody) waits in a closed circle */
	char *err;       /* "EAGAIN"; "none": it did not fail */
	struct wanted ret, ret_min, ret_max;
	struct wanted n;
	struct wanted fd;
	struct wanted used;   /* bytes in the object, as the event reported them */
	struct wanted value;
	struct wanted status; /* died: exit status */
	struct wanted count;  /* messages in the queue after the call */
	struct wanted type, want, prio; /* of the message; what msgrcv asks for */
	struct wanted sem;    /* number of a semaphore: `value` is its value, else the call works on it */
	struct wanted kernel, nattch, made, removed;
	char *on;        /* kind of channel that the call works on: pipe */
	char *object;    /* globs (fnmatch) over its name, "msg:32769", and over a path */
	char *path;
	char *values;    /* globs over all values of a set of semaphores, "1,0", and over semop's operations */
	char *ops;
	char *bytes;     /* look: glob over a segment's bytes, as hexadecimal digits or as text */
	char *end;       /* r or w */
	char *sig;       /* kill, died: the signal */
	char *text;      /* glob (fnmatch) over printed text or the payload preview */
	char *var;       /* look: name of a watched variable */
	char *op;        /* act */
	char *flags;     /* flag name that must be among the event's flags */
	char *tcp;       /* state of a TCP socket: "TIME_WAIT" */
	char *local, *peer; /* globs over the addresses of a socket */
	char *passed;    /* globs over the descriptors that a message carries, over credentials, over what poll found */
	char *cred;
	char *ready;
	char *option;    /* globs over a socket option's name, and over what SO_ERROR holds, fcntl's argument … */
	char *arg;
	char *how;       /* shutdown's direction, sigaction's disposition */
	struct wanted offset, old, atomic; /* of a load or store in watched memory */
	char *lost;      /* "yes": a store that overwrites another process's, which its own did not see; "no": one
	                    that goes on from what another process has stored since its own stored there last */
	struct wanted backlog, waiting, outq, outq_min, used_min, drops, drops_min, whole;
	int line;        /* in the lesson file; 0: no pattern was given */
};

enum move_kind {
	MOVE_START, /* start a cast member's program; its gate is shut */
	MOVE_RUN,   /* let `who` make calls, one permit at a time, until `until` matches (none given: one call) */
	MOVE_ACT,   /* do `op` to `who` */
	MOVE_ASK,   /* the learner commits to a prediction before the next move */
	MOVE_SEE,   /* wait, granting nothing, until `until` matches (a judgement: a fresh look is asked for) */
	MOVE_FREE,  /* open every gate, until `until` matches (or, without one, for the rest of the step) */
	MOVE_SHUT,  /* shut every gate */
	MOVE_RESTART, /* end every process and forget what was; the step goes on with an empty stage */
	MOVE_TRY,   /* invitation: the learner is free; `n` ends it; passes by itself under --auto. With `until`: the learner
	               is to bring that about, and `n` begins the moves that do */
	MOVE_COUNT
};

struct choice {
	char *says;        /* words with marks, from the lesson's language */
	struct match when; /* the prediction is right when this is the first choice that matches */
};

struct move {
	enum move_kind kind;
	char *who;           /* cast member, where the kind needs one */
	struct match until;  /* RUN, SEE, FREE, TRY; until.line 0: none */
	char *op;            /* ACT: nonblock block stop cont term kill close capacity remove rcvbuf sndbuf shutdown delay */
	int64_t value;       /* ACT: bytes for capacity, rcvbuf and sndbuf; ms for delay */
	char *how;           /* ACT shutdown: read write both */
	char *call;          /* ACT delay: name of the call */
	char *on;            /* ACT remove: kind of the object, of which `who`'s newest is meant: fifo msg mq shm sem */
	char *end;           /* ACT nonblock/block/close/capacity: which descriptor: r or w end of `who`'s pipe */
	int fd;              /* ACT, instead of end: the descriptor's number; -1 when not given */
	char *question;      /* ASK: the question; TRY: the invitation. Words with marks */
	struct choice *choices;
	unsigned n_choices;
	struct match once;   /* ASK: choices are examined only after this has matched; once.line 0: at once */
	char *explain;       /* ASK: words with marks, shown with the verdict; TRY with until: when it was done; may be NULL */
	unsigned n_own;      /* TRY with until: so many moves behind it bring it about for who does not */
	int line;
};

struct step {
	char *name;          /* stable, the same in every language; progress is kept under it */
	char *title;         /* words with marks */
	struct words words;
	struct move *moves;
	unsigned n_moves;
	struct match *seen;  /* must all have been seen by the end of the step */
	unsigned n_seen;
	int line;
};

struct lesson {
	char *directory;
	char *file;          /* path of the words that were read: …/lesson.md or …/lesson.ko.md */
	char *plan;          /* path of the original lesson.md, which every move's line is a line of */
	char *name;          /* "blocking": the folder's name without its number */
	int number;          /* from the folder's name; 0: it has none */
	char *title;
	char *idea;          /* one sentence */
	char *watched;       /* "shm": loads and stores in every segment are events from its mapping on; NULL */
	struct words words;  /* before the first step; often empty */
	struct cast *cast;
	unsigned n_cast;
	struct lesson_cell *cells;
	unsigned n_cells;
	struct step *steps;
	unsigned n_steps;
};

/* NULL with *problem (file, line, sentence with the cure). `language` like "ko" or "ko_KR.UTF-8": lesson.ko.md's words
 * are used if that file is there. NULL, "C" or "en": the original. */
struct lesson *lesson_load(const char *directory, const char *language, struct problem *problem);
/* The same from memory (for tests and fuzzing): `translation` may be NULL. `directory` only names the lesson. */
struct lesson *lesson_parse(const char *directory, const char *text, size_t length, const char *translation,
        size_t translation_length, struct problem *problem);
void lesson_free(struct lesson *lesson); /* NULL is fine */

/* Index in lesson->cast, or -1. */
int lesson_cast(const struct lesson *lesson, const char *name);
/* Index in lesson->steps, or -1. `name` is a step's name or its number from 1. */
int lesson_step(const struct lesson *lesson, const char *name);
/* Index of the member that must be started so that this one can be there: itself, or who forks it. */
int cast_root(const struct lesson *lesson, int member);
/* What the placeholders in arguments stand for in this run. The caller's own. */
struct cast_places {
	const char *run;                      /* `{run}` */
	const char *address[LESSON_CAST_MAX]; /* `{NAME.address}`, of each member that is started */
	int port[LESSON_CAST_MAX];            /* `{NAME.port}`; 0: it has none */
};
/* The port that this process bound last, TCP's or UDP's; 0: none that is known. */
int cast_port(const struct model *model, int32_t pid);
/* An argument as the process gets it, its placeholders filled in. free() it; NULL with *problem: no memory, no port. */
char *cast_argument(const struct lesson *lesson, const char *argument, const struct cast_places *places,
        struct problem *problem);
/* The start of a move as an author wrote it: "run writer", "act kill reader". Returns buf. */
char *move_text(const struct move *move, char *buf, size_t size);
/* The pattern in the form of the lesson file: "{who: writer, call: write, state: blocked}". Returns buf. */
char *match_text(const struct match *match, char *buf, size_t size);

/* The lessons below `directory`, ordered by number (those without one last), then name. Broken ones are left out and
 * named by *problem's newest entry (what[0] is 0 when all were good). Returns how many; *lessons is for shelf_free().
 * -1: no such directory. */
int shelf_load(const char *directory, const char *language, struct lesson ***lessons, struct problem *problem);
void shelf_free(struct lesson **lessons, int n);
/* Index of the lesson called `name`: "blocking", "3" or "03-blocking"; -1: none. */
int shelf_find(struct lesson *const *lessons, int n, const char *name);

/* Path of a cast member's executable: PROGRAM_DIRECTORY/NN-name/program if it is there and not older than its source,
 * else built with $CC (default "cc") into $XDG_CACHE_HOME/ipcviz. `program_directory` is NULL for a
 * folder of lessons of one's own. 0, or -1 with *problem (the compiler's first message line included). */
int lesson_program(const struct lesson *lesson, const struct cast *cast, const char *program_directory, char *path,
        size_t size, struct problem *problem);

/* Does the event (already applied to the model) match? `who` is resolved through the conductor's cast pids. */
struct cast_pids {
	int32_t pid[LESSON_CAST_MAX]; /* by cast index; 0: not there yet */
};
bool match_event(const struct match *match, const struct lesson *lesson, const struct cast_pids *cast,
        const struct model *model, const struct event *event);

#endif
