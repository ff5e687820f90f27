/* SPDX-License-Identifier: MIT
 *
 * What happened: the vocabulary that every other part shares. An event is one line of text (doc/event-format.md);
 * `struct event` is that line with its fields found. The same form is the wire, the recording and the test fixture.
 */
#ifndef IPCVIZ_EVENT_EVENT_H
#define IPCVIZ_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EVENT_HEADER "ipcviz-events 1" /* first line of every recording: the format and its version */
#define EVENT_LINE_MAX 512             /* longest line, newline included: _POSIX_PIPE_BUF, so one write is atomic */
#define EVENT_FIELDS_MAX 32            /* a line with more keeps the first ones */

enum event_what {
#define WHAT(word, meaning) WHAT_##word,
#include "event/event.def"
#undef WHAT
	WHAT_COUNT
};

enum call_id {
	CALL_unknown, /* no call, or one that this version does not know */
#define CALL(id, args, traits) CALL_##id,
#include "event/calls.def"
#undef CALL
	CALL_COUNT
};

enum call_trait {
	CALL_READS = 1,
	CALL_WRITES = 2,
	CALL_SLEEPS = 4,
	CALL_MAKES = 8,
	CALL_ENDS = 16,
	CALL_HEX = 32,
};

enum event_field {
	FIELD_unknown, /* a key that this version does not know; only in event.field[] */
#define FIELD(word, form, meaning) FIELD_##word,
#include "event/fields.def"
#undef FIELD
	FIELD_COUNT
};

struct event {
	uint64_t time; /* ns, CLOCK_MONOTONIC of the machine that made the line */
	int32_t pid;   /* the process that the event is about; 0 for ipcviz as a whole */
	int32_t tid;
	enum event_what what;
	enum call_id call;         /* from the field `call`; CALL_unknown without one */
	uint8_t has[FIELD_COUNT];  /* index into field[] plus one; 0 when the line lacks the field */
	uint8_t n_fields;
	struct {
		uint8_t key;           /* enum event_field */
		uint16_t at, length;   /* the value in line[], without the quotes of a quoted one */
	} field[EVENT_FIELDS_MAX];
	uint16_t length;               /* of line[], without newline or terminator */
	char line[EVENT_LINE_MAX];     /* the line itself, NUL-terminated */
};

/*
 * Parses one line (a trailing newline is allowed, `length` counts it). Returns 0, or -1 when the line has not even a
 * time, pids and a word; `event` is then unusable. Unknown words and keys are no error. Reads nothing beyond length.
 */
int event_parse(struct event *event, const char *line, size_t length);

static inline bool
event_has(const struct event *event, enum event_field field)
{
	return event->has[field] != 0;
}

/* The field as a number; `otherwise` when it is missing or no number. */
int64_t event_number(const struct event *event, enum event_field field, int64_t otherwise);

/* The field's raw text (escapes not undone), not terminated; *length gets its length. NULL and 0 when missing. */
static inline const char *
event_raw(const struct event *event, enum event_field field, size_t *length)
{
	*length = 0;
	if (!event_has(event, field))
		return NULL;
	*length = event->field[event->has[field] - 1].length;
	return event->line + event->field[event->has[field] - 1].at;
}

/* True when the field is there and its raw text is `word`. */
static inline bool
event_is(const struct event *event, enum event_field field, const char *word)
{
	size_t length;
	const char *text = event_raw(event, field, &length);

	return text != NULL && strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Copies the field into buf, escapes undone, terminated, cut to fit. Returns the bytes copied (payload may hold NULs);
 * 0 and "" when missing. */
size_t event_copy(const struct event *event, enum event_field field, char *buf, size_t size);

/* Names (vocabulary.c). The strings are static. *_find returns the _unknown value for a word that is not in the table. */
const char *event_what_name(enum event_what what);
enum event_what event_what_find(const char *name, size_t length);
const char *event_field_name(enum event_field field);
enum event_field event_field_find(const char *name, size_t length);
const char *call_name(enum call_id call);
extern const uint8_t call_trait_table[CALL_COUNT];
static inline unsigned
call_traits(enum call_id call)
{
	return call_trait_table[call];
}
enum call_id call_find(const char *name, size_t length);

/*
 * The call as C, for people: "write(4, …, 1024)". Values come from the event; a value that is missing is written "…".
 * Cut to fit, terminated; returns buf.
 */
char *call_text(const struct event *event, char *buf, size_t size);

enum { CALL_RESULT_MAX = 24 };

/* What the call returned, for people: an address or a key as programs print it, "0x7f12a4e3b000"; a number else. */
char *call_result(enum call_id call, int64_t ret, char buf[CALL_RESULT_MAX]);

#endif
