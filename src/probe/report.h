/* SPDX-License-Identifier: MIT
 *
 * Telling a call: what every wrapper is made of. The shape is always the same, and written out in
 *each:
 *
 *	if (!report_begin(&report, CALL_x))     nobody listens: pass through
 *		return next.x(…);
 *	report_fd, line_number, line_word …     what is known before the call
 *	report_enter(&report, HERE);            the gate, then the line `enter`
 *	ret = next.x(…);                        the call itself
 *	report_return(&report, ret);            begins the line `leave`
 *	line_number …                           what is known after it
 *	report_leave(&report);
 *	return ret;
 *
 * Nothing here touches errno, allocates, or locks; a signal handler may run and report its own
 *calls at any point.
 */
#ifndef IPCVIZ_PROBE_REPORT_H
#define IPCVIZ_PROBE_REPORT_H

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>

#include "event/line.h"
#include "probe/control.h"
#include "probe/next.h"
#include "probe/object.h"
#include "probe/process.h"

#define EXPORT __attribute__((visibility("default")))
#define HERE ((uint64_t)(uintptr_t)__builtin_return_address(0))

struct report {
	enum call_id call;
	int fd;        /* the descriptor that the call works on, -1 without one */
	uint64_t now;  /* time of the line being built */
	uint64_t away; /* how long this thread was out of our hands before the call */
	size_t body;   /* where the fields begin in line.text */
	size_t head;   /* report_move(): where those end that enter and leave share, 0 when they share none */
	int32_t tid;   /* report_move(): who entered the call */
	char cap[16];  /* report_move(): a pipe's " cap=65536" */
	struct object object;
	struct line line;
};

bool report_begin(struct report *report, enum call_id call);
/* Names the descriptor and the object behind it, in both lines. */
void report_fd(struct report *report, int fd);
INLINE void report_enter(struct report *report, uint64_t site);
/* After the call: ret -1 reports errno too. */
void report_return(struct report *report, int64_t ret);
/* The same for functions that return the error; 0 is success. */
void report_return_error(struct report *report, int64_t ret, int error);
INLINE void report_leave(struct report *report);

/* Fields of the leave line. */
INLINE void report_used(struct report *report); /* occupancy and capacity when fd is a pipe */
/* After a call that moves bytes through a socket: what lies in it, ready to be read, or sent and not acknowledged. */
void report_queued(struct report *report, int64_t ret, int error);
void report_data(struct report *report, const void *bytes,
	size_t n); /* preview of bytes that the kernel has touched */
void report_made(
	struct report *report, int fd); /* the object behind a descriptor that the call made */
void report_flags(struct report *report, int flags);
/* The flags of a descriptor as the kernel has them, with O_CLOEXEC among them as in a `look`. */
void report_flags_now(struct report *report, int fd);
void report_signal(struct report *report, enum event_field field, int signal);
void report_status(struct report *report, int status); /* wait status */
/* Fields of the enter line from memory that the host only claims to be good. */
void report_path(struct report *report, enum event_field field, const char *path);
void report_argv(struct report *report, char *const argv[]);

/* A `look` line about one descriptor; false when it is not open. And the list of all. */
bool look_fd(int fd);
void look_all(void);

/* --- inline, see control_send() --- */

/* The line `leave` up to the descriptor, of the time report->now. */
void report_leave_head(struct report *report);
/* Finishes the line `enter`, and stands at the gate if it is shut. */
void report_enter_line(struct report *report, uint64_t site);
void report_used_line(struct report *report, int64_t used);

INLINE void
report_enter(struct report *report, uint64_t site)
{
	report_enter_line(report, site);
	control_send(&report->line, report->now, report->away);
}

INLINE void
report_used(struct report *report)
{
	if (report->fd >= 0 && report->object.length > 0 && report->object.pipe)
		report_used_line(report, object_used(report->fd));
}

/* This thread goes out of our hands, having told a leave of the time `since`. The clock is asked now and then; else that
 * took no less than it ever did. */
static inline void
me_leave(uint64_t since)
{
	enum { FIRST = 8, EACH = 64 };

	if (me.leaves++ >= FIRST && me.leaves % EACH != 0) {
		me.left = since + me.leave_time;
		return;
	}
	me.left = control_clock();
	if (me.leaves == 1 || me.left - since < me.leave_time)
		me.leave_time = me.left - since;
}

INLINE void
report_leave(struct report *report)
{
	line_finish(&report->line);
	control_send(&report->line, report->now, 0);
	me_leave(report->now);
}

#endif
