/* SPDX-License-Identifier: MIT
 *
 * Whole messages: the two kinds of queues, and datagrams. What is larger than the kernel lets through at once goes in
 * pieces, but not over UDP, which would lose some of them.
 */
#include "measure/link.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <unistd.h>

#include "words.h"

enum { UDP_MOST = 65507, UNIX_PIECE = 65536, QUEUE_SLOTS = 10 };

/* A number from /proc, or `otherwise`. */
static long
limit_of(const char *path, long otherwise)
{
	FILE *file = fopen(path, "re");
	long value;

	if (file == NULL)
		return otherwise;
	if (fscanf(file, "%ld", &value) != 1 || value < 1)
		value = otherwise;
	fclose(file);
	return value;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* --- System V: one queue, a type for each direction --- */

static int
make_msg(struct link *link, const char **why)
{
	long most = limit_of("/proc/sys/kernel/msgmax", 8192);
	long queue = limit_of("/proc/sys/kernel/msgmnb", 16384);

	(void)why;
	link->piece = smaller(link->size, (size_t)(most < queue ? most : queue));
	link->id_kind = 'm';
	link->id = msgget(IPC_PRIVATE, 0600);
	return link->id == -1 ? -1 : 0;
}

/* The type stands before the bytes: in the room there, or over the end of the piece before, which is put back. */
static int
msg_send(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece) {
		char *message = bytes + at - sizeof(long);
		long kept, type = side == SIDE_FIRST ? 1 : 2;

		memcpy(&kept, message, sizeof kept);
		memcpy(message, &type, sizeof type);
		int result = msgsnd(link->id, message, smaller(link->piece, link->size - at), 0);
		memcpy(message, &kept, sizeof kept);
		if (result == -1)
			return -1;
	}
	return 0;
}

static int
msg_receive(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece) {
		char *message = bytes + at - sizeof(long);
		long kept;

		memcpy(&kept, message, sizeof kept);
		ssize_t n = msgrcv(link->id, message, smaller(link->piece, link->size - at),
			side == SIDE_FIRST ? 2 : 1, 0);
		memcpy(message, &kept, sizeof kept);
		if (n == -1)
			return -1;
	}
	return 0;
}

/* --- POSIX: a queue for each direction --- */

static int
make_mq(struct link *link, const char **why)
{
	long most = limit_of("/proc/sys/fs/mqueue/msgsize_max", 8192);
	long slots = limit_of("/proc/sys/fs/mqueue/msg_max", QUEUE_SLOTS);
	struct mq_attr attributes;
	char name[64];

	link->piece = smaller(link->size, (size_t)most);
	memset(&attributes, 0, sizeof attributes);
	attributes.mq_maxmsg = slots < QUEUE_SLOTS ? slots : QUEUE_SLOTS;
	attributes.mq_msgsize = (long)link->piece;
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "/ipcviz-compare-%d-%d", (int)getpid(), i);
		link->queue[i] =
			mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
		if (link->queue[i] == (mqd_t)-1 && errno == EMFILE) {
			*why = N_("the queue is larger than this user's may be (ulimit -q)");
			return -2;
		}
		if (link->queue[i] == (mqd_t)-1)
			return -1;
		mq_unlink(name);
	}
	return 0;
}

static int
mq_link_send(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece)
		if (mq_send(link->queue[side], bytes + at, smaller(link->piece, link->size - at),
			    0) == -1)
			return -1;
	return 0;
}

static int
mq_link_receive(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece)
		if (mq_receive(link->queue[side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST],
			    bytes + at, link->piece, NULL) == -1)
			return -1;
	return 0;
}

/* --- datagrams --- */

static int
datagram_send(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece)
		if (send(link->out[side], bytes + at, smaller(link->piece, link->size - at), 0) ==
			-1)
			return -1;
	return 0;
}

static int
datagram_receive(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size; at += link->piece)
		if (recv(link->in[side], bytes + at, smaller(link->piece, link->size - at), 0) ==
			-1)
			return -1;
	return 0;
}

static int
make_unix_dgram(struct link *link, const char **why)
{
	int both[2];

	(void)why;
	link->piece = smaller(link->size, UNIX_PIECE);
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, both) == -1)
		return -1;
	link->in[SIDE_FIRST] = link->out[SIDE_FIRST] = both[0];
	link->in[SIDE_SECOND] = link->out[SIDE_SECOND] = both[1];
	return 0;
}

/* A socket bound to a port that the kernel picks; *address gets it. */
static int
bound_socket(struct sockaddr_in *address)
{
	socklen_t length = sizeof *address;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd != -1 && (bind(fd, (struct sockaddr *)address, sizeof *address) == -1 ||
				getsockname(fd, (struct sockaddr *)address, &length) == -1)) {
		int reason = errno;
		close(fd);
		errno = reason;
		return -1;
	}
	return fd;
}

static int
make_udp(struct link *link, const char **why)
{
	struct sockaddr_in address[2];

	if (link->size > UDP_MOST) {
		*why = N_(
			"a datagram holds at most 65507 bytes, and of several some would be lost");
		return -2;
	}
	for (int side = SIDE_FIRST; side <= SIDE_SECOND; side++)
		if ((link->in[side] = link->out[side] = bound_socket(&address[side])) == -1)
			return -1;
	for (int side = SIDE_FIRST; side <= SIDE_SECOND; side++)
		if (connect(link->in[side], (struct sockaddr *)&address[1 - side],
			    sizeof address[0]) == -1)
			return -1;
	return 0;
}

const struct link_kind link_msg = {make_msg, msg_send, msg_receive, false, false};
const struct link_kind link_mq = {make_mq, mq_link_send, mq_link_receive, false, false};
const struct link_kind link_unix_dgram = {
	make_unix_dgram, datagram_send, datagram_receive, false, false};
const struct link_kind link_udp = {make_udp, datagram_send, datagram_receive, true, false};
