/* SPDX-License-Identifier: MIT
 *
 * A link: one medium between two processes, in both directions, as a pair under measurement uses it. The measurer makes
 * it, forks the two, and removes what outlives them; each of the two takes its side.
 *
 * A message goes in pieces where the medium has a limit. Names are taken away as soon as both sides are open.
 */
#ifndef IPCVIZ_MEASURE_LINK_H
#define IPCVIZ_MEASURE_LINK_H

#include <mqueue.h>
#include <stdbool.h>
#include <stddef.h>

enum side { SIDE_FIRST, SIDE_SECOND }; /* the first one sends first */

/* Bytes before the buffers handed to send and receive that may be used (and are put back) for a header. */
enum { LINK_HEADROOM = 64 };

struct memory_link;

struct link {
	const struct link_kind *kind;
	size_t size;       /* of a message */
	size_t piece;      /* the most that goes at once; never 0 */
	int in[2], out[2]; /* descriptors by side; -1: none */
	int id;            /* of a System V object that stays until it is removed; -1: none */
	char id_kind;      /* 'm' message queue, 's' semaphores */
	mqd_t queue[2];    /* by direction: from the first, from the second; -1: none */
	struct memory_link *memory;
	size_t memory_size;
};

struct link_kind {
	/* Makes it for messages of link->size. -1 with errno; what was made until then, link_remove() removes. -2: no such
	 * message can be sent, *why says so. */
	int (*make)(struct link *link, const char **why);
	/* Send and receive one message. -1 with errno. */
	int (*send)(struct link *link, enum side side, char *bytes);
	int (*receive)(struct link *link, enum side side, char *bytes);
	bool lossy; /* may drop messages when they come too fast */
	bool burns; /* waits by looking again and again, so it wants two cores */
};

extern const struct link_kind link_pipe, link_fifo, link_msg, link_mq, link_shm_semop, link_shm_sem,
	link_shm_futex, link_shm_spin, link_unix_stream, link_unix_dgram, link_tcp, link_udp;

int link_make(struct link *link, const struct link_kind *kind, size_t size, const char **why);
/* In a process of the pair: closes the other's ends, so that the death of one is the end of file of the other. */
void link_take(struct link *link, enum side side);
void link_remove(struct link *link);

/* Removes a System V object by its id, as the measurer would have. */
void link_remove_id(char kind, int id);

/* link_memory.c: unmaps it. */
void memory_unmake(struct link *link);

#endif
