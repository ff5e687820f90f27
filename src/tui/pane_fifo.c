/* SPDX-License-Identifier: MIT
 *
 * A FIFO: a file in a directory, and a door that stands half open while one side is missing. Once
 * both sides are there it is a pipe.
 */
#include <stdio.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/channel_card.h"
#include "words.h"

/* Does somebody sleep in an open of this end? */
static int
at_the_door(const struct channel_card *card, enum end end)
{
	for (int i = 0; i < card->model->n_processes; i++) {
		const struct process *process = &card->model->processes[i];
		if (process->cause == WAIT_PARTNER && process->waits_for == card->id &&
			process->waits_end == end && process->state != PROCESS_DEAD)
			return i;
	}
	return NONE;
}

static bool
is_open(const struct channel_card *card)
{
	return card->channel->n_readers > 0 && card->channel->n_writers > 0;
}

static int
door_rows(const struct channel_card *card)
{
	return is_open(card) ? 0 : 2;
}

/* "╱ half open: no writer"; the words over a second row where one does not hold them. */
static void
draw_door(const struct channel_card *card, struct box box)
{
	const struct channel *channel = card->channel;
	struct screen *screen = card->frame->screen;
	bool reader = channel->n_readers > 0 || at_the_door(card, END_READ) != NONE;
	bool writer = channel->n_writers > 0 || at_the_door(card, END_WRITE) != NONE;
	if (!reader && !writer) {
		draw_glyph(screen, box, 0, 0, ROLE_QUIET, GLYPH_DOOR_SHUT);
		draw_text(screen, box, 0, 2, ROLE_QUIET,
			channel->removed ? _("gone") : _("nobody has it open"));
		return;
	}
	const char *missing = writer ? _("no reader") : _("no writer");
	draw_glyph(screen, box, 0, 0, ROLE_BLOCKED, GLYPH_DOOR_HALF);
	int col = 2 + draw_text(screen, box, 0, 2, ROLE_BLOCKED, _("half open"));
	if (box.rows > 1)
		draw_text(screen, box, 1, 2, ROLE_WRONG, missing);
	else
		draw_text(screen, box, 0, col + 1, ROLE_WRONG, missing);
}

static int
pipe_rows(const struct channel_card *card)
{
	return is_open(card) || card->channel->used > 0;
}

static int
picture_rows(const struct channel_card *card)
{
	return pipe_rows(card) ? pipe_picture_rows(card) : 0;
}

/* "in /tmp/ipcviz-3x7": the file lies in a directory like any other. */
static void
directory_of(const struct channel *channel, char *buf, size_t size)
{
	const char *colon = strchr(channel->name, ':');
	snprintf(buf, size, "%s", colon ? colon + 1 : "");
	char *slash = strrchr(buf, '/');
	if (slash)
		slash[slash == buf] = '\0';
	else
		buf[0] = '\0';
}

static int
directory_rows(const struct channel_card *card)
{
	char directory[80];
	directory_of(card->channel, directory, sizeof directory);
	return directory[0] != '\0';
}

static void
draw_directory(const struct channel_card *card, struct box box)
{
	char directory[80];
	directory_of(card->channel, directory, sizeof directory);
	draw_textf(card->frame->screen, box, 0, 0, ROLE_QUIET, _("in %s"), directory);
}

static void
fifo_foot(const struct channel_card *card, char *buf, size_t size)
{
	if (card->channel->removed)
		snprintf(buf, size, "%s", _("name removed"));
	else if (is_open(card))
		pipe_foot(card, buf, size);
}

static int
fifo_line(const struct channel_card *card, struct box line, int col)
{
	if (!is_open(card)) {
		draw_door(card, box_part(line, 0, col, 1, line.cols - col));
		return line.cols;
	}
	return pipe_line(card, line, col);
}

static const struct part parts[] = {
	{0, door_rows, draw_door},
	{3, picture_rows, pipe_draw_picture},
	{2, pipe_rows, pipe_draw_amount},
	{5, pipe_runs_rows, pipe_draw_runs},
	{6, pipe_bytes_rows, pipe_draw_bytes},
	{4, pipe_rows, pipe_draw_ends},
	{1, waiters_rows, waiters_draw},
	{7, directory_rows, draw_directory},
	{0},
};

const struct channel_view view_fifo = {.parts = parts, .foot = fifo_foot, .line = fifo_line};
