/* SPDX-License-Identifier: MIT
 *
 * What the files of the stage share, and nobody else includes. The stage keeps no meaning, that is
 * the model's work: of each process it knows only who it is, whether it lives, and which of its
 * threads may be asleep (to look at those).
 *
 * How order is kept: the control pipe is the one clock. An event of the stage's own (a note) is
 * made with the position in the control stream up to which everything was sent before it, and
 * enters the trace when that position is reached.
 */
#ifndef IPCVIZ_STAGE_INSIDE_H
#define IPCVIZ_STAGE_INSIDE_H

#include <limits.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/tree.h>

#include "event/board.h"
#include "event/line.h"
#include "stage/estate.h"
#include "stage/leftover.h"
#include "stage/machines.h"
#include "stage/network.h"
#include "stage/object.h"
#include "stage/socket.h"
#include "stage/stage.h"

#define MS INT64_C(1000000) /* ns */

enum {
	TOLD_MAX = 1024,
	ACTORS_MAX = 8,    /* threads of a process that are looked at */
	SEEN_FDS_MAX = 32, /* descriptors of a process whose flags are compared */
	CONTROL_BUFFER = 256 * 1024,
	NOTES_MAX = 256, /* printed text is not read while more notes than this wait */
};

/* A thread, as far as its own lines tell. */
struct actor {
	pid_t tid;      /* 0: not in use */
	int depth;      /* calls entered and not left; more than one under a signal handler */
	bool gate;      /* it reached and did not enter yet */
	bool accesses;  /* what it entered last is an access of watched memory */
	uint64_t lines; /* lines seen of it */
	int64_t due;    /* when to look at it next, ns; INT64_MAX: not */
	int64_t pause;  /* time from the next look to the one after */
	char seen[128]; /* state as last recorded in this call; "" when not */
	uint32_t object; /* number of the object that its newest call is on; 0: on none, or left */
	uint64_t socket; /* inode of the socket that it is on; 0 likewise */
	uint64_t asked_addr; /* what its newest mmap, munmap, shmat or shmdt asked for */
	int64_t asked_n, asked_off;
};

struct seen_fd {
	int fd, flags;
	char object[80];
};

struct variable {
	char name[64];
	uint64_t address;
	int64_t value;
	bool known; /* value was recorded before */
};

struct process {
	RB_ENTRY(process) entry;
	pid_t pid, ppid;
	char name[64]; /* the cast's name; "" when it has none */
	int pidfd;     /* -1: none, its end is noticed by asking /proc */
	bool started; /* by stage_start(): kept until the stage is freed, for stage_wait_status() */
	bool spoke;   /* a line of it was seen */
	bool ended;   /* noticed; its `died` is on the way */
	bool dead;    /* its `died` is in the trace */
	int status;   /* as waitpid gives it; -1 unknown */
	int slot;     /* on the board; -1: none */
	int image;    /* processes with one number have one memory layout (fork); see where.c */
	uint64_t lines;
	int64_t spoken;  /* when its newest line was read, ns */
	int64_t checked; /* when it was last asked whether it went dark */
	bool dark;
	int64_t budget; /* looks are paid from this: see due.c */
	int64_t once;   /* look at it at this time, whatever it does; INT64_MAX: not */
	struct actor actor[ACTORS_MAX];
	struct seen_fd fds[SEEN_FDS_MAX];
	int n_fds;
	struct variable variable;
};

RB_HEAD(process_tree, process);

enum note_kind {
	NOTE_PLAIN,
	NOTE_LOOK, /* void when the thread has spoken since */
	NOTE_OBJECT, /* void when a line has named the object since */
	NOTE_SOCKET, /* void when a line has named the socket or its other end since */
	NOTE_DIED,
};

struct note {
	STAILQ_ENTRY(note) entry;
	uint64_t at; /* enters the trace when this many bytes of the control stream have */
	enum note_kind kind;
	pid_t pid, tid;
	uint64_t lines; /* NOTE_LOOK: of the actor (tid) or the process (tid 0), when it was looked
			   at; NOTE_OBJECT, NOTE_SOCKET: that named it */
	uint32_t object; /* NOTE_OBJECT: its number */
	uint64_t socket; /* NOTE_SOCKET: its inode */
	bool forced;    /* NOTE_LOOK: look again rather than drop it */
	struct line line;
};

