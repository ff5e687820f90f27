/* SPDX-License-Identifier: MIT
 *
 * Does an event match the fields of a pattern that tell of objects: which one it is, and what only
 * queues, semaphores and segments have?
 */
#include "lesson/match_own.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = EVENT_LINE_MAX };

static bool
is_kind(const char *object, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(object, kind, n) == 0 && object[n] == ':' && object[n + 1] != '\0';
}

/* Is it a socket of this family: tcp, udp or unix? What it is, only the line that made it says. */
static bool
is_socket_of(const struct model *model, const char *object, const char *family)
{
	static const char *const families[] = {
		[SOCKET_TCP] = "tcp",
		[SOCKET_UDP] = "udp",
		[SOCKET_UNIX_STREAM] = "unix",
		[SOCKET_UNIX_DGRAM] = "unix",
		[SOCKET_UNIX_SEQPACKET] = "unix",
		[SOCKET_OTHER] = "",
	};
	int id = model_channel(model, object);

	return id != NONE && model->channels[id].endpoint != NULL &&
	       strcmp(families[model->channels[id].endpoint->kind], family) == 0;
}

/* The object's name: by the event or, where a state is asked for, of the call in flight. A leave line
 * need not repeat what its enter named. */
static bool
object_name(const struct match *match, const struct scene *scene, char *name, size_t size)
{
	const struct call *call = match->state != NULL ? scene->call : NULL;

	if (event_copy(scene->event, FIELD_obj, name, size) > 0)
		return true;
	if (scene->event->what == WHAT_leave && scene->event->call != CALL_unknown &&
		scene->process != NULL && scene->process->last.id == scene->event->call)
		call = &scene->process->last;
	if (call == NULL || call->channel == NONE)
		return false;
	strncat(name, scene->model->channels[call->channel].name, size - 1);
	return true;
}

bool
match_object(const struct match *match, const struct scene *scene)
{
	char name[TEXT_MAX] = "";

	if (match->on != NULL || match->object != NULL) {
		if (!object_name(match, scene, name, sizeof name))
			return false;
		if (match->on != NULL && !is_kind(name, match->on) &&
			!is_socket_of(scene->model, name, match->on))
			return false;
		if (match->object != NULL && fnmatch(match->object, name, 0) != 0)
			return false;
	}
	return match_glob(match->path, scene->event, FIELD_path) &&
	       match_number(&match->made, scene->event, FIELD_made) &&
	       match_number(&match->removed, scene->event, FIELD_removed);
}

/* The model keeps one number of a call for all three: only one of them fits a call. */
bool
match_message(const struct match *match, const struct scene *scene)
{
	const struct call *call = scene->call;
	int64_t type = call != NULL ? call->type : 0;
	bool receives = call != NULL && call->id == CALL_msgrcv;

	if (match->want.asked && !event_has(scene->event, FIELD_want) && !receives)
		return false;
	if (match->type.asked && !event_has(scene->event, FIELD_type) && receives)
		return false;
	return match_argument(&match->want, scene, FIELD_want, type) &&
	       match_argument(&match->type, scene, FIELD_type, type) &&
	       match_argument(&match->prio, scene, FIELD_prio, type) &&
	       match_number(&match->count, scene->event, FIELD_count);
}

/* Is item `number` of "1,0,5" `wanted`? */
static bool
is_value(const char *values, int64_t number, int64_t wanted)
{
	char *end;

	for (; number > 0 && values != NULL; number--)
		values = (values = strchr(values, ',')) != NULL ? values + 1 : NULL;
	return values != NULL && strtoll(values, &end, 10) == wanted && end != values;
}

/* The value after the call: of the semaphore asked for, or of the only one there is. */
static bool
match_value(const struct match *match, const struct event *event)
{
	char values[TEXT_MAX];

	if (!match->value.asked)
		return true;
	if (event_copy(event, FIELD_values, values, sizeof values) > 0 &&
		(match->sem.asked || strchr(values, ',') == NULL))
		return is_value(
			values, match->sem.asked ? match->sem.value : 0, match->value.value);
	return (!match->sem.asked || match_number(&match->sem, event, FIELD_sem)) &&
	       match_number(&match->value, event, FIELD_value);
}

