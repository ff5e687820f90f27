/* SPDX-License-Identifier: MIT
 *
 * Mutexes in shared memory. A lock that can be had without the kernel is had by pthread_mutex_trylock, which succeeds
 * just where the lock's own first attempt would; when it does not, nothing has changed, and the lock itself decides.
 * Robust ones are only tried when they are free and sound: of one that is beyond recovery glibc's trylock keeps the
 * lock, while it says ENOTRECOVERABLE. Mutexes with a protocol (PTHREAD_PRIO_INHERIT and its kin) say nothing of the
 * kernel.
 */
#include "probe/deadline.h"
#include "probe/lock.h"

/* What glibc keeps in a mutex (nptl/pthreadP.h). */
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

static bool
is_robust(const pthread_mutex_t *mutex)
{
#ifdef __GLIBC__
	return (mutex->__data.__kind & KIND_ROBUST) != 0;
#else
	(void)mutex;
	return false;
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
	if (is_robust(mutex))
		return (lock & 0x80000000u) != 0; /* FUTEX_WAITERS */
	return lock > 1;
#else
	(void)mutex;
	return KERNEL_UNKNOWN;
#endif
}

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
	lock_return(&report, &place, ret);
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
	lock_leave(&report, &place, ret, KERNEL_UNKNOWN);
	return ret;
}

/* What can be had without waiting: the lock, or that its holder died and it is ours now. */
static bool
is_locked(int ret)
{
	return ret == 0 || ret == EOWNERDEAD;
}

static bool
is_sound(const pthread_mutex_t *mutex)
{
#ifdef __GLIBC__
	return __atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED) == 0 &&
	       __atomic_load_n(&mutex->__data.__owner, __ATOMIC_RELAXED) == 0;
#else
	(void)mutex;
	return true;
#endif
}

/* Tries, where that is harmless; `kernel` becomes 0 when it was enough. */
static bool
try_first(pthread_mutex_t *mutex, int *ret, int *kernel)
{
	*kernel = has_protocol(mutex) ? KERNEL_UNKNOWN : 0;
	if (is_robust(mutex) && !is_sound(mutex))
		return false;
	*ret = next.pthread_mutex_trylock(mutex);
	return is_locked(*ret);
}

/* The lock itself was called, and it returned: an error, or a dead holder's lock, may have needed no kernel. */
static int
kernel_after(int ret, const pthread_mutex_t *mutex)
{
	return ret == 0 && !has_protocol(mutex) ? 1 : KERNEL_UNKNOWN;
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
	lock_leave(&report, &place, ret, kernel);
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
	lock_leave(&report, &place, ret, has_protocol(mutex) ? KERNEL_UNKNOWN : 0);
	return ret;
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
	if (!deadline_valid(CLOCK_REALTIME, until) || !try_first(mutex, &ret, &kernel)) {
		ret = next.pthread_mutex_timedlock(mutex, until);
		kernel = kernel_after(ret, mutex);
	}
	lock_leave(&report, &place, ret, kernel);
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
	if (!deadline_valid(clock, until) || !try_first(mutex, &ret, &kernel)) {
		ret = next.pthread_mutex_clocklock(mutex, clock, until);
		kernel = kernel_after(ret, mutex);
	}
	lock_leave(&report, &place, ret, kernel);
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
	lock_leave(&report, &place, ret, ret == 0 ? kernel : KERNEL_UNKNOWN);
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
	lock_leave(&report, &place, ret, KERNEL_UNKNOWN);
	return ret;
}
