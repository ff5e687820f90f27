/* SPDX-License-Identifier: MIT
 *
 * Descriptors that travel in messages (SCM_RIGHTS, unix(7)): the receiver gets a descriptor of the same open file
 * description. While it is on its way the description lives, whether or not anybody has it open.
 */
#include "model/endpoint.h"

#include <string.h>

/* Numbers of "5,7"; how many. */
static int
numbers(const struct event *event, int *fds)
{
	size_t length, at = 0;
	const char *text = event_raw(event, FIELD_passed, &length);
	int n = 0;

	while (text != NULL && at < length && n < PASSING_MAX) {
		int fd = 0;
		size_t digits = 0;
		for (; at < length && text[at] >= '0' && text[at] <= '9' && digits < 9;
			at++, digits++)
			fd = fd * 10 + (text[at] - '0');
		if (digits == 0)
			break;
		fds[n++] = fd;
		at++;
	}
	return n;
}

static void
passing_take(struct model *model, struct endpoint *endpoint, int at)
{
	int description = endpoint->passing[at];

	endpoint->n_passing--;
	model->n_passing--;
	memmove(&endpoint->passing[at], &endpoint->passing[at + 1],
		(size_t)(endpoint->n_passing - at) * sizeof *endpoint->passing);
	model->descriptions[description].n_held--;
	table_free_description(model, description);
}

static struct endpoint *
endpoint_to(struct model *model, const struct call *call)
{
	struct channel *to = channel_at(model, call->other);

	return to == NULL ? NULL : to->endpoint;
}

void
passing_sent(struct model *model, int process, struct call *call, const struct event *event)
{
	struct endpoint *to = endpoint_to(model, call);
	int fds[PASSING_MAX], n = numbers(event, fds);

	for (int i = 0; i < n && to != NULL; i++) {
		const struct descriptor *descriptor =
			process_descriptor(&model->processes[process], fds[i]);
		if (descriptor == NULL || to->n_passing == PASSING_MAX) {
			model->lost++;
			continue;
		}
		model->descriptions[descriptor->description].n_held++;
		to->passing[to->n_passing++] = descriptor->description;
		model->n_passing++;
		call->sem++; /* how many of them are its */
	}
}

void
passing_failed(struct model *model, const struct call *call)
{
	struct endpoint *to = endpoint_to(model, call);

	for (int i = 0; i < call->sem && to != NULL && to->n_passing > 0; i++)
		passing_take(model, to, to->n_passing - 1);
}

void
passing_received(
	struct model *model, int process, const struct call *call, const struct event *event)
{
	struct endpoint *endpoint = model->channels[call->channel].endpoint;
	int fds[PASSING_MAX], n = numbers(event, fds);

	for (int i = 0; i < n && endpoint->n_passing > 0; i++) {
		int at = call->copies && i < endpoint->n_passing ? i : 0; /* MSG_PEEK copies them */
		descriptor_set(model, &model->processes[process], fds[i], endpoint->passing[at],
			call->except);
		if (!call->copies)
			passing_take(model, endpoint, 0);
	}
}

void
passing_drop(struct model *model, struct endpoint *endpoint)
{
	while (endpoint->n_passing > 0)
		passing_take(model, endpoint, endpoint->n_passing - 1);
}

bool
passing_holds(const struct model *model, int channel)
{
	for (int i = 0; i < model->n_channels && model->n_passing > 0; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		for (int j = 0; endpoint != NULL && j < endpoint->n_passing; j++)
			if (model->descriptions[endpoint->passing[j]].channel == channel)
				return true;
	}
	return false;
}
