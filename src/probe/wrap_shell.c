/* SPDX-License-Identifier: MIT
 *
 * system, popen and pclose. What they do inside libc passes no wrapper; the shell that they start
 * is watched as a program of its own. They hand it `environ` as it is, so a program that has
 * cleared it lends it ours for the call.
 */
#include <stdlib.h>
#include <unistd.h>

#include "probe/environment.h"
#include "probe/report.h"

static char **
environment_lend(struct environment *environment)
{
	char **own = environ;

	environment_extend(environment, own);
	if (environment->room != NULL)
		environ = environment->vector;
	return own;
}

/* Unless another thread has put something else there meanwhile, which may have parts of ours in it.
 */
static void
environment_take_back(struct environment *environment, char **own)
{
	if (environment->room == NULL || environ != environment->vector)
		return;
	environ = own;
	environment_free(environment);
}

EXPORT int
system(const char *command)
{
	struct report report;
	struct environment environment;
	char **own;
	int ret;

	if (!report_begin(&report, CALL_system))
		return next.system(command);
	report_path(&report, FIELD_path, command);
	report_enter(&report, HERE);
	own = environment_lend(&environment);
	ret = next.system(command);
	environment_take_back(&environment, own);
	report_return(&report, ret);
	if (ret != -1 && command != NULL)
		report_status(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT FILE *
popen(const char *command, const char *mode)
{
	struct report report;
	struct environment environment;
	char **own;
	FILE *stream;
	int fd;

	if (!report_begin(&report, CALL_popen))
		return next.popen(command, mode);
	report_path(&report, FIELD_path, command);
	line_word(&report.line, FIELD_arg, mode);
	report_enter(&report, HERE);
	own = environment_lend(&environment);
	stream = next.popen(command, mode);
	environment_take_back(&environment, own);
	fd = stream == NULL ? -1 : fileno_unlocked(stream);
	report_return(&report, fd);
	if (fd >= 0)
		report_made(&report, fd);
	report_leave(&report);
	return stream;
}

EXPORT int
pclose(FILE *stream)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_pclose))
		return next.pclose(stream);
	report_fd(&report, fileno_unlocked(stream));
	report_enter(&report, HERE);
	ret = next.pclose(stream);
	object_forget(report.fd);
	report_return(&report, ret);
	if (ret != -1)
		report_status(&report, ret);
	report_leave(&report);
	return ret;
}
