/* SPDX-License-Identifier: MIT
 *
 * Loads and stores of watched memory as sentences, and watching it.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

/* "4 bytes", or "bytes" where nobody knows how many. */
static const char *
amount(const struct event *event, char *buf, size_t size)
{
	if (!event_has(event, FIELD_n))
		return _("bytes");
	return bytes_label(event_number(event, FIELD_n, 0), buf, size);
}

static long long
offset(const struct event *event)
{
	return event_number(event, FIELD_off, 0);
}

static unsigned long long
number(const struct event *event, enum event_field field)
{
	return (unsigned long long)event_number(event, field, 0);
}

/* The lesson's name for the place; NULL: it has none. */
static const char *
cell(const struct plain *plain, const struct model *model, const struct event *event, char *buf,
	size_t size)
{
	char object[160] = "";
	int id;

	if (plain->conductor == NULL || event_copy(event, FIELD_obj, object, sizeof object) == 0 ||
		(id = model_channel(model, object)) == NONE ||
		!cell_named(plain->conductor, model, id, offset(event), buf, size))
		return NULL;
	return buf;
}

static void
cell_reached(
	const struct event *event, const char *who, const char *place, struct paragraph *paragraph)
{
	if (event->call == CALL_store && event_has(event, FIELD_value))
		paragraph_add(paragraph, _("%s stands at its gate, about to store %llu in %s."), who,
			number(event, FIELD_value), place);
	else
		paragraph_add(paragraph,
			event->call == CALL_load    ? _("%s stands at its gate, about to load %s.")
			: event->call == CALL_store ? _("%s stands at its gate, about to store %s.")
						    : _("%s stands at its gate, about to load and "
							"store %s in one instruction."),
			who, place);
}

bool
access_reached(const struct plain *plain, const struct model *model, const struct event *event,
	const char *who, struct paragraph *paragraph)
{
	char place[64];
	char bytes[40], name[160], object[160];

	if (event->call != CALL_load && event->call != CALL_store && event->call != CALL_update)
		return false;
	if (event->what == WHAT_enter)
		return true; /* it is done by the time that this is read */
	if (cell(plain, model, event, place, sizeof place) != NULL) {
		cell_reached(event, who, place, paragraph);
		return true;
	}
	event_copy(event, FIELD_obj, name, sizeof name);
	object_label(name, object, sizeof object);
	if (event->call == CALL_store && event_has(event, FIELD_value)) {
		paragraph_add(paragraph,
			_("%s stands at its gate, about to store %llu in %s at %lld of %s."), who,
			number(event, FIELD_value), amount(event, bytes, sizeof bytes), offset(event),
			object);
		return true;
	}
	paragraph_add(paragraph,
		event->call == CALL_load
			? _("%s stands at its gate, about to load %s at %lld of %s.")
		: event->call == CALL_store
			? _("%s stands at its gate, about to store %s at %lld of %s.")
			: _("%s stands at its gate, about to load and store %s at %lld of %s in one "
			    "instruction."),
		who, amount(event, bytes, sizeof bytes), offset(event), object);
	return true;
}

static void
loaded(struct leave *leave)
{
	const struct event *event = leave->event;
	const char *object = leave_object(leave, _("a segment"));
	char bytes[40], place[64];

	if (event_has(event, FIELD_value) &&
		cell(leave->plain, leave->model, event, place, sizeof place) != NULL)
		paragraph_add(leave->paragraph, _("%s loaded %s: %llu."), leave->who, place,
			number(event, FIELD_value));
	else if (event_has(event, FIELD_value))
		paragraph_add(leave->paragraph, _("%s loaded %s at %lld of %s: %llu."), leave->who,
			amount(event, bytes, sizeof bytes), offset(event), object,
			number(event, FIELD_value));
	else
		paragraph_add(leave->paragraph, _("%s loaded %s at %lld of %s."), leave->who,
			amount(event, bytes, sizeof bytes), offset(event), object);
}

