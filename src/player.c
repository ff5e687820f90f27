/* SPDX-License-Identifier: MIT
 *
 * The loop: wait for a key, a tick or an event; act; draw.
 */
#include "player.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "deeds.h"
#include "endings.h"
#include "follow.h"
#include "remains.h"
#include "text/particles.h"
#include "words.h"

enum {
	MILLISECOND = 1000000,
	FRAME = 16 *
		MILLISECOND, /* drawn at once when the last frame is older, else at the next one */
	SLICE = 8 * MILLISECOND, /* of event taking between two looks at the keyboard */
	FIGURES = 250 * MILLISECOND,
	POLL_FDS = 1100,         /* control pipe, keys, and one or two per process */
};

uint64_t
player_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void
player_say(struct player *player, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(player->status, sizeof player->status, format, args);
	va_end(args);
	particles_settle(player->status);
	player->dirty = true;
	if (player->plain != NULL)
		plain_say(player->plain, player->status);
}

void
player_say_problem(struct player *player, const struct problem *problem)
{
	char text[800];

	player_say(player, "%s", problem_text(problem, text, sizeof text));
}

/* --- events --- */

static void
take_event(struct player *player, const struct event *event)
{
	struct problem problem = {0};

	if (player->recorder != NULL && recorder_write(player->recorder, event, &problem) == -1)
		player_say_problem(player, &problem);
	model_apply(player->model, event);
	log_add(player->log, event, player->model->events);
	if (player->conductor != NULL)
		conductor_apply(player->conductor, player->model, event);
	if (player->plain != NULL &&
		(player->conductor == NULL || !conductor_hurries(player->conductor)))
		plain_event(player->plain, player->model, event);
	follow_cast(player);
	follow_orders(player);
	player->clock = event->time;
	player->dirty = true;
}

/* Takes what has come, for one slice of time at most. True when events were taken. */
static bool
take_events(struct player *player)
{
	uint64_t start = player_now(), taken = 0;
	struct event event;

	while ((!player->over || player->stage != NULL) && player->source != NULL) {
		if (player->kind == VIEW_REPLAY && player->budget == 0)
			break;
		enum source_result result = player->source->next(player->source, &event);
		if (result == SOURCE_EVENT) {
			take_event(player, &event);
			if (player->kind == VIEW_REPLAY && player->pace != PACE_FREE)
				player->budget--;
			if ((++taken & 63) == 0 && player_now() - start > SLICE)
				break;
			continue;
		}
		if (result == SOURCE_BROKEN && !player->over)
			player_say_problem(player, &player->source->problem);
		/* A lesson may start another process after the last one died, and so may the learner, for what the
		 * dead left behind. */
		if (player->conductor == NULL)
			player->over = result != SOURCE_DRY;
		break;
	}
	if (taken > 0)
		player->newest = player_now();
	return taken > 0;
}
/* --- keys --- */

static bool
where_of(void *context, int32_t pid, uint64_t address, char *file, size_t size, int *line)
{
	struct player *player = context;

	return player->stage != NULL && stage_where(player->stage, pid, address, file, size, line);
}

static struct view
view_of(struct player *player)
{
	return (struct view){.kind = player->kind,
		.shelf = player->shelf,
		.n_shelf = player->n_shelf,
		.progress = player->progress,
		.measurement =
			player->measurer != NULL ? measurer_measurement(player->measurer) : NULL,
		.measuring = !player->paused,
		.model = player->model,
		.log = player->log,
		.conductor = player->conductor,
		.next = player->next,
		.from_menu = player->from_menu,
		.title = player->title,
		.pace = player->pace,
		.tempo = player->tempo,
		.now = player->kind == VIEW_REPLAY ? player->clock : player_now(),
		.over = player->over,
		.status = player->status,
		.where = where_of,
		.where_context = player};
}

