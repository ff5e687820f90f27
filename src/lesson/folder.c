/* SPDX-License-Identifier: MIT
 *
 * Folders of the user's own. See folder.h.
 */
#include "lesson/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "words.h"

int
folder_of_user(const char *variable, const char *otherwise, char *path, size_t size,
	struct problem *problem)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int n;

	if (base != NULL && base[0] == '/')
		n = snprintf(path, size, "%s/ipcviz", base);
	else if (home != NULL && home[0] == '/')
		n = snprintf(path, size, "%s/%s/ipcviz", home, otherwise);
	else
		return problem_set(problem, NULL, 0,
			_("neither HOME nor %s names a folder: set one of them"), variable);
	if (n < 0 || (size_t)n >= size)
		return problem_set(problem, NULL, 0,
			_("the folder that %s or HOME names has too "
			  "long a name"),
			variable);
	return 0;
}

int
folder_make(const char *path, struct problem *problem)
{
	char *copy = strdup(path);
	int failed = 0;

	if (copy == NULL)
		return problem_set(problem, path, 0, _("no memory"));
	for (char *at = copy + 1; failed == 0; at++)
		if (*at == '/' || *at == '\0') {
			char end = *at;

			*at = '\0';
			if (mkdir(copy, 0700) < 0 && errno != EEXIST)
				failed = problem_set(problem, copy, 0,
					_("cannot make this folder: %s"), strerror(errno));
			*at = end;
			if (end == '\0')
				break;
		}
	free(copy);
	return failed;
}
