/* SPDX-License-Identifier: MIT
 *
 * two.c - two ways to share data
 *
 * The parent has a number, 41, and a child adds one to it. With `send` the number goes through a pipe,
 * so the child has a copy of it. With `share` it lies in memory that both have. Either way the parent
 * says at the end what its own number is.
 *
 * To compile and run it alone:  cc -Wall -o two two.c && ./two send && ./two share
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
say(const char *who, int number)
{
	printf("%s: %d\n", who, number);
	fflush(stdout);
}

static void
add_to_copy(int fd)
{
	int number;

	if (read(fd, &number, sizeof number) != sizeof number)
		fail("read");
	number++;
	say("child", number);
}

static void
add_to_shared(int *number)
{
	(*number)++;
	say("child", *number);
}

int
main(int argc, char *argv[])
{
	int fds[2], *number, sends = argc == 2 && strcmp(argv[1], "send") == 0;

	if (!sends && (argc != 2 || strcmp(argv[1], "share") != 0)) {
		fprintf(stderr, "usage: two send|share\n");
		return EXIT_FAILURE;
	}
	number = mmap(NULL, sizeof *number, PROT_READ | PROT_WRITE,
		MAP_ANONYMOUS | (sends ? MAP_PRIVATE : MAP_SHARED), -1, 0);
	if (number == MAP_FAILED)
		fail("mmap");
	if (sends && pipe(fds) == -1)
		fail("pipe");
	*number = 41;
	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (sends)
			add_to_copy(fds[0]);
		else
			add_to_shared(number);
		return EXIT_SUCCESS;
	}
	if (sends && write(fds[1], number, sizeof *number) != sizeof *number)
		fail("write");
	if (wait(NULL) == -1)
		fail("wait");
	say("parent", *number);
	return EXIT_SUCCESS;
}
