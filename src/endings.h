/* SPDX-License-Identifier: MIT
 *
 * Signals that end, stop or resize ipcviz. They are blocked except while the loop sleeps, so nothing is interrupted in
 * the middle and none is lost.
 */
#ifndef IPCVIZ_ENDINGS_H
#define IPCVIZ_ENDINGS_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* Installs the handlers. `interruptible` false: SIGINT and SIGQUIT are left to the program that is watched. */
void endings_init(bool interruptible);

/* ppoll(2) with the signals let in; `timeout` in ns, -1 for ever. Returns what ppoll returns. */
int endings_wait(struct pollfd *fds, nfds_t n, int64_t timeout);

int endings_signal(void);     /* the signal that asks us to end; 0: none */
bool endings_resized(void);   /* true once after each SIGWINCH */
bool endings_suspended(void); /* true once after each SIGTSTP */

/* Stops this process as Ctrl-Z would have, and returns once it is continued. */
void endings_stop(void);

/* Dies of `signal` by its default action, so that the shell sees why we ended. Does not return. */
_Noreturn void endings_die(int signal);

#endif
