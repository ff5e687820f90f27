/* SPDX-License-Identifier: MIT
 *
 * A socket's life: made, bound, listening, connected, half closed, closed; and the calls that brought it there. What
 * lies in it is in connection.c and datagram.c.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* --- made and gone --- */

static void
endpoint_init(struct endpoint *endpoint)
{
	*endpoint = (struct endpoint){.kind = SOCKET_OTHER,
		.other = NONE,
		.listener = NONE,
		.queued = NONE,
		.target = NONE,
		.backlog = -1,
		.waiting = -1,
		.out_queue = -1,
		.receive_buffer = -1,
		.send_buffer = -1,
		.filled = -1,
		.drops = -1};
}

/* Is it a socket's call, or does it tell of one? */
static bool
tells_of_socket(const struct event *event)
{
	return (event->call >= CALL_socket && event->call <= CALL_getsockopt) ||
	       event_has(event, FIELD_socktype) || event_has(event, FIELD_tcp) ||
	       event_has(event, FIELD_local) || event_has(event, FIELD_peer) ||
	       event_has(event, FIELD_pair);
}

static struct endpoint *
endpoint_of(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];

	if (channel->endpoint != NULL || channel->kind != CHANNEL_SOCKET)
		return channel->endpoint;
	channel->endpoint = malloc(sizeof *channel->endpoint);
	if (channel->endpoint == NULL)
		model->lost++;
	else
		endpoint_init(channel->endpoint);
	return channel->endpoint;
}

static void
endpoint_detach(struct model *model, int id)
{
	for (int i = 0; i < model->n_channels; i++) {
		struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL)
			continue;
		if (endpoint->other == id)
			endpoint->other = NONE;
		if (endpoint->listener == id)
			endpoint->listener = NONE;
		if (endpoint->queued == id)
			endpoint->queued = NONE;
		if (endpoint->target == id)
			endpoint->target = NONE;
	}
}

static void
queue_release(struct model *model, struct channel *channel)
{
	if (channel->queue == NULL)
		return;
	model->n_messages -= channel->queue->room_messages;
	free(channel->queue->messages);
	free(channel->queue);
	channel->queue = NULL;
}

/* An inode's number is used again when its socket is gone. */
void
endpoint_made(struct model *model, int id)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = endpoint_of(model, id);

	if (endpoint == NULL)
		return;
	passing_drop(model, endpoint);
	if (!channel->partial || endpoint->other != NONE)
		endpoint_detach(model, id);
	endpoint_init(endpoint);
	queue_release(model, channel);
	pipe_release(model, channel);
	channel->lies = channel->used = 0;
	channel->partial = channel->uncertain = channel->contradicted = false;
	channel->total_in = channel->total_out = channel->n_writes = channel->n_reads = 0;
	channel->numbered = channel->write_left = channel->read_left = 0;
	channel->last_write_closer = channel->last_read_closer = NONE;
	channel->changed = model->events;
}

void
endpoint_release(struct model *model, struct channel *channel)
{
	passing_drop(model, channel->endpoint);
	free(channel->endpoint);
	channel->endpoint = NULL;
}

bool
endpoint_clone(struct channel *channel)
{
	return table_copy((void **)&channel->endpoint, 1, sizeof *channel->endpoint);
}

static void
forget_id(int *reference, const bool *gone)
{
	if (*reference >= 0 && gone[*reference])
		*reference = NONE;
}

void
endpoint_forget_channels(struct channel *channel, const bool *gone)
{
	forget_id(&channel->endpoint->other, gone);
	forget_id(&channel->endpoint->listener, gone);
	forget_id(&channel->endpoint->queued, gone);
	forget_id(&channel->endpoint->target, gone);
}

void
endpoint_forget_processes(struct channel *channel, const bool *gone)
{
	struct endpoint *endpoint = channel->endpoint;

	for (int i = 0; i < endpoint->n_rungs; i++)
		forget_id(&endpoint->rungs[i].process, gone);
	for (int i = 0; i < endpoint->n_unpaired; i++)
		forget_id(&endpoint->unpaired[i].writer, gone);
}

/* That a connection is established is concluded from calls that returned; once an end closes the kernel alone knows. */
static void
state_outdated(struct endpoint *endpoint)
{
	if (endpoint != NULL && strcmp(endpoint->state, "ESTABLISHED") == 0)
		endpoint->state[0] = '\0';
}

