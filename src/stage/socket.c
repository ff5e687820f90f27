/* SPDX-License-Identifier: MIT
 *
 * Which sockets there are, and when to ask about them: soon after every line that names one, then at most ten times a
 * second, and ever more seldom while nothing is new. When only closed ones are left, whose end the kernel has told, not
 * before that end.
 */
#include "stage/socket.h"

#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"

enum {
	ROUND_PAUSE = 100, /* ms, the least between two rounds */
	ROUND_SELDOM =
		1000, /* ms: the pause after a round with nothing new is twice as long each time, up to this */
	ROUND_CROWDED = 10, /* ms until the next try when the control pipe is full */
	ROUND_SHARE =
		20, /* where there are many sockets of others a round is long: a pause is at least so many */
};

/* --- the table --- */

static int
inode_compare(const struct socket *a, const struct socket *b)
{
	return (a->inode > b->inode) - (a->inode < b->inode);
}

static int
ends_compare(const struct socket *a, const struct socket *b)
{
	return memcmp(&a->ends, &b->ends, sizeof a->ends);
}

RB_PROTOTYPE(socket_inodes, socket, by_inode, inode_compare)
RB_GENERATE(socket_inodes, socket, by_inode, inode_compare)
RB_PROTOTYPE(socket_pairs, socket, by_ends, ends_compare)
RB_GENERATE(socket_pairs, socket, by_ends, ends_compare)

void
sockets_init(struct sockets *sockets)
{
	RB_INIT(&sockets->inodes);
	RB_INIT(&sockets->pairs);
	TAILQ_INIT(&sockets->list);
	sockets->due = INT64_MAX;
	sockets->pause = ROUND_PAUSE * MS;
}

struct socket *
socket_find(const struct sockets *sockets, uint64_t inode)
{
	struct socket key;

	key.inode = inode;
	return RB_FIND(socket_inodes, (struct socket_inodes *)&sockets->inodes, &key);
}

struct socket *
socket_find_ends(const struct sockets *sockets, const struct socket_ends *ends)
{
	struct socket key;

	key.ends = *ends;
	return RB_FIND(socket_pairs, (struct socket_pairs *)&sockets->pairs, &key);
}

void
socket_drop_ends(struct sockets *sockets, struct socket *socket)
{
	if (socket->has_ends)
		RB_REMOVE(socket_pairs, &sockets->pairs, socket);
	socket->has_ends = false;
}

void
socket_set_ends(struct sockets *sockets, struct socket *socket, const struct socket_ends *ends)
{
	struct socket *before;

	if (socket->has_ends && memcmp(&socket->ends, ends, sizeof *ends) == 0)
		return;
	/* A new connection may have the addresses of an old one. */
	if ((before = socket_find_ends(sockets, ends)) != NULL)
		socket_drop_ends(sockets, before);
	socket_drop_ends(sockets, socket);
	socket->ends = *ends;
	socket->has_ends = socket->connected = true;
	RB_INSERT(socket_pairs, &sockets->pairs, socket);
}

static void
socket_drop(struct sockets *sockets, struct socket *socket)
{
	socket_drop_ends(sockets, socket);
	RB_REMOVE(socket_inodes, &sockets->inodes, socket);
	TAILQ_REMOVE(&sockets->list, socket, entry);
	sockets->n--;
	free(socket);
}

/* Room for one more: one that is gone, the one that was named longest ago. */
static void
socket_make_room(struct sockets *sockets)
{
	struct socket *socket;

	TAILQ_FOREACH_REVERSE(socket, &sockets->list, socket_list, entry)
	if (socket->life == SOCKET_GONE)
		break;
	socket_drop(sockets, socket != NULL ? socket : TAILQ_LAST(&sockets->list, socket_list));
}

struct socket *
socket_add(struct sockets *sockets, uint64_t inode)
{
	struct socket *socket = socket_find(sockets, inode);

	if (socket != NULL)
		return socket;
	if (sockets->n >= SOCKETS_MAX)
		socket_make_room(sockets);
	if ((socket = calloc(1, sizeof *socket)) == NULL)
		return NULL;
	socket->inode = inode;
	socket->kinds = SOCKETS_ANY;
	socket->diag = -1;
	RB_INSERT(socket_inodes, &sockets->inodes, socket);
	TAILQ_INSERT_HEAD(&sockets->list, socket, entry);
	sockets->n++;
	return socket;
}

void
sockets_free(struct stage *stage)
{
	struct socket *socket;

	while ((socket = TAILQ_FIRST(&stage->sockets.list)) != NULL)
		socket_drop(&stage->sockets, socket);
}

uint64_t
socket_lines(const struct stage *stage, uint64_t inode)
{
	const struct socket *socket = socket_find(&stage->sockets, inode), *other;

	if (socket == NULL)
		return UINT64_MAX;
	other = socket->other != 0 ? socket_find(&stage->sockets, socket->other) : NULL;
	return socket->lines + (other != NULL ? other->lines : 0);
}

void
socket_again(struct stage *stage, uint64_t inode)
{
	struct socket *socket = socket_find(&stage->sockets, inode);

	if (socket == NULL)
		return;
	socket->told[0] = '\0';
	if (socket->life == SOCKET_GONE)
		socket->life = SOCKET_NEW;
	sockets_soon(&stage->sockets);
}

/* --- time --- */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void
sockets_soon(struct sockets *sockets)
{
	int64_t soon = clock_now() + LOOK_FIRST * MS;
	int64_t paid = sockets->looked + later(ROUND_PAUSE * MS, ROUND_SHARE * sockets->cost);

	sockets->pause = ROUND_PAUSE * MS;
	soon = later(soon, paid);
	sockets->due = sockets->due < soon ? sockets->due : soon;
}

/* When one of them may be another than it was, without a line that says so; INT64_MAX: not before there is a line. */
static int64_t
next_change(const struct sockets *sockets, int64_t now)
{
	int64_t next = INT64_MAX;
	const struct socket *socket;

	TAILQ_FOREACH(socket, &sockets->list, entry)
	{
		if (socket->life == SOCKET_OPEN ||
			(socket->life == SOCKET_ORPHAN && socket->forgotten == 0))
			return now;
		if (socket->life == SOCKET_ORPHAN && socket->forgotten < next)
			next = socket->forgotten;
	}
	return next;
}

static void
round_due(struct stage *stage, int64_t now)
{
	struct sockets *sockets = &stage->sockets;
	int64_t next;

	if (control_crowded(stage)) {
		sockets->due = now + ROUND_CROWDED * MS;
		return;
	}
	if (sockets_round(stage, -1))
		sockets->pause = ROUND_PAUSE * MS;
	else if (sockets->pause < ROUND_SELDOM * MS)
		sockets->pause *= 2;
	next = next_change(sockets, now);
	if (next != INT64_MAX)
		next = later(next, now + later(sockets->pause, ROUND_SHARE * sockets->cost));
	sockets->due = next;
}

int64_t
sockets_tick(struct stage *stage, int64_t now)
{
	if (stage->sockets.due <= now)
		round_due(stage, now);
	return stage->sockets.due;
}

void
sockets_look(struct stage *stage, pid_t pid)
{
	if (stage->sockets.n > 0)
		sockets_round(stage, pid);
}
