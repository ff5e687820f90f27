/* SPDX-License-Identifier: MIT
 *
 * What events say of a socket: its kind, its addresses, its state, and figures that the kernel told.
 */
#include "model/endpoint.h"

#include <string.h>

/* Is it a socket's call, or does it tell of one? */
bool
tells_of_socket(const struct event *event)
{
	return (event->call >= CALL_socket && event->call <= CALL_getsockopt) ||
	       event_has(event, FIELD_socktype) || event_has(event, FIELD_tcp) ||
	       event_has(event, FIELD_local) || event_has(event, FIELD_peer) ||
	       event_has(event, FIELD_pair);
}

enum socket_kind
endpoint_kind_told(const struct event *event, enum socket_kind otherwise)
{
	if (!event_has(event, FIELD_socktype))
		return event_has(event, FIELD_tcp) ? SOCKET_TCP : otherwise;
	bool stream = event_word(event, FIELD_socktype, "SOCK_STREAM");
	bool datagram = event_word(event, FIELD_socktype, "SOCK_DGRAM");
	bool inet = event_word(event, FIELD_family, "AF_INET");

	if (event_word(event, FIELD_family, "AF_UNIX"))
		return stream     ? SOCKET_UNIX_STREAM
		       : datagram ? SOCKET_UNIX_DGRAM
		       : event_word(event, FIELD_socktype, "SOCK_SEQPACKET")
			       ? SOCKET_UNIX_SEQPACKET
			       : SOCKET_OTHER;
	if (!inet && event_has(event, FIELD_family))
		return SOCKET_OTHER;
	if (!inet)
		return otherwise;
	return stream ? SOCKET_TCP : datagram ? SOCKET_UDP : SOCKET_OTHER;
}

void
endpoint_set_kind(struct model *model, int id, enum socket_kind kind)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;

	endpoint->kind = kind;
	if (kind == SOCKET_OTHER || endpoint_streams(endpoint) || channel->queue != NULL)
		return;
	channel->queue = queue_create();
	if (channel->queue == NULL) {
		model->lost++;
		return;
	}
	pipe_gone(model, channel); /* runs, should there be any: it holds messages */
	channel->lies = 0;
	channel->used = channel->queue->count = 0;
}

void
endpoint_address(const struct event *event, enum event_field field, char *address, size_t size)
{
	if (!event_has(event, field) || event_is(event, field, ""))
		return;
	event_copy(event, field, address, size);
	if (strcmp(address, "-") == 0)
		address[0] = '\0';
}

int64_t
endpoint_figure(const struct event *event, enum event_field field, int64_t otherwise)
{
	int64_t number = number_of(event, field, -1);

	return number < 0 ? otherwise : number;
}

static void
state_take(struct endpoint *endpoint, const struct event *event)
{
	if (!event_has(event, FIELD_tcp))
		return;
	event_copy(event, FIELD_tcp, endpoint->state, sizeof endpoint->state);
	endpoint->listening |= strcmp(endpoint->state, "LISTEN") == 0;
	endpoint->connected |= strcmp(endpoint->state, "ESTABLISHED") == 0;
	if (strcmp(endpoint->state, "CLOSE_WAIT") == 0 && endpoint->other == NONE)
		endpoint->other_closed = true;
	endpoint->expires = 0;
	if (strcmp(endpoint->state, "TIME_WAIT") == 0 && number_of(event, FIELD_timeout, -1) >= 0)
		endpoint->expires = event->time + (uint64_t)number_of(event, FIELD_timeout, 0);
}

/* That a connection is established is concluded from calls that returned; once an end closes the kernel alone knows. */
void
endpoint_state_outdated(struct endpoint *endpoint)
{
	if (endpoint != NULL && strcmp(endpoint->state, "ESTABLISHED") == 0)
		endpoint->state[0] = '\0';
}

