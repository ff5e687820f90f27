/* SPDX-License-Identifier: MIT
 *
 * The control board: one page range of shared memory between ipcviz and every observed process. Each process
 * claims a slot and obeys its gate. ipcviz writes gates, permits and requests; a process writes pid and done.
 *
 * Story of a gate: before each reported call the probe loads `gate` (relaxed). GATE_OPEN is 0, so free run costs that
 * one load. Otherwise it sends `reach` and takes the slow path: while the gate is shut and no permit is there it sleeps
 * on the futex word `wake`, which ipcviz bumps after every change. A permit lets one call of the process through.
 * A request (GATE_KNOCK set) is carried out by the probe itself, then `done` is set to `request` and an `act` line with
 * by=probe tells the result. A sleeper checks once a second that ipcviz still lives; when it does not, every gate counts
 * as open and the probe falls silent.
 *
 * The environment carries IPCVIZ_PROBE="version:owner-pid:pipe-fd:board-fd:pipe-inode:run-id" to programs that are
 * executed; pipe-fd and board-fd are the descriptor numbers of the control pipe and the board, the same numbers in every
 * process. A process that lost them can open /proc/OWNER/fd/N anew; the inode tells whether a descriptor still is the
 * control pipe. pipe-fd is open for reading too (O_RDWR | O_NONBLOCK), though nobody but ipcviz ever reads: a pipe that
 * its writers hold open at both ends never raises SIGPIPE, on any kernel, and a plain write(2) is the cheapest there is.
 * The price: it cannot tell that ipcviz is gone. So `owner` does.
 *
 * The stage chooses the numbers: at the soft limit of descriptors (RLIMIT_NOFILE), where a program cannot get at them
 * by chance, if the hard limit and 8192 allow it; otherwise just below the smaller of the limit and 8192 (a table of
 * descriptors as large as some limits are would make every fork slow). To dup onto a number at or above the soft limit,
 * raise the limit for that moment. In started programs the two have no FD_CLOEXEC. board-fd is not always pipe-fd + 1.
 *
 * The gate of a free slot is kept at first_gate by the stage, so that who claims it need not write the gate.
 */
#ifndef IPCVIZ_EVENT_BOARD_H
#define IPCVIZ_EVENT_BOARD_H

#include <stdatomic.h>
#include <stdint.h>

#define BOARD_MAGIC 0x69706376u /* "ipcv" */
#define BOARD_VERSION 3u
#define BOARD_SLOTS 256
#define BOARD_ENVIRONMENT "IPCVIZ_PROBE"

enum gate_bit {
	GATE_OPEN = 0,
	GATE_SHUT = 1,  /* calls need a permit */
	GATE_KNOCK = 2, /* a request waits: take the slow path even if the gate is open */
	GATE_DELAY = 4, /* some calls are delayed, see board.delays: take the slow path, too */
};

enum board_request {
	REQUEST_NONE,
	REQUEST_NONBLOCK, /* set (arg 1) or clear (arg 0) O_NONBLOCK on fd */
	REQUEST_CAPACITY, /* F_SETPIPE_SZ to arg on fd */
	REQUEST_CLOSE,    /* close fd */
	REQUEST_RECEIVE_BUFFER, /* SO_RCVBUF to arg on fd */
	REQUEST_SEND_BUFFER,    /* SO_SNDBUF to arg on fd */
	REQUEST_SHUTDOWN, /* shutdown fd, arg as SHUT_RD and its kin */
};

struct board_slot {
	_Atomic int32_t pid;      /* 0: free. Claimed by compare-and-swap, freed by the stage when the process died */
	_Atomic uint32_t gate;    /* enum gate_bit; written by the stage (the probe clears GATE_KNOCK) */
	_Atomic uint32_t permits; /* calls that may pass the shut gate; the probe takes one by decrement */
	_Atomic uint32_t wake;    /* futex word; bumped and woken by the stage after any change */
	_Atomic uint32_t request; /* number of the newest request; op, fd, arg below belong to it */
	_Atomic uint32_t done;    /* number of the newest request carried out */
	_Atomic int32_t op;       /* enum board_request */
	_Atomic int32_t fd;
	_Atomic int32_t arg;
	_Atomic uint32_t dark;    /* 1: the process lost the control pipe and cannot open it anew; written by the probe */
	_Atomic uint32_t decoded; /* futex word: the stage's answer about an instruction; number << 16 | instruction_code */
	_Atomic uint32_t reserved[5];
};

