/* SPDX-License-Identifier: MIT
 *
 * nobody.c - writing where nobody can read
 *
 * The child reads one word and exits; with it goes the last read end. The parent then writes again:
 * the kernel sends it SIGPIPE, which kills it. With `ignore` the parent ignores that signal, and
 * write() fails with EPIPE, which it can handle.
 *
 * To compile and run it alone:  cc -Wall -o nobody nobody.c && ./nobody    or    ./nobody ignore
 */
#include <signal.h>
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

int
main(int argc, char *argv[])
{
	int fds[2];

	if (argc > 1 && strcmp(argv[1], "ignore") == 0)
		if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
			fail("signal");
	if (pipe(fds) == -1)
		fail("pipe");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		char buffer[80];

		if (close(fds[1]) == -1)
			fail("close");
		if (read(fds[0], buffer, sizeof buffer) == -1)
			fail("read");
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	if (write(fds[1], "one", 3) == -1)
		fail("write");
	if (wait(NULL) == -1)
		fail("wait");
	if (write(fds[1], "two", 3) == -1)
		perror("writer: write");
	printf("writer: still alive\n");
	return EXIT_SUCCESS;
}
