/* SPDX-License-Identifier: MIT
 *
 * How a client that is started by hand reaches a socket.
 */
#ifndef IPCVIZ_STAGE_PARTNER_H
#define IPCVIZ_STAGE_PARTNER_H

#include <limits.h>

#include "stage/stage.h"

struct route {
	const char *family, *type;  /* words of the partner's command line: inet inet6 unix; stream dgram seqpacket */
	char address[PATH_MAX];     /* IP address, path, or @ and an abstract name */
	char number[8];
	const char *port;           /* NULL: it has none */
	const char *host;           /* where to start; NULL: where ipcviz is */
};

/* Finds the way to "socket:INODE", from the machine of who has it; -1 with *problem. */
int route_find(struct stage *stage, enum stage_part part, const char *object, struct route *route,
	struct problem *problem);

#endif
