/* SPDX-License-Identifier: MIT
 *
 * Reading an event line.
 */
#include "event/event.h"

#include <string.h>

/* What a digit is worth, plus one: 0 is what is none. */
/* clang-format off */
static const uint8_t digit_values[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	['A'] = 11, 12, 13, 14, 15, 16,
	['a'] = 11, 12, 13, 14, 15, 16,
};
/* clang-format on */

/* -1: it is no digit. */
static int
hex_value(char c)
{
	return digit_values[(unsigned char)c] - 1;
}

/* Digits that fill `text` exactly, at least one. More than 64 bits are refused. Inline, for each base by itself. */
static inline __attribute__((always_inline)) bool
read_digits(const char *text, size_t length, unsigned base, uint64_t *value)
{
	size_t few = length < 15 ? length : 15, i = 0; /* so few digits cannot overflow */
	uint64_t number = 0;

	for (; i < few; i++) {
		unsigned digit = (unsigned)hex_value(text[i]);

		if (digit >= base)
			return false;
		number = number * base + digit;
	}
	for (; i < length; i++) {
		unsigned digit = (unsigned)hex_value(text[i]);

		if (digit >= base || __builtin_mul_overflow(number, base, &number) ||
			__builtin_add_overflow(number, digit, &number))
			return false;
	}
	*value = number;
	return length > 0;
}

/* Reads a decimal (minus allowed) or 0x number that fills `text` exactly. Numbers beyond 64 bits are refused. */
static bool
read_number(const char *text, size_t length, int64_t *value)
{
	bool minus = length > 0 && text[0] == '-';
	uint64_t number;

	text += minus;
	length -= minus;
	if (length > 2 && text[0] == '0' && text[1] == 'x') {
		if (!read_digits(text + 2, length - 2, 16, &number))
			return false;
	} else if (!read_digits(text, length, 10, &number)) {
		return false;
	}
	*value = (int64_t)(minus ? 0 - number : number);
	return true;
}

/* What is left of the line. */
struct reader {
	const char *at, *end;
};

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

static const char *
skip_word(const char *at, const char *end)
{
	while (at < end && *at != ' ')
		at++;
	return at;
}

/* The next blank-delimited word; false at the end. */
static bool
next_word(struct reader *reader, const char **word, size_t *length)
{
	*word = skip_blanks(reader->at, reader->end);
	reader->at = skip_word(*word, reader->end);
	*length = (size_t)(reader->at - *word);
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

/* Steps over a value and answers its length; *start gets where it starts (behind an opening quote). */
static size_t
skip_value(struct reader *reader, const char **start)
{
	const char *at = reader->at, *end = reader->end, *close;

	if (at == end || *at != '"') {
		*start = at;
		reader->at = skip_word(at, end);
		return (size_t)(reader->at - at);
	}
	*start = ++at;
	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	close = at;
	reader->at = skip_word(close, end); /* the quote, the dots of a cut value */
	return (size_t)(close - *start);
}

/* Reads one key=value; false when the line is over. A word without `=` is skipped. */
static bool
read_field(struct event *event, struct reader *reader)
{
	const char *key = skip_blanks(reader->at, reader->end), *at = key, *start;
	size_t length;

	while (at < reader->end && *at != '=' && *at != ' ')
		at++;
	reader->at = at;
	if (at == reader->end)
		return false;
	if (*at == ' ')
		return true;
	reader->at++;
	length = skip_value(reader, &start);
	if (event->n_fields == EVENT_FIELDS_MAX)
		return false;
	enum event_field id = event_field_find(key, (size_t)(at - key));
	event->field[event->n_fields].key = (uint8_t)id;
	event->field[event->n_fields].at = (uint16_t)(start - event->line);
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
	struct reader reader;
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
	reader = (struct reader){event->line, event->line + length};

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
	event->what = event_what_find(word, word_length);
	while (read_field(event, &reader))
		;
	if ((word = event_raw(event, FIELD_call, &word_length)) != NULL)
		event->call = call_find(word, word_length);
	return 0;
}

int64_t
event_number(const struct event *event, enum event_field field, int64_t otherwise)
{
	size_t length;
	const char *text = event_raw(event, field, &length);
	int64_t value;

	if (length == 1 && text[0] >= '0' && text[0] <= '9') /* so are most */
		return text[0] - '0';
	return text != NULL && read_number(text, length, &value) ? value : otherwise;
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

/* Undoes `%2e` at text[0] == '%'; a sign that begins no such thing stands for itself. */
static size_t
decode_percent(const char *text, size_t length, char *byte)
{
	*byte = '%';
	if (length < 3 || hex_value(text[1]) < 0 || hex_value(text[2]) < 0)
		return 1;
	*byte = (char)(hex_value(text[1]) << 4 | hex_value(text[2]));
	return 3;
}

size_t
event_copy(const struct event *event, enum event_field field, char *buf, size_t size)
{
	size_t length = 0, done = 0;
	const char *text = event_raw(event, field, &length);
	bool quoted = text != NULL && text[-1] == '"';

	for (size_t i = 0; i < length && done + 1 < size;) {
		/* all up to the next escape, and that */
		size_t most = length - i < size - 1 - done ? length - i : size - 1 - done;
		const char *escape = memchr(text + i, quoted ? '\\' : '%', most);
		size_t plain = escape == NULL ? most : (size_t)(escape - (text + i));

		memcpy(buf + done, text + i, plain);
		i += plain;
		done += plain;
		if (escape != NULL)
			i += (quoted ? unescape : decode_percent)(
				text + i, length - i, &buf[done++]);
	}
	if (size > 0)
		buf[done] = '\0';
	return done;
}
