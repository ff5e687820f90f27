/* SPDX-License-Identifier: MIT
 *
 * Keys in: what concerns the screen alone is done here, the rest goes to the player as a command.
 */
#include <curses.h>
#include <stdio.h>
#include <string.h>

#include "tui/bars.h"
#include "tui/cards.h"
#include "tui/keys.h"
#include "tui/names.h"
#include "tui/save.h"
#include "tui/tui_own.h"
#include "words.h"

enum { PARTS_OF_FIFO = 4 }; /* the parts on a queue come after them */

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
	const struct model *model = view_has_model(view) ? view->model : NULL;
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
		tui->focus.ladder = false;
		return true;
	case COMMAND_LADDER:
		tui->focus.ladder = !tui->focus.ladder;
		tui->focus.waits = false;
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
		if (!tui->focus.help && !tui->focus.waits && !tui->focus.ladder)
			return false;
		if (tui->focus.help)
			tui->focus.help = false;
		else
			tui->focus.waits = tui->focus.ladder = false;
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
	if (!view_has_model(view) || tui->focus.process == NONE ||
		tui->focus.process >= view->model->n_processes)
		return;
	command->pid = view->model->processes[tui->focus.process].pid;
	command->fd = tui->focus.fd;
	command->channel = tui->focus.channel;
}

static const struct channel *
focused_channel(const struct tui *tui, const struct view *view)
{
	return tui->focus.channel == NONE || !view_has_model(view)
		       ? NULL
		       : &view->model->channels[tui->focus.channel];
}

/* Some commands want a further word first. True: the question stands on the status line. */
static bool
ask(struct tui *tui, const struct view *view, const struct command *command)
{
	const struct channel *channel = focused_channel(tui, view);
	size_t size = sizeof tui->status;
	char title[96];
	switch (command->id) {
	case COMMAND_KILL:
		if (command->pid && key_works(key_of(COMMAND_KILL), view, &tui->focus))
			snprintf(tui->status, size,
				_("SIGKILL %s %d? y does it, any other key does not"),
				process_name(view, tui->focus.process), (int)command->pid);
		break;
	case COMMAND_REMOVE:
		if (channel && key_works(key_of(COMMAND_REMOVE), view, &tui->focus)) {
			channel_title(channel, false, title, sizeof title);
			snprintf(tui->status, size,
				_("remove %s? y does it, any other key does not"), title);
		}
		break;
	case COMMAND_SHUTDOWN:
		if (channel && key_works(key_of(COMMAND_SHUTDOWN), view, &tui->focus))
			snprintf(tui->status, size, "%s",
				_("shut down: 1 sending 2 receiving 3 both"));
		break;
	case COMMAND_PARTNER:
		if (channel && channel_has_partner(channel) && !channel_has_clients(channel))
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
	if (tui->asks == COMMAND_SHUTDOWN) {
		command.value = function ? -1 : code - '1';
		yes = !function && code >= '1' && code <= '3';
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
		[PANE_WAITS] = tui->picture,
		[PANE_LADDER] = tui->picture,
		[PANE_COMPARE] = layout->menu,
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
	int process = !view_has_model(view)
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
	if (command.id == COMMAND_NONE && key_known((int)code, function))
		say(tui, view->kind == VIEW_REPLAY
				 ? _("A recording cannot be changed; ? shows the keys that work "
				     "here.")
				 : _("This key means nothing here; ? shows those that do."));
	return do_command(tui, view, command);
}
