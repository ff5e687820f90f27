/* SPDX-License-Identifier: MIT
 *
 * pair.c - two sockets without a name, and how they differ from a pipe
 *
 * Parent and child talk through a socketpair: the child answers through the very descriptor that it
 * has read from. With the argument "pipe" the same with a pipe, whose ends go one way only: there
 * the answer fails.
 *
 * To compile and run it alone:  cc -Wall -o pair pair.c && ./pair; ./pair pipe
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
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
	int ends[2], mine = 1, other = 0; /* a pipe's second end is the one for writing */
	char text[100];
	ssize_t n;

	if (argc > 1 && strcmp(argv[1], "pipe") == 0) {
		if (pipe(ends) == -1)
			fail("pipe");
	} else if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1) {
		fail("socketpair");
	}

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		mine = 0;
		other = 1;
	}
	if (close(ends[other]) == -1)
		fail("close");

	if (pid == 0) {
		if ((n = read(ends[mine], text, sizeof text)) == -1)
			fail("read");
		printf("child: got %.*s\n", (int)n, text);
		if (write(ends[mine], "pong", 4) == -1)
			fail("child: write");
		exit(EXIT_SUCCESS);
	}
	if (write(ends[mine], "ping", 4) == -1)
		fail("write");
	if ((n = read(ends[mine], text, sizeof text)) == -1)
		fail("parent: read");
	printf("parent: got %.*s\n", (int)n, text);
	return wait(NULL) == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}
