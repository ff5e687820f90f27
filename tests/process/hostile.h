/* SPDX-License-Identifier: MIT
 *
 * Programs that do what a probe might not survive, in cases. Each case prints what it sees, so that
 *a run under the probe can be compared with a bare one:
 *
 *	hostile_x -l      the cases, one a line, each with what its events must match (an extended
 *regular expression) hostile_x CASE    plays one
 */
#ifndef IPCVIZ_TESTS_HOSTILE_H
#define IPCVIZ_TESTS_HOSTILE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hostile_case {
	const char *name;
	int (*play)(void); /* answers the exit status */
	const char *match; /* some line of its events matches this; "" for none in particular */
};

/* Prints a result, and errno when it is -1. */
static inline void
say(const char *what, long ret)
{
	int error = errno;

	printf("%s: %ld%s%s\n", what, ret, ret == -1 ? " " : "", ret == -1 ? strerror(error) : "");
	fflush(stdout);
}

static inline int
hostile_main(int argc, char **argv, const struct hostile_case *cases)
{
	for (; argc == 2 && cases->name != NULL; cases++) {
		if (strcmp(argv[1], "-l") == 0)
			printf("%s\t%s\n", cases->name, cases->match);
		else if (strcmp(argv[1], cases->name) == 0)
			return cases->play();
	}
	return argc == 2 && strcmp(argv[1], "-l") == 0 ? 0 : 98;
}

#endif
