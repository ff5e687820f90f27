/* SPDX-License-Identifier: MIT
 *
 * Sockets that the run's processes have. Lines that pass tell which there are; one question to the kernel for each family
 * (sock_diag(7)) then tells of all of them at once, whoever has them open and however many they are. What is new enters
 * the trace as look events of pid 0.
 *
 * The kernel names a socket by its inode as long as somebody has it open. A TCP socket that all have closed goes on
 * without one, in FIN_WAIT, LAST_ACK or TIME_WAIT: that is found by the pair of its addresses.
 */
#ifndef IPCVIZ_STAGE_SOCKET_H
#define IPCVIZ_STAGE_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/tree.h>
#include <sys/types.h>

#include "event/event.h"

enum {
	SOCKETS_MAX = 2048,
	SOCKET_TOLD = 400,   /* bytes of the fields that were recorded last */
	SOCKET_ADDRESS = 120 /* of an address as text */
};

/* What the kernel is asked about in one question; a socket of which little is known may be of any. */
enum socket_kind {
	SOCKETS_TCP4 = 1,
	SOCKETS_TCP6 = 2,
	SOCKETS_UDP4 = 4,
	SOCKETS_UDP6 = 8,
	SOCKETS_UNIX = 16,
	SOCKETS_ANY = 31,
};

/* Both addresses of a connection, IPv4 ones as IPv6 writes them. No padding: compared as bytes. */
struct socket_ends {
	uint8_t local[16], peer[16];
	uint16_t local_port, peer_port; /* in the order of the network */
};

/* What the kernel says of one socket. Numbers are -1 and texts "" where it says nothing. */
struct socket_facts {
	uint64_t inode;          /* 0: nobody has it open */
	int family, type, state; /* of TCP; -1 */
	struct socket_ends ends; /* TCP */
	char local[SOCKET_ADDRESS], peer[SOCKET_ADDRESS];
	uint64_t pair; /* inode at the other end of a UNIX socket; 0 */
	int64_t used, outq, rcvbuf, sndbuf, filled, drops, waiting, backlog;
	int64_t timeout; /* ns until it is forgotten */
};
#define SOCKET_SAYS_NOTHING                                                                        \
	.used = -1, .outq = -1, .rcvbuf = -1, .sndbuf = -1, .filled = -1, .drops = -1,             \
	.waiting = -1, .backlog = -1, .timeout = -1

enum socket_life {
	SOCKET_NEW, /* the kernel has not told of it yet: one without an address is in no table of it */
	SOCKET_OPEN,   /* found by its inode */
	SOCKET_ORPHAN, /* found by its addresses */
	SOCKET_GONE,   /* it was found, or was known to be connected, and is not there any more */
};

struct socket {
	RB_ENTRY(socket) by_inode, by_ends;
	TAILQ_ENTRY(socket) entry;
	uint64_t inode;
	int kinds;      /* of enum socket_kind */
	int diag;       /* the network that it is in, see network.h; -1: cannot be asked */
	int error;      /* errno of that; 0: it is not known where it is */
	bool connected; /* it is, or was, one end of a TCP connection */
	bool has_ends;  /* no later connection has the same */
	struct socket_ends ends;
	enum socket_life life;
	uint64_t lines;    /* that named it */
	uint64_t other;    /* inode of the socket at the other end; 0: none that is known */
	uint64_t found;    /* number of the newest round that found it */
	int64_t forgotten; /* ns, when the kernel forgets it; 0: that is not known */
	bool typed;        /* lines have told its family and type, or a look did */
	char told
		[SOCKET_TOLD]; /* fields as recorded last, since the newest line that named it; "" */
	struct socket_facts facts; /* of this round */
};

RB_HEAD(socket_inodes, socket);
RB_HEAD(socket_pairs, socket);
TAILQ_HEAD(socket_list, socket);

struct stage;
struct process;

struct sockets {
	struct socket_inodes inodes;
	struct socket_pairs pairs;
	struct socket_list list; /* that which was named last first */
	int n;
	uint64_t rounds;
	int64_t due, looked, pause, cost; /* ns; due INT64_MAX: not before something happens */
	int refused; /* kinds of which it was said that the kernel does not answer */
};

/* socket.c: which there are, and when to ask. */
void sockets_init(struct sockets *sockets);
void sockets_free(struct stage *stage);
struct socket *socket_find(const struct sockets *sockets, uint64_t inode); /* NULL: not known */
struct socket *socket_find_ends(const struct sockets *sockets, const struct socket_ends *ends);
struct socket *socket_add(
	struct sockets *sockets, uint64_t inode); /* found or made; NULL: no memory */
void socket_set_ends(
	struct sockets *sockets, struct socket *socket, const struct socket_ends *ends);
void socket_drop_ends(
	struct sockets *sockets, struct socket *socket); /* another connection may have them */
void sockets_soon(struct sockets *sockets);              /* something happened */
/* Does what is due; when the next look is. */
int64_t sockets_tick(struct stage *stage, int64_t now);
/* Looks now; what this process (0: any) waits for is recorded also when it is no news. */
void sockets_look(struct stage *stage, pid_t pid);
/* For a look that was overtaken: lines that named the socket or its other end so far; and look again. */
uint64_t socket_lines(const struct stage *stage, uint64_t inode);
void socket_again(struct stage *stage, uint64_t inode);

/* socket_glance.c: a line passes; a process has ended. */
void sockets_glance(struct stage *stage, struct process *process, const struct event *event);

/* socket_ask.c: hands on what the kernel says of every socket of one kind in a network. 0, or errno. */
typedef void socket_teller(void *to, const struct socket_facts *facts);
int sockets_ask(int diag, enum socket_kind kind, socket_teller *tell, void *to);
bool socket_ends_read(
	struct socket_ends *ends, const char *local, const char *peer); /* from text */

/* socket_look.c: one round. Asks about all, and records what is new, also of those that `pid` waits for (-1: of none)
 * what is not. True when there was something new. */
bool sockets_round(struct stage *stage, pid_t pid);

#endif
