/* SPDX-License-Identifier: MIT
 *
 * What the events mean. model_apply() is a pure fold: no I/O, no clock, no global; the same lines give the same model.
 * Everything here may be read by views and lessons through a const pointer, and changed by model_apply() alone.
 *
 * The story: a *process* has *descriptors*; a descriptor points to an *open file description* (which owns the file
 * status flags, so dup and fork share them); a description is one end of a *channel* (a pipe, a file, a terminal …).
 * A pipe holds *runs* of bytes, each from one write. Things refer to each other by id, never by pointer, so that a
 * model is cloned by copying its arrays. Ids are indices into the arrays below and stay valid while what they name lives.
 *
 * Memory is bounded whatever the trace holds. Tables end at their *_MAX: a full process table takes the place of the
 * process that is dead longest, a full channel table that of the channel that is closed longest (references to them
 * become NONE first); a pipe with too many runs, or a model with too many in all, joins the oldest runs of the pipe;
 * lanes and wakes are rings; texts are cut. Only the living are refused: when all 1024 processes live, a further one
 * is not taken up. What falls out of a bound is counted, never silently dropped (model.lost). At worst, everything
 * full, a model takes about 50 MiB; an ordinary one takes some 20 KiB a process.
 */
#ifndef IPCVIZ_MODEL_MODEL_H
#define IPCVIZ_MODEL_MODEL_H

#include "event/event.h"

#define NONE (-1) /* no such id */

enum {
	PROCESS_FDS_MAX = 1024, /* descriptors kept per process */
	PROCESS_CALLS_MAX = 8,  /* calls in flight per process: threads and signal handlers */
	PROCESS_OUTPUT_MAX = 512,
	MODEL_PROCESSES_MAX = 1024, /* beyond: the dead ones are forgotten first */
	MODEL_CHANNELS_MAX = 4096,
	MODEL_DESCRIPTIONS_MAX = 65536,
	MODEL_RUNS_MAX = 65536, /* over all pipes */
	MODEL_FORKS_MAX = 64,   /* forks under way */
	MODEL_WAKES_MAX = 64,
	LANE_MAX = 512,   /* marks kept per lane */
	RUNS_MAX = 1024,  /* runs kept per pipe; older ones are merged */
	SLOTS_MAX = 1024, /* page slots kept per pipe; those of a larger one (4 MiB) are not shown */
	MODEL_SLOTS_MAX = 262144,
	PREVIEW_MAX = 48, /* payload bytes kept per run */
};

enum end { END_NONE = 0, END_READ = 1, END_WRITE = 2, END_BOTH = 3 };

/* --- processes --------------------------------------------------------------------- */

/* The three that must never be confused: at the gate, in a call, blocked. */
enum process_state {
	PROCESS_RUNNING, /* between calls, as far as was seen */
	PROCESS_GATE,    /* we hold it: it sent `reach` and has no permit yet */
	PROCESS_CALL,    /* entered a call and not left it; the kernel has not said that it sleeps */
	PROCESS_BLOCKED, /* in a call, and the kernel said that it sleeps */
	PROCESS_STOPPED, /* the kernel said state T */
	PROCESS_DEAD,
};

/* Why a process waits (state CALL or BLOCKED), from the call, the descriptor and what is known of the channel. */
enum wait_cause {
	WAIT_NONE,
	WAIT_EMPTY,   /* read on an empty pipe; waits_for is the channel */
	WAIT_FULL,    /* write on a pipe without enough room */
	WAIT_PARTNER, /* open of a FIFO without the other side */
	WAIT_CHILD,   /* wait and its kin */
	WAIT_SIGNAL,  /* pause, sigsuspend */
	WAIT_TIME,    /* sleep and its kin */
	WAIT_READY,   /* poll, select, epoll */
	WAIT_EXEC,    /* vfork, posix_spawn: until the child executes or ends */
	WAIT_OTHER,   /* it sleeps; nothing here says why */
};

