/* SPDX-License-Identifier: MIT
 *
 * Names of POSIX objects, see posix_name.h.
 */
#include "probe/posix_name.h"

#include <string.h>

#include "probe/memory.h"
#include "probe/text.h"

enum { NAME_SHOWN = 255 }; /* NAME_MAX: no object has a longer one */

void
posix_name_find(struct posix_name *found, const char *kind, const char *name)
{
	char plain[NAME_SHOWN + 16];
	struct line line = {.length = 0};
	size_t skip = sizeof " obj=" - 1;
	long length = memory_string(name, NAME_SHOWN + 1);

	found->text[0] = '\0';
	if (length < 0 || length > NAME_SHOWN)
		return;
	while (*name == '/')
		name++;
	text_word(
		text_word(text_word(plain, plain + sizeof plain, kind), plain + sizeof plain, "/"),
		plain + sizeof plain, name);
	line_word(&line, FIELD_obj, plain);
	if (line.length <= skip || line.length - skip >= sizeof found->text)
		return;
	memcpy(found->text, line.text + skip, line.length - skip);
	found->text[line.length - skip] = '\0';
}

void
report_posix_name(struct report *report, const struct posix_name *name)
{
	char text[sizeof name->text + 8 + LINE_SLACK];
	const char *end = text + sizeof text;

	if (name->text[0] != '\0')
		line_copy(&report->line, text,
			(size_t)(text_word(text_word(text, end, " obj="), end, name->text) - text));
}
