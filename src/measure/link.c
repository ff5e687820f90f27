/* SPDX-License-Identifier: MIT
 *
 * A link's life.
 */
#include "measure/link.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <unistd.h>

int
link_make(struct link *link, const struct link_kind *kind, size_t size, const char **why)
{
	*link = (struct link){.kind = kind,
		.size = size,
		.piece = size,
		.in = {-1, -1},
		.out = {-1, -1},
		.id = -1,
		.queue = {(mqd_t)-1, (mqd_t)-1}};
	return kind->make(link, why);
}

static void
shut(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
link_take(struct link *link, enum side side)
{
	enum side other = side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST;

	if (link->in[other] == link->out[other])
		link->out[other] = -1;
	shut(&link->in[other]);
	shut(&link->out[other]);
}

void
link_remove_id(char kind, int id)
{
	if (kind == 'm')
		msgctl(id, IPC_RMID, NULL);
	else if (kind == 's')
		semctl(id, 0, IPC_RMID);
}

void
link_remove(struct link *link)
{
	for (int side = SIDE_FIRST; side <= SIDE_SECOND; side++)
		link_take(link, (enum side)side);
	for (int i = 0; i < 2; i++)
		if (link->queue[i] != (mqd_t)-1)
			mq_close(link->queue[i]);
	if (link->memory != NULL)
		memory_unmake(link);
	if (link->id != -1)
		link_remove_id(link->id_kind, link->id);
	link->id = -1;
	link->memory = NULL;
	link->queue[0] = link->queue[1] = (mqd_t)-1;
}
