/* SPDX-License-Identifier: MIT
 *
 * client.c - the two calls of a TCP client
 *
 * socket and connect, and then send and recv. It sends three words, a call for each, prints the
 * answer, says that it will send no more (shutdown) and reads what the server has to say until that
 * closes.
 *
 * To compile and run it alone:  cc -Wall -o client client.c && ./client 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o server server.c && ./server                  (says its PORT)
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
	struct sockaddr_in server = {.sin_family = AF_INET}, own;
	const char *const words[] = {"one ", "two ", "three"};
	socklen_t size = sizeof own;
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
	if (getsockname(fd, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("client: my port is %d\n", ntohs(own.sin_port));

	for (int i = 0; i < 3; i++)
		if (send(fd, words[i], strlen(words[i]), 0) == -1)
			fail("send");
	if ((n = recv(fd, text, sizeof text, 0)) == -1)
		fail("recv");
	printf("client: the server says: %.*s\n", (int)n, text);

	if (shutdown(fd, SHUT_WR) == -1) /* no more from me, but I still listen */
		fail("shutdown");
	while ((n = recv(fd, text, sizeof text, 0)) > 0)
		printf("client: the server says: %.*s\n", (int)n, text);
	if (n == -1)
		fail("recv");
	if (close(fd) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
