/* SPDX-License-Identifier: MIT
 *
 * live.c - O_NONBLOCK changed under a program's feet
 *
 * The reader takes what comes and, should a read ever answer EAGAIN, asks again. Nothing in this
 * program sets O_NONBLOCK: somebody who shares the open file description has to, and may do so
 * at any time. Left alone, no read ever answers EAGAIN.
 *
 * To compile and run it alone:  cc -Wall -o live live.c && ./live
 */
#include <errno.h>
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
receive(int fd)
{
	char buffer[80];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof buffer)) != 0) {
		if (n > 0)
			printf("receiver: got %.*s\n", (int)n, buffer);
		else if (errno == EAGAIN)
			printf("receiver: nothing there (EAGAIN)\n");
		else
			fail("read");
	}
	printf("receiver: end of file\n");
}

int
main(void)
{
	int fds[2];

	if (pipe(fds) == -1)
		fail("pipe");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		if (close(fds[1]) == -1)
			fail("close");
		receive(fds[0]);
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	if (write(fds[1], "one", 3) == -1 || write(fds[1], "two", 3) == -1 ||
		write(fds[1], "three", 5) == -1)
		fail("write");
	if (close(fds[1]) == -1)
		fail("close");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
