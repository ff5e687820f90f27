/* SPDX-License-Identifier: MIT
 *
 * What the cards of channels are made of. Each kind lists its parts from top to bottom; the card
 * shares its rows out among them, so a card of one row says the most important thing and a tall
 * one says all.
 */
#ifndef IPCVIZ_TUI_CHANNEL_CARD_H
#define IPCVIZ_TUI_CHANNEL_CARD_H

#include "tui/pane.h"

struct channel_card {
	const struct frame *frame;
	const struct model *model;
	const struct channel *channel;
	int id;
	int rows, cols; /* that the parts have */
};

enum { RANK_SPARE = 3 };

struct part {
	int rank; /* lower ones get their first row first, then what else they would like; all this
		     for those below RANK_SPARE before any of the others gets a row */
	/* Rows that it would like; 0: it has nothing to say. */
	int (*rows)(const struct channel_card *card);
	/* Draws into the box, which has 1 row or more, perhaps fewer than it would like. */
	void (*draw)(const struct channel_card *card, struct box box);
};

struct channel_view {
	const struct part *parts; /* from top to bottom; ended by one without functions */
	/* Words for the bottom line of the frame; NULL: none. */
	void (*foot)(const struct channel_card *card, char *buf, size_t size);
	/* What is said of it on one line of a list, from col on; returns the next free column. */
	int (*line)(const struct channel_card *card, struct box line, int col);
};

/* One for each kind, in a file of its own. */
extern const struct channel_view view_pipe, view_fifo, view_queue, view_segment, view_semaphore,
	view_condition, view_socket, view_listener, view_connection, view_datagrams;
/* NULL: a kind that gets no card. */
const struct channel_view *channel_view(const struct channel *channel);
const struct channel_view *socket_view(const struct endpoint *endpoint);

/* --- parts that kinds share --- */

/* Its bytes as a pipe has them: page slots, amount, writes, previews, ends. */
int pipe_one_row(const struct channel_card *card);
int pipe_picture_rows(const struct channel_card *card);
int pipe_runs_rows(const struct channel_card *card);
int pipe_bytes_rows(const struct channel_card *card);
void pipe_draw_picture(const struct channel_card *card, struct box box);
void pipe_draw_amount(const struct channel_card *card, struct box box);
void pipe_draw_runs(const struct channel_card *card, struct box box);
void pipe_draw_bytes(const struct channel_card *card, struct box box);
void pipe_draw_ends(const struct channel_card *card, struct box box);
void pipe_foot(const struct channel_card *card, char *buf, size_t size);
int pipe_line(const struct channel_card *card, struct box line, int col);

/* Its messages as boxes, three rows each, or briefly on one or two. */
int queue_messages_rows(const struct channel_card *card);
void queue_draw_messages(const struct channel_card *card, struct box box);

/* Open file descriptions on their way to a socket (SCM_RIGHTS), a row for each. */
int passing_rows(const struct channel_card *card);
void passing_draw(const struct channel_card *card, struct box box);

/* Memory: its cells with their values, the newest accesses as a ladder, what was lost. */
int memory_cells_rows(const struct channel_card *card);
int memory_ladder_rows(const struct channel_card *card);
int memory_words_rows(const struct channel_card *card);
void memory_draw_cells(const struct channel_card *card, struct box box);
void memory_draw_ladder(const struct channel_card *card, struct box box);
void memory_draw_words(const struct channel_card *card, struct box box);

/* Who sleeps at it, in the order of the kernel's queue, each with what it asks for. */
int waiters_of(const struct channel_card *card, int *processes, int room);
int waiters_rows(const struct channel_card *card);
void waiters_draw(const struct channel_card *card, struct box box);
/* "▮2" after col, when somebody waits; the next free column. */
int waiters_count(const struct channel_card *card, struct box line, int col);

/* True: the newest event changed it. */
bool card_fresh(const struct channel_card *card);

/* The locks that lie in a segment, in the order of their places: fills `ids`, returns how many. */
int locks_inside(const struct model *model, int segment, int *ids, int room);
/* One of them, on one line: kind, place, value, who waits. */
void lock_line(const struct channel_card *segment, struct box line, int lock);
/* The same of one that has a name: that, in `names` cells, its value, who waits. */
void single_line(const struct frame *frame, struct box line, int lock, int names);

#endif
