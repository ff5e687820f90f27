/* SPDX-License-Identifier: MIT
 *
 * records.c - writes of at most PIPE_BUF bytes stay whole
 *
 * Two writers write a hundred records each into a pipe of one page, one write() per record: one
 * writes A only, the other B only. The reader counts the stretches of one letter, and those that are
 * no whole number of records: there a record was torn. The first argument is the size of a record;
 * beyond PIPE_BUF (4096 on Linux) tearing is allowed.
 *
 * To compile and run it alone:  cc -Wall -o records records.c && ./records 1000 && ./records 6000
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, RECORDS = 100, LARGEST = 65536 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
start_writer(int fds[2], char letter, size_t size)
{
	char record[LARGEST];
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

static void
check(int fd, size_t size)
{
	char buffer[PAGE], letter = 0;
	size_t length = 0; /* of the current stretch */
	ssize_t n;
	int stretches = 0, torn = 0;

	while ((n = read(fd, buffer, sizeof buffer)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (buffer[i] != letter) {
				torn += length % size != 0;
				stretches++;
				length = 0;
			}
			letter = buffer[i];
			length++;
		}
	}
	if (n == -1)
		fail("read");
	torn += length % size != 0;
	printf("torn: %d of %d stretches (records of %zu bytes)\n", torn, stretches, size);
}

int
main(int argc, char *argv[])
{
	int fds[2];
	long size = argc > 1 ? atol(argv[1]) : 1000;

	if (size < 1 || size > LARGEST) {
		fprintf(stderr, "usage: %s [SIZE], from 1 to %d\n", argv[0], LARGEST);
		return EXIT_FAILURE;
	}
	if (pipe(fds) == -1)
		fail("pipe");
	if (fcntl(fds[1], F_SETPIPE_SZ, PAGE) == -1)
		fail("fcntl");
	start_writer(fds, 'A', size);
	start_writer(fds, 'B', size);
	if (close(fds[1]) == -1)
		fail("close");
	check(fds[0], size);
	if (wait(NULL) == -1 || wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