/*
 * TCP answers a close with unread bytes by a reset, and a UNIX socket's other end is told the same (tcp(7),
 * net/unix/af_unix.c unix_release_sock). What was sent from here stays readable.
 */
void
endpoint_closed(struct model *model, int id, int process)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;
	struct channel *other = channel_at(model, endpoint->other);

	if (other != NULL && other->endpoint != NULL) {
		other->endpoint->other_closed = true;
		state_outdated(other->endpoint);
		other->endpoint->reset |= channel->lies > 0 && endpoint_streams(endpoint);
		other->changed = model->events;
	}
	state_outdated(endpoint);
	passing_drop(model, endpoint);
	if (channel->queue != NULL) {
		endpoint->sent_to -= endpoint->sent_to < (uint64_t)channel->queue->n_messages
					     ? endpoint->sent_to
					     : (uint64_t)channel->queue->n_messages;
		queue_clear(channel);
	}
	pipe_gone(model, channel);
	if (process != NONE)
		channel->last_write_closer = channel->last_read_closer = process;
	wait_channel_changed(model, endpoint->other);
}

/* --- what events say of it --- */

static enum socket_kind
kind_told(const struct event *event, enum socket_kind otherwise)
{
	bool stream = event_word(event, FIELD_socktype, "SOCK_STREAM");
	bool datagram = event_word(event, FIELD_socktype, "SOCK_DGRAM");
	bool inet = event_word(event, FIELD_family, "AF_INET");

	if (!event_has(event, FIELD_socktype))
		return event_has(event, FIELD_tcp) ? SOCKET_TCP : otherwise;
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

static void
kind_set(struct model *model, int id, enum socket_kind kind)
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

static void
address_take(const struct event *event, enum event_field field, char *address, size_t size)
{
	char text[EVENT_LINE_MAX];

	if (event_copy(event, field, text, sizeof text) == 0)
		return;
	if (strcmp(text, "-") == 0)
		text[0] = '\0';
	text[size - 1] = '\0';
	memcpy(address, text, strlen(text) + 1);
}

static int64_t
figure(const struct event *event, enum event_field field, int64_t otherwise)
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
}

static void
figures_take(struct model *model, int id, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;

	endpoint->out_queue = figure(event, FIELD_outq, endpoint->out_queue);
	endpoint->receive_buffer = figure(event, FIELD_rcvbuf, endpoint->receive_buffer);
	endpoint->send_buffer = figure(event, FIELD_sndbuf, endpoint->send_buffer);
	endpoint->filled = figure(event, FIELD_filled, endpoint->filled);
	if (figure(event, FIELD_backlog, -1) >= 0)
		endpoint->backlog = (int)(figure(event, FIELD_backlog, 0) & INT32_MAX);
	if (figure(event, FIELD_waiting, -1) >= 0)
		endpoint->waiting = (int)(figure(event, FIELD_waiting, 0) & INT32_MAX);
	if (figure(event, FIELD_drops, -1) >= 0)
		datagram_drops(model, id, figure(event, FIELD_drops, 0));
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
	int pair = NONE;

	if (event_has(event, FIELD_local) && tells_address(event, FIELD_local))
		address_take(event, FIELD_local, endpoint->local, sizeof endpoint->local);
	if (event_has(event, FIELD_peer) && tells_address(event, FIELD_peer))
		address_take(event, FIELD_peer, endpoint->peer, sizeof endpoint->peer);
	if (event->what == WHAT_look)
		pair = channel_named(model, event, FIELD_pair);
	if (pair != NONE && pair != id && endpoint_of(model, pair) != NULL)
		endpoints_join(model, id, pair);
	else if (event_has(event, FIELD_local) || event_has(event, FIELD_peer))
		endpoint_find_other(model, id);
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
		kind_set(model, id, kind_told(event, endpoint->kind));
	addresses_take(model, id, event);
	endpoint = model->channels[id].endpoint; /* a new channel may have moved the table, not this */
	state_take(endpoint, event);
	figures_take(model, id, event);
	model->channels[id].changed = model->events;
}

/* --- the ladder --- */

static bool
call_is_rung(enum call_id id)
{
	return (id >= CALL_socket && id <= CALL_connect) || id == CALL_shutdown;
}

