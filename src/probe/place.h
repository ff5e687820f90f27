/* SPDX-License-Identifier: MIT
 *
 * What lies at an address: a semaphore, mutex or condition, by the name that it has in every process that shares the
 * memory.
 */
#ifndef IPCVIZ_PROBE_PLACE_H
#define IPCVIZ_PROBE_PLACE_H

#include <stdbool.h>

#include "event/line.h"
#include "probe/mapping.h"

enum { PLACE_TEXT_MAX = MAPPING_NAME_MAX + 72 };

/* As lines say it: " addr=0x7f0010 obj=mutex:/name+16", ready to be copied. */
struct place {
	size_t length;
	size_t name; /* where the object's begins */
	char text[PLACE_TEXT_MAX + LINE_SLACK];
};

/* `kind` is "mutex:" or "cond:". False when it lies in no shared memory that is known. */
bool place_find(struct place *place, const char *kind, const void *address);
/* A semaphore's, which has a name in private memory, too. */
void place_find_semaphore(struct place *place, const void *address);

#endif
