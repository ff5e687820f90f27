/* SPDX-License-Identifier: MIT
 *
 * burst.c - sends datagrams faster than anybody takes them
 *
 * Sends ten numbered datagrams of 1000 bytes to an address and a port, one after the other.
 *
 * To compile and run it alone:  cc -Wall -o burst burst.c && ./burst 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o sleeper sleeper.c && ./sleeper 20            (says its PORT)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { COUNT = 10, SIZE = 1000 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char datagram[SIZE];
	int sent = 0;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT\n", argv[0]);
		return EXIT_FAILURE;
	}
	to.sin_port = htons(atoi(argv[2]));

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	for (int i = 1; i <= COUNT; i++) {
		memset(datagram, ' ', SIZE);
		datagram[snprintf(datagram, SIZE, "%d", i)] = ' ';
		if (sendto(fd, datagram, SIZE, 0, (struct sockaddr *)&to, sizeof to) == -1)
			fail("sendto");
		sent++;
	}
	printf("burst: %d datagrams sent, no call failed\n", sent);
	return EXIT_SUCCESS;
}
