/* SPDX-License-Identifier: MIT
 *
 * Sockets come together and apart: bind, listen, connect, shutdown, and the names of the two ends.
 */
#include <sys/socket.h>

#include "probe/endpoint.h"
#include "probe/report.h"

EXPORT int
bind(int fd, const struct sockaddr *bytes, socklen_t length)
{
	struct report report;
	struct address address;
	int ret;

	if (!report_begin(&report, CALL_bind))
		return next.bind(control_hide(fd), bytes, length);
	report_fd(&report, fd);
	address_claimed(&address, bytes, length);
	line_address(&report.line, FIELD_local, &address);
	report_enter(&report, HERE);
	ret = next.bind(control_hide(fd), bytes, length);
	report_return(&report, ret);
	if (ret == 0)
		line_local(&report.line, fd); /* with the port that the kernel picked */
	report_leave(&report);
	return ret;
}

/* A backlog that no kernel cuts short (SOMAXCONN before Linux 5.4). Of UNIX sockets it does not say what it made of a
 * larger one. */
enum { EVERYWHERE = 128 };

EXPORT int
listen(int fd, int n)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_listen))
		return next.listen(control_hide(fd), n);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	report_enter(&report, HERE);
	ret = next.listen(control_hide(fd), n);
	report_return(&report, ret);
	line_number(&report.line, FIELD_n, n);
	if (ret == 0) {
		line_local(&report.line, fd); /* it has one now, bound or not */
		line_tcp(&report.line, &report.object, fd);
		if (report.object.family == AF_UNIX && n >= 0 && n <= EVERYWHERE)
			line_number(&report.line, FIELD_backlog, n);
	}
	report_leave(&report);
	return ret;
}

/* A connection that is being made has a local end already. */
static void
connect_leave(struct report *report, int fd, const struct address *wanted, int ret)
{
	int error = ret == -1 ? errno : 0;
	struct address peer;

	report_return(report, ret);
	if (error == 0 || error == EINPROGRESS) {
		line_local(&report->line, fd);
		address_peer(&peer, fd);
		line_address(&report->line, FIELD_peer, peer.length > 0 ? &peer : wanted);
		line_peer_credentials(&report->line, &report->object, fd);
	}
	report_leave(report);
}

EXPORT int
connect(int fd, const struct sockaddr *bytes, socklen_t length)
{
	struct report report;
	struct address address;
	int ret;

	if (!report_begin(&report, CALL_connect))
		return next.connect(control_hide(fd), bytes, length);
	report_fd(&report, fd);
	address_claimed(&address, bytes, length);
	line_address(&report.line, FIELD_peer, &address);
	report_enter(&report, HERE);
	ret = next.connect(control_hide(fd), bytes, length);
	connect_leave(&report, fd, &address, ret);
	return ret;
}

EXPORT int
shutdown(int fd, int how)
{
	struct report report;
	char name[16];
	int ret;

	if (!report_begin(&report, CALL_shutdown))
		return next.shutdown(control_hide(fd), how);
	report_fd(&report, fd);
	line_word(&report.line, FIELD_how, shutdown_name(how, name, sizeof name));
	report_enter(&report, HERE);
	ret = next.shutdown(control_hide(fd), how);
	report_return(&report, ret);
	line_word(&report.line, FIELD_how, name);
	report_leave(&report);
	return ret;
}

EXPORT int
getsockname(int fd, struct sockaddr *bytes, socklen_t *length)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_getsockname))
		return next.getsockname(control_hide(fd), bytes, length);
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.getsockname(control_hide(fd), bytes, length);
	report_return(&report, ret);
	if (ret == 0)
		line_local(&report.line, fd);
	report_leave(&report);
	return ret;
}

EXPORT int
getpeername(int fd, struct sockaddr *bytes, socklen_t *length)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_getpeername))
		return next.getpeername(control_hide(fd), bytes, length);
	report_fd(&report, fd);
	report_enter(&report, HERE);
	ret = next.getpeername(control_hide(fd), bytes, length);
	report_return(&report, ret);
	if (ret == 0)
		line_peer(&report.line, fd);
	report_leave(&report);
	return ret;
}
