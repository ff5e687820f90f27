/* SPDX-License-Identifier: MIT
 *
 * Does an event match a pattern? What the event does not say itself (the call that a look found the
 * process in) is asked of the model, which has the event applied already.
 */
#include "lesson/match_own.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = EVENT_LINE_MAX };

static bool
match_who(const struct match *match, const struct lesson *lesson, const struct cast_pids *cast,
	const struct event *event)
{
	int index;

	if (match->who == NULL || match->cycle != NULL)
		return true;
	index = lesson_cast(lesson, match->who);
	return index >= 0 && cast->pid[index] != 0 && cast->pid[index] == event->pid;
}

/*
 * A state is only believed from an event that shows it: what the process did itself, or a look at
 * its state. (The learner's act on a sleeping process says nothing about whether it sleeps still.)
 */
static bool
shows_state(const struct event *event)
{
	switch (event->what) {
	case WHAT_look:
		return event_has(event, FIELD_state);
	case WHAT_born:
	case WHAT_exec:
	case WHAT_reach:
	case WHAT_enter:
	case WHAT_leave:
	case WHAT_died:
		return true;
	default:
		return false;
	}
}

static bool
match_state(const struct match *match, const struct scene *scene)
{
	static const char *const names[] = {
		[PROCESS_RUNNING] = "running",
		[PROCESS_GATE] = "gate",
		[PROCESS_CALL] = "call",
		[PROCESS_BLOCKED] = "blocked",
		[PROCESS_STOPPED] = "stopped",
		[PROCESS_DEAD] = "dead",
	};

	if (match->state == NULL)
		return true;
	if (scene->process == NULL || strcmp(names[scene->process->state], match->state) != 0)
		return false;
	return match->what != NULL || shows_state(scene->event);
}

/* Does it wait in a closed circle? Whichever process's look showed that the last of them sleeps. */
static bool
match_cycle(const struct match *match, const struct lesson *lesson, const struct cast_pids *cast,
	const struct scene *scene)
{
	int circle[LESSON_CAST_MAX], index, n;

	if (match->cycle == NULL)
		return true;
	if (!shows_state(scene->event))
		return false;
	n = model_cycle(scene->model, circle, LESSON_CAST_MAX);
	if (match->who == NULL)
		return n > 0;
	index = lesson_cast(lesson, match->who);
	for (int i = 0; i < n && i < LESSON_CAST_MAX && index >= 0; i++)
		if (scene->model->processes[circle[i]].pid == cast->pid[index])
			return true;
	return false;
}

static bool
match_what(const struct match *match, const struct event *event)
{
	return match->what == NULL || strcmp(event_what_name(event->what), match->what) == 0;
}

static bool
match_call(const struct match *match, const struct scene *scene)
{
	enum call_id id = scene->event->call;

	if (match->call == NULL)
		return true;
	if (!event_has(scene->event, FIELD_call) && match->state != NULL && scene->call != NULL)
		id = scene->call->id;
	return id != CALL_unknown && strcmp(call_name(id), match->call) == 0;
}

static bool
match_error(const struct match *match, const struct event *event)
{
	if (match->err == NULL)
		return true;
	if (event->what != WHAT_leave)
		return false;
	if (strcmp(match->err, "none") == 0)
		return !event_has(event, FIELD_err);
	return event_is(event, FIELD_err, match->err);
}

bool
match_number(const struct wanted *wanted, const struct event *event, enum event_field field)
{
	if (!wanted->asked)
		return true;
	return event_has(event, field) && event_number(event, field, 0) == wanted->value;
}

static bool
match_result(const struct match *match, const struct event *event)
{
	int64_t ret;

	if (!match->ret.asked && !match->ret_min.asked && !match->ret_max.asked)
		return true;
	if (event->what != WHAT_leave || !event_has(event, FIELD_ret))
		return false;
	ret = event_number(event, FIELD_ret, 0);
	return (!match->ret.asked || ret == match->ret.value) &&
	       (!match->ret_min.asked || ret >= match->ret_min.value) &&
	       (!match->ret_max.asked || ret <= match->ret_max.value);
}

bool
match_argument(const struct wanted *wanted, const struct scene *scene, enum event_field field,
	int64_t of_call)
{
	if (!wanted->asked)
		return true;
	if (event_has(scene->event, field))
		return event_number(scene->event, field, 0) == wanted->value;
	return !event_has(scene->event, FIELD_call) && scene->call != NULL &&
	       of_call == wanted->value;
}

