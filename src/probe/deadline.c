/* SPDX-License-Identifier: MIT
 *
 * Time limits, see deadline.h.
 */
#include "probe/deadline.h"

#include "probe/memory.h"
#include "probe/sys.h"

static int64_t
nanoseconds(const struct timespec *time)
{
	return (int64_t)((uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec);
}

void
report_deadline(struct report *report, clockid_t clock, const struct timespec *until)
{
	struct timespec now;
	int64_t left;

	if (!memory_good(until, sizeof *until) || SYS2(SYS_clock_gettime, clock, &now) != 0)
		return;
	left = nanoseconds(until) - nanoseconds(&now);
	line_number(&report->line, FIELD_timeout, left > 0 ? left : 0);
}

void
report_limit(struct report *report, const struct timespec *time)
{
	if (time == NULL)
		line_number(&report->line, FIELD_timeout, -1);
	else if (memory_good(time, sizeof *time))
		line_number(&report->line, FIELD_timeout, nanoseconds(time));
}

bool
deadline_valid(clockid_t clock, const struct timespec *until)
{
	return (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC) &&
	       memory_good(until, sizeof *until) && until->tv_nsec >= 0 &&
	       until->tv_nsec < 1000000000;
}
