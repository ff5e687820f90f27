/* SPDX-License-Identifier: MIT
 *
 * Who could end a process's waiting: what the questions about waits and circles are answered from.
 */
#ifndef IPCVIZ_MODEL_WAITS_H
#define IPCVIZ_MODEL_WAITS_H

#include "model/fold.h"

struct process_set {
	uint64_t bits[MODEL_PROCESSES_MAX / 64];
};

static inline void
set_add(struct process_set *set, int process)
{
	set->bits[process / 64] |= (uint64_t)1 << process % 64;
}

static inline void
set_remove(struct process_set *set, int process)
{
	set->bits[process / 64] &= ~((uint64_t)1 << process % 64);
}

static inline bool
set_has(const struct process_set *set, int process)
{
	return (set->bits[process / 64] >> process % 64 & 1) != 0;
}

static inline bool
set_is_empty(const struct process_set *set)
{
	for (int i = 0; i < MODEL_PROCESSES_MAX / 64; i++)
		if (set->bits[i] != 0)
			return false;
	return true;
}

struct waiting {
	int process;
	struct process_set all; /* the living that could end it; itself only when it alone could */
	struct process_set
		likely; /* of these, those that are known to do so, such as a lock's holder; or none */
	int died_with; /* who died with what it waits for, when nobody else has it; NONE */
	bool open;     /* time, a signal or somebody outside can end it, or it is about to wake */
	bool inferred; /* all or likely is concluded from what was called, not known */
};

/* For a process that waits (cause is not WAIT_NONE). */
void waiting_find(const struct model *model, int process, struct waiting *waiting);
/* The operation that it is stuck at, of a call on semaphores; false: none. */
bool waiting_operation(const struct model *model, int process, struct operation *stuck);

/* For the files of this question alone: those who hold an end of the channel, of which there are `total`. */
void waiting_add_holders(const struct model *model, struct waiting *waiting, int channel, enum end end, int total);
/* waits_socket.c: at a connection; in accept or connect. */
void waiting_at_socket(const struct model *model, struct waiting *waiting, const struct process *process);
void waiting_for_connection(const struct model *model, struct waiting *waiting, const struct process *process);

#endif
