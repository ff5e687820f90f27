/* SPDX-License-Identifier: MIT
 *
 * many.c - two processes add to one counter, a thousand times each
 *
 * The counter lies in memory that parent and children share. With "guard" as argument each addition
 * stands between sem_wait and sem_post; without it updates get lost, and how many is up to chance.
 *
 * To compile and run it alone:  cc -Wall -o many many.c && ./many; ./many guard
 */
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 2, ROUNDS = 1000 };

struct shared {
	sem_t guard;
	volatile int counter;
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
add(struct shared *shared, bool guarded)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (guarded && sem_wait(&shared->guard) == -1)
			fail("sem_wait");
		int value = shared->counter;
		usleep(0); /* a moment of work */
		shared->counter = value + 1;
		if (guarded && sem_post(&shared->guard) == -1)
			fail("sem_post");
	}
}

int
main(int argc, char *argv[])
{
	struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)argv;
	if (shared == MAP_FAILED)
		fail("mmap");
	if (sem_init(&shared->guard, 1, 1) == -1)
		fail("sem_init");
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();
		if (pid == -1)
			fail("fork");
		if (pid == 0) {
			add(shared, argc > 1);
			exit(EXIT_SUCCESS);
		}
	}
	for (int i = 0; i < CHILDREN; i++)
		if (wait(NULL) == -1)
			fail("wait");
	printf("%d additions, counter is %d\n", CHILDREN * ROUNDS, shared->counter);
	return EXIT_SUCCESS;
}
