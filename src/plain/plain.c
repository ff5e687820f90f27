/* SPDX-License-Identifier: MIT
 *
 * The plain story: its beginning and end, and the names that its sentences call things by.
 */
#include "plain/plain_own.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

struct plain *
plain_create(FILE *out, int columns)
{
	struct plain *plain = calloc(1, sizeof *plain);

	if (plain == NULL)
		return NULL;
	plain->out = out;
	plain->columns = columns > 0 ? columns : 0;
	plain->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	plain->act_fd = NONE;
	return plain;
}

void
plain_free(struct plain *plain)
{
	if (plain == NULL)
		return;
	fflush(plain->out);
	free(plain->told);
	free(plain->objects);
	free(plain);
}

void
plain_event(struct plain *plain, const struct model *model, const struct event *event)
{
	struct paragraph paragraph = {.length = 0};

	event_sentence(plain, model, event, &paragraph);
	if (paragraph.length > 0)
		plain_print(plain, "", paragraph.text);
}

void
plain_say(struct plain *plain, const char *sentence)
{
	if (*sentence != '\0')
		plain_print(plain, "", sentence);
}

void
plain_names(struct plain *plain,
	const char *(*name)(const struct conductor *conductor, int32_t pid),
	const struct conductor *conductor)
{
	plain->name = name;
	plain->conductor = conductor;
}

/* Do two processes of the model have this name? */
static bool
is_ambiguous(const struct model *model, const char *name)
{
	int n = 0;

	for (int i = 0; i < model->n_processes && n < 2; i++)
		n += strcmp(model->processes[i].name, name) == 0;
	return n > 1;
}

/* Its name: the lesson's, which is good for one process only, or the program's; "" without one. */
static const char *
process_name(const struct plain *plain, const struct model *model, int32_t pid, bool *unique)
{
	const char *name = plain->name != NULL ? plain->name(plain->conductor, pid) : NULL;
	int id = model_process(model, pid);

	*unique = true;
	if (name != NULL)
		return name;
	if (id == NONE || model->processes[id].name[0] == '\0')
		return "";
	*unique = !is_ambiguous(model, model->processes[id].name);
	return model->processes[id].name;
}

char *
process_label(
	const struct plain *plain, const struct model *model, int32_t pid, char *buf, size_t size)
{
	bool unique;
	const char *name = process_name(plain, model, pid, &unique);

	if (!unique || *name == '\0')
		return process_full_label(plain, model, pid, buf, size);
	snprintf(buf, size, "%s", name);
	return buf;
}

char *
process_full_label(
	const struct plain *plain, const struct model *model, int32_t pid, char *buf, size_t size)
{
	bool unique;
	const char *name = process_name(plain, model, pid, &unique);

	if (*name == '\0')
		snprintf(buf, size, _("process %d"), pid);
	else
		snprintf(buf, size, "%s (%d)", name, pid);
	return buf;
}

char *
bytes_label(int64_t bytes, char *buf, size_t size)
{
	snprintf(buf, size, ngettext("%lld byte", "%lld bytes", (unsigned long)bytes),
		(long long)bytes);
	return buf;
}

/* Length of the escape sequence or character at `text`. */
static size_t
escape_length(const char *text, size_t left)
{
	size_t length = 1;

	if (text[0] == '\\' && left > 1) {
		length = 2;
		if (text[1] == 'x')
			while (length < left && length < 4 &&
				strchr("0123456789abcdefABCDEF", text[length]) != NULL)
				length++;
		else
			while (length < left && length < 4 && text[length - 1] >= '0' &&
				text[length - 1] <= '7' && text[length] >= '0' &&
				text[length] <= '7')
				length++;
	} else {
		while (length < left && (text[length] & 0xc0) == 0x80)
			length++;
	}
	return length;
}

char *
quote_label(
	const struct event *event, enum event_field field, int64_t whole, char *buf, size_t size)
{
	size_t length, at = 0;
	int64_t bytes = 0;
	const char *raw = event_raw(event, field, &length);

	buf[0] = '\0';
	if (raw == NULL || size < 16)
		return buf;
	buf[0] = '"';
	size_t used = 1;
	while (at < length) {
		size_t one = escape_length(raw + at, length - at);

		if (used + one > size - sizeof "…\"")
			break;
		memcpy(buf + used, raw + at, one);
		bytes += raw[at] == '\\' ? 1 : (int64_t)one;
		used += one;
		at += one;
	}
	snprintf(buf + used, size - used, "%s\"", at < length || bytes < whole ? "…" : "");
	return buf;
}
