/* SPDX-License-Identifier: MIT
 *
 * System V message queues.
 */
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "probe/flood.h"
#include "probe/ipc_call.h"
#include "probe/ipc_id.h"
#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

/* A message as programs hand it over: the type, which may lie at any address, then the bytes. */
static long
message_type(const void *message)
{
	long type;

	memcpy(&type, message, sizeof type);
	return type;
}

/* Most are 0, which needs no name. */
static void
report_message_flags(struct report *report, int flags)
{
	char name[64];

	if (flags == 0)
		line_number(&report->line, FIELD_flags, 0);
	else
		line_word(&report->line, FIELD_flags, message_flags_name(flags, name, sizeof name));
}

static void
report_contents(struct report *report, const struct msqid_ds *queue)
{
	line_number(&report->line, FIELD_count, (int64_t)queue->msg_qnum);
	line_number(&report->line, FIELD_used, (int64_t)queue->__msg_cbytes);
	line_number(&report->line, FIELD_cap, (int64_t)queue->msg_qbytes);
}

/* What lies in it now; nothing where the process may not ask. */
static void
report_look(struct report *report, int id)
{
	struct msqid_ds queue;

	if (SYS3(SYS_msgctl, id, IPC_STAT, &queue) == 0)
		report_contents(report, &queue);
}

EXPORT key_t
ftok(const char *path, int project)
{
	struct report report;
	char name[24];
	key_t ret;

	if (!report_begin(&report, CALL_ftok))
		return next.ftok(path, project);
	report_path(&report, FIELD_path, path);
	line_number(&report.line, FIELD_arg, project);
	report_enter(&report, HERE);
	ret = next.ftok(path, project);
	report_return(&report, ret);
	if (ret != -1)
		line_word(&report.line, FIELD_key, key_name(ret, name, sizeof name));
	report_leave(&report);
	return ret;
}

/* Did msgget make the queue? IPC_CREAT alone takes one that is there, so `before` is what the key
 * named just before the call. Others may have made it in between: then they have entered it. */
static void
report_origin(struct report *report, int id, key_t key, int flags, long before)
{
	bool made = key == IPC_PRIVATE || (flags & IPC_CREAT && flags & IPC_EXCL);

	if (!made && flags & IPC_CREAT) {
		if (before < 0 && before != -ENOENT)
			return; /* nobody knows */
		made = before != id && !ledger_has_id(LEDGER_MSG, id);
	}
	line_number(&report->line, FIELD_made, made);
	if (made)
		ledger_enter_id(LEDGER_MSG, id);
}

EXPORT int
msgget(key_t key, int flags)
{
	struct report report;
	char name[64];
	long before = 0;
	struct ledger_entry *intent;
	int ret;

	if (!report_begin(&report, CALL_msgget))
		return next.msgget(key, flags);
	line_word(&report.line, FIELD_key, key_name(key, name, sizeof name));
	line_word(&report.line, FIELD_flags, get_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	if (key != IPC_PRIVATE && flags & IPC_CREAT && !(flags & IPC_EXCL))
		before = SYS2(SYS_msgget, key, 0);
	intent = ledger_intend(LEDGER_MSG, key, flags);
	ret = next.msgget(key, flags);
	report_return(&report, ret);
	if (ret != -1) {
		report_ipc_object(&report, "msg:", ret);
		report_origin(&report, ret, key, flags, before);
		report_look(&report, ret);
	}
	ledger_intended(intent);
	report_leave(&report);
	return ret;
}

enum { DATA = 48 }; /* bytes of a preview, as in report.c */
/* four fields with numbers, the flags' names, a preview of plain bytes */
_Static_assert(IPC_FIXED + 4 * (8 + 20) + 64 + PUT_CELL + DATA < EVENT_LINE_MAX, "what is put has room");

/* Most are 0, which needs no name. */
INLINE char *
put_message_flags(struct report *report, char *at, int flags)
{
	if (__builtin_expect(flags == 0, 1)) {
		*(at = PUT_KEY(at, field_flags)) = '0';
		return at + 1;
	}
	ipc_pause(report, at);
	report_message_flags(report, flags);
	return ipc_resume(report);
}

/* What lies in the queue after the call: errors that leave it as it was tell that, too. */
INLINE char *
put_contents(struct report *report, char *at, int id, int error)
{
	ipc_pause(report, at);
	if (error == EAGAIN || error == ENOMSG || error == E2BIG || error == EINTR ||
		(error == 0 && flood_ask(report->now)))
		report_look(report, id);
	else if (error == EIDRM)
		line_number(&report->line, FIELD_removed, 1);
	return ipc_resume(report);
}

/* Type and bytes of a message that the kernel has touched. */
INLINE char *
put_message(struct report *report, char *at, const void *message, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)message + sizeof(long);
	char *end;

	at = put_decimal(PUT_KEY(at, field_type), message_type(message));
	if (n == 0 || (end = put_plain(at, bytes, n, DATA)) != NULL)
		return n == 0 ? at : end;
	ipc_pause(report, at);
	report_data(report, bytes, n);
	return ipc_resume(report);
}

