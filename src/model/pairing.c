/* SPDX-License-Identifier: MIT
 *
 * Which socket is the other end: by the kernel's word, by addresses (the own one of one is the peer of the other), or,
 * where a UNIX client has no address, by the order in which a listening socket hands out connections.
 */
#include "model/endpoint.h"

#include <string.h>

bool
endpoint_streams(const struct endpoint *endpoint)
{
	return endpoint->kind == SOCKET_TCP || endpoint->kind == SOCKET_UNIX_STREAM ||
	       endpoint->kind == SOCKET_OTHER;
}

bool
endpoint_connects(const struct endpoint *endpoint)
{
	return endpoint_streams(endpoint) || endpoint->kind == SOCKET_UNIX_SEQPACKET;
}

/* An IPv4 address as IPv6 sockets write it, without that: "127.0.0.1", and what follows it. */
static const char *
address_host(const char *address, size_t *length)
{
	static const char mapped[] = "[::ffff:";
	const char *port = strrchr(address, ':');

	*length = port == NULL ? strlen(address) : (size_t)(port - address);
	if (strncmp(address, mapped, sizeof mapped - 1) != 0 || *length < sizeof mapped)
		return address;
	*length -= sizeof mapped; /* with the bracket that closes it */
	return address + sizeof mapped - 1;
}

static const char *
address_port(const char *address)
{
	const char *port = strrchr(address, ':');

	return port == NULL ? "" : port;
}

bool
address_is(const char *a, const char *b)
{
	size_t length_a, length_b;

	if (*a == '\0' || *b == '\0')
		return false;
	if (strcmp(a, b) == 0)
		return true;
	if (*a == '/' || *a == '@' || *b == '/' || *b == '@')
		return false;
	const char *host_a = address_host(a, &length_a), *host_b = address_host(b, &length_b);
	return length_a == length_b && memcmp(host_a, host_b, length_a) == 0 &&
	       strcmp(address_port(a), address_port(b)) == 0;
}

/* Bound to every address of the machine. */
static bool
address_is_any(const char *address)
{
	return strncmp(address, "0.0.0.0:", 8) == 0 || strncmp(address, "[::]:", 5) == 0;
}

/* Does what is sent to `address` come to a socket bound to `local`? */
static bool
address_reaches(const char *address, const char *local)
{
	if (address_is(address, local))
		return true;
	if (*address == '\0' || *address == '/' || *address == '@')
		return false;
	return (address_is_any(local) || address_is_any(address)) &&
	       strcmp(address_port(address), address_port(local)) == 0;
}

/* --- joining --- */

static void
end_forget(struct model *model, int id)
{
	struct channel *other = channel_at(model, model->channels[id].endpoint->other);

	if (other != NULL && other->endpoint != NULL && other->endpoint->other == id)
		other->endpoint->other = NONE;
	model->channels[id].endpoint->other = NONE;
}

/* Writes in flight from here go to the other end, as is known now. */
static void
writes_find_target(struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];

	for (int i = 0; i < channel->n_callers; i++) {
		struct process *process = &model->processes[channel->callers[i].process];
		for (int j = 0; channel->callers[i].writes && j < process->n_calls; j++)
			if (process->calls[j].channel == id && process->calls[j].begun != 0 &&
				call_traits(process->calls[j].id) & CALL_WRITES)
				process->calls[j].other = channel->endpoint->other;
	}
}

static void
end_joined(struct model *model, int id, int other)
{
	struct channel *channel = &model->channels[id];
	struct endpoint *endpoint = channel->endpoint;

	endpoint->other = other;
	endpoint->connected |= endpoint_connects(endpoint);
	endpoint->other_closed |=
		!model->channels[other].partial && model->channels[other].n_open == 0 &&
		model->channels[other].endpoint->n_rungs > 0 &&
		model->channels[other].last_write_closer != NONE;
	struct channel *listener = channel_at(model, endpoint->queued);
	if (listener != NULL && listener->endpoint != NULL && listener->endpoint->waiting > 0)
		listener->endpoint->waiting--;
	endpoint->queued = NONE;
	channel->changed = model->events;
}

void
endpoints_join(struct model *model, int a, int b)
{
	if (model->channels[a].endpoint->other == b && model->channels[b].endpoint->other == a)
		return;
	end_forget(model, a);
	end_forget(model, b);
	end_joined(model, a, b);
	end_joined(model, b, a);
	writes_find_target(model, a);
	writes_find_target(model, b);
	stream_deliver(model, a);
	stream_deliver(model, b);
}

