/* SPDX-License-Identifier: MIT
 *
 * Addresses of sockets as text: 127.0.0.1:7000, [::1]:7000, /path, @abstract; - for none.
 */
#ifndef IPCVIZ_PROBE_ADDRESS_H
#define IPCVIZ_PROBE_ADDRESS_H

#include <sys/socket.h>

#include "event/line.h"

enum { ADDRESS_TEXT = 112 }; /* of the longest, a path of 108 bytes */

struct address {
	size_t length; /* 0: nothing can be said */
	char text[ADDRESS_TEXT]; /* any bytes; an abstract name may hold NULs */
};

/* Reads an address of `length` bytes that is good to read. */
void address_read(struct address *address, const void *bytes, size_t length);
/* The same from memory that the host only claims to be good. */
void address_claimed(struct address *address, const struct sockaddr *bytes, socklen_t length);
/* A socket's own address, and that of its other end, as the kernel says them. */
void address_local(struct address *address, int fd);
void address_peer(struct address *address, int fd);

/* Nothing when nothing can be said. */
void line_address(struct line *line, enum event_field field, const struct address *address);

#endif
