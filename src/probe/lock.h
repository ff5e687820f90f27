/* SPDX-License-Identifier: MIT
 *
 * What the wrappers of mutexes and conditions share. Only those are told that lie in memory which processes share. All
 * others, and there are many in most programs, pass through: for one load and a branch where the process shares no
 * memory at all. `kernel` tells whether the kernel was needed, where that is certain.
 */
#ifndef IPCVIZ_PROBE_LOCK_H
#define IPCVIZ_PROBE_LOCK_H

#include <pthread.h>

#include "probe/place.h"
#include "probe/report.h"

enum { KERNEL_UNKNOWN = -1 };

/* `kind` is "mutex:" or "cond:". False: pass through. */
bool lock_begin(struct report *report, struct place *place, enum call_id call, const char *kind,
	const void *lock);
/* The call returned, 0 or an error. */
void lock_return(struct report *report, const struct place *place, int ret);
/* The same with `kernel`, to the end of the line. */
void lock_leave(struct report *report, const struct place *place, int ret, int kernel);

#endif
