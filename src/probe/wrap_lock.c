/* SPDX-License-Identifier: MIT
 *
 * Mutexes and conditions that lie in memory which processes share. All others, and there are many in most programs,
 * pass through untold: for one load and a branch where the process shares no memory at all.
 *
 * `kernel` tells whether it was needed, where that is certain. A lock that can be had without is had by
 * pthread_mutex_trylock, which succeeds just where the lock's own first attempt would; when it does not, nothing has
 * changed, and the lock itself decides. Mutexes with a protocol (PTHREAD_PRIO_…) say nothing of the kernel.
 */
#include <pthread.h>

#include "probe/deadline.h"
#include "probe/mapping.h"
#include "probe/memory.h"
#include "probe/report.h"

enum { KERNEL_UNKNOWN = -1 };

static bool
lock_begin(struct report *report, struct place *place, enum call_id call, const char *kind,
	const void *lock)
{
	if (!atomic_load_explicit(&control.on, memory_order_relaxed)) {
		next_find();
		return false;
	}
	if (!place_find(place, kind, lock) || !report_begin(report, call))
		return false;
	line_hex(&report->line, FIELD_addr, (uintptr_t)lock);
	line_copy(&report->line, place->text, place->length);
	return true;
}

static void
lock_return(struct report *report, const struct place *place, const void *lock, int ret)
{
	report_return_error(report, ret, ret);
	line_hex(&report->line, FIELD_addr, (uintptr_t)lock);
	line_copy(&report->line, place->text, place->length);
}

static void
lock_leave(struct report *report, const struct place *place, const void *lock, int ret, int kernel)
{
	lock_return(report, place, lock, ret);
	if (kernel != KERNEL_UNKNOWN)
		line_number(&report->line, FIELD_kernel, kernel);
	report_leave(report);
}

/* --- what glibc keeps in a mutex and a condition (nptl/pthreadP.h) --- */

enum {
	KIND_ROBUST = 16,   /* PTHREAD_MUTEX_ROBUST_NORMAL_NP */
	KIND_PROTOCOL = 96, /* PTHREAD_MUTEX_PRIO_INHERIT_NP, PTHREAD_MUTEX_PRIO_PROTECT_NP */
};

static bool
has_protocol(const pthread_mutex_t *mutex)
{
#ifdef __GLIBC__
	return (mutex->__data.__kind & KIND_PROTOCOL) != 0;
#else
	(void)mutex;
	return true;
#endif
}

/* Does somebody wait for it, so that unlocking must wake him? */
static int
mutex_has_waiters(const pthread_mutex_t *mutex)
{
#ifdef __GLIBC__
	unsigned lock = (unsigned)__atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED);

	if (has_protocol(mutex))
		return KERNEL_UNKNOWN;
	if (mutex->__data.__kind & KIND_ROBUST)
		return (lock & 0x80000000u) != 0; /* FUTEX_WAITERS */
	return lock > 1;
#else
	(void)mutex;
	return KERNEL_UNKNOWN;
#endif
}

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

/* --- mutexes --- */

EXPORT int
pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
	struct report report;
	struct place place;
	int shared, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_init, "mutex:", mutex))
		return next.pthread_mutex_init(mutex, attributes);
	report_enter(&report, HERE);
	ret = next.pthread_mutex_init(mutex, attributes);
	lock_return(&report, &place, mutex, ret);
	if (ret == 0) {
		shared = PTHREAD_PROCESS_PRIVATE;
		if (attributes != NULL)
			pthread_mutexattr_getpshared(attributes, &shared);
		line_number(&report.line, FIELD_shared, shared == PTHREAD_PROCESS_SHARED);
	}
	report_leave(&report);
	return ret;
}

EXPORT int
pthread_mutex_destroy(pthread_mutex_t *mutex)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_destroy, "mutex:", mutex))
		return next.pthread_mutex_destroy(mutex);
	report_enter(&report, HERE);
	ret = next.pthread_mutex_destroy(mutex);
	lock_leave(&report, &place, mutex, ret, KERNEL_UNKNOWN);
	return ret;
}

/* What can be had without waiting: the lock, or that its holder died and it is ours now. */
static bool
is_locked(int ret)
{
	return ret == 0 || ret == EOWNERDEAD;
}

/* Tries; `kernel` becomes 0 when that was enough. */
static bool
try_first(pthread_mutex_t *mutex, int *ret, int *kernel)
{
	*kernel = has_protocol(mutex) ? KERNEL_UNKNOWN : 0;
	*ret = next.pthread_mutex_trylock(mutex);
	return is_locked(*ret);
}

