/* SPDX-License-Identifier: MIT
 *
 * epoll: making one, and what it waits for. The waiting itself is in wrap_poll.c.
 */
#include <string.h>
#include <sys/epoll.h>

#include "probe/memory.h"
#include "probe/report.h"
#include "probe/text.h"

static void
make_leave(struct report *report, int ret)
{
	report_return(report, ret);
	if (ret >= 0) {
		line_number(&report->line, FIELD_fds, ret);
		report_made(report, ret);
		report_flags_now(report, ret);
	}
	report_leave(report);
}

EXPORT int
epoll_create(int n)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_epoll_create))
		return next.epoll_create(n);
	line_number(&report.line, FIELD_n, n);
	report_enter(&report, HERE);
	ret = next.epoll_create(n);
	make_leave(&report, ret);
	return ret;
}

EXPORT int
epoll_create1(int flags)
{
	struct report report;
	char name[24];
	int ret;

	if (!report_begin(&report, CALL_epoll_create1))
		return next.epoll_create1(flags);
	line_word(&report.line, FIELD_flags, epoll_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	ret = next.epoll_create1(flags);
	make_leave(&report, ret);
	return ret;
}

/* Which descriptor, and for what, as poll's `wants` has it: in both lines. */
static void
report_change(struct report *report, int command, int fd, const uint32_t *events)
{
	char text[32];
	const char *end = text + sizeof text;
	char *at = text_number(text, end, fd);

	line_word(
		&report->line, FIELD_cmd, epoll_command_name(command, text + 16, sizeof text - 16));
	line_number(&report->line, FIELD_fd2, fd);
	if (events == NULL)
		return;
	if (*events & (EPOLLIN | EPOLLRDNORM))
		at = text_word(at, text + 16, "r");
	if (*events & (EPOLLOUT | EPOLLWRNORM))
		at = text_word(at, text + 16, "w");
	if (*events & EPOLLPRI)
		at = text_word(at, text + 16, "x");
	line_word(&report->line, FIELD_wants, text);
}

EXPORT int
epoll_ctl(int fd, int command, int fd2, struct epoll_event *event)
{
	struct report report;
	uint32_t events, *told = NULL;
	int ret;

	if (!report_begin(&report, CALL_epoll_ctl))
		return next.epoll_ctl(control_hide(fd), command, control_hide(fd2), event);
	if (command != EPOLL_CTL_DEL && memory_good(event, sizeof *event)) {
		memcpy(&events, &event->events, sizeof events);
		told = &events;
	}
	report_fd(&report, fd);
	report_change(&report, command, fd2, told);
	report_enter(&report, HERE);
	ret = next.epoll_ctl(control_hide(fd), command, control_hide(fd2), event);
	report_return(&report, ret);
	report_change(&report, command, fd2, told);
	report_leave(&report);
	return ret;
}
