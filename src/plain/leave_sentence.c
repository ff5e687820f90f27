/* SPDX-License-Identifier: MIT
 *
 * A call that returned, as a sentence: what it brought, why it failed, and who woke whom. What is
 * particular to a family of calls is told by the file of that family.
 */
#include <string.h>

#include "event/line.h"
#include "plain/leave.h"
#include "words.h"

/* The channel and end that the call worked on: by the event, else by what the model kept of the
 * call. */
static void
find_channel(struct leave *leave)
{
	const struct model *model = leave->model;
	const struct event *event = leave->event;
	int id = model_process(model, event->pid);
	char object[EVENT_LINE_MAX];

	leave->channel = NONE;
	if (event_copy(event, FIELD_obj, object, sizeof object) > 0) {
		leave->channel = model_channel(model, object);
	} else if (id != NONE && model->processes[id].last.id == event->call &&
		   event->call != CALL_unknown && model->processes[id].last.channel != NONE) {
		leave->channel = model->processes[id].last.channel;
		snprintf(object, sizeof object, "%s", model->channels[leave->channel].name);
	}
	if (*object != '\0')
		object_label(object, leave->object, sizeof leave->object);
	leave->is_pipe = strncmp(object, "pipe:", 5) == 0 || strncmp(object, "fifo:", 5) == 0;
	if (event_is(event, FIELD_end, "r"))
		leave->end = END_READ;
	else if (event_is(event, FIELD_end, "w"))
		leave->end = END_WRITE;
	else if (id != NONE && model->processes[id].last.channel == leave->channel)
		leave->end = model->processes[id].last.end;
}

const struct call *
leave_call(const struct leave *leave)
{
	int id = model_process(leave->model, leave->event->pid);

	if (id == NONE || leave->model->processes[id].last.id != leave->event->call)
		return NULL;
	return &leave->model->processes[id].last;
}

const char *
leave_object(const struct leave *leave, const char *otherwise)
{
	return leave->object[0] != '\0' ? leave->object : otherwise;
}

/* The files that tell of calls, each of a family, and the reasons that they know for its failing. */
static const struct {
	teller (*teller)(enum call_id call);
	const char *(*failure)(const struct leave *leave);
} families[] = {
	{byte_teller, NULL},
	{life_teller, NULL},
	{name_teller, name_failure},
	{queue_teller, queue_failure},
	{segment_teller, segment_failure},
	{semaphore_teller, semaphore_failure},
	{socket_teller, socket_failure},
	{access_teller, NULL},
};

enum { N_FAMILIES = sizeof families / sizeof families[0] };

/* Why a call failed, in words that fit what it was about; "" when the error's own name must do. */
static const char *
failure(const struct leave *leave)
{
	const char *why = NULL;
	int number;

	for (int i = 0; i < N_FAMILIES && why == NULL; i++)
		if (families[i].failure != NULL && families[i].teller(leave->event->call) != NULL)
			why = families[i].failure(leave);
	if (why == NULL)
		why = life_failure(leave);
	if (why == NULL)
		why = byte_failure(leave);
	if (why != NULL)
		return why;
	number = errno_find(leave->err, strlen(leave->err));
	return number > 0 ? strerror(number) : "";
}

static void
failed(struct leave *leave)
{
	const char *why = failure(leave);

	if (*why != '\0')
		paragraph_add(leave->paragraph, _("%s: %s failed with %s: %s."), leave->who,
			leave->call, leave->err, why);
	else
		paragraph_add(leave->paragraph, _("%s: %s failed with %s."), leave->who,
			leave->call, leave->err);
}

static void
returned(struct leave *leave)
{
	char result[CALL_RESULT_MAX];

	for (int i = 0; i < N_FAMILIES; i++) {
		teller tell = families[i].teller(leave->event->call);

		if (tell != NULL) {
			tell(leave);
			return;
		}
	}
	paragraph_add(leave->paragraph, _("%s: %s returned %s."), leave->who, leave->call,
		call_result(leave->event->call, leave->ret, result));
}

/* It slept in this call, and somebody's act let it go on. */
static void
add_waker(struct leave *leave)
{
	const struct model *model = leave->model;
	int id = model_process(model, leave->event->pid);
	char waker[64];

	for (int i = 0; i < model->n_wakes; i++) {
		const struct wake *wake =
			&model->wakes[(model->wakes_next + MODEL_WAKES_MAX - 1 - i) %
				      MODEL_WAKES_MAX];

		if (wake->event != model->events)
			return;
		if (wake->woken == id && wake->waker != NONE)
			paragraph_add(leave->paragraph, _("It had slept in this call; %s woke it."),
				process_label(leave->plain, model,
					model->processes[wake->waker].pid, waker, sizeof waker));
	}
}

void
leave_sentence(const struct plain *plain, const struct model *model, const struct event *event,
	const char *call, struct paragraph *paragraph)
{
	struct leave leave = {.plain = plain,
		.model = model,
		.event = event,
		.paragraph = paragraph,
		.ret = event_number(event, FIELD_ret, 0),
		.fd = (int)event_number(event, FIELD_fd, NONE)};

	process_label(plain, model, event->pid, leave.who, sizeof leave.who);
	if (call != NULL)
		snprintf(leave.call, sizeof leave.call, "%s", call);
	else
		call_text(event, leave.call, sizeof leave.call);
	event_copy(event, FIELD_err, leave.err, sizeof leave.err);
	find_channel(&leave);
	if (leave.err[0] != '\0')
		failed(&leave);
	else
		returned(&leave);
	add_waker(&leave);
}