/* The lock itself was called, and it returned: an error that it found at once needed no kernel, but who knows. */
static int
kernel_after(int ret, const pthread_mutex_t *mutex)
{
	return is_locked(ret) && !has_protocol(mutex) ? 1 : KERNEL_UNKNOWN;
}

EXPORT int
pthread_mutex_lock(pthread_mutex_t *mutex)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_lock, "mutex:", mutex))
		return next.pthread_mutex_lock(mutex);
	report_enter(&report, HERE);
	if (!try_first(mutex, &ret, &kernel)) {
		ret = next.pthread_mutex_lock(mutex);
		kernel = kernel_after(ret, mutex);
	}
	lock_leave(&report, &place, mutex, ret, kernel);
	return ret;
}

EXPORT int
pthread_mutex_trylock(pthread_mutex_t *mutex)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_trylock, "mutex:", mutex))
		return next.pthread_mutex_trylock(mutex);
	report_enter(&report, HERE);
	ret = next.pthread_mutex_trylock(mutex);
	lock_leave(&report, &place, mutex, ret, has_protocol(mutex) ? KERNEL_UNKNOWN : 0);
	return ret;
}

/* A limit that cannot be may be refused even if nobody would have to wait: libc decides. */
static bool
limit_good(clockid_t clock, const struct timespec *until)
{
	return (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC) &&
	       memory_good(until, sizeof *until) && until->tv_nsec >= 0 &&
	       until->tv_nsec < 1000000000;
}

EXPORT int
pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_timedlock, "mutex:", mutex))
		return next.pthread_mutex_timedlock(mutex, until);
	report_deadline(&report, CLOCK_REALTIME, until);
	report_enter(&report, HERE);
	if (!limit_good(CLOCK_REALTIME, until) || !try_first(mutex, &ret, &kernel)) {
		ret = next.pthread_mutex_timedlock(mutex, until);
		kernel = kernel_after(ret, mutex);
	}
	lock_leave(&report, &place, mutex, ret, kernel);
	return ret;
}

EXPORT int
pthread_mutex_clocklock(
	pthread_mutex_t *restrict mutex, clockid_t clock, const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_clocklock, "mutex:", mutex))
		return next.pthread_mutex_clocklock(mutex, clock, until);
	report_deadline(&report, clock, until);
	report_enter(&report, HERE);
	if (!limit_good(clock, until) || !try_first(mutex, &ret, &kernel)) {
		ret = next.pthread_mutex_clocklock(mutex, clock, until);
		kernel = kernel_after(ret, mutex);
	}
	lock_leave(&report, &place, mutex, ret, kernel);
	return ret;
}

EXPORT int
pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_unlock, "mutex:", mutex))
		return next.pthread_mutex_unlock(mutex);
	report_enter(&report, HERE);
	kernel = mutex_has_waiters(mutex);
	ret = next.pthread_mutex_unlock(mutex);
	lock_leave(&report, &place, mutex, ret, ret == 0 ? kernel : KERNEL_UNKNOWN);
	return ret;
}

EXPORT int
pthread_mutex_consistent(pthread_mutex_t *mutex)
{
	struct report report;
	struct place place;
	int ret;

	if (mapping_none() ||
		!lock_begin(&report, &place, CALL_pthread_mutex_consistent, "mutex:", mutex))
		return next.pthread_mutex_consistent(mutex);
	report_enter(&report, HERE);
	ret = next.pthread_mutex_consistent(mutex);
	lock_leave(&report, &place, mutex, ret, KERNEL_UNKNOWN);
	return ret;
}

/* --- conditions --- */

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
	lock_return(&report, &place, condition, ret);
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
	lock_leave(&report, &place, condition, ret, KERNEL_UNKNOWN);
	return ret;
}

/* The mutex that is given up while waiting. */
static void
report_other(struct report *report, const pthread_mutex_t *mutex)
{
	struct place place;
	size_t skip = sizeof " obj=" - 1;

	if (!place_find(&place, "mutex:", mutex))
		return;
	place.text[place.length] = '\0';
	line_word(&report->line, FIELD_other, place.text + skip);
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
	lock_return(&report, &place, condition, ret);
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
	lock_return(&report, &place, condition, ret);
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
	lock_return(&report, &place, condition, ret);
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
	lock_leave(&report, &place, condition, ret, kernel);
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
	lock_leave(&report, &place, condition, ret, kernel);
	return ret;
}
