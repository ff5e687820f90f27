/* SPDX-License-Identifier: MIT
 *
 * Bytes that move from or to several places at once: the vectors of readv, sendmsg and their kin.
 */
#ifndef IPCVIZ_PROBE_VECTOR_H
#define IPCVIZ_PROBE_VECTOR_H

#include <stddef.h>
#include <sys/uio.h>

#include "probe/report.h"

/* The lengths added up; -1 when the vector cannot be read. */
int64_t vector_size(const struct iovec *vector, size_t count);
/* Tells that before the call. */
void report_vector(struct report *report, const struct iovec *vector, size_t count);
/* After it: the beginning of the n bytes that moved, those of the first part that is not empty. */
void report_vector_data(
	struct report *report, const struct iovec *vector, size_t count, size_t n);

#endif
