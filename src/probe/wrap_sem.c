/* SPDX-License-Identifier: MIT
 *
 * System V semaphores.
 */
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "probe/deadline.h"
#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	VALUES_MAX = 64, /* semaphores of a set whose values are told */
	OPERATIONS_MAX = 32,
};

/* What programs define for themselves, as semctl(2) says. Passed on as it came. */
union semun {
	int val;
	void *pointer;
};

static void
report_set(struct report *report, int id)
{
	char name[24];

	text_number(text_word(name, name + sizeof name, "sem:"), name + sizeof name, id);
	line_word(&report->line, FIELD_obj, name);
}

/* Values of the whole set, of one call; nothing where the process may not ask. */
static void
report_values(struct report *report, int id)
{
	unsigned short values[VALUES_MAX];
	char text[VALUES_MAX * 6 + 8];
	const char *end = text + sizeof text;
	char *at = text;
	struct semid_ds status;

	if (SYS4(SYS_semctl, id, 0, IPC_STAT, &status) != 0 || status.sem_nsems > VALUES_MAX ||
		SYS4(SYS_semctl, id, 0, GETALL, values) != 0)
		return;
	for (unsigned long i = 0; i < status.sem_nsems; i++)
		at = text_number(i > 0 ? text_word(at, end, ",") : at, end, values[i]);
	line_word(&report->line, FIELD_values, text);
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
	bool made;
	int ret;

	if (!report_begin(&report, CALL_semget))
		return next.semget(key, n, flags);
	line_word(&report.line, FIELD_key, key_name(key, name, sizeof name));
	line_number(&report.line, FIELD_n, n);
	line_word(&report.line, FIELD_flags, get_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	ret = set_get(key, n, flags, &made);
	report_return(&report, ret);
	if (ret >= 0) {
		if (made)
			ledger_enter_id(LEDGER_SEM, ret);
		report_set(&report, ret);
		line_number(&report.line, FIELD_made, made);
		report_values(&report, ret);
	}
	report_leave(&report);
	return ret;
}

/* --- operations --- */

/* Number, sign and amount of each, and its flags; nothing when the array cannot be read. */
static void
report_operations(struct report *report, const struct sembuf *operations, size_t n)
{
	char text[OPERATIONS_MAX * 16];
	const char *end = text + sizeof text;
	char *at = text;

	if (n == 0 || n > OPERATIONS_MAX || !memory_good(operations, n * sizeof *operations))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct sembuf *operation = &operations[i];

		at = text_number(i > 0 ? text_word(at, end, ",") : at, end, operation->sem_num);
		at = text_word(at, end, operation->sem_op < 0 ? "" : "+");
		at = text_number(at, end, operation->sem_op);
		at = text_word(at, end, operation->sem_flg & SEM_UNDO ? "u" : "");
		at = text_word(at, end, operation->sem_flg & IPC_NOWAIT ? "n" : "");
	}
	line_word(&report->line, FIELD_ops, text);
}

static void
operation_enter(struct report *report, int id, const struct sembuf *operations, size_t n)
{
	line_number(&report->line, FIELD_id, id);
	report_set(report, id);
	report_operations(report, operations, n);
}

/* EAGAIN says what the values are, too. */
static void
operation_leave(struct report *report, int id, int ret)
{
	int error = errno;

	report_return(report, ret);
	line_number(&report->line, FIELD_id, id);
	report_set(report, id);
	if (ret == 0 || error == EAGAIN)
		report_values(report, id);
	report_leave(report);
}

EXPORT int
semop(int id, struct sembuf *operations, size_t n)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_semop))
		return next.semop(id, operations, n);
	operation_enter(&report, id, operations, n);
	report_enter(&report, HERE);
	ret = next.semop(id, operations, n);
	operation_leave(&report, id, ret);
	return ret;
}

EXPORT int
semtimedop(int id, struct sembuf *operations, size_t n, const struct timespec *timeout)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_semtimedop))
		return next.semtimedop(id, operations, n, timeout);
	operation_enter(&report, id, operations, n);
	report_limit(&report, timeout);
	report_enter(&report, HERE);
	ret = next.semtimedop(id, operations, n, timeout);
	operation_leave(&report, id, ret);
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
	char name[24];

	line_number(&report->line, FIELD_id, id);
	report_set(report, id);
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
	if (ret == 0 && command == IPC_RMID)
		ledger_strike_id(LEDGER_SEM, id);
	report_leave(&report);
	return ret;
}
