/* SPDX-License-Identifier: MIT
 *
 * Memory that the process shares, see mapping.h.
 */
#include "probe/mapping.h"

#include <string.h>
#include <unistd.h>

struct entry {
	_Atomic uint32_t sequence; /* odd while somebody writes */
	_Atomic uint32_t born;     /* number of the entry's making */
	_Atomic uintptr_t start, end;
	struct mapping mapping;
};

static struct entry entries[MAPPINGS];
static _Atomic int high; /* entries from here on were never in use */
static _Atomic uint32_t births;
_Atomic uint32_t mapping_count = 1, mapping_version;

void
mapping_begin(void)
{
	atomic_fetch_sub(&mapping_count, 1);
}

uint32_t
mapping_now(void)
{
	return atomic_fetch_add(&births, 1);
}

/* --- one entry --- */

/* False when somebody writes it, perhaps what this signal handler interrupted. */
static bool
entry_lock(struct entry *entry)
{
	uint32_t sequence = atomic_load_explicit(&entry->sequence, memory_order_relaxed);

	return !(sequence & 1) &&
	       atomic_compare_exchange_strong(&entry->sequence, &sequence, sequence + 1);
}

/* Its range and all else follow from the mapping that it was given. */
static void
entry_unlock(struct entry *entry)
{
	bool used = entry->mapping.kind != MAPPING_NONE;

	atomic_store_explicit(&entry->start, used ? entry->mapping.start : 0, memory_order_relaxed);
	atomic_store_explicit(&entry->end, used ? entry->mapping.end : 0, memory_order_relaxed);
	atomic_fetch_add_explicit(&entry->sequence, 1, memory_order_release);
	atomic_fetch_add_explicit(&mapping_version, 1, memory_order_release);
}

static bool
entry_overlaps(const struct entry *entry, uintptr_t start, uintptr_t end)
{
	return atomic_load_explicit(&entry->start, memory_order_relaxed) < end &&
	       start < atomic_load_explicit(&entry->end, memory_order_relaxed);
}

/* Copies the entry; false when it is written meanwhile, or empty. */
static bool
entry_read(struct entry *entry, struct mapping *mapping)
{
	uint32_t sequence = atomic_load_explicit(&entry->sequence, memory_order_acquire);

	if (sequence & 1)
		return false;
	memcpy(mapping, &entry->mapping, sizeof *mapping);
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&entry->sequence, memory_order_relaxed) == sequence &&
	       mapping->kind != MAPPING_NONE;
}

static void
entry_clear(struct entry *entry)
{
	if (entry->mapping.kind != MAPPING_SEMAPHORE)
		atomic_fetch_sub(&mapping_count, 1);
	entry->mapping.kind = MAPPING_NONE;
}

/* --- the table --- */

static int
table_end(void)
{
	return atomic_load_explicit(&high, memory_order_acquire);
}

static void
table_grow(int end)
{
	int before = atomic_load(&high);

	while (before < end && !atomic_compare_exchange_weak(&high, &before, end))
		;
}

static size_t
page_round(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) / page * page;
}

static void
table_add(const struct mapping *mapping)
{
	for (int i = 0; i < MAPPINGS; i++) {
		struct entry *entry = &entries[i];

		if (atomic_load_explicit(&entry->end, memory_order_relaxed) != 0 ||
			!entry_lock(entry))
			continue;
		if (entry->mapping.kind != MAPPING_NONE) {
			entry_unlock(entry);
			continue;
		}
		memcpy(&entry->mapping, mapping, sizeof *mapping);
		atomic_store(&entry->born, atomic_fetch_add(&births, 1));
		if (mapping->kind != MAPPING_SEMAPHORE)
			atomic_fetch_add(&mapping_count, 1);
		entry_unlock(entry);
		table_grow(i + 1);
		return;
	}
}

void
mapping_add(const struct mapping *mapping)
{
	struct mapping whole = *mapping;

	if (whole.kind != MAPPING_SEMAPHORE)
		whole.end = whole.start + page_round(whole.end - whole.start);
	table_add(&whole);
}

/* Takes [start, end) out of the entry. Of what is left the part before stays, the part behind gets an entry anew. */
static void
entry_cut(struct entry *entry, uintptr_t start, uintptr_t end)
{
	struct mapping *mapping = &entry->mapping;
	struct mapping behind = *mapping;

	if (end < behind.end) {
		behind.offset += end - behind.start;
		behind.start = end;
	} else {
		behind.kind = MAPPING_NONE;
	}
	if (mapping->start < start)
		mapping->end = start;
	else
		entry_clear(entry);
	entry_unlock(entry);
	if (behind.kind != MAPPING_NONE)
		table_add(&behind);
}

