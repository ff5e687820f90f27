/* SPDX-License-Identifier: MIT
 *
 * Reading a kept answer, as object_find() does it and, inline, move.c.
 */
#ifndef IPCVIZ_PROBE_OBJECT_KEPT_H
#define IPCVIZ_PROBE_OBJECT_KEPT_H

#include "probe/control.h"
#include "probe/object.h"
#include "probe/process.h"

/* The entry for fd, if it has an answer that still holds; else NULL. What is copied out of it is good if entry_same()
 * says so afterwards. */
static inline const struct object_entry *
entry_begin(int fd, uint64_t now, uint32_t *sequence)
{
	const struct object_entry *entry = &process->object[(unsigned)fd % OBJECT_ENTRIES];

	*sequence = atomic_load_explicit(&entry->sequence, memory_order_acquire);
	if (*sequence & 1 || entry->fd != fd || entry->length == 0 ||
		now - entry->asked > OBJECT_AGE ||
		entry->epoch !=
			atomic_load_explicit(&control.board->epoch, memory_order_relaxed) ||
		entry->known_changes !=
			atomic_load_explicit(&entry->changes, memory_order_acquire) ||
		me.vforked || /* the descriptors are the child's, the memory is the parent's */
		control_owns(fd))
		return NULL;
	return entry;
}

static inline bool
entry_same(const struct object_entry *entry, uint32_t sequence)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&entry->sequence, memory_order_relaxed) == sequence;
}

#endif
