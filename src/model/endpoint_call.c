/* SPDX-License-Identifier: MIT
 *
 * Calls on sockets, as they begin and as they return: how a connection comes to be and ends.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <string.h>

void
endpoint_approached(struct model *model, struct call *call, const struct event *event)
{
	const struct endpoint *endpoint = model->channels[call->channel].endpoint;
	char address[sizeof endpoint->peer] = "";

	if (call->id != CALL_connect || endpoint == NULL)
		return;
	endpoint_address(event, FIELD_peer, address, sizeof address);
	call->other = endpoint_listening(model, endpoint->kind, address);
}

/* SO_RCVTIMEO and SO_SNDTIMEO hold for accept and connect, too (socket(7)). */
static bool
has_limit(const struct endpoint *endpoint, enum call_id id)
{
	bool receives = call_traits(id) & CALL_READS || id == CALL_accept || id == CALL_accept4;
	bool sends = call_traits(id) & CALL_WRITES || id == CALL_connect;

	return (receives && endpoint->receive_limit >= 0) || (sends && endpoint->send_limit >= 0);
}

void
endpoint_entered(struct model *model, int process, struct call *call, const struct event *event)
{
	char address[sizeof model->channels[0].endpoint->peer] = "";
	const struct description *description;

	if (model->channels[call->channel].endpoint == NULL && !tells_of_socket(event))
		return;
	struct endpoint *endpoint = endpoint_of(model, call->channel);
	if (endpoint == NULL)
		return;
	user_touch(model, call->channel, process, (call_traits(call->id) & CALL_READS) != 0,
		(call_traits(call->id) & CALL_WRITES) != 0);
	description = descriptor_description(model, &model->processes[process], call->fd);
	call->nonblock |= description != NULL && description->flags != -1 &&
			  (description->flags & O_NONBLOCK) != 0;
	call->timed |= !call->nonblock && has_limit(endpoint, call->id);
	endpoint_address(event, FIELD_peer, address, sizeof address);
	if (call_is_rung(call->id))
		rung_add(endpoint, (struct rung){.call = (uint8_t)call->id,
					   .process = process,
					   .event = model->events,
					   .time = event->time});
	if (call->id == CALL_connect && !endpoint->connected && endpoint_connects(endpoint))
		memcpy(endpoint->peer, address, sizeof address);
	if (call_traits(call->id) & CALL_WRITES)
		call->other = endpoint_target(model, call->channel, address);
	if (call_traits(call->id) & CALL_WRITES)
		passing_sent(model, process, call, event);
}

/* --- calls that returned --- */

static void
listen_returned(struct endpoint *endpoint, const struct call *call, const struct event *event)
{
	int64_t backlog = endpoint_figure(event, FIELD_backlog, call->n);

	endpoint->listening = true;
	endpoint->backlog = backlog < 0 || backlog > INT32_MAX ? -1 : (int)backlog;
	endpoint->waiting = endpoint->waiting == -1 ? 0 : endpoint->waiting;
}

int
endpoint_enqueue(struct model *model, int id)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	int listener = endpoint_listening(model, endpoint->kind, endpoint->peer);

	if (endpoint->other != NONE || listener == NONE || endpoint->queued != NONE)
		return NONE;
	endpoint->queued = listener;
	return listener;
}

static void
connect_returned(struct model *model, int id, const struct call *call)
{
	struct endpoint *endpoint = model->channels[id].endpoint;

	if (!endpoint_connects(endpoint))
		return; /* of a datagram socket it names the other end, and that is all */
	if (call_failed(call) && strcmp(call->err, "EISCONN") != 0) {
		if (strcmp(call->err, "EINPROGRESS") != 0 && strcmp(call->err, "EALREADY") != 0 &&
			strcmp(call->err, "EINTR") != 0)
			endpoint->peer[0] = '\0';
		return;
	}
	endpoint->connected = true;
	if (endpoint->kind == SOCKET_TCP && endpoint->state[0] == '\0')
		memcpy(endpoint->state, "ESTABLISHED", sizeof "ESTABLISHED");
	int listener = endpoint_enqueue(model, id);
	/* A look at it since the connect began may have counted this one. */
	if (listener != NONE && model->channels[listener].endpoint->waiting != -1 &&
		model->channels[listener].endpoint->counted < call->begun)
		model->channels[listener].endpoint->waiting++;
	wait_channel_changed(model, listener);
}

/* One less waits there than `before`: as the kernel has told since the accept began, or as is concluded, also of
 * a client that was never seen. Whoever connected after the kernel told so is not in its figure. */
static void
waiting_accepted(struct endpoint *listener, int before, const struct call *call)
{
	if (listener->counted > call->begun && listener->told == before)
		listener->waiting = before;
	else if (listener->counted != 0 && listener->waiting == before && before > 0)
		listener->waiting--;
}