static bool
is_older(const struct entry *entry, uint32_t now)
{
	return (int32_t)(atomic_load(&entry->born) - now) < 0;
}

void
mapping_remove(uintptr_t start, size_t n, uint32_t now)
{
	uintptr_t end = start + page_round(n);

	for (int i = 0; i < table_end(); i++) {
		struct entry *entry = &entries[i];

		if (!entry_overlaps(entry, start, end) || !is_older(entry, now) ||
			!entry_lock(entry))
			continue;
		if (entry->mapping.kind != MAPPING_NONE &&
			entry->mapping.kind != MAPPING_SEMAPHORE &&
			entry_overlaps(entry, start, end))
			entry_cut(entry, start, end);
		else
			entry_unlock(entry);
	}
}

void
mapping_detach(uintptr_t address, uint32_t now)
{
	for (int i = 0; i < table_end(); i++) {
		struct entry *entry = &entries[i];
		struct mapping mapping;

		if (!entry_read(entry, &mapping) || mapping.kind != MAPPING_ATTACHED ||
			mapping.start - mapping.offset != address || !is_older(entry, now) ||
			!entry_lock(entry))
			continue;
		if (entry->mapping.kind == MAPPING_ATTACHED)
			entry_clear(entry);
		entry_unlock(entry);
	}
}

/* The semaphore's entry, locked; NULL without one. */
static struct entry *
semaphore_lock(uintptr_t address)
{
	for (int i = 0; i < table_end(); i++) {
		struct entry *entry = &entries[i];

		if (atomic_load_explicit(&entry->start, memory_order_relaxed) != address ||
			!entry_lock(entry))
			continue;
		if (entry->mapping.kind == MAPPING_SEMAPHORE && entry->mapping.start == address)
			return entry;
		entry_unlock(entry);
	}
	return NULL;
}

void
mapping_open_semaphore(const void *address, size_t n, const char *name)
{
	struct entry *entry = semaphore_lock((uintptr_t)address);
	struct mapping mapping = {.start = (uintptr_t)address,
		.end = (uintptr_t)address + n,
		.uses = 1,
		.kind = MAPPING_SEMAPHORE};

	if (entry != NULL) {
		entry->mapping.uses++;
		entry_unlock(entry);
		return;
	}
	if (strlen(name) >= sizeof mapping.name)
		return;
	memcpy(mapping.name, name, strlen(name) + 1);
	table_add(&mapping);
}

void
mapping_close_semaphore(const void *address)
{
	struct entry *entry = semaphore_lock((uintptr_t)address);

	if (entry == NULL)
		return;
	if (--entry->mapping.uses == 0)
		entry_clear(entry);
	entry_unlock(entry);
}

bool
mapping_find_of(struct mapping *mapping, uintptr_t start, uintptr_t end, bool semaphores)
{
	for (int i = 0, n = table_end(); i < n; i++)
		if (entry_overlaps(&entries[i], start, end) && entry_read(&entries[i], mapping) &&
			(mapping->kind == MAPPING_SEMAPHORE) == semaphores &&
			mapping->start < end && start < mapping->end)
			return true;
	return false;
}

bool
mapping_at(struct mapping *mapping, int i)
{
	return entry_read(&entries[i], mapping);
}

int
mapping_end(void)
{
	return table_end();
}

/* Each part is taken out and put in anew. */
void
mapping_protect(uintptr_t start, size_t n, int protection)
{
	uintptr_t end = start + page_round(n);
	struct mapping mapping;

	for (uintptr_t at = start; at < end;) {
		uintptr_t next = end;

		if (!mapping_find(&mapping, at, 1)) {
			for (int i = 0; i < table_end(); i++) {
				uintptr_t from = atomic_load(&entries[i].start);

				next = from > at && from < next ? from : next;
			}
			at = next;
			continue;
		}
		next = mapping.end < end ? mapping.end : end;
		if (mapping.protection != protection) {
			mapping.offset += at - mapping.start;
			mapping.start = at;
			mapping.end = next;
			mapping.protection = (uint8_t)protection;
			mapping_remove(at, next - at, mapping_now());
			mapping_add(&mapping);
		}
		at = next;
	}
}

bool
mapping_find(struct mapping *mapping, uintptr_t start, size_t n)
{
	return mapping_find_of(mapping, start, start + n, false);
}
