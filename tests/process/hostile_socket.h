/* SPDX-License-Identifier: MIT
 *
 * What the hostile programs on sockets share: making and joining them. Ports are picked by the kernel.
 */
#ifndef IPCVIZ_TESTS_HOSTILE_SOCKET_H
#define IPCVIZ_TESTS_HOSTILE_SOCKET_H

#include "hostile_ipc.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

/* A socket that has a port of the loopback, and its address. */
static inline int
bound(int type, struct sockaddr_in *address)
{
	socklen_t length = sizeof *address;
	int fd = socket(AF_INET, type, 0);

	*address = (struct sockaddr_in){.sin_family = AF_INET};
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof *address) != 0 ||
		getsockname(fd, (struct sockaddr *)address, &length) != 0)
		exit(1);
	return fd;
}

/* The two ends of a TCP connection: the one that connected, and the one that was accepted. */
static inline void
joined(int ends[2])
{
	struct sockaddr_in address;
	int listening = bound(SOCK_STREAM, &address);

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (listen(listening, 4) != 0 ||
		connect(ends[0], (struct sockaddr *)&address, sizeof address) != 0)
		exit(1);
	ends[1] = accept(listening, NULL, NULL);
	close(listening);
}

/* A receive that shows what came. */
static inline void
take(const char *what, int fd, size_t n, int flags)
{
	char bytes[64];
	ssize_t ret;

	memset(bytes, '.', sizeof bytes);
	ret = recv(fd, bytes, n, flags);
	say(what, ret);
	printf("%.16s\n", bytes);
}

#endif
