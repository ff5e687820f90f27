/* SPDX-License-Identifier: MIT
 *
 * locks.c - takes two locks, one after the other
 *
 * The arguments name two semaphores; whoever comes first makes them with the value 1. The program
 * takes the first, then the second, says so, and gives both back. Two of these that name them in
 * opposite orders can stop each other for ever.
 *
 * To compile and run it alone:  cc -Wall -o locks locks.c && ./locks /a /b & ./locks /b /a
 */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static sem_t *
open_lock(const char *name)
{
	sem_t *lock = sem_open(name, O_CREAT, 0600, 1);

	if (lock == SEM_FAILED)
		fail("sem_open");
	return lock;
}

int
main(int argc, char *argv[])
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s NAME NAME\n", argv[0]);
		return EXIT_FAILURE;
	}
	sem_t *first = open_lock(argv[1]);
	sem_t *second = open_lock(argv[2]);

	if (sem_wait(first) == -1)
		fail("sem_wait");
	if (sem_wait(second) == -1)
		fail("sem_wait");
	printf("has both\n");
	if (sem_post(second) == -1 || sem_post(first) == -1)
		fail("sem_post");
	return EXIT_SUCCESS;
}
