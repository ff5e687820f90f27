/* SPDX-License-Identifier: MIT
 *
 * Memory that the process shares with others: which object lies where in its address space. From it an address in a
 * semaphore's or mutex's call becomes the object's name, the same in every process. Told by the wrappers of mmap,
 * shmat, sem_open and their counterparts; private memory is not in it.
 *
 * The table is lock-free and async-signal-safe: each entry has a sequence number that is odd while somebody writes, and
 * who finds one so passes over it. It lies in ordinary memory, so a forked child has it as it has the mappings.
 * A table that is full leaves further mappings out; what lies in those is named by process and address.
 */
#ifndef IPCVIZ_PROBE_MAPPING_H
#define IPCVIZ_PROBE_MAPPING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MAPPINGS = 256,
	MAPPING_NAME_MAX = 200,
};

enum mapping_kind {
	MAPPING_NONE,
	MAPPING_MEMORY,    /* by mmap */
	MAPPING_ATTACHED,  /* by shmat */
	MAPPING_SEMAPHORE, /* by sem_open: the semaphore alone */
};

struct mapping {
	uintptr_t start, end;
	uint64_t offset; /* of start within the object */
	int32_t id;      /* MAPPING_ATTACHED: of the segment */
	int32_t uses;    /* MAPPING_SEMAPHORE: sem_open answers one address each time */
	uint8_t kind;    /* enum mapping_kind */
	uint8_t protection; /* PROT_READ and its kin, as the program asked for it */
	char name
		[MAPPING_NAME_MAX]; /* the object's, as the value of `obj` in a line; "" in an entry of no use */
};

/* Entries of memory, and one more until the probe has begun: calls that come earlier take the long way. */
extern _Atomic uint32_t mapping_count;
/* Bumped by every change. */
extern _Atomic uint32_t mapping_version;

/* Does the process share no memory that we know of? What calls on private memory cost. */
static inline bool
mapping_none(void)
{
	return atomic_load_explicit(&mapping_count, memory_order_relaxed) == 0;
}

/* The probe has begun. */
void mapping_begin(void);

/* Puts a mapping in, whose range is rounded up to whole pages unless it is a semaphore. */
void mapping_add(const struct mapping *mapping);
/* A number that is higher than that of every entry up to now. */
uint32_t mapping_now(void);
/* Takes a range of memory out, but for what was put in after `now`: another thread's, who got the addresses anew. */
void mapping_remove(uintptr_t start, size_t n, uint32_t now);
/* The same for the segment that shmat put at `address`. */
void mapping_detach(uintptr_t address, uint32_t now);
/* sem_open gave this address; sem_close took one of its uses away. */
void mapping_open_semaphore(const void *address, size_t n, const char *name);
void mapping_close_semaphore(const void *address);

/* A copy of the first entry of memory that a range overlaps. */
bool mapping_find(struct mapping *mapping, uintptr_t start, size_t n);
/* The same up to `end`; of semaphores by name instead, if that is asked for. */
bool mapping_find_of(struct mapping *mapping, uintptr_t start, uintptr_t end, bool semaphores);
/* The program protected a range of it otherwise. */
void mapping_protect(uintptr_t start, size_t n, int protection);
/* A copy of entry `i`, of any kind; false: there is none. And a number that is higher than that of any. */
bool mapping_at(struct mapping *mapping, int i);
int mapping_end(void);

#endif
