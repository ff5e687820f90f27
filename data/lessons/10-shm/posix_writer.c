/* SPDX-License-Identifier: MIT
 *
 * posix_writer.c - puts a note into a POSIX segment
 *
 * The same as sysv_writer with the younger calls: the segment has a name instead of a key and is a
 * file descriptor; ftruncate gives it a size, mmap puts it into memory, shm_unlink takes the name
 * away. The argument is the name; it begins with a slash.
 *
 * To compile and run it alone:  cc -Wall -o posix_writer posix_writer.c && ./posix_writer /note &
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct note {
	char text[32];
	void *address;     /* where the writer has it */
	atomic_int number; /* 0: nothing there yet */
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "/note";
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);

	if (fd == -1)
		fail("shm_open");
	if (ftruncate(fd, sizeof(struct note)) == -1)
		fail("ftruncate");
	struct note *note =
		mmap(NULL, sizeof *note, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (note == MAP_FAILED)
		fail("mmap");
	if (close(fd) == -1) /* the mapping does not need it */
		fail("close");
	printf("writer: mapped at %p\n", (void *)note);

	if (usleep(500000) == -1)
		fail("usleep");
	strcpy(note->text, "a name for memory");
	note->address = note;
	note->number = 43;

	if (usleep(500000) == -1)
		fail("usleep");
	if (shm_unlink(name) == -1)
		fail("shm_unlink");
	if (munmap(note, sizeof *note) == -1)
		fail("munmap");
	return EXIT_SUCCESS;
}