/* The terminal of a started program: what it prints comes out of `master`. */
struct pty {
	LIST_ENTRY(pty) entry;
	pid_t pid;
	int master;
	size_t n_held; /* the first bytes of a character of which the rest has not come yet */
	char held[4];
};

struct places;

/* Memory that the stage and its janitor have together. */
struct findings {
	/* what crashed runs had left: the janitor counts, the stage tells */
	_Atomic int done, processes, directories, objects;
	/* how the run's processes are known; written by the stage, which had none yet when the janitor came */
	_Atomic int control_fd;
	_Atomic uint64_t control_inode;
};

/* Who is meant by an epoll event: nothing but a terminal's address is even and no key. */
#define JANITOR_KEY UINT64_C(1)
#define NAP_KEY UINT64_C(3)
#define PROCESS_KEY(pid) ((uint64_t)(pid) << 3 | 5)

struct stage {
	pid_t owner;
	struct source source;
	struct stage_options options;
	char probe[PATH_MAX];
	char partner[PATH_MAX]; /* "" without one */
	char run_id[RUN_ID_SIZE];
	char word[RUN_WORD_SIZE];
	char *directory;
	struct rlimit limit; /* of descriptors, as it was before */

	int control_read, control_write;
	int control_size; /* of the pipe */
	ino_t control_inode;
	size_t start, end; /* of the unread part of buffer */
	bool skipping;     /* within a line too long to be one */
	uint64_t consumed; /* bytes of the control stream that were handed on or skipped */
	uint64_t napped;   /* `consumed` when the last nap began */
	uint64_t garbage;  /* lines that were none */
	char *buffer;

	int board_fd;
	struct board *board;

	STAILQ_HEAD(, note) notes;
	int n_notes;
	struct process_tree processes;
	pid_t told[TOLD_MAX]; /* those whose death was told last, a ring */
	unsigned n_told;
	int living; /* processes without their `died` in the trace */
	int images;
	bool any_started;
	struct objects objects;
	struct network_list networks;
	struct sockets sockets;
	struct estate estate;
	struct record record; /* of a lesson's run */
	struct machines machines;
	struct findings *findings;
	bool findings_told;
	LIST_HEAD(, pty) terminals;

	int epoll;    /* everything but the control pipe */
	int nap;      /* timer: the next drain while events flow */
	int lifeline; /* write end; the janitor sees its end of file */
	pid_t janitor;
	int janitor_pidfd;
	struct places *places; /* where.c's memory */
};

int64_t clock_now(void);
struct run_marks stage_marks(const struct stage *stage);

/* glance.c: a line passes */
void glance(struct stage *stage, struct event *event);

/* process.c: who is there */
struct process *process_find(struct stage *stage, pid_t pid);
struct process *process_add(struct stage *stage, pid_t pid);
void process_forget(struct stage *stage, struct process *process);
struct actor *process_actor(struct process *process, pid_t tid, bool make);
struct process *process_first(struct stage *stage);
struct process *process_next(struct process *process);

/* note.c: events of the stage's own. note_make() fills time, pid and word; note_send() queues it.
 */
struct note *note_make(struct stage *stage, pid_t pid, pid_t tid, enum event_what what);
struct note *note_make_at(
	struct stage *stage, int64_t time, pid_t pid, pid_t tid, enum event_what what);
void note_send(struct stage *stage, struct note *note);
void note_drop(struct note *note); /* one that was not sent */
bool note_take(struct stage *stage, struct event *event, uint64_t position); /* those due by then */
void notes_free(struct stage *stage);

/* control.c: the control pipe */
int control_open(struct stage *stage, struct problem *problem);
void control_close(struct stage *stage);
bool control_take(struct stage *stage, struct event *event);
ssize_t control_fill(struct stage *stage);  /* bytes read; 0: dry */
uint64_t control_mark(struct stage *stage); /* position of the last byte that is in the pipe now */
bool control_crowded(
	struct stage *stage); /* so full that processes may be asleep in sending us a line */
