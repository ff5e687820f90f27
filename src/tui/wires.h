/* SPDX-License-Identifier: MIT
 *
 * Arrows between cards, and what travels along them.
 */
#ifndef IPCVIZ_TUI_WIRES_H
#define IPCVIZ_TUI_WIRES_H

#include "tui/cards.h"

/* What happened since the frame before, on its way from card to card. */
struct travels;
struct travels *travels_create(void);
void travels_free(struct travels *travels);
/* Takes note of calls that moved bytes since the frame before; with `on` false they are only noted.
 */
void travels_note(struct travels *travels, const struct frame *frame, bool on);
/* ns until the next step of what is on its way; -1: nothing is. */
int64_t travels_next(const struct travels *travels, uint64_t clock);

/* Draws the arrows of all plugs to the channels' boxes. */
struct scene;
void wires_draw(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	const int *channels, const struct plugs *plugs, struct travels *travels);

#endif
