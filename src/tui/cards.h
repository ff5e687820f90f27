/* SPDX-License-Identifier: MIT
 *
 * The pieces that the stage is drawn from: cards, the plugs where arrows start, and the signs that
 * both share.
 */
#ifndef IPCVIZ_TUI_CARDS_H
#define IPCVIZ_TUI_CARDS_H

#include "tui/layout.h"
#include "tui/pane.h"

/* Where the arrow of a link leaves a process card. */
struct plug {
	int process, fd, channel; /* ids; fd as a number, NONE without a descriptor */
	enum end end;
	int row;   /* on the screen */
	bool left; /* the card stands left of the channels */
	bool door; /* it stands in the door of a FIFO */
	int cell;  /* the row of the channel's card that it leads to, from the frame; -1: any */
};

enum { PLUGS_MAX = 256 };

struct plugs {
	struct plug plug[PLUGS_MAX];
	int n;
};

void process_card(
	const struct frame *frame, struct box box, int process, bool left, struct plugs *plugs);
void channel_card(const struct frame *frame, struct box box, int channel);
/* The channel on whose card this one is drawn: the two ends of a connection share one, and a socket from which datagrams
 * only go out is drawn where they arrive. Mostly it is the channel itself. */
int card_of(const struct model *model, int channel);
/* It has little to say: the least that a card can be is enough. */
bool card_is_modest(const struct model *model, int channel);

/* Semaphores of one value each, mutexes and conditions that share a card, a line for each, because
 * cards of their own would leave no room for anything else. */
enum { LOCK_GROUP_MAX = 8 };
struct lock_group {
	int ids[LOCK_GROUP_MAX], n;
};
/* Takes them out of the channels to show, all but the first, which stands for all; leaves *n as it
 * is when there is no need. */
void lock_group_form(const struct model *model, struct lock_group *group, int *channels, int *n);
/* Its place in the group; -1: it is not in it. */
int lock_group_find(const struct lock_group *group, int channel);
void lock_group_card(const struct frame *frame, struct box box, const struct lock_group *group);

/* Connections that share a card when there are many, a line for each as far as there is room; ids
 * as card_of() gives them. */
enum { CONNECTION_GROUP_MAX = 1024 };
struct connection_group {
	int ids[CONNECTION_GROUP_MAX], n;
};
void connection_group_form(
	const struct model *model, struct connection_group *group, int *channels, int *n);
int connection_group_find(const struct connection_group *group, int card);
void connection_group_card(
	const struct frame *frame, struct box box, const struct connection_group *group);
/* The row of the box on which that member is drawn. */
int connection_group_row(const struct connection_group *group, struct box box, int member);
/* A channel on one line. */
void channel_line(const struct frame *frame, struct box line, int channel);

/* What is worth showing: fills `ids` and returns how many. Processes come in order of appearance,
 * or as a tree (children after their parent). When there are many, the dead that were waited for
 * are left out. */
int shown_processes(const struct model *model, bool tree, int *ids, int room);
/* Objects that processes really used; with `locks` also those locks that the card of their segment
 * shows. */
int shown_channels(const struct model *model, bool locks, int *ids, int room);
/* It was left behind: no living process has it open or uses it, and it is still there. */
bool channel_is_left(const struct model *model, int channel);
int left_channels(const struct model *model, int *ids, int room);
/* How deep a process lies in the tree of those observed. */
int process_depth(const struct model *model, int process);

/* --- signs: the same word, glyph and role wherever a thing shows up --- */

enum role process_role(const struct process *process);
enum glyph process_glyph(const struct process *process);
/* Colour and fill of the bytes that a process wrote (NONE: unknown). */
enum role writer_role(int process);
enum glyph writer_fill(int process);
/* The channel of a descriptor if it is one between processes, else NONE. */
int channel_behind(const struct model *model, const struct descriptor *descriptor);
/* "pipe 25138", "queue /jobs"; `brief`: "pipe". */
void channel_title(const struct channel *channel, bool brief, char *buf, size_t size);
/* Its name alone, without what all names of a run begin with: "empty". */
void channel_short_name(const struct channel *channel, char *buf, size_t size);
/* A System V object: the kernel keeps its values and tells them. */
bool channel_is_system_v(const struct channel *channel);
/* Shortens such a title to so many cells: of a long name the end is kept. */
void title_fit(const struct screen *screen, char *title, int cells);
/* The letter of an open file description that several descriptors share; 0: not shared. */
char description_letter(const struct model *model, int description);
/* "write(4, …, 1024) = 1024", with the result once there is one. */
void call_result_text(const struct call *call, char *buf, size_t size);
/* The call to show: in flight, reached or last; *label gets "next: " or "". NULL: none yet. */
const struct call *shown_call(const struct process *process, const char **label);
/* The wake that ended the newest call of this process; NULL: it had not slept. */
const struct wake *process_woken(const struct model *model, int process);

#endif
