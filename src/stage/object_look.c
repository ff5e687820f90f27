/* SPDX-License-Identifier: MIT
 *
 * Looks at objects: what the kernel says becomes an event when it is new.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stage/inside.h"
#include "stage/object.h"

static void
fact_number(struct line *line, enum event_field field, int64_t value)
{
	if (value >= 0)
		line_number(line, field, value);
}

static void
fact_list(struct line *line, enum event_field field, const char *list)
{
	if (list[0] != '\0')
		line_word(line, field, list);
}

static void
facts_write(struct line *line, const struct object_facts *facts)
{
	fact_number(line, FIELD_count, facts->count);
	fact_number(line, FIELD_used, facts->used);
	fact_number(line, FIELD_cap, facts->capacity);
	fact_number(line, FIELD_limit, facts->limit);
	fact_number(line, FIELD_size, facts->size);
	fact_number(line, FIELD_nattch, facts->nattch);
	fact_number(line, FIELD_notify, facts->notify);
	fact_number(line, FIELD_sender, facts->sender);
	fact_number(line, FIELD_receiver, facts->receiver);
	fact_list(line, FIELD_values, facts->values);
	fact_list(line, FIELD_ncnt, facts->ncnt);
	fact_list(line, FIELD_zcnt, facts->zcnt);
	fact_list(line, FIELD_last, facts->last);
	fact_number(line, FIELD_removed, facts->removed);
}

/* An event about the object; where its fields begin goes to *fields. NULL: no memory. */
static struct note *
object_note(struct stage *stage, int64_t began, const struct object *object, size_t *fields)
{
	struct note *note = note_make_at(stage, began, 0, 0, WHAT_look);

	if (note == NULL)
		return NULL;
	line_word(&note->line, FIELD_obj, object->name);
	*fields = note->line.length;
	return note;
}

/* That the kernel does not answer is told once, among the evidence. */
static void
refusal_tell(struct stage *stage, struct object *object, int error)
{
	struct note *note;
	char why[128];
	size_t fields;

	if (object->refused || (note = object_note(stage, clock_now(), object, &fields)) == NULL)
		return;
	object->refused = true;
	snprintf(why, sizeof why, "the kernel does not let ipcviz look: %s", strerror(error));
	line_quoted(&note->line, FIELD_why, why, strlen(why));
	note_send(stage, note);
}

/* Without its time of making and the like: is it news? */
static bool
is_news(struct object *object, const struct line *line, size_t fields)
{
	char now[sizeof object->told];
	size_t length = line->length - fields;

	memcpy(now, line->text + fields, length);
	now[length] = '\0';
	/* That a name is there still is what everybody thinks. */
	if (object->told[0] == '\0' && strcmp(now, " removed=0") == 0)
		return false;
	if (length == 0 || strcmp(now, object->told) == 0)
		return false;
	memcpy(object->told, now, length + 1);
	return true;
}

static bool
facts_look(struct stage *stage, struct object *object, bool forced)
{
	uint64_t before = control_mark(stage);
	int64_t began = clock_now();
	struct object_facts facts;
	struct note *note;
	size_t fields;
	bool news;

	object_ask(object, &facts);
	if (facts.error != 0)
		refusal_tell(stage, object, facts.error);
	if ((note = object_note(stage, began, object, &fields)) == NULL)
		return false;
	facts_write(&note->line, &facts);
	news = is_news(object, &note->line, fields);
	if (!news && (!forced || note->line.length == fields)) {
		note_drop(note);
		return false;
	}
	/* A line that was sent while we asked may say what is newer. */
	note->kind = note->at == before ? NOTE_PLAIN : NOTE_OBJECT;
	note->object = object->number;
	note->lines = object->lines;
	note_send(stage, note);
	return news;
}

static bool
chunk_look(struct stage *stage, struct object *object, const uint8_t *bytes, int from, int n,
	bool forced, uint64_t before, int64_t began)
{
	char hex[2 * OBJECT_CHUNK + 1];
	struct note *note;
	size_t fields;

	if (!forced && object->n_bytes >= from + n &&
		memcmp(object->bytes + from, bytes + from, (size_t)n) == 0)
		return false;
	memcpy(object->bytes + from, bytes + from, (size_t)n);
	if (object->n_bytes < from + n)
		object->n_bytes = from + n;
	for (int i = 0; i < n; i++)
		snprintf(hex + (size_t)2 * (size_t)i, 3, "%02x", bytes[from + i]);
	if ((note = object_note(stage, began, object, &fields)) == NULL)
		return false;
	line_number(&note->line, FIELD_off, from);
	line_word(&note->line, FIELD_bytes, hex);
	/* What was stored has no line of its own: it is as new as what had been sent before. */
	note->at = before;
	note_send(stage, note);
	return true;
}

static bool
bytes_look(struct stage *stage, struct object *object, bool forced)
{
	uint64_t before = control_mark(stage);
	int64_t began = clock_now();
	uint8_t bytes[OBJECT_BYTES];
	ssize_t n = object_read(object, bytes, sizeof bytes);
	bool news = false;

	if (n < 0 && errno == EPERM)
		refusal_tell(stage, object, errno);
	for (int from = 0; from < n; from += OBJECT_CHUNK) {
		int left = (int)n - from;

		news |= chunk_look(stage, object, bytes, from,
			left < OBJECT_CHUNK ? left : OBJECT_CHUNK, forced, before, began);
	}
	return news;
}

bool
object_has_bytes(const struct object *object)
{
	return object->kind == OBJECT_SHM || object->kind == OBJECT_NAMED ||
	       object->kind == OBJECT_MAPPED;
}

bool
object_look(struct stage *stage, struct object *object, bool forced)
{
	bool news = facts_look(stage, object, forced);

	if (object_has_bytes(object))
		news |= bytes_look(stage, object, forced);
	return news;
}
