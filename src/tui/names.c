/* SPDX-License-Identifier: MIT
 *
 * What people call a process.
 */
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
