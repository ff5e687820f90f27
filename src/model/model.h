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
 * become NONE first), else that of an object that nobody has open or mapped now; a pipe with too many runs, or a model
 * with too many in all, joins the oldest runs of the pipe; a queue with too many messages only counts further ones; of
 * an object's users those who ended make room; lanes and wakes are rings; texts are cut. Only the living are refused:
 * when all 1024 processes live, a further one is not taken up. What falls out of a bound is counted, never silently
 * dropped (model.lost). At worst, everything full, a model takes about 80 MiB; an ordinary one takes some 20 KiB a
 * process.
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
	PREVIEW_MAX = 48, /* payload bytes kept per run and per message */
	MESSAGES_MAX = 1024,     /* messages kept per queue; beyond, only counted */
	SEGMENT_BYTES_MAX = 256, /* bytes of a segment that are kept, from its beginning */
	SEMAPHORES_MAX = 64,     /* of a set */
	USERS_MAX = 256,         /* processes kept per object */
	HOLDINGS_MAX = 1024,     /* per set of semaphores; likewise undos */
	MAPPINGS_MAX = 64,       /* per process */
	RUNGS_MAX = 8,           /* per socket: calls on the way to its connection */
	UNPAIRED_MAX = 4,        /* writes kept per socket until its other end is known; further ones are joined */
	PASSING_MAX = 16,        /* descriptors on their way to a socket */
	ACCESSES_MAX = 64,       /* loads and stores kept per watched segment */
	KNOWN_MAX = 16,          /* and of processes that made others meanwhile, each one's newest */
	MODEL_MESSAGES_MAX = 65536,   /* over all queues; likewise below */
	MODEL_SEMAPHORES_MAX = 65536,
	MODEL_HOLDINGS_MAX = 65536,   /* and as many undos */
	MODEL_USERS_MAX = 65536,
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
	WAIT_MESSAGE, /* msgrcv, mq_receive: no message that it would take */
	WAIT_ROOM,    /* msgsnd, mq_send: no room for the message */
	WAIT_VALUE,   /* semop, sem_wait: the value is too low */
	WAIT_ZERO,    /* semop: until the value is 0 */
	WAIT_LOCK,    /* pthread_mutex_lock: somebody holds it */
	WAIT_CONDITION, /* pthread_cond_wait: until it is signalled */
	WAIT_CONNECTION, /* accept: no connection is complete */
	WAIT_HANDSHAKE,  /* connect: the other side has not answered, or its backlog is full */
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
	int64_t n;        /* bytes asked for; exit's status; the value that semctl or sem_init sets; -1 without */
	int64_t ret;      /* once returned */
	char err[16];     /* "" when it did not fail */
	uint64_t entered; /* ns; 0 when only reached */
	uint64_t left;
	uint64_t at;      /* call site, 0 unknown */
	uint64_t event;   /* sequence number of its newest event */
	uint64_t begun;   /* sequence number of its `enter`; 0 when only reached */
	int other;        /* a second channel: the mutex of pthread_cond_wait, the socket that a send goes to or that a connect
	                     comes to; NONE */
	int64_t type;     /* message type or priority; of msgrcv's enter the type wanted; 0 without */
	int sem;          /* number in the set of the (first) semaphore asked for; 0 */
	char ops[48];     /* semop's operations, or the command of msgctl and its kin, as the event wrote them; "" without */
	uint64_t addr;    /* shmat, mmap and their kin: the address; 0 without */
	int64_t offset;   /* of mmap, and of a load or store in its segment; 0 without */
	uint64_t value;   /* of a load or store: what it got, or will store where that is known already */
	bool valued;      /* value is known */
	int8_t kernel;    /* 1 it needed the kernel, 0 it did not, -1 not known */
	bool asleep;      /* the kernel said that it sleeps in this call, and nothing newer */
	bool slept;       /* it was asleep at some time of this call */
	bool nonblock;    /* its description was O_NONBLOCK when it entered, or it asked so itself (IPC_NOWAIT) */
	bool timed;       /* it asked for a time limit: it ends by itself */
	bool except;      /* msgrcv with MSG_EXCEPT: any type but that */
	bool copies;      /* msgrcv with MSG_COPY: the message at that place; recv with MSG_PEEK: it stays */
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

/* Memory that a process shares: where a segment (or a file) lies in its address space. */
struct mapping {
	int channel;      /* id */
	uint64_t address;
	int64_t size, offset; /* bytes; offset within the segment */
	bool writable;
	bool inherited;   /* came by fork */
	uint64_t event;   /* sequence number of what made it */
};

