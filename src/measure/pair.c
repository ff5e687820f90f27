/* SPDX-License-Identifier: MIT
 *
 * The two processes of a measurement. The first byte of a message says whether it is the last; that works for streams and
 * messages alike, and neither of the two needs to know how many there will be.
 */
#include "measure/pair.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GOES_ON = 'a', LAST = 'z', SLACK = 65536 };
enum {
	WARM_UP =
		8, /* the budget's part that is not counted: caches, page faults, buffers that grow */
	LEAST_WARM = 3,    /* round trips of it, at least */
	TELLABLE = 2500,   /* ns beside which reading the clock is nothing */
	LEAST_SAMPLES = 5, /* counted, however slow */
	LOOK = 20000,      /* ns between two looks at the clock of a stream */
	QUIET = 20000      /* µs without a datagram after which the last one is in */
};

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static _Noreturn void
fail(const struct pair *pair, enum side side)
{
	pair->arena->error[side] = errno != 0 ? errno : EIO;
	_exit(1);
}

static void
put(const struct pair *pair, enum side side, char *bytes)
{
	if (pair->link->kind->send(pair->link, side, bytes) == -1)
		fail(pair, side);
}

static void
take(const struct pair *pair, enum side side, char *bytes)
{
	if (pair->link->kind->receive(pair->link, side, bytes) == -1)
		fail(pair, side);
}

static void
go_round(const struct pair *pair, char *bytes, uint32_t times)
{
	for (uint32_t i = 0; i < times; i++) {
		put(pair, SIDE_FIRST, bytes);
		take(pair, SIDE_FIRST, bytes);
	}
}

/* There and back, until the time is over. What is faster than the clock can tell is timed in batches. */
static void
ask(const struct pair *pair, char *bytes)
{
	struct arena *arena = pair->arena;
	uint64_t last = now(), until = last + pair->budget / WARM_UP, fastest = UINT64_MAX;
	uint32_t n = 0;

	bytes[0] = GOES_ON;
	for (uint32_t warm = 0; warm < LEAST_WARM || last < until; warm++) {
		go_round(pair, bytes, 1);
		uint64_t time = now();

		fastest = time - last < fastest ? time - last : fastest;
		last = time;
	}
	uint32_t batch = (uint32_t)(TELLABLE / (fastest + 1)) + 1;

	until = last + pair->budget;
	last = now();
	while (n < PAIR_SAMPLES && (n < LEAST_SAMPLES || last < until)) {
		go_round(pair, bytes, batch);
		uint64_t time = now();

		arena->samples[n++] = (float)(time - last) / (float)batch;
		last = time;
	}
	arena->batch = batch;
	arena->n = n;
	bytes[0] = LAST;
	go_round(pair, bytes, 1);
	arena->done = true;
}

static void
answer(const struct pair *pair, char *bytes)
{
	do {
		take(pair, SIDE_SECOND, bytes);
		put(pair, SIDE_SECOND, bytes);
	} while (bytes[0] != LAST);
}

/* As fast as it goes, until the time is over. */
static void
pour(const struct pair *pair, char *bytes)
{
	uint64_t began = now(), until = began + pair->budget + pair->budget / WARM_UP, last = began;
	uint32_t stride = 1;

	bytes[0] = GOES_ON;
	while (last < until) {
		for (uint32_t i = 0; i < stride; i++)
			put(pair, SIDE_FIRST, bytes);
		pair->arena->sent += stride;
		uint64_t time = now();

		if (time - last < LOOK && stride < 1024)
			stride *= 2;
		last = time;
	}
	bytes[0] = LAST;
	if (!pair->link->kind->lossy)
		put(pair, SIDE_FIRST, bytes);
	atomic_store(&pair->arena->stopped, true);
}

/* Counts what arrives after the warm-up. */
static void
drink(const struct pair *pair, char *bytes)
{
	struct arena *arena = pair->arena;
	uint64_t counted = 0, since = 0, warm = 0;
	uint32_t stride = 1, left = 1;

	do {
		take(pair, SIDE_SECOND, bytes);
		counted++;
		if (--left > 0)
			continue;
		uint64_t time = now();

		if (warm == 0)
			warm = time + pair->budget / WARM_UP;
		if (since == 0 && time >= warm) {
			since = time;
			counted = 0;
		}
		if (since == 0 || stride >= 64)
			stride = 1;
		else
			stride *= 2;
		left = since == 0 ? 1 : stride;
	} while (bytes[0] != LAST);
	uint64_t ended = now();
	if (since == 0 || counted == 0) { /* so slow that everything was warm-up */
		errno = ETIME;
		fail(pair, SIDE_SECOND);
	}
	arena->rate = (double)counted * (double)pair->link->size * 1e9 / (double)(ended - since);
	arena->done = true;
}

/* The same where messages get lost: it is over when the sender has stopped and nothing comes any more. */
static void catch (const struct pair *pair, char *bytes)
{
	const struct timeval quiet = {.tv_usec = QUIET};
	struct arena *arena = pair->arena;
	uint64_t got = 0, first = 0, last = 0;

	setsockopt(pair->link->in[SIDE_SECOND], SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof quiet);
	for (;;) {
		if (pair->link->kind->receive(pair->link, SIDE_SECOND, bytes) == 0) {
			last = now();
			if (got++ == 0)
				first = last;
		} else if (errno != EAGAIN) {
			fail(pair, SIDE_SECOND);
		} else if (atomic_load(&arena->stopped)) {
			break;
		}
	}
	if (got < 2) {
		errno = ETIME;
		fail(pair, SIDE_SECOND);
	}
	arena->rate = (double)(got - 1) * (double)pair->link->size * 1e9 / (double)(last - first);
	arena->lost = arena->sent > got ? 1 - (double)got / (double)arena->sent : 0;
	arena->done = true;
}

static void
pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

/* The life of one of the two. */
static _Noreturn void
live(const struct pair *pair, enum side side, pid_t parent)
{
	size_t room = LINK_HEADROOM + pair->link->size + SLACK;
	char *bytes;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1); /* it died before we could ask to die with it */
	for (size_t i = 0; i < sizeof pair->shut / sizeof pair->shut[0]; i++)
		if (pair->shut[i] != -1)
			close(pair->shut[i]);
	pin(pair->cpu[side]);
	link_take(pair->link, side);
	bytes = malloc(room);
	if (bytes == NULL)
		fail(pair, side);
	memset(bytes, GOES_ON, room); /* no page fault later */
	bytes += LINK_HEADROOM;
	atomic_fetch_add(&pair->arena->ready, 1);
	while (atomic_load(&pair->arena->ready) < 2)
		sched_yield();
	if (pair->quantity == ROUND_TRIP)
		(side == SIDE_FIRST ? ask : answer)(pair, bytes);
	else if (side == SIDE_FIRST)
		pour(pair, bytes);
	else
		(pair->link->kind->lossy ? catch : drink)(pair, bytes);
	_exit(0);
}

int
pair_start(const struct pair *pair, pid_t pids[2])
{
	pid_t self = getpid();

	for (int side = SIDE_FIRST; side <= SIDE_SECOND; side++) {
		pids[side] = fork();
		if (pids[side] == 0)
			live(pair, (enum side)side, self);
		if (pids[side] == -1) {
			int reason = errno;

			if (side == SIDE_SECOND) {
				kill(pids[SIDE_FIRST], SIGKILL);
				waitpid(pids[SIDE_FIRST], NULL, 0);
			}
			errno = reason;
			return -1;
		}
	}
	return 0;
}
