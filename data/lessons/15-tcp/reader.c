/* SPDX-License-Identifier: MIT
 *
 * reader.c - a client that only reads
 *
 * Connects, reads until the other side sends no more, and closes.
 *
 * To compile and run it alone:  cc -Wall -o reader reader.c && ./reader 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o forker forker.c && ./forker                  (says its PORT)
 */
#include <arpa/inet.h>
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
	struct sockaddr_in server = {.sin_family = AF_INET};
	char text[100];
	ssize_t n;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT\n", argv[0]);
		return EXIT_FAILURE;
	}
	server.sin_port = htons(atoi(argv[2]));

	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd == -1)
		fail("socket");
	if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1)
		fail("connect");
	while ((n = recv(fd, text, sizeof text, 0)) > 0)
		printf("reader: got %.*s\n", (int)n, text);
	if (n == -1)
		fail("recv");
	printf("reader: end of file\n");
	if (close(fd) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
