/* SPDX-License-Identifier: MIT
 *
 * Asking the kernel what lies in a queue costs as much as sending a line. Nobody can follow a thread
 * that makes hundreds of calls in the blink of an eye, and readers count along; so in a flood it
 * is asked no more until the time is over.
 */
#ifndef IPCVIZ_PROBE_FLOOD_H
#define IPCVIZ_PROBE_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	FLOOD_CALLS = 64,      /* of one thread, in */
	FLOOD_TIME = 20000000, /* ns */
};

/* May the kernel be asked for this call's line, of the time `now`? Call it once for each. */
bool flood_ask(uint64_t now);

#endif
