/* SPDX-License-Identifier: MIT
 *
 * A FIFO by its path, before it is open: open(2) of one sleeps until the other side comes, and in
 * that time there is no descriptor to ask. The path is followed by hand, link by link, since to open
 * it with O_PATH would use up a descriptor number for a moment. The name is the one that
 * object_find() has for the open descriptor.
 */
#ifndef IPCVIZ_PROBE_FIFO_H
#define IPCVIZ_PROBE_FIFO_H

#include <stdbool.h>

#include "probe/report.h"

/* Names in report->line the FIFO that `path` leads to, and its end (none when ""), and keeps both for
 * report_fifo_again(). False when there is no FIFO: all that such a path costs is one stat. `flags`:
 * AT_SYMLINK_NOFOLLOW or 0. `path` need not be good memory. */
bool report_fifo(
	struct report *report, int directory, const char *path, int flags, const char *end);
/* The same in the leave line; false when there was no FIFO. */
bool report_fifo_again(struct report *report);

#endif
