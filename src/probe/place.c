/* SPDX-License-Identifier: MIT
 *
 * What lies at an address, see place.h.
 */
#include "probe/place.h"

#include <string.h>

#include "probe/process.h"
#include "probe/text.h"

static char *
text_hex(char *at, const char *end, uintptr_t value)
{
	char digits[20];
	char *digit = digits + sizeof digits - 1;

	*digit = '\0';
	do
		*--digit = "0123456789abcdef"[value & 15];
	while ((value >>= 4) != 0);
	return text_word(text_word(at, end, "0x"), end, digit);
}

/* Writes what comes before the name. */
static char *
place_begin(struct place *place, uintptr_t address)
{
	const char *end = place->text + PLACE_TEXT_MAX;
	char *at = text_hex(text_word(place->text, end, " addr="), end, address);

	at = text_word(at, end, " obj=");
	place->name = (size_t)(at - place->text);
	return at;
}

static bool
place_make(struct place *place, const char *kind, const void *address)
{
	const char *end = place->text + PLACE_TEXT_MAX;
	uintptr_t at = (uintptr_t)address;
	struct mapping mapping;
	const char *segment = mapping.name;
	char *text;

	if (!mapping_find(&mapping, at, 1))
		return false;
	if (strncmp(segment, "shm:", 4) == 0)
		segment += 4;
	text = text_word(place_begin(place, at), end, kind);
	text = text_word(text_word(text, end, segment), end, "+");
	text = text_number(text, end, (int64_t)(mapping.offset + (at - mapping.start)));
	place->length = (size_t)(text - place->text);
	return true;
}

static void
place_make_semaphore(struct place *place, const void *address)
{
	const char *end = place->text + PLACE_TEXT_MAX;
	uintptr_t at = (uintptr_t)address;
	struct mapping mapping;
	char *text;

	if (mapping_find_of(&mapping, at, at + 1, true)) {
		text = text_word(place_begin(place, at), end, mapping.name);
	} else {
		if (!mapping_none() && place_make(place, "sem:", address))
			return;
		text = text_number(text_word(place_begin(place, at), end, "sem:"), end, me.pid);
		text = text_hex(text_word(text, end, "@"), end, at);
	}
	place->length = (size_t)(text - place->text);
}

/*
 * The place that a thread asked for last, since most ask for the same again. A signal handler may ask for another while
 * its thread reads or writes here; then the sequence number is another, and the place is made anew.
 */
enum { KEPT_MAX = 112 };
static __thread struct {
	volatile uint32_t sequence; /* odd while it is written */
	uint32_t version;           /* mapping_version before it was made */
	int32_t pid;
	const char *kind;
	const void *address; /* NULL: nothing is kept */
	size_t length, name;
	char text[KEPT_MAX];
} kept __attribute__((tls_model("initial-exec")));

static bool
kept_read(struct place *place, const char *kind, const void *address)
{
	uint32_t sequence = kept.sequence;

	if (sequence & 1 || kept.address != address || kept.kind != kind || kept.pid != me.pid ||
		kept.version != atomic_load_explicit(&mapping_version, memory_order_acquire))
		return false;
	place->length = kept.length;
	place->name = kept.name;
	memcpy(place->text, kept.text, KEPT_MAX);
	atomic_signal_fence(memory_order_acquire);
	return kept.sequence == sequence;
}

static void
kept_write(const struct place *place, const char *kind, const void *address, uint32_t version)
{
	uint32_t sequence = kept.sequence;

	if (sequence & 1 || place->length > KEPT_MAX - LINE_SLACK)
		return;
	kept.sequence = sequence + 1;
	atomic_signal_fence(memory_order_seq_cst);
	kept.version = version;
	kept.pid = me.pid;
	kept.kind = kind;
	kept.address = address;
	kept.length = place->length;
	kept.name = place->name;
	memcpy(kept.text, place->text, KEPT_MAX);
	atomic_signal_fence(memory_order_seq_cst);
	kept.sequence = sequence + 2;
}

bool
place_find(struct place *place, const char *kind, const void *address)
{
	uint32_t version = atomic_load_explicit(&mapping_version, memory_order_acquire);

	if (kept_read(place, kind, address))
		return true;
	if (!place_make(place, kind, address))
		return false;
	kept_write(place, kind, address, version);
	return true;
}

void
place_find_semaphore(struct place *place, const void *address)
{
	static const char kind[] = "sem:";
	uint32_t version = atomic_load_explicit(&mapping_version, memory_order_acquire);

	if (kept_read(place, kind, address))
		return;
	place_make_semaphore(place, address);
	kept_write(place, kind, address, version);
}
