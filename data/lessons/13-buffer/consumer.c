/* SPDX-License-Identifier: MIT
 *
 * consumer.c - takes goods out of a ring of four slots
 *
 * The other side of producer: waits until a slot is filled, takes what lies in it, and gives the slot
 * back. The first argument is what all names begin with, the second how many to take.
 *
 * To compile and run it alone:  cc -Wall -o consumer consumer.c && ./consumer /my 4
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
	int count = argc > 2 ? atoi(argv[2]) : SLOTS;
	struct ring *ring = open_ring(prefix);
	sem_t *empty = open_semaphore(prefix, "empty", SLOTS);
	sem_t *full = open_semaphore(prefix, "full", 0);
	sem_t *mutex = open_semaphore(prefix, "mutex", 1);

	for (int i = 0; i < count; i++) {
		if (sem_wait(full) == -1 || sem_wait(mutex) == -1)
			fail("sem_wait");
		char letter = ring->slot[ring->out];
		ring->slot[ring->out] = '-';
		ring->out = (ring->out + 1) % SLOTS;
		if (sem_post(mutex) == -1 || sem_post(empty) == -1)
			fail("sem_post");
		printf("%c consumed\n", letter);
	}
	printf("%d consumed\n", count);
	return EXIT_SUCCESS;
}
