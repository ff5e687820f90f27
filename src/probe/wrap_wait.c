/* SPDX-License-Identifier: MIT
 *
 * Waiting for children. A caller that does not want the status gets none, but we ask for it.
 */
#include "probe/report.h"

/* ret is the child's pid; 0 under WNOHANG when none has changed. */
static void
wait_leave(struct report *report, pid_t ret, const int *status)
{
	report_return(report, ret);
	if (ret > 0)
		report_status(report, *status);
	report_leave(report);
}

static void
wait_enter(struct report *report, pid_t target, int options, uint64_t site)
{
	line_number(&report->line, FIELD_target, target);
	line_number(&report->line, FIELD_arg, options);
	report_enter(report, site);
}

EXPORT pid_t
wait(int *status)
{
	struct report report;
	int own;
	pid_t ret;

	if (!report_begin(&report, CALL_wait))
		return next.wait(status);
	report_enter(&report, HERE);
	if (status == NULL)
		status = &own;
	ret = next.wait(status);
	wait_leave(&report, ret, status);
	return ret;
}

EXPORT pid_t
waitpid(pid_t target, int *status, int options)
{
	struct report report;
	int own;
	pid_t ret;

	if (!report_begin(&report, CALL_waitpid))
		return next.waitpid(target, status, options);
	wait_enter(&report, target, options, HERE);
	if (status == NULL)
		status = &own;
	ret = next.waitpid(target, status, options);
	wait_leave(&report, ret, status);
	return ret;
}

EXPORT pid_t
wait3(int *status, int options, struct rusage *usage)
{
	struct report report;
	int own;
	pid_t ret;

	if (!report_begin(&report, CALL_wait3))
		return next.wait3(status, options, usage);
	line_number(&report.line, FIELD_arg, options);
	report_enter(&report, HERE);
	if (status == NULL)
		status = &own;
	ret = next.wait3(status, options, usage);
	wait_leave(&report, ret, status);
	return ret;
}

EXPORT pid_t
wait4(pid_t target, int *status, int options, struct rusage *usage)
{
	struct report report;
	int own;
	pid_t ret;

	if (!report_begin(&report, CALL_wait4))
		return next.wait4(target, status, options, usage);
	wait_enter(&report, target, options, HERE);
	if (status == NULL)
		status = &own;
	ret = next.wait4(target, status, options, usage);
	wait_leave(&report, ret, status);
	return ret;
}

/* The wait status that waitpid() would have given for this. */
static int
info_status(const siginfo_t *info)
{
	switch (info->si_code) {
	case CLD_EXITED:
		return W_EXITCODE(info->si_status & 0xff, 0);
	case CLD_KILLED:
		return info->si_status;
	case CLD_DUMPED:
		return info->si_status | WCOREFLAG;
	case CLD_CONTINUED:
		return __W_CONTINUED;
	default:
		return W_STOPCODE(info->si_status);
	}
}

EXPORT int
waitid(idtype_t type, id_t target, siginfo_t *info, int options)
{
	struct report report;
	siginfo_t own;
	int ret;

	if (!report_begin(&report, CALL_waitid))
		return next.waitid(type, target, info, options);
	wait_enter(&report, type == P_ALL ? -1 : (pid_t)target, options, HERE);
	own.si_pid = 0;
	if (info == NULL)
		info = &own;
	ret = next.waitid(type, target, info, options);
	report_return(&report, ret);
	if (ret == 0 && info->si_pid != 0) {
		line_number(&report.line, FIELD_child, info->si_pid);
		report_status(&report, info_status(info));
	}
	report_leave(&report);
	return ret;
}
