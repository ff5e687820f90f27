/* SPDX-License-Identifier: MIT
 *
 * price.c - what it costs to ask again and again
 *
 * A child sends a letter every 10 ms, five in all. The parent reads them with O_NONBLOCK set. With
 * `spin` it answers each EAGAIN by reading again at once; with `poll` it sleeps until poll() says
 * that there is something to read. Either way it counts the reads that found nothing, and says how
 * much processor time all that took.
 *
 * To compile and run it alone:  cc -Wall -o price price.c && ./price spin && ./price poll
 */
#define _GNU_SOURCE /* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LETTERS = 5, WORK = 10 * 1000 * 1000 /* ns */ };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
send_letters(int fd)
{
	const struct timespec work = {.tv_nsec = WORK};

	for (int i = 0; i < LETTERS; i++) {
		if (nanosleep(&work, NULL) == -1)
			fail("nanosleep");
		if (write(fd, "x", 1) == -1)
			fail("write");
	}
}

static long
count_vain_reads(int fd, int polling)
{
	char letter;
	ssize_t n;
	long vain = 0;
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	while ((n = read(fd, &letter, 1)) != 0) {
		if (n == 1)
			continue;
		if (errno != EAGAIN)
			fail("read");
		vain++;
		if (polling && poll(&readable, 1, -1) == -1)
			fail("poll");
	}
	return vain;
}

int
main(int argc, char *argv[])
{
	int fds[2];

	if (argc != 2 || (strcmp(argv[1], "spin") != 0 && strcmp(argv[1], "poll") != 0)) {
		fprintf(stderr, "usage: %s spin|poll\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (pipe2(fds, O_NONBLOCK) == -1)
		fail("pipe2");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		send_letters(fds[1]);
		exit(EXIT_SUCCESS);
	}

	if (close(fds[1]) == -1)
		fail("close");
	long vain = count_vain_reads(fds[0], strcmp(argv[1], "poll") == 0);
	printf("%s: %d letters came, %ld reads found nothing, %ld ms of processor time\n", argv[1],
		LETTERS, vain, (long)(clock() * 1000 / CLOCKS_PER_SEC));
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