/* Is the semaphore among those of "0-1u,1+1"? */
static bool
is_operated(const char *ops, int64_t number)
{
	while (ops != NULL && *ops != '\0') {
		if (strtoll(ops, NULL, 10) == number)
			return true;
		ops = (ops = strchr(ops, ',')) != NULL ? ops + 1 : NULL;
	}
	return false;
}

/* What semop asks, by the event or, for a look that names no call, by the call in flight. */
static bool
scene_ops(const struct scene *scene, char *ops, size_t size)
{
	if (event_copy(scene->event, FIELD_ops, ops, size) > 0)
		return true;
	if (event_has(scene->event, FIELD_call) || scene->call == NULL)
		return false;
	strncat(ops, scene->call->ops, size - 1);
	return *ops != '\0';
}

bool
match_semaphore(const struct match *match, const struct scene *scene)
{
	char ops[TEXT_MAX] = "";
	bool known = scene_ops(scene, ops, sizeof ops);

	if (match->ops != NULL && (!known || fnmatch(match->ops, ops, 0) != 0))
		return false;
	if (match->sem.asked && !match->value.asked &&
		!(known && is_operated(ops, match->sem.value)) &&
		(!event_has(scene->event, FIELD_sem) ||
			!match_number(&match->sem, scene->event, FIELD_sem)))
		return false;
	return match_value(match, scene->event) &&
	       match_glob(match->values, scene->event, FIELD_values) &&
	       match_number(&match->kernel, scene->event, FIELD_kernel);
}

/* Two hexadecimal digits a byte, as text in which a byte that cannot be printed is a dot. */
static void
hex_text(const char *hex, char *text)
{
	char digits[3] = "";

	for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
		memcpy(digits, hex, 2);
		int byte = (int)strtol(digits, NULL, 16);
		*text++ = byte >= ' ' && byte <= '~' ? (char)byte : '.';
	}
	*text = '\0';
}

bool
match_segment(const struct match *match, const struct event *event)
{
	char hex[TEXT_MAX], text[TEXT_MAX];

	if (!match_number(&match->nattch, event, FIELD_nattch))
		return false;
	if (match->bytes == NULL)
		return true;
	if (event->what != WHAT_look || event_copy(event, FIELD_bytes, hex, sizeof hex) == 0)
		return false;
	hex_text(hex, text);
	return fnmatch(match->bytes, hex, 0) == 0 || fnmatch(match->bytes, text, 0) == 0;
}

/* Does the store that this event tells overwrite what its process did not know of? Or (lost "no") does it go on from
 * what another process has stored? */
static bool
is_lost(const struct scene *scene, const char *lost)
{
	char name[TEXT_MAX] = "";
	const struct segment *segment;
	const struct access *newest;
	int id;

	if (scene->event->what != WHAT_leave ||
		event_copy(scene->event, FIELD_obj, name, sizeof name) == 0 ||
		(id = model_channel(scene->model, name)) == NONE)
		return false;
	segment = scene->model->channels[id].segment;
	if (segment == NULL || segment->watched == NULL || segment->watched->n == 0)
		return false;
	newest = watched_access(segment->watched, 0);
	if (newest->event != scene->model->events || newest->call == CALL_load)
		return false;
	return lost[0] == 'y' ? newest->overwrites != 0 : watched_builds_on(segment->watched, newest) != 0;
}

bool
match_access(const struct match *match, const struct scene *scene)
{
	const struct event *event = scene->event;
	bool atomic = event_number(event, FIELD_atomic, 0) != 0;

	return match_number(&match->offset, event, FIELD_off) &&
	       match_number(&match->old, event, FIELD_old) &&
	       (!match->atomic.asked || (event->what == WHAT_leave && event->call >= CALL_load &&
						event->call <= CALL_update &&
						atomic == (match->atomic.value != 0))) &&
	       (match->lost == NULL || is_lost(scene, match->lost));
}
