/* SPDX-License-Identifier: MIT
 *
 * POSIX semaphores. What happens to one happens in user memory, and the kernel is asked only to sleep and to wake.
 * Whether it was is told as `kernel`, where it is certain: a wait that could be had without is had by sem_trywait,
 * which changes the semaphore and nothing else, just as the wait's own first attempt would.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/single_threaded.h>

#include "probe/deadline.h"
#include "probe/ledger.h"
#include "probe/mapping.h"
#include "probe/place.h"
#include "probe/posix_name.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

enum { KERNEL_UNKNOWN = -1 };

static bool
semaphore_begin(
	struct report *report, struct place *place, enum call_id call, const sem_t *semaphore)
{
	if (!report_begin(report, call))
		return false;
	place_find_semaphore(place, semaphore);
	line_copy(&report->line, place->text, place->length);
	me_lock();
	return true;
}

/* The semaphore as it is after the call, which has just found its memory good. */
static void
report_value(struct report *report, sem_t *semaphore)
{
	char text[16];
	int error = errno;
	int value;

	me_lock();
	if (next.sem_getvalue(semaphore, &value) == 0) {
		text_number(text, text + sizeof text, value);
		line_word(&report->line, FIELD_values, text);
	}
	me_unlock();
	errno = error;
}

static void
semaphore_return(struct report *report, const struct place *place, int ret)
{
	me_unlock();
	report_return(report, ret);
	line_copy(&report->line, place->text, place->length);
}

static void
operation_leave(
	struct report *report, const struct place *place, sem_t *semaphore, int ret, int kernel)
{
	semaphore_return(report, place, ret);
	report_value(report, semaphore);
	if (kernel != KERNEL_UNKNOWN)
		line_number(&report->line, FIELD_kernel, kernel);
	report_leave(report);
}

/* --- made and gone --- */

EXPORT int
sem_init(sem_t *semaphore, int shared, unsigned value)
{
	struct report report;
	struct place place;
	int ret;

	if (!semaphore_begin(&report, &place, CALL_sem_init, semaphore))
		return next.sem_init(semaphore, shared, value);
	line_number(&report.line, FIELD_arg, shared);
	line_number(&report.line, FIELD_value, value);
	line_number(&report.line, FIELD_shared, shared != 0);
	report_enter(&report, HERE);
	ret = next.sem_init(semaphore, shared, value);
	semaphore_return(&report, &place, ret);
	line_number(&report.line, FIELD_shared, shared != 0);
	if (ret == 0)
		report_value(&report, semaphore);
	report_leave(&report);
	return ret;
}

EXPORT int
sem_destroy(sem_t *semaphore)
{
	struct report report;
	struct place place;
	int ret;

	if (!semaphore_begin(&report, &place, CALL_sem_destroy, semaphore))
		return next.sem_destroy(semaphore);
	report_enter(&report, HERE);
	ret = next.sem_destroy(semaphore);
	semaphore_return(&report, &place, ret);
	report_leave(&report);
	return ret;
}

/*
 * Opens one that is there, which is libc's own first attempt, too; else makes a new one; else, when somebody else made
 * it between the two or neither is allowed, leaves it to the call as it came.
 */
static sem_t *
named_open(const char *name, int flags, mode_t mode, unsigned value, bool *made)
{
	int error = errno;
	sem_t *ret;

	*made = false;
	if (!(flags & O_CREAT))
		return next.sem_open(name, flags);
	if (!(flags & O_EXCL)) {
		ret = next.sem_open(name, flags & ~O_CREAT);
		if (ret != SEM_FAILED)
			return ret;
		errno = error;
	}
	ret = next.sem_open(name, flags | O_EXCL, mode, value);
	*made = ret != SEM_FAILED;
	if (ret != SEM_FAILED || flags & O_EXCL)
		return ret;
	errno = error;
	return next.sem_open(name, flags, mode, value);
}

EXPORT sem_t *
sem_open(const char *name, int flags, ...)
{
	struct report report;
	struct posix_name object;
	char word[16];
	va_list rest;
	mode_t mode = 0;
	unsigned value = 0;
	bool made;
	sem_t *ret;

	va_start(rest, flags);
	if (flags & O_CREAT) {
		mode = va_arg(rest, mode_t);
		value = va_arg(rest, unsigned);
	}
	va_end(rest);
	if (!report_begin(&report, CALL_sem_open))
		return next.sem_open(name, flags, mode, value);
	report_path(&report, FIELD_path, name);
	report_flags(&report, flags);
	if (flags & O_CREAT) {
		line_word(&report.line, FIELD_mode, mode_name(mode, word, sizeof word));
		line_number(&report.line, FIELD_value, value);
	}
	report_enter(&report, HERE);
	ret = named_open(name, flags, mode, value, &made);
	report_return(&report, ret == SEM_FAILED ? -1 : (int64_t)(intptr_t)ret);
	if (ret != SEM_FAILED) {
		if (made)
			ledger_enter_name(LEDGER_SEM_NAME, name);
		posix_name_find(&object, "sem:", name);
		mapping_open_semaphore(ret, sizeof *ret, object.text);
		line_hex(&report.line, FIELD_addr, (uintptr_t)ret);
		report_posix_name(&report, &object);
		line_number(&report.line, FIELD_made, made);
		report_value(&report, ret);
	}
	report_leave(&report);
	return ret;
}

EXPORT int
sem_close(sem_t *semaphore)
{
	struct report report;
	struct place place;
	int ret;

	if (!semaphore_begin(&report, &place, CALL_sem_close, semaphore))
		return next.sem_close(semaphore);
	report_enter(&report, HERE);
	ret = next.sem_close(semaphore);
	semaphore_return(&report, &place, ret);
	if (ret == 0)
		mapping_close_semaphore(semaphore);
	report_leave(&report);
	return ret;
}

