/* SPDX-License-Identifier: MIT
 *
 * Calls on sockets that returned, as sentences: how a connection comes to be, what goes through it, datagrams.
 */
#include <string.h>

#include "event/short_name.h"
#include "plain/leave.h"
#include "words.h"

enum { ADDRESS_LABEL = 80 };

/* What the model knows of the socket; NULL: nothing. */
static const struct endpoint *
leave_endpoint(const struct leave *leave)
{
	return leave->channel == NONE ? NULL : leave->model->channels[leave->channel].endpoint;
}

/* Has it messages, each whole? */
static bool
has_datagrams(const struct leave *leave)
{
	return leave->channel != NONE && leave_endpoint(leave) != NULL &&
	       leave->model->channels[leave->channel].queue != NULL;
}

/* Messages of a connection, that is. */
static bool
has_messages(const struct leave *leave)
{
	return has_datagrams(leave) && leave_endpoint(leave)->kind == SOCKET_UNIX_SEQPACKET;
}

/* An address of the line; false: it has none. */
static bool
address_label(const struct leave *leave, enum event_field field, char buf[ADDRESS_LABEL])
{
	if (event_copy(leave->event, field, buf, ADDRESS_LABEL) == 0 || strcmp(buf, "-") == 0)
		return false;
	short_name(buf);
	return true;
}

/* "a TCP socket" */
static const char *
kind_label(const struct leave *leave)
{
	static const char *const words[] = {
		[SOCKET_TCP] = N_("a TCP socket"),
		[SOCKET_UDP] = N_("a UDP socket"),
		[SOCKET_UNIX_STREAM] = N_("a UNIX stream socket"),
		[SOCKET_UNIX_DGRAM] = N_("a UNIX datagram socket"),
		[SOCKET_UNIX_SEQPACKET] = N_("a UNIX socket for packets in sequence"),
		[SOCKET_OTHER] = N_("a socket"),
	};
	const struct endpoint *endpoint = leave_endpoint(leave);

	return _(words[endpoint != NULL ? endpoint->kind : SOCKET_OTHER]);
}

static void
socket_made(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		_("%s made %s, descriptor %lld. It has no address yet and belongs to no connection."),
		leave->who, kind_label(leave), (long long)leave->ret);
}

static void
pair_made(struct leave *leave)
{
	char fds[40];
	int ends[2] = {NONE, NONE};

	event_copy(leave->event, FIELD_fds, fds, sizeof fds);
	sscanf(fds, "%d,%d", &ends[0], &ends[1]);
	paragraph_add(leave->paragraph,
		_("%s made two sockets that are connected with each other: %d and %d. What is "
		  "written to one can be read from the other, both ways."),
		leave->who, ends[0], ends[1]);
}

static void
bound(struct leave *leave)
{
	char address[ADDRESS_LABEL];

	if (address_label(leave, FIELD_local, address))
		paragraph_add(leave->paragraph, _("%s gave its socket %d the address %s."),
			leave->who, leave->fd, address);
	else
		paragraph_add(leave->paragraph, _("%s gave its socket %d an address."), leave->who,
			leave->fd);
}

static void
listens(struct leave *leave)
{
	const struct endpoint *endpoint = leave_endpoint(leave);

	paragraph_add(leave->paragraph,
		_("%s listens on socket %d: the kernel takes connections for it from now on."),
		leave->who, leave->fd);
	if (endpoint != NULL && endpoint->backlog >= 0)
		paragraph_add(leave->paragraph,
			_("Its backlog is %d: so many may wait until it accepts them."),
			endpoint->backlog);
}

static void
accepted(struct leave *leave)
{
	char address[ADDRESS_LABEL];

	if (address_label(leave, FIELD_peer, address))
		paragraph_add(leave->paragraph,
			_("%s accepted a connection from %s: a new socket, descriptor %lld."),
			leave->who, address, (long long)leave->ret);
	else
		paragraph_add(leave->paragraph,
			_("%s accepted a connection: a new socket, descriptor %lld."), leave->who,
			(long long)leave->ret);
}

/* It lies in the backlog, and nobody is in accept to take it out at once. */
static bool
waits_in_backlog(const struct model *model, const struct endpoint *endpoint)
{
	return endpoint != NULL && endpoint->queued != NONE &&
	       model->channels[endpoint->queued].n_waiting_read == 0;
}

