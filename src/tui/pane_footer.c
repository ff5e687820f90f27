/* SPDX-License-Identifier: MIT
 *
 * The bottom: the status line, and the keys that work now, from the key table. Those that matter
 * most come first, and help always has its place at the end.
 */
#include <stdio.h>
#include <string.h>

#include "tui/bars.h"
#include "tui/keys.h"
#include "words.h"

struct label {
	const struct key *key;
	int col, cols; /* in the footer */
	char name[16]; /* "n", "1-3" */
};

enum { LABELS_MAX = 48 };

/* The first of its keys; for answers the range that there is. */
static void
key_name(const struct frame *frame, const struct key *key, char *buf, size_t size)
{
	const struct conductor *conductor = frame->view->conductor;
	if (key->command == COMMAND_ANSWER && conductor) {
		const struct verdict verdict = conductor_verdict(conductor);
		const struct move *ask = verdict.ask ? verdict.ask : conductor_move(conductor);
		snprintf(buf, size, "1-%u", ask && ask->n_choices ? ask->n_choices : 1);
		return;
	}
	snprintf(buf, size, "%.*s", (int)strcspn(key->keys, " "), key->keys);
}

/* While a prediction is wanted, the answers come before everything else. */
static int
rank(const struct key *key)
{
	return key->command == COMMAND_ANSWER ? 0 : 1;
}

static bool
fits(const struct label *label, int col, int end)
{
	return col + label->cols <= end;
}

/* Lays out as many labels as fit; returns how many. */
static int
lay_labels(const struct frame *frame, struct box box, struct label *labels)
{
	int n_keys, n = 0, col = 1;
	const struct key *table = keys_table(&n_keys);
	struct label help = {.key = NULL};
	for (int i = 0; i < n_keys; i++)
		if (table[i].command == COMMAND_HELP)
			help.key = &table[i];
	key_name(frame, help.key, help.name, sizeof help.name);
	help.cols = text_cells(help.name) + 1 + text_cells(_(help.key->label));
	help.col = box.cols - 1 - help.cols;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < n_keys && n < LABELS_MAX - 1; i++) {
			const struct key *key = &table[i];
			if (rank(key) != pass || !*key->label || key == help.key ||
				!key_works(key, frame->view, frame->focus))
				continue;
			struct label label = {.key = key, .col = col};
			key_name(frame, key, label.name, sizeof label.name);
			label.cols = text_cells(label.name) + 1 + text_cells(_(key->label));
			if (!fits(&label, col, help.col - 2))
				continue; /* a shorter one may still fit */
			labels[n++] = label;
			col += label.cols + 2;
		}
	if (help.col > 0)
		labels[n++] = help;
	return n;
}

void
footer_draw(const struct frame *frame, struct box box)
{
	struct label labels[LABELS_MAX];
	int n = lay_labels(frame, box, labels);
	for (int i = 0; i < n; i++) {
		int col = labels[i].col;
		col += draw_text(frame->screen, box, 0, col, ROLE_KEY, labels[i].name) + 1;
		draw_text(frame->screen, box, 0, col, ROLE_QUIET, _(labels[i].key->label));
	}
}

enum command_id
footer_click(const struct frame *frame, struct box box, int col)
{
	struct label labels[LABELS_MAX];
	int n = lay_labels(frame, box, labels);
	for (int i = 0; i < n; i++)
		if (col >= labels[i].col && col < labels[i].col + labels[i].cols &&
			labels[i].key->command != COMMAND_ANSWER)
			return labels[i].key->command;
	return COMMAND_NONE;
}

/* "↻ closed cycle: W", or of one that waits for itself or for the dead: its cells from the right
 * edge. */
static int
draw_cycle_sign(const struct frame *frame, struct box box)
{
	char words[64];
	if (frame->cycle == 0)
		return 0;
	snprintf(words, sizeof words,
		frame->cycle == 1 ? _(" %s waits in vain: %s shows it ")
				  : _(" %s closed cycle: %s shows it "),
		glyph(frame->screen, GLYPH_CYCLE), key_of(COMMAND_WAITS)->keys);
	int cells = text_cells(words);
	if (cells + 4 > box.cols)
		return 0;
	draw_text(frame->screen, box, 0, box.cols - cells - 2, ROLE_BLOCKED | STYLE_BOLD, words);
	return cells + 2;
}

void
status_draw(const struct frame *frame, struct box box, const char *status, bool cycle)
{
	draw_rule(frame->screen, box, 0, ROLE_FRAME, NULL);
	int right = cycle ? draw_cycle_sign(frame, box) : 0;
	if (status && *status) {
		/* a sentence comes before the sign, which stays for longer */
		if (text_cells(status) + 6 > box.cols - right)
			right = 0;
		struct box middle = box_part(box, 0, 2, 1, box.cols - 4 - right);
		draw_textf(frame->screen, middle, 0, 0, ROLE_STATUS, " %s ", status);
	}
}
