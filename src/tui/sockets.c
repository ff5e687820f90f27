/* SPDX-License-Identifier: MIT
 *
 * Sockets as people speak of them, and which of them are one picture.
 */
#include "tui/sockets.h"

#include <stdio.h>
#include <string.h>

#include "event/short_name.h"
#include "tui/cards.h"
#include "tui/links.h"
#include "words.h"

enum { SECOND = 1000000000 };

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

void
socket_address(const char *address, char *buf, size_t size)
{
	const char *slash = strrchr(address, '/'), *port = strrchr(address, ':');
	if (address[0] == '@')
		; /* a name without a file */
	else if (slash && slash[1])
		address = slash + 1;
	else if (!slash && port && port > address &&
		 port[1 + strspn(port + 1, "0123456789")] == '\0')
		address = port;
	snprintf(buf, size, "%s", address);
	short_name(buf);
}

static const char *
family_word(const struct endpoint *endpoint)
{
	return endpoint->kind == SOCKET_TCP ? "tcp" : endpoint->kind == SOCKET_UDP ? "udp" : "unix";
}

/* "4711" of "socket:4711": all that tells unnamed ones apart. */
static const char *
number_of(const struct channel *channel)
{
	const char *colon = strchr(channel->name, ':');
	return colon ? colon + 1 : channel->name;
}

void
socket_title(const struct channel *channel, bool brief, char *buf, size_t size)
{
	const struct endpoint *endpoint = channel->endpoint;
	const char *word = family_word(endpoint);
	/* who connected stands first, whichever end this is */
	bool accepted = endpoint->listener != NONE;
	const char *from = accepted ? endpoint->peer : endpoint->local;
	const char *to = accepted ? endpoint->local : endpoint->peer;
	char first[72], second[72];
	socket_address(from, first, sizeof first);
	socket_address(to, second, sizeof second);
	if (brief)
		snprintf(buf, size, "%s", word);
	else if (endpoint->kind == SOCKET_TCP && endpoint->peer[0] && endpoint->local[0])
		snprintf(buf, size, "%s %s\u2194%s", word, first, second);
	else if (endpoint->connected && (*first || *second))
		snprintf(buf, size, "%s %s\u2194%s", word, *second ? first : "",
			*second ? second : first);
	else if (endpoint->local[0] || endpoint->peer[0])
		snprintf(buf, size, "%s %s", word,
			!*first                           ? second
			: !*second || endpoint->listening ? first
			: endpoint->kind == SOCKET_UDP    ? first
							  : second);
	else if (endpoint->kind == SOCKET_TCP || endpoint->kind == SOCKET_UDP)
		snprintf(buf, size, _("%s socket"), word);
	else
		snprintf(buf, size, "%s %s", word, number_of(channel));
}

void
connection_name(const struct channel *channel, char *buf, size_t size)
{
	const struct endpoint *endpoint = channel->endpoint;
	socket_address(endpoint->listener == NONE ? endpoint->local : endpoint->peer, buf, size);
	if (endpoint->kind != SOCKET_TCP || !*buf)
		snprintf(buf, size, "%s", number_of(channel));
}

/* --- which are one picture --- */

bool
socket_is_post(const struct endpoint *endpoint)
{
	return endpoint->kind == SOCKET_UDP ||
	       (endpoint->kind == SOCKET_UNIX_DGRAM && endpoint->other == NONE);
}

int
socket_other(const struct model *model, int id)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;
	int other = endpoint ? endpoint->other : NONE;
	if (other == NONE || other == id || !channel_shows(model, other) ||
		model->channels[other].endpoint->other != id)
		return NONE;
	return other;
}

bool
socket_is_there(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	const char *state = channel->endpoint->state;
	int other = socket_other(model, id);
	if (channel->n_open > 0 || (other != NONE && model->channels[other].n_open > 0) ||
		channel->endpoint->queued != NONE || channel->endpoint->n_passing > 0)
		return true;
	for (int i = 0; i < 2 && id != NONE; i++, id = other) {
		state = model->channels[id].endpoint->state;
		if (begins(state, "TIME_WAIT") || begins(state, "FIN_WAIT") ||
			begins(state, "LAST_ACK") || begins(state, "CLOSING"))
			return true;
	}
	return false;
}

/* It only ever sent: what it sent lies elsewhere. */
static bool
only_sends(const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	const struct endpoint *endpoint = channel->endpoint;
	int target = endpoint->target;
	return socket_is_post(endpoint) && target != NONE && target != id &&
	       channel_shows(model, target) &&
	       (model->channels[target].n_open > 0 || channel->n_open == 0) &&
	       endpoint->sent_to == 0 && endpoint->received == 0 && !endpoint->refused &&
	       channel->n_waiting_read == 0 && endpoint->n_passing == 0;
}

