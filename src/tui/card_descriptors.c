/* SPDX-License-Identifier: MIT
 *
 * The lower part of a process card: its descriptors, and what it uses without one, each with the
 * plug that its arrow goes into.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "tui/access.h"
#include "tui/link_lines.h"
#include "tui/names.h"
#include "tui/process_card.h"
#include "words.h"

static const char *
end_letter(enum end end)
{
	return end == END_READ ? "r" : end == END_WRITE ? "w" : end == END_BOTH ? "rw" : "";
}

static void
add_plug(struct process_card *card, int channel, int fd, enum end end, int row, bool door)
{
	struct plugs *plugs = card->plugs;
	if (channel == NONE || plugs->n == PLUGS_MAX)
		return;
	plugs->plug[plugs->n++] = (struct plug){
		.process = card->id,
		.fd = fd,
		.channel = channel,
		.end = end,
		.row = card->inside.row + row,
		.left = card->left,
		.door = door,
		.cell = -1,
	};
}

static void
plug_in(struct process_card *card, const struct descriptor *descriptor, int row)
{
	int channel = channel_behind(card->model, descriptor);
	for (int i = 0; i < card->n_links; i++)
		if (card->links[i].channel == channel)
			return; /* mapped: the memory has the arrow */
	if (channel != NONE)
		add_plug(card, channel, descriptor->fd,
			card->model->descriptions[descriptor->description].end, row, false);
}

static bool
is_focused(const struct process_card *card, const struct descriptor *descriptor)
{
	return card->focused && descriptor->fd == card->frame->focus->fd;
}

/* What a descriptor leads to: files and terminals say it by their path alone. */
static void
descriptor_title(const struct channel *channel, char *buf, size_t size)
{
	const char *colon = strchr(channel->name, ':');
	if (colon && (channel->kind == CHANNEL_FILE || channel->kind == CHANNEL_TTY))
		snprintf(buf, size, "%s", colon + 1);
	else
		channel_title(channel, false, buf, size);
}

/* A descriptor's line in words. On a narrow card they lose first what the arrow tells as well, that
 * it is a pipe (of a file: in which directory), then the O_, then blanks. */
struct descriptor_words {
	char end[4], flag[16], pending[48], shared[8], name[96];
};

enum width { WIDE, UNNAMED, NARROW, TIGHT, WIDTHS };

static void
descriptor_say(const struct process_card *card, const struct descriptor *descriptor,
	const struct description *description, enum width width, struct descriptor_words *words)
{
	const struct model *model = card->model;
	char letter = description_letter(model, descriptor->description);
	bool nonblock = description->flags != -1 && description->flags & O_NONBLOCK;
	const struct channel *channel =
		description->channel >= 0 && description->channel < model->n_channels
			? &model->channels[description->channel]
			: NULL;
	const char *number;

	*words = (struct descriptor_words){.name = "?"};
	snprintf(words->end, sizeof words->end, "%s", end_letter(description->end));
	if (nonblock)
		snprintf(words->flag, sizeof words->flag, "%s",
			width < NARROW ? "O_NONBLOCK" : "NONBLOCK");
	if (description->pending)
		snprintf(words->pending, sizeof words->pending, "%s", _("(at its next call)"));
	bool opened = channel && channel->kind == CHANNEL_FILE && descriptor->fd > 2;
	if (letter && (opened || channel_behind(model, descriptor) != NONE))
		snprintf(words->shared, sizeof words->shared, "(%c)", letter);
	if (channel)
		descriptor_title(channel, words->name, sizeof words->name);
	if (width != WIDE && channel && channel->kind == CHANNEL_PIPE &&
		(number = strrchr(words->name, ' ')) != NULL)
		memmove(words->name, number + 1, strlen(number));
	if (width != WIDE && opened && (number = strrchr(words->name, '/')) != NULL && number[1])
		memmove(words->name, number + 1, strlen(number));
}

/* Draws the words, or only counts their cells. "4 w O_NONBLOCK (b) pipe 25138" */
static int
descriptor_put(struct process_card *card, int fd, const struct descriptor_words *words,
	enum width width, unsigned focus, bool draw)
{
	const struct {
		const char *text;
		style look;
		bool glued; /* to what comes before, on a tight card */
	} parts[] = {
		{words->end, ROLE_NORMAL, true},
		{words->flag, ROLE_CHANGED, false},
		{words->pending, ROLE_STATUS, false},
		{words->shared, ROLE_QUIET, true},
		{words->name, ROLE_QUIET, false},
	};
	struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
	char number[16];
	snprintf(number, sizeof number, "%d", fd);
	int col = text_cells(number);
	if (draw)
		draw_text(card->frame->screen, line, 0, 0, ROLE_STRONG | focus, number);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!*parts[i].text)
			continue;
		bool changed = parts[i].look == ROLE_CHANGED || parts[i].look == ROLE_STATUS;
		style look =
			focus ? (changed ? parts[i].look | focus : ROLE_SELECTED) : parts[i].look;
		col += !(width == TIGHT && parts[i].glued);
		if (draw)
			draw_text(card->frame->screen, line, 0, col, look, parts[i].text);
		col += text_cells(parts[i].text);
	}
	return col;
}

