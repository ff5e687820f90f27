/* SPDX-License-Identifier: MIT
 *
 * Options of sockets, and those of ioctl's commands that are about them.
 */
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "probe/endpoint.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"

static void
report_option(struct report *report, int level, int option)
{
	char name[40];

	line_word(&report->line, FIELD_option,
		socket_option_name(level, option, name, sizeof name));
}

static bool
is_time(int level, int option)
{
	return level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
}

/* A time limit of 0 is none. */
static void
report_time(struct report *report, const void *value, socklen_t size)
{
	struct timeval time;

	if (size < sizeof time)
		return;
	memcpy(&time, value, sizeof time);
	line_number(&report->line, FIELD_timeout,
		time.tv_sec == 0 && time.tv_usec == 0
			? -1
			: (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000);
}

static bool
is_linger(int level, int option)
{
	return level == SOL_SOCKET && option == SO_LINGER;
}

/* Seconds, and -1 when it does not linger. */
static void
report_linger(struct report *report, const void *value, socklen_t size)
{
	struct linger linger;

	if (size < sizeof linger)
		return;
	memcpy(&linger, value, sizeof linger);
	line_number(&report->line, FIELD_value, linger.l_onoff ? linger.l_linger : -1);
}

/* A value that is good to read; those that are neither a number nor a time are not told. */
static void
report_value(struct report *report, int level, int option, const void *value, socklen_t size)
{
	int number;

	if (is_time(level, option)) {
		report_time(report, value, size);
	} else if (is_linger(level, option)) {
		report_linger(report, value, size);
	} else if (size == sizeof number) {
		memcpy(&number, value, sizeof number);
		line_number(&report->line, FIELD_value, number);
	}
}

/* What the kernel made of a size that it was asked for. */
static void
report_buffer(struct report *report, int fd, int level, int option)
{
	int size;
	socklen_t length = sizeof size;

	if (level != SOL_SOCKET || (option != SO_RCVBUF && option != SO_SNDBUF) ||
		SYS6(SYS_getsockopt, fd, level, option, &size, &length, 0) != 0)
		return;
	line_number(&report->line, option == SO_RCVBUF ? FIELD_rcvbuf : FIELD_sndbuf, size);
}

EXPORT int
setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	struct report report;
	bool good;
	int ret;

	if (!report_begin(&report, CALL_setsockopt))
		return next.setsockopt(control_hide(fd), level, option, value, size);
	good = size <= sizeof(struct sockaddr_storage) && memory_good(value, size);
	report_fd(&report, fd);
	report_option(&report, level, option);
	if (good)
		report_value(&report, level, option, value, size);
	report_enter(&report, HERE);
	ret = next.setsockopt(control_hide(fd), level, option, value, size);
	report_return(&report, ret);
	report_option(&report, level, option);
	if (good)
		report_value(&report, level, option, value, size);
	if (ret == 0)
		report_buffer(&report, fd, level, option);
	report_leave(&report);
	return ret;
}

/* What is more than a number. */
static void
report_answer(
	struct report *report, int fd, int level, int option, const void *value, socklen_t size)
{
	char name[40];
	int number = 0;

	report_value(report, level, option, value, size);
	if (size >= sizeof number)
		memcpy(&number, value, sizeof number);
	if (level == IPPROTO_TCP && option == TCP_INFO)
		line_tcp(&report->line, &report->object, fd);
	if (level != SOL_SOCKET)
		return;
	if (option == SO_ERROR && number != 0)
		line_word(&report->line, FIELD_arg, errno_name(number, name, sizeof name));
	if (option == SO_PEERCRED)
		line_peer_credentials(&report->line, &report->object, fd);
	report_buffer(report, fd, level, option);
}

EXPORT int
getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	struct report report;
	socklen_t room = 0;
	int ret;

	if (!report_begin(&report, CALL_getsockopt))
		return next.getsockopt(control_hide(fd), level, option, value, size);
	if (memory_good(size, sizeof *size))
		room = *size;
	report_fd(&report, fd);
	report_option(&report, level, option);
	report_enter(&report, HERE);
	ret = next.getsockopt(control_hide(fd), level, option, value, size);
	report_return(&report, ret);
	report_option(&report, level, option);
	if (ret == 0 && memory_good(value, *size < room ? *size : room))
		report_answer(&report, fd, level, option, value, *size < room ? *size : room);
	report_leave(&report);
	return ret;
}

/* Of ioctl's commands these are about what lies in a pipe or socket and whether calls wait; all others pass. */
static bool
is_told(unsigned long command)
{
	return command == FIONBIO || command == FIONREAD || command == SIOCOUTQ;
}

static void
report_ioctl(struct report *report, unsigned long command, const void *value)
{
	char name[24];
	int number;

	line_word(
		&report->line, FIELD_cmd, ioctl_command_name((int)command, name, sizeof name));
	if (value == NULL)
		return;
	memcpy(&number, value, sizeof number);
	line_number(&report->line, FIELD_value, number);
}

static void
ioctl_leave(struct report *report, int fd, unsigned long command, const void *value, int ret)
{
	report_return(report, ret);
	report_ioctl(report, command, ret == 0 ? value : NULL);
	if (ret == 0 && command == FIONBIO)
		report_flags_now(report, fd);
	report_leave(report);
}

EXPORT int
ioctl(int fd, unsigned long command, ...)
{
	struct report report;
	va_list rest;
	void *value;
	int ret;

	va_start(rest, command);
	value = va_arg(rest, void *);
	va_end(rest);
	if (!is_told(command) || !report_begin(&report, CALL_ioctl)) {
		if (next.ioctl == NULL)
			next_find();
		return next.ioctl(control_hide(fd), command, value);
	}
	report_fd(&report, fd);
	report_ioctl(&report, command,
		command == FIONBIO && memory_good(value, sizeof(int)) ? value : NULL);
	report_enter(&report, HERE);
	ret = next.ioctl(control_hide(fd), command, value);
	ioctl_leave(&report, fd, command, value, ret);
	return ret;
}
