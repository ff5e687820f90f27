/* SPDX-License-Identifier: MIT
 *
 * read, write and their kin.
 */
#include "probe/libc_names.h"
#include "probe/memory.h"
#include "probe/move.h"
#include "probe/report.h"

/* The leave line of a call that moves bytes. EAGAIN says how full the pipe is, too. */
INLINE void
moved_return(struct report *report, ssize_t ret)
{
	int error = errno;

	report_return(report, ret);
	if (ret >= 0 || error == EAGAIN)
		report_used(report);
}

EXPORT ssize_t
read(int fd, void *buf, size_t n)
{
	struct report report;
	ssize_t ret;

	if (!report_move(&report, CALL_read, fd, n, HERE))
		return next.read(control_hide(fd), buf, n);
	ret = next.read(control_hide(fd), buf, n);
	report_moved(&report, ret, buf);
	return ret;
}

EXPORT ssize_t
__read_chk(int fd, void *buf, size_t n, size_t size)
{
	struct report report;
	ssize_t ret;

	if (!report_move(&report, CALL_read, fd, n, HERE))
		return next.__read_chk(control_hide(fd), buf, n, size);
	ret = next.__read_chk(control_hide(fd), buf, n, size);
	report_moved(&report, ret, buf);
	return ret;
}

EXPORT ssize_t
write(int fd, const void *buf, size_t n)
{
	struct report report;
	ssize_t ret;

	if (!report_move(&report, CALL_write, fd, n, HERE))
		return next.write(control_hide(fd), buf, n);
	ret = next.write(control_hide(fd), buf, n);
	report_moved(&report, ret, buf);
	return ret;
}

/* Adds the lengths up, before the call, when the vector can be read. */
static void
report_vector(struct report *report, const struct iovec *vector, int count)
{
	int64_t n = 0;

	if (count <= 0 || count > 1024 || !memory_good(vector, (size_t)count * sizeof *vector))
		return;
	for (int i = 0; i < count; i++)
		n += (int64_t)vector[i].iov_len;
	line_number(&report->line, FIELD_n, n);
}

/* The beginning of what moved: of its first part that is not empty. */
static void
report_vector_data(struct report *report, const struct iovec *vector, int count, size_t n)
{
	int i = 0;

	while (i < count && vector[i].iov_len == 0)
		i++;
	if (i < count)
		report_data(
			report, vector[i].iov_base, n < vector[i].iov_len ? n : vector[i].iov_len);
}

EXPORT ssize_t
readv(int fd, const struct iovec *vector, int count)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_readv))
		return next.readv(control_hide(fd), vector, count);
	report_fd(&report, fd);
	report_vector(&report, vector, count);
	report_enter(&report, HERE);
	ret = next.readv(control_hide(fd), vector, count);
	moved_return(&report, ret);
	if (ret > 0)
		report_vector_data(&report, vector, count, (size_t)ret);
	report_leave(&report);
	return ret;
}

EXPORT ssize_t
writev(int fd, const struct iovec *vector, int count)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_writev))
		return next.writev(control_hide(fd), vector, count);
	report_fd(&report, fd);
	report_vector(&report, vector, count);
	report_enter(&report, HERE);
	ret = next.writev(control_hide(fd), vector, count);
	moved_return(&report, ret);
	if (ret > 0)
		report_vector_data(&report, vector, count, (size_t)ret);
	report_leave(&report);
	return ret;
}
