/* SPDX-License-Identifier: MIT
 *
 * What a line that passes tells the stage: who is there, and who may be asleep.
 */
#include <string.h>

#include "stage/inside.h"

/* The name by which the lesson knows the process goes into its `born`. */
static void
born_named(struct event *event, const char *name)
{
	struct line line;
	size_t from, after;

	if (!event_has(event, FIELD_name) || event_is(event, FIELD_name, name))
		return;
	from = event->field[event->has[FIELD_name] - 1].at - sizeof " name=\"" + 1;
	after = from + sizeof " name=\"" + event->field[event->has[FIELD_name] - 1].length;
	memcpy(line.text, event->line, from);
	line.length = from;
	line_quoted(&line, FIELD_name, name, strlen(name));
	if (after > event->length || line.length + (event->length - after) >= EVENT_LINE_MAX)
		return;
	memcpy(line.text + line.length, event->line + after, event->length - after);
	line.length += event->length - after;
	event_parse(event, line.text, line.length);
}

static void
glance_born(struct stage *stage, struct process *process, struct event *event)
{
	pid_t ppid = (pid_t)event_number(event, FIELD_ppid, 0);
	struct process *parent = process_find(stage, ppid);

	process->slot = (int)event_number(event, FIELD_slot, -1);
	if (!process->started) {
		process->ppid = ppid;
		if (parent != NULL) {
			process->image = parent->image;
			process->variable = parent->variable;
			process->variable.known = false;
			memcpy(process->name, parent->name, sizeof process->name);
		}
	}
	if (process->name[0] != '\0')
		born_named(event, process->name);
}

/* A child is known from its parent's word already, or the last process might seem to be dead when
 * it is not. */
static void
glance_child(struct stage *stage, const struct event *event)
{
	pid_t child = 0;

	if (event->call == CALL_fork || event->call == CALL_vfork || event->call == CALL__Fork)
		child = (pid_t)event_number(event, FIELD_ret, 0);
	else if (event_has(event, FIELD_child))
		child = (pid_t)event_number(event, FIELD_child, 0);
	/* Its whole life may lie before this line of its parent's. */
	if (child > 0 && process_find(stage, child) == NULL && !death_was_told(stage, child)) {
		struct process *process = process_add(stage, child);

		if (process != NULL) {
			process->ppid = event->pid;
			death_watch(stage, process);
		}
	}
}

/* What the probe did in our place is looked at, as if we had done it. */
static void
glance_act(struct stage *stage, struct process *process, const struct event *event)
{
	int fd = (int)event_number(event, FIELD_fd, -1);

	if (fd >= 0 && event_is(event, FIELD_by, "probe") && !event_is(event, FIELD_op, "close"))
		look_descriptors(stage, process, fd, true);
}

void
glance(struct stage *stage, struct event *event)
{
	struct process *process;

	if (event->pid <= 0 || event->tid <= 0)
		return;
	process = process_find(stage, event->pid);
	if (process != NULL && process->dead) {
		process_forget(stage, process); /* its number is another process's now */
		process = NULL;
	}
	if (process == NULL) {
		if ((process = process_add(stage, event->pid)) == NULL)
			return;
		death_watch(stage, process);
	}
	look_glance(stage, process, event);
	if (event->what == WHAT_born)
		glance_born(stage, process, event);
	else if (event->what == WHAT_exec) {
		process->image = ++stage->images;
		process->variable = (struct variable){0};
		process->n_fds = 0;
	} else if (event->what == WHAT_leave)
		glance_child(stage, event);
	else if (event->what == WHAT_act)
		glance_act(stage, process, event);
	objects_glance(stage, process, event);
	sockets_glance(stage, process, event);
	estate_glance(stage, event);
}
