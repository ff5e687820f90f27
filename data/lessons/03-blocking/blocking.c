/* SPDX-License-Identifier: MIT
 *
 * blocking.c - a call can sleep until the other side acts
 *
 * A pipe of one page. The reader reads while it is empty and sleeps; the writer writes until it is
 * full and sleeps. Room is counted in whole pages: a few bytes read make none.
 *
 * To compile and run it alone:  cc -Wall -o blocking blocking.c && ./blocking
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, BLOCK = 1024, SIP = 100 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
fill(int fd)
{
	char block[BLOCK];

	if (write(fd, "hello", 5) == -1)
		fail("write");
	for (char letter = 'A'; letter <= 'E'; letter++) {
		memset(block, letter, sizeof block);
		if (write(fd, block, sizeof block) == -1)
			fail("write");
		printf("writer: %c is in\n", letter);
	}
}

static size_t
take(int fd, size_t most)
{
	char buffer[PAGE];
	ssize_t n = read(fd, buffer, most);

	if (n == -1)
		fail("read");
	printf("reader: took %zd bytes\n", n);
	return n;
}

int
main(void)
{
	int fds[2];

	if (pipe(fds) == -1)
		fail("pipe");
	if (fcntl(fds[1], F_SETPIPE_SZ, PAGE) == -1)
		fail("fcntl");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		if (close(fds[1]) == -1)
			fail("close");
		take(fds[0], SIP);
		take(fds[0], SIP);
		while (take(fds[0], PAGE) > 0)
			;
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	fill(fds[1]);
	if (close(fds[1]) == -1)
		fail("close");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
