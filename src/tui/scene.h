/* SPDX-License-Identifier: MIT
 *
 * The middle of the screen: cards with arrows, or lists where cards have no room.
 */
#ifndef IPCVIZ_TUI_SCENE_H
#define IPCVIZ_TUI_SCENE_H

#include "tui/layout.h"
#include "tui/wires.h"

struct scene {
	int *processes, n_processes; /* ids in the order shown */
	int *channels, n_channels;
	struct lock_group locks; /* CARDS: those that share a card; likewise below */
	struct connection_group connections;
};

void scene_draw(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	struct travels *travels);
/* The process that a click there points at, or NONE. */
int scene_click(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	int row, int col);

#endif
