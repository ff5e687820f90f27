/* SPDX-License-Identifier: MIT
 *
 * Writes events to a file, as they are: header line, then one line each. Full disk and a vanished reader are reported
 * once and recording ends; the run goes on.
 */
#ifndef IPCVIZ_TRACE_RECORDER_H
#define IPCVIZ_TRACE_RECORDER_H

#include "event/event.h"
#include "event/problem.h"

struct recorder;

struct recorder *recorder_create(const char *path, struct problem *problem); /* "-" is stdout; NULL: see problem */
int recorder_write(struct recorder *recorder, const struct event *event, struct problem *problem);
int recorder_flush(struct recorder *recorder, struct problem *problem); /* call when dry */
int recorder_free(struct recorder *recorder, struct problem *problem);  /* flushes; -1 when the last bytes did not go out */

#endif
