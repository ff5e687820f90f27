/* SPDX-License-Identifier: MIT
 *
 * answerer.c - answers a datagram
 *
 * Binds to a port that the kernel picks, takes one datagram and sends an answer to whoever sent it:
 * recvfrom() tells the address.
 *
 * To compile and run it alone:  cc -Wall -o answerer answerer.c && ./answerer
 * and in another terminal:      cc -Wall -o asker asker.c && ./asker 127.0.0.1 PORT
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
main(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)}, from;
	socklen_t size = sizeof own;
	char text[100];

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	if (bind(fd, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (getsockname(fd, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("answerer: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);

	size = sizeof from;
	ssize_t n = recvfrom(fd, text, sizeof text, 0, (struct sockaddr *)&from, &size);
	if (n == -1)
		fail("recvfrom");
	if (sendto(fd, "welcome", 7, 0, (struct sockaddr *)&from, size) == -1)
		fail("sendto");
	return EXIT_SUCCESS;
}
