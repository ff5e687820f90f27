/* SPDX-License-Identifier: MIT
 *
 * Messages of sendmsg, recvmsg and their kin: what they carry beside their bytes.
 */
#ifndef IPCVIZ_PROBE_MESSAGE_H
#define IPCVIZ_PROBE_MESSAGE_H

#include <sys/socket.h>

#include "probe/report.h"

/* Copies a message that the host only claims to be good; false when it cannot be read. What it points to is looked at
 * no earlier than it is asked for. */
bool message_read(struct msghdr *copy, const struct msghdr *message);

/* MSG_ flags. */
void report_socket_flags(struct report *report, int flags);

/* --- before the call --- */

/* Where it goes, how long it is, and the descriptors in it. */
void report_message(struct report *report, const struct msghdr *message);
/* Does it carry one of the control descriptors? The kernel must say that those are not open. */
bool message_has_ours(const struct msghdr *message);

/* --- after the call, of a message that the kernel has filled in --- */

/* The descriptors that came are new under their numbers. */
void message_learn(const struct msghdr *message);
/* Tells them, and who sent them. */
void report_passed(struct report *report, const struct msghdr *message);
/* A `look` at each. */
void message_look(const struct msghdr *message);

#endif
