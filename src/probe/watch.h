/* SPDX-License-Identifier: MIT
 *
 * Memory under watch: each load and store of the program in it becomes an event and stands at the gate like a call.
 *
 * The story of an access. The pages of a watched mapping are protected from everybody (shut). An instruction that
 * touches one faults; the handler (watch_access.c) says `reach` and sleeps at the gate when that is shut, then takes the
 * lock, opens the pages, sets the trap flag and returns: the instruction is done, a trap comes, the pages are shut again
 * and the values are told. All signals but the four that are ours are blocked over that one instruction, and the lock is
 * held: of a process's threads one touches watched memory at a time. What another thread touches while the pages are
 * open for somebody else goes unseen.
 *
 * The kernel cannot reach shut pages either (EFAULT). So while a process has watched memory, each of its system calls
 * but the probe's own comes to us as a SIGSYS before it is made (Syscall User Dispatch, Linux 5.11), and is made anew
 * from a piece of code of ours, on the program's own stack and with its own registers (watch_call.c): when an argument
 * may lie in watched memory, the pages are open meanwhile.
 *
 * SIGSEGV, SIGBUS, SIGTRAP and SIGSYS are ours then (watch_signal.c). What the program says about them is kept and told
 * back to it as if they were its own, those that are not meant for us are handed on, and they are never really blocked.
 *
 * What is not covered: another thread's call that sleeps on watched memory when the watch begins; a robust mutex in it,
 * which the kernel cannot mark when its holder is killed; memory that the kernel writes later by itself (io_uring, AIO).
 *
 * Once begun, the machinery stays for the life of the program; memory that is no longer watched is open and told of no
 * more. Without watched memory nothing of this is there.
 */
#ifndef IPCVIZ_PROBE_WATCH_H
#define IPCVIZ_PROBE_WATCH_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "probe/control.h"
#include "probe/mapping.h"

/* A stretch of a watched mapping. */
struct watch_range {
	uintptr_t start, end;
	uint64_t offset;    /* of start within the segment */
	uint8_t protection; /* what the program asked for */
	bool attached;      /* by shmat */
	bool shut;
	bool used;          /* false: the entry is free */
	char name[MAPPING_NAME_MAX];
};

extern _Atomic bool watch_on; /* the machinery runs */

/* Makes what is under watch what the board asks for, as far as it is mapped here. */
void watch_refresh(void);
/* The process came or goes on as another one: a forked child, a thread seen for the first time. After `born`. */
void watch_renew(bool forked);
/* Memory that is open for others than the program's own instructions: a system call, the child of a vfork. */
void watch_open(void);
void watch_shut(void);
/* May this address be read, but for the watch? Takes no lock. */
bool watch_covers(uintptr_t at);

/* Something was mapped: is it watched? */
static inline void
watch_mapped(void)
{
	if (atomic_load_explicit(&control.board->watches, memory_order_relaxed) != 0)
		watch_refresh();
}

/* --- among the files of the watch; signals are blocked wherever the lock is held --- */

enum { WATCH_RANGES = 32 };

void watch_lock(void);
void watch_unlock(void);
/* The same outside of our signal handlers: blocks signals first, and answers the mask that was. */
uint64_t watch_begin(void);
void watch_end(uint64_t before);
/* With the lock: */
bool watch_find(struct watch_range *range, uintptr_t at); /* a copy */
bool watch_overlaps(uintptr_t start, size_t n);
void watch_pages_open(void);
void watch_pages_shut(void); /* unless they are open for somebody */
void watch_users(int by);
void watch_cut(uintptr_t start, uintptr_t end);
void watch_cut_attached(uintptr_t start);
void watch_protect(uintptr_t start, uintptr_t end, int protection);
void watch_reset(void);  /* nobody else is here */
struct watch_range *watch_range_at(int i);
struct watch_range *watch_range_free(void); /* NULL: there is no room */
void watch_range_open(struct watch_range *range);

void watch_forked(void); /* watch.c: this is a child */

/* watch_access.c: a fault, a trap: ours? */
bool access_fault(siginfo_t *info, ucontext_t *context);
bool access_trap(siginfo_t *info, ucontext_t *context);
/* The instruction under way failed otherwise: the pages are shut and the context is as it was before. */
void access_cancel(ucontext_t *context);

/* watch_decode.c: what the instruction at this address does, see board.h; 0: not known. */
uint32_t decode(uintptr_t instruction);
void decode_forked(void);

/* watch_signal.c */
enum { SIGNALS_OURS = 4 };
bool signals_take(void); /* once for the process */
void signals_clear(void); /* unblocks ours in this thread */
uint64_t signals_ours(void); /* as a kernel's mask */
void signals_hand_on(int number, siginfo_t *info, ucontext_t *context);
/* What the program asks for; each answers what the kernel would. */
long signals_action(int number, const void *action, void *before, size_t size);
long signals_mask(ucontext_t *context, int how, const uint64_t *set, uint64_t *before, size_t size);
uint64_t signals_believed(void); /* of ours, those that this thread has blocked, as it believes */
void signals_exec(bool begins); /* about to execute: what is ignored stays ignored; or it failed */

/* watch_call.c */
bool calls_arm(bool anew); /* system calls of this thread come to us; false: the kernel cannot */
void calls_dispatch(siginfo_t *info, ucontext_t *context);
bool calls_trap(ucontext_t *context); /* the end of one that we made */
bool calls_is_probe(uintptr_t instruction);

/* watch_argument.c, with the lock: may one of a system call's arguments lie in watched memory? Does it change what is
 * mapped, and what has it done to that? */
bool calls_touch(long number, const uint64_t argument[6]);
bool calls_change_mappings(long number);
void calls_changed_mappings(long number, const greg_t *registers);

#endif
