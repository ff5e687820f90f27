/* SPDX-License-Identifier: MIT
 *
 * Figures as people read them.
 */
#ifndef IPCVIZ_COMPARE_FIGURES_H
#define IPCVIZ_COMPARE_FIGURES_H

#include <stdio.h>

#include "measure/measure.h"

enum statistic { MEDIAN, PERCENTILE_99, SLOWEST, STATISTIC_COUNT };

/* A value in at most five cells: µs for a round trip, MB/s (10^6 bytes) for throughput; `-` when there is none, `` (nothing)
 * when it is not known yet. Returns buf. */
char *figure_text(const struct figure *figure, enum quantity quantity, enum statistic statistic,
	char *buf, size_t size);
double figure_value(const struct figure *figure, enum quantity quantity, enum statistic statistic);

/* "4K": a size in at most four cells. */
const char *size_short(int size);

/* A medium's label in the tables, in at most 12 cells. */
const char *medium_short(enum medium medium);

/* The sentences that a comparison amounts to, one by one from 0: the wake-up against the copy, one core against two.
 * Returns buf; NULL when there are no more. Those whose figures are missing are left out. */
char *figures_lesson(const struct measurement *measurement, int index, char *buf, size_t size);
/* Remarks on cells, merged: what was cut into several messages, refused, lost. The same way. */
char *figures_remark(const struct measurement *measurement, int index, char *buf, size_t size);
/* "Intel …, 2 cores allowed, cores 1 and 0 used, Linux 6.1, load 0.3" */
char *machine_words(const struct machine *machine, char *buf, size_t size);

#endif
