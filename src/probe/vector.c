/* SPDX-License-Identifier: MIT
 *
 * Bytes from or to several places, see vector.h.
 */
#include "probe/vector.h"

#include "probe/memory.h"

enum { VECTOR_MAX = 1024 }; /* UIO_MAXIOV: the kernel refuses more */

int64_t
vector_size(const struct iovec *vector, size_t count)
{
	int64_t n = 0;

	if (count > VECTOR_MAX || !memory_good(vector, count * sizeof *vector))
		return -1;
	for (size_t i = 0; i < count; i++)
		n += (int64_t)vector[i].iov_len;
	return n;
}

void
report_vector(struct report *report, const struct iovec *vector, size_t count)
{
	int64_t n = vector_size(vector, count);

	if (n >= 0)
		line_number(&report->line, FIELD_n, n);
}

void
report_vector_data(struct report *report, const struct iovec *vector, size_t count, size_t n)
{
	size_t i = 0;

	while (i < count && vector[i].iov_len == 0)
		i++;
	if (i < count)
		report_data(
			report, vector[i].iov_base, n < vector[i].iov_len ? n : vector[i].iov_len);
}
