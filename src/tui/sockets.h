/* SPDX-License-Identifier: MIT
 *
 * What the files that draw sockets share: names, addresses as people write them, the two ends of a
 * connection and on which side of its card each stands, the kernel's states.
 */
#ifndef IPCVIZ_TUI_SOCKETS_H
#define IPCVIZ_TUI_SOCKETS_H

#include "tui/channel_card.h"

/* "tcp :40000", of a connection "tcp :40418↔:40000", "unix ↔door"; `brief`: "tcp". */
void socket_title(const struct channel *channel, bool brief, char *buf, size_t size);
/* What tells it apart from the other connections of a server: the client's port, or its number. */
void connection_name(const struct channel *channel, char *buf, size_t size);
/* ":40000", without the machine; of a path the file's name. */
void socket_address(const char *address, char *buf, size_t size);

/* Datagrams without a connection: UDP, and UNIX datagrams that are no pair. */
bool socket_is_post(const struct endpoint *endpoint);
/* Somebody has it open, or the kernel still has it for a reason that can be seen. */
bool socket_is_there(const struct model *model, int channel);
/* The other end of its connection, where both name each other; NONE. */
int socket_other(const struct model *model, int channel);

/* The ends of the connection that a card shows, as channel ids: that of a process left of the card
 * comes first. NONE: an end that is not observed. */
struct ends {
	int left, right;
};
struct ends socket_ends(const struct frame *frame, int channel);

/* Its two directions: a row or more for each, on one row both; and from col on, the next free
 * column. */
int flows_rows(const struct channel_card *card);
void flows_draw(const struct channel_card *card, struct box box);
int flows_line(const struct channel_card *card, struct box line, int col);

/* How this end stands, in a word: "ESTABLISHED", "TIME_WAIT 57 s", "closed", "not observed"; as
 * narrow as ss(8) writes it with `narrow`. */
void end_state(const struct frame *frame, int channel, bool narrow, char *buf, size_t size);
/* ns until a countdown of a state in sight changes; -1: there is none. */
int64_t sockets_due(const struct frame *frame);

#endif