static void
rung_add(struct endpoint *endpoint, struct rung rung)
{
	if (endpoint->n_rungs == RUNGS_MAX)
		endpoint->n_rungs--; /* of many the newest takes the last place */
	endpoint->rungs[endpoint->n_rungs++] = rung;
}

static void
rung_finish(struct endpoint *endpoint, int process, const struct call *call)
{
	bool fails = call_failed(call) && strcmp(call->err, "EINPROGRESS") != 0;

	for (int i = endpoint->n_rungs - 1; i >= 0; i--) {
		struct rung *rung = &endpoint->rungs[i];
		if (rung->event != call->begun || rung->process != process)
			continue;
		rung->done = call->left;
		if (fails) {
			endpoint->n_rungs--;
			memmove(rung, rung + 1, (size_t)(endpoint->n_rungs - i) * sizeof *rung);
		}
		return;
	}
	if (!fails)
		rung_add(endpoint, (struct rung){.call = (uint8_t)call->id,
					   .process = process,
					   .event = call->begun,
					   .time = call->entered,
					   .done = call->left});
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
	address_take(event, FIELD_peer, address, sizeof address);
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
	int64_t backlog = figure(event, FIELD_backlog, call->n);

	endpoint->listening = true;
	endpoint->backlog = backlog < 0 || backlog > INT32_MAX ? -1 : (int)backlog;
	endpoint->waiting = endpoint->waiting == -1 ? 0 : endpoint->waiting;
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
	int listener = endpoint_listening(model, endpoint->kind, endpoint->peer);
	if (endpoint->other != NONE || listener == NONE || endpoint->queued != NONE)
		return;
	endpoint->queued = listener;
	if (model->channels[listener].endpoint->waiting != -1)
		model->channels[listener].endpoint->waiting++;
	wait_channel_changed(model, listener);
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
	kind_set(model, id, kind_told(event, from->kind));
	endpoint->listener = listener;
	endpoint->connected = true;
	if (endpoint->kind == SOCKET_TCP)
		memcpy(endpoint->state, "ESTABLISHED", sizeof "ESTABLISHED");
	address_take(event, FIELD_local, endpoint->local, sizeof endpoint->local);
	address_take(event, FIELD_peer, endpoint->peer, sizeof endpoint->peer);
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

static void
shutdown_returned(struct model *model, int id, int process, const struct event *event)
{
	struct endpoint *endpoint = model->channels[id].endpoint;
	bool both = event_word(event, FIELD_how, "RDWR");

	endpoint->shut_write |= both || event_word(event, FIELD_how, "WR");
	endpoint->shut_read |= both || !event_word(event, FIELD_how, "WR");
	if (endpoint->shut_write)
		model->channels[id].last_write_closer = process;
	state_outdated(endpoint);
	if (endpoint->other != NONE)
		state_outdated(model->channels[endpoint->other].endpoint);
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
	kind_set(model, id, kind_told(event, SOCKET_OTHER));
	kind_set(model, pair, kind_told(event, SOCKET_OTHER));
	endpoints_join(model, id, pair);
}

/* Errors that tell how the connection stands. */
static void
error_returned(struct endpoint *endpoint, const struct call *call)
{
	if (strcmp(call->err, "ECONNRESET") == 0)
		endpoint->reset = true;
	else if (strcmp(call->err, "EPIPE") == 0 && !endpoint->shut_write)
		endpoint->other_closed = true;
	else if (strcmp(call->err, "ECONNREFUSED") == 0 && !endpoint_connects(endpoint))
		endpoint->refused = true;
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
	int id = call->channel, giver = NONE;
	struct endpoint *endpoint = model->channels[id].endpoint;
	bool good = !call_failed(call);

	if (call_moves(call->id))
		return moved_returned(model, process, call, event);
	switch (call->id) {
	case CALL_socket:
		endpoint_made(model, id);
		if (model->channels[id].endpoint != NULL)
			kind_set(model, id, kind_told(event, SOCKET_OTHER));
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
		if (good)
			giver = accept_returned(model, process, call, event);
		break;
	case CALL_connect:
		connect_returned(model, id, call);
		break;
	case CALL_shutdown:
		if (good)
			shutdown_returned(model, id, process, event);
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
