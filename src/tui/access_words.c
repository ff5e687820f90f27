/* SPDX-License-Identifier: MIT
 *
 * Loads and stores in words, and the places in memory that they touch.
 */
#include "tui/access.h"

#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "words.h"

bool
call_is_access(enum call_id call)
{
	return call == CALL_load || call == CALL_store || call == CALL_update;
}

int64_t
access_number(uint64_t value, int64_t n)
{
	switch (n) {
	case 1:
		return (int64_t)(value & UINT8_MAX);
	case 2:
		return (int16_t)value;
	case 4:
		return (int32_t)value;
	default:
		return (int64_t)value;
	}
}

static int
cells_named(const struct view *view, int channel, struct cell_shown *cells)
{
	const struct lesson *lesson = view->conductor ? conductor_lesson(view->conductor) : NULL;
	int n = 0;
	for (unsigned i = 0; lesson && i < lesson->n_cells && n < CELLS_SHOWN_MAX; i++) {
		const struct lesson_cell *cell = &lesson->cells[i];
		if (!cell_is_in(view->conductor, cell, view->model, channel))
			continue;
		snprintf(cells[n].name, sizeof cells[n].name, "%s", cell->name);
		cells[n].at = cell->at;
		cells[n++].n = cell->size;
	}
	return n;
}

/* In its place among those before it, unless it is there already. */
static int
cell_add(struct cell_shown *cells, int n, const struct view *view, int channel,
	const struct access *access)
{
	int at = 0;
	while (at < n && cells[at].at < access->offset)
		at++;
	if ((at < n && cells[at].at == access->offset) || n == CELLS_SHOWN_MAX)
		return n;
	memmove(&cells[at + 1], &cells[at], (size_t)(n - at) * sizeof *cells);
	cells[at].at = access->offset;
	cells[at].n = access->n;
	cell_label(NULL, view->model, channel, access->offset, access->n, cells[at].name,
		sizeof cells[at].name);
	return n + 1;
}

int
cells_shown(const struct view *view, int channel, struct cell_shown *cells)
{
	const struct segment *segment = view->model->channels[channel].segment;
	int n = cells_named(view, channel, cells);
	if (n > 0 || segment == NULL || segment->watched == NULL)
		return n;
	for (int i = 0; i < segment->watched->n; i++)
		n = cell_add(cells, n, view, channel, watched_access(segment->watched, i));
	return n;
}

bool
cell_value(
	const struct view *view, int channel, const struct cell_shown *cell, int64_t *value)
{
	const struct segment *segment = view->model->channels[channel].segment;
	uint64_t bytes = 0;
	if (cell->n > 8)
		return false;
	for (int i = 0; segment->watched && i < segment->watched->n; i++) {
		const struct access *access = watched_access(segment->watched, i);
		if (access->offset != cell->at || access->n != cell->n)
			continue;
		*value = access_number(access->value, access->n);
		return true;
	}
	if (cell->at + cell->n > segment->n_bytes)
		return false;
	memcpy(&bytes, segment->bytes + cell->at, (size_t)cell->n);
	*value = access_number(bytes, cell->n);
	return true;
}

int
cell_row(const struct view *view, int channel, int64_t at)
{
	struct cell_shown cells[CELLS_SHOWN_MAX];
	int n = cells_shown(view, channel, cells);
	for (int i = 0; i < n; i++)
		if (at >= cells[i].at && at < cells[i].at + cells[i].n)
			return i + 1;
	return -1;
}

const struct call *
process_access(const struct process *process)
{
	const struct call *call = process_call(process);
	if (call == NULL && call_is_access(process->last.id))
		call = &process->last;
	return call != NULL && call_is_access(call->id) && call->channel != NONE ? call : NULL;
}

/* The access that the call was, in the ring of its segment; NULL: not over, or too long ago. */
static const struct access *
access_of(const struct model *model, int process, const struct call *call)
{
	const struct segment *segment = model->channels[call->channel].segment;
	for (int i = 0; segment && segment->watched && i < segment->watched->n; i++) {
		const struct access *access = watched_access(segment->watched, i);
		if (access->event == call->event && access->process == process)
			return access;
	}
	return NULL;
}

void
view_call_text(
	const struct view *view, int process, const struct call *call, char *buf, size_t size)
{
	char cell[64];
	if (!call_is_access(call->id) || call->channel == NONE) {
		call_result_text(call, buf, size);
		return;
	}
	const struct access *access =
		call->left ? access_of(view->model, process, call) : NULL;
	cell_label(view->conductor, view->model, call->channel, call->offset, call->n, cell,
		sizeof cell);
	if (access != NULL)
		snprintf(buf, size, "%s %s = %lld", call_name(call->id), cell,
			(long long)access_number(access->value, access->n));
	else if (call->left == 0 && call->valued)
		snprintf(buf, size, "%s %s = %lld", call_name(call->id), cell,
			(long long)access_number(call->value, call->n));
	else
		snprintf(buf, size, "%s %s", call_name(call->id), cell);
}
