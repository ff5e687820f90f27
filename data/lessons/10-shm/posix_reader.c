/* SPDX-License-Identifier: MIT
 *
 * posix_reader.c - reads a note out of a POSIX segment
 *
 * Maps the segment that posix_writer made, for reading only, and loads from it until the number is no
 * longer 0. The argument is the name of the segment.
 *
 * To compile and run it alone:  cc -Wall -o posix_reader posix_reader.c && ./posix_reader /note
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
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
	int fd = shm_open(name, O_RDONLY, 0);

	if (fd == -1)
		fail("shm_open");
	struct note *note = mmap(NULL, sizeof *note, PROT_READ, MAP_SHARED, fd, 0);
	if (note == MAP_FAILED)
		fail("mmap");
	if (close(fd) == -1)
		fail("close");
	printf("reader: mapped at %p\n", (void *)note);

	while (note->number == 0)
		;
	printf("reader: %d from %p\n", note->number, note->address);

	if (usleep(500000) == -1)
		fail("usleep");
	printf("reader: it still says \"%s\"\n", note->text);
	if (munmap(note, sizeof *note) == -1)
		fail("munmap");
	return EXIT_SUCCESS;
}
