/* SPDX-License-Identifier: MIT
 *
 * Memory that the host only claims to be good: the kernel is asked before it is touched, so that a
 * bad pointer ends in the call's own EFAULT and not in a crash of ours.
 */
#ifndef IPCVIZ_PROBE_MEMORY_H
#define IPCVIZ_PROBE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Can all of these bytes be read? One system call per page. */
bool memory_good(const void *at, size_t n);
/* Length of a string in such memory, at most `most`; -1 when it runs into bad memory before its
 * end. */
long memory_string(const char *string, size_t most);
/* Entries of a NULL-terminated array of pointers; -1 when it runs into bad memory. */
long memory_vector(char *const vector[]);

#endif
