/* SPDX-License-Identifier: MIT
 *
 * The arguments of a cast member's program, with their placeholder: `{run}` stands for a word that is another one in
 * each run, so that names outside of the run's directory belong to this run alone.
 */
#include "lesson/plan_own.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

static const char run_placeholder[] = "{run}";

int
argument_check(const char *file, int line, const char *argument, struct problem *problem)
{
	for (const char *at = argument; (at = strchr(at, '{')) != NULL; at++) {
		const char *end = strchr(at, '}');

		if (end != NULL && strncmp(at, run_placeholder, sizeof run_placeholder - 1) != 0)
			return problem_set(problem, file, line,
				_("`%.*s` in an argument stands for nothing: only `{run}`, a word of this run, does"),
				end - at < 40 ? (int)(end - at) + 1 : 40, at);
	}
	return 0;
}

char *
cast_argument(const char *argument, const char *run)
{
	const size_t length = sizeof run_placeholder - 1;
	char *filled = NULL;
	const char *next;
	size_t size;
	FILE *out = open_memstream(&filled, &size);

	if (out == NULL)
		return NULL;
	for (; (next = strstr(argument, run_placeholder)) != NULL; argument = next + length)
		fprintf(out, "%.*s%s", (int)(next - argument), argument, run);
	fputs(argument, out);
	return fclose(out) == 0 ? filled : NULL;
}