/* Puts `sign` in place of the first `n` digits: of a number the end tells most. */
static void
cut_front(char *digits, size_t size, int n, const char *sign)
{
	char whole[96];

	if (n < 1 || (size_t)n >= strlen(digits))
		return;
	snprintf(whole, sizeof whole, "%s", digits);
	snprintf(digits, size, "%s%s", sign, whole + n);
}

void
descriptor_draw(struct process_card *card, const struct descriptor *descriptor)
{
	struct screen *screen = card->frame->screen;
	const struct model *model = card->model;
	struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
	unsigned focus = is_focused(card, descriptor) ? STYLE_REVERSE : 0;
	bool known =
		descriptor->description >= 0 && descriptor->description < model->n_descriptions;
	struct descriptor_words words;
	enum width width = WIDE;
	if (focus) {
		draw_run(screen, line, 0, 0, line.cols, ROLE_SELECTED, GLYPH_LINE_NONE);
		screen_cursor(screen, line, 0, 0);
	}
	if (!known) {
		draw_textf(screen, line, 0, 0, ROLE_STRONG | focus, "%d", descriptor->fd);
		return;
	}
	const struct description *description = &model->descriptions[descriptor->description];
	/* one cell stays free before the number that the arrow bears */
	int over = 0;
	for (;; width++) {
		descriptor_say(card, descriptor, description, width, &words);
		over = descriptor_put(card, descriptor->fd, &words, width, focus, false) -
		       (line.cols - 1);
		if (over <= 0 || width + 1 == WIDTHS)
			break;
	}
	if (over > 0 && description->channel >= 0 &&
		model->channels[description->channel].kind == CHANNEL_PIPE)
		cut_front(words.name, sizeof words.name, over + 1, glyph(screen, GLYPH_MORE));
	descriptor_put(card, descriptor->fd, &words, width, focus, true);
}

/* Those that get no line of their own, on one line: "3r 4w 5w". Their arrows start one row each
 * from the bottom up. */
static void
descriptors_brief(struct process_card *card, const struct descriptor *const *fds, int n)
{
	int col = 0;
	for (int i = 0; i < n; i++) {
		const struct description *description =
			&card->model->descriptions[fds[i]->description];
		bool nonblock = description->flags != -1 && description->flags & O_NONBLOCK;
		col += draw_textf(card->frame->screen, card->inside, card->row, col,
			       is_focused(card, fds[i]) ? ROLE_SELECTED : ROLE_NORMAL, "%d%s%s",
			       fds[i]->fd, end_letter(description->end),
			       nonblock ? " NONBLOCK" : "") +
		       1;
		plug_in(card, fds[i], card->row + i % (card->inside.rows - card->row));
	}
	card->row++;
}

/* Those on channels and, where room is short, whichever has the focus; or the others: where room is short
 * standard input, output and error come last, for what a program has opened or was sent is what it is about. */
int
descriptors_collect(
	const struct process_card *card, const struct descriptor **fds, bool wanted, bool scarce)
{
	int n = 0, rounds = scarce && !wanted ? 2 : 1;
	for (int round = 0; round < rounds; round++)
		for (int i = 0; i < card->process->n_fds && n < CARD_FDS_MAX; i++) {
			const struct descriptor *descriptor = &card->process->fds[i];
			bool first = channel_behind(card->model, descriptor) != NONE ||
				     (scarce && is_focused(card, descriptor));
			bool standard = descriptor->fd <= 2;
			if (first == wanted && (rounds == 1 || standard == (round == 1)))
				fds[n++] = descriptor;
		}
	return n;
}

void
descriptors_draw(struct process_card *card, const struct descriptor *const *fds, int n, int rows)
{
	int whole = n <= rows ? n : rows - 1;
	for (int i = 0; i < whole; i++) {
		plug_in(card, fds[i], card->row);
		descriptor_draw(card, fds[i]);
		card->row++;
	}
	if (whole < n)
		descriptors_brief(card, fds + whole, n - whole);
}

/* A load or store that it is about takes the arrow with it, to the very cell. */
static bool
plug_access(struct process_card *card, int channel)
{
	const struct call *call = process_access(card->process);
	struct plugs *plugs = card->plugs;
	int n = plugs->n;
	if (!call || call->channel != channel || card->access_row == -1)
		return false;
	add_plug(card, channel, NONE,
		call->id == CALL_load	 ? END_READ
		: call->id == CALL_store ? END_WRITE
					 : END_BOTH,
		card->access_row, false);
	if (plugs->n > n)
		plugs->plug[n].cell = cell_row(card->frame->view, channel, call->offset);
	return true;
}

void
links_draw(struct process_card *card, int rows)
{
	const struct focus *focus = card->frame->focus;
	int n = card->n_links, whole = n <= rows ? n : rows - 1;
	for (int i = 0; i < n; i++) {
		const struct link *link = &card->links[i];
		struct box line = box_part(card->inside, card->row, 0, 1, card->inside.cols);
		if (!plug_access(card, link->channel))
			add_plug(card, link->channel, NONE, link->end, card->row,
				link->kind == LINK_DOOR);
		if (i < whole) {
			link_line(card->frame, line, card->id, link,
				card->focused && focus->fd == NONE &&
					focus->channel == link->channel);
			card->row++;
		}
	}
	if (whole < n) {
		struct box line = box_part(card->inside, card->row++, 0, 1, card->inside.cols);
		link_lines_brief(card->frame, line, card->links + whole, n - whole);
	}
}
