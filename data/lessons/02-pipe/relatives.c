/* SPDX-License-Identifier: MIT
 *
 * relatives.c - a pipe is a one-way byte stream between relatives
 *
 * The parent makes a pipe and forks; the child inherits both of its descriptors. Each closes the
 * end that it does not use. The parent writes, the child reads, and tries in vain to answer
 * through the same pipe: its descriptor is a read end, and the bytes go one way only.
 *
 * To compile and run it alone:  cc -Wall -o relatives relatives.c && ./relatives
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
tell(int fd, const char *words)
{
	if (write(fd, words, strlen(words)) == -1)
		fail("write");
}

static void
listen_to(int fd)
{
	char buffer[80];
	ssize_t n;
	int answered = 0;

	while ((n = read(fd, buffer, sizeof buffer)) > 0) {
		printf("child: read %zd bytes: %.*s\n", n, (int)n, buffer);
		if (!answered && write(fd, "thanks", 6) == -1)
			perror("child: write on the read end");
		answered = 1;
	}
	if (n == -1)
		fail("read");
}

int
main(void)
{
	int fds[2]; /* fds[0] is the read end, fds[1] the write end */

	if (pipe(fds) == -1)
		fail("pipe");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		if (close(fds[1]) == -1)
			fail("close");
		listen_to(fds[0]);
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	tell(fds[1], "hello");
	tell(fds[1], "one");
	tell(fds[1], "two");
	if (close(fds[1]) == -1)
		fail("close");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