static bool
is_free(const struct channel *channel)
{
	const struct endpoint *endpoint = channel->endpoint;

	return endpoint != NULL && endpoint->other == NONE && !endpoint->listening &&
	       (channel->n_open > 0 || endpoint->queued != NONE);
}

void
endpoint_find_other(struct model *model, int id)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;

	if (endpoint->other != NONE || endpoint->listening || endpoint->kind != SOCKET_TCP ||
		endpoint->local[0] == '\0' || endpoint->peer[0] == '\0')
		return;
	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *other = model->channels[i].endpoint;
		if (i == id || !is_free(&model->channels[i]) || other->kind != SOCKET_TCP ||
			!address_is(endpoint->local, other->peer) ||
			!address_is(endpoint->peer, other->local))
			continue;
		endpoints_join(model, id, i);
		return;
	}
}

/* When it connected, or tries to: connections are handed out in that order. Those that returned come first. */
static uint64_t
connect_order(const struct endpoint *endpoint)
{
	for (int i = endpoint->n_rungs - 1; i >= 0; i--)
		if (endpoint->rungs[i].call == CALL_connect)
			return endpoint->rungs[i].event +
			       (endpoint->rungs[i].done == 0 ? (uint64_t)1 << 62 : 0);
	return 0;
}

int
endpoint_find_client(struct model *model, int listener, int id)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;
	uint64_t first = UINT64_MAX;
	int found = NONE;

	endpoint_find_other(model, id);
	for (int i = 0; i < model->n_channels && endpoint->other == NONE; i++) {
		const struct endpoint *other = model->channels[i].endpoint;
		if (i == id || !is_free(&model->channels[i]) || other->kind != endpoint->kind ||
			other->listener != NONE ||
			!address_reaches(other->peer, model->channels[listener].endpoint->local))
			continue;
		if (endpoint->peer[0] != '\0' && other->local[0] != '\0')
			continue; /* both known, and not the same */
		uint64_t order = connect_order(other);
		if (order == 0 || order >= first)
			continue;
		first = order;
		found = i;
	}
	if (endpoint->other == NONE && found != NONE && endpoint->kind != SOCKET_TCP)
		endpoints_join(model, id, found); /* TCP: its connect will tell its address */
	return endpoint->other != NONE ? endpoint->other : found;
}

int
channel_backlog(const struct model *model, int listener, int *clients, int room)
{
	int n = 0;

	for (int i = 0; i < model->n_channels; i++) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL || endpoint->queued != listener)
			continue;
		uint64_t order = connect_order(endpoint);
		int at = n < room ? n : room;
		for (; at > 0 && connect_order(model->channels[clients[at - 1]].endpoint) > order; at--)
			if (at < room)
				clients[at] = clients[at - 1];
		if (at < room)
			clients[at] = i;
		n++;
	}
	return n;
}

int
endpoint_listening(const struct model *model, enum socket_kind kind, const char *address)
{
	for (int i = model->n_channels - 1; i >= 0; i--) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint != NULL && endpoint->listening && endpoint->kind == kind &&
			model->channels[i].n_open > 0 && address_reaches(address, endpoint->local))
			return i;
	}
	return NONE;
}

/* --- datagrams --- */

/* Who gets it: an exact address before one that takes all; a connected socket takes what its peer sends alone. */
static int
datagram_target(const struct model *model, int from, const char *address)
{
	const struct endpoint *sender = model->channels[from].endpoint;
	int found = NONE, best = 0;

	for (int i = model->n_channels - 1; i >= 0; i--) {
		const struct endpoint *endpoint = model->channels[i].endpoint;
		if (endpoint == NULL || endpoint->kind != sender->kind ||
			model->channels[i].n_open == 0 || !address_reaches(address, endpoint->local))
			continue;
		bool bound = address_is(endpoint->peer, sender->local);
		if (endpoint->peer[0] != '\0' && sender->local[0] != '\0' && !bound)
			continue;
		int fit = 1 + address_is(address, endpoint->local) + 2 * bound;
		if (fit > best) {
			best = fit;
			found = i;
		}
	}
	return found;
}

int
endpoint_target(const struct model *model, int id, const char *address)
{
	const struct endpoint *endpoint = model->channels[id].endpoint;

	if (endpoint->other != NONE || endpoint_connects(endpoint))
		return endpoint->other;
	return datagram_target(model, id, *address != '\0' ? address : endpoint->peer);
}