bool control_flows(struct stage *stage);

/* board.c */
int board_open(struct stage *stage, struct problem *problem);
void board_find(struct stage *stage); /* maps a board that has a file, for who was there before it */
void board_close(struct stage *stage);
struct board_slot *board_slot_of(struct stage *stage, const struct process *process);
void board_wake(struct board_slot *slot); /* after any change */
void board_release(struct stage *stage, pid_t pid);
void board_sweep(struct stage *stage); /* frees slots whose process died before it said a word */
void board_knock(struct stage *stage); /* everybody looks at the board at his next call, or at his gate now */
int board_ask(
	struct stage *stage, const struct process *process, enum board_request op, int fd, int arg);

/* decode.c: a probe asks what an instruction does; true: it was that, and is no event for others. */
bool decode_works(void);
bool decode_asked(struct stage *stage, const struct event *event);

/* delay.c: what whoever claims the slot next should find */
void delay_reset(struct stage *stage, int slot);

/* program.c: is it a program that can be watched? Fills path[PATH_MAX] with where it is and `first`
 * with a library that must be loaded before the probe ("" mostly). */
int program_find(const char *name, char *path, struct problem *problem);
int program_check(const char *path, char *first, size_t size, struct problem *problem);

/* pty.c */
int pty_open(int *master, int *slave);
struct pty *pty_add(struct stage *stage, pid_t pid, int master);
void pty_read(struct stage *stage, struct pty *terminal, bool all);
void terminals_read(struct stage *stage, pid_t pid);
void pty_free(struct stage *stage, struct pty *terminal);

/* death.c */
void death_watch(struct stage *stage, struct process *process);
void death_collect(struct stage *stage, pid_t pid); /* reaps; pid (0: none) may have ended */
void death_ask(struct stage *stage, struct process *process); /* has it ended? */
void death_told(struct stage *stage, struct process *process);
bool death_was_told(const struct stage *stage, pid_t pid);

/* proc.c: what /proc says */
struct thread_facts {
	char state;          /* letter of /proc/PID/stat */
	char wchan[64];      /* kernel function that it sleeps in; "" or "0": none */
	const char *sigpipe; /* default, ignored or caught */
	char pending[64];    /* signals, joined with a bar */
};
bool thread_read(pid_t pid, pid_t tid, struct thread_facts *facts); /* false: it has ended */
char *descriptor_object(pid_t pid, int fd, char *buf, size_t size);
int descriptor_flags(pid_t pid, int fd);

/* look.c */
void look_soon(struct process *process);
void look_process(struct stage *stage, struct process *process, bool forced);
void look_state(struct stage *stage, struct process *process, struct actor *actor, bool forced);
void look_descriptors(struct stage *stage, struct process *process, int only, bool forced);
void look_variable(struct stage *stage, struct process *process, bool forced);

/* due.c: when to look */
enum { LOOK_FIRST = 3 /* ms after a call was entered */ };
bool actor_busy(const struct actor *actor); /* in a call or at its gate: may be asleep */
void look_glance(struct stage *stage, struct process *process, const struct event *event);
int64_t look_tick(struct stage *stage, int64_t now);

/* dark.c */
void dark_check(struct stage *stage, struct process *process);
void dark_tell(struct stage *stage, struct process *process, const char *why);

/* where.c, variable.c: with libdw */
void places_free(struct places *places);
uint64_t places_symbol(struct stage *stage, struct process *process, const char *name);

/* console.c: ipcviz's own terminal, restored by the janitor when ipcviz was killed */
int console_fd(void);
void console_restore(int fd, pid_t session, pid_t group);

/* remove.c: takes an object away, by the name that events call it; -1 with errno, EINVAL for one that has no name. */
int object_remove(const char *object);

/* inherit.c: keeping the estate's account; removing it with the directory. Used by the janitor, too. */
void estate_glance(struct stage *stage, const struct event *event);
void estate_follow(struct stage *stage);
void estate_argument(struct stage *stage, const char *argument);
void estate_settle(struct stage *stage);

/* janitor.c */
int janitor_start(struct stage *stage, struct problem *problem);
void janitor_stop(struct stage *stage);

#endif
