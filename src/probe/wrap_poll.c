/* SPDX-License-Identifier: MIT
 *
 * Waiting until descriptors are ready. `wants` and `ready` name them: 3r is to read, 4w to write, x
 * exceptional; among those found ready, h is a hang-up, e an error, n not open. What does not fit a
 * short list is left out.
 */
#include "probe/libc_names.h"

#include "probe/memory.h"
#include "probe/report.h"
#include "probe/text.h"

struct list {
	char *at;
	char text[96];
};

/* Adds one descriptor; nothing when no letter says why. */
static void
list_add(struct list *list, int fd, const char *letters)
{
	const char *end = list->text + sizeof list->text;

	if (letters[0] == '\0' || end - list->at < 20)
		return;
	if (list->at > list->text)
		list->at = text_word(list->at, end, ",");
	list->at = text_word(text_number(list->at, end, fd), end, letters);
}

static void
list_report(struct report *report, enum event_field field, const struct list *list)
{
	if (list->at > list->text)
		line_word(&report->line, field, list->text);
}

static void
report_timespec(struct report *report, const struct timespec *timeout)
{
	if (timeout == NULL)
		line_number(&report->line, FIELD_timeout, -1);
	else if (memory_good(timeout, sizeof *timeout))
		line_number(&report->line, FIELD_timeout,
			(int64_t)timeout->tv_sec * 1000000000 + timeout->tv_nsec);
}

/* --- poll
 * --------------------------------------------------------------------------------------------------------
 */

static void
poll_report(struct report *report, const struct pollfd *fds, nfds_t n, bool after)
{
	struct list list = {.at = list.text};

	for (nfds_t i = 0; i < n && i < 64; i++) {
		short events = after ? fds[i].revents : fds[i].events;
		char letters[7] = "";
		char *at = letters;
		const char *end = letters + sizeof letters;

		if (events & (POLLIN | POLLRDNORM))
			at = text_word(at, end, "r");
		if (events & (POLLOUT | POLLWRNORM))
			at = text_word(at, end, "w");
		if (events & POLLPRI)
			at = text_word(at, end, "x");
		if (after && events & POLLHUP)
			at = text_word(at, end, "h");
		if (after && events & POLLERR)
			at = text_word(at, end, "e");
		if (after && events & POLLNVAL)
			at = text_word(at, end, "n");
		if (fds[i].fd >= 0)
			list_add(&list, fds[i].fd, letters);
	}
	list_report(report, after ? FIELD_ready : FIELD_wants, &list);
}

static void
poll_wants(struct report *report, const struct pollfd *fds, nfds_t n)
{
	if (memory_good(fds, (n < 64 ? n : 64) * sizeof *fds))
		poll_report(report, fds, n, false);
}

static void
poll_leave(struct report *report, const struct pollfd *fds, nfds_t n, int ret)
{
	report_return(report, ret);
	if (ret > 0)
		poll_report(report, fds, n, true);
	report_leave(report);
}

static int64_t
milliseconds(int timeout)
{
	return timeout < 0 ? -1 : (int64_t)timeout * 1000000;
}

EXPORT int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_poll))
		return next.poll(fds, n, timeout);
	poll_wants(&report, fds, n);
	line_number(&report.line, FIELD_timeout, milliseconds(timeout));
	report_enter(&report, HERE);
	ret = next.poll(fds, n, timeout);
	poll_leave(&report, fds, n, ret);
	return ret;
}

EXPORT int
__poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t size)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_poll))
		return next.__poll_chk(fds, n, timeout, size);
	poll_wants(&report, fds, n);
	line_number(&report.line, FIELD_timeout, milliseconds(timeout));
	report_enter(&report, HERE);
	ret = next.__poll_chk(fds, n, timeout, size);
	poll_leave(&report, fds, n, ret);
	return ret;
}

EXPORT int
ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_ppoll))
		return next.ppoll(fds, n, timeout, mask);
	poll_wants(&report, fds, n);
	report_timespec(&report, timeout);
	report_enter(&report, HERE);
	ret = next.ppoll(fds, n, timeout, mask);
	poll_leave(&report, fds, n, ret);
	return ret;
}

EXPORT int
__ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
	size_t size)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_ppoll))
		return next.__ppoll_chk(fds, n, timeout, mask, size);
	poll_wants(&report, fds, n);
	report_timespec(&report, timeout);
	report_enter(&report, HERE);
	ret = next.__ppoll_chk(fds, n, timeout, mask, size);
	poll_leave(&report, fds, n, ret);
	return ret;
}

