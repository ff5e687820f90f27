/* SPDX-License-Identifier: MIT
 *
 * The run's word, taken out of names that people read.
 */
#include "event/short_name.h"

#include <stddef.h>
#include <string.h>

static const char prefix[] = "ipcviz-";

enum { PREFIX = sizeof prefix - 1, SIGNS = 4 };

/* Length of "ipcviz-k3v9-" here; 0: there is none. */
static size_t
word_length(const char *text)
{
	size_t signs;

	if (strncmp(text, prefix, PREFIX) != 0)
		return 0;
	signs = strspn(text + PREFIX, "abcdefghijklmnopqrstuvwxyz0123456789");
	return signs == SIGNS && text[PREFIX + SIGNS] == '-' ? PREFIX + SIGNS + 1 : 0;
}

char *
short_name(char *text)
{
	char *at = text, *sign;

	while ((sign = strchr(at, '-')) != NULL) { /* the prefix ends with it: few texts have any */
		char *word = sign - (PREFIX - 1);
		size_t length = sign - text >= PREFIX - 1 ? word_length(word) : 0;

		at = length > 0 ? word : sign + 1;
		if (length > 0)
			memmove(at, at + length, strlen(at + length) + 1);
	}
	return text;
}
