/* SPDX-License-Identifier: MIT
 *
 * Building an event line, inside other people's processes too: see line.h for what that forbids.
 */
#include "event/line.h"

#include <string.h>

static const char hex_digit[] = "0123456789abcdef";

/* " key=" of each field, in cells of one size, so that the copy of one is two moves and no call. */
enum { KEY_CELL = 16 };
static const struct {
	char text[KEY_CELL];
	unsigned length;
} keys[] = {
	{" ?=", 3},
#define FIELD(word, form, meaning) {" " #word "=", sizeof " " #word "=" - 1},
#include "event/fields.def"
#undef FIELD
};
_Static_assert((int)KEY_CELL <= (int)LINE_SLACK, "a cell may be copied at the very end of a line");

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

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

/* Writes `digits` digits of value, with leading zeros, two by two from the table. */
static char *
put_digits(char *at, uint32_t value, int digits)
{
	char *end = at + digits;

	for (at = end; digits >= 2; digits -= 2, value /= 100)
		memcpy(at -= 2, pairs + value % 100 * 2, 2);
	if (digits == 1)
		at[-1] = (char)('0' + value);
	return end;
}

static int
count_digits(uint32_t value)
{
	int digits = 1;

	for (uint32_t ten = 10; digits < 9 && value >= ten; ten *= 10)
		digits++;
	return digits;
}

/* Writes value in decimal, at most 20 bytes, and answers where it ends. In parts of eight digits, since 32-bit
 * arithmetic is much the faster, and a line has thirty digits or more. */
static char *
put_decimal(char *at, int64_t value)
{
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint32_t part[3];
	int n = 0;

	if (value < 0)
		*at++ = '-';
	for (; left >= 100000000; left /= 100000000)
		part[n++] = (uint32_t)(left % 100000000);
	at = put_digits(at, (uint32_t)left, count_digits((uint32_t)left));
	while (n > 0)
		at = put_digits(at, part[--n], 8);
	return at;
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

/* Copies in cells, which ends up to a cell later than it should: see LINE_SLACK. */
static char *
put_cells(char *at, const char *bytes, size_t length)
{
	char *end = at + length;

	for (; at < end; at += KEY_CELL, bytes += KEY_CELL)
		memcpy(at, bytes, KEY_CELL);
	return end;
}

void
line_start_as(
	struct line *line, uint64_t time, const char *who, size_t length, enum event_what what)
{
	char *at = put_cells(put_decimal(line->text, (int64_t)time), who, length);

	for (const char *word = event_what_name(what); *word != '\0'; word++)
		*at++ = *word;
	line_until(line, at);
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
	memcpy(line_at(line), keys[field].text, KEY_CELL);
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
	char digits[16];
	size_t at = sizeof digits;
	char *end;

	do
		digits[--at] = hex_digit[value & 15];
	while ((value >>= 4) != 0);
	if (!put_key(line, field, 2 + sizeof digits - at))
		return;
	end = line_at(line);
	*end++ = '0';
	*end++ = 'x';
	while (at < sizeof digits)
		*end++ = digits[at++];
	line_until(line, end);
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
	size_t before = line->length;
	char *end = line->text + EVENT_LINE_MAX - 1 - 3; /* an escape fits up to here */
	char *at;

	if (!put_key(line, field, 0))
		return;
	for (at = line_at(line); *word != '\0' && at <= end; word++) {
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
	if (*word != '\0')
		line->length = before;
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

		if (is_plain(*in) && *in != '\\')
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
