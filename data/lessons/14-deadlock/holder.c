/* SPDX-License-Identifier: MIT
 *
 * holder.c - holds a System V semaphore for a while
 *
 * Takes 1 from a semaphore, works, and gives it back. Whoever comes first makes it, with the value 1.
 * With "undo" as argument the operations carry SEM_UNDO: should the process die in between, the
 * kernel gives back what it took.
 *
 * To compile and run it alone:  cc -Wall -o holder holder.c && ./holder undo & ./holder undo
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

union semun { /* semctl(2): the caller has to define it */
	int val;
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static int
open_semaphore(void)
{
	key_t key = ftok(".", 'd');
	int id = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);

	if (id != -1) {
		if (semctl(id, 0, SETVAL, (union semun){.val = 1}) == -1)
			fail("semctl");
	} else if ((id = semget(key, 1, 0)) == -1) {
		fail("semget");
	}
	return id;
}

int
main(int argc, char *argv[])
{
	short flags = argc > 1 ? SEM_UNDO : 0;
	struct sembuf take = {.sem_num = 0, .sem_op = -1, .sem_flg = flags};
	struct sembuf give = {.sem_num = 0, .sem_op = 1, .sem_flg = flags};
	int id = open_semaphore();

	(void)argv;
	if (semop(id, &take, 1) == -1)
		fail("semop");
	if (usleep(500000) == -1) /* work */
		fail("usleep");
	if (semop(id, &give, 1) == -1)
		fail("semop");
	return EXIT_SUCCESS;
}
