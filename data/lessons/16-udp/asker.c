/* SPDX-License-Identifier: MIT
 *
 * asker.c - connect() without a connection
 *
 * Connects a UDP socket: that sends nothing, it only tells the kernel who the other side is. So send()
 * needs no address, recv() takes datagrams from there alone, and when the other machine says that
 * nobody is at that port, the next call fails.
 *
 * To compile and run it alone:  cc -Wall -o asker asker.c && ./asker 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o answerer answerer.c && ./answerer          (says its PORT)
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
	struct sockaddr_in to = {.sin_family = AF_INET};
	char text[100];

	if (argc != 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT\n", argv[0]);
		return EXIT_FAILURE;
	}
	to.sin_port = htons(atoi(argv[2]));

	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1)
		fail("connect");
	if (send(fd, "hello", 5, 0) == -1)
		fail("send");
	ssize_t n = recv(fd, text, sizeof text, 0);
	if (n == -1)
		fail("recv");
	printf("asker: the answer is \"%.*s\"\n", (int)n, text);
	return EXIT_SUCCESS;
}
