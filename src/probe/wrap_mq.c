/* SPDX-License-Identifier: MIT
 *
 * POSIX message queues. Their descriptors are file descriptors here (mq_overview(7)).
 */
#include "probe/libc_names.h"

#include <limits.h>
#include <mqueue.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "probe/deadline.h"
#include "probe/flood.h"
#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/mq_origin.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

/* What lies in it now, and what it can hold. */
static void
report_queue(struct report *report, int fd)
{
	struct mq_attr queue;

	if (SYS3(SYS_mq_getsetattr, control_hide(fd), 0, &queue) != 0)
		return;
	line_number(&report->line, FIELD_count, queue.mq_curmsgs);
	line_number(&report->line, FIELD_limit, queue.mq_maxmsg);
	line_number(&report->line, FIELD_size, queue.mq_msgsize);
}

/* The queue by the name that the program gives, if it is one: a slash, and no other. */
static void
report_name(struct report *report, const char *path)
{
	char name[NAME_MAX + 8] = "mq:";
	long length = memory_string(path, NAME_MAX + 2);

	if (length < 2 || length > NAME_MAX + 1 || path[0] != '/' ||
		memchr(path + 1, '/', (size_t)length - 1) != NULL)
		return;
	memcpy(name + 3, path, (size_t)length);
	name[3 + length] = '\0';
	if (object_name_fits(name)) /* else it is called by its inode, which nobody knows yet */
		line_word(&report->line, FIELD_obj, name);
}

/* --- opening and closing
 * ------------------------------------------------------------------------------------------------
 */

static void
open_enter(struct report *report, const char *path, int flags, mode_t mode,
	const struct mq_attr *asked, uint64_t site)
{
	char name[24];

	report_name(report, path);
	report_path(report, FIELD_path, path);
	report_flags(report, flags);
	if (flags & O_CREAT)
		line_word(&report->line, FIELD_mode, mode_name(mode, name, sizeof name));
	if (asked != NULL && memory_good(asked, sizeof *asked)) {
		line_number(&report->line, FIELD_limit, asked->mq_maxmsg);
		line_number(&report->line, FIELD_size, asked->mq_msgsize);
	}
	report_enter(report, site);
}

static void
open_leave(struct report *report, const char *path, int flags, const struct mq_before *before,
	mqd_t ret)
{
	bool made;

	report_return(report, ret);
	if (ret >= 0) {
		made = mq_origin_made(before, path, flags, ret);
		if (made)
			ledger_enter_name(LEDGER_MQ_NAME, path);
		report_made(report, ret);
		report_flags(report, flags);
		line_number(&report->line, FIELD_made, made);
		report_queue(report, ret);
	} else {
		report_name(report, path);
	}
	report_leave(report);
}

EXPORT mqd_t
mq_open(const char *path, int flags, ...)
{
	struct report report;
	struct mq_before before;
	struct mq_attr *asked = NULL;
	mode_t mode = 0;
	va_list rest;
	mqd_t ret;

	va_start(rest, flags);
	if (flags & O_CREAT) {
		mode = va_arg(rest, mode_t);
		asked = va_arg(rest, struct mq_attr *);
	}
	va_end(rest);
	if (!report_begin(&report, CALL_mq_open))
		return next.mq_open(path, flags, mode, asked);
	open_enter(&report, path, flags, mode, asked, HERE);
	mq_origin_before(&before, path, flags);
	ret = next.mq_open(path, flags, mode, asked);
	open_leave(&report, path, flags, &before, ret);
	return ret;
}

EXPORT mqd_t
__mq_open_2(const char *path, int flags)
{
	struct report report;
	struct mq_before before;
	mqd_t ret;

	if (!report_begin(&report, CALL_mq_open))
		return next.__mq_open_2(path, flags);
	open_enter(&report, path, flags, 0, NULL, HERE);
	mq_origin_before(&before, path, flags);
	ret = next.__mq_open_2(path, flags);
	open_leave(&report, path, flags, &before, ret);
	return ret;
}

EXPORT int
mq_close(mqd_t fd)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_close))
		return next.mq_close(control_hide(fd));
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.mq_close(control_hide(fd));
	object_forget(fd);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
mq_unlink(const char *path)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_unlink))
		return next.mq_unlink(path);
	report_name(&report, path);
	report_path(&report, FIELD_path, path);
	report_enter(&report, HERE);
	ret = next.mq_unlink(path);
	report_return(&report, ret);
	report_name(&report, path);
	if (ret == 0) {
		line_number(&report.line, FIELD_removed, 1);
		ledger_strike_name(LEDGER_MQ_NAME, path);
	}
	report_leave(&report);
	return ret;
}

/* --- messages
 * ------------------------------------------------------------------------------------------------
 */

/* NULL, which libc passes on, is for ever. */
static void
report_until(struct report *report, const struct timespec *until)
{
	if (until == NULL)
		report_limit(report, NULL);
	else
		report_deadline(report, CLOCK_REALTIME, until);
}

static void
send_enter(struct report *report, mqd_t fd, size_t n, unsigned priority)
{
	report_fd(report, fd);
	line_number(&report->line, FIELD_n, (int64_t)n);
	line_number(&report->line, FIELD_prio, priority);
}

