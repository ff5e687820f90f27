/* SPDX-License-Identifier: MIT
 *
 * again.c - O_NONBLOCK turns sleeping into an error
 *
 * A pipe of two pages, made with O_NONBLOCK on both ends. A read that finds nothing and a write
 * that finds no room fail with EAGAIN, "try again", where they would have slept; a large write that
 * finds some room writes what fits and says how much that was.
 *
 * To compile and run it alone:  cc -Wall -o again again.c && ./again
 */
#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

static void
try_write(int fd, size_t size)
{
	char block[5000];

	memset(block, 'x', sizeof block);
	ssize_t n = write(fd, block, size);
	if (n == -1 && errno != EAGAIN)
		fail("write");
	if (n == -1)
		printf("writer: no room for %zu (EAGAIN)\n", size);
	else
		printf("writer: %zd of %zu went in\n", n, size);
}

static void
drain(int fd)
{
	char buffer[PAGE];
	ssize_t n;
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	while ((n = read(fd, buffer, sizeof buffer)) != 0) {
		if (n > 0) {
			printf("reader: took %zd bytes\n", n);
			continue;
		}
		if (errno != EAGAIN)
			fail("read");
		printf("reader: nothing there (EAGAIN)\n");
		if (poll(&readable, 1, -1) == -1)
			fail("poll");
	}
}

int
main(void)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK) == -1)
		fail("pipe2");
	if (fcntl(fds[1], F_SETPIPE_SZ, 2 * PAGE) == -1)
		fail("fcntl");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		if (close(fds[1]) == -1)
			fail("close");
		drain(fds[0]);
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	try_write(fds[1], PAGE);
	try_write(fds[1], 5000);
	try_write(fds[1], 1);
	if (close(fds[1]) == -1)
		fail("close");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
