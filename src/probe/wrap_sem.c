/* SPDX-License-Identifier: MIT
 *
 * System V semaphores.
 */
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "probe/deadline.h"
#include "probe/flood.h"
#include "probe/ipc_id.h"
#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	VALUES_MAX = 64, /* semaphores of a set whose values are told */
	OPERATIONS_MAX = 32,
	PAGE = 4096, /* the smallest there is */
};

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

static bool
operations_good(const struct sembuf *operations, size_t n, const void *frame)
{
	uintptr_t here = (uintptr_t)frame;
	uintptr_t last = (uintptr_t)(operations + n) - 1;

	if ((uintptr_t)operations / PAGE == here / PAGE && last / PAGE == here / PAGE)
		return true; /* in the caller's frame, on the page that ours begins on */
	return memory_good(operations, n * sizeof *operations);
}

/* Number, sign and amount of each, and its flags; nothing when the array cannot be read. */
static void
report_operations(
	struct report *report, const struct sembuf *operations, size_t n, const void *frame)
{
	char text[OPERATIONS_MAX * 16 + 8 + LINE_SLACK];
	const char *end = text + sizeof text;
	char *at = text_word(text, end, " ops=");

	if (n == 0 || n > OPERATIONS_MAX || !operations_good(operations, n, frame))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct sembuf *operation = &operations[i];

		at = text_number(i > 0 ? text_word(at, end, ",") : at, end, operation->sem_num);
		at = text_word(at, end, operation->sem_op < 0 ? "" : "+");
		at = text_number(at, end, operation->sem_op);
		at = text_word(at, end, operation->sem_flg & SEM_UNDO ? "u" : "");
		at = text_word(at, end, operation->sem_flg & IPC_NOWAIT ? "n" : "");
	}
	line_copy(&report->line, text, (size_t)(at - text));
}

/* Errors that left the set as it was say what the values are, too. */
static void
operation_leave(struct report *report, const struct ipc_id *set, int id, int ret)
{
	int error = ret == 0 ? 0 : errno;

	report_return(report, ret);
	report_ipc_id(report, set);
	if (error == EAGAIN || error == EINTR || (error == 0 && flood_ask(report->now)))
		report_values(report, id);
	else if (error == EIDRM)
		line_number(&report->line, FIELD_removed, 1);
	report_leave(report);
}

EXPORT int
semop(int id, struct sembuf *operations, size_t n)
{
	struct report report;
	struct ipc_id set;
	int ret;

	if (!report_begin(&report, CALL_semop))
		return next.semop(id, operations, n);
	ipc_id_make(&set, "sem:", id);
	report_ipc_id(&report, &set);
	report_operations(&report, operations, n, __builtin_frame_address(0));
	report_enter(&report, HERE);
	ret = next.semop(id, operations, n);
	operation_leave(&report, &set, id, ret);
	return ret;
}

EXPORT int
semtimedop(int id, struct sembuf *operations, size_t n, const struct timespec *timeout)
{
	struct report report;
	struct ipc_id set;
	int ret;

	if (!report_begin(&report, CALL_semtimedop))
		return next.semtimedop(id, operations, n, timeout);
	ipc_id_make(&set, "sem:", id);
	report_ipc_id(&report, &set);
	report_operations(&report, operations, n, __builtin_frame_address(0));
	report_limit(&report, timeout);
	report_enter(&report, HERE);
	ret = next.semtimedop(id, operations, n, timeout);
	operation_leave(&report, &set, id, ret);
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