/* The new socket: what the line tells is of it. Returns whose connect it was; NONE. */
static int
accept_returned(struct model *model, int process, const struct call *call, const struct event *event)
{
	int listener = call->channel, id = event_channel(model, event);
	const struct endpoint *from = model->channels[listener].endpoint;

	model->channels[listener].read_left = model->events;
	model->channels[listener].last_reader = process;
	if (id == NONE || id == listener)
		return NONE;
	endpoint_made(model, id);
	struct endpoint *endpoint = model->channels[id].endpoint;
	if (endpoint == NULL)
		return NONE;
	endpoint_set_kind(model, id, endpoint_kind_told(event, from->kind));
	endpoint->listener = listener;
	endpoint->connected = true;
	if (endpoint->kind == SOCKET_TCP)
		memcpy(endpoint->state, "ESTABLISHED", sizeof "ESTABLISHED");
	endpoint_address(event, FIELD_local, endpoint->local, sizeof endpoint->local);
	endpoint_address(event, FIELD_peer, endpoint->peer, sizeof endpoint->peer);
	if (endpoint->local[0] == '\0')
		memcpy(endpoint->local, from->local, sizeof endpoint->local);
	rung_add(endpoint, (struct rung){.call = (uint8_t)call->id,
				   .process = process,
				   .event = call->begun,
				   .time = call->entered,
				   .done = call->left});
	int client = endpoint_find_client(model, listener, id);
	if (client == NONE)
		return NONE;
	const struct endpoint *other = model->channels[client].endpoint;
	for (int i = other->n_rungs - 1; i >= 0; i--)
		if (other->rungs[i].call == CALL_connect)
			return other->rungs[i].process;
	return NONE;
}

void
endpoint_shut(struct model *model, int id, int process, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	bool both = event_word(event, FIELD_how, "RDWR");

	endpoint->shut_write |= both || event_word(event, FIELD_how, "WR");
	endpoint->shut_read |= both || !event_word(event, FIELD_how, "WR");
	if (endpoint->shut_write)
		model->channels[id].last_write_closer = process;
	endpoint_state_outdated(endpoint);
	if (endpoint->other != NONE)
		endpoint_state_outdated(model->channels[endpoint->other].endpoint);
	wait_channel_changed(model, endpoint->other);
}

static void
pair_returned(struct model *model, int id, const struct event *event)
{
	int pair = channel_named(model, event, FIELD_pair);

	endpoint_made(model, id);
	if (pair == NONE || pair == id)
		return;
	endpoint_made(model, pair);
	if (model->channels[id].endpoint == NULL || model->channels[pair].endpoint == NULL)
		return;
	endpoint_set_kind(model, id, endpoint_kind_told(event, SOCKET_OTHER));
	endpoint_set_kind(model, pair, endpoint_kind_told(event, SOCKET_OTHER));
	endpoints_join(model, id, pair);
}

/* Errors that tell how the connection stands. */
static void
error_returned(struct endpoint *endpoint, const struct call *call)
{
	if (call->err[0] == '\0')
		return;
	if (strcmp(call->err, "ECONNRESET") == 0)
		endpoint->reset = true;
	else if (strcmp(call->err, "EPIPE") == 0 && !endpoint->shut_write)
		endpoint->other_closed = true;
	else if (strcmp(call->err, "ECONNREFUSED") == 0 && !endpoint_connects(endpoint))
		endpoint->refused = true;
}

/* Set, or asked for. */
static void
option_returned(struct endpoint *endpoint, const struct event *event)
{
	if (endpoint == NULL || !event_has(event, FIELD_timeout))
		return;
	if (event_is(event, FIELD_option, "SO_RCVTIMEO"))
		endpoint->receive_limit = endpoint_figure(event, FIELD_timeout, -1);
	else if (event_is(event, FIELD_option, "SO_SNDTIMEO"))
		endpoint->send_limit = endpoint_figure(event, FIELD_timeout, -1);
}

static int
moved_returned(struct model *model, int process, struct call *call, const struct event *event)
{
	int id = call->channel;
	bool writes = (call_traits(call->id) & CALL_WRITES) != 0;
	bool streams = model->channels[id].queue == NULL;

	if (call->begun == 0 && writes)
		call->other = endpoint_target(model, id, "");
	error_returned(model->channels[id].endpoint, call);
	if (writes && call_failed(call))
		passing_failed(model, call);
	else if (writes && call->sem == 0)
		passing_sent(model, process, call, event); /* its enter did not say so */
	if (!writes && !call_failed(call))
		passing_received(model, process, call, event);
	if (writes && streams)
		stream_sent(model, id, process, call, event);
	else if (writes)
		datagram_sent(model, id, process, call, event);
	else if (streams)
		return stream_received(model, id, process, call, event);
	else
		return datagram_received(model, id, process, call, event);
	return NONE;
}

int
endpoint_called(struct model *model, int process, struct call *call, const struct event *event)
{
	int id = call->channel, giver = NONE, before;
	struct endpoint *endpoint = model->channels[id].endpoint;
	bool good = !call_failed(call);

	if (call_moves(call->id))
		return moved_returned(model, process, call, event);
	switch (call->id) {
	case CALL_socket:
		endpoint_made(model, id);
		if (model->channels[id].endpoint != NULL)
			endpoint_set_kind(model, id, endpoint_kind_told(event, SOCKET_OTHER));
		break;
	case CALL_socketpair:
		if (good)
			pair_returned(model, id, event);
		break;
	case CALL_listen:
		if (good)
			listen_returned(endpoint, call, event);
		break;
	case CALL_accept:
	case CALL_accept4:
		before = endpoint->waiting;
		if (good)
			giver = accept_returned(model, process, call, event);
		if (good)
			waiting_accepted(endpoint, before, call);
		break;
	case CALL_connect:
		connect_returned(model, id, call);
		break;
	case CALL_shutdown:
		if (good)
			endpoint_shut(model, id, process, event);
		break;
	case CALL_setsockopt:
	case CALL_getsockopt:
		if (good)
			option_returned(endpoint, event);
		break;
	default:
		break;
	}
	endpoint = model->channels[id].endpoint;
	if (call_is_rung(call->id) && endpoint != NULL)
		rung_finish(endpoint, process, call);
	model->channels[id].changed = model->events;
	return giver;
}
