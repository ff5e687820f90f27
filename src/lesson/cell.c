/* SPDX-License-Identifier: MIT
 *
 * What places in shared memory are called: by the lesson, or by their bytes.
 */
#include "lesson/conductor_own.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

bool
cell_is_in(const struct conductor *conductor, const struct lesson_cell *cell, const struct model *model, int id)
{
	const struct channel *channel = &model->channels[id];
	size_t n = strlen(cell->on);
	int process;

	if (strncmp(channel->name, cell->on, n) != 0 || channel->name[n] != ':')
		return false;
	if (cell->who == NULL)
		return true;
	process = model_process(model, pid_of(conductor, cell->who));
	return process != NONE && channel_user(channel, process) != NULL;
}

bool
cell_named(const struct conductor *conductor, const struct model *model, int channel, int64_t at,
	char *buf, size_t size)
{
	for (unsigned i = 0; conductor != NULL && i < conductor->lesson->n_cells; i++) {
		const struct lesson_cell *cell = &conductor->lesson->cells[i];

		if (at < cell->at || at >= cell->at + cell->size ||
			!cell_is_in(conductor, cell, model, channel))
			continue;
		if (at == cell->at)
			snprintf(buf, size, "%s", cell->name);
		else
			snprintf(buf, size, "%s+%lld", cell->name, (long long)(at - cell->at));
		return true;
	}
	return false;
}

char *
cell_label(const struct conductor *conductor, const struct model *model, int channel, int64_t at,
	int64_t n, char *buf, size_t size)
{
	if (cell_named(conductor, model, channel, at, buf, size))
		return buf;
	if (n > 1)
		snprintf(buf, size, _("bytes %lld-%lld"), (long long)at, (long long)(at + n - 1));
	else
		snprintf(buf, size, _("byte %lld"), (long long)at);
	return buf;
}
