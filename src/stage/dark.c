/* SPDX-License-Identifier: MIT
 *
 * Can a process still be watched? It says nothing itself when it cannot.
 */
#include <stdio.h>
#include <string.h>

#include "stage/inside.h"

void
dark_tell(struct stage *stage, struct process *process, const char *why)
{
	struct note *note = note_make(stage, process->pid, 0, WHAT_dark);

	process->dark = true;
	if (note == NULL)
		return;
	line_quoted(&note->line, FIELD_why, why, strlen(why));
	note->kind = NOTE_LOOK;
	note->lines = process->lines;
	note_send(stage, note);
}

static bool
has_board(const struct stage *stage, pid_t pid)
{
	char path[64], line[PATH_MAX + 128];
	bool found = false;
	FILE *maps;

	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	if ((maps = fopen(path, "re")) == NULL)
		return true; /* cannot be asked: say nothing */
	while (!found && fgets(line, sizeof line, maps) != NULL)
		found = strstr(line, stage->run_id) != NULL;
	found = found || ferror(maps) != 0;
	fclose(maps);
	return found;
}

void
dark_check(struct stage *stage, struct process *process)
{
	char object[PATH_MAX + 16], own[32];

	snprintf(own, sizeof own, "pipe:%llu", (unsigned long long)stage->control_inode);
	if (!has_board(stage, process->pid))
		dark_tell(stage, process,
			process->spoke ? "it became a program that the probe cannot be loaded into"
				       : "the probe could not be loaded into it");
	else if (descriptor_object(process->pid, stage->control_write, object, sizeof object) ==
			 NULL ||
		 strcmp(object, own) != 0)
		dark_tell(stage, process, "its control descriptor was closed");
}
