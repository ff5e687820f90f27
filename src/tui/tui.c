/* SPDX-License-Identifier: MIT
 *
 * The screen: keys in, frames out. Each frame is drawn whole into curses' memory and only what
 * differs from the one before goes to the terminal. Nothing here keeps time but what travels along
 * a wire.
 */
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/bars.h"
#include "tui/cards.h"
#include "tui/keys.h"
#include "tui/lanes.h"
#include "tui/layout.h"
#include "tui/names.h"
#include "tui/pane.h"
#include "tui/save.h"
#include "tui/scene.h"
#include "tui/screen_own.h"
#include "tui/terminal.h"
#include "tui/tui.h"
#include "words.h"

/* The panes with a state of their own, in the order in which they are offered a key. */
enum pane_id {
	PANE_HELP,
	PANE_MENU,
	PANE_WAITS,
	PANE_LOG,
	PANE_SOURCE,
	PANE_EVIDENCE,
	PANE_WORDS,
	PANE_COUNT
};

static const struct pane *const panes[PANE_COUNT] = {
	[PANE_HELP] = &pane_help,
	[PANE_MENU] = &pane_menu,
	[PANE_WORDS] = &pane_words,
	[PANE_WAITS] = &pane_waits,
	[PANE_LOG] = &pane_log,
	[PANE_SOURCE] = &pane_source,
	[PANE_EVIDENCE] = &pane_evidence,
};

enum { PARTS_OF_FIFO = 4 }; /* the parts on a queue come after them */

struct tui {
	struct terminal *terminal;
	struct screen *screen;
	struct focus focus;
	struct layout layout; /* of the newest frame */
	struct box waits;     /* the picture of who waits, likewise; empty when it is shut */
	struct scene scene;   /* of the newest frame */
	int room;             /* ids that scene.processes has room for */
	struct travels *travels;
	void *state[PANE_COUNT];
	bool animation, mouse;
	enum command_id asks; /* a command that waits for its answer; COMMAND_NONE */
	char status[256];     /* the screen's own word, until the next key */
	uint64_t drawn;       /* events of the newest frame */
};

static uint64_t
clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- life --- */

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

/* --- what is on the screen --- */

