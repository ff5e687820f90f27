/* SPDX-License-Identifier: MIT
 *
 * Sleeping for a time.
 */
#include <time.h>
#include <unistd.h>

#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"

static int64_t
nanoseconds(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

EXPORT unsigned
sleep(unsigned seconds)
{
	struct report report;
	unsigned left;

	if (!report_begin(&report, CALL_sleep))
		return next.sleep(seconds);
	line_number(&report.line, FIELD_timeout, (int64_t)seconds * 1000000000);
	report_enter(&report, HERE);
	left = next.sleep(seconds);
	report_return(&report, left);
	report_leave(&report);
	return left;
}

EXPORT int
usleep(useconds_t microseconds)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_usleep))
		return next.usleep(microseconds);
	line_number(&report.line, FIELD_timeout, (int64_t)microseconds * 1000);
	report_enter(&report, HERE);
	ret = next.usleep(microseconds);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
nanosleep(const struct timespec *time, struct timespec *left)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_nanosleep))
		return next.nanosleep(time, left);
	if (memory_good(time, sizeof *time))
		line_number(&report.line, FIELD_timeout, nanoseconds(time));
	report_enter(&report, HERE);
	ret = next.nanosleep(time, left);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
	struct report report;
	struct timespec now = {0, 0};
	int ret;

	if (!report_begin(&report, CALL_clock_nanosleep))
		return next.clock_nanosleep(clock, flags, time, left);
	if (flags & TIMER_ABSTIME)
		SYS2(SYS_clock_gettime, clock, &now);
	if (memory_good(time, sizeof *time))
		line_number(&report.line, FIELD_timeout,
			nanoseconds(time) > nanoseconds(&now)
				? nanoseconds(time) - nanoseconds(&now)
				: 0);
	report_enter(&report, HERE);
	ret = next.clock_nanosleep(clock, flags, time, left);
	report_return_error(&report, ret, ret);
	report_leave(&report);
	return ret;
}
