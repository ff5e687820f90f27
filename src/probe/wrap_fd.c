/* SPDX-License-Identifier: MIT
 *
 * Descriptors: closing, copying, and fcntl. Here the control descriptors are kept out of the host's
 * reach.
 */
#include "probe/libc_names.h"

#include <limits.h>
#include <stdarg.h>

#include "probe/fd_each.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

EXPORT int
close(int fd)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_close))
		return next.close(control_hide(fd));
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.close(control_hide(fd));
	object_forget(fd);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

/* close_range() around our two: up to three ranges. */
static int
range_close(unsigned first, unsigned last, int flags)
{
	unsigned a = (unsigned)atomic_load(&control.pipe_fd);
	unsigned b = (unsigned)atomic_load(&control.board_fd);
	unsigned ours[2] = {a < b ? a : b, a < b ? b : a};

	for (int i = 0; i < 2; i++) {
		if (ours[i] > INT_MAX || ours[i] < first || ours[i] > last)
			continue;
		if (ours[i] > first && next.close_range(first, ours[i] - 1, flags) != 0)
			return -1;
		first = ours[i] + 1;
		if (first >
			last) /* ours was the last one: nothing is left but to judge the flags */
			return next.close_range(UINT_MAX, UINT_MAX, flags);
	}
	return next.close_range(first, last, flags);
}

EXPORT int
close_range(unsigned first, unsigned last, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_close_range))
		return range_close(first, last, flags);
	line_number(&report.line, FIELD_fd, first);
	line_number(&report.line, FIELD_fd2, last);
	line_number(&report.line, FIELD_arg, flags);
	report_enter(&report, HERE);
	ret = range_close(first, last, flags);
	if (process != NULL)
		object_forget_all();
	report_return(&report, ret);
	line_number(&report.line, FIELD_fd, first);
	line_number(&report.line, FIELD_fd2, last);
	line_number(&report.line, FIELD_arg, flags);
	report_leave(&report);
	return ret;
}

static void
close_from(void *context, int fd)
{
	if (fd >= *(int *)context && !control_owns(fd))
		SYS1(SYS_close, fd);
}

EXPORT void
closefrom(int first)
{
	struct report report;
	bool told = report_begin(&report, CALL_closefrom);
	int from = first < 0 ? 0 : first;

	if (told) {
		line_number(&report.line, FIELD_fd, first);
		report_enter(&report, HERE);
	}
	if (range_close((unsigned)from, UINT_MAX, 0) != 0)
		fd_each(close_from, &from);
	if (!told)
		return;
	object_forget_all();
	report_return(&report, 0);
	line_number(&report.line, FIELD_fd, first);
	report_leave(&report);
}

EXPORT int
dup(int fd)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_dup))
		return next.dup(control_hide(fd));
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.dup(control_hide(fd));
	object_forget(ret);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
dup2(int fd, int target)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_dup2)) {
		control_yield(target);
		return next.dup2(control_hide(fd), target);
	}
	report_fd(&report, fd);
	line_number(&report.line, FIELD_fd2, target);
	report_enter(&report, HERE);
	fd = control_hide(fd);
	control_yield(target);
	ret = next.dup2(fd, target);
	object_forget(target);
	report_return(&report, ret);
	line_number(&report.line, FIELD_fd2, target);
	report_leave(&report);
	return ret;
}

EXPORT int
dup3(int fd, int target, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_dup3)) {
		control_yield(target);
		return next.dup3(control_hide(fd), target, flags);
	}
	report_fd(&report, fd);
	line_number(&report.line, FIELD_fd2, target);
	report_flags(&report, flags);
	report_enter(&report, HERE);
	fd = control_hide(fd);
	control_yield(target);
	ret = next.dup3(fd, target, flags);
	object_forget(target);
	report_return(&report, ret);
	line_number(&report.line, FIELD_fd2, target);
	report_flags(&report, flags);
	report_leave(&report);
	return ret;
}

/* The command, and the argument of those that take one that is no pointer. */
static void
report_command(struct report *report, int command, void *arg)
{
	char name[160];
	int value = (int)(intptr_t)arg;

	line_word(&report->line, FIELD_cmd, fcntl_command_name(command, name, sizeof name));
	switch (command) {
	case F_SETFL:
		line_word(&report->line, FIELD_arg, open_flags_name(value, name, sizeof name));
		break;
	case F_SETFD:
		line_word(&report->line, FIELD_arg, value & FD_CLOEXEC ? "FD_CLOEXEC" : "0");
		break;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
	case F_SETPIPE_SZ:
	case F_SETOWN:
		line_number(&report->line, FIELD_arg, value);
		break;
	}
}

static void
fcntl_return(struct report *report, int fd, int command, void *arg, int ret)
{
	int error = errno;

	if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
		object_forget(ret);
	if (command == F_SETPIPE_SZ && ret >= 0) {
		object_forget(fd);
		atomic_fetch_add(&control.board->epoch, 1);
	}
	errno = error;
	report_return(report, ret);
	report_command(report, command, arg);
	if (ret < 0)
		return;
	if (command == F_GETFL)
		report_flags(report, ret);
	if (command == F_SETFL) /* what the kernel made of it */
		report_flags(report, (int)SYS2(SYS_fcntl, fd, F_GETFL));
	if (command == F_GETPIPE_SZ || command == F_SETPIPE_SZ)
		line_number(&report->line, FIELD_cap, ret);
}

EXPORT int
fcntl(int fd, int command, ...)
{
	struct report report;
	va_list rest;
	void *arg;
	int ret;

	va_start(rest, command);
	arg = va_arg(rest, void *);
	va_end(rest);
	if (!report_begin(&report, CALL_fcntl))
		return next.fcntl(control_hide(fd), command, arg);
	report_fd(&report, fd);
	report_command(&report, command, arg);
	report_enter(&report, HERE);
	ret = next.fcntl(control_hide(fd), command, arg);
	fcntl_return(&report, fd, command, arg, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
fcntl64(int fd, int command, ...)
{
	struct report report;
	va_list rest;
	void *arg;
	int ret;

	va_start(rest, command);
	arg = va_arg(rest, void *);
	va_end(rest);
	if (!report_begin(&report, CALL_fcntl))
		return next.fcntl64(control_hide(fd), command, arg);
	report_fd(&report, fd);
	report_command(&report, command, arg);
	report_enter(&report, HERE);
	ret = next.fcntl64(control_hide(fd), command, arg);
	fcntl_return(&report, fd, command, arg, ret);
	report_leave(&report);
	return ret;
}
