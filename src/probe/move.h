/* SPDX-License-Identifier: MIT
 *
 * Telling a call that moves bytes through a descriptor. These are the calls that programs make most, so here all that
 * report.h offers for them is done in one go.
 *
 *	if (!report_move(&report, CALL_x, fd, n, HERE))
 *		return next.x(…);
 *	ret = next.x(…);
 *	report_moved(&report, ret, bytes);
 *	return ret;
 */
#ifndef IPCVIZ_PROBE_MOVE_H
#define IPCVIZ_PROBE_MOVE_H

#include "probe/report.h"

/* The lines `enter` and `leave`, finished. */
bool report_move_line(struct report *report, enum call_id call, int fd, size_t n, uint64_t site);
void report_moved_line(struct report *report, int64_t ret, int error, int64_t used, const void *bytes);
/* The line `leave` on a socket, and what lies in it. */
void report_moved_socket(struct report *report, int64_t ret, int error, const void *bytes);

/* All that is before a call that moves n bytes through fd. */
INLINE bool
report_move(struct report *report, enum call_id call, int fd, size_t n, uint64_t site)
{
	if (!report_move_line(report, call, fd, n, site))
		return false;
	control_send(&report->line, report->now, report->away);
	return true;
}

/* All that is after it: the kernel touched the first `ret` bytes. */
INLINE void
report_moved(struct report *report, int64_t ret, const void *bytes)
{
	int error = ret == -1 ? errno : 0;
	int64_t used = -1;

	report->now = control_clock();
	if (report->object.length > 0 && report->object.pipe && (ret >= 0 || error == EAGAIN))
		used = object_used(report->fd);
	if (report->object.length > 0 && report->object.family != 0)
		report_moved_socket(report, ret, error, bytes);
	else
		report_moved_line(report, ret, error, used, bytes);
	control_send(&report->line, report->now, 0);
	me_leave(report->now);
}

#endif
