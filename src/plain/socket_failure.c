/* SPDX-License-Identifier: MIT
 *
 * Why calls on sockets fail.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

static const char *
moving_failure(const struct leave *leave)
{
	bool reads = (call_traits(leave->event->call) & CALL_READS) != 0;
	const struct call *call = leave_call(leave);

	if (strcmp(leave->err, "EAGAIN") == 0 && call != NULL && call->timed)
		return reads ? _("nothing has come, and its time is up")
			     : _("no room was made, and its time is up");

	if (strcmp(leave->err, "EAGAIN") == 0)
		return reads ? _("nothing has come that could be received, and it does not wait")
			     : _("there is no room for it now, and it does not wait");
	if (strcmp(leave->err, "EPIPE") == 0)
		return _("the connection is closed for sending, and SIGPIPE does not kill it");
	if (strcmp(leave->err, "ECONNRESET") == 0)
		return _("the other end has broken the connection off");
	if (strcmp(leave->err, "ECONNREFUSED") == 0)
		return _("a datagram sent before found nobody at its address");
	if (strcmp(leave->err, "EMSGSIZE") == 0)
		return _("it is longer than one message may be");
	if (strcmp(leave->err, "ENOTCONN") == 0)
		return _("the socket is not connected");
	if (strcmp(leave->err, "EDESTADDRREQ") == 0)
		return _("it says no address to send to, and the socket is not connected");
	return NULL;
}

static const char *
connect_failure(const struct leave *leave)
{
	if (strcmp(leave->err, "ECONNREFUSED") == 0)
		return _("nobody listens at this address");
	if (strcmp(leave->err, "EINPROGRESS") == 0)
		return _("the handshake goes on without it, for O_NONBLOCK forbids it to wait");
	if (strcmp(leave->err, "EAGAIN") == 0)
		return _("the backlog of the listening socket is full, and it does not wait");
	if (strcmp(leave->err, "ENOENT") == 0)
		return _("there is no socket of this name");
	if (strcmp(leave->err, "EISCONN") == 0)
		return _("the socket is connected already");
	if (strcmp(leave->err, "ETIMEDOUT") == 0)
		return _("the other side did not answer in time");
	return NULL;
}

static bool
is_tcp(const struct leave *leave)
{
	const struct endpoint *endpoint =
		leave->channel == NONE ? NULL : leave->model->channels[leave->channel].endpoint;

	return endpoint != NULL && endpoint->kind == SOCKET_TCP;
}

const char *
socket_failure(const struct leave *leave)
{
	enum call_id call = leave->event->call;

	if (call_traits(call) & (CALL_READS | CALL_WRITES))
		return moving_failure(leave);
	if (call == CALL_connect)
		return connect_failure(leave);
	if (call == CALL_bind && strcmp(leave->err, "EADDRINUSE") == 0 && is_tcp(leave))
		return _("the port is taken: by another socket, or by a connection that the kernel "
			 "has not forgotten yet (TIME_WAIT)");
	if (call == CALL_bind && strcmp(leave->err, "EADDRINUSE") == 0)
		return _("the address is taken: by another socket, or by a name left behind");
	if (call == CALL_bind && strcmp(leave->err, "EADDRNOTAVAIL") == 0)
		return _("this machine has no such address");
	if ((call == CALL_accept || call == CALL_accept4) && strcmp(leave->err, "EAGAIN") == 0)
		return _("no connection waits, and it does not wait for one");
	if ((call == CALL_accept || call == CALL_accept4) && strcmp(leave->err, "EINVAL") == 0)
		return _("the socket does not listen");
	if (strcmp(leave->err, "ENOTCONN") == 0)
		return _("the socket is not connected");
	return NULL;
}
