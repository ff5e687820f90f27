/* SPDX-License-Identifier: MIT
 *
 * versus.c - which of two ways is faster, there and back?
 *
 * A way is a medium, how many cores the two processes are on, and how many bytes go there and back:
 *
 *     pipe    through a pipe in each direction; read() sleeps until there is something
 *     sleep   through shared memory; the waiting one sleeps in sem_wait()
 *     spin    through shared memory; the waiting one looks again and again
 *
 * Both ways are measured in turn, REPEATS times ROUNDS round trips each, and the medians compared. What
 * differs by less than three times counts as alike: machines have their moods.
 *
 * To compile and run it alone:  cc -Wall -pthread -o versus versus.c && ./versus pipe 1 1 sleep 1 1
 */
#define _GNU_SOURCE /* sched_setaffinity, MAP_ANONYMOUS */
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 50, REPEATS = 5, MOST = 65536, FACTOR = 3 };

struct way {
	const char *medium;
	int cores;
	size_t bytes;
};

static struct shared {
	sem_t asked, answered;
	atomic_int turn; /* 0: the first one's, 1: the second one's */
} *shared;
static int there[2], back[2], cpu[2];
static char bytes[MOST];

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
put(int fd, size_t n)
{
	if (write(fd, bytes, n) != (ssize_t)n)
		fail("write");
}

static void
get(int fd, size_t n)
{
	for (ssize_t got; n > 0; n -= (size_t)got)
		if ((got = read(fd, bytes, n)) <= 0)
			fail("read");
}

static void
ask(const struct way *way)
{
	if (strcmp(way->medium, "pipe") == 0) {
		put(there[1], way->bytes);
		get(back[0], way->bytes);
	} else if (strcmp(way->medium, "sleep") == 0) {
		if (sem_post(&shared->asked) == -1 || sem_wait(&shared->answered) == -1)
			fail("semaphore");
	} else {
		shared->turn = 1;
		while (shared->turn == 1)
			;
	}
}

static void
answer(const struct way *way)
{
	if (strcmp(way->medium, "pipe") == 0) {
		get(there[0], way->bytes);
		put(back[1], way->bytes);
	} else if (strcmp(way->medium, "sleep") == 0) {
		if (sem_wait(&shared->asked) == -1 || sem_post(&shared->answered) == -1)
			fail("semaphore");
	} else {
		while (shared->turn == 0)
			;
		shared->turn = 0;
	}
}

/* The first two cores that we may run on; the same one twice where there is but one. */
static void
find_cores(void)
{
	cpu_set_t allowed;
	int found = 0;

	if (sched_getaffinity(0, sizeof allowed, &allowed) == -1)
		fail("sched_getaffinity");
	for (int i = 0; i < CPU_SETSIZE && found < 2; i++)
		if (CPU_ISSET(i, &allowed))
			cpu[found++] = i;
	if (found == 1)
		cpu[1] = cpu[0];
}

static void
move_to(int core)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(core, &one);
	if (sched_setaffinity(0, sizeof one, &one) == -1)
		fail("sched_setaffinity");
}

static double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
describe(const struct way *way, double time)
{
	printf("%s, %s, %zu B: %.1f us; ", way->medium,
		way->cores == 1 ? "one core" : "two cores", way->bytes, time);
}

int
main(int argc, char *argv[])
{
	double times[2][REPEATS];
	struct way ways[2];

	if (argc != 7) {
		fprintf(stderr, "usage: versus MEDIUM CORES BYTES MEDIUM CORES BYTES\n");
		return EXIT_FAILURE;
	}
	for (int i = 0; i < 2; i++) {
		ways[i] = (struct way){argv[1 + 3 * i], atoi(argv[2 + 3 * i]), (size_t)atoi(argv[3 + 3 * i])};
		if (ways[i].bytes < 1 || ways[i].bytes > MOST)
			ways[i].bytes = 1;
	}
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || sem_init(&shared->asked, 1, 0) == -1 ||
		sem_init(&shared->answered, 1, 0) == -1 || pipe(there) == -1 || pipe(back) == -1)
		fail("making the ways");
	find_cores();
	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	for (int n = 0; n < 2 * REPEATS; n++) {
		const struct way *way = &ways[n % 2];

		move_to(cpu[pid == 0 && way->cores == 2]);
		for (int i = 0; pid == 0 && i <= ROUNDS; i++)
			answer(way);
		if (pid == 0)
			continue;
		ask(way); /* not counted: the other has moved then */
		double began = microseconds();
		for (int i = 0; i < ROUNDS; i++)
			ask(way);
		times[n % 2][n / 2] = (microseconds() - began) / ROUNDS;
	}
	if (pid == 0)
		return EXIT_SUCCESS;
	if (wait(NULL) == -1)
		fail("wait");
	for (int i = 0; i < 2; i++) {
		qsort(times[i], REPEATS, sizeof times[i][0], compare);
		describe(&ways[i], times[i][REPEATS / 2]);
	}
	double ratio = times[0][REPEATS / 2] / times[1][REPEATS / 2];
	if (ratio > FACTOR)
		printf("the second is %.0f times faster\n", ratio);
	else if (ratio * FACTOR < 1)
		printf("the first is %.0f times faster\n", 1 / ratio);
	else
		printf("alike\n");
	return EXIT_SUCCESS;
}
