/* SPDX-License-Identifier: MIT
 *
 * producer.c - puts goods into a ring of four slots
 *
 * Three semaphores guard the ring: `empty` counts free slots, `full` counts filled ones, and `mutex`
 * lets one process at a time move the goods. All names begin with the first argument; the second is
 * the letter to produce, the third how many. With "backwards" as fourth argument the producer takes
 * the mutex before it has a free slot, which is wrong.
 *
 * To compile and run it alone:  cc -Wall -o producer producer.c && ./producer /my A 4
 */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 4 };

struct ring {
	char slot[SLOTS];
	int in, out; /* where the next goes in, where the next comes out */
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static sem_t *
open_semaphore(const char *prefix, const char *what, unsigned value)
{
	char name[64];

	snprintf(name, sizeof name, "%s-%s", prefix, what);
	sem_t *semaphore = sem_open(name, O_CREAT, 0600, value);
	if (semaphore == SEM_FAILED)
		fail("sem_open");
	return semaphore;
}

static struct ring *
open_ring(const char *prefix)
{
	char name[64];

	snprintf(name, sizeof name, "%s-ring", prefix);
	int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
	if (fd == -1)
		fail("shm_open");
	if (ftruncate(fd, sizeof(struct ring)) == -1)
		fail("ftruncate");
	struct ring *ring =
		mmap(NULL, sizeof *ring, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED)
		fail("mmap");
	if (close(fd) == -1)
		fail("close");
	return ring;
}

int
main(int argc, char *argv[])
{
	const char *prefix = argc > 1 ? argv[1] : "/my";
	char letter = argc > 2 ? argv[2][0] : 'A';
	int count = argc > 3 ? atoi(argv[3]) : SLOTS;
	struct ring *ring = open_ring(prefix);
	sem_t *empty = open_semaphore(prefix, "empty", SLOTS);
	sem_t *full = open_semaphore(prefix, "full", 0);
	sem_t *mutex = open_semaphore(prefix, "mutex", 1);
	sem_t *first = argc > 4 ? mutex : empty, *second = argc > 4 ? empty : mutex;

	for (int i = 0; i < count; i++) {
		if (sem_wait(first) == -1 || sem_wait(second) == -1)
			fail("sem_wait");
		ring->slot[ring->in] = letter;
		ring->in = (ring->in + 1) % SLOTS;
		if (sem_post(mutex) == -1 || sem_post(full) == -1)
			fail("sem_post");
	}
	printf("%d of %c produced\n", count, letter);
	return EXIT_SUCCESS;
}
