/* SPDX-License-Identifier: MIT
 *
 * From words to lines on paper.
 */
#include "plain/plain_own.h"

#include <stdlib.h>
#include <string.h>

#include "text/ascii.h"
#include "text/marks.h"
#include "text/particles.h"
#include "text/wrap.h"

void
paragraph_add(struct paragraph *paragraph, const char *format, ...)
{
	size_t room = sizeof paragraph->text - paragraph->length;
	va_list arguments;

	if (paragraph->length > 0 && room > 1) {
		paragraph->text[paragraph->length++] = ' ';
		room--;
	}
	va_start(arguments, format);
	int length = vsnprintf(paragraph->text + paragraph->length, room, format, arguments);
	va_end(arguments);
	if (length <= 0)
		return;
	particles_settle(paragraph->text + paragraph->length);
	paragraph->length += strlen(paragraph->text + paragraph->length);
}

/* Bytes of the UTF-8 character at `text`, 0 when it is none. */
static size_t
character_length(const unsigned char *text)
{
	size_t length = text[0] < 0x80                      ? 1
			: text[0] >= 0xc2 && text[0] < 0xe0 ? 2
			: text[0] >= 0xe0 && text[0] < 0xf0 ? 3
			: text[0] >= 0xf0 && text[0] < 0xf5 ? 4
							    : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/*
 * Copies words with what a terminal may see of them: no control character, no broken UTF-8. A code
 * span keeps its marks, so that it is not broken, and gets the backquotes that stand for it;
 * emphasis goes without. Tabs stay on demand.
 */
static char *
clean(const struct plain *plain, const char *words, bool tabs)
{
	char *copy = malloc(3 * strlen(words) + 1), *to = copy;

	if (copy == NULL)
		return NULL;
	for (const char *from = words; *from != '\0';) {
		size_t length = character_length((const unsigned char *)from);
		const char *instead = NULL;

		if (*from == MARK_CODE)
			instead = "\001`";
		else if (*from == MARK_CODE_END)
			instead = "`\002";
		else if (*from == MARK_EMPHASIS || *from == MARK_EMPHASIS_END)
			instead = "";
		else if (*from == '\t')
			instead = tabs ? "\t" : " ";
		else if (length == 0 ||
			 (length == 1 &&
				 ((*from > 0 && *from < ' ' && *from != '\n') || *from == 0x7f)) ||
			 (length == 2 && from[0] == '\xc2' && (unsigned char)from[1] < 0xa0))
			instead = "?";
		else if (length > 1 && plain->ascii && (instead = ascii_for(from, length)) == NULL)
			instead = "?";
		if (instead != NULL)
			to = stpcpy(to, instead);
		else
			to = mempcpy(to, from, length);
		from += length > 0 ? length : 1;
	}
	*to = '\0';
	return copy;
}

static void
print_without_marks(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text != MARK_CODE && *text != MARK_CODE_END)
			putc(*text, out);
}

void
plain_print(struct plain *plain, const char *first, const char *words)
{
	char *text = clean(plain, words, false);
	int indent = text_columns(first, strlen(first));

	if (text == NULL)
		return;
	plain->gap = false;
	fputs(first, plain->out);
	if (plain->columns == 0) {
		print_without_marks(plain->out, text);
		putc('\n', plain->out);
	} else {
		struct wrap wrap;

		wrap_init(&wrap, text, plain->columns - indent > 20 ? plain->columns - indent : 20);
		for (int line = 0; line < wrap.n; line++) {
			struct wrap_span span;

			if (line > 0)
				fprintf(plain->out, "%*s", indent, "");
			for (size_t cursor = 0; wrap_span(&wrap, line, &cursor, &span);)
				fwrite(span.text, 1, span.length, plain->out);
			putc('\n', plain->out);
		}
		wrap_fini(&wrap);
	}
	free(text);
}

/* Prints a line of code as it stands, tabs drawn out to eight columns. */
static void
print_code(FILE *out, const char *line)
{
	int column = 0;

	for (; *line != '\0'; line++) {
		int width = *line == '\t' ? 8 - column % 8 : 1;

		fprintf(out, "%*c", width, *line == '\t' ? ' ' : *line);
		column += ((unsigned char)*line & 0xc0) == 0x80 ? 0 : width;
	}
}

void
plain_print_verbatim(struct plain *plain, int indent, const char *lines)
{
	char *text = clean(plain, lines, true), *rest = text;

	plain->gap = false;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (*line == '\0' && rest == NULL)
			break;
		fprintf(plain->out, "%*s", *line != '\0' ? indent : 0, "");
		print_code(plain->out, line);
		putc('\n', plain->out);
	}
	free(text);
}

void
plain_gap(struct plain *plain)
{
	if (!plain->gap)
		putc('\n', plain->out);
	plain->gap = true;
}
