/* SPDX-License-Identifier: MIT
 *
 * flood.c - a client that sends more than there is room for
 *
 * Its send buffer is small. It sends block after block, as many as its third argument says (else 16),
 * and waits where the other side does not keep up: no byte is lost.
 *
 * To compile and run it alone:  cc -Wall -o flood flood.c && ./flood 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o sink sink.c && ./sink 5                      (says its PORT)
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 4096 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in server = {.sin_family = AF_INET};
	int room = 12288, blocks = argc > 3 ? atoi(argv[3]) : 16;
	char block[BLOCK];

	if (argc < 3 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT [BLOCKS]\n", argv[0]);
		return EXIT_FAILURE;
	}
	server.sin_port = htons(atoi(argv[2]));
	memset(block, '#', sizeof block);

	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd == -1)
		fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == -1)
		fail("setsockopt");
	if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1)
		fail("connect");
	for (int i = 0; i < blocks; i++)
		if (send(fd, block, sizeof block, 0) == -1)
			fail("send");
	printf("flood: %d bytes sent\n", blocks * BLOCK);
	if (close(fd) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
