/* SPDX-License-Identifier: MIT
 *
 * Building an event line, inside other people's processes too: see line.h for what that forbids.
 */
#include "event/line.h"

#include <string.h>

#include "event/put.h"

static const char hex_digit[] = "0123456789abcdef";

struct word {
	char text[PUT_CELL];
	unsigned length;
};
static const struct word keys[] = {
	{" ?=", 3},
#define FIELD(word, form, meaning) {" " #word "=", sizeof " " #word "=" - 1},
#include "event/fields.def"
#undef FIELD
};
const struct put_call put_calls[] = {
	{" call=?", 7},
#define CALL(id, args, traits) {" call=" #id, sizeof " call=" #id - 1},
#include "event/calls.def"
#undef CALL
};
static const struct word whats[] = {
#define WHAT(word, meaning) {#word, sizeof #word - 1},
#include "event/event.def"
#undef WHAT
};
_Static_assert((int)PUT_CELL <= (int)LINE_SLACK, "a cell may be copied at the very end of a line");

/* Room left, one byte kept for the newline. */
static size_t
line_room(const struct line *line)
{
	return EVENT_LINE_MAX - 1 - line->length;
}

/* The writers below work on a pointer of their own and set the length once: a length in memory that
 * is loaded and stored for each byte would cost more than all the rest. */
static char *
line_at(struct line *line)
{
	return line->text + line->length;
}

static void
line_until(struct line *line, const char *at)
{
	line->length = (size_t)(at - line->text);
}

size_t
line_who(char who[LINE_WHO_MAX], int32_t pid, int32_t tid)
{
	char *at = who;

	*at++ = ' ';
	at = put_decimal(at, pid);
	*at++ = ' ';
	at = put_decimal(at, tid);
	*at++ = ' ';
	return (size_t)(at - who);
}

void
line_start_as(
	struct line *line, uint64_t time, const char *who, size_t length, enum event_what what)
{
	char *at = put_cells(put_unsigned(line->text, time), who, length);

	memcpy(at, whats[what].text, PUT_CELL);
	line_until(line, at + whats[what].length);
}

void
line_start(struct line *line, uint64_t time, int32_t pid, int32_t tid, enum event_what what)
{
	char who[LINE_WHO_MAX];

	line_start_as(line, time, who, line_who(who, pid, tid), what);
}

/* Writes " key=" if it and `value_length` more bytes fit. */
static bool
put_key(struct line *line, enum event_field field, size_t value_length)
{
	if (keys[field].length + value_length > line_room(line))
		return false;
	memcpy(line_at(line), keys[field].text, PUT_CELL);
	line->length += keys[field].length;
	return true;
}

void
line_number(struct line *line, enum event_field field, int64_t value)
{
	if (put_key(line, field, 21))
		line_until(line, put_decimal(line_at(line), value));
}

void
line_hex(struct line *line, enum event_field field, uint64_t value)
{
	if (put_key(line, field, (size_t)(2 + 16 - __builtin_clzll(value | 1) / 4)))
		line_until(line, put_hex(line_at(line), value));
}

void
line_call(struct line *line, enum call_id call)
{
	if (sizeof put_calls[call].text <= line_room(line)) /* always so: it is the first field */
		line_until(line, put_call(line_at(line), call));
}

/* A byte that can stand in a WORD as it is. */
static bool
is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '%';
}

void
line_word_bytes(struct line *line, enum event_field field, const char *word, size_t length)
{
	const char *word_end = word + length;
	size_t before = line->length;
	char *end = line->text + EVENT_LINE_MAX - 1 - 3; /* an escape fits up to here */
	char *at;

	if (!put_key(line, field, 0))
		return;
	for (at = line_at(line); word < word_end && at <= end; word++) {
		unsigned char byte = (unsigned char)*word;

		if (is_plain(byte)) {
			*at++ = (char)byte;
			continue;
		}
		*at++ = '%';
		*at++ = hex_digit[byte >> 4];
		*at++ = hex_digit[byte & 15];
	}
	line_until(line, at);
	if (word < word_end)
		line->length = before;
}

void
line_word(struct line *line, enum event_field field, const char *word)
{
	line_word_bytes(line, field, word, strlen(word));
}

/* Writes the C escape of a byte to out[4] and answers its length. */
static size_t
escape_byte(char out[4], unsigned char byte)
{
	static const char named[] = "\"\"\\\\\nn\tt\rr";

	for (const char *n = named; *n != '\0'; n += 2)
		if (byte == (unsigned char)n[0]) {
			out[0] = '\\';
			out[1] = n[1];
			return 2;
		}
	if (byte >= ' ' && byte < 0x7f) {
		out[0] = (char)byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex_digit[byte >> 4];
	out[3] = hex_digit[byte & 15];
	return 4;
}

void
line_quoted(struct line *line, enum event_field field, const void *bytes, size_t length)
{
	const unsigned char *in = bytes;
	const unsigned char *in_end = in + length;
	char *end = line->text + EVENT_LINE_MAX - 1 - 4; /* the quote and the dots fit from here */
	char *at;

	if (!put_key(line, field, 5)) /* at least the quotes and the dots */
		return;
	at = line_at(line);
	*at++ = '"';
	for (; in < in_end; in++) {
		char escape[4];
		size_t need = 1;

		if (put_is_plain(*in))
			escape[0] = (char)*in;
		else
			need = escape_byte(escape, *in);
		if (need > (size_t)(end - at))
			break;
		for (size_t i = 0; i < need; i++)
			*at++ = escape[i];
	}
	memcpy(at, "\"...", 4);
	line_until(line, at + (in < in_end ? 4 : 1));
}

void
line_copy(struct line *line, const char *fields, size_t length)
{
	if (length > line_room(line))
		return;
	line_until(line, put_cells(line_at(line), fields, length));
}

void
line_finish(struct line *line)
{
	line->text[line->length++] = '\n';
}
