/* SPDX-License-Identifier: MIT
 *
 * What the learner's keys do to the socket in focus.
 */
#ifndef IPCVIZ_DEEDS_SOCKET_H
#define IPCVIZ_DEEDS_SOCKET_H

#include "player.h"

/* The endpoint behind the focused descriptor; NULL: that is no socket. */
const struct endpoint *deed_socket(const struct player *player, const struct command *command);
/* Doubles the receive or the send buffer (SEND_BUFFER), and begins anew when it is large. */
void deed_buffer(struct player *player, const struct command *command);
/* Shuts down what command->value says: 0 sending, 1 receiving, 2 both. */
void deed_shutdown(struct player *player, const struct command *command);

#endif
