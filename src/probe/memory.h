/* SPDX-License-Identifier: MIT
 *
 * Memory that the host only claims to be good: the kernel is asked before it is touched, so that a
 * bad pointer ends in the call's own EFAULT and not in a crash of ours.
 */
#ifndef IPCVIZ_PROBE_MEMORY_H
#define IPCVIZ_PROBE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The main thread's stack, as far as nothing else can lie in it: from `low`, as deep as it may surely grow, to `top`. */
struct memory_stack {
	uintptr_t low, top;
};
extern struct memory_stack memory_stack;

/* At program start. */
void memory_open(void);

/* Can all of these bytes be read? One system call per page. */
bool memory_good(const void *at, size_t n);
/* The same, and no system call, for memory in the frames of our callers: what a function keeps on the main thread's
 * stack while it calls is mapped, and so is the page on which our own frame, `frame`, begins. */
static inline bool
memory_near(const void *at, size_t n, const void *frame)
{
	enum { PAGE = 4096 }; /* the smallest there is */
	uintptr_t here = (uintptr_t)frame, first = (uintptr_t)at, last = first + n - 1;

	if (first <= last &&
		((here >= memory_stack.low && here <= first && last < memory_stack.top) ||
			(first / PAGE == here / PAGE && last / PAGE == here / PAGE)))
		return true;
	return memory_good(at, n);
}
/* Length of a string in such memory, at most `most`; -1 when it runs into bad memory before its
 * end. */
long memory_string(const char *string, size_t most);
/* Entries of a NULL-terminated array of pointers; -1 when it runs into bad memory. */
long memory_vector(char *const vector[]);

#endif
