/* SPDX-License-Identifier: MIT
 *
 * Lines that pass and name a socket: of which family it is, in which network, and which connection.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"
#include "stage/socket.h"

/* The inode in "socket:7313"; 0: it is no socket. */
static uint64_t
inode_of(const struct event *event, enum event_field field)
{
	static const char prefix[] = "socket:";
	size_t length;
	const char *name = event_raw(event, field, &length);
	uint64_t inode = 0;

	if (name == NULL || length < sizeof prefix || memcmp(name, prefix, sizeof prefix - 1) != 0)
		return 0;
	for (size_t i = sizeof prefix - 1; i < length && name[i] >= '0' && name[i] <= '9'; i++)
		inode = inode * 10 + (uint64_t)(name[i] - '0');
	return inode;
}

static int
kinds_told(const struct event *event)
{
	char type[80];
	bool inet6 = event_is(event, FIELD_family, "AF_INET6");

	if (event_is(event, FIELD_family, "AF_UNIX"))
		return SOCKETS_UNIX;
	event_copy(event, FIELD_socktype, type, sizeof type);
	if (!inet6 && !event_is(event, FIELD_family, "AF_INET"))
		return 0; /* such as are not looked at */
	if (strncmp(type, "SOCK_STREAM", 11) == 0)
		return inet6 ? SOCKETS_TCP6 : SOCKETS_TCP4;
	if (strncmp(type, "SOCK_DGRAM", 10) == 0)
		return inet6 ? SOCKETS_UDP6 : SOCKETS_UDP4;
	return 0;
}

/* Its number was another socket's before. */
static void
socket_renew(struct socket *socket)
{
	socket->life = SOCKET_NEW;
	socket->kinds = SOCKETS_ANY;
	socket->typed = false;
	socket->connected = false;
	socket->other = 0;
	socket->forgotten = 0;
}

/* Are the line's addresses those of the socket's connection? A sendto names where that message goes alone. */
static bool
tells_connection(const struct event *event)
{
	return event->what == WHAT_look ||
	       (event->what == WHAT_leave &&
		       (event->call == CALL_connect || event->call == CALL_accept ||
			       event->call == CALL_accept4 || event->call == CALL_getpeername));
}

static void
glance_ends(struct sockets *sockets, struct socket *socket, const struct event *event)
{
	char local[SOCKET_ADDRESS], peer[SOCKET_ADDRESS];
	struct socket_ends ends;

	if ((socket->kinds & (SOCKETS_TCP4 | SOCKETS_TCP6)) == 0 || !tells_connection(event) ||
		event_copy(event, FIELD_local, local, sizeof local) == 0 ||
		event_copy(event, FIELD_peer, peer, sizeof peer) == 0)
		return;
	if (socket_ends_read(&ends, local, peer))
		socket_set_ends(sockets, socket, &ends);
}

static void
glance_socket(
	struct stage *stage, enum event_field field, struct actor *actor, const struct event *event)
{
	struct sockets *sockets = &stage->sockets;
	uint64_t inode = inode_of(event, field);
	struct socket *socket;

	if (inode == 0 || (socket = socket_add(sockets, inode)) == NULL)
		return;
	if (event->what == WHAT_leave &&
		(event->call == CALL_socket || event->call == CALL_socketpair ||
			event->call == CALL_accept || event->call == CALL_accept4))
		socket_renew(socket);
	if (event_has(event, FIELD_socktype)) {
		socket->kinds = kinds_told(event);
		socket->typed = true;
	}
	if (socket->diag < 0 && socket->error == 0) {
		socket->diag = network_diag(stage, event->pid);
		/* When it is not known where to ask, a later line may tell. */
		socket->error = socket->diag < 0 && errno != ESRCH ? errno : 0;
	}
	if (field == FIELD_obj)
		glance_ends(sockets, socket, event);
	if (actor != NULL && event->what == WHAT_enter && field == FIELD_obj)
		actor->socket = inode;
	if (socket != TAILQ_FIRST(&sockets->list)) {
		TAILQ_REMOVE(&sockets->list, socket, entry);
		TAILQ_INSERT_HEAD(&sockets->list, socket, entry);
	}
	socket->lines++;
	/* What was told may be what this line has changed; that it is gone for good stays so. */
	if (socket->life != SOCKET_GONE)
		socket->told[0] = '\0';
	sockets_soon(sockets);
}

void
sockets_glance(struct stage *stage, struct process *process, const struct event *event)
{
	struct actor *actor = NULL;

	if (event->what == WHAT_exec && stage->sockets.n > 0)
		sockets_soon(&stage->sockets); /* those to be closed then are closed */
	if (event->what != WHAT_enter && event->what != WHAT_leave && event->what != WHAT_look)
		return;
	if (event->what != WHAT_look && (actor = process_actor(process, event->tid, false)) != NULL)
		actor->socket = 0;
	glance_socket(stage, FIELD_obj, actor, event);
	if (event_has(event, FIELD_pair))
		glance_socket(stage, FIELD_pair, actor, event);
}
