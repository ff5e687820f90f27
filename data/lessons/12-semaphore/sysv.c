/* SPDX-License-Identifier: MIT
 *
 * sysv.c - a counter in shared memory, guarded by a System V semaphore
 *
 * Adds 1 to the counter, as often as the first argument says: load, a moment of work, store. Two of
 * them at once lose updates. With "guard" as second argument each takes the semaphore before the load
 * and gives it back after the store. The first one started makes segment and semaphore, under keys
 * of the current directory; `ipcs` lists them, `ipcrm` removes them.
 *
 * To compile and run it alone:  cc -Wall -o sysv sysv.c && ./sysv 1 guard & ./sysv 1 guard
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/shm.h>
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

static int *
counter_attach(void)
{
	int id = shmget(ftok(".", 'c'), sizeof(int), IPC_CREAT | 0600);

	if (id == -1)
		fail("shmget");
	int *counter = shmat(id, NULL, 0);
	if (counter == (void *)-1)
		fail("shmat");
	return counter;
}

/* A new semaphore has the value 0, so its maker gives it its 1. Whoever looked in between would wait
 * for somebody who never comes; here the second one is started later. */
static int
guard_open(void)
{
	key_t key = ftok(".", 's');
	int id = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);

	if (id != -1) {
		if (semctl(id, 0, SETVAL, (union semun){.val = 1}) == -1)
			fail("semctl");
	} else if ((id = semget(key, 1, 0)) == -1) {
		fail("semget");
	}
	return id;
}

static void
guard_add(int id, int amount)
{
	struct sembuf operation = {.sem_num = 0, .sem_op = (short)amount, .sem_flg = SEM_UNDO};

	if (semop(id, &operation, 1) == -1)
		fail("semop");
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	bool guarded = argc > 2 && strcmp(argv[2], "guard") == 0;
	volatile int *counter = counter_attach();
	int guard = guarded ? guard_open() : -1;

	for (int i = 0; i < rounds; i++) {
		if (guarded)
			guard_add(guard, -1);
		int value = *counter;
		usleep(0); /* a moment of work */
		*counter = value + 1;
		if (guarded)
			guard_add(guard, 1);
	}
	printf("counter is %d\n", *counter);
	return EXIT_SUCCESS;
}