/* A call in flight or the last one that returned. */
struct call {
	enum call_id id; /* CALL_unknown: none */
	int32_t tid;
	int fd;           /* NONE without one */
	int channel;      /* id, or NONE */
	enum end end;     /* of the channel, as fd is */
	int fd2;          /* dup2's target, the last of close_range; NONE without one */
	int flags;        /* flags asked for (pipe2, open, dup3); -1 without */
	int32_t target;   /* process that kill and waitpid name; 0 without */
	int64_t n;        /* bytes asked for; exit's status; -1 without */
	int64_t ret;      /* once returned */
	char err[16];     /* "" when it did not fail */
	uint64_t entered; /* ns; 0 when only reached */
	uint64_t left;
	uint64_t at;      /* call site, 0 unknown */
	uint64_t event;   /* sequence number of its newest event */
	uint64_t begun;   /* sequence number of its `enter`; 0 when only reached */
	bool asleep;      /* the kernel said that it sleeps in this call, and nothing newer */
	bool slept;       /* it was asleep at some time of this call */
	bool nonblock;    /* its description was O_NONBLOCK when it entered */
	uint64_t write;   /* number of this write in its channel, once bytes of it were seen; 0 before */
	int64_t moved_early; /* bytes of this write that a reader was seen to take, or that were seen in the pipe, before it left */
	char text[96];    /* call_text() of its newest event */
};

enum lane_kind {
	LANE_CALL,   /* a call that returned, well or with an expected short count */
	LANE_ERROR,  /* a call that failed */
	LANE_GATE,   /* stands at the gate */
	LANE_ENTER,  /* entered a call */
	LANE_BLOCK,  /* fell asleep in it */
	LANE_WAKE,   /* woken: left a call in which it had slept */
	LANE_SIGNAL, /* a signal was sent to it, by whomever */
	LANE_BORN,
	LANE_EXEC,
	LANE_DEAD,
};

/* One mark on a process's line in the timeline. A span (blocked, at the gate) runs from its mark to the next. */
struct lane_mark {
	uint64_t event; /* sequence number, see model.events */
	uint64_t time;
	uint8_t kind;   /* enum lane_kind */
	uint8_t call;   /* enum call_id */
	int32_t waker;  /* LANE_WAKE: id of the process that woke it, or NONE */
};

struct descriptor {
	int fd;
	int description; /* id */
	bool cloexec;
	uint64_t opened; /* sequence number of the event that told of it */
};

struct process {
	int32_t pid, ppid;
	char name[32];     /* the cast's name when the event had one, else the program's file name */
	char program[128]; /* path */
	int slot;          /* on the control board; NONE: runs free, no gate */
	bool dark;         /* can no longer be watched, see dark_why */
	bool partial;      /* was first seen in the middle of its life */
	bool announced;    /* its own `born` was seen */
	uint64_t appeared; /* sequence number of the first event that told of it */
	char dark_why[96];

	enum process_state state;
	uint64_t since;    /* ns, when it came into this state */
	enum wait_cause cause;
	int waits_for;     /* channel id, or NONE */
	enum end waits_end; /* the end it waits at */
	struct call calls[PROCESS_CALLS_MAX]; /* in flight, outermost first; n_calls of them */
	int n_calls;
	struct call last;  /* the newest that returned */
	bool was_blocked;  /* the call in flight was seen asleep */
	bool stopped;      /* the kernel said T, and nothing newer */
	int signaller;     /* process that sent it the newest signal, or NONE (the learner, somebody unobserved) */
	uint64_t signalled; /* sequence number of that; 0: none yet */

	/* the kernel's evidence, from `look` */
	char kernel_state;  /* 0 when never looked at */
	char wchan[32];
	char sigpipe[12];   /* "", "default", "ignored", "caught" */
	char pending[48];
	uint64_t looked;    /* ns */

	struct descriptor *fds; /* sorted by fd */
	int n_fds, room_fds;

	int exit_status;  /* -1: alive, or ended by a signal, or unknown */
	char exit_signal[16];
	bool reaped;      /* its parent has waited for it */

	uint64_t n_calls_made, n_errors, n_again; /* leaves seen; of them failed; of them with EAGAIN */
	uint64_t bytes_read, bytes_written;
	char output[PROCESS_OUTPUT_MAX]; /* the tail of what it printed, terminated */
	char said[PREVIEW_MAX + 1]; /* the first bytes of its newest write to a terminal, terminated */
	struct { char name[24]; int64_t value; uint64_t addr; bool known; } variable; /* a watched one */

