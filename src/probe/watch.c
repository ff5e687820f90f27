/* SPDX-License-Identifier: MIT
 *
 * What memory is under watch, and its pages: see watch.h.
 */
#include "probe/watch.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

_Atomic bool watch_on;

static void
watch_say(const char *name, const char *why)
{
	struct line line;
	uint64_t now = control_clock();

	line_start_as(&line, now, me.who, me.who_length, WHAT_look);
	line_word(&line, FIELD_obj, name);
	line_number(&line, FIELD_watch, why == NULL);
	if (why != NULL && why[0] != '\0')
		line_quoted(&line, FIELD_why, why, strlen(why));
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

/* The board asks for the segment of this name. */
static bool
is_wanted(const char *name)
{
	bool all = false;

	for (int i = 0; i < BOARD_WATCHES; i++) {
		const struct board_watch *watch = &control.board->watch[i];
		uint32_t on = atomic_load(&watch->on);

		if (on != WATCH_FREE && strcmp(watch->name, name) == 0)
			return on == WATCH_ON;
		all |= on == WATCH_ON && strcmp(watch->name, "shm") == 0;
	}
	return all && strncmp(name, "shm:", 4) == 0;
}

#if defined __x86_64__ && !defined __ILP32__

enum { RANGES = 32 };

static struct {
	_Atomic uint32_t lock; /* 0 free, 1 held, 2 held and waited for */
	_Atomic uint32_t version; /* of the board's watches that was seen last */
	int users;             /* for how many the pages are open */
	struct watch_range range[RANGES];
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
static uint64_t
begin(void)
{
	uint64_t all = ~signals_ours(), before = 0;

	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
	watch_lock();
	return before;
}

static void
end(uint64_t before)
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
	for (int i = 0; i < RANGES; i++)
		if (is_in(&watched.range[i], at)) {
			*range = watched.range[i];
			return true;
		}
	return false;
}

bool
watch_overlaps(uintptr_t start, size_t n)
{
	for (int i = 0; i < RANGES; i++) {
		const struct watch_range *range = &watched.range[i];

		if (range->used && start < range->end &&
			(start >= range->start || range->start - start < n))
			return true;
	}
	return false;
}

static struct watch_range *
range_free(void)
{
	for (int i = 0; i < RANGES; i++)
		if (!watched.range[i].used)
			return &watched.range[i];
	return NULL;
}

static void
pages_open(struct watch_range *range)
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
	for (int i = 0; i < RANGES; i++)
		if (watched.range[i].used && watched.range[i].shut)
			pages_open(&watched.range[i]);
}

void
watch_pages_shut(void)
{
	for (int i = 0; i < RANGES && watched.users == 0; i++)
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
	if ((place = range_free()) != NULL)
		*place = behind;
	else if (behind.shut) /* no room: it is watched no more */
		pages_open(&behind);
}

void
watch_cut(uintptr_t start, uintptr_t end)
{
	for (int i = 0; i < RANGES; i++) {
		struct watch_range *range = &watched.range[i];

		if (range->used && start < range->end && range->start < end)
			range_cut(range, start, end);
	}
}

void
watch_cut_attached(uintptr_t start)
{
	for (int i = 0; i < RANGES; i++) {
		struct watch_range *range = &watched.range[i];

		if (range->used && range->attached && range->start - range->offset == start)
			range->used = false;
	}
}

void
watch_protect(uintptr_t start, uintptr_t end, int protection)
{
	struct watch_range range, *place;

	for (int i = 0; i < RANGES; i++) {
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
		if ((place = range_free()) != NULL)
			*place = range;
	}
}

bool
watch_covers(uintptr_t at)
{
	if (atomic_load_explicit(&watch_on, memory_order_relaxed))
		for (int i = 0; i < RANGES; i++)
			if (is_in(&watched.range[i], at))
				return watched.range[i].protection & PROT_READ;
	return false;
}

/* --- what the board asks for --- */

static bool
is_known(const struct mapping *mapping)
{
	for (int i = 0; i < RANGES; i++) {
		const struct watch_range *range = &watched.range[i];

		if (range->used && range->start == mapping->start && range->end == mapping->end)
			return true;
	}
	return false;
}