static void
connected(struct leave *leave)
{
	char local[ADDRESS_LABEL], peer[ADDRESS_LABEL];
	const struct endpoint *endpoint = leave_endpoint(leave);
	bool has_peer = address_label(leave, FIELD_peer, peer);

	if (!has_peer)
		paragraph_add(leave->paragraph, _("%s connected its socket %d."), leave->who,
			leave->fd);
	else if (endpoint != NULL && (endpoint->kind == SOCKET_UDP || endpoint->kind == SOCKET_UNIX_DGRAM))
		paragraph_add(leave->paragraph,
			_("%s: socket %d sends to %s from now on and receives from there alone. "
			  "Nothing went out: datagrams have no connections."),
			leave->who, leave->fd, peer);
	else if (address_label(leave, FIELD_local, local) && strchr(local, ':') != NULL)
		paragraph_add(leave->paragraph,
			_("%s is connected with %s; its own address is %s."), leave->who, peer,
			local);
	else
		paragraph_add(leave->paragraph, _("%s is connected with %s."), leave->who, peer);
	if (has_peer && waits_in_backlog(leave->model, endpoint))
		paragraph_add(leave->paragraph, "%s",
			_("The connection waits in the backlog: nobody has accepted it yet."));
}

static void
half_closed(struct leave *leave)
{
	if (event_is(leave->event, FIELD_how, "SHUT_WR"))
		paragraph_add(leave->paragraph,
			_("%s sends no more through %d: the other end finds what is left, then end "
			  "of file. It can still receive."),
			leave->who, leave->fd);
	else if (event_is(leave->event, FIELD_how, "SHUT_RD"))
		paragraph_add(leave->paragraph, _("%s receives no more through %d."), leave->who,
			leave->fd);
	else
		paragraph_add(leave->paragraph,
			_("%s neither sends nor receives through %d any more."), leave->who,
			leave->fd);
}

static void
add_passed(struct leave *leave)
{
	char fds[80];

	if (event_copy(leave->event, FIELD_passed, fds, sizeof fds) == 0)
		return;
	if (call_traits(leave->event->call) & CALL_WRITES)
		paragraph_add(
			leave->paragraph, _("With it %s passes descriptor %s on."), leave->who, fds);
	else
		paragraph_add(leave->paragraph,
			_("With it came descriptor %s, of the same open file as the sender's."), fds);
}

static void
sent(struct leave *leave)
{
	char bytes[40], data[DATA_LABEL], address[ADDRESS_LABEL];

	bytes_label(leave->ret, bytes, sizeof bytes);
	quote_label(leave->event, FIELD_data, leave->ret, data, sizeof data);
	if (leave->ret == 0 && has_datagrams(leave))
		paragraph_add(leave->paragraph, _("%s sent an empty datagram."), leave->who);
	else if (has_datagrams(leave) && address_label(leave, FIELD_peer, address))
		paragraph_add(leave->paragraph, _("%s sent a datagram of %s to %s: %s."),
			leave->who, bytes, address, data);
	else if (has_datagrams(leave) && !has_messages(leave))
		paragraph_add(leave->paragraph, _("%s sent a datagram of %s: %s."), leave->who,
			bytes, data);
	else if (has_datagrams(leave))
		paragraph_add(leave->paragraph, _("%s sent a message of %s: %s."), leave->who,
			bytes, data);
	else if (*data != '\0')
		paragraph_add(leave->paragraph, _("%s sent %s: %s."), leave->who, bytes, data);
	else
		paragraph_add(leave->paragraph, _("%s sent %s."), leave->who, bytes);
	add_passed(leave);
}

static void
add_cut(struct leave *leave)
{
	char bytes[40];
	int64_t whole = event_number(leave->event, FIELD_whole, 0);

	if (whole > 0)
		paragraph_add(leave->paragraph,
			_("It was %s long: the room was too short, and the rest is lost."),
			bytes_label(whole, bytes, sizeof bytes));
}

