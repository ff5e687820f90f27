/* SPDX-License-Identifier: MIT
 *
 * What the files that explain the model in sentences offer each other.
 */
#ifndef IPCVIZ_MODEL_EXPLAIN_H
#define IPCVIZ_MODEL_EXPLAIN_H

#include "model/waits.h"

enum { NAMED_MAX = 4 }; /* processes that a sentence names, before it only counts them */

/* snprintf that never cuts inside a character. */
void __attribute__((format(printf, 3, 4)))
explain_say(char *buf, size_t size, const char *format, ...);
/* A process's name; with its number where another living process is called the same. Returns buf. */
const char *explain_name(const struct model *model, int process, char *buf, size_t size);
/* "writer, reader and 3 more": the first n of `total`. */
void explain_names(
	const struct model *model, const int *processes, int n, int total, char *buf, size_t size);
/* An object's name: "/counter", "sem:9". Returns buf. */
const char *explain_object(const struct channel *channel, char *buf, size_t size);

/* Of a process that waits at a queue, a semaphore or a lock. */
void cause_of_object(const struct model *model, int process, char *buf, size_t size);
void wake_at_object(const struct model *model, int process, char *buf, size_t size);
/* Of a process that waits at a socket. */
void cause_at_socket(const struct model *model, int process, char *buf, size_t size);
void wake_at_socket(const struct model *model, int process, char *buf, size_t size);

#endif
