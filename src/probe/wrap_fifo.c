/* SPDX-License-Identifier: MIT
 *
 * The names of FIFOs: making them, and taking names of any kind away.
 */
#include "probe/libc_names.h"

#include <stdio.h>
#include <sys/stat.h>

#include "probe/fifo.h"
#include "probe/memory.h"
#include "probe/report.h"

static void
make_enter(struct report *report, const char *path, mode_t mode, uint64_t site)
{
	char name[32];

	report_path(report, FIELD_path, path);
	line_word(&report->line, FIELD_mode, mode_name(mode, name, sizeof name));
	report_enter(report, site);
}

/* The FIFO that was made, or that was in the way. */
static void
make_leave(struct report *report, int directory, const char *path, int ret)
{
	int error = ret == -1 ? errno : 0;

	report_return(report, ret);
	if ((ret == 0 || error == EEXIST) &&
		report_fifo(report, directory, path, AT_SYMLINK_NOFOLLOW, "")) {
		line_number(&report->line, FIELD_made, ret == 0);
		report_path(report, FIELD_path, path);
	}
	report_leave(report);
}

EXPORT int
mkfifo(const char *path, mode_t mode)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mkfifo))
		return next.mkfifo(path, mode);
	make_enter(&report, path, mode, HERE);
	ret = next.mkfifo(path, mode);
	make_leave(&report, AT_FDCWD, path, ret);
	return ret;
}

EXPORT int
mkfifoat(int directory, const char *path, mode_t mode)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mkfifoat))
		return next.mkfifoat(control_hide(directory), path, mode);
	line_number(&report.line, FIELD_fd, directory);
	make_enter(&report, path, mode, HERE);
	ret = next.mkfifoat(control_hide(directory), path, mode);
	make_leave(&report, directory, path, ret);
	return ret;
}

EXPORT int
mknod(const char *path, mode_t mode, dev_t device)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mknod))
		return next.mknod(path, mode, device);
	make_enter(&report, path, mode, HERE);
	ret = next.mknod(path, mode, device);
	make_leave(&report, AT_FDCWD, path, ret);
	return ret;
}

EXPORT int
mknodat(int directory, const char *path, mode_t mode, dev_t device)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mknodat))
		return next.mknodat(control_hide(directory), path, mode, device);
	line_number(&report.line, FIELD_fd, directory);
	make_enter(&report, path, mode, HERE);
	ret = next.mknodat(control_hide(directory), path, mode, device);
	make_leave(&report, directory, path, ret);
	return ret;
}

EXPORT int
__xmknod(int version, const char *path, mode_t mode, dev_t *device)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mknod))
		return next.__xmknod(version, path, mode, device);
	make_enter(&report, path, mode, HERE);
	ret = next.__xmknod(version, path, mode, device);
	make_leave(&report, AT_FDCWD, path, ret);
	return ret;
}

EXPORT int
__xmknodat(int version, int directory, const char *path, mode_t mode, dev_t *device)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_mknodat))
		return next.__xmknodat(version, control_hide(directory), path, mode, device);
	line_number(&report.line, FIELD_fd, directory);
	make_enter(&report, path, mode, HERE);
	ret = next.__xmknodat(version, control_hide(directory), path, mode, device);
	make_leave(&report, directory, path, ret);
	return ret;
}

static void
remove_enter(struct report *report, int directory, const char *path, uint64_t site)
{
	report_fifo(report, directory, path, AT_SYMLINK_NOFOLLOW, "");
	report_path(report, FIELD_path, path);
	report_enter(report, site);
}

static void
remove_leave(struct report *report, int ret)
{
	report_return(report, ret);
	if (report_fifo_again(report) && ret == 0)
		line_number(&report->line, FIELD_removed, 1);
	report_leave(report);
}

EXPORT int
unlink(const char *path)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_unlink))
		return next.unlink(path);
	remove_enter(&report, AT_FDCWD, path, HERE);
	ret = next.unlink(path);
	remove_leave(&report, ret);
	return ret;
}

EXPORT int
unlinkat(int directory, const char *path, int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_unlinkat))
		return next.unlinkat(control_hide(directory), path, flags);
	line_number(&report.line, FIELD_fd, directory);
	line_word(&report.line, FIELD_flags, flags == AT_REMOVEDIR ? "AT_REMOVEDIR" : "0");
	remove_enter(&report, directory, path, HERE);
	ret = next.unlinkat(control_hide(directory), path, flags);
	remove_leave(&report, ret);
	return ret;
}

EXPORT int
remove(const char *path)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_remove))
		return next.remove(path);
	remove_enter(&report, AT_FDCWD, path, HERE);
	ret = next.remove(path);
	remove_leave(&report, ret);
	return ret;
}
