/* SPDX-License-Identifier: MIT
 *
 * sysv_writer.c - puts a note into a System V segment
 *
 * Makes a segment under a key that sysv_reader finds too, attaches it, and writes into it with plain
 * stores: no call carries the bytes over. Then it marks the segment for removal, which takes effect
 * when the last process has detached it.
 *
 * To compile and run it alone:  cc -Wall -o sysv_writer sysv_writer.c && ./sysv_writer & ./sysv_reader
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	int id = shmget(key, sizeof(struct note), IPC_CREAT | IPC_EXCL | 0600);
	if (id == -1)
		fail("shmget");
	struct note *note = shmat(id, NULL, 0);
	if (note == (void *)-1)
		fail("shmat");
	printf("writer: attached at %p\n", (void *)note);

	if (usleep(500000) == -1) /* time to think about what to write */
		fail("usleep");
	strcpy(note->text, "no copy, no call");
	note->address = note;
	note->number = 42;

	if (usleep(500000) == -1)
		fail("usleep");
	if (shmctl(id, IPC_RMID, NULL) == -1)
		fail("shmctl");
	if (shmdt(note) == -1)
		fail("shmdt");
	return EXIT_SUCCESS;
}
