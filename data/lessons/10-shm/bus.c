/* SPDX-License-Identifier: MIT
 *
 * bus.c - a segment without a size
 *
 * shm_open makes a segment of 0 bytes. mmap maps it all the same, but behind the mapping there is
 * nothing: the first store dies of SIGBUS. With "sized" as second argument the program calls
 * ftruncate first, as it should. The first argument is the segment's name.
 *
 * To compile and run it alone:  cc -Wall -o bus bus.c && ./bus /bus; ./bus /bus sized
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SIZE = 64 };

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "/bus";
	int fd = shm_open(name, O_CREAT | O_RDWR, 0600);

	if (fd == -1)
		fail("shm_open");
	if (argc > 2 && ftruncate(fd, SIZE) == -1)
		fail("ftruncate");
	char *bytes = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		fail("mmap");
	if (shm_unlink(name) == -1)
		fail("shm_unlink");

	bytes[0] = 'x';
	printf("stored a byte\n");
	return EXIT_SUCCESS;
}
