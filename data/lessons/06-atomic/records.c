/* SPDX-License-Identifier: MIT
 *
 * records.c - writes of at most PIPE_BUF bytes stay whole
 *
 * Two writers write a hundred records each into one pipe, one write() per record: one writes A
 * only, the other B only. The reader counts the stretches of one letter that are no whole number of
 * records: there a record was torn. The first argument is the size of a record; beyond PIPE_BUF
 * (4096 on Linux) tearing is allowed.
 *
 * To compile and run it alone:  cc -Wall -o records records.c && ./records 100 && ./records 6000
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RECORDS = 100, SIZE_MAX_HERE = 65536 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
start_writer(int fds[2], char letter, size_t size)
{
	char record[SIZE_MAX_HERE];
	pid_t pid = fork();

	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (close(fds[0]) == -1)
			fail("close");
		memset(record, letter, sizeof record);
		for (int i = 0; i < RECORDS; i++)
			if (write(fds[1], record, size) == -1)
				fail("write");
		exit(EXIT_SUCCESS);
	}
}

static long
count_torn(int fd, size_t size)
{
	char buffer[4096], letter = 0;
	size_t stretch = 0;
	ssize_t n;
	long torn = 0;

	while ((n = read(fd, buffer, sizeof buffer)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buffer[i] != letter) {
				torn += stretch % size != 0;
				stretch = 0;
			}
			letter = buffer[i];
			stretch++;
		}
	}
	if (n == -1)
		fail("read");
	return torn + (stretch % size != 0);
}

int
main(int argc, char *argv[])
{
	int fds[2];
	long size = argc > 1 ? atol(argv[1]) : 100;

	if (size < 1 || size > SIZE_MAX_HERE) {
		fprintf(stderr, "usage: %s [SIZE], from 1 to %d\n", argv[0], SIZE_MAX_HERE);
		return EXIT_FAILURE;
	}
	if (pipe(fds) == -1)
		fail("pipe");
	start_writer(fds, 'A', size);
	start_writer(fds, 'B', size);
	if (close(fds[1]) == -1)
		fail("close");
	printf("records of %ld bytes: %ld stretches are not whole\n", size,
		count_torn(fds[0], size));
	if (wait(NULL) == -1 || wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
