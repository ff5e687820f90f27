/* SPDX-License-Identifier: MIT
 *
 * forker.c - a server with a process for each client, and a close that was forgotten
 *
 * The child greets the client and ends. The parent goes on to the next accept, but it still has the
 * connection open, too: the client never sees the end of file. With "tidy" the parent closes it.
 *
 * To compile and run it alone:  cc -Wall -o forker forker.c && ./forker            (or: ./forker tidy)
 * and in another terminal:      cc -Wall -o reader reader.c && ./reader 127.0.0.1 PORT
 */
#include <netinet/in.h>
#include <signal.h>
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
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t size = sizeof own;
	int client;

	if (signal(SIGCHLD, SIG_IGN) == SIG_ERR) /* children need not be waited for */
		fail("signal");
	int door = socket(AF_INET, SOCK_STREAM, 0);
	if (door == -1)
		fail("socket");
	if (bind(door, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (listen(door, 1) == -1)
		fail("listen");
	if (getsockname(door, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("forker: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);

	while ((client = accept(door, NULL, NULL)) != -1) {
		pid_t pid = fork();
		if (pid == -1)
			fail("fork");
		if (pid == 0) {
			if (close(door) == -1)
				fail("close");
			if (send(client, "welcome", 7, 0) == -1)
				fail("send");
			exit(EXIT_SUCCESS);
		}
		if (argc > 1 && strcmp(argv[1], "tidy") == 0 && close(client) == -1)
			fail("close");
	}
	fail("accept");
}
