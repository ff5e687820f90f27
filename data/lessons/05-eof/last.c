/* SPDX-License-Identifier: MIT
 *
 * last.c - end of file comes when the last write end is closed
 *
 * Two children write to one pipe and exit, which closes what they hold. Their parent reads until
 * read() returns 0. That is not when one writer is gone, but when none is left.
 *
 * To compile and run it alone:  cc -Wall -o last last.c && ./last
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
start_writer(int fds[2], const char *word)
{
	pid_t pid = fork();

	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (close(fds[0]) == -1)
			fail("close");
		if (write(fds[1], word, strlen(word)) == -1)
			fail("write");
		exit(EXIT_SUCCESS);
	}
}

int
main(void)
{
	int fds[2];
	char buffer[80];
	ssize_t n;

	if (pipe(fds) == -1)
		fail("pipe");
	start_writer(fds, "ann");
	start_writer(fds, "bob");
	if (close(fds[1]) == -1)
		fail("close");

	while ((n = read(fds[0], buffer, sizeof buffer)) > 0)
		printf("reader: read %.*s\n", (int)n, buffer);
	if (n == -1)
		fail("read");
	printf("reader: read returned 0: end of file\n");

	if (wait(NULL) == -1 || wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
