/* SPDX-License-Identifier: MIT
 *
 * The build tree is known by the file `uninstalled` beside the executable; its one line is the
 * source tree.
 */
#include "places.h"

#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

/* The directory of the running executable; false when /proc does not tell. */
static bool
own_directory(char *directory, size_t size)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	if (length <= 0)
		return false;
	path[length] = '\0';
	strlcpy(directory, dirname(path), size);
	return true;
}

/* Reads DIRECTORY/uninstalled. */
static bool
source_tree(const char *directory, char *source, size_t size)
{
	char path[PATH_MAX + 16];
	FILE *file;

	snprintf(path, sizeof path, "%s/uninstalled", directory);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	bool found = fgets(source, (int)size, file) != NULL;
	fclose(file);
	if (found)
		source[strcspn(source, "\n")] = '\0';
	return found;
}

static void
join(char path[4096], const char *directory, const char *name)
{
	snprintf(path, 4096, "%s/%s", directory, name);
}

void
places_translations(char path[4096])
{
	char own[PATH_MAX] = "", source[2048];

	if (own_directory(own, sizeof own) && source_tree(own, source, sizeof source))
		join(path, own, "po");
	else
		snprintf(path, 4096, "%s", LOCALEDIR);
}

int
places_find(struct places *places, struct problem *problem)
{
	char own[PATH_MAX] = "", source[2048];

	if (own_directory(own, sizeof own) && source_tree(own, source, sizeof source)) {
		join(places->probe, own, "probe.so");
		join(places->lessons, source, "data/lessons");
		join(places->programs, own, "data/lessons");
		join(places->partner, own, "data/partner/partner");
	} else {
		join(places->probe, PKGLIBDIR, "probe.so");
		join(places->lessons, PKGDATADIR, "lessons");
		join(places->programs, PKGLIBDIR, "lessons");
		join(places->partner, PKGLIBDIR, "partner");
	}
	if (access(places->probe, R_OK) == -1)
		return problem_set(problem, places->probe, 0,
			_("the probe is not there; install ipcviz again, or build it anew"));
	return 0;
}
