/* SPDX-License-Identifier: MIT
 *
 * The comparison on paper: both tables as text, as CSV, as JSON.
 */
#ifndef IPCVIZ_COMPARE_TABLES_H
#define IPCVIZ_COMPARE_TABLES_H

#include <stdio.h>

#include "compare/facts.h"
#include "measure/measure.h"

/* The number of the step that proves a cell, from 1; 0: there is no such lesson or step here. */
typedef int fact_step(void *context, const struct fact *fact);

/* What each kind is, and where that is proved. Nothing of these says whether writing went well: see ferror(3). */
void tables_print_facts(FILE *out, fact_step *step, void *context);
void tables_print_figures(FILE *out, const struct measurement *measurement);

/* One line for each figure, as RFC 4180 has it, with a line of names first. -1 with errno. */
int tables_write_csv(FILE *out, const struct measurement *measurement);
/* All of it: the machine, the method, the figures, the facts. -1 with errno. */
int tables_write_json(FILE *out, const struct measurement *measurement);

#endif