static bool
match_arguments(const struct match *match, const struct scene *scene)
{
	const struct call *call = scene->call;

	return match_argument(&match->n, scene, FIELD_n, call != NULL ? call->n : -1) &&
	       match_argument(&match->fd, scene, FIELD_fd, call != NULL ? call->fd : NONE);
}

/* How it ended: whoever else reaps a process knows its status, and we what it said to exit(). */
static bool
match_status(const struct match *match, const struct scene *scene)
{
	if (!match->status.asked)
		return true;
	if (event_has(scene->event, FIELD_status))
		return event_number(scene->event, FIELD_status, -1) == match->status.value;
	return scene->event->what == WHAT_died && scene->process != NULL &&
	       scene->process->exit_status == match->status.value;
}

/* The open file description behind the call's descriptor; NULL: not known. */
static const struct description *
scene_description(const struct scene *scene)
{
	const struct descriptor *descriptor;

	if (scene->process == NULL || scene->call == NULL || scene->call->fd == NONE)
		return NULL;
	descriptor = process_descriptor(scene->process, scene->call->fd);
	if (descriptor == NULL || descriptor->description == NONE)
		return NULL;
	return &scene->model->descriptions[descriptor->description];
}

static bool
match_end(const struct match *match, const struct scene *scene)
{
	const struct description *description;

	if (match->end == NULL)
		return true;
	if (event_has(scene->event, FIELD_end))
		return event_is(scene->event, FIELD_end, match->end);
	if (match->state == NULL || (description = scene_description(scene)) == NULL)
		return false;
	return description->end == (match->end[0] == 'r' ? END_READ : END_WRITE);
}

static bool
match_text_field(const struct match *match, const struct event *event)
{
	char text[TEXT_MAX];
	enum event_field field = event_has(event, FIELD_text) ? FIELD_text : FIELD_data;

	if (match->text == NULL)
		return true;
	if (!event_has(event, field))
		return false;
	event_copy(event, field, text, sizeof text);
	return fnmatch(match->text, text, 0) == 0;
}

bool
match_glob(const char *pattern, const struct event *event, enum event_field field)
{
	char text[TEXT_MAX];

	if (pattern == NULL)
		return true;
	if (!event_has(event, field))
		return false;
	event_copy(event, field, text, sizeof text);
	return fnmatch(pattern, text, 0) == 0;
}

static bool
match_word(const char *word, const struct event *event, enum event_field field)
{
	return word == NULL || event_is(event, field, word);
}

/* Is `flag` one of the words in "O_WRONLY|O_NONBLOCK"? */
static bool
match_flag(const char *flag, const struct event *event)
{
	const char *flags;
	size_t length, n, start = 0;

	if (flag == NULL)
		return true;
	flags = event_raw(event, FIELD_flags, &length);
	n = strlen(flag);
	for (size_t i = 0; flags != NULL && i <= length; i++)
		if (i == length || flags[i] == '|') {
			if (i - start == n && memcmp(flags + start, flag, n) == 0)
				return true;
			start = i + 1;
		}
	return false;
}

static struct scene
scene_of(const struct model *model, const struct event *event)
{
	struct scene scene = {.model = model, .event = event};
	int id = model_process(model, event->pid);

	if (id == NONE)
		return scene;
	scene.process = &model->processes[id];
	scene.call = process_call(scene.process);
	if (scene.call == NULL && scene.process->last.id != CALL_unknown)
		scene.call = &scene.process->last;
	return scene;
}

bool
match_event(const struct match *match, const struct lesson *lesson, const struct cast_pids *cast,
	const struct model *model, const struct event *event)
{
	struct scene scene;

	if (!match_what(match, event) || !match_who(match, lesson, cast, event))
		return false;
	scene = scene_of(model, event);
	return match_call(match, &scene) && match_state(match, &scene) &&
	       match_cycle(match, lesson, cast, &scene) && match_error(match, event) &&
	       match_result(match, event) && match_arguments(match, &scene) &&
	       match_end(match, &scene) && match_text_field(match, event) &&
	       match_flag(match->flags, event) && match_word(match->var, event, FIELD_var) &&
	       match_word(match->op, event, FIELD_op) &&
	       (match->sig == NULL || event_is(event, FIELD_sig, match->sig) ||
		       event_is(event, FIELD_signal, match->sig)) &&
	       match_number(&match->used, event, FIELD_used) && match_status(match, &scene) &&
	       match_object(match, &scene) && match_message(match, &scene) &&
	       match_semaphore(match, &scene) && match_segment(match, event) &&
	       match_access(match, &scene) &&
	       match_socket(match, event);
}
