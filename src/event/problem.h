/* SPDX-License-Identifier: MIT
 *
 * A problem that a person can act on: where it is and one sentence that says what is wrong and what to do.
 * Functions that take a `struct problem *` return -1 after filling it; the caller prints or shows it.
 */
#ifndef IPCVIZ_EVENT_PROBLEM_H
#define IPCVIZ_EVENT_PROBLEM_H

#include <stddef.h>

struct problem {
	char file[256]; /* "" when no file is to blame */
	int line;       /* 1-based; 0 when unknown */
	char what[512]; /* one sentence, UTF-8, no newline */
};

/* Fills *problem. `file` may be NULL. Always returns -1, so that callers can `return problem_set(…)`. */
int problem_set(struct problem *problem, const char *file, int line, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

/* Writes "FILE:LINE: sentence" into buf (always terminated) and returns buf. */
char *problem_text(const struct problem *problem, char *buf, size_t size);

#endif