	struct lane_mark lane[LANE_MAX]; /* ring: newest at (lane_next + LANE_MAX - 1) % LANE_MAX */
	int lane_next, n_lane;
};

/* --- open file descriptions -------------------------------------------------------- */

struct description {
	int channel;   /* id */
	enum end end;
	int flags;     /* file status flags (O_NONBLOCK, O_APPEND …) of this machine's <fcntl.h>; -1 unknown */
	int n_fds;     /* descriptors on it, over all processes; 0: closed, and free to be another one */
	int n_held;    /* held by forks under way whose child was not seen yet */
	bool inferred; /* shared or not was concluded, not seen */
	bool pending;  /* a flag change waits for the process's next gate */
	int next_free;
};

/* --- channels ---------------------------------------------------------------------- */

enum channel_kind { CHANNEL_PIPE, CHANNEL_FIFO, CHANNEL_FILE, CHANNEL_TTY, CHANNEL_SOCKET, CHANNEL_OTHER };

/* Bytes that lie in a pipe and came from one write. */
struct run {
	int writer;      /* process id; NONE: never seen written */
	uint64_t write;  /* number of the write, counted per channel from 1; 0 unknown */
	int64_t bytes;   /* still there */
	int64_t first;   /* offset of the first one left within its write */
	uint64_t slot;   /* first page slot that it lies in: slots[slot - first_slot] */
	bool inferred;   /* concluded from occupancy while its write is still in flight */
	uint8_t n_preview;
	char preview[PREVIEW_MAX]; /* the first bytes of the *write*; empty when unknown */
};

/* One page slot of a pipe's ring. Linux appends a write to the last slot when it fits there whole (pipe(7),
 * fs/pipe.c pipe_write); a slot is free again only when its last byte was read. */
struct page_slot {
	int start, end; /* bytes in use within the page: [start, end) */
	bool packet;    /* written with O_DIRECT: a message; nothing is appended, and a read takes it whole */
};

/* A read or write in flight on a channel. */
struct caller {
	int process;
	int32_t tid;
	bool writes;
};

struct channel {
	enum channel_kind kind;
	char name[80];      /* the event's obj: "pipe:25138" */
	int64_t capacity;   /* bytes; -1 unknown */
	int64_t used;       /* bytes in it, the sum of runs; -1 unknown */
	bool used_inferred; /* computed since the last report of the kernel, or differing from it while calls overlap */
	int n_readers, n_writers; /* descriptors open on each end */
	int n_waiting_read, n_waiting_write; /* processes waiting in a call on it */
	uint64_t total_in, total_out, n_writes, n_reads;
	bool partial;       /* its making was not seen: others may hold it, bytes may have lain in it */
	bool contradicted;  /* events did not fit together (bytes that nobody was seen to write or read …); what is shown
	                       is the best guess */
	struct run *runs;   /* oldest first */
	int n_runs;
	struct page_slot *slots; /* oldest first; n_slots in use of channel_slots() */
	int n_slots;
	bool slots_known;   /* false: slots tells nothing now (capacity unknown, or calls overlap) */
	uint64_t first_slot; /* number of slots[0]: slots are counted from 0 over the pipe's life */
	int page_size;
	uint64_t changed;   /* sequence number of the event that last changed it */
	struct caller *callers; /* reads and writes in flight on it, in the order of their `enter` */
	int n_callers;

	/* who last did what, for "who woke whom": process ids or NONE */
	int last_writer, last_reader, last_write_closer, last_read_closer, last_opener;

	/* for the fold alone */
	uint64_t key;                /* hash of the whole name */
	struct run *run_store;       /* what runs points into; likewise below */
	struct page_slot *slot_store;
	int room_runs, room_slots, room_callers;
	int n_open;                  /* descriptors on it, whichever end */
	uint64_t numbered;           /* writes numbered so far */
	uint64_t write_left, read_left; /* sequence number of the newest leave of each */
	int64_t lies;                /* sum of runs, also while used is unknown */
	bool uncertain;              /* a call on it ended without telling what it moved */
};

