/* SPDX-License-Identifier: MIT
 *
 * What memory is under watch: see watch.h.
 */
#include "probe/watch.h"

#include <string.h>
#include <sys/mman.h>

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

/* --- what the board asks for --- */

static bool
is_known(const struct mapping *mapping)
{
	for (int i = 0; i < WATCH_RANGES; i++) {
		const struct watch_range *range = watch_range_at(i);

		if (range->used && range->start == mapping->start && range->end == mapping->end)
			return true;
	}
	return false;
}

static bool
is_named(const char *name)
{
	for (int i = 0; i < WATCH_RANGES; i++)
		if (watch_range_at(i)->used && strcmp(watch_range_at(i)->name, name) == 0)
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
	if ((range = watch_range_free()) == NULL)
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
	for (int i = 0; i < WATCH_RANGES; i++) {
		struct watch_range *range = watch_range_at(i), gone;
		uint64_t before = watch_begin();
		bool last = range->used && !is_wanted(range->name);

		if (last) {
			if (range->shut)
				watch_range_open(range);
			gone = *range;
			range->used = false;
			last = !is_named(gone.name);
		}
		watch_end(before);
		if (last)
			watch_say(gone.name, "");
	}
}

void
watch_refresh(void)
{
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
		before = watch_begin();
		first = !is_known(&mapping) && range_add(&mapping);
		watch_pages_shut();
		watch_end(before);
		if (first)
			watch_say(mapping.name, NULL);
	}
}

void
watch_open(void)
{
	uint64_t before = watch_begin();

	watch_users(1);
	watch_end(before);
}

void
watch_shut(void)
{
	uint64_t before = watch_begin();

	watch_users(-1);
	watch_end(before);
}

/* --- another process, another thread --- */

/* What other threads had open or were about to do is no business of the child's. */
void
watch_forked(void)
{
	decode_forked();
	watch_reset();
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
	for (int i = 0; forked && i < WATCH_RANGES; i++) {
		const struct watch_range *range = watch_range_at(i);

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
