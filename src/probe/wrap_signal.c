/* SPDX-License-Identifier: MIT
 *
 * Signals: sending them, saying what they do, waiting for them.
 */
#include "probe/libc_names.h"

#include "probe/memory.h"
#include "probe/report.h"

EXPORT int
kill(pid_t target, int signal)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_kill))
		return next.kill(target, signal);
	line_number(&report.line, FIELD_target, target);
	report_signal(&report, FIELD_sig, signal);
	report_enter(&report, HERE);
	ret = next.kill(target, signal);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
raise(int signal)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_raise))
		return next.raise(signal);
	report_signal(&report, FIELD_sig, signal);
	report_enter(&report, HERE);
	ret = next.raise(signal);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

static const char *
handler_how(sighandler_t handler)
{
	return handler == SIG_DFL ? "default" : handler == SIG_IGN ? "ignored" : "caught";
}

/* signal() has several names, since its meaning differs between standards. */
static sighandler_t
signal_set(sighandler_t (*set)(int, sighandler_t), int signal, sighandler_t handler, uint64_t site)
{
	struct report report;
	sighandler_t before;

	if (!report_begin(&report, CALL_signal))
		return set(signal, handler);
	report_signal(&report, FIELD_sig, signal);
	line_word(&report.line, FIELD_how, handler_how(handler));
	report_enter(&report, site);
	before = set(signal, handler);
	report_return(&report, before == SIG_ERR ? -1 : 0);
	report_signal(&report, FIELD_sig, signal);
	line_word(&report.line, FIELD_how, handler_how(handler));
	report_leave(&report);
	return before;
}

EXPORT sighandler_t
signal(int signal, sighandler_t handler)
{
	next_find();
	return signal_set(next.signal, signal, handler, HERE);
}

EXPORT sighandler_t
bsd_signal(int signal, sighandler_t handler)
{
	next_find();
	return signal_set(next.bsd_signal, signal, handler, HERE);
}

EXPORT sighandler_t
ssignal(int signal, sighandler_t handler)
{
	next_find();
	return signal_set(next.ssignal, signal, handler, HERE);
}

EXPORT sighandler_t
sysv_signal(int signal, sighandler_t handler)
{
	next_find();
	return signal_set(next.sysv_signal, signal, handler, HERE);
}

EXPORT sighandler_t
__sysv_signal(int signal, sighandler_t handler)
{
	next_find();
	return signal_set(next.__sysv_signal, signal, handler, HERE);
}

EXPORT int
sigaction(int signal, const struct sigaction *action, struct sigaction *before)
{
	struct report report;
	const char *how = NULL; /* a question changes nothing */
	int ret;

	if (!report_begin(&report, CALL_sigaction))
		return next.sigaction(signal, action, before);
	if (action != NULL && memory_good(action, sizeof *action))
		how = handler_how(action->sa_handler);
	report_signal(&report, FIELD_sig, signal);
	if (how != NULL)
		line_word(&report.line, FIELD_how, how);
	report_enter(&report, HERE);
	ret = next.sigaction(signal, action, before);
	report_return(&report, ret);
	report_signal(&report, FIELD_sig, signal);
	if (how != NULL)
		line_word(&report.line, FIELD_how, how);
	report_leave(&report);
	return ret;
}

EXPORT int
pause(void)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_pause))
		return next.pause();
	report_enter(&report, HERE);
	ret = next.pause();
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT int
sigsuspend(const sigset_t *mask)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_sigsuspend))
		return next.sigsuspend(mask);
	report_enter(&report, HERE);
	ret = next.sigsuspend(mask);
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}
