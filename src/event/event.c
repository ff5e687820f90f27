/* SPDX-License-Identifier: MIT
 *
 * The vocabulary's names, and reading an event line.
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

static const uint8_t call_trait_table[] = {
	0,
#define CALL(id, args, traits) traits,
#include "event/calls.def"
#undef CALL
};

/* Index of the word in a table, 0 (the unknown one) when it is not there. */
static unsigned
name_find(const struct name *names, unsigned n, const char *word, size_t length)
{
	for (unsigned i = 1; i < n; i++)
		if (names[i].length == length && names[i].word[0] == word[0] &&
			memcmp(names[i].word, word, length) == 0)
			return i;
	return 0;
}

const char *
event_what_name(enum event_what what)
{
	return whats[what].word;
}

const char *
event_field_name(enum event_field field)
{
	return fields[field].word;
}

enum event_field
event_field_find(const char *name, size_t length)
{
	return (enum event_field)name_find(fields, FIELD_COUNT, name, length);
}

const char *
call_name(enum call_id call)
{
	return calls[call].word;
}

unsigned
call_traits(enum call_id call)
{
	return call_trait_table[call];
}

enum call_id
call_find(const char *name, size_t length)
{
	return (enum call_id)name_find(calls, CALL_COUNT, name, length);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads a decimal (minus allowed) or 0x number that fills `text` exactly. Numbers beyond 64 bits
 * are refused. */
static bool
read_number(const char *text, size_t length, int64_t *value)
{
	bool minus = length > 0 && text[0] == '-';
	uint64_t number = 0;
	size_t i = minus ? 1 : 0;
	unsigned base = 10;

	if (length - i > 2 && text[i] == '0' && text[i + 1] == 'x') {
		base = 16;
		i += 2;
	}
	if (i == length)
		return false;
	for (; i < length && i < 15; i++) { /* so few digits cannot overflow */
		unsigned digit =
			base == 10 ? (unsigned)text[i] - '0' : (unsigned)hex_value(text[i]);

		if (digit >= base)
			return false;
		number = number * base + digit;
	}
	for (; i < length; i++) {
		int digit = hex_value(text[i]);

		if (digit < 0 || (unsigned)digit >= base)
			return false;
		if (__builtin_mul_overflow(number, base, &number) ||
			__builtin_add_overflow(number, (unsigned)digit, &number))
			return false;
	}
	*value = (int64_t)(minus ? 0 - number : number);
	return true;
}

/* Where the line is being read. */
struct reader {
	const char *line;
	size_t at, length;
};

/* The next blank-delimited word; false at the end. */
static bool
next_word(struct reader *reader, const char **word, size_t *length)
{
	while (reader->at < reader->length && reader->line[reader->at] == ' ')
		reader->at++;
	size_t start = reader->at;
	while (reader->at < reader->length && reader->line[reader->at] != ' ')
		reader->at++;
	*word = reader->line + start;
	*length = reader->at - start;
	return *length > 0;
}

static bool
next_number(struct reader *reader, int64_t low, int64_t high, int64_t *value)
{
	const char *word;
	size_t length;

	return next_word(reader, &word, &length) && read_number(word, length, value) &&
	       *value >= low && *value <= high;
}

/* Steps over a value and answers its length; *start gets where it starts (behind an opening quote).
 */
static size_t
skip_value(struct reader *reader, size_t *start)
{
	const char *line = reader->line;

	if (reader->at >= reader->length || line[reader->at] != '"') {
		*start = reader->at;
		while (reader->at < reader->length && line[reader->at] != ' ')
			reader->at++;
		return reader->at - *start;
	}
	*start = ++reader->at;
	while (reader->at < reader->length && line[reader->at] != '"')
		reader->at += line[reader->at] == '\\' && reader->at + 1 < reader->length ? 2 : 1;
	size_t end = reader->at;
	while (reader->at < reader->length &&
		line[reader->at] != ' ') /* the quote, the dots of a cut value */
		reader->at++;
	return end - *start;
}

/* Reads one key=value; false when the line is over. A word without `=` is skipped. */
static bool
read_field(struct event *event, struct reader *reader)
{
	while (reader->at < reader->length && reader->line[reader->at] == ' ')
		reader->at++;
	if (reader->at >= reader->length)
		return false;
	size_t key = reader->at, start, length, key_length;
	while (reader->at < reader->length && reader->line[reader->at] != '=' &&
		reader->line[reader->at] != ' ')
		reader->at++;
	key_length = reader->at - key;
	if (reader->at >= reader->length || reader->line[reader->at] == ' ')
		return true;
	reader->at++;
	length = skip_value(reader, &start);
	if (event->n_fields == EVENT_FIELDS_MAX)
		return false;
	unsigned id = name_find(fields, FIELD_COUNT, reader->line + key, key_length);
	event->field[event->n_fields].key = (uint8_t)id;
	event->field[event->n_fields].at = (uint16_t)start;
	event->field[event->n_fields].length = (uint16_t)length;
	event->n_fields++;
	if (id != FIELD_unknown &&
		event->has[id] == 0) /* of a key that comes twice the first counts */
		event->has[id] = event->n_fields;
	return true;
}

int
event_parse(struct event *event, const char *line, size_t length)
{
	struct reader reader = {.line = event->line};
	int64_t time, pid, tid;
	const char *word;
	size_t word_length;

	if (length > 0 && line[length - 1] == '\n')
		length--;
	if (length >= EVENT_LINE_MAX)
		length = EVENT_LINE_MAX - 1;
	memcpy(event->line, line, length);
	event->line[length] = '\0';
	event->length = (uint16_t)length;
	reader.length = length;

	memset(event->has, 0, sizeof event->has);
	event->n_fields = 0;
	event->call = CALL_unknown;
	if (!next_number(&reader, 0, INT64_MAX, &time) ||
		!next_number(&reader, 0, INT32_MAX, &pid) ||
		!next_number(&reader, 0, INT32_MAX, &tid) ||
		!next_word(&reader, &word, &word_length))
		return -1;
	event->time = (uint64_t)time;
	event->pid = (int32_t)pid;
	event->tid = (int32_t)tid;
	event->what = (enum event_what)name_find(whats, WHAT_COUNT, word, word_length);
	while (read_field(event, &reader))
		;
	if ((word = event_raw(event, FIELD_call, &word_length)) != NULL)
		event->call = call_find(word, word_length);
	return 0;
}

const char *
event_raw(const struct event *event, enum event_field field, size_t *length)
{
	if (event->has[field] == 0)
		return NULL;
	*length = event->field[event->has[field] - 1].length;
	return event->line + event->field[event->has[field] - 1].at;
}

int64_t
event_number(const struct event *event, enum event_field field, int64_t otherwise)
{
	size_t length;
	const char *text = event_raw(event, field, &length);
	int64_t value;

	return text != NULL && read_number(text, length, &value) ? value : otherwise;
}

bool
event_is(const struct event *event, enum event_field field, const char *word)
{
	size_t length;
	const char *text = event_raw(event, field, &length);

	return text != NULL && strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Undoes one C escape at text[0] == '\\'; answers how many bytes it took. */
static size_t
unescape(const char *text, size_t length, char *byte)
{
	if (length >= 4 && text[1] == 'x' && hex_value(text[2]) >= 0 && hex_value(text[3]) >= 0) {
		*byte = (char)(hex_value(text[2]) << 4 | hex_value(text[3]));
		return 4;
	}
	if (length < 2) {
		*byte = '\\';
		return 1;
	}
	*byte = text[1] == 'n' ? '\n' : text[1] == 't' ? '\t' : text[1] == 'r' ? '\r' : text[1];
	return 2;
}

size_t
event_copy(const struct event *event, enum event_field field, char *buf, size_t size)
{
	size_t length = 0, done = 0;
	const char *text = event_raw(event, field, &length);
	bool quoted = text != NULL && text[-1] == '"';

	for (size_t i = 0; i < length && done + 1 < size; done++) {
		if (quoted && text[i] == '\\') {
			i += unescape(text + i, length - i, &buf[done]);
		} else if (quoted) { /* all up to the next escape */
			size_t most = length - i < size - 1 - done ? length - i : size - 1 - done;
			const char *escape = memchr(text + i, '\\', most);
			size_t plain = escape == NULL ? most : (size_t)(escape - (text + i));
			memcpy(buf + done, text + i, plain);
			i += plain;
			done += plain - 1;
		} else if (text[i] == '%' && length - i > 2 && hex_value(text[i + 1]) >= 0 &&
			   hex_value(text[i + 2]) >= 0) {
			buf[done] = (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
			i += 3;
		} else {
			buf[done] = text[i++];
		}
	}
	if (size > 0)
		buf[done] = '\0';
	return done;
}
