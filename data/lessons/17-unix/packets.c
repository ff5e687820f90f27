/* SPDX-License-Identifier: MIT
 *
 * packets.c - a stream has no boundaries, a sequence of packets has
 *
 * The parent sends three words through a socketpair, a send() for each, and closes its end. The child
 * receives with room for all of them. The argument is the kind of the sockets: "stream" or
 * "seqpacket", which is connected and in order as a stream and keeps messages whole as datagrams.
 *
 * To compile and run it alone:  cc -Wall -o packets packets.c && ./packets stream; ./packets seqpacket
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
	int type = argc > 1 && strcmp(argv[1], "seqpacket") == 0 ? SOCK_SEQPACKET : SOCK_STREAM;
	const char *const words[] = {"one", "two", "three"};
	char text[100];
	int ends[2];
	ssize_t n;

	if (socketpair(AF_UNIX, type, 0, ends) == -1)
		fail("socketpair");
	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (close(ends[0]) == -1)
			fail("close");
		while ((n = recv(ends[1], text, sizeof text, 0)) > 0)
			printf("child: got %.*s\n", (int)n, text);
		if (n == -1)
			fail("recv");
		printf("child: end of file\n");
		exit(EXIT_SUCCESS);
	}

	if (close(ends[1]) == -1)
		fail("close");
	for (int i = 0; i < 3; i++)
		if (send(ends[0], words[i], strlen(words[i]), 0) == -1)
			fail("send");
	if (close(ends[0]) == -1)
		fail("close");
	return wait(NULL) == -1 ? EXIT_FAILURE : EXIT_SUCCESS;
}
