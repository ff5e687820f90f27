/* SPDX-License-Identifier: MIT
 *
 * Ending. Only the enter line is sent: these do not return. A return from main is told in start.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "probe/process.h"
#include "probe/report.h"

static void
exit_enter(enum call_id call, int status, uint64_t site)
{
	struct report report;

	if (!report_begin(&report, call))
		return;
	if (!me.vforked)
		atomic_store(&process->exit_told, true);
	line_number(&report.line, FIELD_status, status & 0xff);
	report_enter(&report, site);
}

EXPORT void
_exit(int status)
{
	exit_enter(CALL__exit, status, HERE);
	next._exit(status);
	__builtin_unreachable();
}

EXPORT void
_Exit(int status)
{
	exit_enter(CALL__exit, status, HERE);
	next._Exit(status);
	__builtin_unreachable();
}

EXPORT void
exit(int status)
{
	exit_enter(CALL_exit, status, HERE);
	next.exit(status);
	__builtin_unreachable();
}