/* Who woke whom: the call of `waker` that made `woken` go on. `inferred`: from the order of events. */
struct wake {
	uint64_t event, time;
	int waker, woken; /* process ids; waker NONE: a signal, a time-out, somebody unobserved */
	int channel;      /* or NONE */
};

/* The descriptors that a fork copies: the parent's at its `enter`, kept until the child is seen. */
struct fork {
	int parent;     /* process id */
	int32_t tid;
	uint64_t event; /* sequence number of the `enter` */
	struct descriptor *fds;
	int n_fds;
};

enum { PID_TABLE = 4096, NAME_TABLE = 16384 };

struct model {
	uint64_t events;  /* applied so far: the newest event's sequence number, from 1 */
	uint64_t time;    /* of the newest event */
	uint64_t started; /* of the first */
	struct process *processes; /* in order of appearance, until MODEL_PROCESSES_MAX */
	int n_processes, room_processes;
	struct description *descriptions;
	int n_descriptions, room_descriptions;
	struct channel *channels;
	int n_channels, room_channels;
	struct wake wakes[MODEL_WAKES_MAX]; /* ring */
	int wakes_next, n_wakes;
	int touched_process, touched_channel; /* by the newest event, or NONE */
	uint64_t lost;    /* things that fell out of a bound */
	uint64_t strange; /* events that contradicted the model */

	/* for the fold alone */
	struct fork forks[MODEL_FORKS_MAX];
	int n_forks;
	int n_runs, n_slots;           /* over all pipes: room, not use */
	int free_description;          /* first of a list by next_free, or NONE */
	int spare_processes[MODEL_PROCESSES_MAX / 4]; /* dead ones that nothing refers to any more */
	int n_spare_processes;
	int spare_channels[MODEL_CHANNELS_MAX / 4];
	int n_spare_channels;
	int32_t pid_table[PID_TABLE];  /* process id + 1 by pid, open addressing */
	int32_t name_table[NAME_TABLE]; /* channel id + 1 by key */
};

struct model *model_create(void);            /* NULL: no memory */
void model_free(struct model *model);        /* NULL is fine */
struct model *model_clone(const struct model *model);
void model_apply(struct model *model, const struct event *event);

/* --- questions --------------------------------------------------------------------- */

int model_process(const struct model *model, int32_t pid);       /* id of the newest process with this pid, or NONE */
int model_process_named(const struct model *model, const char *name); /* first living one, else the newest; or NONE */
int model_channel(const struct model *model, const char *name);  /* or NONE */
const struct descriptor *process_descriptor(const struct process *process, int fd); /* NULL: not open */
const struct call *process_call(const struct process *process);  /* the innermost in flight or reached; NULL: none */

/* Does `process` hold `end` of channel? Counts its descriptors on it. */
int process_holds(const struct model *model, const struct process *process, int channel, enum end end);

/*
 * The cause of a process's waiting and what would wake it, one sentence each, in the reader's language:
 * "no room: 4096 of 4096 bytes are taken" / "wakes when a whole page is read, or every read end is closed".
 * "" when it does not wait. Cut to fit, terminated.
 */
void process_cause_text(const struct model *model, int process, char *buf, size_t size);
void process_wake_text(const struct model *model, int process, char *buf, size_t size);
/* The state as one word for people: "running", "at the gate", "in a call", "BLOCKED", "stopped", "exited 0", "killed by SIGPIPE". */
void process_state_text(const struct process *process, char *buf, size_t size);

/*
 * Who keeps a reader of `channel` from end of file: fills `holders` with process ids that hold a write end (each once)
 * and returns how many there are (may exceed room).
 */
int channel_writers(const struct model *model, int channel, int *holders, int room);
int channel_readers(const struct model *model, int channel, int *holders, int room);

/* Page slots that the pipe has, used or free; -1 unknown. */
int channel_slots(const struct channel *channel);
/* Bytes that a write of `n` can still put in now, by the kernel's rule for page slots; -1 unknown. */
int64_t channel_room(const struct channel *channel, int64_t n);

#endif
