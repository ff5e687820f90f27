/* SPDX-License-Identifier: MIT
 *
 * System V semaphores.
 */
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "probe/deadline.h"
#include "probe/flood.h"
#include "probe/ipc_call.h"
#include "probe/ipc_id.h"
#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	VALUES_MAX = 64, /* semaphores of a set whose values are told */
	OPERATIONS_MAX = 32,
	OPERATIONS_FEW = 8, /* of them there is always room for */
	OPERATION_MAX = 15, /* bytes of one: ",65535+32767un" */
};
/* the operations, a time limit, the values are left out when they do not fit */
_Static_assert(IPC_FIXED + OPERATIONS_FEW * OPERATION_MAX + PUT_CELL + 32 < EVENT_LINE_MAX,
	"what is put has room");

/* What programs define for themselves, as semctl(2) says. Passed on as it came. */
union semun {
	int val;
	void *pointer;
};

/* Values of the whole set; nothing where the process may not ask. */
static void
report_values(struct report *report, int id)
{
	unsigned short values[VALUES_MAX];
	char text[VALUES_MAX * 6 + 16 + LINE_SLACK];
	const char *end = text + sizeof text;
	char *at = text_word(text, end, " values=");
	struct semid_ds status;

	if (SYS4(SYS_semctl, id, 0, IPC_STAT, &status) != 0 || status.sem_nsems > VALUES_MAX ||
		SYS4(SYS_semctl, id, 0, GETALL, values) != 0)
		return;
	for (unsigned long i = 0; i < status.sem_nsems; i++)
		at = text_number(i > 0 ? text_word(at, end, ",") : at, end, values[i]);
	line_copy(&report->line, text, (size_t)(at - text));
}

/* Asks for a new set first, since the kernel does not say whether one was there. */
static int
set_get(key_t key, int n, int flags, bool *made)
{
	int error = errno;
	int ret;

	*made = false;
	if (key != IPC_PRIVATE && !(flags & IPC_CREAT))
		return next.semget(key, n, flags);
	ret = next.semget(key, n, key == IPC_PRIVATE ? flags : flags | IPC_EXCL);
	*made = ret >= 0;
	if (ret >= 0 || key == IPC_PRIVATE || flags & IPC_EXCL || errno != EEXIST)
		return ret;
	errno = error;
	return next.semget(key, n, flags);
}

