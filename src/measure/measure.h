/* SPDX-License-Identifier: MIT
 *
 * How fast processes can talk, measured on this machine: round trip and one-way throughput against message size, for
 * every kind of IPC, on one core and on two.
 *
 * Nothing of it is watched: the two processes of a measurement are plain forks without the probe, pinned, and alone with
 * each other. A third, the measurer, starts them two by two and gathers what they found; it sleeps while they run. It
 * is a session of its own and outlives us by a moment: when the pipe that only we write is at its end, it ends the two
 * and removes what it made.
 *
 * What it finds comes in piece by piece through measurer_fd(); `struct measurement` is what is known so far. Each cell
 * is measured several times, in rounds, in each of which the order is shuffled anew.
 */
#ifndef IPCVIZ_MEASURE_MEASURE_H
#define IPCVIZ_MEASURE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/problem.h"

enum medium {
#define MEDIUM(id, name, words, link) MEDIUM_##id,
#include "measure/media.def"
#undef MEDIUM
	MEDIUM_COUNT
};

enum cores { CORES_ONE, CORES_TWO, CORES_COUNT };
enum quantity { ROUND_TRIP, THROUGHPUT, QUANTITY_COUNT };
enum { SIZE_COUNT = 11 }; /* 1, 4, 16, …, 1 MiB */

/* What is known of one cell: a medium, a size, one core or two. */
struct figure {
	bool known;
	char why[128]; /* known, but without a value: the reason. Or a remark beside the value. "" */
	unsigned rounds; /* that went into it */
	unsigned pieces; /* messages that one of this size was cut into; 1: whole */
	/* ROUND_TRIP: ns for there and back. THROUGHPUT: bytes per second, of the rounds. 0: no value. */
	double median, least, most;
	double p99;       /* ROUND_TRIP alone */
	uint32_t samples; /* ROUND_TRIP: how many were taken … */
	uint32_t
		batch; /* … each the mean of so many round trips, so that the clock does not show */
	double lost;   /* THROUGHPUT of datagrams: the share that never arrived, 0 to 1 */
};

struct machine {
	char processor[96], kernel[96];
	int cpus; /* that we may use */
	int cpu[CORES_COUNT]; /* the core of the first process, and of the second when it has its own; -1: none */
	double load; /* average of the last minute when we began */
};

struct measurement {
	struct machine machine;
	uint32_t seed; /* of the shuffling */
	bool wanted[MEDIUM_COUNT];
	bool sized[SIZE_COUNT];
	unsigned rounds;      /* that are planned for each cell */
	unsigned done, total; /* measurements, of all rounds */
	double seconds;       /* since the start */
	bool over, broken;    /* everything is in; it ended before that */
	struct figure figure[QUANTITY_COUNT][CORES_COUNT][MEDIUM_COUNT][SIZE_COUNT];
};

struct measure_options {
	bool quick; /* fewer sizes, one round: about ten seconds instead of a minute and a half */
	const char *kinds; /* names with commas between; NULL: all */
	uint32_t seed;     /* 0: another each time */
};

struct measurer;

/* Are the options good? 0, or -1 with *problem. */
int measure_check(const struct measure_options *options, struct problem *problem);

/* Starts to measure. NULL with *problem: no such kind, no process. */
struct measurer *measurer_start(const struct measure_options *options, struct problem *problem);
/* Ends it wherever it is; nothing of it is left. */
void measurer_stop(struct measurer *measurer);
int measurer_fd(const struct measurer *measurer); /* readable when there is news, or it is over */
/* Takes the news in, without waiting. True: there were some. */
bool measurer_drain(struct measurer *measurer);
/* While paused, nothing is measured (the pair that runs goes on to its end, a tenth of a second). */
void measurer_pause(struct measurer *measurer, bool paused);
const struct measurement *measurer_measurement(const struct measurer *measurer);

const char *medium_name(enum medium medium);  /* "shm-futex" */
const char *medium_words(enum medium medium); /* for people, in their language */
enum medium medium_find(const char *name);    /* MEDIUM_COUNT: there is none of that name */
size_t size_bytes(int size);                  /* of SIZE_COUNT */
const char *size_words(int size);             /* "64 KiB" */

#endif
