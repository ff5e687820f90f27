/* SPDX-License-Identifier: MIT
 *
 * What the kernel says of a socket, as fields of a line. Each asks for itself, changes nothing, and says nothing where
 * there is nothing to say.
 */
#ifndef IPCVIZ_PROBE_ENDPOINT_H
#define IPCVIZ_PROBE_ENDPOINT_H

#include "probe/address.h"
#include "probe/object.h"

/* Its family and type, as object_find() has found them. */
void line_family(struct line *line, const struct object *object);
/* Its own address, and that of its other end. */
void line_local(struct line *line, int fd);
void line_peer(struct line *line, int fd);
/* Who made the other end of a UNIX socket. */
void line_peer_credentials(struct line *line, const struct object *object, int fd);
void line_credentials(struct line *line, int32_t pid, uint32_t uid, uint32_t gid);
/* The sizes of its buffers. */
void line_buffers(struct line *line, int fd);
/* The state of a TCP socket, and how many may wait at one that listens. */
void line_tcp(struct line *line, const struct object *object, int fd);

#endif