EXPORT int
semget(key_t key, int n, int flags)
{
	struct report report;
	char name[96];
	struct ledger_entry *intent;
	bool made;
	int ret;

	if (!report_begin(&report, CALL_semget))
		return next.semget(key, n, flags);
	line_word(&report.line, FIELD_key, key_name(key, name, sizeof name));
	line_number(&report.line, FIELD_n, n);
	line_word(&report.line, FIELD_flags, get_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	intent = ledger_intend(LEDGER_SEM, key, flags);
	ret = set_get(key, n, flags, &made);
	report_return(&report, ret);
	if (ret >= 0) {
		if (made)
			ledger_enter_id(LEDGER_SEM, ret);
		report_ipc_object(&report, "sem:", ret);
		line_number(&report.line, FIELD_made, made);
		report_values(&report, ret);
	}
	ledger_intended(intent);
	report_leave(&report);
	return ret;
}

/* --- operations --- */

/* Writes number, sign and amount of each, and its flags, in at most OPERATION_MAX bytes each, and PUT_CELL more. */
INLINE char *
put_operations(char *at, const struct sembuf *operations, size_t n)
{
	at = PUT_KEY(at, field_ops);
	for (size_t i = 0; i < n; i++) {
		const struct sembuf *operation = &operations[i];

		if (i > 0)
			*at++ = ',';
		at = put_small(at, operation->sem_num);
		if (operation->sem_op >= 0)
			*at++ = '+';
		at = put_decimal(at, operation->sem_op);
		if (operation->sem_flg & SEM_UNDO)
			*at++ = 'u';
		if (operation->sem_flg & IPC_NOWAIT)
			*at++ = 'n';
	}
	return at;
}

/* More of them, if they fit the line. */
static __attribute__((noinline, cold)) char *
put_many_operations(struct report *report, char *at, const struct sembuf *operations, size_t n)
{
	char text[OPERATIONS_MAX * OPERATION_MAX + PUT_CELL + LINE_SLACK];

	ipc_pause(report, at);
	line_copy(&report->line, text, (size_t)(put_operations(text, operations, n) - text));
	return ipc_resume(report);
}

/* Nothing when the array cannot be read. */
INLINE char *
put_asked(struct report *report, char *at, const struct sembuf *operations, size_t n, const void *frame)
{
	if (n == 0 || n > OPERATIONS_MAX || !memory_near(operations, n * sizeof *operations, frame))
		return at;
	return n <= OPERATIONS_FEW ? put_operations(at, operations, n)
				   : put_many_operations(report, at, operations, n);
}

/* Errors that left the set as it was say what the values are, too. */
INLINE void
operation_leave(struct ipc_call *call, int id, int ret)
{
	struct report *report = &call->report;
	char *at = ipc_return(call, ret);
	int error = ret == 0 ? 0 : errno;

	ipc_pause(report, at);
	if (error == EAGAIN || error == EINTR || (error == 0 && flood_ask(report->now)))
		report_values(report, id);
	else if (error == EIDRM)
		line_number(&report->line, FIELD_removed, 1);
	ipc_leave(call, ipc_resume(report));
}

EXPORT int
semop(int id, struct sembuf *operations, size_t n)
{
	struct ipc_call call;
	char *at = ipc_begin(&call, CALL_semop, "sem:", id);
	int ret;

	if (at == NULL)
		return next.semop(id, operations, n);
	at = put_asked(&call.report, at, operations, n, __builtin_frame_address(0));
	ipc_enter(&call, at, HERE);
	ret = next.semop(id, operations, n);
	operation_leave(&call, id, ret);
	return ret;
}

EXPORT int
semtimedop(int id, struct sembuf *operations, size_t n, const struct timespec *timeout)
{
	struct ipc_call call;
	char *at = ipc_begin(&call, CALL_semtimedop, "sem:", id);
	int ret;

	if (at == NULL)
		return next.semtimedop(id, operations, n, timeout);
	ipc_pause(&call.report,
		put_asked(&call.report, at, operations, n, __builtin_frame_address(0)));
	report_limit(&call.report, timeout);
	ipc_enter(&call, ipc_resume(&call.report), HERE);
	ret = next.semtimedop(id, operations, n, timeout);
	operation_leave(&call, id, ret);
	return ret;
}

/* --- semctl --- */

static bool
concerns_values(int command)
{
	return command == SETVAL || command == SETALL || command == GETVAL || command == GETALL;
}

static void
report_control(struct report *report, int id, int number, int command, union semun argument)
{
	struct ipc_id set;
	char name[24];

	ipc_id_make(&set, "sem:", id);
	report_ipc_id(report, &set);
	line_number(&report->line, FIELD_sem, number);
	line_word(&report->line, FIELD_cmd, semaphore_command_name(command, name, sizeof name));
	if (command == SETVAL)
		line_number(&report->line, FIELD_value, argument.val);
}

EXPORT int
semctl(int id, int number, int command, ...)
{
	struct report report;
	union semun argument;
	va_list rest;
	int ret;

	va_start(rest, command);
	argument = va_arg(rest, union semun);
	va_end(rest);
	if (!report_begin(&report, CALL_semctl))
		return next.semctl(id, number, command, argument);
	report_control(&report, id, number, command, argument);
	report_enter(&report, HERE);
	ret = next.semctl(id, number, command, argument);
	report_return(&report, ret);
	report_control(&report, id, number, command, argument);
	if (ret >= 0 && concerns_values(command))
		report_values(&report, id);
	if (ret == 0 && command == IPC_RMID) {
		ledger_strike_id(LEDGER_SEM, id);
		line_number(&report.line, FIELD_removed, 1);
	}
	report_leave(&report);
	return ret;
}
