/* SPDX-License-Identifier: MIT
 *
 * Loads and stores of watched memory, for whatever draws them: in words, and the cells that they touch.
 */
#ifndef IPCVIZ_TUI_ACCESS_H
#define IPCVIZ_TUI_ACCESS_H

#include "tui/pane.h"

/* A place in memory with a line on the card of its segment. */
struct cell_shown {
	char name[48];
	int64_t at, n; /* bytes */
};

enum { CELLS_SHOWN_MAX = 8 };

bool call_is_access(enum call_id call);
/* The lesson's cells of the segment, else the places that were touched, in the order of the memory; how many. */
int cells_shown(const struct view *view, int channel, struct cell_shown *cells);
/* What stands there: a number, as C's int and its kin read it. False: not known. */
bool cell_value(const struct view *view, int channel, const struct cell_shown *cell, int64_t *value);
/* A value of n bytes as an access has it, as a signed number. */
int64_t access_number(uint64_t value, int64_t n);
/* "load counter", and when it is over what it got: "load counter = 5". Other calls as call_result_text() has them. */
void view_call_text(const struct view *view, int process, const struct call *call, char *buf, size_t size);
/* The load or store that the process is about to make or makes, or made last if nothing came after it; NULL: none. */
const struct call *process_access(const struct process *process);

/* The row of the segment's card, from its frame, on which these bytes stand; -1: on none of its own. */
int cell_row(const struct view *view, int channel, int64_t at);

#endif
