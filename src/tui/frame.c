/* SPDX-License-Identifier: MIT
 *
 * Frames out. Each is drawn whole into curses' memory and only what differs from the one before goes
 * to the terminal. Nothing here keeps time but what travels along a wire.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/bars.h"
#include "tui/cards.h"
#include "tui/lanes.h"
#include "tui/sockets.h"
#include "tui/tui_own.h"
#include "words.h"

static uint64_t
clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool
view_has_model(const struct view *view)
{
	return view->kind != VIEW_MENU && view->kind != VIEW_COMPARE && view->model;
}

struct frame
frame_of(const struct tui *tui, const struct view *view)
{
	return (struct frame){.screen = tui->screen,
		.view = view,
		.focus = &tui->focus,
		.clock = clock_now(),
		.cycle = tui->cycle.n};
}

enum { CYCLE_SHARE = 20 }; /* at most one part in so many of the time goes into that question */

/* Is there a closed cycle? Among a thousand sleepers to find that out takes longer than to draw.
 * Returns the ns until it must be asked again; -1: not before something changes. */
static int64_t
watch_cycle(struct tui *tui, const struct view *view)
{
	uint64_t began = clock_now();
	if (!view_has_model(view)) {
		tui->cycle.n = 0;
		tui->cycle.events = 0;
		return -1;
	}
	uint64_t events = view->model->events;
	if (tui->cycle.events == events)
		return -1;
	if (events > tui->cycle.events && began < tui->cycle.until)
		return (int64_t)(tui->cycle.until - began);
	tui->cycle.n = model_cycle(view->model, NULL, 0);
	tui->cycle.events = events;
	uint64_t ended = clock_now();
	tui->cycle.until = ended + CYCLE_SHARE * (ended - began);
	return -1;
}

/* Room for the ids of everything in the model. */
static bool
reserve(struct tui *tui, const struct model *model)
{
	int most = model->n_processes > model->n_channels ? model->n_processes : model->n_channels;
	if (most <= tui->room && tui->scene.processes && tui->scene.channels)
		return true;
	int *processes = realloc(tui->scene.processes, (size_t)(most + 16) * sizeof *processes);
	if (processes)
		tui->scene.processes = processes;
	int *channels = realloc(tui->scene.channels, (size_t)(most + 16) * sizeof *channels);
	if (channels)
		tui->scene.channels = channels;
	if (!processes || !channels)
		return false;
	tui->room = most + 16;
	return true;
}

static void
choose_scene(struct tui *tui, const struct model *model, bool tree)
{
	struct scene *scene = &tui->scene;
	scene->n_processes = scene->n_channels = 0;
	if (!model || !reserve(tui, model))
		return;
	scene->n_processes = shown_processes(model, tree, scene->processes, tui->room);
	scene->n_channels = shown_channels(model, tree, scene->channels, tui->room);
	scene->locks.n = scene->connections.n = 0;
	if (tree)
		return;
	lock_group_form(model, &scene->locks, scene->channels, &scene->n_channels);
	connection_group_form(
		model, &scene->connections, scene->channels, &scene->n_channels);
}

static bool
is_urgent(const struct view *view)
{
	if (!view->conductor)
		return false;
	enum phase phase = conductor_phase(view->conductor);
	return phase == PHASE_ASKING || phase == PHASE_VERDICT || phase == PHASE_DONE ||
	       phase == PHASE_FAILED;
}

static int
words_rows(struct tui *tui, const struct frame *frame, int cols)
{
	if (!frame->view->conductor)
		return 0;
	int rows = panes[PANE_WORDS]->rows
			   ? panes[PANE_WORDS]->rows(tui->state[PANE_WORDS], frame, cols)
			   : 8;
	return rows > 0 ? rows : 1;
}

static uint64_t
quiet_processes(const struct tui *tui, const struct view *view)
{
	uint64_t quiet = 0;
	for (int i = 0; i < tui->scene.n_processes && i < 64; i++)
		if (view->model->processes[tui->scene.processes[i]].state == PROCESS_DEAD)
			quiet |= UINT64_C(1) << i;
	return quiet;
}

static uint64_t
modest_channels(const struct tui *tui, const struct view *view)
{
	uint64_t modest = 0;
	for (int i = 0; i < tui->scene.n_channels && i < 64; i++)
		if (card_is_modest(view->model, tui->scene.channels[i]))
			modest |= UINT64_C(1) << i;
	return modest;
}

static void
make_layout(struct tui *tui, const struct frame *frame)
{
	const struct view *view = frame->view;
	struct box all = screen_box(tui->screen);
	choose_scene(tui, view_has_model(view) ? view->model : NULL, false);
	struct layout_wants wants = {
		.rows = all.rows,
		.cols = all.cols,
		.menu = view->kind == VIEW_MENU || view->kind == VIEW_COMPARE,
		.processes = tui->scene.n_processes,
		.channels = tui->scene.n_channels,
		.quiet = quiet_processes(tui, view),
		.modest = modest_channels(tui, view),
		.words = words_rows(tui, frame, layout_words_cols(all.cols)),
		.urgent = is_urgent(view),
		.log = tui->focus.log,
		.source = tui->focus.source,
		.evidence = tui->focus.evidence,
	};
	layout_make(&tui->layout, &wants);
	if (tui->layout.form == LAYOUT_LIST)
		choose_scene(tui, view->model, true);
}

/* It stands where cards and lanes would, or takes all between the bars when it needs more, unless
 * the words ask for an answer. */