/* --- select
 * ------------------------------------------------------------------------------------------------------
 */

struct sets {
	int n; /* descriptors looked at */
	const fd_set *read, *write, *except;
};

/* A set as long as select() itself would read it; NULL when it is not there or not good. */
static const fd_set *
set_good(const fd_set *set, int n)
{
	return set != NULL && memory_good(set, ((size_t)n + 63) / 64 * 8) ? set : NULL;
}

static struct sets
sets_look(int n, const fd_set *read_set, const fd_set *write_set, const fd_set *except_set)
{
	int most = n < 0 ? 0 : n < FD_SETSIZE ? n : FD_SETSIZE;

	return (struct sets){.n = most,
		.read = set_good(read_set, most),
		.write = set_good(write_set, most),
		.except = set_good(except_set, most)};
}

static void
sets_report(struct report *report, enum event_field field, const struct sets *sets)
{
	struct list list = {.at = list.text};

	for (int fd = 0; fd < sets->n; fd++) {
		char letters[4] = "";
		char *at = letters;
		const char *end = letters + sizeof letters;

		if (sets->read != NULL && FD_ISSET(fd, sets->read))
			at = text_word(at, end, "r");
		if (sets->write != NULL && FD_ISSET(fd, sets->write))
			at = text_word(at, end, "w");
		if (sets->except != NULL && FD_ISSET(fd, sets->except))
			at = text_word(at, end, "x");
		list_add(&list, fd, letters);
	}
	list_report(report, field, &list);
}

EXPORT int
select(int n, fd_set *read_set, fd_set *write_set, fd_set *except_set, struct timeval *timeout)
{
	struct report report;
	struct sets sets;
	int ret;

	if (!report_begin(&report, CALL_select))
		return next.select(n, read_set, write_set, except_set, timeout);
	sets = sets_look(n, read_set, write_set, except_set);
	sets_report(&report, FIELD_wants, &sets);
	if (timeout == NULL)
		line_number(&report.line, FIELD_timeout, -1);
	else if (memory_good(timeout, sizeof *timeout))
		line_number(&report.line, FIELD_timeout,
			(int64_t)timeout->tv_sec * 1000000000 + (int64_t)timeout->tv_usec * 1000);
	report_enter(&report, HERE);
	ret = next.select(n, read_set, write_set, except_set, timeout);
	report_return(&report, ret);
	if (ret > 0)
		sets_report(&report, FIELD_ready, &sets);
	report_leave(&report);
	return ret;
}

EXPORT int
pselect(int n, fd_set *read_set, fd_set *write_set, fd_set *except_set,
	const struct timespec *timeout, const sigset_t *mask)
{
	struct report report;
	struct sets sets;
	int ret;

	if (!report_begin(&report, CALL_pselect))
		return next.pselect(n, read_set, write_set, except_set, timeout, mask);
	sets = sets_look(n, read_set, write_set, except_set);
	sets_report(&report, FIELD_wants, &sets);
	report_timespec(&report, timeout);
	report_enter(&report, HERE);
	ret = next.pselect(n, read_set, write_set, except_set, timeout, mask);
	report_return(&report, ret);
	if (ret > 0)
		sets_report(&report, FIELD_ready, &sets);
	report_leave(&report);
	return ret;
}

/* --- epoll: what its events carry is the program's own affair, so which descriptors were ready is
 * not known ------- */

EXPORT int
epoll_wait(int fd, struct epoll_event *events, int n, int timeout)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_epoll_wait))
		return next.epoll_wait(control_hide(fd), events, n, timeout);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	line_number(&report.line, FIELD_timeout, milliseconds(timeout));
	report_enter(&report, HERE);
	ret = next.epoll_wait(control_hide(fd), events, n, timeout);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
epoll_pwait(int fd, struct epoll_event *events, int n, int timeout, const sigset_t *mask)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_epoll_pwait))
		return next.epoll_pwait(control_hide(fd), events, n, timeout, mask);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	line_number(&report.line, FIELD_timeout, milliseconds(timeout));
	report_enter(&report, HERE);
	ret = next.epoll_pwait(control_hide(fd), events, n, timeout, mask);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
epoll_pwait2(int fd, struct epoll_event *events, int n, const struct timespec *timeout,
	const sigset_t *mask)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_epoll_pwait2))
		return next.epoll_pwait2(control_hide(fd), events, n, timeout, mask);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	report_timespec(&report, timeout);
	report_enter(&report, HERE);
	ret = next.epoll_pwait2(control_hide(fd), events, n, timeout, mask);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}
