/* SPDX-License-Identifier: MIT
 *
 * Sending through sockets.
 */
#include <string.h>
#include <sys/socket.h>

#include "probe/address.h"
#include "probe/endpoint.h"
#include "probe/message.h"
#include "probe/report.h"
#include "probe/vector.h"

enum { MESSAGES_MAX = 1024 }; /* UIO_MAXIOV: of more the kernel takes as many */

static void
send_enter(struct report *report, int fd, size_t n, int flags)
{
	report_fd(report, fd);
	line_number(&report->line, FIELD_n, (int64_t)n);
	report_socket_flags(report, flags);
}

/* The leave line of a call that sends, and what the kernel has not got rid of. */
static void
send_return(struct report *report, ssize_t ret)
{
	int error = ret == -1 ? errno : 0;

	report_return(report, ret);
	report_queued(report, ret, error);
	if (ret >= 0 && report->object.length > 0 && report->object.type == SOCK_DGRAM &&
		report->object.family != AF_UNIX)
		line_local(&report->line, report->fd); /* the first datagram gives it a port */
}

EXPORT ssize_t
send(int fd, const void *bytes, size_t n, int flags)
{
	struct report report;
	ssize_t ret;

	if (!report_begin(&report, CALL_send))
		return next.send(control_hide(fd), bytes, n, flags);
	send_enter(&report, fd, n, flags);
	report_enter(&report, HERE);
	ret = next.send(control_hide(fd), bytes, n, flags);
	send_return(&report, ret);
	if (ret > 0)
		report_data(&report, bytes, (size_t)ret);
	report_leave(&report);
	return ret;
}

EXPORT ssize_t
sendto(int fd, const void *bytes, size_t n, int flags, const struct sockaddr *to, socklen_t length)
{
	struct report report;
	struct address address;
	ssize_t ret;

	if (!report_begin(&report, CALL_sendto))
		return next.sendto(control_hide(fd), bytes, n, flags, to, length);
	send_enter(&report, fd, n, flags);
	address_claimed(&address, to, length);
	line_address(&report.line, FIELD_peer, &address);
	report_enter(&report, HERE);
	ret = next.sendto(control_hide(fd), bytes, n, flags, to, length);
	send_return(&report, ret);
	line_address(&report.line, FIELD_peer, &address);
	if (ret > 0)
		report_data(&report, bytes, (size_t)ret);
	report_leave(&report);
	return ret;
}

/* --- messages
 * ------------------------------------------------------------------------------------------------
 */

/* A message with nothing but a descriptor that is not open: what the kernel is shown instead of one that carries ours. */
struct closed {
	struct msghdr message;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
};

static const struct msghdr *
message_closed(struct closed *closed, const struct msghdr *message)
{
	int none = -1;

	closed->message = *message;
	closed->message.msg_control = &closed->control;
	closed->message.msg_controllen = CMSG_LEN(sizeof none);
	closed->control.head.cmsg_level = SOL_SOCKET;
	closed->control.head.cmsg_type = SCM_RIGHTS;
	closed->control.head.cmsg_len = CMSG_LEN(sizeof none);
	memcpy(CMSG_DATA(&closed->control.head), &none, sizeof none);
	return &closed->message;
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct report report;
	struct msghdr copy;
	struct closed closed;
	bool good = message_read(&copy, message);
	ssize_t ret;

	if (good && message_has_ours(&copy))
		message = message_closed(&closed, &copy);
	if (!report_begin(&report, CALL_sendmsg))
		return next.sendmsg(control_hide(fd), message, flags);
	report_fd(&report, fd);
	if (good)
		report_message(&report, &copy);
	report_socket_flags(&report, flags);
	report_enter(&report, HERE);
	ret = next.sendmsg(control_hide(fd), message, flags);
	send_return(&report, ret);
	if (good && ret >= 0) {
		report_message(&report, &copy);
		report_vector_data(&report, copy.msg_iov, copy.msg_iovlen, (size_t)ret);
	}
	report_leave(&report);
	return ret;
}

/* Of several messages the first is told, and the bytes of all that went. */
static void
report_sent(struct report *report, const struct mmsghdr *messages, int ret)
{
	const struct msghdr *first = &messages[0].msg_hdr;
	struct address address;
	int64_t n = 0;

	for (int i = 0; i < ret; i++)
		n += messages[i].msg_len;
	line_number(&report->line, FIELD_n, n);
	address_claimed(&address, first->msg_name, first->msg_namelen);
	line_address(&report->line, FIELD_peer, &address);
	report_vector_data(report, first->msg_iov, first->msg_iovlen, messages[0].msg_len);
}

/* How many of them the kernel may be shown: it takes one after the other and stops before one that carries a control
 * descriptor, as it does before any that cannot go. */
static unsigned
count_without_ours(const struct mmsghdr *messages, unsigned count)
{
	struct msghdr copy;

	for (unsigned i = 0; i < count && i < MESSAGES_MAX; i++) {
		if (!message_read(&copy, &messages[i].msg_hdr))
			break;
		if (message_has_ours(&copy))
			return i;
	}
	return count;
}

EXPORT int
sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
	struct report report;
	struct closed closed;
	struct mmsghdr first = {.msg_len = 0}, *shown = messages;
	unsigned asked = count;
	int ret;

	count = count_without_ours(messages, asked);
	if (count == 0 && asked > 0) {
		first.msg_hdr = *message_closed(&closed, &messages[0].msg_hdr);
		shown = &first;
		count = 1;
	}
	if (!report_begin(&report, CALL_sendmmsg))
		return next.sendmmsg(control_hide(fd), shown, count, flags);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_count, asked);
	report_socket_flags(&report, flags);
	report_enter(&report, HERE);
	ret = next.sendmmsg(control_hide(fd), shown, count, flags);
	send_return(&report, ret);
	if (ret > 0)
		report_sent(&report, messages, ret);
	report_leave(&report);
	return ret;
}