struct process {
	int32_t pid, ppid;
	char name[32];     /* the cast's name when the event had one, else the program's file name */
	char program[128]; /* path */
	int slot;          /* on the control board; NONE: runs free, no gate */
	bool dark;         /* can no longer be watched, see dark_why */
	bool partial;      /* was first seen in the middle of its life */
	bool announced;    /* its own `born` was seen */
	bool threads;      /* a thread that is not its first was seen */
	uint64_t appeared; /* sequence number of the first event that told of it */
	char dark_why[96];
	char host[24], address[48]; /* the machine that it is on, by the lesson, and its address; "" nothing was said */
	char host_why[96];          /* why that is not a machine of its own; "" it is one */

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
	uint64_t looked;    /* when its state was, ns */

	struct descriptor *fds; /* sorted by fd */
	int n_fds, room_fds;

	struct mapping *mappings; /* in the order of their making */
	int n_mappings, room_mappings;

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

enum channel_kind {
	CHANNEL_PIPE,
	CHANNEL_FIFO,
	CHANNEL_FILE,
	CHANNEL_TTY,
	CHANNEL_SOCKET,
	CHANNEL_OTHER,
	CHANNEL_MSG,   /* System V message queue; queue */
	CHANNEL_MQ,    /* POSIX message queue; queue */
	CHANNEL_SHM,   /* segment: System V, POSIX or anonymous; segment. A mapped file too has one */
	CHANNEL_SEM,   /* System V set or POSIX semaphore; semaphores */
	CHANNEL_MUTEX, /* in shared memory; semaphores: value 1 free, 0 held */
	CHANNEL_COND,
};

/* A whole message in a queue, from one send. */
struct message {
	int sender;     /* process id; NONE: never seen sent */
	int64_t type;   /* System V: mtype; POSIX: priority */
	int64_t bytes;
	uint64_t number; /* counted per queue from 1 */
	bool early;      /* its send is still in flight, a receiver or the count told of it */
	uint8_t n_preview;
	char preview[PREVIEW_MAX];
};

struct queue {
	struct message *messages; /* in the order in which the kernel holds them: POSIX by priority, else by arrival */
	int n_messages, room_messages;
	int64_t count;        /* messages in it as the kernel said last; -1 unknown. Those beyond n_messages were not seen sent */
	int64_t max_messages; /* mq_maxmsg; -1 unknown or none */
	int64_t max_size;     /* of one message (mq_msgsize); -1 unknown */
	int32_t last_sender_pid, last_receiver_pid; /* the kernel's word; 0 unknown */
	int notified;         /* process registered by mq_notify, or NONE */
	uint64_t sent, received;
};

/* The beginning of a segment's bytes, as last looked at. */
struct segment {
	int64_t size;       /* bytes; -1 unknown */
	int64_t nattch;     /* the kernel's count; -1 unknown (POSIX: mappings are counted by n_mapped) */
	int n_mapped;       /* mappings over all living processes */
	int n_bytes;        /* of bytes[] that are known */
	uint8_t bytes[SEGMENT_BYTES_MAX];
	uint64_t changed[SEGMENT_BYTES_MAX]; /* sequence number of the look that found the byte changed; 0 never */
	struct watched *watched; /* NULL: its loads and stores are no events */
};

/* A load, a store or both (update) in a watched segment. */
struct access {
	int process;       /* id */
	uint8_t call;      /* enum call_id: CALL_load, CALL_store, CALL_update */
	bool atomic;
	int64_t offset, n; /* bytes */
	uint64_t old, value; /* before and after; of a load both are what it got. 0 where n is not 1, 2, 4 or 8 */
	uint64_t event, time, at; /* sequence number and ns of its `leave`; call site */
	/* A store that does not know of another process's: that one came after this process's newest load of these bytes.
	 * Its sequence number; its update is lost. 0: none. */
	uint64_t overwrites;
};

struct watched {
	struct access accesses[ACCESSES_MAX]; /* ring: newest at (next + ACCESSES_MAX - 1) % ACCESSES_MAX */
	int next, n;
	struct access known[KNOWN_MAX]; /* ring: the newest of a process, when it fell out of the other */
	int known_next;
	uint64_t loads, stores, updates; /* seen so far */
	uint64_t lost;                   /* stores that overwrote one that their process had not seen */
	char why[96];                    /* why a process's accesses cannot be seen; "" they can, or nobody has it mapped */
};

struct semaphore {
	int64_t value;       /* -1 unknown */
	bool value_inferred; /* computed from operations since the kernel's last word */
	int64_t ncnt, zcnt;  /* GETNCNT, GETZCNT; -1 never asked */
	int32_t last_pid;    /* GETPID; 0 unknown */
	int last_operator;   /* process whose operation was seen last; NONE. Not "the owner" */
	int64_t initial;     /* the first value known, or what SETVAL and SETALL set; -1 unknown */
	int64_t settled;     /* for the fold alone: what the operations that returned add up to; INT64_MIN unknown */
};

/* What SEM_UNDO would give back when the process ends; from the operations seen (the kernel does not tell). */
struct undo {
	int process;
	int number; /* of the semaphore */
	int64_t adjust;
};

/* What a process took of a semaphore and did not give back, from the operations seen. A dead process keeps its own. */
struct holding {
	int process;
	int number;    /* of the semaphore */
	int64_t held;
	bool gave;     /* it gave more than it had taken: it uses the semaphore to signal, not as a lock */
};

struct semaphores {
	struct semaphore *items;
	int n, room;
	struct undo *undos;
	int n_undos, room_undos;
	struct holding *holdings;
	int n_holdings, room_holdings;
	bool shared;  /* several processes can use it; false: sem_init in private memory, or pshared 0 */
	bool needed_kernel; /* the newest operation did */
};

/*
 * A socket is a channel of its own: what lies in it is what its owner can still read. Two that are connected name each
 * other, and what is drawn between them are two one-way buffers. Stream sockets use the channel's runs, datagram and
 * seqpacket ones its queue (messages from the sender, whole).
 */
enum socket_kind { SOCKET_TCP, SOCKET_UDP, SOCKET_UNIX_STREAM, SOCKET_UNIX_DGRAM, SOCKET_UNIX_SEQPACKET, SOCKET_OTHER };

/* A call on the way to a connection, for the ladder: socket, bind, listen, accept / socket, connect. */
struct rung {
	uint8_t call;   /* enum call_id */
	int process;
	uint64_t event, time; /* of its `enter` */
	uint64_t done;  /* ns, of its `leave`; 0: still in it */
};

struct endpoint {
	enum socket_kind kind;
	char local[72], peer[72]; /* addresses as text; "" without */
	int other;          /* channel id of the socket at the other end; NONE: none, or not observed */
	int listener;       /* channel id of the listening socket that accepted it; NONE */
	bool listening, connected;
	bool shut_read, shut_write, reset;
	bool other_closed;  /* the other end is closed; where it is not observed: will send no more */
	char state[16];     /* TCP: the kernel's word (LISTEN, TIME_WAIT …), ESTABLISHED also by connect and accept; "" unknown */
	int backlog, waiting; /* of a listening socket; -1 unknown */
	int64_t out_queue, receive_buffer, send_buffer, filled; /* bytes, the kernel's word; -1 unknown */
	int64_t in_queue;   /* bytes that can be read here, as the kernel said last (of datagrams those of the next); -1
	                       unknown. What TCP was sent and is not among them lies in the other end's out_queue */
	int64_t receive_limit, send_limit; /* SO_RCVTIMEO, SO_SNDTIMEO as they were set, ns: calls end by themselves; -1 none */
	int64_t drops;      /* the kernel's count; -1 unknown */
	uint64_t expires;   /* TIME_WAIT: ns, when the kernel forgets it; 0 unknown or not in that state */
	/* Datagrams. What was addressed to here is a sum that closes: sent_to = received + in the queue + dropped. What
	 * nobody was seen to send counts as addressed when it is received or dropped. */
	uint64_t sent, received, sent_to; /* sent from here, received here, addressed to here */
	uint64_t dropped;   /* of those addressed to here: the kernel's word, or concluded from an empty queue */
	uint64_t cut;       /* received, and cut off by a short buffer */
	int target;         /* channel id of the socket that the newest message from here went to; NONE */
	bool refused;       /* what was sent from here found nobody, and a later call said so (ECONNREFUSED) */
	struct rung rungs[RUNGS_MAX];
	int n_rungs;

