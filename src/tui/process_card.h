/* SPDX-License-Identifier: MIT
 *
 * What the files that draw a process card share.
 */
#ifndef IPCVIZ_TUI_PROCESS_CARD_H
#define IPCVIZ_TUI_PROCESS_CARD_H

#include "tui/cards.h"
#include "tui/links.h"

enum { CARD_FDS_MAX = 12 };

/* What the card has to say, before it is known how many rows there are. */
struct process_card {
	const struct frame *frame;
	const struct model *model;
	const struct process *process;
	int id;
	bool focused, left;
	struct box inside; /* one blank left within the frame */
	int row;           /* next free one */
	int access_row;    /* the row of the load or store that it is about; -1: none */
	struct plugs *plugs;
	struct link links[LINKS_MAX]; /* what it uses without a descriptor */
	int n_links;
};

/* The process's descriptors into fds[CARD_FDS_MAX], returns how many: those on channels and, where
 * room is short, whichever has the focus; or (wanted false) the others. */
int descriptors_collect(
	const struct process_card *card, const struct descriptor **fds, bool wanted, bool scarce);
/* Each draws from card->row on and moves it. descriptors_draw() puts n descriptors into `rows` rows. */
void descriptor_draw(struct process_card *card, const struct descriptor *descriptor);
void descriptors_draw(
	struct process_card *card, const struct descriptor *const *fds, int n, int rows);
void links_draw(struct process_card *card, int rows);

#endif
