/* SPDX-License-Identifier: MIT
 *
 * Who we are. A process's own state lies in memory that the kernel wipes in a forked child
 * (MADV_WIPEONFORK), so a child notices itself at its first call however it was made: fork, _Fork,
 * a raw system call. A thread's state lies in its thread-local storage. A vforked child runs in its
 * parent's memory and on its parent's thread: while it does, the thread's state says so, and the
 * process's state is left alone.
 */
#ifndef IPCVIZ_PROBE_PROCESS_H
#define IPCVIZ_PROBE_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/board.h"
#include "event/line.h"
#include "probe/object.h"
#include "probe/sys.h"

struct process {
	_Atomic int32_t pid;    /* 0: just forked, nothing is known yet */
	_Atomic int32_t of;     /* what me.of must be: pid, or another number once every thread should look again */
	_Atomic bool exit_told; /* the exit was reported already */
	struct object_entry object[OBJECT_ENTRIES];
};

/* What every call needs comes first and shares a cache line: between two system calls little is left in the cache. */
struct me {
	_Alignas(64) int32_t of; /* process->of for which all this was found */
	int32_t pid, tid;        /* as the lines say */
	uint32_t leaves;         /* told */
	uint64_t left;           /* when this thread last went out of our hands, ns */
	uint64_t leave_time;     /* the least that telling a leave took, from its time on, ns */
	bool vforked;            /* pid is a vforked child's, not process->pid */
	uintptr_t in_lock;       /* in a call on a semaphore or lock: about where its stack begins, see me_in_lock() */
	struct board_slot *slot; /* never NULL once found: a process without a slot has one whose
				    gate is always open */
	size_t who_length;
	char who[LINE_WHO_MAX];  /* pid and tid, ready for lines */
	int32_t slot_index;      /* -1: none */
	void *room;              /* memory that a vforked child left behind by executing */
	size_t room_size;
};

extern struct process *process;
extern __thread struct me me __attribute__((tls_model("initial-exec")));

/* At program start, once the control pipe is open: sends `born` or `exec`. */
int process_open(int argc, char **argv, bool reported_before);
/* Finds out who we are now and sends `born` when nobody has said it yet. */
void me_renew(void);
/* Has every thread of the process do that at its next call. */
void me_renew_all(void);
/* In a vforked child, and in its parent afterwards. */
void me_vforked(void);
void me_resumed(void);

/* Every function that reports calls this first; in the common case two loads. */
static inline void
me_check(void)
{
	if (__builtin_expect(me.of == 0 || me.of != atomic_load_explicit(
							    &process->of, memory_order_relaxed),
		    0))
		me_renew();
}

/* A call on a semaphore or lock begins and ends: what it does to that is told as the call alone, see watch_access.c. */
INLINE void
me_lock(void)
{
	me.in_lock = (uintptr_t)__builtin_frame_address(0);
}

INLINE void
me_unlock(void)
{
	me.in_lock = 0;
}

/* Is code with this stack pointer in such a call? A handler may have jumped out of one. */
static inline bool
me_in_lock(uintptr_t stack)
{
	enum { SLACK = 512 }; /* of the function that began it */

	return me.in_lock != 0 && stack < me.in_lock + SLACK;
}

#endif
