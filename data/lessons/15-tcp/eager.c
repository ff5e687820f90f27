/* SPDX-License-Identifier: MIT
 *
 * eager.c - a listening socket with O_NONBLOCK, and the connections that it hands out
 *
 * accept() does not wait: poll() does. The connection that it returns has no O_NONBLOCK, so recv() on
 * it waits. Two ways out: MSG_DONTWAIT for a single call, and SO_RCVTIMEO, a time limit for all.
 *
 * To compile and run it alone:  cc -Wall -o eager eager.c && ./eager
 * and in another terminal:      cc -Wall -o client client.c && ./client 127.0.0.1 PORT
 */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
receive(int fd, int flags)
{
	char text[4];
	ssize_t n = recv(fd, text, sizeof text, flags);

	if (n == -1 && errno != EAGAIN)
		fail("recv");
	if (n == -1)
		printf("eager: nothing has come\n");
	else
		printf("eager: got \"%.*s\"\n", (int)n, text);
}

int
main(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	struct timeval limit = {.tv_usec = 200000};
	socklen_t size = sizeof own;
	int client;

	int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (door == -1)
		fail("socket");
	if (bind(door, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (listen(door, 1) == -1)
		fail("listen");
	if (getsockname(door, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("eager: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);

	struct pollfd wanted = {.fd = door, .events = POLLIN};
	while ((client = accept(door, NULL, NULL)) == -1) {
		if (errno != EAGAIN)
			fail("accept");
		if (poll(&wanted, 1, -1) == -1)
			fail("poll");
	}

	receive(client, 0);
	receive(client, MSG_DONTWAIT);
	if (setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == -1)
		fail("setsockopt");
	receive(client, 0);
	return EXIT_SUCCESS;
}
