/* SPDX-License-Identifier: MIT
 *
 * sysv_reader.c - reads a note out of a System V segment
 *
 * Attaches the segment that sysv_writer made and goes round in a loop until the number in it is no
 * longer 0. The loop makes no call: it only loads. (It burns a processor while it waits, and for that
 * reason programs wait with semaphores.)
 *
 * To compile and run it alone:  cc -Wall -o sysv_reader sysv_reader.c && ./sysv_writer & ./sysv_reader
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
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
main(void)
{
	key_t key = ftok(".", 'm');

	if (key == -1)
		fail("ftok");
	int id = shmget(key, 0, 0);
	if (id == -1)
		fail("shmget");
	struct note *note = shmat(id, NULL, 0);
	if (note == (void *)-1)
		fail("shmat");
	printf("reader: attached at %p\n", (void *)note);

	while (note->number == 0)
		;
	printf("reader: %d from %p\n", note->number, note->address);

	if (usleep(500000) == -1)
		fail("usleep");
	printf("reader: it still says \"%s\"\n", note->text);
	if (shmdt(note) == -1)
		fail("shmdt");
	return EXIT_SUCCESS;
}
