/* SPDX-License-Identifier: MIT
 *
 * What places in shared memory are called: by the lesson, or by their bytes.
 */
#include "lesson/lesson.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

bool
cell_is_on(const struct lesson_cell *cell, const struct channel *channel)
{
	size_t n = strlen(cell->on);

	return strncmp(channel->name, cell->on, n) == 0 && channel->name[n] == ':';
}

char *
cell_label(const struct lesson *lesson, const struct channel *channel, int64_t at, int64_t n,
	char *buf, size_t size)
{
	for (unsigned i = 0; lesson != NULL && i < lesson->n_cells; i++) {
		const struct lesson_cell *cell = &lesson->cells[i];

		if (!cell_is_on(cell, channel) || at < cell->at || at >= cell->at + cell->size)
			continue;
		if (at == cell->at)
			snprintf(buf, size, "%s", cell->name);
		else
			snprintf(buf, size, "%s+%lld", cell->name, (long long)(at - cell->at));
		return buf;
	}
	if (n > 1)
		snprintf(buf, size, _("bytes %lld-%lld"), (long long)at, (long long)(at + n - 1));
	else
		snprintf(buf, size, _("byte %lld"), (long long)at);
	return buf;
}
