/* SPDX-License-Identifier: MIT
 *
 * Becoming another program. All are told as execve, since that is what they end in, except that the
 * file of execlp, execvp and execvpe is still to be searched for. Returning means that it failed.
 */
#include <alloca.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "probe/environment.h"
#include "probe/report.h"

static void
exec_enter(struct report *report, const char *path, char *const argv[], uint64_t site)
{
	report_path(report, FIELD_path, path);
	report_argv(report, argv);
	report_enter(report, site);
}

static int
exec_failed(struct report *report, struct environment *environment, int ret)
{
	environment_free(environment);
	report_return(report, ret);
	report_leave(report);
	return ret;
}

static int
exec_path(const char *path, char *const argv[], char *const envp[], uint64_t site)
{
	struct report report;
	struct environment environment;

	if (!report_begin(&report, CALL_execve))
		return next.execve(path, argv, envp);
	exec_enter(&report, path, argv, site);
	environment_extend(&environment, envp);
	return exec_failed(&report, &environment, next.execve(path, argv, environment.vector));
}

static int
exec_file(const char *file, char *const argv[], char *const envp[], uint64_t site)
{
	struct report report;
	struct environment environment;

	if (!report_begin(&report, CALL_execve))
		return next.execvpe(file, argv, envp);
	exec_enter(&report, file, argv, site);
	environment_extend(&environment, envp);
	return exec_failed(&report, &environment, next.execvpe(file, argv, environment.vector));
}

EXPORT int
execve(const char *path, char *const argv[], char *const envp[])
{
	return exec_path(path, argv, envp, HERE);
}

EXPORT int
execv(const char *path, char *const argv[])
{
	return exec_path(path, argv, environ, HERE);
}

EXPORT int
execvp(const char *file, char *const argv[])
{
	return exec_file(file, argv, environ, HERE);
}

EXPORT int
execvpe(const char *file, char *const argv[], char *const envp[])
{
	return exec_file(file, argv, envp, HERE);
}

/* The arguments of execl and its kin as a vector; it lives on the caller's stack, as in libc. */
static int
list_length(va_list list)
{
	int n = 1;

	while (va_arg(list, char *) != NULL)
		n++;
	return n;
}

static void
list_take(char **argv, const char *first, va_list list)
{
	*argv++ = (char *)first;
	while ((*argv++ = va_arg(list, char *)) != NULL)
		;
}

EXPORT int
execl(const char *path, const char *first, ...)
{
	va_list list;
	char **argv;

	va_start(list, first);
	argv = alloca(((size_t)list_length(list) + 1) * sizeof *argv);
	va_end(list);
	va_start(list, first);
	list_take(argv, first, list);
	va_end(list);
	return exec_path(path, argv, environ, HERE);
}

EXPORT int
execlp(const char *file, const char *first, ...)
{
	va_list list;
	char **argv;

	va_start(list, first);
	argv = alloca(((size_t)list_length(list) + 1) * sizeof *argv);
	va_end(list);
	va_start(list, first);
	list_take(argv, first, list);
	va_end(list);
	return exec_file(file, argv, environ, HERE);
}

EXPORT int
execle(const char *path, const char *first, ...)
{
	va_list list;
	char **argv;
	char **envp;

	va_start(list, first);
	argv = alloca(((size_t)list_length(list) + 1) * sizeof *argv);
	va_end(list);
	va_start(list, first);
	list_take(argv, first, list);
	envp = va_arg(list, char **);
	va_end(list);
	return exec_path(path, argv, envp, HERE);
}

EXPORT int
fexecve(int fd, char *const argv[], char *const envp[])
{
	struct report report;
	struct environment environment;

	if (!report_begin(&report, CALL_execve))
		return next.fexecve(control_hide(fd), argv, envp);
	report_fd(&report, fd);
	report_argv(&report, argv);
	report_enter(&report, HERE);
	environment_extend(&environment, envp);
	return exec_failed(
		&report, &environment, next.fexecve(control_hide(fd), argv, environment.vector));
}

EXPORT int
execveat(int directory, const char *path, char *const argv[], char *const envp[], int flags)
{
	struct report report;
	struct environment environment;

	if (!report_begin(&report, CALL_execve))
		return next.execveat(control_hide(directory), path, argv, envp, flags);
	line_number(&report.line, FIELD_fd, directory);
	exec_enter(&report, path, argv, HERE);
	environment_extend(&environment, envp);
	return exec_failed(&report, &environment,
		next.execveat(control_hide(directory), path, argv, environment.vector, flags));
}
