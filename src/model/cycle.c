/* SPDX-License-Identifier: MIT
 *
 * Who waits for whom, and where that closes to a circle that nobody in it can leave.
 *
 * Of all processes that sleep, those are taken out one by one that somebody still awake could wake: what remains can
 * only be woken from outside (the reduction of a resource graph: Holt, Some deadlock properties of computer systems,
 * 1972). In what remains every way along the waits ends in a circle, or at one who waits for nobody that lives.
 */
#include "model/waits.h"

#include <stdlib.h>
#include <string.h>

/* Asleep by the kernel's word, with nothing of it in the dark. */
static bool
sleeps(const struct process *process)
{
	return process->state == PROCESS_BLOCKED && !process->dark && !process->threads &&
	       process->cause != WAIT_NONE;
}

/* The sleepers that no time, signal or event under way will wake, in the order of their ids; NULL: none. */
static struct waiting *
sleepers(const struct model *model, int *n)
{
	struct waiting *waiting = NULL;
	int room = 0;

	*n = 0;
	for (int i = 0; i < model->n_processes; i++) {
		struct waiting one;
		if (!sleeps(&model->processes[i]))
			continue;
		waiting_find(model, i, &one);
		if (one.open)
			continue;
		if (!table_grow((void **)&waiting, &room, *n, MODEL_PROCESSES_MAX, sizeof *waiting))
			break;
		waiting[(*n)++] = one;
	}
	return waiting;
}

/* Takes out whoever can be woken by one who is not among them. */
static void
reduce(struct waiting *waiting, int *n, struct process_set *stuck)
{
	int before;

	memset(stuck, 0, sizeof *stuck);
	for (int i = 0; i < *n; i++)
		set_add(stuck, waiting[i].process);
	do {
		int kept = 0;
		before = *n;
		for (int i = 0; i < before; i++) {
			bool awake = false;
			for (int j = 0; j < MODEL_PROCESSES_MAX / 64; j++)
				awake |= (waiting[i].all.bits[j] & ~stuck->bits[j]) != 0;
			if (awake)
				set_remove(stuck, waiting[i].process);
			else
				waiting[kept++] = waiting[i];
		}
		*n = kept;
	} while (*n < before);
}

/* Processes that can only be woken from outside; NULL: none. */
static struct waiting *
find_stuck(const struct model *model, int *n, struct process_set *stuck)
{
	struct waiting *waiting = sleepers(model, n);

	reduce(waiting, n, stuck);
	return waiting;
}

/* Whom to name: the likely ones; else all that could, but who only waits for its children comes last. */
static struct process_set
named_ones(const struct model *model, const struct waiting *waiting)
{
	struct process_set workers = waiting->likely;

	if (!set_is_empty(&workers))
		return workers;
	for (int i = 0; i < model->n_processes; i++)
		if (set_has(&waiting->all, i) &&
			(!waiting->inferred || model->processes[i].cause != WAIT_CHILD))
			set_add(&workers, i);
	return set_is_empty(&workers) ? waiting->all : workers;
}

/* --- edges --- */

struct edges {
	struct wait_edge *edges;
	int n, room;
};

static void
edge_add(struct edges *edges, const struct model *model, const struct waiting *waiting, int target,
	bool dead)
{
	const struct process *process = &model->processes[waiting->process];

	if (edges->n < edges->room)
		edges->edges[edges->n] = (struct wait_edge){.waiter = waiting->process,
			.target = target,
			.through = process->waits_for,
			.cause = process->cause,
			.inferred = waiting->inferred,
			.dead = dead};
	edges->n++;
}

static void
edges_of(struct edges *edges, const struct model *model, int id, const struct process_set *stuck)
{
	struct waiting waiting;
	int before = edges->n;

	waiting_find(model, id, &waiting);
	struct process_set targets = named_ones(model, &waiting);
	for (int i = 0; i < model->n_processes; i++) /* itself only when it alone could */
		if (set_has(&targets, i) && i != id)
			edge_add(edges, model, &waiting, i, set_has(stuck, id));
	if (edges->n == before && set_has(&targets, id))
		edge_add(edges, model, &waiting, id, set_has(stuck, id));
	else if (edges->n == before)
		edge_add(edges, model, &waiting, waiting.died_with, set_has(stuck, id));
}

/* Time, a signal or a descriptor's readiness come from nobody in particular. */
static bool
waits_for_somebody(const struct process *process)
{
	switch (process->cause) {
	case WAIT_NONE:
	case WAIT_SIGNAL:
	case WAIT_TIME:
	case WAIT_READY:
	case WAIT_EXEC:
	case WAIT_OTHER:
		return false;
	default:
		return process->state == PROCESS_CALL || process->state == PROCESS_BLOCKED;
	}
}

int
model_waits(const struct model *model, struct wait_edge *edges, int room)
{
	struct edges all = {.edges = edges, .room = room};
	struct process_set stuck;
	int n;

	free(find_stuck(model, &n, &stuck));
	for (int i = 0; i < model->n_processes; i++)
		if (waits_for_somebody(&model->processes[i]))
			edges_of(&all, model, i, &stuck);
	return all.n;
}

/* --- circles --- */

static const struct waiting *
waiting_of(const struct waiting *waiting, int n, int process)
{
	for (int i = 0; i < n; i++)
		if (waiting[i].process == process)
			return &waiting[i];
	return NULL;
}

/* Whom it waits for, among those who are stuck; itself last; NONE: nobody lives. */
static int
next_in(const struct model *model, const struct waiting *waiting, const struct process_set *stuck)
{
	struct process_set first = named_ones(model, waiting);

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < model->n_processes; i++)
			if (i != waiting->process && set_has(stuck, i) &&
				set_has(round == 0 ? &first : &waiting->all, i))
				return i;
	return set_has(&waiting->all, waiting->process) ? waiting->process : NONE;
}

/* From the lowest id on along the waits until one comes again: circle[0..] is the way from there, and how long it is. */
static int
walk(const struct model *model, const struct waiting *waiting, int n,
	const struct process_set *stuck, int *circle)
{
	int length = 0, at = n > 0 ? waiting[0].process : NONE;

	while (at != NONE) {
		for (int i = 0; i < length; i++)
			if (circle[i] == at) {
				memmove(circle, circle + i, (size_t)(length - i) * sizeof *circle);
				return length - i;
			}
		circle[length++] = at;
		at = next_in(model, waiting_of(waiting, n, at), stuck);
	}
	if (length > 0)
		circle[0] = circle[length - 1]; /* who waits for nobody that lives */
	return length > 0 ? 1 : 0;
}

int
model_cycle(const struct model *model, int *processes, int room)
{
	int circle[MODEL_PROCESSES_MAX], n, first = 0;
	struct process_set stuck;
	struct waiting *waiting = find_stuck(model, &n, &stuck);
	int length = walk(model, waiting, n, &stuck, circle);

	free(waiting);
	for (int i = 1; i < length; i++)
		if (circle[i] < circle[first])
			first = i;
	for (int i = 0; i < length && i < room; i++)
		processes[i] = circle[(first + i) % length];
	return length;
}
