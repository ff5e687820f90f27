/* SPDX-License-Identifier: MIT
 *
 * Receiving from sockets. How long a datagram was that a short buffer has cut off, the kernel says only to who asks with
 * MSG_TRUNC, so it is asked for by the call itself, and the program gets its answer as it would have been: see measure().
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "probe/address.h"
#include "probe/deadline.h"
#include "probe/libc_names.h"
#include "probe/memory.h"
#include "probe/message.h"
#include "probe/report.h"
#include "probe/vector.h"

/* One call that receives. */
struct take {
	int asked; /* flags as the program gave them */
	int flags; /* as the kernel gets them */
	size_t room;
	size_t whole;      /* of a datagram that was cut; 0: it was not, or nobody knows */
	socklen_t address; /* room for an address */
};

/* MSG_TRUNC changes nothing for UDP and for the UNIX sockets that keep messages apart but the result (udp(7), unix(7)).
 * For TCP it would throw the bytes away, so what the socket is, is not taken from what is kept. */
static void
measure(struct take *take, const struct report *report, int fd)
{
	struct object now;
	bool internet, local;

	take->flags = take->asked;
	if (report->object.length == 0 || report->object.family == 0 ||
		report->object.type == SOCK_STREAM ||
		take->asked & (MSG_TRUNC | MSG_ERRQUEUE | MSG_OOB) || !object_socket(&now, fd))
		return;
	internet = now.family == AF_INET || now.family == AF_INET6;
	local = now.family == AF_UNIX;
	if ((now.type == SOCK_DGRAM && (internet || local)) ||
		(now.type == SOCK_SEQPACKET && local))
		take->flags |= MSG_TRUNC;
}

/* What the program gets. */
static ssize_t
take_result(struct take *take, ssize_t ret)
{
	if (ret > 0 && (size_t)ret > take->room) {
		take->whole = (size_t)ret;
		if (take->flags != take->asked)
			return (ssize_t)take->room;
	}
	return ret;
}

static void
receive_enter(struct report *report, struct take *take, int fd, uint64_t site)
{
	report_fd(report, fd);
	line_number(&report->line, FIELD_n, (int64_t)take->room);
	report_socket_flags(report, take->asked);
	report_enter(report, site);
	measure(take, report, fd);
}

/* The leave line, and what lies there still. */
static void
receive_return(struct report *report, const struct take *take, ssize_t ret)
{
	int error = ret == -1 ? errno : 0;

	report_return(report, ret);
	report_queued(report, ret, error);
	if (take->asked != 0) /* some leave the bytes where they are */
		report_socket_flags(report, take->asked);
	if (take->whole > 0)
		line_number(&report->line, FIELD_whole, (int64_t)take->whole);
}

/* How many bytes are in the program's memory: with MSG_TRUNC the result counts others, and TCP gives none at all. */
static size_t
received(const struct take *take, const void *bytes, ssize_t ret)
{
	size_t n = ret < 0 ? 0 : (size_t)ret < take->room ? (size_t)ret : take->room;

	return take->asked & MSG_TRUNC && !memory_good(bytes, n) ? 0 : n;
}

EXPORT ssize_t
recv(int fd, void *bytes, size_t n, int flags)
{
	struct report report;
	struct take take = {.asked = flags, .room = n};
	ssize_t ret;

	if (!report_begin(&report, CALL_recv))
		return next.recv(control_hide(fd), bytes, n, flags);
	receive_enter(&report, &take, fd, HERE);
	ret = take_result(&take, next.recv(control_hide(fd), bytes, n, take.flags));
	receive_return(&report, &take, ret);
	report_data(&report, bytes, received(&take, bytes, ret));
	report_leave(&report);
	return ret;
}

EXPORT ssize_t
__recv_chk(int fd, void *bytes, size_t n, size_t size, int flags)
{
	struct report report;
	struct take take = {.asked = flags, .room = n};
	ssize_t ret;

	if (!report_begin(&report, CALL_recv))
		return next.__recv_chk(control_hide(fd), bytes, n, size, flags);
	receive_enter(&report, &take, fd, HERE);
	ret = take_result(&take, next.__recv_chk(control_hide(fd), bytes, n, size, take.flags));
	receive_return(&report, &take, ret);
	report_data(&report, bytes, received(&take, bytes, ret));
	report_leave(&report);
	return ret;
}

/* The room for an address that the program claims to have. */
static socklen_t
address_room(const struct sockaddr *from, const socklen_t *length)
{
	return from != NULL && memory_good(length, sizeof *length) ? *length : 0;
}

/* From whom it came. An address that the program's room has cut off is not told; one of no bytes is that of a UNIX socket
 * without a name, or the kernel gave none, as of TCP. */
static void
report_sender(struct report *report, const void *from, socklen_t room, socklen_t length)
{
	struct address address = {.length = 1, .text = "-"};

	if (from == NULL || room == 0 || length > room)
		return;
	if (length > 0)
		address_read(&address, from, length);
	else if (report->object.family != AF_UNIX)
		return;
	line_address(&report->line, FIELD_peer, &address);
}

static void
receive_from_leave(struct report *report, const struct take *take, const void *bytes,
	const struct sockaddr *from, const socklen_t *length, ssize_t ret)
{
	receive_return(report, take, ret);
	if (ret >= 0 && take->address > 0)
		report_sender(report, from, take->address, *length);
	report_data(report, bytes, received(take, bytes, ret));
	report_leave(report);
}

