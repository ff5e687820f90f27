/* SPDX-License-Identifier: MIT
 *
 * What ties a process to channels: a descriptor, a mapping, the use of an object that has no
 * descriptor (a System V queue, a semaphore), or a place in the door of a FIFO whose other side is
 * missing. Each is a line on the process's card and the start of an arrow.
 */
#ifndef IPCVIZ_TUI_LINKS_H
#define IPCVIZ_TUI_LINKS_H

#include "model/model.h"

enum link_kind { LINK_DESCRIPTOR, LINK_MAPPING, LINK_USE, LINK_DOOR };

struct link {
	enum link_kind kind;
	int channel;  /* id; NONE: a descriptor of which nothing is known */
	int fd;       /* NONE without a descriptor */
	enum end end; /* READ: data comes out of the channel; WRITE: goes into it */
	const struct descriptor *descriptor; /* LINK_DESCRIPTOR */
	const struct mapping *mapping;       /* LINK_MAPPING */
};

enum { LINKS_MAX = 64 };

/* Those without a descriptor, in the order in which they came to be: fills `links` and returns how
 * many there are, at most `room`. Locks within a segment count as that segment. */
int process_links(const struct model *model, int process, struct link *links, int room);

/* Channels that the screen can show: a pipe, a FIFO, a queue, a segment, a semaphore … */
bool channel_shows(const struct model *model, int channel);

#endif
