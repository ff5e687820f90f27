/* SPDX-License-Identifier: MIT
 *
 * talk.c - two FIFOs make a conversation, or a deadlock
 *
 * Two of these talk through two FIFOs, one for each direction: each opens one to read (r) and the
 * other to write (w), in the order of its arguments, sends its pid and prints what it gets. An
 * open() waits for its partner. If both open to read first, each waits for an open that the other
 * has yet to make: for ever.
 *
 * To compile and run it alone:  cc -Wall -o talk talk.c && ./talk r ping w pong
 * and in another terminal:      ./talk w ping r pong          (or, to see it hang: ./talk r pong w ping)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	int in = -1, out = -1;
	char buffer[80];

	for (int i = 1; i + 1 < argc; i += 2)
		if (mkfifo(argv[i + 1], 0600) == -1 && errno != EEXIST)
			fail(argv[i + 1]);
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *name = argv[i + 1];

		if (strcmp(argv[i], "r") == 0 && (in = open(name, O_RDONLY)) == -1)
			fail(name);
		if (strcmp(argv[i], "w") == 0 && (out = open(name, O_WRONLY)) == -1)
			fail(name);
	}
	if (in == -1 || out == -1) {
		fprintf(stderr, "usage: %s r NAME w NAME, in the order of opening\n", argv[0]);
		return EXIT_FAILURE;
	}

	int length = snprintf(buffer, sizeof buffer, "I am %d", getpid());
	if (write(out, buffer, length) == -1)
		fail("write");
	ssize_t n = read(in, buffer, sizeof buffer);
	if (n == -1)
		fail("read");
	printf("the other says: %.*s\n", (int)n, buffer);
	return EXIT_SUCCESS;
}