static struct frame
frame_of(const struct tui *tui, const struct view *view)
{
	return (struct frame){tui->screen, view, &tui->focus, clock_now()};
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
	scene->locks.n = 0;
	if (!tree)
		lock_group_form(model, &scene->locks, scene->channels, &scene->n_channels);
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

static void
make_layout(struct tui *tui, const struct frame *frame)
{
	const struct view *view = frame->view;
	struct box all = screen_box(tui->screen);
	choose_scene(tui, view->kind == VIEW_MENU ? NULL : view->model, false);
	struct layout_wants wants = {
		.rows = all.rows,
		.cols = all.cols,
		.menu = view->kind == VIEW_MENU,
		.processes = tui->scene.n_processes,
		.channels = tui->scene.n_channels,
		.quiet = quiet_processes(tui, view),
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
place_waits(struct tui *tui, const struct frame *frame)
{
	const struct layout *layout = &tui->layout;
	struct box all = layout->all;
	tui->waits = (struct box){0};
	if (!tui->focus.waits || layout->stage.rows == 0 || !frame->view->model)
		return;
	int rows = layout->stage.rows + layout->lanes.rows;
	if (rows < panes[PANE_WAITS]->rows(tui->state[PANE_WAITS], frame, all.cols) &&
		!is_urgent(frame->view))
		rows = all.rows - 3;
	tui->waits = box_part(all, layout->stage.row, 0, rows, all.cols);
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
		draw_pane(tui, frame, PANE_MENU, layout->menu);
	} else {
		draw_pane(tui, frame, PANE_WORDS, layout->words);
		draw_pane(tui, frame, PANE_SOURCE, layout->source);
		draw_pane(tui, frame, PANE_EVIDENCE, layout->evidence);
		draw_pane(tui, frame, PANE_LOG, layout->log);
		if (tui->waits.rows > 0) {
			draw_pane(tui, frame, PANE_WAITS, tui->waits);
		} else {
			lanes_draw(
				frame, layout->lanes, tui->scene.processes, tui->scene.n_processes);
			scene_draw(frame, layout, &tui->scene, tui->travels);
		}
	}
	status_draw(frame, layout->status, tui->status[0] ? tui->status : frame->view->status,
		tui->waits.rows == 0);
	footer_draw(frame, layout->footer);
	if (tui->focus.help) {
		struct box all =
			box_part(layout->all, 1, 0, layout->all.rows - 3, layout->all.cols);
		draw_clear(tui->screen, all);
		draw_pane(tui, frame, PANE_HELP, all);
	}
}

static bool
pane_shown(const struct tui *tui, const struct view *view, enum pane_id pane)
{
	switch (pane) {
	case PANE_HELP:
		return tui->focus.help;
	case PANE_MENU:
		return view->kind == VIEW_MENU;
	case PANE_WORDS:
		return view->kind == VIEW_LESSON && view->conductor;
	case PANE_WAITS:
		return tui->waits.rows > 0;
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
next_frame(struct tui *tui, const struct frame *frame)
{
	int64_t next = travels_next(tui->travels, frame->clock);
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
	struct frame frame = frame_of(tui, view);
	if (view->kind != VIEW_MENU && view->model) {
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
	place_waits(tui, &frame);
	screen_start(tui->screen);
	draw_all(tui, &frame);
	screen_show(tui->screen);
	return next_frame(tui, &frame);
}

/* --- keys --- */

static void
say(struct tui *tui, const char *words)
{
	snprintf(tui->status, sizeof tui->status, "%s", words);
}

/* AUTO counts as what it came to on this screen; on a small one a pane that opens shuts the others.
 */
static void
toggle(struct tui *tui, enum wish *wish, struct box shown)
{
	bool open = shown.rows == 0;
	if (open && tui->layout.all.cols < 110) {
		enum wish *all[] = {&tui->focus.log, &tui->focus.source, &tui->focus.evidence};
		for (int i = 0; i < 3; i++)
			*all[i] = *all[i] == WISH_OPEN ? WISH_AUTO : *all[i];
	}
	*wish = open ? WISH_OPEN : WISH_SHUT;
}

static void
save_screen(struct tui *tui)
{
	static const char path[] = "ipcviz-screen.txt";
	struct problem problem = {.what = ""};
	if (screen_save(tui->screen, path, &problem) == -1)
		problem_text(&problem, tui->status, sizeof tui->status);
	else
		snprintf(tui->status, sizeof tui->status, _("written to %s"), path);
}

static void
next_theme(struct tui *tui)
{
	enum palette palette = (screen_palette(tui->screen) + 1) % PALETTE_COUNT;
	screen_theme(tui->screen, palette);
	snprintf(tui->status, sizeof tui->status, _("theme: %s"), palette_name(palette));
}

static void
flip_mouse(struct tui *tui)
{
	tui->mouse = !tui->mouse;
	terminal_mouse(tui->terminal, tui->mouse);
	say(tui, tui->mouse ? _("mouse on") : _("mouse off: select text with it"));
}

/* Commands that concern the screen alone. True: done. */
static bool
own_command(struct tui *tui, const struct view *view, enum command_id command)
{
	const struct model *model = view->kind == VIEW_MENU ? NULL : view->model;
	switch (command) {
	case COMMAND_HELP:
		tui->focus.help = !tui->focus.help;
		return true;
	case COMMAND_LOG:
		toggle(tui, &tui->focus.log, tui->layout.log);
		return true;
	case COMMAND_SOURCE:
		toggle(tui, &tui->focus.source, tui->layout.source);
		return true;
	case COMMAND_EVIDENCE:
		toggle(tui, &tui->focus.evidence, tui->layout.evidence);
		return true;
	case COMMAND_WAITS:
		tui->focus.waits = !tui->focus.waits;
		return true;
	case COMMAND_THEME:
		next_theme(tui);
		return true;
	case COMMAND_MOUSE:
		flip_mouse(tui);
		return true;
	case COMMAND_SAVE:
		save_screen(tui);
		return true;
	case COMMAND_FOCUS_NEXT:
	case COMMAND_DOWN:
		if (model)
			focus_process(&tui->focus, model, tui->scene.processes,
				tui->scene.n_processes, 1);
		return true;
	case COMMAND_FOCUS_PREVIOUS:
	case COMMAND_UP:
		if (model)
			focus_process(&tui->focus, model, tui->scene.processes,
				tui->scene.n_processes, -1);
		return true;
	case COMMAND_LEFT:
	case COMMAND_RIGHT:
		if (model)
			focus_link(&tui->focus, model, command == COMMAND_LEFT ? -1 : 1);
		return true;
	case COMMAND_BACK:
		if (!tui->focus.help && !tui->focus.waits)
			return false;
		*(tui->focus.help ? &tui->focus.help : &tui->focus.waits) = false;
		return true;
	default:
		return false;
	}
}

/* Offers the command to the panes in sight. True: one of them took it. */
static bool
offer(struct tui *tui, const struct frame *frame, struct command *command)
{
	for (enum pane_id i = 0; i < PANE_COUNT; i++)
		if (pane_shown(tui, frame->view, i) && panes[i]->key &&
			panes[i]->key(tui->state[i], frame, command))
			return true;
	return false;
}

static void
point_at_focus(const struct tui *tui, const struct view *view, struct command *command)
{
	command->fd = command->channel = -1;
	if (view->kind == VIEW_MENU || !view->model || tui->focus.process == NONE ||
		tui->focus.process >= view->model->n_processes)
		return;
	command->pid = view->model->processes[tui->focus.process].pid;
	command->fd = tui->focus.fd;
	command->channel = tui->focus.channel;
}

static const struct channel *
focused_channel(const struct tui *tui, const struct view *view)
{
	return tui->focus.channel == NONE ? NULL : &view->model->channels[tui->focus.channel];
}

/* Some commands want a further word first. True: the question stands on the status line. */
static bool
ask(struct tui *tui, const struct view *view, const struct command *command)
{
	const struct channel *channel = focused_channel(tui, view);
	size_t size = sizeof tui->status;
	switch (command->id) {
	case COMMAND_KILL:
		if (command->pid && key_works(key_of(COMMAND_KILL), view, &tui->focus))
			snprintf(tui->status, size,
				_("SIGKILL %s %d? y does it, any other key does not"),
				process_name(view, tui->focus.process), (int)command->pid);
		break;
	case COMMAND_REMOVE:
		if (channel && key_works(key_of(COMMAND_REMOVE), view, &tui->focus))
			snprintf(tui->status, size,
				_("remove %s? y does it, any other key does not"), channel->name);
		break;
	case COMMAND_PARTNER:
		if (channel && channel_has_partner(channel))
			snprintf(tui->status, size, "%s",
				channel->kind == CHANNEL_FIFO
					? _("open it: 1 to read 2 to write; O_NONBLOCK: 3 to read "
					    "4 to write")
					: _("on this queue: 1 send a message 2 take one"));
		break;
	default:
		break;
	}
	tui->asks = tui->status[0] ? command->id : COMMAND_NONE;
	return tui->asks != COMMAND_NONE;
}

static struct command
do_command(struct tui *tui, const struct view *view, struct command command)
{
	struct frame frame = frame_of(tui, view);
	const struct command nothing = {.id = COMMAND_NONE, .fd = -1, .channel = -1};
	if (command.id == COMMAND_NONE)
		return nothing;
	point_at_focus(tui, view, &command);
	if (offer(tui, &frame, &command))
		return command;
	if (own_command(tui, view, command.id))
		return nothing;
	return ask(tui, view, &command) ? nothing : command;
}

/* The answer to what ask() asked. */
static struct command
take_answer(struct tui *tui, const struct view *view, int code, bool function)
{
	struct command command = {.id = tui->asks, .fd = -1, .channel = -1};
	const struct channel *channel = focused_channel(tui, view);
	bool yes = !function && code == 'y';
	if (tui->asks == COMMAND_PARTNER) {
		bool fifo = channel && channel->kind == CHANNEL_FIFO;
		command.value = (function ? -1 : code - '1') + (fifo ? 0 : PARTS_OF_FIFO);
		yes = channel && !function && code >= '1' && code <= (fifo ? '4' : '2');
	}
	tui->asks = COMMAND_NONE;
	if (!yes)
		return (struct command){.id = COMMAND_NONE, .fd = -1, .channel = -1};
	point_at_focus(tui, view, &command);
	return command;
}

static bool
inside(struct box box, int row, int col)
{
	return row >= box.row && row < box.row + box.rows && col >= box.col &&
	       col < box.col + box.cols;
}

/* A click in a pane, on a card, or on a key's name in the footer. */
static struct command
click(struct tui *tui, const struct view *view, int row, int col, int wheel)
{
	struct frame frame = frame_of(tui, view);
	const struct layout *layout = &tui->layout;
	struct command command = {.id = COMMAND_NONE, .fd = -1, .channel = -1};
	struct box boxes[PANE_COUNT] = {
		[PANE_HELP] = layout->all,
		[PANE_MENU] = layout->menu,
		[PANE_WAITS] = tui->waits,
		[PANE_WORDS] = layout->words,
		[PANE_LOG] = layout->log,
		[PANE_SOURCE] = layout->source,
		[PANE_EVIDENCE] = layout->evidence,
	};
	point_at_focus(tui, view, &command);
	for (enum pane_id i = 0; i < PANE_COUNT; i++)
		if (pane_shown(tui, view, i) && panes[i]->click && inside(boxes[i], row, col) &&
			panes[i]->click(tui->state[i], &frame, boxes[i], row - boxes[i].row,
				col - boxes[i].col, wheel, &command))
			return command;
	command.id = COMMAND_NONE;
	if (wheel == 0 && inside(layout->footer, row, col)) {
		command.id = footer_click(&frame, layout->footer, col);
		return do_command(tui, view, command);
	}
	int process = view->kind == VIEW_MENU || !view->model
			      ? NONE
			      : scene_click(&frame, layout, &tui->scene, row, col);
	if (wheel == 0 && process != NONE && process != tui->focus.process) {
		tui->focus.process = process;
		tui->focus.fd = tui->focus.channel = NONE;
		focus_settle(&tui->focus, view->model);
	}
	return command;
}

static struct command
mouse_command(struct tui *tui, const struct view *view)
{
	MEVENT event;
	if (getmouse(&event) != OK)
		return (struct command){.id = COMMAND_NONE, .fd = -1, .channel = -1};
	int wheel = event.bstate & BUTTON4_PRESSED ? -1 : event.bstate & BUTTON5_PRESSED ? 1 : 0;
	return click(tui, view, event.y, event.x, wheel);
}

struct command
tui_key(struct tui *tui, const struct view *view, bool *any)
{
	wint_t code;
	int kind = get_wch(&code);
	struct command command = {.id = COMMAND_NONE, .fd = -1, .channel = -1};
	*any = kind != ERR;
	if (kind == ERR)
		return command;
	tui->status[0] = '\0';
	bool function = kind == KEY_CODE_YES;
	if (function && code == KEY_RESIZE)
		return command;
	if (tui->asks != COMMAND_NONE)
		return take_answer(tui, view, (int)code, function);
	if (function && code == KEY_MOUSE)
		return mouse_command(tui, view);
	command.id = key_command(view, (int)code, function, &command.value);
	return do_command(tui, view, command);
}
