/* SPDX-License-Identifier: MIT
 *
 * Putting short strings together without stdio. Each writes at `at`, never at or past `end`, keeps
 * the text terminated and answers where it ends; text that does not fit is cut.
 */
#ifndef IPCVIZ_PROBE_TEXT_H
#define IPCVIZ_PROBE_TEXT_H

#include <stdint.h>

static inline char *
text_word(char *at, const char *end, const char *word)
{
	while (*word != '\0' && at + 1 < end)
		*at++ = *word++;
	*at = '\0';
	return at;
}

static inline char *
text_number(char *at, const char *end, int64_t value)
{
	char digits[24];
	char *digit = digits + sizeof digits - 1;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	*digit = '\0';
	do
		*--digit = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (value < 0)
		*--digit = '-';
	return text_word(at, end, digit);
}

#endif