/* Errors that leave the queue as it was tell what lies in it, too. */
static void
moved_return(struct report *report, mqd_t fd, ssize_t ret)
{
	int error = ret == -1 ? errno : 0;

	report_return(report, ret);
	if (error != EBADF && (error != 0 || flood_ask(report->now)))
		report_queue(report, fd);
}

static void
send_leave(struct report *report, mqd_t fd, const char *bytes, size_t n, unsigned priority, int ret)
{
	moved_return(report, fd, ret);
	if (ret == 0) {
		line_number(&report->line, FIELD_n, (int64_t)n);
		line_number(&report->line, FIELD_prio, priority);
		report_data(report, bytes, n);
	}
	report_leave(report);
}

EXPORT int
mq_send(mqd_t fd, const char *bytes, size_t n, unsigned priority)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_send))
		return next.mq_send(control_hide(fd), bytes, n, priority);
	send_enter(&report, fd, n, priority);
	report_enter(&report, HERE);
	ret = next.mq_send(control_hide(fd), bytes, n, priority);
	send_leave(&report, fd, bytes, n, priority, ret);
	return ret;
}

EXPORT int
mq_timedsend(mqd_t fd, const char *bytes, size_t n, unsigned priority, const struct timespec *until)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_timedsend))
		return next.mq_timedsend(control_hide(fd), bytes, n, priority, until);
	send_enter(&report, fd, n, priority);
	report_until(&report, until);
	report_enter(&report, HERE);
	ret = next.mq_timedsend(control_hide(fd), bytes, n, priority, until);
	send_leave(&report, fd, bytes, n, priority, ret);
	return ret;
}

static void
receive_leave(
	struct report *report, mqd_t fd, const char *bytes, const unsigned *priority, ssize_t ret)
{
	moved_return(report, fd, ret);
	if (ret >= 0) {
		if (priority != NULL)
			line_number(&report->line, FIELD_prio, *priority);
		report_data(report, bytes, (size_t)ret);
	}
	report_leave(report);
}

EXPORT ssize_t
mq_receive(mqd_t fd, char *bytes, size_t n, unsigned *priority)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_mq_receive))
		return next.mq_receive(control_hide(fd), bytes, n, priority);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, (int64_t)n);
	report_enter(&report, HERE);
	ret = next.mq_receive(control_hide(fd), bytes, n, priority);
	receive_leave(&report, fd, bytes, priority, ret);
	return ret;
}

EXPORT ssize_t
mq_timedreceive(mqd_t fd, char *bytes, size_t n, unsigned *priority, const struct timespec *until)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_mq_timedreceive))
		return next.mq_timedreceive(control_hide(fd), bytes, n, priority, until);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, (int64_t)n);
	report_until(&report, until);
	report_enter(&report, HERE);
	ret = next.mq_timedreceive(control_hide(fd), bytes, n, priority, until);
	receive_leave(&report, fd, bytes, priority, ret);
	return ret;
}

/* --- attributes and notification
 * ------------------------------------------------------------------------------------------------
 */

/* The description's flags as the kernel has them now. */
static void
report_description(struct report *report, mqd_t fd)
{
	long flags = SYS2(SYS_fcntl, fd, F_GETFL);

	if (flags >= 0)
		report_flags(report, (int)flags);
}

EXPORT int
mq_getattr(mqd_t fd, struct mq_attr *attributes)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_getattr))
		return next.mq_getattr(control_hide(fd), attributes);
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.mq_getattr(control_hide(fd), attributes);
	report_return(&report, ret);
	if (ret == 0) {
		report_description(&report, fd);
		report_queue(&report, fd);
	}
	report_leave(&report);
	return ret;
}

EXPORT int
mq_setattr(mqd_t fd, const struct mq_attr *wanted, struct mq_attr *before)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_setattr))
		return next.mq_setattr(control_hide(fd), wanted, before);
	report_fd(&report, fd);
	if (memory_good(wanted, sizeof *wanted))
		report_flags(&report, (int)wanted->mq_flags);
	report_enter(&report, HERE);
	ret = next.mq_setattr(control_hide(fd), wanted, before);
	report_return(&report, ret);
	if (ret == 0) {
		report_description(&report, fd);
		report_queue(&report, fd);
	}
	report_leave(&report);
	return ret;
}

/* How the process wants to be told, in both lines. */
static void
report_notification(struct report *report, const struct sigevent *how)
{
	if (how == NULL) {
		line_word(&report->line, FIELD_how, "off");
	} else if (!memory_good(how, sizeof *how)) {
		return;
	} else if (how->sigev_notify == SIGEV_SIGNAL) {
		line_word(&report->line, FIELD_how, "signal");
		report_signal(report, FIELD_sig, how->sigev_signo);
	} else if (how->sigev_notify == SIGEV_THREAD) {
		line_word(&report->line, FIELD_how, "thread");
	} else if (how->sigev_notify == SIGEV_NONE) {
		line_word(&report->line, FIELD_how, "none");
	}
}

EXPORT int
mq_notify(mqd_t fd, const struct sigevent *how)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mq_notify))
		return next.mq_notify(control_hide(fd), how);
	report_fd(&report, fd);
	report_notification(&report, how);
	report_enter(&report, HERE);
	ret = next.mq_notify(control_hide(fd), how);
	report_return(&report, ret);
	report_notification(&report, how);
	if (ret == 0)
		line_number(&report.line, FIELD_notify, how == NULL ? 0 : me.pid);
	report_leave(&report);
	return ret;
}
