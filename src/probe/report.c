/* SPDX-License-Identifier: MIT
 *
 * Telling a call, see report.h.
 */
#include "probe/report.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "probe/endpoint.h"
#include "probe/fd_each.h"
#include "probe/gate.h"
#include "probe/memory.h"
#include "probe/process.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	DATA_MAX = 48, /* bytes of a preview */
	PATH_SHOWN = 160,
#if defined __aarch64__ || defined __arm__
	KERNEL_LARGEFILE = 0400000,
#else
	KERNEL_LARGEFILE = 0100000,
#endif
};

bool
report_begin(struct report *report, enum call_id call)
{
	if (!atomic_load_explicit(&control.on, memory_order_relaxed)) {
		next_find();
		return false;
	}
	me_check();
	report->call = call;
	report->fd = -1;
	report->now = control_clock();
	report->away = report->now - me.left;
	line_start_as(&report->line, report->now, me.who, me.who_length, WHAT_enter);
	report->body = report->line.length;
	line_call(&report->line, call);
	return true;
}

void
report_fd(struct report *report, int fd)
{
	struct object *object = &report->object;

	report->fd = fd;
	if (!object_find(object, fd, report->now))
		object->length = object->whole = 0;
	if (object->length > 0)
		line_copy(&report->line, object->text, object->length);
	else
		line_number(&report->line, FIELD_fd, fd);
}

/* Starts the line again, with another word and time and the same fields. */
static void
report_restart(struct report *report, enum event_what what, struct line *line)
{
	size_t length = report->line.length - report->body;

	line_start_as(line, report->now, me.who, me.who_length, what);
	if (length > EVENT_LINE_MAX - 1 - line->length)
		length = 0; /* cannot be: the words are no longer than `enter` */
	memcpy(line->text + line->length, report->line.text + report->body, length);
	line->length += length;
}

static void __attribute__((noinline, cold)) report_gate(struct report *report)
{
	struct line line;

	report_restart(report, WHAT_reach, &line);
	line_finish(&line);
	bool reached = gate_wait(&line, report->now, report->away);
	if (gate_delay(report->call, reached ? NULL : &line, report->now, report->away) || reached) {
		report->now = control_clock();
		report->away = UINT64_MAX;
		report_restart(report, WHAT_enter, &line);
		report->line = line;
	}
}

void
report_enter_line(struct report *report, uint64_t site)
{
	if (site != 0)
		line_hex(&report->line, FIELD_at, site);
	if (!gate_is_open())
		report_gate(report);
	line_finish(&report->line);
}

void
report_leave_head(struct report *report)
{
	me_check(); /* a forked child comes back as somebody else */
	line_start_as(&report->line, report->now, me.who, me.who_length, WHAT_leave);
	line_call(&report->line, report->call);
	if (report->fd >= 0 && report->object.length > 0)
		line_copy(&report->line, report->object.text, report->object.length);
	else if (report->fd >= 0)
		line_number(&report->line, FIELD_fd, report->fd);
}

static void
report_begin_leave(struct report *report, int64_t ret)
{
	report->now = control_clock();
	report_leave_head(report);
	line_number(&report->line, FIELD_ret, ret);
}

void
report_return(struct report *report, int64_t ret)
{
	char name[24];

	report_begin_leave(report, ret);
	if (ret == -1)
		line_word(&report->line, FIELD_err, errno_name(errno, name, sizeof name));
}

void
report_return_error(struct report *report, int64_t ret, int error)
{
	char name[24];

	report_begin_leave(report, ret);
	if (error != 0)
		line_word(&report->line, FIELD_err, errno_name(error, name, sizeof name));
}

/* --- fields
 * ------------------------------------------------------------------------------------------------------
 */

void
report_used_line(struct report *report, int64_t used)
{
	if (used >= 0)
		line_number(&report->line, FIELD_used, used);
	line_copy(&report->line, report->object.text + report->object.length,
		(size_t)(report->object.whole - report->object.length));
}

void
report_queued(struct report *report, int64_t ret, int error)
{
	bool writes = call_traits(report->call) & CALL_WRITES;
	int bytes;

	if (report->object.length > 0 && report->object.family != 0 && (ret >= 0 || error == EAGAIN) &&
		SYS3(SYS_ioctl, report->fd, writes ? SIOCOUTQ : FIONREAD, &bytes) == 0)
		line_number(&report->line, writes ? FIELD_outq : FIELD_used, bytes);
}

void
report_data(struct report *report, const void *bytes, size_t n)
{
	if (n > 0)
		line_quoted(&report->line, FIELD_data, bytes, n < DATA_MAX ? n : DATA_MAX);
}

