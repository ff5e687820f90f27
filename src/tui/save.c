/* SPDX-License-Identifier: MIT
 *
 * The screen as text in a file. See save.h.
 */
#include "tui/save.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

enum { ROW_MAX = 4096 };

int
screen_save(struct screen *screen, const char *path, struct problem *problem)
{
	FILE *file = fopen(path, "we");
	char row[ROW_MAX];
	int error = 0;

	if (file == NULL)
		return problem_set(
			problem, path, 0, _("the screen cannot be saved: %s"), strerror(errno));
	for (int i = 0; i < screen_box(screen).rows; i++)
		if (fprintf(file, "%s\n", screen_line(screen, i, row, sizeof row)) < 0)
			error = errno;
	if (fclose(file) != 0)
		error = errno;
	if (error != 0)
		return problem_set(
			problem, path, 0, _("the screen cannot be saved: %s"), strerror(error));
	return 0;
}
