/* SPDX-License-Identifier: MIT
 *
 * receiver.c - takes datagrams out of a UDP socket
 *
 * Binds to a port that the kernel picks, and then takes a datagram for each argument, with so many
 * bytes of room. It says from whom each came.
 *
 * To compile and run it alone:  cc -Wall -o receiver receiver.c && ./receiver 100 4 100
 * and in another terminal:      cc -Wall -o sender sender.c && ./sender 127.0.0.1 PORT one two three
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t size = sizeof own;
	char text[1000], name[INET_ADDRSTRLEN];

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	if (bind(fd, (struct sockaddr *)&own, sizeof own) == -1) /* port 0: any that is free */
		fail("bind");
	if (getsockname(fd, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("receiver: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);

	for (int i = 1; i < argc; i++) {
		struct sockaddr_in from;
		size_t room = strtoul(argv[i], NULL, 10);

		size = sizeof from;
		if (room > sizeof text)
			room = sizeof text;
		ssize_t n = recvfrom(fd, text, room, 0, (struct sockaddr *)&from, &size);
		if (n == -1)
			fail("recvfrom");
		printf("receiver: \"%.*s\" from %s, port %d\n", (int)n, text,
			inet_ntop(AF_INET, &from.sin_addr, name, sizeof name), ntohs(from.sin_port));
	}
	return EXIT_SUCCESS;
}
