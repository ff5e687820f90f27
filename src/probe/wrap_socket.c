/* SPDX-License-Identifier: MIT
 *
 * Making sockets.
 */
#include <string.h>
#include <sys/socket.h>

#include "probe/endpoint.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

/* What the program asks for, in both lines. */
static void
report_asked(struct report *report, int family, int type, int protocol)
{
	char name[64];

	line_word(&report->line, FIELD_family, family_name(family, name, sizeof name));
	line_word(&report->line, FIELD_socktype, socket_type_name(type, name, sizeof name));
	line_word(
		&report->line, FIELD_proto, protocol_name(family, protocol, name, sizeof name));
}

EXPORT int
socket(int family, int type, int protocol)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_socket))
		return next.socket(family, type, protocol);
	report_asked(&report, family, type, protocol);
	report_enter(&report, HERE);
	ret = next.socket(family, type, protocol);
	report_return(&report, ret);
	if (ret >= 0) {
		line_number(&report.line, FIELD_fds, ret);
		report_made(&report, ret);
		report_flags_now(&report, ret);
	}
	report_asked(&report, family, type, protocol);
	report_leave(&report);
	return ret;
}

/* Both ends: the numbers, and what is behind them. */
static void
report_pair(struct report *report, const int ends[2])
{
	static const char key[] = " obj=";
	char text[28];
	const char *end = text + sizeof text;
	struct object *object = &report->object;

	text_number(text_word(text_number(text, end, ends[0]), end, ","), end, ends[1]);
	line_word(&report->line, FIELD_fds, text);
	report_made(report, ends[0]);
	object_forget(ends[1]);
	if (object_find(object, ends[1], report->now))
		line_word_bytes(&report->line, FIELD_pair,
			object->text + object->obj + sizeof key - 1,
			object->end - object->obj - (sizeof key - 1));
	report_flags_now(report, ends[0]);
}

EXPORT int
socketpair(int family, int type, int protocol, int ends[2])
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_socketpair))
		return next.socketpair(family, type, protocol, ends);
	report_asked(&report, family, type, protocol);
	report_enter(&report, HERE);
	ret = next.socketpair(family, type, protocol, ends);
	report_return(&report, ret);
	if (ret == 0)
		report_pair(&report, ends);
	report_asked(&report, family, type, protocol);
	report_leave(&report);
	return ret;
}

/* A connection is the object of its leave line, and not the socket that it was accepted at, which has been entered. */
static void
accept_leave(struct report *report, int ret)
{
	if (ret >= 0)
		report->fd = -1;
	report_return(report, ret);
	if (ret >= 0) {
		line_number(&report->line, FIELD_fds, ret);
		report_made(report, ret);
		line_family(&report->line, &report->object);
		report_flags_now(report, ret);
		line_local(&report->line, ret);
		line_peer(&report->line, ret);
		line_peer_credentials(&report->line, &report->object, ret);
	}
	report_leave(report);
}

EXPORT int
accept(int fd, struct sockaddr *address, socklen_t *length)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_accept))
		return next.accept(control_hide(fd), address, length);
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.accept(control_hide(fd), address, length);
	accept_leave(&report, ret);
	return ret;
}

EXPORT int
accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	struct report report;
	char name[64];
	int ret;

	if (!report_begin(&report, CALL_accept4))
		return next.accept4(control_hide(fd), address, length, flags);
	report_fd(&report, fd);
	line_word(&report.line, FIELD_flags, accept_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	ret = next.accept4(control_hide(fd), address, length, flags);
	accept_leave(&report, ret);
	return ret;
}
