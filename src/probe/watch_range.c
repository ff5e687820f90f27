/* SPDX-License-Identifier: MIT
 *
 * The stretches of memory under watch and their pages, and the lock over them: see watch.h.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <linux/futex.h>
#include <sys/mman.h>
#include <time.h>

#include "probe/sys.h"

static struct {
	_Atomic uint32_t lock; /* 0 free, 1 held, 2 held and waited for */
	int users;             /* for how many the pages are open */
	struct watch_range range[WATCH_RANGES];
} watched;

/* --- the lock --- */

void
watch_lock(void)
{
	static const struct timespec while_held = {.tv_nsec = 100000000};
	uint32_t free = 0;

	if (atomic_compare_exchange_strong(&watched.lock, &free, 1))
		return;
	while (atomic_exchange(&watched.lock, 2) != 0)
		SYS6(SYS_futex, &watched.lock, FUTEX_WAIT_PRIVATE, 2, &while_held, 0, 0);
}

void
watch_unlock(void)
{
	if (atomic_exchange(&watched.lock, 0) == 2)
		SYS6(SYS_futex, &watched.lock, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

/* Outside of our signal handlers a handler of the program's could come between, and touch watched memory. */
uint64_t
watch_begin(void)
{
	uint64_t all = ~signals_ours(), before = 0;

	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
	watch_lock();
	return before;
}

void
watch_end(uint64_t before)
{
	watch_unlock();
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof before);
}

/* --- ranges --- */

static bool
is_in(const struct watch_range *range, uintptr_t at)
{
	return range->used && at >= range->start && at < range->end;
}

bool
watch_find(struct watch_range *range, uintptr_t at)
{
	for (int i = 0; i < WATCH_RANGES; i++)
		if (is_in(&watched.range[i], at)) {
			*range = watched.range[i];
			return true;
		}
	return false;
}

bool
watch_overlaps(uintptr_t start, size_t n)
{
	for (int i = 0; i < WATCH_RANGES; i++) {
		const struct watch_range *range = &watched.range[i];

		if (range->used && start < range->end &&
			(start >= range->start || range->start - start < n))
			return true;
	}
	return false;
}

struct watch_range *
watch_range_free(void)
{
	for (int i = 0; i < WATCH_RANGES; i++)
		if (!watched.range[i].used)
			return &watched.range[i];
	return NULL;
}

void
watch_range_open(struct watch_range *range)
{
	SYS3(SYS_mprotect, range->start, range->end - range->start, range->protection);
	range->shut = false;
}

static void
pages_shut(struct watch_range *range)
{
	range->shut = SYS3(SYS_mprotect, range->start, range->end - range->start, PROT_NONE) == 0;
	range->used = range->shut; /* else it is gone */
}

void
watch_pages_open(void)
{
	for (int i = 0; i < WATCH_RANGES; i++)
		if (watched.range[i].used && watched.range[i].shut)
			watch_range_open(&watched.range[i]);
}

void
watch_pages_shut(void)
{
	for (int i = 0; i < WATCH_RANGES && watched.users == 0; i++)
		if (watched.range[i].used && !watched.range[i].shut)
			pages_shut(&watched.range[i]);
}

void
watch_users(int by)
{
	watched.users += by;
	if (watched.users > 0)
		watch_pages_open();
	else
		watch_pages_shut();
}

/* Takes a stretch out of a range; answers the part behind it, if that is one of its own now. */
static void
range_cut(struct watch_range *range, uintptr_t start, uintptr_t end)
{
	struct watch_range behind = *range;
	struct watch_range *place;

	if (range->start < start)
		range->end = start;
	else
		range->used = false;
	if (end >= behind.end)
		return;
	behind.offset += end - behind.start;
	behind.start = end;
	if ((place = watch_range_free()) != NULL)
		*place = behind;
	else if (behind.shut) /* no room: it is watched no more */
		watch_range_open(&behind);
}

void
watch_cut(uintptr_t start, uintptr_t end)
{
	for (int i = 0; i < WATCH_RANGES; i++) {
		struct watch_range *range = &watched.range[i];

		if (range->used && start < range->end && range->start < end)
			range_cut(range, start, end);
	}
}

void
watch_cut_attached(uintptr_t start)
{
	for (int i = 0; i < WATCH_RANGES; i++) {
		struct watch_range *range = &watched.range[i];

		if (range->used && range->attached && range->start - range->offset == start)
			range->used = false;
	}
}

void
watch_protect(uintptr_t start, uintptr_t end, int protection)
{
	struct watch_range range, *place;

	for (int i = 0; i < WATCH_RANGES; i++) {
		range = watched.range[i];
		if (!range.used || start >= range.end || range.start >= end ||
			range.protection == protection)
			continue;
		if (range.start < start) {
			range.offset += start - range.start;
			range.start = start;
		}
		range.end = range.end < end ? range.end : end;
		range.protection = (uint8_t)protection;
		range_cut(&watched.range[i], range.start, range.end);
		if ((place = watch_range_free()) != NULL)
			*place = range;
	}
}

bool
watch_covers(uintptr_t at)
{
	if (atomic_load_explicit(&watch_on, memory_order_relaxed))
		for (int i = 0; i < WATCH_RANGES; i++)
			if (is_in(&watched.range[i], at))
				return watched.range[i].protection & PROT_READ;
	return false;
}

struct watch_range *
watch_range_at(int i)
{
	return &watched.range[i];
}

void
watch_reset(void)
{
	atomic_store(&watched.lock, 0);
	watched.users = 0;
	watch_pages_shut();
}

#endif
