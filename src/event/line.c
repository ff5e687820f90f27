/* SPDX-License-Identifier: MIT
 *
 * Building an event line, inside other people's processes too: see line.h for what that forbids.
 */
#include "event/line.h"

#include <string.h>

static const char hex_digit[] = "0123456789abcdef";

/* Room left, one byte kept for the newline. */
static size_t
line_room(const struct line *line)
{
	return EVENT_LINE_MAX - 1 - line->length;
}

static void
put(struct line *line, const char *bytes, size_t length)
{
	memcpy(line->text + line->length, bytes, length);
	line->length += length;
}

/* Writes value in decimal to the end of digits[24] and answers where it starts. */
static char *
decimal(char digits[24], uint64_t value)
{
	char *at = digits + 24;

	do
		*--at = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	return at;
}

static void
put_decimal(struct line *line, int64_t value)
{
	char digits[24];
	char *at = decimal(digits, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);

	if (value < 0)
		*--at = '-';
	put(line, at, (size_t)(digits + 24 - at));
}

void
line_start(struct line *line, uint64_t time, int32_t pid, int32_t tid, enum event_what what)
{
	char digits[24];
	char *at = decimal(digits, time);
	const char *word = event_what_name(what);

	line->length = 0;
	put(line, at, (size_t)(digits + 24 - at));
	put(line, " ", 1);
	put_decimal(line, pid);
	put(line, " ", 1);
	put_decimal(line, tid);
	put(line, " ", 1);
	put(line, word, strlen(word));
}

/* Writes " key=" if it and `value_length` more bytes fit. */
static bool
put_key(struct line *line, enum event_field field, size_t value_length)
{
	const char *key = event_field_name(field);
	size_t length = strlen(key);

	if (length + 2 + value_length > line_room(line))
		return false;
	put(line, " ", 1);
	put(line, key, length);
	put(line, "=", 1);
	return true;
}

void
line_number(struct line *line, enum event_field field, int64_t value)
{
	if (put_key(line, field, 21))
		put_decimal(line, value);
}

void
line_hex(struct line *line, enum event_field field, uint64_t value)
{
	char digits[16];
	size_t at = sizeof digits;

	do
		digits[--at] = hex_digit[value & 15];
	while ((value >>= 4) != 0);
	if (put_key(line, field, 2 + sizeof digits - at)) {
		put(line, "0x", 2);
		put(line, digits + at, sizeof digits - at);
	}
}

/* A byte that can stand in a WORD as it is. */
static bool
is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '%';
}

void
line_word(struct line *line, enum event_field field, const char *word)
{
	size_t length = 0;

	for (const char *c = word; *c != '\0'; c++)
		length += is_plain((unsigned char)*c) ? 1 : 3;
	if (!put_key(line, field, length))
		return;
	for (const char *c = word; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;
		char escape[3] = {'%', hex_digit[byte >> 4], hex_digit[byte & 15]};

		if (is_plain(byte))
			put(line, c, 1);
		else
			put(line, escape, 3);
	}
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
	size_t done = 0;

	if (!put_key(line, field, 5)) /* at least the quotes and the dots */
		return;
	put(line, "\"", 1);
	for (; done < length; done++) {
		char escape[4];
		size_t need = escape_byte(escape, in[done]);

		if (need + 4 > line_room(line))
			break;
		put(line, escape, need);
	}
	put(line, "\"...", done < length ? 4 : 1);
}

void
line_finish(struct line *line)
{
	line->text[line->length++] = '\n';
}
