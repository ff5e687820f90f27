/* SPDX-License-Identifier: MIT
 *
 * pipe and pipe2.
 */
#include <unistd.h>

#include "probe/report.h"
#include "probe/text.h"

/* Both descriptors, read end first, and the pipe that they are the ends of. */
static void
report_ends(struct report *report, const int ends[2])
{
	char both[32];
	const char *end = both + sizeof both;
	char *at = text_number(both, end, ends[0]);

	text_number(text_word(at, end, ","), end, ends[1]);
	line_word(&report->line, FIELD_fds, both);
	object_forget(ends[0]);
	object_forget(ends[1]);
	if (!object_find(&report->object, ends[0], report->now))
		return;
	line_copy(&report->line, report->object.text + report->object.obj,
		report->object.end - report->object.obj);
	if (report->object.capacity > 0)
		line_number(&report->line, FIELD_cap, report->object.capacity);
}

EXPORT int
pipe(int ends[2])
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_pipe))
		return next.pipe(ends);
	report_enter(&report, HERE);
	ret = next.pipe(ends);
	report_return(&report, ret);
	if (ret == 0)
		report_ends(&report, ends);
	report_leave(&report);
	return ret;
}

EXPORT int
pipe2(int ends[2], int flags)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_pipe2))
		return next.pipe2(ends, flags);
	report_flags(&report, flags & ~O_ACCMODE);
	report_enter(&report, HERE);
	ret = next.pipe2(ends, flags);
	report_return(&report, ret);
	if (ret == 0) {
		report_ends(&report, ends);
		report_flags(&report, flags);
	}
	report_leave(&report);
	return ret;
}
