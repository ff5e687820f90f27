/* SPDX-License-Identifier: MIT
 *
 * open and its kin, under all their names.
 */
#include "probe/libc_names.h"

#include <stdarg.h>

#include "probe/fifo.h"
#include "probe/report.h"

/* Is there a third (or fourth) argument? */
static bool
takes_mode(int flags)
{
	return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
}

/* A FIFO is named before the call already: it may sleep long until the other side comes. */
static void
report_door(struct report *report, int directory, const char *path, int flags)
{
	static const char ends[][3] = {"r", "w", "rw", ""};

	report_fifo(report, directory, path, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0,
		flags & O_PATH ? "" : ends[flags & O_ACCMODE]);
}

static void
open_enter(struct report *report, int directory, const char *path, int flags, uint64_t site)
{
	report_door(report, directory, path, flags);
	report_path(report, FIELD_path, path);
	report_flags(report, flags);
	report_enter(report, site);
}

static void
open_leave(struct report *report, int flags, int ret)
{
	report_return(report, ret);
	if (ret >= 0) {
		report_made(report, ret);
		report_flags(report, flags);
	} else {
		report_fifo_again(report);
	}
	report_leave(report);
}

#define MODE_TAKE(mode, flags)                                                                     \
	do {                                                                                       \
		va_list rest;                                                                      \
		va_start(rest, flags);                                                             \
		mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;                               \
		va_end(rest);                                                                      \
	} while (0)

EXPORT int
open(const char *path, int flags, ...)
{
	struct report report;
	mode_t mode;
	int ret;

	MODE_TAKE(mode, flags);
	if (!report_begin(&report, CALL_open))
		return next.open(path, flags, mode);
	open_enter(&report, AT_FDCWD, path, flags, HERE);
	ret = next.open(path, flags, mode);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
open64(const char *path, int flags, ...)
{
	struct report report;
	mode_t mode;
	int ret;

	MODE_TAKE(mode, flags);
	if (!report_begin(&report, CALL_open))
		return next.open64(path, flags, mode);
	open_enter(&report, AT_FDCWD, path, flags, HERE);
	ret = next.open64(path, flags, mode);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
__open_2(const char *path, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_open))
		return next.__open_2(path, flags);
	open_enter(&report, AT_FDCWD, path, flags, HERE);
	ret = next.__open_2(path, flags);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
__open64_2(const char *path, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_open))
		return next.__open64_2(path, flags);
	open_enter(&report, AT_FDCWD, path, flags, HERE);
	ret = next.__open64_2(path, flags);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
openat(int directory, const char *path, int flags, ...)
{
	struct report report;
	mode_t mode;
	int ret;

	MODE_TAKE(mode, flags);
	if (!report_begin(&report, CALL_openat))
		return next.openat(control_hide(directory), path, flags, mode);
	line_number(&report.line, FIELD_fd, directory);
	open_enter(&report, directory, path, flags, HERE);
	ret = next.openat(control_hide(directory), path, flags, mode);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
openat64(int directory, const char *path, int flags, ...)
{
	struct report report;
	mode_t mode;
	int ret;

	MODE_TAKE(mode, flags);
	if (!report_begin(&report, CALL_openat))
		return next.openat64(control_hide(directory), path, flags, mode);
	line_number(&report.line, FIELD_fd, directory);
	open_enter(&report, directory, path, flags, HERE);
	ret = next.openat64(control_hide(directory), path, flags, mode);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
__openat_2(int directory, const char *path, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_openat))
		return next.__openat_2(control_hide(directory), path, flags);
	line_number(&report.line, FIELD_fd, directory);
	open_enter(&report, directory, path, flags, HERE);
	ret = next.__openat_2(control_hide(directory), path, flags);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
__openat64_2(int directory, const char *path, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_openat))
		return next.__openat64_2(control_hide(directory), path, flags);
	line_number(&report.line, FIELD_fd, directory);
	open_enter(&report, directory, path, flags, HERE);
	ret = next.__openat64_2(control_hide(directory), path, flags);
	open_leave(&report, flags, ret);
	return ret;
}

EXPORT int
creat(const char *path, mode_t mode)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_creat))
		return next.creat(path, mode);
	report_door(&report, AT_FDCWD, path, O_WRONLY);
	report_path(&report, FIELD_path, path);
	report_enter(&report, HERE);
	ret = next.creat(path, mode);
	open_leave(&report, O_CREAT | O_WRONLY | O_TRUNC, ret);
	return ret;
}

EXPORT int
creat64(const char *path, mode_t mode)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_creat))
		return next.creat64(path, mode);
	report_door(&report, AT_FDCWD, path, O_WRONLY);
	report_path(&report, FIELD_path, path);
	report_enter(&report, HERE);
	ret = next.creat64(path, mode);
	open_leave(&report, O_CREAT | O_WRONLY | O_TRUNC, ret);
	return ret;
}
