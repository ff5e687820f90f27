/* SPDX-License-Identifier: MIT
 *
 * Looks at objects as sentences: what the kernel says of a queue, a segment or semaphores, told when
 * it is news. A store into shared memory makes no call; such a look is all that is seen of it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "plain/plain_own.h"
#include "words.h"

enum { BYTES_TOLD = 40, TEXT_MIN = 3, ZEROS_MIN = 4, OBJECTS_MAX = 1024 };

struct object_told *
object_told(struct plain *plain, const char *object)
{
	struct object_told *more;

	for (int i = 0; i < plain->n_objects; i++)
		if (strncmp(plain->objects[i].name, object, sizeof plain->objects[i].name - 1) == 0)
			return &plain->objects[i];
	if (plain->n_objects == OBJECTS_MAX) /* something is told twice then */
		plain->n_objects = 0;
	more = reallocarray(plain->objects, (size_t)plain->n_objects + 1, sizeof *more);
	if (more == NULL)
		return NULL;
	plain->objects = more;
	more += plain->n_objects++;
	*more = (struct object_told){.count = -1};
	strlcpy(more->name, object, sizeof more->name);
	return more;
}

static void
count_seen(struct object_told *told, const struct event *event, const char *object, bool look,
	struct paragraph *paragraph)
{
	int64_t count = event_number(event, FIELD_count, -1);

	if (count >= 0 && look && count != told->count)
		paragraph_add(paragraph,
			ngettext("%lld message lies in %s now.", "%lld messages lie in %s now.",
				(unsigned long)count),
			(long long)count, object);
	if (count >= 0)
		told->count = count;
}

static void
values_seen(struct object_told *told, const struct event *event, const char *object, bool look,
	struct paragraph *paragraph)
{
	char values[sizeof told->values];

	if (event_copy(event, FIELD_values, values, sizeof values) == 0)
		return;
	if (look && strcmp(values, told->values) != 0)
		paragraph_add(paragraph,
			strchr(values, ',') != NULL ? _("The values of %s are %s.")
						    : _("The value of %s is %s."),
			object, values);
	strlcpy(told->values, values, sizeof told->values);
}

static bool
is_text(uint8_t byte)
{
	return isprint(byte) && byte != '"' && byte != '\\';
}

/* How many bytes from here on are text, or are 0. */
static int
run_length(const uint8_t *bytes, int n, bool text)
{
	int length = 0;

	while (length < n && (text ? is_text(bytes[length]) : bytes[length] == 0))
		length++;
	return length;
}

/* "hello" 00×27 2a: text as text, the rest in hexadecimal, many zeros counted. Not too many of the
 * `n` bytes are told. */
static char *
bytes_words(const uint8_t *bytes, int n, char *buf, size_t size)
{
	size_t at = 0;
	int told = 0, i = 0;

	buf[0] = '\0';
	while (i < n && told < BYTES_TOLD && at < size) {
		int text = run_length(bytes + i, n - i, true);
		int zeros = run_length(bytes + i, n - i, false);
		int most = text < BYTES_TOLD - told ? text : BYTES_TOLD - told;
		const char *blank = i > 0 ? " " : "";

		if (text >= TEXT_MIN || text == n) {
			at += (size_t)snprintf(buf + at, size - at, "%s\"%.*s%s\"", blank, most,
				(const char *)bytes + i, most < text ? "…" : "");
			i += text;
			told += most;
		} else if (zeros >= ZEROS_MIN) {
			at += (size_t)snprintf(buf + at, size - at, "%s00×%d", blank, zeros);
			i += zeros;
			told++;
		} else {
			at += (size_t)snprintf(buf + at, size - at, "%s%02x", blank, bytes[i++]);
			told++;
		}
	}
	if (i < n && at < size)
		snprintf(buf + at, size - at, " …");
	return buf;
}

/* Which bytes this very look found changed; at the first look, those that are not 0. */
static void
bytes_seen(struct object_told *told, const struct model *model, const struct segment *segment,
	const char *object, struct paragraph *paragraph)
{
	char words[8 * BYTES_TOLD];
	int first = -1, last = -1;

	for (int i = 0; i < segment->n_bytes; i++)
		if (segment->changed[i] == model->events ||
			(!told->bytes_known && segment->bytes[i] != 0)) {
			first = first < 0 ? i : first;
			last = i;
		}
	told->bytes_known = true;
	if (first < 0)
		return;
	bytes_words(segment->bytes + first, last - first + 1, words, sizeof words);
	paragraph_add(paragraph, _("In %s lies, from byte %d on: %s."), object, first, words);
}

/* Told once. A segment stays as long as somebody has it attached. */
static void
removal_seen(struct object_told *told, const struct event *event, const char *object, bool look,
	struct paragraph *paragraph)
{
	bool removed = event_number(event, FIELD_removed, 0) == 1;

	if (removed && look && !told->removed)
		paragraph_add(paragraph,
			event_number(event, FIELD_nattch, 0) > 0
				? _("The kernel says that %s is marked for removal.")
			: strstr(told->name, ":/") != NULL
				? _("The kernel says that the name of %s is removed.")
				: _("The kernel says that %s is removed."),
			object);
	if (event_has(event, FIELD_removed))
		told->removed = removed;
}

static bool
tells_contents(const struct event *event)
{
	return event_has(event, FIELD_count) || event_has(event, FIELD_values) ||
	       event_has(event, FIELD_bytes) || event_has(event, FIELD_removed) ||
	       event_has(event, FIELD_made);
}

/* The object that the event is about: a leave line need not repeat what its enter named. "" unknown. */
static void
object_name(const struct model *model, const struct event *event, char *name, size_t size)
{
	int id = model_process(model, event->pid);
	const struct call *call = id != NONE ? &model->processes[id].last : NULL;

	if (event_copy(event, FIELD_obj, name, size) == 0 && event->what == WHAT_leave &&
		call != NULL && event->call != CALL_unknown && call->id == event->call &&
		call->channel != NONE)
		strlcpy(name, model->channels[call->channel].name, size);
}

void
object_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char name[EVENT_LINE_MAX], object[160];
	bool look = event->what == WHAT_look && event->pid == 0;
	struct object_told *told;
	int channel;

	if ((!look && event->what != WHAT_leave) || !tells_contents(event))
		return;
	object_name(model, event, name, sizeof name);
	if (name[0] == '\0' || (told = object_told(plain, name)) == NULL)
		return;
	channel = model_channel(model, name);
	object_label(name, object, sizeof object);
	if (event_number(event, FIELD_made, 0) == 1)
		told->removed = told->bytes_known = false;
	count_seen(told, event, object, look, paragraph);
	values_seen(told, event, object, look, paragraph);
	if (look && event_has(event, FIELD_bytes) && channel != NONE &&
		model->channels[channel].segment != NULL)
		bytes_seen(told, model, model->channels[channel].segment, object, paragraph);
	removal_seen(told, event, object, look, paragraph);
}
