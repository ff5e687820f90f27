/* SPDX-License-Identifier: MIT
 *
 * Uses sockets, for the tests of what the stage sees of them. Each word brings some into a state and then, by SIGSTOP, waits to be told to
 * go on. Ports are the kernel's choice.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 1000, MANY = 200 };

static int family = AF_INET;
static char bytes[65536];

struct address {
	struct sockaddr_storage is;
	socklen_t length;
};

static void
rest(void)
{
	raise(SIGSTOP);
}

static struct address
loopback(void)
{
	struct address address = {.length = sizeof(struct sockaddr_in)};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	memcpy(&address.is, &in, sizeof in);
	if (family == AF_INET6) {
		memcpy(&address.is, &in6, sizeof in6);
		address.length = sizeof in6;
	}
	return address;
}

/* A bound socket, and its address with the port that the kernel picked. */
static int
bind_any(int type, struct address *address)
{
	int fd = socket(family, type, 0);

	*address = loopback();
	if (fd < 0 || bind(fd, (struct sockaddr *)&address->is, address->length) != 0 ||
		getsockname(fd, (struct sockaddr *)&address->is, &address->length) != 0)
		err(1, "bind");
	return fd;
}

static int
listen_any(int backlog, struct address *address)
{
	int fd = bind_any(SOCK_STREAM, address);

	if (listen(fd, backlog) != 0)
		err(1, "listen");
	return fd;
}

static int
connect_to(const struct address *address)
{
	int fd = socket(family, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address->is, address->length) != 0)
		err(1, "connect");
	return fd;
}

/* Both ends of a connection. */
static void
pair_tcp(int ends[2])
{
	struct address address;
	int listener = listen_any(4, &address);

	ends[0] = connect_to(&address);
	if ((ends[1] = accept(listener, NULL, NULL)) < 0)
		err(1, "accept");
	close(listener);
}

/* --- the words --- */

/* A backlog of one, with one more than it in the queue, which is how Linux counts. */
static int
be_backlog(void)
{
	struct address address;
	int listener = listen_any(1, &address);

	connect_to(&address);
	connect_to(&address);
	rest();
	return accept(listener, NULL, NULL) < 0;
}

/* Bytes in both queues: as many as go in. */
static int
be_queues(void)
{
	int ends[2];
	ssize_t n;
	long all = 0;

	pair_tcp(ends);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	while ((n = send(ends[0], bytes, sizeof bytes, 0)) > 0)
		all += n;
	printf("sent %ld\n", all);
	fflush(stdout);
	rest();
	return 0;
}

static int
be_half(void)
{
	int ends[2];

	pair_tcp(ends);
	if (send(ends[0], "abc", 3, 0) != 3 || shutdown(ends[0], SHUT_WR) != 0)
		err(1, "send");
	rest();
	return 0;
}

/* Closed at both ends, the one that closed first is remembered; then somebody has its addresses. */
static int
be_time_wait(void)
{
	struct address address, own = {.length = sizeof own.is};
	int listener = listen_any(4, &address), first = connect_to(&address);
	int second = accept(listener, NULL, NULL), again, one = 1;

	getsockname(first, (struct sockaddr *)&own.is, &own.length);
	close(first);
	while (read(second, bytes, sizeof bytes) > 0)
		continue;
	close(second);
	rest();
	again = socket(family, SOCK_STREAM, 0);
	if (setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
		bind(again, (struct sockaddr *)&own.is, own.length) != 0)
		err(1, "bind again");
	/* tcp_tw_reuse: on the loopback its addresses may be used again after a second. */
	while (connect(again, (struct sockaddr *)&address.is, address.length) != 0) {
		if (errno != EADDRNOTAVAIL)
			err(1, "connect again");
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	}
	rest();
	return 0;
}

/* Datagrams into a full buffer; then all that are there are read. */
static int
be_udp(void)
{
	struct address address;
	int receiver = bind_any(SOCK_DGRAM, &address), sender = socket(family, SOCK_DGRAM, 0);
	int size = 4 * LENGTH, n = 0;

	setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	for (int i = 0; i < 50; i++) {
		snprintf(bytes, sizeof bytes, "number %d", i);
		if (sendto(sender, bytes, LENGTH, 0, (struct sockaddr *)&address.is,
			    address.length) != LENGTH)
			err(1, "sendto");
	}
	rest();
	while (recv(receiver, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
		n++;
	printf("received %d\n", n);
	fflush(stdout);
	rest();
	return 0;
}

static int
be_unix(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length = (socklen_t)(sizeof address.sun_family + 1 + strlen(name));
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), clients[2], ends[2];

	memcpy(address.sun_path + 1, name, strlen(name)); /* abstract */
	if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0)
		err(1, "listen");
	for (int i = 0; i < 2; i++) {
		clients[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(clients[i], (struct sockaddr *)&address, length) != 0)
			err(1, "connect");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0 || send(ends[0], "hello", 5, 0) != 5)
		err(1, "socketpair");
	rest();
	if (accept(listener, NULL, NULL) < 0)
		err(1, "accept");
	rest();
	return 0;
}

static int
be_many(void)
{
	struct address address;
	int listener = listen_any(MANY, &address);

	for (int i = 0; i < MANY; i++)
		connect_to(&address);
	for (int i = 0; i < MANY; i++)
		if (accept(listener, NULL, NULL) < 0)
			err(1, "accept");
	rest();
	return 0;
}

/* One end alone: the other is not watched. */
static int
be_client(const char *port)
{
	struct address address = loopback();

	((struct sockaddr_in *)&address.is)->sin_port = htons((uint16_t)atoi(port));
	connect_to(&address);
	rest();
	return 0;
}

int
main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "", *more = argc > 2 ? argv[2] : "";

	family = strcmp(more, "6") == 0 ? AF_INET6 : AF_INET;
	if (strcmp(word, "backlog") == 0)
		return be_backlog();
	if (strcmp(word, "queues") == 0)
		return be_queues();
	if (strcmp(word, "half") == 0)
		return be_half();
	if (strcmp(word, "time-wait") == 0)
		return be_time_wait();
	if (strcmp(word, "udp") == 0)
		return be_udp();
	if (strcmp(word, "unix") == 0)
		return be_unix(more);
	if (strcmp(word, "many") == 0)
		return be_many();
	if (strcmp(word, "client") == 0)
		return be_client(more);
	return 2;
}
