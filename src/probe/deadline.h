/* SPDX-License-Identifier: MIT
 *
 * Time limits of calls, told as what is left of them.
 */
#ifndef IPCVIZ_PROBE_DEADLINE_H
#define IPCVIZ_PROBE_DEADLINE_H

#include <stdbool.h>
#include <time.h>

#include "probe/report.h"

/* A time of `clock` that the call waits until; nothing when that cannot be read. */
void report_deadline(struct report *report, clockid_t clock, const struct timespec *until);
/* A time that it waits for; NULL is for ever. */
void report_limit(struct report *report, const struct timespec *time);

/* Is it one that no call refuses? A limit that cannot be is refused even where nobody would have to wait, and by which
 * calls is libc's to say. */
bool deadline_valid(clockid_t clock, const struct timespec *until);

#endif
