/* SPDX-License-Identifier: MIT
 *
 * See ascii.h.
 */
#include "text/ascii.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 3 /* of what stands for a character, which is no longer in UTF-8 than 4 */ };

static const struct {
	const char *character, *ascii;
} table[] = {
	{"…", "..."},
	{"—", "-"},
	{"–", "-"},
	{"‑", "-"},
	{"−", "-"},
	{"“", "\""},
	{"”", "\""},
	{"„", "\""},
	{"«", "\""},
	{"»", "\""},
	{"‘", "'"},
	{"’", "'"},
	{"\u00a0", " "},
	{"µ", "u"},
	{"×", "x"},
	{"·", "."},
	{"•", "*"},
	{"→", "->"},
	{"←", "<-"},
	{"≤", "<="},
	{"≥", ">="},
	{"≠", "!="},
	{"≈", "~"},
};

const char *
ascii_for(const char *character, size_t length)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strlen(table[i].character) == length &&
			memcmp(table[i].character, character, length) == 0)
			return table[i].ascii;
	return NULL;
}

char *
ascii_copy(const char *text)
{
	char *copy = malloc(LONGEST * strlen(text) + 1), *to = copy;

	if (copy == NULL)
		return NULL;
	while (*text != '\0') {
		size_t length = 1;
		const char *instead;

		while (((unsigned char)text[length] & 0xc0) == 0x80)
			length++;
		instead = length > 1 ? ascii_for(text, length) : NULL;
		to = instead != NULL ? stpcpy(to, instead) : mempcpy(to, text, length);
		text += length;
	}
	*to = '\0';
	return copy;
}
