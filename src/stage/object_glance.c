/* SPDX-License-Identifier: MIT
 *
 * Lines that pass and name an object: which process has it, and where.
 */
#include <string.h>

#include "stage/inside.h"
#include "stage/object.h"

/* --- sights --- */

static struct sight *
sight_of(struct object *object, pid_t pid, bool make)
{
	struct sight *oldest = &object->sight[0];

	for (int i = 0; i < SIGHTS_MAX; i++) {
		struct sight *sight = &object->sight[i];

		if (sight->pid == pid)
			return sight;
		if (oldest->pid != 0 && (sight->pid == 0 || sight->newest < oldest->newest))
			oldest = sight;
	}
	if (!make)
		return NULL;
	*oldest = (struct sight){.pid = pid, .fd = -1};
	return oldest;
}

/* What is mapped by the call or was mapped at its address. */
static void
glance_mapping(struct sight *sight, const struct actor *actor, const struct event *event)
{
	if (event->what != WHAT_leave || event_number(event, FIELD_ret, -1) == -1)
		return;
	if (event->call == CALL_mmap || event->call == CALL_shmat) {
		sight->address = (uint64_t)event_number(event, FIELD_addr, 0);
		sight->size = (uint64_t)event_number(event, FIELD_n,
			actor != NULL && actor->asked_n > 0 ? actor->asked_n
							    : event_number(event, FIELD_size, 0));
		sight->offset = (uint64_t)event_number(
			event, FIELD_off, actor != NULL && actor->asked_off > 0 ? actor->asked_off : 0);
	}
}

/* Bytes that the process has mapped from this address on, of whatever object; 0: unknown. */
static uint64_t
mapped_size(struct objects *objects, pid_t pid, uint64_t from)
{
	struct object *object;

	TAILQ_FOREACH(object, &objects->list, entry)
	{
		const struct sight *sight = sight_of(object, pid, false);

		if (sight != NULL && sight->address == from && sight->size != 0)
			return sight->size;
	}
	return 0;
}

/* After a munmap or shmdt (size 0: all that was attached) nothing can be read there any more. */
static void
unmapped(struct objects *objects, pid_t pid, uint64_t from, uint64_t size)
{
	struct object *object;

	if (size == 0)
		size = mapped_size(objects, pid, from);
	TAILQ_FOREACH(object, &objects->list, entry)
	{
		struct sight *sight = sight_of(object, pid, false);

		if (sight != NULL && sight->address >= from && sight->address < from + size)
			sight->address = sight->size = 0;
	}
}

/* A forked child has what its parent has, at the same addresses and behind the same numbers. */
static void
inherit(struct objects *objects, pid_t parent, pid_t child)
{
	struct object *object;

	TAILQ_FOREACH(object, &objects->list, entry)
	{
		const struct sight *theirs = sight_of(object, parent, false);
		bool is_private = strchr(object->own, '@') != NULL && strchr(object->own, '+') == NULL &&
				  object->kind != OBJECT_MAPPED;

		if (theirs == NULL || is_private || sight_of(object, child, false) != NULL)
			continue;
		struct sight copy = *theirs;

		copy.pid = child;
		copy.newest = ++objects->told;
		*sight_of(object, child, true) = copy;
	}
}

/* --- lines --- */

static void
object_touch(struct object *object)
{
	int64_t soon = clock_now() + LOOK_FIRST * MS, paid = object->looked + OBJECT_PAUSE * MS;

	object->lines++;
	object->pause = OBJECT_PAUSE * MS;
	object->due = soon > paid ? soon : paid;
	/* What the last look said may be what these lines have changed since. */
	if (object->kind != OBJECT_FIFO)
		object->told[0] = '\0';
}

static bool
is_made(const struct event *event)
{
	if (event->what != WHAT_leave)
		return false;
	if (event->call == CALL_mkfifo || event->call == CALL_mkfifoat ||
		event->call == CALL_mknod || event->call == CALL_mknodat)
		return event_number(event, FIELD_ret, -1) == 0;
	return event_number(event, FIELD_made, 0) == 1;
}

/* It was made anew under an old name. */
static void
object_renew(struct object *object)
{
	object->inode = 0;
	object->n_bytes = 0;
	object->told[0] = '\0';
	for (int i = 0; i < SIGHTS_MAX && object->kind != OBJECT_FIFO; i++)
		object->sight[i].pid = 0;
}

