/* SPDX-License-Identifier: MIT
 *
 * What the files of names share: tables of constants, and text that grows inside a caller's buffer. Used by the probe:
 * nothing here allocates or sets errno.
 */
#ifndef IPCVIZ_EVENT_CONSTANT_H
#define IPCVIZ_EVENT_CONSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct constant {
	const char *name;
	int value;
};

#define CONSTANT(name)                                                                             \
	{                                                                                          \
#name, name                                                                        \
	}
#define CONSTANT_COUNT(table) (sizeof(table) / sizeof(table)[0])

struct out {
	char *buf;
	size_t at, size;
};

static inline void
out_text(struct out *out, const char *text)
{
	for (; *text != '\0' && out->at + 1 < out->size; text++)
		out->buf[out->at++] = *text;
	if (out->size > 0)
		out->buf[out->at] = '\0';
}

/* In base 8, 10 or 16, with what C puts before it. */
static inline void
out_number(struct out *out, unsigned value, unsigned base)
{
	char digits[16];
	size_t at = sizeof digits;

	digits[--at] = '\0';
	do
		digits[--at] = "0123456789abcdef"[value % base];
	while ((value /= base) != 0);
	if (base != 10 && !(base == 8 && digits[at] == '0'))
		out_text(out, base == 16 ? "0x" : "0");
	out_text(out, digits + at);
}

static inline void
out_signed(struct out *out, int value)
{
	out_text(out, value < 0 ? "-" : "");
	out_number(out, value < 0 ? 0u - (unsigned)value : (unsigned)value, 10);
}

static inline void
out_bar(struct out *out)
{
	out_text(out, out->at > 0 ? "|" : "");
}

/* The flags of a table that are set in `flags`, joined with bars; answers the bits that have no name there. */
static inline unsigned
out_flags(struct out *out, unsigned flags, const struct constant *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned bits = (unsigned)table[i].value;

		if (bits != 0 && (flags & bits) == bits) {
			out_bar(out);
			out_text(out, table[i].name);
			flags &= ~bits;
		}
	}
	return flags;
}

/* The constant's name, or the number. */
static inline char *
out_constant(char *buf, size_t size, int value, const struct constant *table, size_t count)
{
	struct out out = {.buf = buf, .size = size};

	for (size_t i = 0; i < count; i++)
		if (table[i].value == value) {
			out_text(&out, table[i].name);
			return buf;
		}
	out_signed(&out, value);
	return buf;
}

#endif
