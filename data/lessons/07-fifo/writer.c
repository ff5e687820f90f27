/* SPDX-License-Identifier: MIT
 *
 * writer.c - a pipe with a name: the side that writes
 *
 * Makes the FIFO "letters" in the current directory (unless it is there), opens it for writing and
 * writes a word. open() waits until somebody opens the FIFO for reading. With `nonblock` it does not
 * wait: it fails when there is no reader.
 *
 * To compile and run it alone:  cc -Wall -o writer writer.c && ./writer      (or: ./writer nonblock)
 * and in another terminal:      cc -Wall -o reader reader.c && ./reader
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
	int flags = O_WRONLY;

	if (argc > 1 && strcmp(argv[1], "nonblock") == 0)
		flags |= O_NONBLOCK;
	if (mkfifo("letters", 0600) == -1 && errno != EEXIST)
		fail("mkfifo");

	int fd = open("letters", flags);
	if (fd == -1)
		fail("open");
	printf("writer: letters is descriptor %d\n", fd);

	if (write(fd, "hello", 5) == -1)
		fail("write");
	if (close(fd) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
