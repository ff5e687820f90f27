/* SPDX-License-Identifier: MIT
 *
 * Setting up what a command shows, and taking it down again.
 */
#include "show.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "endings.h"
#include "remains.h"
#include "text/particles.h"
#include "words.h"

int
show_open_stage(struct player *player, bool gated, bool directory, struct problem *problem)
{
	struct stage_options options = {
		.probe = player->places->probe,
		.partner = player->places->partner,
		.start_gated = gated,
		.loopback = player->options->loopback,
		.run_directory = directory};

	if ((player->stage = stage_create(&options, problem)) == NULL)
		return -1;
	player->source = stage_source(player->stage);
	player->over = false;
	return 0;
}

int
show_start_root(struct player *player, struct problem *problem)
{
	struct stage_program program = {
		.path = player->argv[0], .argv = player->argv, .passthrough = player->tui == NULL};

	player->root = stage_start(player->stage, &program, problem);
	return player->root == -1 ? -1 : 0;
}

/* Forgets what was: empty model, empty log. */
int
show_open_model(struct player *player)
{
	model_free(player->model);
	log_free(player->log);
	player->model = model_create();
	player->log = log_create();
	return player->model != NULL && player->log != NULL ? 0 : -1;
}

static int
restart_replay(struct player *player, struct problem *problem)
{
	struct source *source = source_recording(player->title, problem);

	if (source == NULL || show_open_model(player) == -1)
		return -1;
	player->source->free(player->source);
	player->source = source;
	player->over = false;
	player->budget = 1;
	return 0;
}

int
player_restart(struct player *player)
{
	struct problem problem = {0};
	int result;

	if (player->kind == VIEW_REPLAY) {
		result = restart_replay(player, &problem);
	} else {
		bool gated = player->pace != PACE_FREE;

		remains_note(player);
		stage_free(player->stage);
		player->stage = NULL;
		player->source = NULL;
		result = show_open_stage(player, gated, player->kind == VIEW_LESSON, &problem);
		if (result == 0)
			stage_note(player->stage, 0, "restart", 0, NULL); /* empties the model */
		if (result == 0 && player->kind == VIEW_RUN)
			result = show_start_root(player, &problem);
	}
	if (result == -1) {
		player_say_problem(player, &problem);
		return -1;
	}
	return 0;
}

void
show_close(struct player *player)
{
	remains_note(player);
	stage_free(player->stage);
	if (player->stage == NULL && player->source != NULL)
		player->source->free(player->source);
	player->stage = NULL;
	player->source = NULL;
	if (player->plain != NULL)
		plain_names(player->plain, NULL, NULL);
	conductor_free(player->conductor);
	player->conductor = NULL;
	model_free(player->model);
	player->model = NULL;
	log_free(player->log);
	player->log = NULL;
}

/* Screen or sentences: a screen when both ends are a terminal that can do it and nobody asked for
 * sentences. */
int
show_open_view(struct player *player, FILE *story, struct problem *problem)
{
	const struct options *options = player->options;
	bool plain = options->plain || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO);

	if (!plain) {
		/* before curses starts: it leaves a SIGTSTP that is not the default alone, and loses others */
		endings_init(true);
		struct tui_options tui = {.theme = options->theme,
			.ascii = options->ascii,
			.animation = !options->no_animation,
			.mouse = !options->no_mouse};

		player->tui = tui_create(&tui, problem);
		if (player->tui == NULL) {
			char text[800];

			problem_text(problem, text, sizeof text);
			particles_settle(text);
			fprintf(stderr, _("ipcviz: %s; the story comes in sentences\n"), text);
			plain = true;
		}
	}
	if (plain) {
		player->story = story;
		player->plain = plain_create(story, isatty(fileno(story)) ? 80 : 0);
		if (player->plain == NULL)
			return problem_set(problem, NULL, 0, "%s", strerror(errno));
		endings_init(player->kind != VIEW_RUN);
	}
	return 0;
}

int
show_open_recorder(struct player *player, struct problem *problem)
{
	if (player->options->record == NULL)
		return 0;
	player->recorder = recorder_create(player->options->record, problem);
	return player->recorder == NULL ? -1 : 0;
}

/* Ends everything; returns `status`, or what the signal or a lost recording make of it. */
int
show_end(struct player *player, int status)
{
	struct problem problem = {0};

	show_close(player);
	tui_free(player->tui);
	plain_free(player->plain);
	remains_tell(player);
	if (player->story != NULL && fflush(player->story) == EOF && status == 0)
		status = 1;
	if (player->story != NULL && player->story != stdout && player->story != stderr)
		fclose(player->story);
	if (player->recorder != NULL && recorder_free(player->recorder, &problem) == -1) {
		char text[800];

		problem_text(&problem, text, sizeof text);
		particles_settle(text);
		fprintf(stderr, "ipcviz: %s\n", text);
		status = status == 0 ? 1 : status;
	}
	if (player->progress != NULL)
		progress_save(player->progress, &problem);
	progress_free(player->progress);
	shelf_free(player->shelf, player->n_shelf);
	if (endings_signal() != 0)
		endings_die(endings_signal());
	return status;
}

/* "ko" for a Korean locale; NULL for the lessons' own language. */
static const char *
language(void)
{
	static char code[3];
	const char *wanted = getenv("LANGUAGE");

	if (wanted == NULL || *wanted == '\0')
		wanted = setlocale(LC_MESSAGES, NULL);
	if (wanted == NULL || strlen(wanted) < 2 || strncmp(wanted, "en", 2) == 0 ||
		wanted[0] == 'C')
		return NULL;
	memcpy(code, wanted, 2);
	return code;
}

int
show_open_shelf(struct player *player, struct problem *problem)
{
	const char *directory = player->options->lessons != NULL ? player->options->lessons
								 : player->places->lessons;

	player->n_shelf = shelf_load(directory, language(), &player->shelf, problem);
	if (player->n_shelf == -1) {
		player->n_shelf = 0;
		return -1;
	}
	return 0;
}
