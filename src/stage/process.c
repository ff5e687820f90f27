/* SPDX-License-Identifier: MIT
 *
 * Who is there: the processes that the stage knows, by pid.
 */
#include <stdlib.h>
#include <unistd.h>

#include "stage/inside.h"

static int
process_compare(const struct process *a, const struct process *b)
{
	return (a->pid > b->pid) - (a->pid < b->pid);
}

RB_PROTOTYPE(process_tree, process, entry, process_compare)
RB_GENERATE(process_tree, process, entry, process_compare)

struct process *
process_find(struct stage *stage, pid_t pid)
{
	struct process key = {.pid = pid};

	return RB_FIND(process_tree, &stage->processes, &key);
}

struct process *
process_add(struct stage *stage, pid_t pid)
{
	struct process *process = process_find(stage, pid);

	if (process != NULL)
		process_forget(stage, process); /* a dead one, whose number is used again */
	if ((process = calloc(1, sizeof *process)) == NULL)
		return NULL;
	process->pid = pid;
	process->pidfd = process->slot = process->status = -1;
	process->once = INT64_MAX;
	process->image = ++stage->images;
	process->spoken = process->checked = clock_now();
	RB_INSERT(process_tree, &stage->processes, process);
	stage->living++;
	return process;
}

void
process_forget(struct stage *stage, struct process *process)
{
	RB_REMOVE(process_tree, &stage->processes, process);
	if (process->pidfd >= 0)
		close(process->pidfd);
	if (!process->dead)
		stage->living--;
	free(process);
}

struct actor *
process_actor(struct process *process, pid_t tid, bool make)
{
	struct actor *vacant = NULL;

	for (int i = 0; i < ACTORS_MAX; i++) {
		struct actor *actor = &process->actor[i];

		if (actor->tid == tid)
			return actor;
		/* A thread that is in no call has nothing that is worth keeping. */
		if (vacant == NULL && (actor->tid == 0 || (actor->depth == 0 && !actor->gate)))
			vacant = actor;
	}
	if (make && vacant != NULL)
		*vacant = (struct actor){.tid = tid, .due = INT64_MAX};
	return make ? vacant : NULL;
}

struct process *
process_first(struct stage *stage)
{
	return RB_MIN(process_tree, &stage->processes);
}

struct process *
process_next(struct process *process)
{
	return RB_NEXT(process_tree, NULL, process);
}
