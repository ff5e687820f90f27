/* SPDX-License-Identifier: MIT
 *
 * eof.c - end of file, and the close that was forgotten
 *
 * The parent writes a word and closes its write end; the child reads until read() returns 0, which
 * means end of file. With `forget` the child does not close the write end that it inherited: then
 * it waits for itself, for ever, and its parent for it. (End that with Ctrl-C.)
 *
 * To compile and run it alone:  cc -Wall -o eof eof.c && ./eof    or    ./eof forget
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

int
main(int argc, char *argv[])
{
	int fds[2];
	int forget = argc > 1 && strcmp(argv[1], "forget") == 0;

	if (pipe(fds) == -1)
		fail("pipe");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		char buffer[80];
		ssize_t n;

		if (!forget && close(fds[1]) == -1)
			fail("close");
		while ((n = read(fds[0], buffer, sizeof buffer)) > 0)
			printf("child: read %.*s\n", (int)n, buffer);
		if (n == -1)
			fail("read");
		printf("child: read returned 0: end of file\n");
		exit(EXIT_SUCCESS);
	}

	if (close(fds[0]) == -1)
		fail("close");
	if (write(fds[1], "hello", 5) == -1)
		fail("write");
	if (close(fds[1]) == -1)
		fail("close");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
