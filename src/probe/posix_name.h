/* SPDX-License-Identifier: MIT
 *
 * Names of POSIX objects: with one slash in front, however many the program wrote.
 */
#ifndef IPCVIZ_PROBE_POSIX_NAME_H
#define IPCVIZ_PROBE_POSIX_NAME_H

#include <stdbool.h>

#include "probe/report.h"

struct posix_name {
	char text
		[304]; /* as the value of `obj` in a line: "sem:/name", what cannot stand there escaped; "" unknown */
};

/* Reads the name, which the host only claims to be good. `kind` is "shm:" or "sem:". */
void posix_name_find(struct posix_name *found, const char *kind, const char *name);
void report_posix_name(struct report *report, const struct posix_name *name);

#endif
