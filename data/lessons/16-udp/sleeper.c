/* SPDX-License-Identifier: MIT
 *
 * sleeper.c - receives too late
 *
 * A UDP socket with a small receive buffer. It lets the seconds of its argument go by, and then takes
 * what is there, without waiting for more (MSG_DONTWAIT).
 *
 * To compile and run it alone:  cc -Wall -o sleeper sleeper.c && ./sleeper 20
 * and in another terminal:      cc -Wall -o burst burst.c && ./burst 127.0.0.1 PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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
	int room = 4096, seconds = argc > 1 ? atoi(argv[1]) : 20, first = 0, last = 0, count = 0;
	char datagram[2000] = "";

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == -1)
		fail("setsockopt");
	if (bind(fd, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (getsockname(fd, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("sleeper: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);
	if (seconds > 0)
		sleep(seconds);

	while (recv(fd, datagram, sizeof datagram - 1, MSG_DONTWAIT) > 0) {
		last = atoi(datagram);
		if (count++ == 0)
			first = last;
	}
	if (errno != EAGAIN)
		fail("recv");
	printf("sleeper: %d datagrams, from %d to %d.\n", count, first, last);
	return EXIT_SUCCESS;
}