/*
 * The ledger: System V and POSIX objects that observed processes made and that outlive them. The probe writes an entry
 * right after the call that made the object (claiming it: FREE to BUSY, filling it, then its kind); the janitor removes
 * what the ledger of a lesson's run names. Never written for objects that were there before. For a process that is killed
 * between the two, a key is written before the call, and taken back after it.
 */
#define BOARD_LEDGER 256

enum ledger_kind {
	LEDGER_FREE,
	LEDGER_BUSY, /* being written */
	LEDGER_MSG,  /* id */
	LEDGER_SHM,  /* id */
	LEDGER_SEM,  /* id */
	LEDGER_MQ_NAME,  /* name, with its slash */
	LEDGER_SHM_NAME,
	LEDGER_SEM_NAME,
	LEDGER_INTENT, /* about to make a System V object: of which kind stands in `made`, the key in `id` */
};

struct ledger_entry {
	_Atomic uint32_t kind; /* enum ledger_kind */
	int32_t pid;           /* who made it */
	int32_t id;
	int32_t made;          /* LEDGER_INTENT: enum ledger_kind */
	char name[112];        /* terminated; an object with a longer name is not entered */
};

/*
 * Watched memory. The stage writes which segments; whoever maps one, or is knocked at, looks here. What an instruction
 * does that touches one is asked in a line of the control pipe: a `look` with the instruction's `bytes`, its address `at`
 * and the number of the question as `value`, which the stage answers in the slot and keeps out of the trace.
 */
#define BOARD_WATCHES 8

enum board_watch_on { WATCH_FREE, WATCH_ON, WATCH_NOT /* not this one, though all are */ };

struct board_watch {
	_Atomic uint32_t on; /* enum board_watch_on */
	char name[204];      /* the segment's, as `obj` has it; "shm": all segments but mapped files. Terminated */
};

enum instruction_class {
	INSTRUCTION_UNKNOWN, /* as the processor's fault says: reads or writes */
	INSTRUCTION_LOAD,
	INSTRUCTION_STORE,
	INSTRUCTION_UPDATE,  /* loads and stores */
	INSTRUCTION_COPY,    /* loads at SI, stores at DI */
	INSTRUCTION_COMPARE, /* loads at both */
};

/* class | INSTRUCTION_ATOMIC | bytes << INSTRUCTION_BYTES | the register that a store takes its value from, and one, << 11 */
enum {
	INSTRUCTION_CLASS = 7,
	INSTRUCTION_ATOMIC = 8,
	INSTRUCTION_BYTES = 4,
	INSTRUCTION_BYTES_MASK = 127,
	INSTRUCTION_SOURCE = 11,
};

/* Delays of a slot: a call, and ns to wait before it is made; 0: none. Written by the stage. */
#define BOARD_DELAYS 4
#define DELAY_MOST INT64_C(3600000000000) /* ns */
#define DELAY_OF(call, ns) ((uint64_t)(call) << 48 | (uint64_t)(ns))
#define DELAY_CALL(delay) ((delay) >> 48)
#define DELAY_NS(delay) ((int64_t)((delay) & ((UINT64_C(1) << 48) - 1)))

struct board {
	uint32_t magic, version;
	uint32_t size, slots;         /* bytes of the whole board; number of slots */
	uint64_t pipe_inode;          /* the control pipe, as fstat(2) gives it */
	_Atomic int32_t owner;        /* ipcviz's pid; without any bit of FUTEX_TID_MASK once it no longer listens */
	_Atomic uint32_t first_gate;  /* what a newly claimed slot's gate starts with (already there) */
	_Atomic uint32_t epoch;       /* bumped by whoever changes a pipe's capacity: cached ones are stale */
	_Atomic uint32_t captive;     /* 1: a lesson's run; a process that finds ipcviz gone ends itself */
	_Atomic uint32_t watches;     /* bumped by every change of `watch`; 0: nothing was ever watched */
	_Atomic uint32_t decodes;     /* 1: the stage can tell what an instruction does */
	_Atomic uint32_t reserved[4];
	struct board_slot slot[BOARD_SLOTS];
	_Atomic uint32_t ledger_lost; /* objects that found no place */
	uint32_t reserved2[15];
	struct ledger_entry ledger[BOARD_LEDGER];
	struct board_watch watch[BOARD_WATCHES];
	_Atomic uint64_t delays[BOARD_SLOTS][BOARD_DELAYS];
	_Atomic uint64_t first_delays[BOARD_DELAYS]; /* what a newly claimed slot's delays are (already there) */
};

/* This thread listens, until it gives the board up or dies, however it dies. One board at a time. */
void board_own(struct board *board);
void board_give_up(struct board *board);

#endif