EXPORT int
msgsnd(int id, const void *message, size_t n, int flags)
{
	struct ipc_call call;
	char *at = ipc_begin(&call, CALL_msgsnd, "msg:", id);
	int ret;

	if (at == NULL)
		return next.msgsnd(id, message, n, flags);
	if (memory_near(message, sizeof(long), __builtin_frame_address(0)))
		at = put_decimal(PUT_KEY(at, field_type), message_type(message));
	at = put_decimal(PUT_KEY(at, field_n), (int64_t)n);
	ipc_enter(&call, put_message_flags(&call.report, at, flags), HERE);
	ret = next.msgsnd(id, message, n, flags);
	at = ipc_return(&call, ret);
	at = put_contents(&call.report, at, id, ret == 0 ? 0 : errno);
	if (ret == 0) {
		at = put_decimal(PUT_KEY(at, field_n), (int64_t)n);
		at = put_message(&call.report, at, message, n);
	}
	ipc_leave(&call, at);
	return ret;
}

EXPORT ssize_t
msgrcv(int id, void *message, size_t n, long want, int flags)
{
	struct ipc_call call;
	char *at = ipc_begin(&call, CALL_msgrcv, "msg:", id);
	ssize_t ret;

	if (at == NULL)
		return next.msgrcv(id, message, n, want, flags);
	at = put_decimal(PUT_KEY(at, field_n), (int64_t)n);
	at = put_decimal(PUT_KEY(at, field_want), want);
	ipc_enter(&call, put_message_flags(&call.report, at, flags), HERE);
	ret = next.msgrcv(id, message, n, want, flags);
	at = ipc_return(&call, ret);
	at = put_contents(&call.report, at, id, ret >= 0 ? 0 : errno);
	if (ret >= 0 && flags & MSG_COPY) /* the message stays where it is */
		at = put_message_flags(&call.report, at, flags);
	if (ret >= 0)
		at = put_message(&call.report, at, message, (size_t)ret);
	ipc_leave(&call, at);
	return ret;
}

/* What a command that succeeded told the program, or did to the queue. */
static void
report_control(struct report *report, int id, int command, const struct msqid_ds *queue)
{
	if (command == IPC_RMID) {
		line_number(&report->line, FIELD_removed, 1);
		ledger_strike_id(LEDGER_MSG, id);
	} else if (command == IPC_STAT) {
		report_contents(report, queue);
		line_number(&report->line, FIELD_sender, queue->msg_lspid);
		line_number(&report->line, FIELD_receiver, queue->msg_lrpid);
	} else if (command == IPC_SET) {
		report_look(report, id);
	}
}

EXPORT int
msgctl(int id, int command, struct msqid_ds *queue)
{
	struct report report;
	char name[24];
	bool by_id = command == IPC_RMID || command == IPC_SET || command == IPC_STAT;
	int ret;

	if (!report_begin(&report, CALL_msgctl))
		return next.msgctl(id, command, queue);
	line_number(&report.line, FIELD_id, id);
	if (by_id) /* the others count through the system's queues */
		report_ipc_object(&report, "msg:", id);
	line_word(&report.line, FIELD_cmd, message_command_name(command, name, sizeof name));
	report_enter(&report, HERE);
	ret = next.msgctl(id, command, queue);
	report_return(&report, ret);
	if (by_id)
		report_ipc_object(&report, "msg:", id);
	line_word(&report.line, FIELD_cmd, name);
	if (ret != -1)
		report_control(&report, id, command, queue);
	report_leave(&report);
	return ret;
}
