/* SPDX-License-Identifier: MIT
 *
 * hasty.c - connect without waiting
 *
 * The socket is O_NONBLOCK, so connect() only starts the handshake. poll() tells when it is over: the
 * socket can be written to. How it went says SO_ERROR.
 *
 * To compile and run it alone:  cc -Wall -o hasty hasty.c && ./hasty 127.0.0.1 PORT
 * after, in another terminal:   cc -Wall -o server server.c && ./server                  (says its PORT)
 */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	struct sockaddr_in server = {.sin_family = AF_INET};
	int error = 0;
	socklen_t size = sizeof error;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
		fprintf(stderr, "usage: %s ADDRESS PORT\n", argv[0]);
		return EXIT_FAILURE;
	}
	server.sin_port = htons(atoi(argv[2]));

	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd == -1)
		fail("socket");
	if (connect(fd, (struct sockaddr *)&server, sizeof server) == -1 && errno != EINPROGRESS)
		fail("connect");
	printf("hasty: I could do something else now\n");

	struct pollfd wanted = {.fd = fd, .events = POLLOUT};
	if (poll(&wanted, 1, -1) == -1)
		fail("poll");
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1)
		fail("getsockopt");
	printf("hasty: %s\n", error == 0 ? "connected" : strerror(error));
	return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