	/* for the fold alone */
	int queued;         /* channel id of the listening socket in whose backlog it lies; NONE */
	uint64_t counted;   /* sequence number of the look that told `waiting`; 0: concluded from calls alone */
	int told;           /* what that look told: `waiting` may have been concluded anew since */
	struct unpaired {   /* what was sent from here while the other end was not known */
		int writer;
		int64_t bytes;
		uint8_t n_preview;
		char preview[PREVIEW_MAX];
	} unpaired[UNPAIRED_MAX];
	int n_unpaired;
	int passing[PASSING_MAX]; /* descriptions on their way to here (SCM_RIGHTS), each held */
	int n_passing;
};

/* A process that used an object: called something on it, has it mapped or open. */
struct user {
	int process;
	bool reads, writes;  /* received or waited; sent or posted */
	int64_t held;        /* semaphores, mutexes: what it took and did not give back (inferred from its calls) */
	uint64_t first, newest; /* sequence numbers */
};

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
	bool removed;       /* its name is gone, or it is marked for removal (IPC_RMID) */
	bool named;         /* FIFO: its name was seen made and not removed */
	struct queue *queue;           /* CHANNEL_MSG, CHANNEL_MQ; else NULL */
	struct segment *segment;       /* CHANNEL_SHM and files that are mapped shared; else NULL */
	struct endpoint *endpoint;     /* CHANNEL_SOCKET; else NULL */
	struct semaphores *semaphores; /* CHANNEL_SEM, CHANNEL_MUTEX, CHANNEL_COND; else NULL */
	int inside, inside_at; /* the segment that this semaphore, mutex or condition lies in, and where; NONE */
	struct user *users; /* in the order of their first use; kinds from CHANNEL_MSG on, FIFOs being opened, sockets */
	int n_users, room_users;
	struct caller *callers; /* reads and writes in flight on it, in the order of their `enter` */
	int n_callers;

