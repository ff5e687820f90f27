/* SPDX-License-Identifier: MIT
 *
 * What acts on live processes have in common: recorded first, then done, on a descriptor that is borrowed for one call.
 */
#ifndef IPCVIZ_STAGE_ACT_H
#define IPCVIZ_STAGE_ACT_H

#include "stage/inside.h"

/* NULL with *problem: it has ended. */
struct process *act_living(struct stage *stage, pid_t pid, struct problem *problem);
/* A copy of its descriptor, to be closed at once; -1 with errno. */
int act_borrow(const struct process *process, int fd);
/* Was it the system that forbids this, rather than the descriptor that is none? */
bool act_refused(int error);
/* Records an act on a descriptor: `value` -1 is none; that of `shutdown` is told as `how`. */
void act_note(struct stage *stage, const struct process *process, const char *op, int fd, int64_t value,
	const char *by);
/* Leaves it to the probe, at the process's next gate. 0, or -1 with *problem. */
int act_leave(struct stage *stage, struct process *process, enum board_request request, const char *op, int fd,
	int value, struct problem *problem);

#endif
