/* SPDX-License-Identifier: MIT
 *
 * Filling and printing a problem.
 */
#include "event/problem.h"

#include <stdarg.h>
#include <stdio.h>

int
problem_set(struct problem *problem, const char *file, int line, const char *format, ...)
{
	va_list args;

	snprintf(problem->file, sizeof problem->file, "%s", file != NULL ? file : "");
	problem->line = line;
	va_start(args, format);
	vsnprintf(problem->what, sizeof problem->what, format, args);
	va_end(args);
	return -1;
}

char *
problem_text(const struct problem *problem, char *buf, size_t size)
{
	if (problem->file[0] != '\0' && problem->line > 0)
		snprintf(buf, size, "%s:%d: %s", problem->file, problem->line, problem->what);
	else if (problem->file[0] != '\0')
		snprintf(buf, size, "%s: %s", problem->file, problem->what);
	else
		snprintf(buf, size, "%s", problem->what);
	return buf;
}