static void
glance_sight(struct objects *objects, struct object *object, const struct actor *actor,
	const struct event *event)
{
	struct sight *sight;

	if (is_made(event))
		object_renew(object);
	sight = sight_of(object, event->pid, true);
	sight->newest = ++objects->told;
	if (event->what == WHAT_leave && (event->call == CALL_close || event->call == CALL_mq_close))
		sight->fd = -1;
	else if (event_has(event, FIELD_fd))
		sight->fd = (int)event_number(event, FIELD_fd, -1);
	else if (event->call == CALL_mq_open && event->what == WHAT_leave)
		sight->fd = (int)event_number(event, FIELD_ret, -1);
	if (object->kind == OBJECT_SEM || object->kind == OBJECT_SEM_NAMED ||
		object->kind == OBJECT_MUTEX)
		sight->address = (uint64_t)event_number(
			event, FIELD_addr, (int64_t)sight->address);
	else
		glance_mapping(sight, actor, event);
}

static void
glance_object(struct objects *objects, enum event_field field, struct actor *actor,
	const struct event *event)
{
	char name[EVENT_LINE_MAX];
	struct object *object;
	enum object_kind kind;
	const char *own;

	event_copy(event, field, name, sizeof name);
	if (!object_kind_of(name, &kind, &own))
		return;
	if ((object = object_find(objects, name)) == NULL) {
		/* Most files are no memory. */
		if (strncmp(name, "file:", 5) == 0 && event->call != CALL_mmap)
			return;
		if ((object = object_add(objects, name)) == NULL)
			return;
	}
	if (object != TAILQ_FIRST(&objects->list)) {
		TAILQ_REMOVE(&objects->list, object, entry);
		TAILQ_INSERT_HEAD(&objects->list, object, entry);
	}
	glance_sight(objects, object, actor, event);
	if (actor != NULL && event->what == WHAT_enter && field == FIELD_obj)
		actor->object = object->number;
	object_touch(object);
}

/* Another program has none of the memory. */
static void
objects_exec(struct objects *objects, pid_t pid)
{
	struct object *object;

	TAILQ_FOREACH(object, &objects->list, entry)
	{
		struct sight *sight = sight_of(object, pid, false);

		if (sight == NULL)
			continue;
		sight->address = sight->size = 0;
		object_touch(object);
	}
}

static void
glance_unmap(struct objects *objects, struct actor *actor, const struct event *event)
{
	if (actor == NULL || (event->call != CALL_munmap && event->call != CALL_shmdt &&
				     event->call != CALL_mmap && event->call != CALL_shmat))
		return;
	if (event->what == WHAT_enter) {
		actor->asked_addr = (uint64_t)event_number(event, FIELD_addr, 0);
		actor->asked_n = event_number(event, FIELD_n, 0);
		actor->asked_off = event_number(event, FIELD_off, 0);
	} else if (event->what == WHAT_leave && event_number(event, FIELD_ret, -1) == 0 &&
		   (event->call == CALL_munmap || event->call == CALL_shmdt))
		unmapped(objects, event->pid, actor->asked_addr, (uint64_t)actor->asked_n);
}

/* At its gate a process may have stored into what it shares since its last call, and no line said so: the learner,
 * who looks at it now, should see that. */
static void
glance_stores(struct objects *objects, const struct event *event)
{
	struct object *object;

	TAILQ_FOREACH(object, &objects->list, entry)
	{
		const struct sight *sight =
			object_has_bytes(object) ? sight_of(object, event->pid, false) : NULL;
		int64_t soon = clock_now() + LOOK_FIRST * MS, paid = object->looked + OBJECT_PAUSE * MS;

		if (sight == NULL || sight->address == 0)
			continue;
		object->pause = OBJECT_PAUSE * MS;
		soon = soon > paid ? soon : paid;
		object->due = object->due < soon ? object->due : soon;
	}
}

void
objects_glance(struct stage *stage, struct process *process, const struct event *event)
{
	struct objects *objects = &stage->objects;
	struct actor *actor;
	size_t length;
	const char *name;

	if (event->what == WHAT_born && objects->n > 0)
		inherit(objects, process->ppid, process->pid);
	else if (event->what == WHAT_exec && objects->n > 0)
		objects_exec(objects, process->pid);
	else if (event->what == WHAT_reach)
		glance_stores(objects, event);
	if (event->what != WHAT_enter && event->what != WHAT_leave)
		return;
	actor = process_actor(process, event->tid, false);
	if (actor != NULL)
		actor->object = 0;
	glance_unmap(objects, actor, event);
	/* Pipes and the like are by far the most. */
	if ((name = event_raw(event, FIELD_obj, &length)) == NULL || length < 4 ||
		(name[0] == 'p' && name[1] == 'i'))
		return;
	glance_object(objects, FIELD_obj, actor, event);
	if (event_has(event, FIELD_other))
		glance_object(objects, FIELD_other, actor, event);
}

void
objects_forget(struct stage *stage, pid_t pid)
{
	struct object *object;

	TAILQ_FOREACH(object, &stage->objects.list, entry)
	{
		struct sight *sight = sight_of(object, pid, false);

		if (sight == NULL)
			continue;
		*sight = (struct sight){0};
		/* Its end may have changed it: SEM_UNDO, an attachment less. */
		object_touch(object);
	}
}