static void
datagram_came(struct leave *leave)
{
	char bytes[40], data[DATA_LABEL], address[ADDRESS_LABEL];

	bytes_label(leave->ret, bytes, sizeof bytes);
	quote_label(leave->event, FIELD_data, leave->ret, data, sizeof data);
	if (leave->ret == 0)
		paragraph_add(leave->paragraph,
			_("%s received an empty datagram. It is no end of file."), leave->who);
	else if (address_label(leave, FIELD_peer, address))
		paragraph_add(leave->paragraph, _("%s received a datagram of %s from %s: %s."),
			leave->who, bytes, address, data);
	else if (!has_messages(leave))
		paragraph_add(leave->paragraph, _("%s received a datagram of %s: %s."), leave->who,
			bytes, data);
	else
		paragraph_add(leave->paragraph, _("%s received a message of %s: %s."), leave->who,
			bytes, data);
	add_cut(leave);
}

/* MSG_PEEK */
static bool
only_looks(const struct leave *leave)
{
	char flags[120];

	event_copy(leave->event, FIELD_flags, flags, sizeof flags);
	return strstr(flags, "MSG_PEEK") != NULL;
}

static void
received(struct leave *leave)
{
	char bytes[40], data[DATA_LABEL];
	const struct endpoint *endpoint = leave_endpoint(leave);
	bool ends = leave->ret == 0 && (endpoint == NULL || endpoint->kind != SOCKET_UDP) &&
		    (endpoint == NULL || endpoint->kind != SOCKET_UNIX_DGRAM);

	bytes_label(leave->ret, bytes, sizeof bytes);
	quote_label(leave->event, FIELD_data, leave->ret, data, sizeof data);
	if (ends)
		paragraph_add(leave->paragraph,
			_("%s received 0 bytes: end of file, for the other end sends no more."),
			leave->who);
	else if (has_datagrams(leave))
		datagram_came(leave);
	else if (*data != '\0')
		paragraph_add(leave->paragraph, _("%s received %s: %s."), leave->who, bytes, data);
	else
		paragraph_add(leave->paragraph, _("%s received %s."), leave->who, bytes);
	if (!ends && only_looks(leave))
		paragraph_add(leave->paragraph, "%s", _("It only looked: all stays where it is."));
	add_passed(leave);
}

static void
several_sent(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		ngettext("%s sent %lld message in one call.", "%s sent %lld messages in one call.",
			(unsigned long)leave->ret),
		leave->who, (long long)leave->ret);
}

static void
several_received(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		ngettext("%s received %lld message in one call.",
			"%s received %lld messages in one call.", (unsigned long)leave->ret),
		leave->who, (long long)leave->ret);
}

static void
own_address_asked(struct leave *leave)
{
	char address[ADDRESS_LABEL];

	if (address_label(leave, FIELD_local, address))
		paragraph_add(leave->paragraph, _("%s learns that its socket %d has the address %s."),
			leave->who, leave->fd, address);
	else
		paragraph_add(leave->paragraph, _("%s learns that its socket %d has no address."),
			leave->who, leave->fd);
}

static void
other_address_asked(struct leave *leave)
{
	char address[ADDRESS_LABEL];

	if (address_label(leave, FIELD_peer, address))
		paragraph_add(leave->paragraph,
			_("%s learns that the other end of its socket %d has the address %s."),
			leave->who, leave->fd, address);
	else
		paragraph_add(leave->paragraph,
			_("%s learns that the other end of its socket %d has no address."),
			leave->who, leave->fd);
}

static const teller tellers[CALL_COUNT] = {
	[CALL_socket] = socket_made,
	[CALL_socketpair] = pair_made,
	[CALL_bind] = bound,
	[CALL_listen] = listens,
	[CALL_accept] = accepted,
	[CALL_accept4] = accepted,
	[CALL_connect] = connected,
	[CALL_shutdown] = half_closed,
	[CALL_send] = sent,
	[CALL_sendto] = sent,
	[CALL_sendmsg] = sent,
	[CALL_sendmmsg] = several_sent,
	[CALL_recv] = received,
	[CALL_recvfrom] = received,
	[CALL_recvmsg] = received,
	[CALL_recvmmsg] = several_received,
	[CALL_getsockname] = own_address_asked,
	[CALL_getpeername] = other_address_asked,
	[CALL_setsockopt] = socket_option_set,
	[CALL_getsockopt] = socket_option_asked,
};

teller
socket_teller(enum call_id call)
{
	return tellers[call];
}
