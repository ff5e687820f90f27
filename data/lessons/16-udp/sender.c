/* SPDX-License-Identifier: MIT
 *
 * sender.c - sends datagrams by UDP
 *
 * Sends each word of its arguments to an address and a port, a datagram a word. No connection is made,
 * and nobody says whether anything arrives.
 *
 * To compile and run it alone:  cc -Wall -o sender sender.c && ./sender 127.0.0.1 PORT one two
 * after, in another terminal:   cc -Wall -o receiver receiver.c && ./receiver 100 100    (says its PORT)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (argc < 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT WORD...\n", argv[0]);
		return EXIT_FAILURE;
	}
	to.sin_port = htons(atoi(argv[2]));

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	for (int i = 3; i < argc; i++) {
		if (sendto(fd, argv[i], strlen(argv[i]), 0, (struct sockaddr *)&to, sizeof to) == -1)
			fail("sendto");
		printf("sender: \"%s\" is on its way\n", argv[i]);
	}
	if (close(fd) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
