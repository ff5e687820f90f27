/* SPDX-License-Identifier: MIT
 *
 * large.c - a write of more than PIPE_BUF bytes arrives in parts
 *
 * A pipe of one page. Ann writes two pages of A in one call, Bob a hundred bytes of B in one. Ann's
 * write cannot go in at once, and between its parts Bob's can: whether it does is up to chance, or
 * to whoever stops Ann (SIGSTOP) while she sleeps half-way.
 *
 * To compile and run it alone:  cc -Wall -o large large.c && ./large
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* A write may return early, with a part done (a signal does that): go on with the rest. */
static void
write_all(int fd, char letter, size_t size)
{
	char block[2 * PAGE];

	memset(block, letter, sizeof block);
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, block + done, size - done);
		if (n == -1)
			fail("write");
		done += n;
	}
}

static void
start_writer(int fds[2], char letter, size_t size)
{
	pid_t pid = fork();

	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (close(fds[0]) == -1)
			fail("close");
		write_all(fds[1], letter, size);
		exit(EXIT_SUCCESS);
	}
}

int
main(void)
{
	int fds[2];
	char page[PAGE];
	ssize_t n;

	if (pipe(fds) == -1)
		fail("pipe");
	if (fcntl(fds[1], F_SETPIPE_SZ, PAGE) == -1)
		fail("fcntl");
	start_writer(fds, 'A', 2 * PAGE);
	start_writer(fds, 'B', 100);
	if (close(fds[1]) == -1)
		fail("close");

	while ((n = read(fds[0], page, sizeof page)) > 0)
		printf("reader: %zd bytes, from %c to %c\n", n, page[0], page[n - 1]);
	if (n == -1)
		fail("read");
	if (wait(NULL) == -1 || wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
