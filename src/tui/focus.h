/* SPDX-License-Identifier: MIT
 *
 * What the learner points at: a process, one of its descriptors or of the objects it uses, and the panes that are open. The
 * screen's own business; it goes out only as the pid and fd of a command.
 */
#ifndef IPCVIZ_TUI_FOCUS_H
#define IPCVIZ_TUI_FOCUS_H

#include <stdbool.h>

#include "model/model.h"

/* A pane that can be opened and shut: AUTO is open when there is room beside the rest. */
enum wish { WISH_AUTO, WISH_OPEN, WISH_SHUT };

struct focus {
	int process;     /* id in the model, NONE: no process yet */
	int32_t subject; /* pid that the lesson was about when it last moved the focus */
	int fd;      /* descriptor of it, NONE: none */
	int channel; /* what that leads to, or an object that it uses without one, or that the dead
			left behind; NONE: nothing that is shown */
	enum wish log, source, evidence;
	bool help, waits, ladder;
};

void focus_init(struct focus *focus);
/* After the model changed: keeps to what still exists, or takes the next best. */
void focus_settle(struct focus *focus, const struct model *model);
/* The lesson is about this process now (0: nobody): the focus goes there, once, so that the learner can go elsewhere. */
void focus_follow(struct focus *focus, const struct model *model, int32_t subject);
/* The next (by 1) or previous (by -1) of the processes shown, in their order; the dead are passed
 * over while any lives. */
void focus_process(struct focus *focus, const struct model *model, const int *shown, int n, int by);
/* Likewise through its descriptors, then what it uses without one, then what the dead left behind. */
void focus_link(struct focus *focus, const struct model *model, int by);

#endif
