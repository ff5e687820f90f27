/* SPDX-License-Identifier: MIT
 *
 * read, write and their kin.
 */
#include "probe/libc_names.h"
#include "probe/move.h"
#include "probe/report.h"
#include "probe/vector.h"

/* The leave line of a call that moves bytes. EAGAIN says how full the pipe or socket is, too. */
INLINE void
moved_return(struct report *report, ssize_t ret)
{
	int error = errno;

	report_return(report, ret);
	if (ret >= 0 || error == EAGAIN)
		report_used(report);
	report_queued(report, ret, error);
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

EXPORT ssize_t
readv(int fd, const struct iovec *vector, int count)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_readv))
		return next.readv(control_hide(fd), vector, count);
	report_fd(&report, fd);
	if (count > 0)
		report_vector(&report, vector, (size_t)count);
	report_enter(&report, HERE);
	ret = next.readv(control_hide(fd), vector, count);
	moved_return(&report, ret);
	if (ret > 0)
		report_vector_data(&report, vector, (size_t)count, (size_t)ret);
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
	if (count > 0)
		report_vector(&report, vector, (size_t)count);
	report_enter(&report, HERE);
	ret = next.writev(control_hide(fd), vector, count);
	moved_return(&report, ret);
	if (ret > 0)
		report_vector_data(&report, vector, (size_t)count, (size_t)ret);
	report_leave(&report);
	return ret;
}
