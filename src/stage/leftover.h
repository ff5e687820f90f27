/* SPDX-License-Identifier: MIT
 *
 * What a run of ipcviz leaves behind, and how it is found: every process of a run carries the run's
 * id in its environment, and so does the name of the run's directory. Used when the stage ends, by
 * the janitor, and for runs that crashed earlier.
 */
#ifndef IPCVIZ_STAGE_LEFTOVER_H
#define IPCVIZ_STAGE_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define RUN_ID_SIZE 64
#define RUN_WORD_SIZE 16

/* A new id: of this pid namespace (other namespaces' pids mean nothing here), of this process, and
 * random. */
void run_id_make(char id[RUN_ID_SIZE]);
/* The run's word, "ipcviz-k3v9", which follows from its id: part of the names of its objects. */
void run_word(const char *id, char word[RUN_WORD_SIZE]);
/* Is the process that made this run gone? False when that cannot be known. */
bool run_is_dead(const char *id, pid_t owner);

/* Has it ended, be it reaped or not? */
bool pid_is_dead(pid_t pid);

/* A run, as its processes are known by. */
struct run_marks {
	const char *id; /* in their environment */
	int control_fd; /* they have the control pipe here, whatever became of the environment */
	ino_t control_inode;
};

/* Kills every process of the run, or of a run that is dead; `spare` is left alone. NULL: only those
 * of dead runs. Answers how many there were. Safe in a process that was forked. */
int leftover_kill(const struct run_marks *marks, pid_t spare);
/* Kills until a look around finds none, for at most some seconds; how many. */
int leftover_kill_all(const struct run_marks *marks, pid_t spare);

/* The path of the run's own directory; free() it. NULL: no memory. */
char *leftover_directory(const char *id);
/* Removes a directory of that name and of ours; anything else is left alone. Follows no link. */
void leftover_remove_directory(const char *path);
/* Removes the directories of dead runs and the objects that their records name; how many of each. */
void leftover_remove_runs(int *directories, int *objects);

#endif