	/* who last did what, for "who woke whom": process ids or NONE */
	int last_writer, last_reader, last_write_closer, last_read_closer, last_opener;
	int last_remover; /* who took its name away, or marked it for removal */

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
	int n_runs, n_slots;           /* over all pipes: room, not use; likewise below */
	int n_messages, n_semaphores, n_holdings, n_undos, n_users;
	int n_passing; /* descriptors on their way through sockets */
	int free_description;          /* first of a list by next_free, or NONE */
	int spare_processes[MODEL_PROCESSES_MAX / 4]; /* dead ones that nothing refers to any more */
	int n_spare_processes;
	int spare_channels[MODEL_CHANNELS_MAX / 4];
	int n_spare_channels;
	uint64_t channels_full;        /* event until which none is looked for: all were in use */
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

/* Processes that wait in a call on it, in the order of their calls, which is the kernel's own where it is first come,
 * first served; how many there are (may exceed room). */
int channel_waiters(const struct model *model, int channel, int *processes, int room);
/* What a waiting process asks of the channel, for its place in the queue of waiters: "type 3", "-1", "for zero", "40 B". */
void waiter_text(const struct model *model, int process, char *buf, size_t size);
/* Connections to a listening socket that are complete and wait for accept: channel ids of the clients' sockets, as far as
 * they are observed, oldest first; how many there are (may exceed room). */
int channel_backlog(const struct model *model, int channel, int *clients, int room);
/* The i-th newest access, from 0, below watched->n. */
const struct access *watched_access(const struct watched *watched, int i);
/* The store of another process that this one goes on from: it came since the process itself stored these bytes last, and
 * before its newest load of them. Its sequence number; 0: there is none. */
uint64_t watched_builds_on(const struct watched *watched, const struct access *access);
/* The message that a call of this process would take now, as an index into queue->messages; NONE. */
int queue_next(const struct model *model, int channel, int process);
const struct user *channel_user(const struct channel *channel, int process); /* NULL: never used it */

/*
 * Who waits for whom through what. An edge for every waiting process and every process that could end its waiting: the
 * holders of a pipe's other end, the child of a waitpid, who took a semaphore or a mutex or uses it to signal
 * (inferred: from their calls), else whoever can come to the object (inferred). `through` is the channel, NONE for
 * waitpid. Any one of a process's edges would do. target NONE: nobody that is known. A target that has died took what
 * is waited for with it. target == waiter: it alone could, as with a pipe whose only write end the reader holds.
 */
struct wait_edge {
	int waiter, target; /* process ids */
	int through;        /* channel id, or NONE */
	enum wait_cause cause;
	bool inferred;
	bool dead;          /* only somebody outside can end it: the edge lies in a closed cycle, or leads into one only */
};
int model_waits(const struct model *model, struct wait_edge *edges, int room); /* how many there are */
/*
 * The processes of a closed cycle: each is blocked, and everybody that could end its waiting is in the cycle, or stuck
 * because of it. In the order of the waiting, beginning with the lowest id; of several cycles the first. Returns how
 * many; 0: none; 1: one that waits for itself, or for nobody that lives. A signal from outside, or a process that ipcviz
 * does not observe, could still end it: the words say so.
 */
int model_cycle(const struct model *model, int *processes, int room);
/* The cycle in words: "writer waits for room in pipe 1, which reader would make; reader waits for …". */
void cycle_text(const struct model *model, char *buf, size_t size);

/* Page slots that the pipe has, used or free; -1 unknown. */
int channel_slots(const struct channel *channel);
/* Bytes that a write of `n` can still put in now, by the kernel's rule for page slots; -1 unknown. */
int64_t channel_room(const struct channel *channel, int64_t n);

#endif
