/* SPDX-License-Identifier: MIT
 *
 * The environment of programs that the host executes: whatever the host put together, IPCVIZ_PROBE
 * and LD_PRELOAD come with it, and what LD_PRELOAD had before stays in it.
 */
#ifndef IPCVIZ_PROBE_ENVIRONMENT_H
#define IPCVIZ_PROBE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

struct environment {
	char **vector; /* to execute with: the host's own when it has all, else one of ours */
	void *room;    /* our memory, NULL when none was needed */
	size_t size;
};

/* At program start: remembers what must be carried on. Answers the value of IPCVIZ_PROBE, NULL
 * without one. */
const char *environment_open(char *const envp[]);
/* True when `pid` told about itself before it executed this program, though it had no slot. */
bool environment_told(int pid);
void environment_extend(struct environment *environment, char *const envp[]);
/* After the call failed, or a child was spawned. */
void environment_free(struct environment *environment);

#endif
