/* SPDX-License-Identifier: MIT
 *
 * sink.c - a server that takes its time
 *
 * Takes one client and counts its bytes. Its receive buffer is small; connections get the size from
 * the socket that listens. With seconds as argument it lets so many go by before it reads.
 *
 * To compile and run it alone:  cc -Wall -o sink sink.c && ./sink 5
 * and in another terminal:      cc -Wall -o flood flood.c && ./flood 127.0.0.1 PORT
 */
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
	int room = 4096;
	char block[4096];
	long total = 0;
	ssize_t n;

	int door = socket(AF_INET, SOCK_STREAM, 0);
	if (door == -1)
		fail("socket");
	if (setsockopt(door, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) == -1)
		fail("setsockopt");
	if (bind(door, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (listen(door, 1) == -1)
		fail("listen");
	if (getsockname(door, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("sink: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);
	int client = accept(door, NULL, NULL);
	if (client == -1)
		fail("accept");
	if (argc > 1)
		sleep(atoi(argv[1]));

	while ((n = recv(client, block, sizeof block, 0)) > 0)
		total += n;
	if (n == -1)
		fail("recv");
	printf("sink: %ld bytes came\n", total);
	return EXIT_SUCCESS;
}
