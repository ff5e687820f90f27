/* SPDX-License-Identifier: MIT
 *
 * The screen's life: the terminal taken and given back, the panes with their states.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/cards.h"
#include "tui/tui_own.h"
#include "words.h"

const struct pane *const panes[PANE_COUNT] = {
	[PANE_HELP] = &pane_help,
	[PANE_MENU] = &pane_menu,
	[PANE_COMPARE] = &pane_compare,
	[PANE_WORDS] = &pane_words,
	[PANE_WAITS] = &pane_waits,
	[PANE_LADDER] = &pane_ladder,
	[PANE_LOG] = &pane_log,
	[PANE_SOURCE] = &pane_source,
	[PANE_EVIDENCE] = &pane_evidence,
};

static enum palette
first_palette(const struct tui_options *options, struct problem *problem)
{
	const char *no_color = getenv("NO_COLOR");
	if (!options->theme)
		return no_color && *no_color ? PALETTE_NONE : PALETTE_DARK;
	enum palette palette = palette_find(options->theme);
	if (palette == PALETTE_COUNT)
		problem_set(problem, NULL, 0,
			_("there is no theme \"%s\"; there are dark, light, contrast and none"),
			options->theme);
	return palette;
}

static int
create_states(struct tui *tui)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		tui->state[i] = calloc(1, panes[i]->state_size + 1);
		if (!tui->state[i])
			return -1;
	}
	tui->travels = travels_create();
	return tui->travels ? 0 : -1;
}

struct tui *
tui_create(const struct tui_options *options, struct problem *problem)
{
	enum palette palette = first_palette(options, problem);
	struct tui *tui = palette == PALETTE_COUNT ? NULL : calloc(1, sizeof *tui);
	if (!tui)
		return NULL;
	focus_init(&tui->focus);
	tui->animation = options->animation;
	tui->mouse = options->mouse;
	if (create_states(tui) == -1)
		problem_set(problem, NULL, 0, _("no memory"));
	else
		tui->terminal = terminal_open(problem);
	if (tui->terminal)
		tui->screen = screen_create(options->ascii, palette);
	if (!tui->screen) {
		tui_free(tui);
		return NULL;
	}
	terminal_mouse(tui->terminal, tui->mouse);
	return tui;
}

void
tui_free(struct tui *tui)
{
	if (!tui)
		return;
	terminal_close(tui->terminal);
	screen_free(tui->screen);
	travels_free(tui->travels);
	for (int i = 0; i < PANE_COUNT; i++) {
		if (tui->state[i] && panes[i]->fini)
			panes[i]->fini(tui->state[i]);
		free(tui->state[i]);
	}
	free(tui->scene.processes);
	free(tui->scene.channels);
	free(tui);
}

void
tui_suspend(struct tui *tui)
{
	terminal_leave(tui->terminal);
}

void
tui_resume(struct tui *tui)
{
	terminal_enter(tui->terminal);
}

void
tui_resized(struct tui *tui)
{
	terminal_size(tui->terminal);
}

int
tui_fd(const struct tui *tui)
{
	return terminal_fd(tui->terminal);
}

void
tui_emergency(void)
{
	terminal_emergency();
}
