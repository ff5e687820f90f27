/* SPDX-License-Identifier: MIT
 *
 * The machine that is measured: its processor, its kernel, and two cores to pin processes to.
 */
#ifndef IPCVIZ_MEASURE_MACHINE_H
#define IPCVIZ_MEASURE_MACHINE_H

#include "measure/measure.h"

void machine_look(struct machine *machine);

#endif