void
report_made(struct report *report, int fd)
{
	object_forget(fd);
	if (!object_find(&report->object, fd, report->now))
		return;
	line_copy(&report->line, report->object.text + report->object.obj,
		(size_t)(report->object.whole - report->object.obj));
}

/* Without the kernel's O_LARGEFILE, which every 64-bit program has and none has asked for. */
static void
line_flags(struct line *line, int flags)
{
	char names[160];

	line_word(
		line, FIELD_flags, open_flags_name(flags & ~KERNEL_LARGEFILE, names, sizeof names));
}

void
report_flags_now(struct report *report, int fd)
{
	long flags = SYS2(SYS_fcntl, fd, F_GETFL);

	if (flags < 0)
		return;
	if (SYS2(SYS_fcntl, fd, F_GETFD) & FD_CLOEXEC)
		flags |= O_CLOEXEC;
	line_flags(&report->line, (int)flags);
}

void
report_flags(struct report *report, int flags)
{
	line_flags(&report->line, flags);
}

void
report_signal(struct report *report, enum event_field field, int signal)
{
	char name[24];

	line_word(&report->line, field, signal_name(signal, name, sizeof name));
}

void
report_status(struct report *report, int status)
{
	if (WIFEXITED(status)) {
		line_number(&report->line, FIELD_status, WEXITSTATUS(status));
	} else if (WIFSIGNALED(status)) {
		report_signal(report, FIELD_signal, WTERMSIG(status));
		if (WCOREDUMP(status))
			line_number(&report->line, FIELD_core, 1);
	} else if (WIFSTOPPED(status)) {
		report_signal(report, FIELD_sig, WSTOPSIG(status));
		line_word(&report->line, FIELD_state, "T");
	} else if (WIFCONTINUED(status)) {
		line_word(&report->line, FIELD_state, "R");
	}
}

void
report_path(struct report *report, enum event_field field, const char *path)
{
	long length = memory_string(path, PATH_SHOWN);

	if (length >= 0)
		line_quoted(&report->line, field, path, (size_t)length);
}

void
report_argv(struct report *report, char *const argv[])
{
	char words[160] = "";
	char *at = words;
	const char *end = words + sizeof words;

	if (memory_vector(argv) < 0)
		return;
	for (int i = 0; argv[i] != NULL && at + 1 < end; i++) {
		if (memory_string(argv[i], (size_t)(end - at)) < 0)
			break;
		if (i > 0)
			at = text_word(at, end, " ");
		at = text_word(at, end, argv[i]);
	}
	line_quoted(&report->line, FIELD_argv, words, (size_t)(at - words));
}

/* --- descriptors as they are
 * ------------------------------------------------------------------------------------- */

bool
look_fd(int fd)
{
	struct line line;
	struct object object;
	uint64_t now = control_clock();
	long flags = SYS2(SYS_fcntl, fd, F_GETFL);

	object_forget(fd);
	if (flags < 0 || !object_find(&object, fd, now))
		return false;
	if (SYS2(SYS_fcntl, fd, F_GETFD) & FD_CLOEXEC)
		flags |= O_CLOEXEC;
	line_start_as(&line, now, me.who, me.who_length, WHAT_look);
	line_copy(&line, object.text, object.length);
	line_flags(&line, (int)flags);
	if (object.capacity > 0)
		line_number(&line, FIELD_cap, object.capacity);
	if (object.family != 0) {
		line_family(&line, &object);
		line_local(&line, fd);
		line_peer(&line, fd);
		line_tcp(&line, &object, fd);
		line_buffers(&line, fd);
	}
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
	return true;
}

struct list {
	char *at;
	bool whole;
	char text[400];
};

static void
list_add(void *context, int fd)
{
	struct list *list = context;
	const char *end = list->text + sizeof list->text;

	if (control_owns(fd) || !look_fd(fd))
		return;
	if (end - list->at < 13) {
		list->whole = false;
		return;
	}
	if (list->at > list->text)
		list->at = text_word(list->at, end, ",");
	list->at = text_number(list->at, end, fd);
}

/* A list that does not fit a line is not sent: it would say that the others are closed. */
static void
list_say(struct list *list)
{
	struct line line;
	uint64_t now = control_clock();

	if (!list->whole)
		return;
	line_start_as(&line, now, me.who, me.who_length, WHAT_look);
	line_word(&line, FIELD_list, list->text);
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

void
look_all(void)
{
	struct list list = {.at = list.text, .whole = true};

	fd_each(list_add, &list);
	list_say(&list);
}
