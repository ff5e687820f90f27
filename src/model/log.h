/* SPDX-License-Identifier: MIT
 *
 * The newest events as they were, for the log pane: a ring of lines with their sequence numbers.
 */
#ifndef IPCVIZ_MODEL_LOG_H
#define IPCVIZ_MODEL_LOG_H

#include "event/event.h"

enum { LOG_LINES = 4096 };

struct log;
struct log *log_create(void);
void log_free(struct log *log);
void log_add(struct log *log, const struct event *event, uint64_t sequence);
uint64_t log_first(const struct log *log); /* sequence of the oldest kept; 0: empty */
uint64_t log_last(const struct log *log);
const struct event *log_get(const struct log *log, uint64_t sequence); /* NULL: not kept */

#endif
