/* SPDX-License-Identifier: MIT
 *
 * private.c - a semaphore in memory that is not shared
 *
 * The parent waits on a semaphore that its child posts. Both mean "the same" variable, but fork has
 * copied it: two separate semaphores, and the parent waits for ever. With "shared" as argument the
 * semaphore lies in a shared mapping and is made with pshared 1.
 *
 * To compile and run it alone:  cc -Wall -o private private.c && ./private shared
 */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t own;

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	sem_t *done = &own;

	(void)argv;
	if (argc > 1) {
		done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (done == MAP_FAILED)
			fail("mmap");
	}
	if (sem_init(done, argc > 1, 0) == -1)
		fail("sem_init");
	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		if (sem_post(done) == -1)
			fail("sem_post");
		exit(EXIT_SUCCESS);
	}
	if (sem_wait(done) == -1)
		fail("sem_wait");
	printf("parent: the child is done\n");
	if (wait(NULL) == -1)
		fail("wait");
	return EXIT_SUCCESS;
}
