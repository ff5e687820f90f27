/* SPDX-License-Identifier: MIT
 *
 * Why a process waits at a socket, and what would wake it, in sentences.
 */
#include "model/endpoint.h"
#include "model/explain.h"

#include <string.h>

#include "words.h"

/* Those who have the socket open: "client and server"; "" unknown. Returns how many. */
static int
holder_names(const struct model *model, int channel, char *buf, size_t size)
{
	int holders[NAMED_MAX] = {0}, total;

	buf[0] = '\0';
	if (channel == NONE)
		return 0;
	total = channel_writers(model, channel, holders, NAMED_MAX);
	explain_names(model, holders, total < NAMED_MAX ? total : NAMED_MAX, total, buf, size);
	return total;
}

static const struct endpoint *
listener_of(const struct model *model, const struct endpoint *client)
{
	int id = endpoint_listening(model, client->kind, client->peer);

	return id != NONE ? model->channels[id].endpoint : NULL;
}

static bool
backlog_is_full(const struct endpoint *listener)
{
	return listener != NULL && listener->waiting > 0 && listener->backlog >= 0 &&
	       listener->waiting > listener->backlog; /* one more than asked for: listen(2) */
}

static void
cause_full(const struct channel *channel, char *buf, size_t size)
{
	if (channel->queue != NULL)
		explain_say(buf, size,
			_("no room: the receiver has not taken what was sent before"));
	else
		explain_say(buf, size,
			_("no room: the buffers of both ends are full of what was sent before"));
}

void
cause_at_socket(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = &model->channels[process->waits_for];
	const struct endpoint *endpoint = channel->endpoint, *listener;

	switch (process->cause) {
	case WAIT_EMPTY:
		if (channel->queue != NULL && endpoint->kind != SOCKET_UNIX_SEQPACKET)
			explain_say(buf, size, _("nothing to receive: no datagram has come yet"));
		else
			explain_say(buf, size, _("nothing to read: nothing has arrived yet"));
		break;
	case WAIT_FULL:
		cause_full(channel, buf, size);
		break;
	case WAIT_CONNECTION:
		explain_say(buf, size, _("no connection waits to be accepted"));
		break;
	case WAIT_HANDSHAKE:
		listener = listener_of(model, endpoint);
		if (backlog_is_full(listener))
			explain_say(buf, size,
				_("the backlog is full: %d connections wait to be accepted"),
				listener->waiting);
		else if (endpoint->kind == SOCKET_TCP)
			explain_say(buf, size, _("the other side has not answered yet"));
		else
			explain_say(buf, size, _("the backlog of the listening socket is full"));
		break;
	default:
		break;
	}
}

static void
wake_empty(const struct model *model, int id, const struct channel *channel, char *buf, size_t size)
{
	char names[160];
	int total = holder_names(model, channel->endpoint->other, names, sizeof names);
	bool self = total == 1 &&
		    process_holds(model, &model->processes[id], channel->endpoint->other, END_BOTH);

	if (channel->queue != NULL && channel->endpoint->other == NONE)
		explain_say(buf, size, _("wakes when a datagram comes"));
	else if (total == 0)
		explain_say(buf, size,
			_("wakes when the other end sends something, or closes the connection"));
	else if (self)
		explain_say(buf, size, _("never wakes: it holds the other end itself, and alone"));
	else
		explain_say(buf, size, _("wakes when %s sends something, or closes the connection"),
			names);
}

static void
wake_full(const struct model *model, int id, const struct channel *channel, char *buf, size_t size)
{
	const struct call *call = process_call(&model->processes[id]);
	int to = call != NULL ? call->other : NONE;
	char names[160];

	if (channel->endpoint->other == NONE && holder_names(model, to, names, sizeof names) > 0)
		explain_say(buf, size, _("wakes when %s has taken enough of it"), names);
	else if (holder_names(model, channel->endpoint->other, names, sizeof names) == 0)
		explain_say(buf, size, _("wakes when the other side takes something"));
	else
		explain_say(
			buf, size, _("wakes when %s has read enough, or closes the connection"), names);
}

static void
wake_said(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = &model->channels[process->waits_for];

	switch (process->cause) {
	case WAIT_EMPTY:
		wake_empty(model, id, channel, buf, size);
		break;
	case WAIT_FULL:
		wake_full(model, id, channel, buf, size);
		break;
	case WAIT_CONNECTION:
		explain_say(buf, size, _("wakes when a client connects"));
		break;
	case WAIT_HANDSHAKE:
		if (channel->endpoint->kind == SOCKET_TCP &&
			!backlog_is_full(listener_of(model, channel->endpoint)))
			explain_say(buf, size,
				_("wakes when the handshake is complete, or the connection refused"));
		else
			explain_say(buf, size,
				_("wakes when the server accepts one of those that wait"));
		break;
	default:
		break;
	}
}

void
wake_at_socket(const struct model *model, int id, char *buf, size_t size)
{
	const struct call *call = process_call(&model->processes[id]);
	char wake[256] = "";

	wake_said(model, id, wake, sizeof wake);
	if (call != NULL && call->timed && wake[0] != '\0')
		explain_say(buf, size, _("%s, or its time is up"), wake);
	else
		explain_say(buf, size, "%s", wake);
}
