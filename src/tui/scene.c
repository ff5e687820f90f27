/* SPDX-License-Identifier: MIT
 *
 * The middle of the screen.
 */
#include "tui/cards.h"
#include "tui/list.h"
#include "tui/scene.h"
#include "text/wrap.h"
#include "words.h"

/* Before anything was started, and between processes that nothing connects. */
static void
draw_emptiness(const struct frame *frame, const struct layout *layout, const struct scene *scene)
{
	struct box stage = layout->stage, middle = layout->channels;
	if (scene->n_processes == 0) {
		const char *words = _("no process yet");
		draw_text(frame->screen, stage, stage.rows / 2,
			(stage.cols - text_cells(words)) / 2, ROLE_QUIET, words);
	} else if (scene->n_channels == 0 && scene->n_processes > 1) {
		struct wrap wrap;
		wrap_init(&wrap, _("nothing connects them"), middle.cols);
		for (int i = 0; i < wrap.n; i++)
			draw_bytes(frame->screen, middle, (middle.rows - wrap.n) / 2 + i,
				(middle.cols - wrap.lines[i].columns) / 2, ROLE_QUIET,
				wrap.text + wrap.lines[i].at, wrap.lines[i].length);
		wrap_fini(&wrap);
	}
}

/* Those channels that get a card when not all do: the focused one's first, then in order. */
static void
choose_channels(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	int *chosen)
{
	int focused = card_of(frame->view->model, frame->focus->channel), n = layout->n_channel;
	if (lock_group_find(&scene->locks, focused) != -1)
		focused = scene->locks.ids[0];
	if (connection_group_find(&scene->connections, focused) != -1)
		focused = scene->connections.ids[0];
	bool seen = false;
	for (int i = 0; i < n; i++) {
		chosen[i] = scene->channels[i];
		seen |= chosen[i] == focused;
	}
	for (int i = n; !seen && n > 0 && i < scene->n_channels; i++)
		if (scene->channels[i] == focused)
			chosen[n - 1] = focused;
}

static void
draw_cards(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	struct travels *travels)
{
	struct plugs plugs = {.n = 0};
	int channels[LAYOUT_CARDS_MAX];
	choose_channels(frame, layout, scene, channels);
	for (int i = 0; i < layout->n_process; i++)
		process_card(
			frame, layout->process[i], scene->processes[i], i < layout->n_left, &plugs);
	for (int i = 0; i < layout->n_channel; i++)
		if (lock_group_find(&scene->locks, channels[i]) != -1)
			lock_group_card(frame, layout->channel[i], &scene->locks);
		else if (connection_group_find(&scene->connections, channels[i]) != -1)
			connection_group_card(frame, layout->channel[i], &scene->connections);
		else
			channel_card(frame, layout->channel[i], channels[i]);
	if (scene->n_channels > layout->n_channel && layout->n_channel > 0)
		draw_textf(frame->screen, layout->channel[layout->n_channel - 1],
			layout->channel[layout->n_channel - 1].rows - 1, 2, ROLE_STATUS,
			_(" %d more channels "), scene->n_channels - layout->n_channel);
	wires_draw(frame, layout, scene, channels, &plugs, travels);
}

void
scene_draw(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	struct travels *travels)
{
	if (layout->form == LAYOUT_CARDS) {
		draw_cards(frame, layout, scene, travels);
		draw_emptiness(frame, layout, scene);
	} else if (layout->form == LAYOUT_LIST) {
		process_list(frame, layout->processes, scene->processes, scene->n_processes);
		channel_list(frame, layout->channels, scene->channels, scene->n_channels);
	}
}

static bool
contains(struct box box, int row, int col)
{
	return row >= box.row && row < box.row + box.rows && col >= box.col &&
	       col < box.col + box.cols;
}

int
scene_click(const struct frame *frame, const struct layout *layout, const struct scene *scene,
	int row, int col)
{
	if (layout->form == LAYOUT_LIST && contains(layout->processes, row, col))
		return process_list_at(
			frame, layout->processes, scene->processes, scene->n_processes, row);
	for (int i = 0; layout->form == LAYOUT_CARDS && i < layout->n_process; i++)
		if (contains(layout->process[i], row, col))
			return scene->processes[i];
	return NONE;
}
