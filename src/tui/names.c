/* SPDX-License-Identifier: MIT
 *
 * What people call a process.
 */
#include <stdio.h>
#include <string.h>

#include "tui/names.h"

const char *
process_name(const struct view *view, int process)
{
	const struct process *it = &view->model->processes[process];
	if (!view->conductor)
		return it->name;
	const struct lesson *lesson = conductor_lesson(view->conductor);
	const struct cast_pids *cast = conductor_cast(view->conductor);
	for (unsigned i = 0; i < lesson->n_cast && i < sizeof cast->pid / sizeof *cast->pid; i++)
		if (cast->pid[i] != 0 && cast->pid[i] == it->pid)
			return lesson->cast[i].name;
	return it->name;
}

struct label
process_called(const struct view *view, int process)
{
	const struct model *model = view->model;
	const char *name = process_name(view, process);
	struct label label;
	bool alone = true;
	for (int i = 0; alone && i < model->n_processes; i++)
		alone = i == process || model->processes[i].state == PROCESS_DEAD ||
			strcmp(process_name(view, i), name) != 0;
	if (alone)
		snprintf(label.text, sizeof label.text, "%s", name);
	else
		snprintf(label.text, sizeof label.text, "%s %d", name,
			(int)model->processes[process].pid);
	return label;
}