EXPORT int
sem_unlink(const char *name)
{
	struct report report;
	struct posix_name object;
	int ret;

	if (!report_begin(&report, CALL_sem_unlink))
		return next.sem_unlink(name);
	posix_name_find(&object, "sem:", name);
	report_path(&report, FIELD_path, name);
	report_posix_name(&report, &object);
	report_enter(&report, HERE);
	ret = next.sem_unlink(name);
	report_return(&report, ret);
	report_posix_name(&report, &object);
	if (ret == 0) {
		ledger_strike_name(LEDGER_SEM_NAME, name);
		line_number(&report.line, FIELD_removed, 1);
	}
	report_leave(&report);
	return ret;
}

/* --- down --- */

/* Can it be had without the kernel? Where it cannot, errno is as it was. */
static bool
try_first(sem_t *semaphore)
{
	int error = errno;

	pthread_testcancel();
	if (next.sem_trywait(semaphore) == 0)
		return true;
	errno = error;
	return false;
}

EXPORT int
sem_wait(sem_t *semaphore)
{
	struct report report;
	struct place place;
	int kernel, ret = 0;

	if (!semaphore_begin(&report, &place, CALL_sem_wait, semaphore))
		return next.sem_wait(semaphore);
	report_enter(&report, HERE);
	kernel = !try_first(semaphore);
	if (kernel)
		ret = next.sem_wait(semaphore);
	operation_leave(&report, &place, semaphore, ret, kernel);
	return ret;
}

EXPORT int
sem_trywait(sem_t *semaphore)
{
	struct report report;
	struct place place;
	int ret;

	if (!semaphore_begin(&report, &place, CALL_sem_trywait, semaphore))
		return next.sem_trywait(semaphore);
	report_enter(&report, HERE);
	ret = next.sem_trywait(semaphore);
	operation_leave(&report, &place, semaphore, ret, 0);
	return ret;
}

EXPORT int
sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int kernel = KERNEL_UNKNOWN, ret = 0;

	if (!semaphore_begin(&report, &place, CALL_sem_timedwait, semaphore))
		return next.sem_timedwait(semaphore, until);
	report_deadline(&report, CLOCK_REALTIME, until);
	report_enter(&report, HERE);
	if (deadline_valid(CLOCK_REALTIME, until))
		kernel = !try_first(semaphore);
	if (kernel != 0)
		ret = next.sem_timedwait(semaphore, until);
	operation_leave(&report, &place, semaphore, ret, kernel);
	return ret;
}

EXPORT int
sem_clockwait(sem_t *restrict semaphore, clockid_t clock, const struct timespec *restrict until)
{
	struct report report;
	struct place place;
	int kernel = KERNEL_UNKNOWN, ret = 0;

	if (!semaphore_begin(&report, &place, CALL_sem_clockwait, semaphore))
		return next.sem_clockwait(semaphore, clock, until);
	report_deadline(&report, clock, until);
	report_enter(&report, HERE);
	if (deadline_valid(clock, until))
		kernel = !try_first(semaphore);
	if (kernel != 0)
		ret = next.sem_clockwait(semaphore, clock, until);
	operation_leave(&report, &place, semaphore, ret, kernel);
	return ret;
}

/* --- up --- */

/*
 * Does somebody wait? Only then does sem_post call the kernel. glibc keeps their number beside the value
 * (nptl/sem_post.c): in one word of 64 bits, the upper half.
 */
static int
has_waiters(const sem_t *semaphore)
{
#if defined __GLIBC__ && __SIZEOF_LONG__ == 8
	return __atomic_load_n((const uint64_t *)semaphore, __ATOMIC_RELAXED) >> 32 != 0;
#else
	(void)semaphore;
	return KERNEL_UNKNOWN;
#endif
}

/*
 * The value after sem_post. Another thread that was woken may have destroyed the semaphore by now, and its memory may be
 * gone: then the kernel copies it for us, or says that it cannot. Where there is no other thread it need not.
 */
static void
report_posted_value(struct report *report, sem_t *semaphore)
{
	sem_t copy;
	struct iovec here = {&copy, sizeof copy}, there = {semaphore, sizeof copy};

	if (__libc_single_threaded)
		report_value(report, semaphore);
	else if (SYS6(SYS_process_vm_readv, me.pid, &here, 1, &there, 1, 0) == sizeof copy)
		report_value(report, &copy);
}

EXPORT int
sem_post(sem_t *semaphore)
{
	struct report report;
	struct place place;
	int kernel, ret;

	if (!semaphore_begin(&report, &place, CALL_sem_post, semaphore))
		return next.sem_post(semaphore);
	report_enter(&report, HERE);
	kernel = has_waiters(semaphore);
	ret = next.sem_post(semaphore);
	semaphore_return(&report, &place, ret);
	report_posted_value(&report, semaphore);
	if (kernel != KERNEL_UNKNOWN)
		line_number(&report.line, FIELD_kernel, ret == 0 ? kernel : 0);
	report_leave(&report);
	return ret;
}

EXPORT int
sem_getvalue(sem_t *restrict semaphore, int *restrict value)
{
	struct report report;
	struct place place;
	char text[16];
	int ret;

	if (!semaphore_begin(&report, &place, CALL_sem_getvalue, semaphore))
		return next.sem_getvalue(semaphore, value);
	report_enter(&report, HERE);
	ret = next.sem_getvalue(semaphore, value);
	semaphore_return(&report, &place, ret);
	if (ret == 0) {
		text_number(text, text + sizeof text, *value);
		line_word(&report.line, FIELD_values, text);
	}
	report_leave(&report);
	return ret;
}
