/* SPDX-License-Identifier: MIT
 *
 * The terminal itself: taken over and given back, whatever happens in between.
 */
#ifndef IPCVIZ_TUI_TERMINAL_H
#define IPCVIZ_TUI_TERMINAL_H

#include <stdbool.h>

#include "event/problem.h"

struct terminal;

/* Opens curses on the controlling terminal. NULL with *problem when there is none that can place a
 * cursor. One at a time. */
struct terminal *terminal_open(struct problem *problem);
void terminal_close(struct terminal *terminal); /* gives it back */
void terminal_leave(struct terminal *terminal); /* gives it back for a while */
void terminal_enter(struct terminal *terminal); /* takes it again; everything must be drawn anew */
void terminal_size(struct terminal *terminal);  /* asks for its size and tells curses */
void terminal_mouse(struct terminal *terminal, bool on);
int terminal_fd(const struct terminal *terminal); /* to read keys from */

/* Gives it back from a signal handler: async-signal-safe, no effect without an open terminal. */
void terminal_emergency(void);

#endif
