/* SPDX-License-Identifier: MIT
 *
 * What each command of ipcviz sets up for the loop.
 */
#include "commands.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "show.h"
#include "text/particles.h"
#include "words.h"

/* One line on standard error; the exit status for wrong use and bad input. */
static int
refuse(const struct problem *problem)
{
	char text[800];

	problem_text(problem, text, sizeof text);
	particles_settle(text);
	fprintf(stderr, "ipcviz: %s\n", text);
	return 2;
}

/* Plays shelf[index] on the open view; 0, or 1 when it failed. */
static int
play_lesson(struct player *player, int index, unsigned step)
{
	struct problem problem = {0};
	const struct lesson *lesson = player->shelf[index];
	int status = 0;

	player->pace = PACE_STEPPING;
	player->tempo = player->options->tempo;
	player->told = (struct told){.step = -1};
	player->named = (struct cast_pids){0};
	player->next = index + 1 < player->n_shelf ? player->shelf[index + 1] : NULL;
	player->go_on = false;
	player->conductor = conductor_create(lesson, step);
	if (player->conductor == NULL || show_open_model(player) == -1 ||
		show_open_stage(player, true, true, &problem) == -1) {
		if (problem.what[0] == '\0')
			problem_set(&problem, NULL, 0, "%s", strerror(errno));
		player_say_problem(player, &problem);
		status = 1;
	} else {
		if (player->n_played++ > 0) /* for a recording: what was before is void */
			stage_note(player->stage, 0, "restart", 0, NULL);
		if (player->plain != NULL) {
			plain_names(player->plain, conductor_name, player->conductor);
			plain_lesson(player->plain, lesson);
		}
		player_play(player);
		enum phase phase = conductor_phase(player->conductor);
		status =
			phase == PHASE_FAILED || (player->options->by_itself && phase != PHASE_DONE)
				? 1
				: 0;
		if (progress_save(player->progress, &problem) == -1)
			player_say_problem(player, &problem);
	}
	show_close(player);
	return status;
}

/* Plays shelf[index] from `step` on, and those after it as long as the learner goes on. */
int
command_open_lesson_at(struct player *player, int index, unsigned step)
{
	enum view_kind before = player->kind;
	int status;

	player->kind = VIEW_LESSON;
	player->from_menu = before == VIEW_MENU || before == VIEW_COMPARE;
	do {
		status = play_lesson(player, index++, step);
		step = 0;
	} while (player->go_on && !player->quit && index < player->n_shelf);
	player->kind = before;
	player->leave = player->quit;
	player->dirty = true;
	return status;
}

int
command_open_lesson(struct player *player, int index)
{
	const struct lesson *lesson = player->shelf[index];
	unsigned step = (unsigned)player->options->step;

	if (step > lesson->n_steps) {
		player_say(player, _("%s has %u steps; --step %d is none of them"), lesson->name,
			lesson->n_steps, player->options->step);
		return 2;
	}
	return command_open_lesson_at(player, index, step - 1);
}

