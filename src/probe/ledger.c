/* SPDX-License-Identifier: MIT
 *
 * The ledger, see ledger.h.
 */
#include "probe/ledger.h"

#include <string.h>
#include <sys/ipc.h>

#include "probe/control.h"
#include "probe/process.h"

/* What an entry is about; name is empty for an id. */
struct subject {
	enum ledger_kind kind;
	int id;
	char name[sizeof((struct ledger_entry *)0)->name];
};

/* With one slash in front; false when it is longer than an entry holds. */
static bool
subject_name(struct subject *subject, enum ledger_kind kind, const char *name)
{
	size_t at = 0;

	while (*name == '/')
		name++;
	subject->kind = kind;
	subject->id = 0;
	subject->name[at++] = '/';
	while (*name != '\0' && at < sizeof subject->name - 1)
		subject->name[at++] = *name++;
	subject->name[at] = '\0';
	return *name == '\0';
}

static bool
entry_take(struct ledger_entry *entry, enum ledger_kind kind)
{
	uint32_t found = kind;

	return atomic_load_explicit(&entry->kind, memory_order_relaxed) == found &&
	       atomic_compare_exchange_strong(&entry->kind, &found, LEDGER_BUSY);
}

static void
ledger_enter(const struct subject *subject)
{
	struct ledger_entry *entry = control.board->ledger;

	for (int i = 0; i < BOARD_LEDGER; i++, entry++) {
		if (!entry_take(entry, LEDGER_FREE))
			continue;
		entry->pid = me.pid;
		entry->id = subject->id;
		memcpy(entry->name, subject->name, sizeof entry->name);
		atomic_store_explicit(&entry->kind, subject->kind, memory_order_release);
		return;
	}
	atomic_fetch_add(&control.board->ledger_lost, 1);
}

struct ledger_entry *
ledger_intend(enum ledger_kind kind, int key, int flags)
{
	struct ledger_entry *entry = control.board->ledger;

	if (key == IPC_PRIVATE || !(flags & IPC_CREAT))
		return NULL;
	for (int i = 0; i < BOARD_LEDGER; i++, entry++) {
		if (!entry_take(entry, LEDGER_FREE))
			continue;
		entry->pid = me.pid;
		entry->id = key;
		entry->made = (int32_t)kind;
		atomic_store_explicit(&entry->kind, LEDGER_INTENT, memory_order_release);
		return entry;
	}
	return NULL;
}

void
ledger_intended(struct ledger_entry *intent)
{
	if (intent != NULL)
		atomic_store_explicit(&intent->kind, LEDGER_FREE, memory_order_release);
}

static bool
entry_matches(const struct ledger_entry *entry, const struct subject *subject)
{
	return entry->id == subject->id &&
	       strncmp(entry->name, subject->name, sizeof entry->name) == 0;
}

/* An entry about it, -1 without one. Others may strike it out meanwhile. */
static int
ledger_find(const struct subject *subject, int from)
{
	for (int i = from; i < BOARD_LEDGER; i++) {
		const struct ledger_entry *entry = &control.board->ledger[i];

		if (atomic_load_explicit(&entry->kind, memory_order_acquire) == subject->kind &&
			entry_matches(entry, subject))
			return i;
	}
	return -1;
}

/* One entry, no more: a name may have been made again, and entered again, since it was removed. */
static void
ledger_strike(const struct subject *subject)
{
	for (int i = -1; (i = ledger_find(subject, i + 1)) >= 0;) {
		struct ledger_entry *entry = &control.board->ledger[i];
		bool matched;

		if (!entry_take(entry, subject->kind))
			continue;
		matched = entry_matches(entry, subject);
		atomic_store_explicit(
			&entry->kind, matched ? LEDGER_FREE : subject->kind, memory_order_release);
		if (matched)
			return;
	}
}

void
ledger_enter_id(enum ledger_kind kind, int id)
{
	struct subject subject = {.kind = kind, .id = id};

	ledger_enter(&subject);
}

void
ledger_strike_id(enum ledger_kind kind, int id)
{
	struct subject subject = {.kind = kind, .id = id};

	ledger_strike(&subject);
}

bool
ledger_has_id(enum ledger_kind kind, int id)
{
	struct subject subject = {.kind = kind, .id = id};

	return ledger_find(&subject, 0) >= 0;
}

void
ledger_enter_name(enum ledger_kind kind, const char *name)
{
	struct subject subject;

	if (subject_name(&subject, kind, name))
		ledger_enter(&subject);
	else
		atomic_fetch_add(&control.board->ledger_lost, 1);
}

void
ledger_strike_name(enum ledger_kind kind, const char *name)
{
	struct subject subject;

	if (subject_name(&subject, kind, name))
		ledger_strike(&subject);
}

bool
ledger_has_name(enum ledger_kind kind, const char *name)
{
	struct subject subject;

	return subject_name(&subject, kind, name) && ledger_find(&subject, 0) >= 0;
}