static void
place_picture(struct tui *tui, const struct frame *frame)
{
	const struct layout *layout = &tui->layout;
	struct box all = layout->all;
	enum pane_id pane = tui->focus.waits ? PANE_WAITS : PANE_LADDER;
	tui->picture = (struct box){0};
	if ((!tui->focus.waits && !tui->focus.ladder) || layout->stage.rows == 0 ||
		!frame->view->model)
		return;
	int rows = layout->stage.rows + layout->lanes.rows;
	if (rows < panes[pane]->rows(tui->state[pane], frame, all.cols) && !is_urgent(frame->view))
		rows = all.rows - 3;
	tui->picture = box_part(all, layout->stage.row, 0, rows, all.cols);
}

static void
draw_pane(struct tui *tui, const struct frame *frame, enum pane_id pane, struct box box)
{
	if (box.rows > 0 && box.cols > 0)
		panes[pane]->draw(tui->state[pane], frame, box);
}

static void
draw_too_small(struct tui *tui)
{
	struct box all = tui->layout.all;
	char words[128];
	snprintf(words, sizeof words, _("too small: make it %d x %d or more"), LAYOUT_COLS_MIN,
		LAYOUT_ROWS_MIN);
	draw_text(tui->screen, all, all.rows / 2, 0, ROLE_STRONG, words);
}

static void
draw_all(struct tui *tui, const struct frame *frame)
{
	const struct layout *layout = &tui->layout;
	if (layout->form == LAYOUT_SMALL) {
		draw_too_small(tui);
		return;
	}
	header_draw(frame, layout->header);
	if (layout->form == LAYOUT_MENU) {
		draw_pane(tui, frame, frame->view->kind == VIEW_MENU ? PANE_MENU : PANE_COMPARE,
			layout->menu);
	} else {
		draw_pane(tui, frame, PANE_WORDS, layout->words);
		draw_pane(tui, frame, PANE_SOURCE, layout->source);
		draw_pane(tui, frame, PANE_EVIDENCE, layout->evidence);
		draw_pane(tui, frame, PANE_LOG, layout->log);
		if (tui->picture.rows > 0) {
			draw_pane(tui, frame, tui->focus.waits ? PANE_WAITS : PANE_LADDER,
				tui->picture);
		} else {
			lanes_draw(
				frame, layout->lanes, tui->scene.processes, tui->scene.n_processes);
			scene_draw(frame, layout, &tui->scene, tui->travels);
		}
	}
	status_draw(frame, layout->status, tui->status[0] ? tui->status : frame->view->status,
		tui->picture.rows == 0 || !tui->focus.waits);
	footer_draw(frame, layout->footer);
	if (tui->focus.help) {
		struct box all =
			box_part(layout->all, 1, 0, layout->all.rows - 3, layout->all.cols);
		draw_clear(tui->screen, all);
		draw_pane(tui, frame, PANE_HELP, all);
	}
}

bool
pane_shown(const struct tui *tui, const struct view *view, enum pane_id pane)
{
	switch (pane) {
	case PANE_HELP:
		return tui->focus.help;
	case PANE_MENU:
		return view->kind == VIEW_MENU;
	case PANE_COMPARE:
		return view->kind == VIEW_COMPARE;
	case PANE_WORDS:
		return view->kind == VIEW_LESSON && view->conductor;
	case PANE_WAITS:
		return tui->picture.rows > 0 && tui->focus.waits;
	case PANE_LADDER:
		return tui->picture.rows > 0 && tui->focus.ladder && !tui->focus.waits;
	case PANE_LOG:
		return tui->layout.log.rows > 0;
	case PANE_SOURCE:
		return tui->layout.source.rows > 0;
	case PANE_EVIDENCE:
		return tui->layout.evidence.rows > 0;
	default:
		return false;
	}
}

/* The ns until something moves by itself; -1: nothing does. */
static int64_t
next_frame(struct tui *tui, const struct frame *frame, int64_t cycle_due)
{
	int64_t next = travels_next(tui->travels, frame->clock);
	if (cycle_due >= 0 && (next < 0 || cycle_due < next))
		next = cycle_due;
	int64_t countdown = tui->layout.form == LAYOUT_CARDS || tui->layout.form == LAYOUT_LIST
				    ? sockets_due(frame)
				    : -1;
	if (countdown >= 0 && (next < 0 || countdown < next))
		next = countdown;
	for (enum pane_id i = 0; i < PANE_COUNT; i++) {
		int64_t due = panes[i]->due && pane_shown(tui, frame->view, i)
				      ? panes[i]->due(tui->state[i], frame)
				      : -1;
		if (due >= 0 && (next < 0 || due < next))
			next = due;
	}
	return next;
}

int64_t
tui_draw(struct tui *tui, const struct view *view)
{
	int64_t cycle_due = watch_cycle(tui, view);
	struct frame frame = frame_of(tui, view);
	if (view_has_model(view)) {
		if (view->conductor)
			focus_follow(&tui->focus, view->model, conductor_subject(view->conductor));
		focus_settle(&tui->focus, view->model);
		/* a flood is no journey: what travels is drawn for a few events at a time */
		bool few = view->model->events - tui->drawn <= 8;
		travels_note(
			tui->travels, &frame, tui->animation && few && view->pace != PACE_FREE);
		tui->drawn = view->model->events;
	}
	make_layout(tui, &frame);
	place_picture(tui, &frame);
	frame.left = tui->scene.processes;
	frame.n_left = tui->layout.form == LAYOUT_CARDS ? tui->layout.n_left : 0;
	screen_start(tui->screen);
	draw_all(tui, &frame);
	screen_show(tui->screen);
	return next_frame(tui, &frame, cycle_due);
}