int
command_lesson(const struct options *options, const struct places *places, const char *name)
{
	struct player player = {.options = options, .places = places, .kind = VIEW_LESSON};
	struct problem problem = {0};
	int status;

	if (show_open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	int index = shelf_find(player.shelf, player.n_shelf, name);
	if (index == -1) {
		if (problem.what[0] == '\0')
			problem_set(&problem, NULL, 0,
				_("there is no lesson %s; ipcviz list names them"), name);
		return show_end(&player, refuse(&problem));
	}
	if ((unsigned)options->step > player.shelf[index]->n_steps) {
		problem_set(&problem, NULL, 0, _("%s has %u steps; --step %d is none of them"),
			name, player.shelf[index]->n_steps, options->step);
		return show_end(&player, refuse(&problem));
	}
	player.progress = progress_load(&problem);
	if (player.progress == NULL || show_open_recorder(&player, &problem) == -1 ||
		show_open_view(&player, stdout, &problem) == -1)
		return show_end(&player, refuse(&problem));
	status = command_open_lesson(&player, index);
	return show_end(&player, status);
}

int
command_menu(const struct options *options, const struct places *places)
{
	struct player player = {.options = options, .places = places, .kind = VIEW_MENU};
	struct problem problem = {0};

	if (options->plain || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
		int status = command_list(options, places);

		puts(_("\nipcviz lesson NAME starts one."));
		return status;
	}
	if (show_open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	if (problem.what[0] != '\0')
		player_say_problem(&player, &problem); /* a broken lesson: the menu says so */
	player.progress = progress_load(&problem);
	if (player.progress == NULL || show_open_recorder(&player, &problem) == -1 ||
		show_open_view(&player, stdout, &problem) == -1)
		return show_end(&player, refuse(&problem));
	if (player.tui == NULL)
		return show_end(&player, command_list(options, places));
	player_play(&player);
	return show_end(&player, 0);
}

int
command_list(const struct options *options, const struct places *places)
{
	struct player player = {.options = options, .places = places};
	struct problem problem = {0};

	if (show_open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	for (int i = 0; i < player.n_shelf; i++) {
		const struct lesson *lesson = player.shelf[i];

		printf("%2d %-10s %s\n", lesson->number, lesson->name, lesson->idea);
	}
	int status = problem.what[0] != '\0' ? refuse(&problem) : 0;
	shelf_free(player.shelf, player.n_shelf);
	return status;
}

/* The watched program's way of ending as a shell's exit status. One that still runs was not waited for: the reader
 * has seen enough and quit, and it ends with us. */
static int
shell_status(const struct player *player)
{
	int status = stage_wait_status(player->stage, player->root);

	if (status == -1)
		return 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
command_run(const struct options *options, const struct places *places)
{
	struct player player = {.options = options,
		.places = places,
		.kind = VIEW_RUN,
		.argv = options->rest,
		.title = options->rest[0],
		.pace = options->stepping ? PACE_STEPPING : PACE_FREE,
		.tempo = options->tempo};
	struct problem problem = {0};
	FILE *story = stderr;

	if (options->output != NULL && (story = fopen(options->output, "we")) == NULL)
		problem_set(&problem, options->output, 0, "%s", strerror(errno));
	if (story == NULL || show_open_recorder(&player, &problem) == -1 ||
		show_open_view(&player, story, &problem) == -1)
		return show_end(&player, refuse(&problem));
	if (show_open_model(&player) == -1 ||
		show_open_stage(&player, options->stepping, false, &problem) == -1 ||
		show_start_root(&player, &problem) == -1) {
		show_close(&player);
		tui_free(player.tui);
		player.tui = NULL;
		return show_end(&player, refuse(&problem));
	}
	player_play(&player);
	int status = shell_status(&player);
	return show_end(&player, status);
}

int
command_replay(const struct options *options, const struct places *places, const char *path)
{
	struct player player = {.options = options,
		.places = places,
		.kind = VIEW_REPLAY,
		.title = path,
		.pace = PACE_STEPPING,
		.tempo = options->tempo,
		.budget = 1};
	struct problem problem = {0};

	if ((player.source = source_recording(path, &problem)) == NULL ||
		show_open_recorder(&player, &problem) == -1 ||
		show_open_view(&player, stdout, &problem) == -1)
		return show_end(&player, refuse(&problem));
	if (player.tui == NULL || options->free_run)
		player.pace = PACE_FREE;
	if (options->by_itself && player.tui != NULL)
		player.pace = PACE_PLAYING;
	if (show_open_model(&player) == -1)
		problem_set(&problem, NULL, 0, "%s", strerror(errno));
	else
		player_play(&player);
	bool broken = player.source->problem.what[0] != '\0';
	int status = show_end(&player, broken ? 1 : 0);
	if (broken)
		status = 1;
	return status;
}
