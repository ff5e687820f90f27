/* SPDX-License-Identifier: MIT
 *
 * posix.c - the same guard as a POSIX semaphore
 *
 * Adds 1 to a counter in shared memory, as often as the second argument says, between sem_wait and
 * sem_post. The first argument is the name of both; it begins with a slash. sem_open with O_CREAT
 * makes the semaphore with its value in one step, and leaves an existing one as it is.
 *
 * To compile and run it alone:  cc -Wall -o posix posix.c && ./posix /guard 1 & ./posix /guard 1
 */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : "/guard";
	int rounds = argc > 2 ? atoi(argv[2]) : 1;

	sem_t *guard = sem_open(name, O_CREAT, 0600, 1);
	if (guard == SEM_FAILED)
		fail("sem_open");
	int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
	if (fd == -1)
		fail("shm_open");
	if (ftruncate(fd, sizeof(int)) == -1)
		fail("ftruncate");
	volatile int *counter =
		mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counter == MAP_FAILED)
		fail("mmap");
	if (close(fd) == -1)
		fail("close");

	for (int i = 0; i < rounds; i++) {
		if (sem_wait(guard) == -1)
			fail("sem_wait");
		int value = *counter;
		usleep(0); /* a moment of work */
		*counter = value + 1;
		if (sem_post(guard) == -1)
			fail("sem_post");
	}
	printf("counter is %d\n", *counter);
	if (sem_close(guard) == -1)
		fail("sem_close");
	return EXIT_SUCCESS;
}
