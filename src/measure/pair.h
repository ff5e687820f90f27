/* SPDX-License-Identifier: MIT
 *
 * One measurement: two processes that talk by one medium for a moment, and what they found.
 */
#ifndef IPCVIZ_MEASURE_PAIR_H
#define IPCVIZ_MEASURE_PAIR_H

#include "measure/link.h"
#include "measure/measure.h"

enum { PAIR_SAMPLES = 8192 };

/* Memory that the measurer shares with every pair. */
struct arena {
	_Atomic uint32_t ready; /* of the two; they begin together */
	_Atomic bool stopped;   /* the sender of datagrams is done */
	uint64_t sent;
	/* what was found */
	bool done;
	uint32_t n, batch;
	float samples[PAIR_SAMPLES]; /* ROUND_TRIP: ns */
	double rate, lost;           /* THROUGHPUT */
	int error[2];                /* errno of a call that failed, by side; 0: none */
};

struct pair {
	struct link *link;
	struct arena *arena;
	enum quantity quantity;
	int cpu[2];      /* for each of the two */
	uint64_t budget; /* ns */
	int keep;        /* a descriptor that the two hold open as long as they live */
	int shut[3];     /* descriptors that are none of their business; -1: none */
};

/* Starts the two; their pids. They end by themselves, or with us. -1 with errno: neither runs. */
int pair_start(const struct pair *pair, pid_t pids[2]);

#endif
