/* SPDX-License-Identifier: MIT
 *
 * Which objects there are, and when to look at them: while somebody waits for one, while its bytes may change without a
 * call, and after every line that names it, at most ten times a second.
 */
#include "stage/object.h"

#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"

enum {
	OBJECT_SELDOM = 1000, /* ms: the pause after a look with nothing new is twice as long each time, up to this */
	OBJECT_CROWDED = 10,  /* ms until the next try when the control pipe is full */
};

/* --- the table --- */

static enum object_kind
posix_or(const char *own, enum object_kind named, enum object_kind by_id, enum object_kind else_)
{
	if (own[0] == '/')
		return strchr(own, '+') == NULL ? named : else_;
	return own[0] != '\0' && strspn(own, "0123456789") == strlen(own) ? by_id : else_;
}

/* What the name says of the kind; false: it is nothing for us. */
bool
object_kind_of(const char *name, enum object_kind *kind, const char **own)
{
	static const char *const prefixes[] = {"fifo:", "msg:", "mq:", "shm:", "sem:", "mutex:", "file:"};
	size_t i = 0;

	while (i < sizeof prefixes / sizeof prefixes[0] &&
		strncmp(name, prefixes[i], strlen(prefixes[i])) != 0)
		i++;
	if (i == sizeof prefixes / sizeof prefixes[0])
		return false;
	*own = name + strlen(prefixes[i]);
	switch (i) {
	case 0:
		*kind = OBJECT_FIFO;
		return true;
	case 1:
		*kind = OBJECT_MSG;
		return true;
	case 2:
		*kind = OBJECT_MQ;
		return true;
	case 3:
		*kind = posix_or(*own, OBJECT_NAMED, OBJECT_SHM, OBJECT_MAPPED);
		/* A segment's name may hold any character but a slash. */
		if ((*own)[0] == '/')
			*kind = OBJECT_NAMED;
		return true;
	case 4:
		*kind = posix_or(*own, OBJECT_SEM_NAMED, OBJECT_SET, OBJECT_SEM);
		return true;
	case 5:
		*kind = OBJECT_MUTEX;
		return true;
	default:
		*kind = OBJECT_MAPPED;
		return true;
	}
}

static void
object_drop(struct objects *objects, struct object *object)
{
	TAILQ_REMOVE(&objects->list, object, entry);
	objects->n--;
	free(object->name);
	free(object);
}

struct object *
object_add(struct objects *objects, const char *name)
{
	struct object *object = calloc(1, sizeof *object);

	if (object == NULL || (object->name = strdup(name)) == NULL ||
		!object_kind_of(object->name, &object->kind, &object->own)) {
		if (object != NULL)
			free(object->name);
		free(object);
		return NULL;
	}
	if (objects->n >= OBJECTS_MAX) /* the one that was named longest ago */
		object_drop(objects, TAILQ_LAST(&objects->list, object_list));
	object->number = ++objects->made;
	object->id = atoi(object->own);
	object->due = INT64_MAX;
	object->pause = OBJECT_PAUSE * MS;
	TAILQ_INSERT_HEAD(&objects->list, object, entry);
	objects->n++;
	return object;
}

struct object *
object_find(struct objects *objects, const char *name)
{
	struct object *object;

	TAILQ_FOREACH(object, &objects->list, entry)
	if (strcmp(object->name, name) == 0)
		return object;
	return NULL;
}

static struct object *
object_by_number(const struct stage *stage, uint32_t number)
{
	struct object *object;

	TAILQ_FOREACH(object, &stage->objects.list, entry)
	if (object->number == number)
		return object;
	return NULL;
}

const char *
object_name(const struct stage *stage, const char *name)
{
	enum { WHOLE_MAX = 78 }; /* a longer one may have been cut, as the model's are */
	const struct object *object;
	size_t length = strlen(name);

	TAILQ_FOREACH(object, &stage->objects.list, entry)
	if (length > WHOLE_MAX && strncmp(object->name, name, length) == 0)
		return object->name;
	return name;
}

uint64_t
object_lines(const struct stage *stage, uint32_t number)
{
	const struct object *object = object_by_number(stage, number);

	return object != NULL ? object->lines : UINT64_MAX;
}

void
objects_free(struct stage *stage)
{
	struct object *object;

	while ((object = TAILQ_FIRST(&stage->objects.list)) != NULL)
		object_drop(&stage->objects, object);
}

/* --- time --- */

void
object_soon(struct stage *stage, uint32_t number)
{
	struct object *object = object_by_number(stage, number);

	if (object != NULL)
		object->due = clock_now() + LOOK_FIRST * MS;
}

static bool
waits_for(struct stage *stage, pid_t pid, const struct object *object)
{
	const struct process *process = process_find(stage, pid);

	for (int i = 0; process != NULL && i < ACTORS_MAX; i++)
		if (process->actor[i].tid != 0 && process->actor[i].depth > 0 &&
			process->actor[i].object == object->number)
			return true;
	return false;
}

/* May it change, or be waited for, without a line that says so? */
static bool
is_alive(struct stage *stage, const struct object *object)
{
	for (int i = 0; i < SIGHTS_MAX; i++) {
		const struct sight *sight = &object->sight[i];

		if (sight->pid != 0 && (sight->fd >= 0 || sight->address != 0 ||
					       waits_for(stage, sight->pid, object)))
			return true;
	}
	return false;
}

static void
object_due(struct stage *stage, struct object *object, int64_t now)
{
	if (control_crowded(stage)) {
		object->due = now + OBJECT_CROWDED * MS;
		return;
	}
	object->looked = now;
	if (object_look(stage, object, false))
		object->pause = OBJECT_PAUSE * MS;
	else if (object->pause < OBJECT_SELDOM * MS)
		object->pause *= 2;
	object->due = is_alive(stage, object) ? now + object->pause : INT64_MAX;
}

int64_t
objects_tick(struct stage *stage, int64_t now)
{
	int64_t next = INT64_MAX;
	struct object *object;

	TAILQ_FOREACH(object, &stage->objects.list, entry)
	{
		if (object->due <= now)
			object_due(stage, object, now);
		next = object->due < next ? object->due : next;
	}
	return next;
}

void
objects_look(struct stage *stage, pid_t pid)
{
	struct object *object;

	TAILQ_FOREACH(object, &stage->objects.list, entry)
	{
		bool uses = pid == 0, waits = false;

		for (int i = 0; i < SIGHTS_MAX; i++) {
			const struct sight *sight = &object->sight[i];

			if (sight->pid == 0 || (pid != 0 && sight->pid != pid))
				continue;
			uses = true;
			waits = waits || waits_for(stage, sight->pid, object);
		}
		if (uses)
			object_look(stage, object, waits);
	}
}
