/* SPDX-License-Identifier: MIT
 *
 * share.c - O_NONBLOCK belongs to the open file description, not to the descriptor
 *
 * The parent makes a pipe, duplicates the read end and forks. The child sets O_NONBLOCK on the
 * duplicate only, and reads from the original. Then the parent reads from its own copy, and asks
 * for the flags of the other end.
 *
 * To compile and run it alone:  cc -Wall -o share share.c && ./share
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
try_read(const char *who, int fd)
{
	char byte;

	if (read(fd, &byte, 1) == -1) {
		if (errno != EAGAIN)
			fail("read");
		printf("%s: descriptor %d does not block: EAGAIN\n", who, fd);
	}
}

static void
set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		fail("fcntl");
	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		fail("fcntl");
}

int
main(void)
{
	int fds[2];

	if (pipe(fds) == -1)
		fail("pipe");
	int copy = dup(fds[0]);
	if (copy == -1)
		fail("dup");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		set_nonblocking(copy);
		try_read("child", fds[0]);
		exit(EXIT_SUCCESS);
	}

	if (wait(NULL) == -1)
		fail("wait");
	try_read("parent", fds[0]);
	int flags = fcntl(fds[1], F_GETFL);
	if (flags == -1)
		fail("fcntl");
	printf("parent: O_NONBLOCK is %s on the write end\n",
		flags & O_NONBLOCK ? "set" : "not set");
	return EXIT_SUCCESS;
}
