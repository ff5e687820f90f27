/* SPDX-License-Identifier: MIT
 *
 * The key table (keys.def) read three ways: from a key to its command, as the footer, as the help
 * screen.
 */
#ifndef IPCVIZ_TUI_KEYS_H
#define IPCVIZ_TUI_KEYS_H

#include "tui/focus.h"
#include "tui/tui.h"

struct key {
	enum command_id command;
	const char *keys;  /* "n Enter": as people call them */
	const char *where; /* letters of the views it works in */
	const char *label; /* for the footer; "" when it does not belong there */
	const char *help;
};

/* The whole table; *n gets its length. label and help want _(). */
const struct key *keys_table(int *n);
const struct key *key_of(enum command_id command); /* NULL: it has none */
/* Does it work in this view, as things stand now? */
bool key_works(const struct key *key, const struct view *view, const struct focus *focus);
/* The command of a key (a character, or curses' KEY_ code with `function`) in this view; *value
 * gets which of its keys it was, from 0. COMMAND_NONE when it has none. */
enum command_id key_command(const struct view *view, int code, bool function, int *value);

/* Is there a part that ipcviz can play on it: opening a FIFO, sending or taking a message, being a client? */
bool channel_has_partner(const struct channel *channel);
/* A client can come to it: a socket that listens, or takes datagrams at an address. */
bool channel_has_clients(const struct channel *channel);
/* Does the key mean something in any view? */
bool key_known(int code, bool function);

#endif