/* The access that this line tells, if it overwrites another one; that one, NULL when it is not kept any more. */
static bool
overwrites(const struct leave *leave, const struct access **other)
{
	const struct segment *segment =
		leave->channel == NONE ? NULL : leave->model->channels[leave->channel].segment;
	const struct watched *watched = segment == NULL ? NULL : segment->watched;
	const struct access *newest;

	*other = NULL;
	if (watched == NULL || watched->n == 0)
		return false;
	newest = &watched->accesses[(watched->next + ACCESSES_MAX - 1) % ACCESSES_MAX];
	if (newest->event != leave->model->events || newest->overwrites == 0)
		return false;
	for (int i = 0; i < watched->n; i++)
		if (watched->accesses[i].event == newest->overwrites)
			*other = &watched->accesses[i];
	return true;
}

static void
add_lost(struct leave *leave)
{
	const struct access *other;
	char who[64];

	if (!overwrites(leave, &other))
		return;
	if (other == NULL || other->process == NONE)
		paragraph_add(leave->paragraph, "%s",
			_("It did not know of what another process had stored there: that update is lost."));
	else
		paragraph_add(leave->paragraph,
			_("It did not know of the %llu that %s had stored there: that update is lost."),
			(unsigned long long)other->value,
			process_label(leave->plain, leave->model,
				leave->model->processes[other->process].pid, who, sizeof who));
}

static void
stored(struct leave *leave)
{
	const struct event *event = leave->event;
	const char *object = leave_object(leave, _("a segment"));
	char bytes[40], place[64];

	if (event_has(event, FIELD_value) &&
		cell(leave->plain, leave->model, event, place, sizeof place) != NULL)
		paragraph_add(leave->paragraph, _("%s stored %llu over %llu in %s."), leave->who,
			number(event, FIELD_value), number(event, FIELD_old), place);
	else if (event_has(event, FIELD_value))
		paragraph_add(leave->paragraph, _("%s stored %llu over %llu, in %s at %lld of %s."),
			leave->who, number(event, FIELD_value), number(event, FIELD_old),
			amount(event, bytes, sizeof bytes), offset(event), object);
	else
		paragraph_add(leave->paragraph, _("%s stored %s at %lld of %s."), leave->who,
			amount(event, bytes, sizeof bytes), offset(event), object);
	add_lost(leave);
}

static void
updated(struct leave *leave)
{
	const struct event *event = leave->event;
	const char *object = leave_object(leave, _("a segment"));
	char bytes[40];

	if (event_has(event, FIELD_value))
		paragraph_add(leave->paragraph,
			_("%s made %llu of %llu in one instruction, in %s at %lld of %s."), leave->who,
			number(event, FIELD_value), number(event, FIELD_old),
			amount(event, bytes, sizeof bytes), offset(event), object);
	else
		paragraph_add(leave->paragraph,
			_("%s loaded and stored %s at %lld of %s in one instruction."), leave->who,
			amount(event, bytes, sizeof bytes), offset(event), object);
	if (event_number(event, FIELD_atomic, 0) == 1)
		paragraph_add(leave->paragraph, "%s", _("It is atomic: nobody can come between."));
}

teller
access_teller(enum call_id call)
{
	return call == CALL_load     ? loaded
	       : call == CALL_store  ? stored
	       : call == CALL_update ? updated
				     : NULL;
}

void
watch_seen(const struct event *event, const char *who, struct paragraph *paragraph)
{
	char name[160], object[160], why[160];

	event_copy(event, FIELD_obj, name, sizeof name);
	object_label(name, object, sizeof object);
	event_copy(event, FIELD_why, why, sizeof why);
	if (event_number(event, FIELD_watch, 0) == 1)
		paragraph_add(paragraph, _("Every load and store of %s in %s is watched now."), who, object);
	else if (why[0] != '\0')
		paragraph_add(paragraph, _("Loads and stores of %s in %s cannot be watched: %s."), who,
			object, why);
	else
		paragraph_add(paragraph, _("Loads and stores of %s in %s are watched no more."), who, object);
}

bool
watch_acted(const struct event *event, struct paragraph *paragraph)
{
	bool begins = event_is(event, FIELD_op, "watch");
	char name[160], object[160];

	if (!begins && !event_is(event, FIELD_op, "unwatch"))
		return false;
	event_copy(event, FIELD_obj, name, sizeof name);
	if (strcmp(name, "shm") == 0)
		paragraph_add(paragraph, "%s",
			begins ? _("Every segment is put under watch.")
			       : _("No segment is under watch any more."));
	else
		paragraph_add(paragraph,
			begins ? _("You put %s under watch.") : _("You end the watch on %s."),
			object_label(name, object, sizeof object));
	return true;
}
