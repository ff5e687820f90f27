/* SPDX-License-Identifier: MIT
 *
 * The vocabulary's names, both ways. A line is words: to find each by going through all that there are would take longer
 * than everything else that is done with a line, so they are found by hash.
 */
#include "event/event.h"

#include <string.h>

struct name {
	const char *word;
	uint8_t length;
};

static const struct name whats[] = {
#define WHAT(word, meaning) {#word, sizeof #word - 1},
#include "event/event.def"
#undef WHAT
};

static const struct name fields[] = {
	{"?", 1},
#define FIELD(word, form, meaning) {#word, sizeof #word - 1},
#include "event/fields.def"
#undef FIELD
};

static const struct name calls[] = {
	{"?", 1},
#define CALL(id, args, traits) {#id, sizeof #id - 1},
#include "event/calls.def"
#undef CALL
};

const uint8_t call_trait_table[CALL_COUNT] = {
	0,
#define CALL(id, args, traits) traits,
#include "event/calls.def"
#undef CALL
};

/* Where a table's words are, by hash: its index, 0 where there is none. Filled when the first word is looked for. */
enum { PLACES = 512 };
struct places {
	bool filled;
	uint8_t at[PLACES];
};
_Static_assert(CALL_COUNT <= UINT8_MAX && FIELD_COUNT <= UINT8_MAX, "an index must fit a place");

static unsigned
place_of(const char *word, size_t length)
{
	unsigned first = (unsigned char)word[0], middle = (unsigned char)word[length / 2];
	unsigned last = (unsigned char)word[length - 1];

	return (first * 37 + middle * 11 + last * 5 + (unsigned)length * 64) % PLACES;
}

static void
places_fill(struct places *places, const struct name *names, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		unsigned place = place_of(names[i].word, names[i].length);

		while (places->at[place] != 0)
			place = (place + 1) % PLACES;
		places->at[place] = (uint8_t)i;
	}
	places->filled = true;
}

/* Index of the word in a table, 0 (the unknown one) when it is not there. */
static unsigned
name_find(struct places *places, const struct name *names, unsigned n, const char *word,
	size_t length)
{
	if (!places->filled)
		places_fill(places, names, n);
	if (length == 0)
		return 0;
	for (unsigned place = place_of(word, length); places->at[place] != 0;
		place = (place + 1) % PLACES) {
		unsigned i = places->at[place];

		if (names[i].length == length && memcmp(names[i].word, word, length) == 0)
			return i;
	}
	return 0;
}

const char *
event_what_name(enum event_what what)
{
	return whats[what].word;
}

enum event_what
event_what_find(const char *name, size_t length)
{
	static struct places places;

	return (enum event_what)name_find(&places, whats, WHAT_COUNT, name, length);
}

const char *
event_field_name(enum event_field field)
{
	return fields[field].word;
}

enum event_field
event_field_find(const char *name, size_t length)
{
	static struct places places;

	return (enum event_field)name_find(&places, fields, FIELD_COUNT, name, length);
}

const char *
call_name(enum call_id call)
{
	return calls[call].word;
}

enum call_id
call_find(const char *name, size_t length)
{
	static struct places places;

	return (enum call_id)name_find(&places, calls, CALL_COUNT, name, length);
}