EXPORT ssize_t
recvfrom(int fd, void *bytes, size_t n, int flags, struct sockaddr *from, socklen_t *length)
{
	struct report report;
	struct take take = {.asked = flags, .room = n};
	ssize_t ret;

	if (!report_begin(&report, CALL_recvfrom))
		return next.recvfrom(control_hide(fd), bytes, n, flags, from, length);
	take.address = address_room(from, length);
	receive_enter(&report, &take, fd, HERE);
	ret = take_result(
		&take, next.recvfrom(control_hide(fd), bytes, n, take.flags, from, length));
	receive_from_leave(&report, &take, bytes, from, length, ret);
	return ret;
}

EXPORT ssize_t
__recvfrom_chk(int fd, void *bytes, size_t n, size_t size, int flags, struct sockaddr *from,
	socklen_t *length)
{
	struct report report;
	struct take take = {.asked = flags, .room = n};
	ssize_t ret;

	if (!report_begin(&report, CALL_recvfrom))
		return next.__recvfrom_chk(control_hide(fd), bytes, n, size, flags, from, length);
	take.address = address_room(from, length);
	receive_enter(&report, &take, fd, HERE);
	ret = take_result(&take, next.__recvfrom_chk(control_hide(fd), bytes, n, size, take.flags,
						 from, length));
	receive_from_leave(&report, &take, bytes, from, length, ret);
	return ret;
}

/* --- messages
 * ------------------------------------------------------------------------------------------------
 */

EXPORT ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	struct report report;
	struct take take = {.asked = flags, .flags = flags};
	struct msghdr before;
	int64_t room;
	ssize_t ret;

	if (!report_begin(&report, CALL_recvmsg))
		return next.recvmsg(control_hide(fd), message, flags);
	report_fd(&report, fd);
	room = message_read(&before, message) ? vector_size(before.msg_iov, before.msg_iovlen) : -1;
	if (room >= 0)
		line_number(&report.line, FIELD_n, room);
	report_socket_flags(&report, flags);
	report_enter(&report, HERE);
	take.room = room >= 0 ? (size_t)room : SIZE_MAX;
	if (room >= 0)
		measure(&take, &report, fd);
	ret = take_result(&take, next.recvmsg(control_hide(fd), message, take.flags));
	if (ret >= 0)
		message_learn(message);
	receive_return(&report, &take, ret);
	if (ret >= 0) {
		report_sender(&report, message->msg_name, before.msg_namelen, message->msg_namelen);
		report_passed(&report, message);
	}
	if (ret > 0 && !(flags & MSG_TRUNC))
		report_vector_data(&report, message->msg_iov, message->msg_iovlen, (size_t)ret);
	report_leave(&report);
	if (ret >= 0)
		message_look(message);
	return ret;
}

/* Room for bytes in each of several messages, and for an address in the first, as they are before the call. */
enum { ROOMS_MAX = 16 };
struct rooms {
	unsigned n; /* messages that it is known of */
	socklen_t address;
	size_t room[ROOMS_MAX];
};

static void
rooms_read(struct rooms *rooms, const struct mmsghdr *messages, unsigned count)
{
	*rooms = (struct rooms){.n = 0};
	for (unsigned i = 0; i < count && i < ROOMS_MAX; i++) {
		struct msghdr copy;
		int64_t room;

		if (!message_read(&copy, &messages[i].msg_hdr))
			return;
		if (i == 0)
			rooms->address = copy.msg_namelen;
		if ((room = vector_size(copy.msg_iov, copy.msg_iovlen)) < 0)
			return;
		rooms->room[rooms->n++] = (size_t)room;
	}
}

/* Gives the program the lengths that it would have got, and learns how long the first was. */
static void
rooms_settle(const struct rooms *rooms, struct take *take, struct mmsghdr *messages, int ret)
{
	for (int i = 0; i < ret; i++) {
		if (messages[i].msg_len <= rooms->room[i])
			continue;
		if (i == 0)
			take->whole = messages[i].msg_len;
		messages[i].msg_len = (unsigned)rooms->room[i];
	}
}

/* Of several messages the bytes of all are told, and of the first what is in it and from whom it came. */
static void
report_received(struct report *report, const struct mmsghdr *messages, int ret, int flags,
	socklen_t address)
{
	const struct msghdr *first = &messages[0].msg_hdr;
	int64_t n = 0;

	for (int i = 0; i < ret; i++)
		n += messages[i].msg_len;
	line_number(&report->line, FIELD_n, n);
	report_sender(report, first->msg_name, address, first->msg_namelen);
	report_passed(report, first);
	if (messages[0].msg_len > 0 && !(flags & MSG_TRUNC))
		report_vector_data(report, first->msg_iov, first->msg_iovlen, messages[0].msg_len);
}

EXPORT int
recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout)
{
	struct report report;
	struct take take = {.asked = flags, .flags = flags};
	struct rooms rooms;
	int ret;

	if (!report_begin(&report, CALL_recvmmsg))
		return next.recvmmsg(control_hide(fd), messages, count, flags, timeout);
	rooms_read(&rooms, messages, count);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_count, count);
	report_socket_flags(&report, flags);
	report_limit(&report, timeout);
	report_enter(&report, HERE);
	if (rooms.n > 0 && rooms.n == count)
		measure(&take, &report, fd);
	ret = next.recvmmsg(control_hide(fd), messages, count, take.flags, timeout);
	if (take.flags != take.asked)
		rooms_settle(&rooms, &take, messages, ret);
	for (int i = 0; i < ret; i++)
		message_learn(&messages[i].msg_hdr);
	receive_return(&report, &take, ret);
	if (ret > 0)
		report_received(&report, messages, ret, flags, rooms.address);
	report_leave(&report);
	for (int i = 0; i < ret; i++)
		message_look(&messages[i].msg_hdr);
	return ret;
}