static bool
is_named(const char *name)
{
	for (int i = 0; i < RANGES; i++)
		if (watched.range[i].used && strcmp(watched.range[i].name, name) == 0)
			return true;
	return false;
}

/* True when that is the first of its segment. */
static bool
range_add(const struct mapping *mapping)
{
	bool first = !is_named(mapping->name);
	struct watch_range *range;

	watch_cut(mapping->start, mapping->end);
	if ((range = range_free()) == NULL)
		return false;
	*range = (struct watch_range){.start = mapping->start,
		.end = mapping->end,
		.offset = mapping->offset,
		.protection = mapping->protection,
		.attached = mapping->kind == MAPPING_ATTACHED,
		.used = true};
	memcpy(range->name, mapping->name, sizeof range->name);
	return first;
}

static bool
is_watchable(const struct mapping *mapping)
{
	return (mapping->kind == MAPPING_MEMORY || mapping->kind == MAPPING_ATTACHED) &&
	       mapping->name[0] != '\0' && is_wanted(mapping->name);
}

/* Begins with the machinery, when there is something to watch; false: it cannot. */
static bool
machinery_begin(void)
{
	if (!atomic_load(&watch_on) && !signals_take())
		return false;
	signals_clear();
	if (!calls_arm(false))
		return false;
	if (!atomic_exchange(&watch_on, true))
		me_renew_all(); /* threads that are there already arm themselves before they call */
	return true;
}

static void
forget_unwanted(void)
{
	for (int i = 0; i < RANGES; i++) {
		struct watch_range *range = &watched.range[i], gone;
		uint64_t before = begin();
		bool last = range->used && !is_wanted(range->name);

		if (last) {
			if (range->shut)
				pages_open(range);
			gone = *range;
			range->used = false;
			last = !is_named(gone.name);
		}
		end(before);
		if (last)
			watch_say(gone.name, "");
	}
}

void
watch_refresh(void)
{
	atomic_store(&watched.version, atomic_load(&control.board->watches));
	if (atomic_load(&watch_on))
		forget_unwanted();
	for (int i = 0; i < mapping_end(); i++) {
		struct mapping mapping;
		uint64_t before;
		bool first;

		if (!mapping_at(&mapping, i) || !is_watchable(&mapping))
			continue;
		if (!machinery_begin()) {
			watch_say(mapping.name, "the kernel is older than Linux 5.11 or forbids it");
			continue;
		}
		before = begin();
		first = !is_known(&mapping) && range_add(&mapping);
		watch_pages_shut();
		end(before);
		if (first)
			watch_say(mapping.name, NULL);
	}
}

void
watch_open(void)
{
	uint64_t before = begin();

	watch_users(1);
	end(before);
}

void
watch_shut(void)
{
	uint64_t before = begin();

	watch_users(-1);
	end(before);
}

/* --- another process, another thread --- */

/* What other threads had open or were about to do is no business of the child's. */
void
watch_forked(void)
{
	atomic_store(&watched.lock, 0);
	decode_forked();
	watched.users = 0;
	watch_pages_shut();
	calls_arm(true);
}

void
watch_renew(bool forked)
{
	char told[MAPPING_NAME_MAX] = "";

	if (!atomic_load(&watch_on))
		return;
	if (forked)
		watch_forked(); /* however it was made */
	signals_clear();
	calls_arm(false);
	for (int i = 0; forked && i < RANGES; i++) {
		const struct watch_range *range = &watched.range[i];

		if (!range->used || strcmp(range->name, told) == 0)
			continue;
		memcpy(told, range->name, sizeof told);
		watch_say(told, NULL);
	}
}

#else

void
watch_refresh(void)
{
	for (int i = 0; i < mapping_end(); i++) {
		struct mapping mapping;

		if (mapping_at(&mapping, i) && mapping.kind != MAPPING_SEMAPHORE &&
			mapping.name[0] != '\0' && is_wanted(mapping.name))
			watch_say(mapping.name, "on this processor accesses cannot be watched; changed bytes are shown");
	}
}

void
watch_renew(bool forked)
{
	(void)forked;
}

void
watch_open(void)
{
}

void
watch_shut(void)
{
}

bool
watch_covers(uintptr_t at)
{
	(void)at;
	return false;
}

#endif
