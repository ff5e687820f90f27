/* SPDX-License-Identifier: MIT
 *
 * counter.c - two processes add to one counter
 *
 * The counter lies in memory that parent and child share. The first argument says how often each of
 * the two adds 1, the second how: "guard" adds between sem_wait and sem_post, "atomic" with the
 * processor's own instruction for it; without it a load, an addition and a store follow each other,
 * and what the other process does between load and store is lost.
 *
 * To compile and run it alone:  cc -Wall -o counter counter.c && ./counter 1000000
 */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	volatile int counter;
	sem_t guard;
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* counter++, as the machine does it */
static void
add(struct shared *shared)
{
	int mine = shared->counter; /* load */
	mine = mine + 1;
	shared->counter = mine;     /* store */
}

static void
add_many(struct shared *shared, int rounds, const char *how)
{
	for (int i = 0; i < rounds; i++) {
		if (strcmp(how, "atomic") == 0) {
			__atomic_fetch_add(&shared->counter, 1, __ATOMIC_SEQ_CST);
		} else if (strcmp(how, "guard") == 0) {
			if (sem_wait(&shared->guard) == -1)
				fail("sem_wait");
			add(shared);
			if (sem_post(&shared->guard) == -1)
				fail("sem_post");
		} else {
			add(shared);
		}
	}
}

int
main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1;
	const char *how = argc > 2 ? argv[2] : "";

	struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap");
	if (strcmp(how, "guard") == 0 && sem_init(&shared->guard, 1, 1) == -1)
		fail("sem_init");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	add_many(shared, rounds, how);
	if (pid == 0)
		exit(EXIT_SUCCESS);
	if (wait(NULL) == -1)
		fail("wait");
	printf("%d additions, counter is %d\n", 2 * rounds, shared->counter);
	return EXIT_SUCCESS;
}
