/* SPDX-License-Identifier: MIT
 *
 * Mutexes and conditions in shared memory, see lock.h.
 */
#include "probe/lock.h"

bool
lock_begin(struct report *report, struct place *place, enum call_id call, const char *kind,
	const void *lock)
{
	if (!atomic_load_explicit(&control.on, memory_order_relaxed)) {
		next_find();
		return false;
	}
	if (!place_find(place, kind, lock) || !report_begin(report, call))
		return false;
	line_copy(&report->line, place->text, place->length);
	me_lock();
	return true;
}

void
lock_return(struct report *report, const struct place *place, int ret)
{
	me_unlock();
	report_return_error(report, ret, ret);
	line_copy(&report->line, place->text, place->length);
}

void
lock_leave(struct report *report, const struct place *place, int ret, int kernel)
{
	lock_return(report, place, ret);
	if (kernel != KERNEL_UNKNOWN)
		line_number(&report->line, FIELD_kernel, kernel);
	report_leave(report);
}
