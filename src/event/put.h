/* SPDX-License-Identifier: MIT
 *
 * Digits and pieces of text written at a pointer, without loops where that can be: what line.c is made of. Each writes
 * as much as is convenient, up to LINE_SLACK bytes more than it should, and answers where the text ends.
 */
#ifndef IPCVIZ_EVENT_PUT_H
#define IPCVIZ_EVENT_PUT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event/event.h"

enum { PUT_CELL = 16 }; /* bytes that are copied by one move and no call */

/* " call=name" of each call, in such cells. */
struct put_call {
	char text[2 * PUT_CELL];
	unsigned length;
};
extern const struct put_call put_calls[];

/* Stores eight characters, the first in the lowest byte of the word. */
static inline void
put_eight(char *at, uint64_t word)
{
	word = htole64(word);
	memcpy(at, &word, sizeof word);
}

#define PUT_ZEROS UINT64_C(0x3030303030303030)

/* The eight decimal digits of a value below 10^8, the first in the lowest byte: all at once in one register, halved
 * three times, each half divided by multiplying with the reciprocal. */
static inline uint64_t
eight_digits(uint32_t value)
{
	uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
	uint64_t hundreds = fours * 10486 >> 20 & 0x0000007f0000007f;
	uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
	uint64_t tens = twos * 103 >> 10 & 0x000f000f000f000f;

	return tens | (twos - tens * 10) << 8;
}

/* Writes a value below 10^8. */
static inline char *
put_small(char *at, uint32_t value)
{
	uint64_t digits;
	int leading;

	if (value < 10) {
		*at = (char)('0' + value);
		return at + 1;
	}
	digits = eight_digits(value);
	leading = __builtin_ctzll(digits) & ~7; /* bits of the zeros in front */
	put_eight(at, (digits + PUT_ZEROS) >> leading);
	return at + 8 - leading / 8;
}

static inline char *
put_eight_digits(char *at, uint32_t value)
{
	put_eight(at, eight_digits(value) + PUT_ZEROS);
	return at + 8;
}

/* Writes value in decimal, at most 20 bytes, and answers where it ends. */
static inline char *
put_unsigned(char *at, uint64_t value)
{
	const uint64_t part = 100000000;

	if (value < part)
		return put_small(at, (uint32_t)value);
	if (value < part * part)
		at = put_small(at, (uint32_t)(value / part));
	else
		at = put_eight_digits(put_small(at, (uint32_t)(value / part / part)),
			(uint32_t)(value / part % part));
	return put_eight_digits(at, (uint32_t)(value % part));
}

static inline char *
put_decimal(char *at, int64_t value)
{
	if (value >= 0)
		return put_unsigned(at, (uint64_t)value);
	*at = '-';
	return put_unsigned(at + 1, 0 - (uint64_t)value);
}

/* Copies in cells, which ends up to a cell later than it should: see LINE_SLACK. */
static inline char *
put_cells(char *at, const char *bytes, size_t length)
{
	char *end = at + length;

	do {
		memcpy(at, bytes, PUT_CELL);
		at += PUT_CELL;
		bytes += PUT_CELL;
	} while (at < end);
	return end;
}

/* Eight hexadecimal digits, the first in the lowest byte. */
static inline uint64_t
eight_nibbles(uint32_t value)
{
	uint64_t digits = value, letters;

	digits = (digits | digits << 16) & 0x0000ffff0000ffff;
	digits = (digits | digits << 8) & 0x00ff00ff00ff00ff;
	digits = (digits | digits << 4) & 0x0f0f0f0f0f0f0f0f;
	letters = (digits + 0x0606060606060606) >> 4 & 0x0101010101010101;
	return __builtin_bswap64(digits + PUT_ZEROS + letters * ('a' - '9' - 1));
}

static inline char *
put_hex(char *at, uint64_t value)
{
	int leading = __builtin_clzll(value | 1) / 4;

	value <<= leading * 4;
	memcpy(at, "0x", 2);
	put_eight(at + 2, eight_nibbles((uint32_t)(value >> 32)));
	put_eight(at + 10, eight_nibbles((uint32_t)value));
	return at + 18 - leading;
}

/* A byte that can stand in a quoted string as it is. */
static inline bool
put_is_plain(unsigned char byte)
{
	return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
}

/* " key=" of each field, here for the compiler to see. */
#define FIELD(word, form, meaning)                                                                 \
	static const char field_##word[] __attribute__((unused)) = " " #word "=";
#include "event/fields.def"
#undef FIELD
#define PUT_KEY(at, key) ((char *)memcpy((at), (key), sizeof(key) - 1) + sizeof(key) - 1)

/* Writes the field `data`, if it is no more than `most` bytes and all of them can stand there as they are; else answers
 * NULL. */
static inline char *
put_plain(char *at, const unsigned char *bytes, size_t n, size_t most)
{
	if (n > most)
		return NULL;
	at = PUT_KEY(at, field_data);
	*at++ = '"';
	for (size_t i = 0; i < n; i++) {
		if (!put_is_plain(bytes[i]))
			return NULL;
		*at++ = (char)bytes[i];
	}
	*at++ = '"';
	return at;
}

static inline char *
put_call(char *at, enum call_id call)
{
	memcpy(at, put_calls[call].text, sizeof put_calls[call].text);
	return at + put_calls[call].length;
}

#endif
