/* SPDX-License-Identifier: MIT
 *
 * reader.c - a pipe with a name: the side that reads
 *
 * Makes the FIFO "letters" in the current directory (unless it is there), opens it for reading and
 * reads until the last writer is gone. open() waits until somebody opens the FIFO for writing. With
 * `nonblock` it does not wait, and neither does read(), which is tried a few times.
 *
 * To compile and run it alone:  cc -Wall -o reader reader.c && ./reader      (or: ./reader nonblock)
 * and in another terminal:      cc -Wall -o writer writer.c && ./writer
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIES = 8 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	int flags = O_RDONLY;
	char buffer[100];

	if (argc > 1 && strcmp(argv[1], "nonblock") == 0)
		flags |= O_NONBLOCK;
	if (mkfifo("letters", 0600) == -1 && errno != EEXIST)
		fail("mkfifo");

	int fd = open("letters", flags);
	if (fd == -1)
		fail("open");
	printf("reader: letters is descriptor %d\n", fd);

	for (int i = 0; i < TRIES; i++) {
		ssize_t n = read(fd, buffer, sizeof buffer);

		if (n == -1 && errno != EAGAIN)
			fail("read");
		if (n == -1)
			printf("reader: nothing now, but somebody may write\n");
		else if (n == 0)
			printf("reader: nobody writes\n");
		else
			printf("reader: got %.*s\n", (int)n, buffer);
		if (n == 0 && (flags & O_NONBLOCK) == 0)
			break;
	}

	if (write(fd, "thanks", 6) == -1) /* it was opened for reading: this must fail */
		perror("reader: write");
	if (unlink("letters") == -1 && errno != ENOENT)
		fail("unlink");
	return EXIT_SUCCESS;
}
