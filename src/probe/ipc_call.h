/* SPDX-License-Identifier: MIT
 *
 * Telling the calls that programs make most on System V objects. Their lines are written at one pointer, as in move.c;
 * what is rare in them is written by the functions of report.h, between ipc_pause() and ipc_resume().
 *
 *	at = ipc_begin(&call, CALL_x, "msg:", id);
 *	if (at == NULL)
 *		return next.x(…);
 *	at = put_decimal(PUT_KEY(at, field_n), n) …
 *	ipc_enter(&call, at, HERE);
 *	ret = next.x(…);
 *	at = ipc_return(&call, ret);
 *	at = put_decimal(PUT_KEY(at, field_n), n) …
 *	ipc_leave(&call, at);
 *	return ret;
 */
#ifndef IPCVIZ_PROBE_IPC_CALL_H
#define IPCVIZ_PROBE_IPC_CALL_H

#include "event/put.h"
#include "probe/gate.h"
#include "probe/report.h"

enum {
	IPC_NAME = 3 * PUT_CELL, /* " id=3 obj=sem:3" */
	IPC_WHO = 2 * PUT_CELL,  /* of me.who, " PID TID ", is copied */
	/* Time, who, word, call, name, and what else every line may have: site or result, the error's name, the newline. */
	IPC_FIXED = 20 + IPC_WHO + 5 + 2 * PUT_CELL + IPC_NAME + 64,
};
_Static_assert((int)IPC_WHO <= (int)LINE_WHO_MAX && IPC_WHO > 2 * 11 + 1, "it is all copied");
_Static_assert(IPC_NAME > 15 + 5 + 4 + 10, "any id has room");

struct ipc_call {
	struct report report;
	size_t name_length;
	char name[IPC_NAME];
};

/* The line goes on elsewhere, and comes back from there. */
INLINE void
ipc_pause(struct report *report, const char *at)
{
	report->line.length = (size_t)(at - report->line.text);
}

INLINE char *
ipc_resume(struct report *report)
{
	return report->line.text + report->line.length;
}

INLINE char *
ipc_head(struct report *report, const char *word)
{
	char *at = put_unsigned(report->line.text, report->now);

	memcpy(at, me.who, IPC_WHO);
	at = (char *)memcpy(at + me.who_length, word, 5) + 5;
	report->body = (size_t)(at - report->line.text);
	return put_call(at, report->call);
}

INLINE char *
ipc_name(const struct ipc_call *call, char *at)
{
	return (char *)memcpy(at, call->name, IPC_NAME) + call->name_length;
}

/* Begins the line `enter`; `kind` is "msg:" or "sem:". Answers where the call's fields go, or NULL: nobody listens. */
INLINE char *
ipc_begin(struct ipc_call *call, enum call_id function, const char *kind, int id)
{
	struct report *report = &call->report;
	char *at = call->name;

	if (!atomic_load_explicit(&control.on, memory_order_relaxed)) {
		next_find();
		return NULL;
	}
	at = put_decimal(PUT_KEY(at, field_id), id);
	if (id >= 0) /* else there is no object */
		at = put_unsigned((char *)memcpy(PUT_KEY(at, field_obj), kind, 4) + 4, (uint64_t)id);
	call->name_length = (size_t)(at - call->name);
	me_check();
	report->call = function;
	report->fd = -1;
	report->now = control_clock();
	report->away = report->now - me.left;
	return ipc_name(call, ipc_head(report, "enter"));
}

INLINE void
ipc_enter(struct ipc_call *call, char *at, uint64_t site)
{
	struct report *report = &call->report;

	ipc_pause(report, put_hex(PUT_KEY(at, field_at), site));
	if (gate_is_open())
		report->line.text[report->line.length++] = '\n';
	else
		report_enter_line(report, 0);
	control_send(&report->line, report->now, report->away);
}

/* Begins the line `leave`; ret -1 tells errno too. */
INLINE char *
ipc_return(struct ipc_call *call, int64_t ret)
{
	struct report *report = &call->report;
	char *at;

	report->now = control_clock();
	me_check(); /* a signal handler may have forked, and the child have come back here */
	at = put_decimal(PUT_KEY(ipc_head(report, "leave"), field_ret), ret);
	if (ret == -1) {
		char name[24];

		ipc_pause(report, at);
		line_word(&report->line, FIELD_err, errno_name(errno, name, sizeof name));
		at = ipc_resume(report);
	}
	return ipc_name(call, at);
}

INLINE void
ipc_leave(struct ipc_call *call, char *at)
{
	struct report *report = &call->report;

	*at++ = '\n';
	ipc_pause(report, at);
	control_send(&report->line, report->now, 0);
	me_leave(report->now);
}

#endif
