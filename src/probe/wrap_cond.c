/* SPDX-License-Identifier: MIT
 *
 * Conditions in shared memory. The mutex that a wait gives up and takes again is told with it: what libc does to it
 * inside passes no wrapper.
 */
#include "probe/deadline.h"
#include "probe/lock.h"

/* What glibc keeps in a condition (nptl/pthread_cond_common.c). */
static int
condition_has_waiters(const pthread_cond_t *condition)
{
#if defined __GLIBC__ && __GLIBC_PREREQ(2, 25)
	return __atomic_load_n(&condition->__data.__wrefs, __ATOMIC_RELAXED) >> 3 != 0;
#else
	(void)condition;
	return KERNEL_UNKNOWN;
#endif
}

/* The clock of pthread_cond_timedwait. */
static clockid_t
condition_clock(const pthread_cond_t *condition)
{
#if defined __GLIBC__ && __GLIBC_PREREQ(2, 25)
	return __atomic_load_n(&condition->__data.__wrefs, __ATOMIC_RELAXED) & 2 ? CLOCK_MONOTONIC
										 : CLOCK_REALTIME;
#else
	(void)condition;
	return CLOCK_REALTIME;
#endif
}

EXPORT int
pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes)
{
	struct report report;
	struct place place;
	int shared, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_init, "cond:", condition))
		return next.pthread_cond_init(condition, attributes);
	report_enter(&report, HERE);
	ret = next.pthread_cond_init(condition, attributes);
	lock_return(&report, &place, ret);
	if (ret == 0) {
		shared = PTHREAD_PROCESS_PRIVATE;
		if (attributes != NULL)
			pthread_condattr_getpshared(attributes, &shared);
		line_number(&report.line, FIELD_shared, shared == PTHREAD_PROCESS_SHARED);
	}
	report_leave(&report);
	return ret;
}

EXPORT int
pthread_cond_destroy(pthread_cond_t *condition)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_destroy, "cond:", condition))
		return next.pthread_cond_destroy(condition);
	report_enter(&report, HERE);
	ret = next.pthread_cond_destroy(condition);
	lock_leave(&report, &place, ret, KERNEL_UNKNOWN);
	return ret;
}

/* The mutex that is given up while waiting. */
static void
report_other(struct report *report, const pthread_mutex_t *mutex)
{
	struct place place;

	if (!place_find(&place, "mutex:", mutex))
		return;
	line_word(&report->line, FIELD_other, place.text + place.name);
}

EXPORT int
pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_wait, "cond:", condition))
		return next.pthread_cond_wait(condition, mutex);
	report_other(&report, mutex);
	report_enter(&report, HERE);
	ret = next.pthread_cond_wait(condition, mutex);
	lock_return(&report, &place, ret);
	report_other(&report, mutex);
	report_leave(&report);
	return ret;
}

EXPORT int
pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
	const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_timedwait, "cond:", condition))
		return next.pthread_cond_timedwait(condition, mutex, until);
	report_other(&report, mutex);
	report_deadline(&report, condition_clock(condition), until);
	report_enter(&report, HERE);
	ret = next.pthread_cond_timedwait(condition, mutex, until);
	lock_return(&report, &place, ret);
	report_other(&report, mutex);
	report_leave(&report);
	return ret;
}

EXPORT int
pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
	clockid_t clock, const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_clockwait, "cond:", condition))
		return next.pthread_cond_clockwait(condition, mutex, clock, until);
	report_other(&report, mutex);
	report_deadline(&report, clock, until);
	report_enter(&report, HERE);
	ret = next.pthread_cond_clockwait(condition, mutex, clock, until);
	lock_return(&report, &place, ret);
	report_other(&report, mutex);
	report_leave(&report);
	return ret;
}

EXPORT int
pthread_cond_signal(pthread_cond_t *condition)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_signal, "cond:", condition))
		return next.pthread_cond_signal(condition);
	report_enter(&report, HERE);
	kernel = condition_has_waiters(condition);
	ret = next.pthread_cond_signal(condition);
	lock_leave(&report, &place, ret, kernel);
	return ret;
}

EXPORT int
pthread_cond_broadcast(pthread_cond_t *condition)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_cond_broadcast, "cond:", condition))
		return next.pthread_cond_broadcast(condition);
	report_enter(&report, HERE);
	kernel = condition_has_waiters(condition);
	ret = next.pthread_cond_broadcast(condition);
	lock_leave(&report, &place, ret, kernel);
	return ret;
}