static void
figures_take(struct model *model, int id, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;

	endpoint->out_queue = endpoint_figure(event, FIELD_outq, endpoint->out_queue);
	endpoint->receive_buffer = endpoint_figure(event, FIELD_rcvbuf, endpoint->receive_buffer);
	endpoint->send_buffer = endpoint_figure(event, FIELD_sndbuf, endpoint->send_buffer);
	endpoint->filled = endpoint_figure(event, FIELD_filled, endpoint->filled);
	if (endpoint_figure(event, FIELD_backlog, -1) >= 0)
		endpoint->backlog = (int)(endpoint_figure(event, FIELD_backlog, 0) & INT32_MAX);
	if (endpoint_figure(event, FIELD_waiting, -1) >= 0) {
		endpoint->waiting = (int)(endpoint_figure(event, FIELD_waiting, 0) & INT32_MAX);
		endpoint->told = endpoint->waiting;
		endpoint->counted = model->events;
	}
	if (endpoint_figure(event, FIELD_drops, -1) >= 0)
		datagram_drops(model, id, endpoint_figure(event, FIELD_drops, 0));
}

/* Of a leave: its own address, but not that of the socket which an accept made, and the other's of few calls: a sendto
 * names where that message goes alone. */
static bool
tells_address(const struct event *event, enum event_field field)
{
	if (event->what == WHAT_look)
		return true;
	if (event->what != WHAT_leave || event->call == CALL_accept || event->call == CALL_accept4 ||
		(event_has(event, FIELD_err) && !event_is(event, FIELD_err, "EINPROGRESS")))
		return false;
	return field == FIELD_local || event->call == CALL_connect ||
	       event->call == CALL_getpeername;
}

static void
addresses_take(struct model *model, int id, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	char name[sizeof model->channels[0].name];
	int pair = NONE;

	if (event_has(event, FIELD_local) && tells_address(event, FIELD_local))
		endpoint_address(event, FIELD_local, endpoint->local, sizeof endpoint->local);
	if (event_has(event, FIELD_peer) && tells_address(event, FIELD_peer))
		endpoint_address(event, FIELD_peer, endpoint->peer, sizeof endpoint->peer);
	/* One that nobody has named belongs to somebody who is not observed. */
	if (event->what == WHAT_look && event_copy(event, FIELD_pair, name, sizeof name) > 0)
		pair = model_channel(model, name);
	if (pair != NONE && pair != id && endpoint_of(model, pair) != NULL)
		endpoints_join(model, id, pair);
	else if (event_has(event, FIELD_local) || event_has(event, FIELD_peer))
		endpoint_find_other(model, id);
}

/* A connect that returned EINPROGRESS has gone on without its program: it is in the backlog, which the kernel counts. */
static void
handshake_over(struct model *model, int id)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;

	for (int i = endpoint->n_rungs - 1; i >= 0; i--)
		if (endpoint->rungs[i].call == CALL_connect) {
			if (endpoint->rungs[i].done != 0)
				wait_channel_changed(model, endpoint_enqueue(model, id));
			return;
		}
}

void
endpoint_learn(struct model *model, int id, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;

	if (endpoint == NULL && tells_of_socket(event))
		endpoint = endpoint_of(model, id);
	if (endpoint == NULL)
		return;
	if (event->call != CALL_accept && event->call != CALL_accept4)
		endpoint_set_kind(model, id, endpoint_kind_told(event, endpoint->kind));
	addresses_take(model, id, event);
	bool connected = endpoint->connected;
	state_take(endpoint, event);
	if (endpoint->connected && !connected && event->what == WHAT_look)
		handshake_over(model, id);
	figures_take(model, id, event);
	model->channels[id].changed = model->events;
}

void
endpoint_looked(struct model *model, int id, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	int64_t used = number_of(event, FIELD_used, -1);

	if (endpoint == NULL || used < 0)
		return;
	endpoint->in_queue = used;
	if (model->channels[id].queue == NULL && model->channels[id].n_open > 0)
		stream_looked(model, id, used);
}