static void
menu_command(struct player *player, const struct command *command)
{
	struct problem problem = {0};
	const char *name;

	player->status[0] = '\0';
	switch (command->id) {
	case COMMAND_OPEN_LESSON:
		command_open_lesson(player, command->value);
		break;
	case COMMAND_RESET_LESSON:
		if (command->value < 0 || command->value >= player->n_shelf)
			break;
		name = player->shelf[command->value]->name;
		progress_reset(player->progress, name);
		if (progress_save(player->progress, &problem) == -1)
			player_say_problem(player, &problem);
		else
			player_say(player, _("The progress of %s is forgotten."), name);
		break;
	case COMMAND_OPEN_COMPARE:
		command_open_compare(player);
		break;
	case COMMAND_BACK:
	case COMMAND_QUIT:
		player->leave = player->quit = true;
		break;
	default:
		break;
	}
	player->dirty = true;
}

static void
compare_command(struct player *player, const struct command *command)
{
	switch (command->id) {
	case COMMAND_PROOF:
		command_open_proof(player, command->value);
		break;
	case COMMAND_PAUSE:
		player->paused = !player->paused;
		measurer_pause(player->measurer, player->paused);
		break;
	case COMMAND_QUIT:
		player->quit = true;
		player->leave = true;
		break;
	case COMMAND_BACK:
		player->leave = true;
		break;
	default:
		break;
	}
	player->dirty = true;
}

static void
take_keys(struct player *player)
{
	bool any = true;

	while (any && !player->leave) {
		struct view view = view_of(player);
		struct command command = tui_key(player->tui, &view, &any);

		player->dirty |= any;
		if (any)
			player->status[0] = '\0'; /* read, whatever the key was for */
		if (command.id == COMMAND_NONE)
			continue;
		if (player->kind == VIEW_MENU)
			menu_command(player, &command);
		else if (player->kind == VIEW_COMPARE)
			compare_command(player, &command);
		else
			deed_command(player, &command);
	}
}

/* Plain: a line from standard input. Enter goes on, a number answers, q leaves. */
static void
take_line(struct player *player)
{
	char line[256];

	if (fgets(line, sizeof line, stdin) == NULL) {
		player->input_over = true;
		return;
	}
	if (line[0] == 'q')
		player->leave = true;
	else if (line[0] >= '1' && line[0] <= '9')
		deed_command(
			player, &(struct command){.id = COMMAND_ANSWER, .value = line[0] - '1'});
	else if (line[0] == '\n' && conductor_phase(player->conductor) == PHASE_DONE)
		player->leave = true;
	else
		deed_command(player, &(struct command){.id = COMMAND_NEXT});
}
/* --- the loop --- */