int
card_of(const struct model *model, int id)
{
	if (id < 0 || id >= model->n_channels || !model->channels[id].endpoint)
		return id;
	if (only_sends(model, id) && !only_sends(model, model->channels[id].endpoint->target))
		id = model->channels[id].endpoint->target;
	int other = socket_other(model, id);
	return other != NONE && other < id ? other : id;
}

bool
card_is_modest(const struct model *model, int id)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;
	if (!endpoint || model->channels[id].kind != CHANNEL_SOCKET)
		return false;
	return socket_view(endpoint) == &view_listener || socket_view(endpoint) == &view_socket;
}

const struct channel_view *
socket_view(const struct endpoint *endpoint)
{
	if (endpoint->listening)
		return &view_listener;
	if (socket_is_post(endpoint))
		return &view_datagrams;
	return endpoint->connected || endpoint->other != NONE ? &view_connection : &view_socket;
}

/* --- sides --- */

/* Where the process that has this end stands: -1 left, 1 right, 0 nowhere. */
static int
side_of(const struct frame *frame, int id)
{
	const struct model *model = frame->view->model;
	int holders[8];
	int n = channel_readers(model, id, holders, 8);
	for (int i = 0; i < n && i < 8; i++)
		for (int j = 0; j < frame->n_left; j++)
			if (frame->left[j] == holders[i])
				return -1;
	if (n > 0)
		return 1;
	/* closed: where it was used */
	const struct channel *channel = &model->channels[id];
	for (int i = 0; i < channel->n_users; i++)
		for (int j = 0; j < frame->n_left; j++)
			if (frame->left[j] == channel->users[i].process)
				return -1;
	return channel->n_users > 0 ? 1 : 0;
}

struct ends
socket_ends(const struct frame *frame, int id)
{
	const struct model *model = frame->view->model;
	int other = socket_other(model, id), side = side_of(frame, id);
	if (other == NONE)
		return side > 0 ? (struct ends){NONE, id} : (struct ends){id, NONE};
	if (side > side_of(frame, other))
		return (struct ends){other, id};
	return (struct ends){id, other};
}

/* --- states --- */

/* Seconds of TIME_WAIT that are left; 0: none, or not known. */
static int
seconds_left(const struct view *view, const struct endpoint *endpoint)
{
	if (endpoint->expires <= view->now || strcmp(endpoint->state, "TIME_WAIT") != 0)
		return 0;
	return (int)((endpoint->expires - view->now + SECOND - 1) / SECOND);
}

void
end_state(const struct frame *frame, int id, bool narrow, char *buf, size_t size)
{
	if (id == NONE) {
		snprintf(buf, size, "%s", narrow ? _("unseen") : _("not observed"));
		return;
	}
	const struct channel *channel = &frame->view->model->channels[id];
	const struct endpoint *endpoint = channel->endpoint;
	const char *state = endpoint->state;
	int seconds = seconds_left(frame->view, endpoint);
	/* what nobody has open has left these */
	if ((strcmp(state, "CLOSE") == 0 && (channel->n_open == 0 || !endpoint->connected)) ||
		(channel->n_open == 0 && strcmp(state, "CLOSE_WAIT") == 0))
		state = "";
	if (endpoint->reset)
		snprintf(buf, size, "RST");
	else if (seconds > 0)
		snprintf(buf, size, narrow ? "%s %ds" : "%s %d s", state, seconds);
	else if (narrow && strcmp(state, "ESTABLISHED") == 0)
		snprintf(buf, size, "ESTAB");
	else if (*state)
		snprintf(buf, size, "%s", state);
	else if (channel->n_open == 0)
		snprintf(buf, size, "%s",
			endpoint->queued == NONE ? _("closed") : _("closed early"));
	else if (endpoint->shut_write)
		snprintf(buf, size, "%s", narrow ? _("shut") : _("shut down"));
	else
		buf[0] = '\0';
}

int64_t
sockets_due(const struct frame *frame)
{
	const struct model *model = frame->view->model;
	int64_t due = -1;
	for (int i = 0; model && i < model->n_channels; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (!endpoint || seconds_left(frame->view, endpoint) == 0)
			continue;
		int64_t next = (int64_t)((endpoint->expires - frame->view->now) % SECOND) + 1;
		due = due < 0 || next < due ? next : due;
	}
	return due;
}
