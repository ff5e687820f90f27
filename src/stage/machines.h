/* SPDX-License-Identifier: MIT
 *
 * The two machines of a lesson: network namespaces, joined by a veth pair (veth(4)). They have no other way out, so
 * nothing that is sent there leaves this machine. They live as long as somebody is in them or the stage holds their
 * descriptors, and vanish by themselves. Where the system refuses them both are the loopback.
 */
#ifndef IPCVIZ_STAGE_MACHINES_H
#define IPCVIZ_STAGE_MACHINES_H

#include <stdbool.h>
#include <sys/types.h>

#include "event/problem.h"

struct stage;

enum { MACHINES = 2 };

struct machines {
	char name[MACHINES][32]; /* in the lesson's words; "" not named yet */
	bool tried;
	char why[96];            /* why there are none; "" there are, or nobody tried */
	int user;                /* their user namespace; -1: ipcviz's own, or none were made */
	int net[MACHINES];       /* their network namespaces; -1: none were made */
};

void machines_init(struct machines *machines);
void machines_fini(struct machines *machines);

/* The machine's number, made when it is not there yet; -1 with *problem: a run has two at most. */
int machine_find(struct stage *stage, const char *host, struct problem *problem);
/* On which machine a process is; -1: where ipcviz is. */
enum { MACHINE_STRANGE = -2 }; /* in a network that is neither ipcviz's nor one of the two */
int machine_of(const struct stage *stage, pid_t pid);
const char *machine_address(const struct machines *machines, int machine);
/* In a child of ipcviz, which is to run on it: 0, or -1 with errno. */
int machine_enter(const struct machines *machines, int machine);
/* Records where the process is that will be called by this pid. */
void machine_tell(struct stage *stage, pid_t pid, int machine);

/* machines_make.c: fills user and net; -1 with a reason in `why`. */
int machines_make(struct machines *machines);

#endif