static bool
reads_lines(const struct player *player)
{
	return player->plain != NULL && player->conductor != NULL && !player->options->by_itself &&
	       !player->input_over;
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int64_t
until(uint64_t then, uint64_t now)
{
	return then > now ? (int64_t)(then - now) : 0;
}

/* Takes the news of the measuring, a few times a second and no more: whoever draws takes time from what is measured.
 * Returns the ns until it wants to again; -1: it is over. */
static int64_t
take_figures(struct player *player)
{
	uint64_t now = player_now();

	if (player->kind != VIEW_COMPARE || measurer_measurement(player->measurer)->over)
		return -1;
	if (now - player->measured >= FIGURES) {
		player->measured = now;
		player->dirty |= measurer_drain(player->measurer);
	}
	return (int64_t)(player->measured + FIGURES - now);
}

/* Makes the beats that are due; returns the ns until the next, -1: not playing. */
static int64_t
beat(struct player *player)
{
	uint64_t now = player_now(), period = (uint64_t)(1e9 / player->tempo);

	if (player->pace != PACE_PLAYING)
		return -1;
	if (player->next_beat == 0)
		player->next_beat = now;
	if (player->next_beat <= now) {
		deed_beat(player);
		player->next_beat = player->next_beat + period > now ? player->next_beat + period
								     : now + period;
	}
	return until(player->next_beat, now);
}

/* Sleeps until a key, an event or `timeout`. While events flow it naps a millisecond instead of
 * being woken by each: a writer that must wake a sleeping reader pays sixteen times the write. */
static void
wait_for_something(struct player *player, int64_t timeout, bool flowing)
{
	struct pollfd fds[POLL_FDS];
	int n = 0, keys = -1;

	if (player->tui != NULL || reads_lines(player)) {
		keys = n;
		fds[n++] = (struct pollfd){
			.fd = player->tui != NULL ? tui_fd(player->tui) : STDIN_FILENO,
			.events = POLLIN};
	}
	if (flowing)
		timeout = sooner(timeout, MILLISECOND);
	else if (player->source != NULL && player->source->poll_fds != NULL &&
		 (!player->over || player->stage != NULL))
		n += player->source->poll_fds(player->source, fds + n, POLL_FDS - n);
	if (endings_wait(fds, (nfds_t)n, timeout) > 0 && keys != -1 && fds[keys].revents != 0) {
		if (player->tui == NULL)
			take_line(player);
		else if ((fds[keys].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
			player->leave = player->quit = true; /* the terminal is gone */
	}
}

static void
mind_signals(struct player *player)
{
	if (endings_signal() != 0)
		player->leave = player->quit = true;
	if (endings_resized() && player->tui != NULL) {
		tui_resized(player->tui);
		player->dirty = true;
	}
	if (endings_suspended()) {
		if (player->tui != NULL)
			tui_suspend(player->tui);
		endings_stop();
		if (player->tui != NULL)
			tui_resume(player->tui);
		player->dirty = true;
	}
	if (player->story != NULL && ferror(player->story))
		player->leave = player->quit = true; /* nobody reads the story any more */
}

/* Plays until the learner leaves or, without a screen, until it is over. */
void
player_play(struct player *player)
{
	uint64_t drawn = 0;
	int64_t draw_again = -1;

	player->leave = false;
	player->dirty = true;
	player->newest = player_now();
	while (!player->leave) {
		int64_t timeout = -1;
		bool flowing = take_events(player);

		if (!flowing)
			flowing = follow_lesson(player);
		if (player->tui != NULL)
			take_keys(player);
		/* After the keys, which may have done something that is to be told, asked for beats or for the
		 * next event. */
		if (player->stage != NULL)
			timeout = sooner(timeout, stage_tick(player->stage));
		remains_say_found(player);
		timeout = sooner(timeout, beat(player));
		timeout = sooner(timeout, take_figures(player));
		if (player->kind == VIEW_REPLAY && player->budget > 0 && !player->over)
			timeout = 0;
		if (player->tui != NULL) {
			uint64_t now = player_now();
			bool due = player->dirty ||
				   (draw_again >= 0 && now >= drawn + (uint64_t)draw_again);
			if (due && !player->leave && now - drawn >= FRAME) {
				struct view view = view_of(player);

				player->dirty = false;
				draw_again = tui_draw(player->tui, &view);
				drawn = now;
			}
			if (player->dirty)
				timeout = sooner(timeout, until(drawn + FRAME, now));
			else if (draw_again >= 0)
				timeout = sooner(timeout, until(drawn + (uint64_t)draw_again, now));
		} else if (player->over && player->conductor == NULL) {
			break;
		}
		if (player->conductor != NULL && player->options->by_itself)
			timeout = sooner(timeout, 100 * MILLISECOND);
		if (!flowing && player->recorder != NULL) {
			struct problem problem;

			if (recorder_flush(player->recorder, &problem) == -1)
				player_say_problem(player, &problem);
		}
		if (!flowing && player->story != NULL)
			fflush(player->story);
		if (!player->leave)
			wait_for_something(player, timeout, flowing);
		mind_signals(player);
	}
}
