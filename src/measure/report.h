/* SPDX-License-Identifier: MIT
 *
 * What the measurer tells us: one write of a report each, smaller than PIPE_BUF, so none is torn.
 */
#ifndef IPCVIZ_MEASURE_REPORT_H
#define IPCVIZ_MEASURE_REPORT_H

#include "measure/measure.h"

struct report {
	enum { REPORT_FIGURE, REPORT_MADE, REPORT_GONE, REPORT_OVER } what;
	/* FIGURE */
	enum quantity quantity;
	enum cores cores;
	enum medium medium;
	int size;
	struct figure figure;
	unsigned done, total;
	/* MADE, GONE: a System V object, which would outlive the measurer */
	char id_kind;
	int id;
};

/* The measurer's whole life, in a process of its own. It reads from `life` ('p' pause, 'c' continue, end of file: end)
 * and writes reports to `reports`. */
_Noreturn void measurer_live(const struct measurement *plan, int life, int reports);

#endif
