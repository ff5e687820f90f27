/* SPDX-License-Identifier: MIT
 *
 * UTF-8 measured in terminal cells.
 */
#include <string.h>
#include <unistr.h>
#include <wchar.h>

#include "tui/text.h"

size_t
text_character(const char *text, wchar_t *character)
{
	if (text[0] == '\0') {
		*character = L'\0';
		return 0;
	}
	ucs4_t code;
	size_t length = strnlen(text, 8);
	int bytes = u8_mbtouc(&code, (const uint8_t *)text, length);
	*character = (wchar_t)code;
	return (size_t)bytes;
}

size_t
text_next(const char *text, wchar_t *character, int *cells)
{
	size_t bytes = text_character(text, character);
	if (bytes == 0) {
		*cells = 0;
		return 0;
	}
	int width = wcwidth(*character);
	*cells = width > 0 ? width : 1;
	/* combining marks belong to the character before them */
	wchar_t follower;
	while (text[bytes] != '\0') {
		size_t more = text_character(text + bytes, &follower);
		if (wcwidth(follower) != 0)
			break;
		bytes += more;
	}
	return bytes;
}

int
text_cells(const char *text)
{
	int total = 0, cells;
	wchar_t character;
	for (size_t bytes; (bytes = text_next(text, &character, &cells)) > 0; text += bytes)
		total += cells;
	return total;
}
