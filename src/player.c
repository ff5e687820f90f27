/* SPDX-License-Identifier: MIT
 *
 * The loop, and what each command of ipcviz sets up for it.
 */
#include "player.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "deeds.h"
#include "endings.h"
#include "words.h"

enum {
	MILLISECOND = 1000000,
	FRAME = 16 *
		MILLISECOND, /* drawn at once when the last frame is older, else at the next one */
	SLICE = 8 * MILLISECOND, /* of event taking between two looks at the keyboard */
	POLL_FDS = 1100,         /* control pipe, keys, and one or two per process */
};
static const uint64_t PATIENCE =
	10000000000u; /* ns without any event after which a lesson by itself gives up */

static uint64_t
now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
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

void
player_say(struct player *player, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(player->status, sizeof player->status, format, args);
	va_end(args);
	player->dirty = true;
	if (player->plain != NULL)
		plain_say(player->plain, player->status);
}

static void
say_problem(struct player *player, const struct problem *problem)
{
	char text[800];

	player_say(player, "%s", problem_text(problem, text, sizeof text));
}

/* One line on standard error; the exit status for wrong use and bad input. */
static int
refuse(const struct problem *problem)
{
	char text[800];

	fprintf(stderr, "ipcviz: %s\n", problem_text(problem, text, sizeof text));
	return 2;
}

/* --- events
 * -------------------------------------------------------------------------------------------------------
 */

static void
take_orders(struct player *player)
{
	struct order order;

	if (player->conductor == NULL)
		return;
	while ((order = conductor_pending(player->conductor, player->model)).kind != ORDER_NONE)
		if (deed_order(player, &order) == -1)
			conductor_give_up(player->conductor);
}

static void
take_event(struct player *player, const struct event *event)
{
	struct problem problem = {0};

	if (player->recorder != NULL && recorder_write(player->recorder, event, &problem) == -1)
		say_problem(player, &problem);
	model_apply(player->model, event);
	log_add(player->log, event, player->model->events);
	if (player->conductor != NULL)
		conductor_apply(player->conductor, player->model, event);
	if (player->plain != NULL)
		plain_event(player->plain, player->model, event);
	take_orders(player);
	player->clock = event->time;
	player->dirty = true;
}

/* Takes what has come, for one slice of time at most. True when events were taken. */
static bool
take_events(struct player *player)
{
	uint64_t start = now_ns(), taken = 0;
	struct event event;

	while (!player->over && player->source != NULL) {
		if (player->kind == VIEW_REPLAY && player->budget == 0)
			break;
		enum source_result result = player->source->next(player->source, &event);
		if (result == SOURCE_EVENT) {
			take_event(player, &event);
			if (player->kind == VIEW_REPLAY && player->pace != PACE_FREE)
				player->budget--;
			if ((++taken & 63) == 0 && now_ns() - start > SLICE)
				break;
			continue;
		}
		/* A lesson may start another process after the last one died. */
		if (result != SOURCE_DRY && player->conductor == NULL)
			player->over = true;
		if (result == SOURCE_BROKEN)
			say_problem(player, &player->source->problem);
		break;
	}
	if (taken > 0)
		player->newest = now_ns();
	return taken > 0;
}

/* --- the lesson
 * ----------------------------------------------------------------------------------------------------
 */

static void
keep_progress(struct player *player, const char *step, bool done)
{
	const struct lesson *lesson = conductor_lesson(player->conductor);
	unsigned right, asked;

	conductor_score(player->conductor, &right, &asked);
	progress_set(player->progress, lesson->name, step, done, right, asked);
}

/* The plain story of the lesson's own words. */
static void
tell_lesson(struct player *player)
{
	struct told *told = &player->told;
	enum phase phase = conductor_phase(player->conductor);
	const struct lesson *lesson = conductor_lesson(player->conductor);
	struct verdict verdict = conductor_verdict(player->conductor);
	const struct move *move = conductor_move(player->conductor);
	int step = (int)conductor_step(player->conductor);

	if (told->step != step && phase != PHASE_DONE) {
		*told = (struct told){.step = step};
		plain_step(player->plain, lesson, (unsigned)step);
	}
	if (phase == PHASE_ASKING && told->asked != move) {
		told->asked = move;
		plain_question(player->plain, move);
	}
	if (verdict.ask != NULL && verdict.truth != -1 && told->judged != verdict.ask) {
		told->judged = verdict.ask;
		plain_verdict(player->plain, &verdict);
	}
	if (phase == PHASE_TRYING && told->tried != move && move != NULL &&
		move->question != NULL) {
		told->tried = move;
		plain_say(player->plain, move->question);
	}
	if ((phase == PHASE_DONE || phase == PHASE_FAILED) && !told->end) {
		told->end = true;
		plain_end(player->plain, player->conductor);
	}
}

/* What the conductor stands at, to see whether a `go` moved anything. */
struct standing {
	enum phase phase;
	unsigned step;
	const struct move *move;
};

static struct standing
standing(const struct conductor *conductor)
{
	return (struct standing){
		conductor_phase(conductor), conductor_step(conductor), conductor_move(conductor)};
}

static bool
same_standing(struct standing a, struct standing b)
{
	return a.phase == b.phase && a.step == b.step && a.move == b.move;
}

/* Goes on without the learner, as --auto asks; true when something was done. */
static bool
go_by_itself(struct player *player)
{
	struct standing before = standing(player->conductor);

	switch (before.phase) {
	case PHASE_DONE:
	case PHASE_FAILED:
		player->leave = player->tui == NULL;
		return false;
	case PHASE_ASKING:
		deed_command(player, &(struct command){.id = COMMAND_ANSWER});
		return true;
	case PHASE_WAITING:
		break;
	case PHASE_JUDGING:
	case PHASE_READY:
	case PHASE_VERDICT:
	case PHASE_TRYING:
	case PHASE_STEP_END:
		deed_go(player);
		if (!same_standing(before, standing(player->conductor)))
			return true;
	}
	if (now_ns() - player->newest > PATIENCE)
		conductor_give_up(player->conductor);
	return false;
}

/* True when something was done that may have consequences at once. */
static bool
follow_lesson(struct player *player)
{
	bool went = false;

	if (player->conductor == NULL)
		return false;
	take_orders(player);
	if (player->plain != NULL)
		tell_lesson(player);
	enum phase phase = conductor_phase(player->conductor);
	const struct lesson *lesson = conductor_lesson(player->conductor);
	if (phase == PHASE_STEP_END || phase == PHASE_DONE)
		keep_progress(player, lesson->steps[conductor_step(player->conductor)].name,
			phase == PHASE_DONE);
	if (player->options->by_itself || player->input_over)
		went = go_by_itself(player);
	if (went && player->plain != NULL)
		tell_lesson(player);
	return went;
}

/* --- keys
 * ----------------------------------------------------------------------------------------------------------
 */

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
		.model = player->model,
		.log = player->log,
		.conductor = player->conductor,
		.title = player->title,
		.pace = player->pace,
		.tempo = player->tempo,
		.now = player->kind == VIEW_REPLAY ? player->clock : now_ns(),
		.over = player->over,
		.status = player->status,
		.where = where_of,
		.where_context = player};
}

static int play_lesson(struct player *player, int index);

static void
menu_command(struct player *player, const struct command *command)
{
	struct problem problem = {0};
	const char *name;

	player->status[0] = '\0';
	switch (command->id) {
	case COMMAND_OPEN_LESSON:
		play_lesson(player, command->value);
		break;
	case COMMAND_RESET_LESSON:
		if (command->value < 0 || command->value >= player->n_shelf)
			break;
		name = player->shelf[command->value]->name;
		progress_reset(player->progress, name);
		if (progress_save(player->progress, &problem) == -1)
			say_problem(player, &problem);
		else
			player_say(player, _("The progress of %s is forgotten."), name);
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
take_keys(struct player *player)
{
	bool any = true;

	while (any && !player->leave) {
		struct view view = view_of(player);
		struct command command = tui_key(player->tui, &view, &any);

		player->dirty |= any;
		if (command.id == COMMAND_NONE)
			continue;
		if (player->kind == VIEW_MENU)
			menu_command(player, &command);
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

/* --- the loop
 * ------------------------------------------------------------------------------------------------------
 */

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

/* Makes the beats that are due; returns the ns until the next, -1: not playing. */
static int64_t
beat(struct player *player)
{
	uint64_t now = now_ns(), period = (uint64_t)(1e9 / player->tempo);

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
	else if (player->source != NULL && player->source->poll_fds != NULL && !player->over)
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
static void
play(struct player *player)
{
	uint64_t drawn = 0;
	int64_t draw_again = -1;

	player->leave = false;
	player->dirty = true;
	player->newest = now_ns();
	while (!player->leave) {
		int64_t timeout = -1;
		bool flowing = take_events(player);

		if (!flowing)
			flowing = follow_lesson(player);
		if (player->stage != NULL)
			timeout = sooner(timeout, stage_tick(player->stage));
		timeout = sooner(timeout, beat(player));
		if (player->tui != NULL) {
			take_keys(player);
			uint64_t now = now_ns();
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
				say_problem(player, &problem);
		}
		if (!flowing && player->story != NULL)
			fflush(player->story);
		if (!player->leave)
			wait_for_something(player, timeout, flowing);
		mind_signals(player);
	}
}

/* --- setting up
 * ----------------------------------------------------------------------------------------------------
 */

static int
open_stage(struct player *player, bool gated, bool directory, struct problem *problem)
{
	struct stage_options options = {
		.probe = player->places->probe, .start_gated = gated, .run_directory = directory};

	if ((player->stage = stage_create(&options, problem)) == NULL)
		return -1;
	player->source = stage_source(player->stage);
	player->over = false;
	return 0;
}

static int
start_root(struct player *player, struct problem *problem)
{
	struct stage_program program = {
		.path = player->argv[0], .argv = player->argv, .passthrough = player->tui == NULL};

	player->root = stage_start(player->stage, &program, problem);
	return player->root == -1 ? -1 : 0;
}

/* Forgets what was: empty model, empty log. */
static int
open_model(struct player *player)
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

	if (source == NULL)
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

		stage_free(player->stage);
		player->stage = NULL;
		player->source = NULL;
		result = open_stage(player, gated, player->kind == VIEW_LESSON, &problem);
		if (result == 0)
			stage_note(player->stage, 0, "restart", 0, NULL);
		if (result == 0 && player->kind == VIEW_RUN)
			result = start_root(player, &problem);
	}
	if (result == -1) {
		say_problem(player, &problem);
		return -1;
	}
	player->told.step = -1;
	return open_model(player);
}

static void
close_show(struct player *player)
{
	stage_free(player->stage);
	if (player->stage == NULL && player->source != NULL)
		player->source->free(player->source);
	player->stage = NULL;
	player->source = NULL;
	conductor_free(player->conductor);
	player->conductor = NULL;
	model_free(player->model);
	player->model = NULL;
	log_free(player->log);
	player->log = NULL;
}

/* Screen or sentences: a screen when both ends are a terminal that can do it and nobody asked for
 * sentences. */
static int
open_view(struct player *player, FILE *story, struct problem *problem)
{
	const struct options *options = player->options;
	bool plain = options->plain || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO);

	if (!plain) {
		struct tui_options tui = {.theme = options->theme,
			.ascii = options->ascii,
			.animation = !options->no_animation,
			.mouse = !options->no_mouse};

		player->tui = tui_create(&tui, problem);
		if (player->tui == NULL) {
			char text[800];

			fprintf(stderr, _("ipcviz: %s; the story comes in sentences\n"),
				problem_text(problem, text, sizeof text));
			plain = true;
		}
	}
	if (plain) {
		player->story = story;
		player->plain = plain_create(story, isatty(fileno(story)) ? 80 : 0);
		if (player->plain == NULL)
			return problem_set(problem, NULL, 0, "%s", strerror(errno));
	}
	endings_init(player->kind != VIEW_RUN || player->tui != NULL);
	return 0;
}

static int
open_recorder(struct player *player, struct problem *problem)
{
	if (player->options->record == NULL)
		return 0;
	player->recorder = recorder_create(player->options->record, problem);
	return player->recorder == NULL ? -1 : 0;
}

/* Ends everything; returns `status`, or what the signal or a lost recording make of it. */
static int
close_player(struct player *player, int status)
{
	struct problem problem = {0};

	close_show(player);
	tui_free(player->tui);
	plain_free(player->plain);
	if (player->story != NULL && fflush(player->story) == EOF && status == 0)
		status = 1;
	if (player->story != NULL && player->story != stdout && player->story != stderr)
		fclose(player->story);
	if (player->recorder != NULL && recorder_free(player->recorder, &problem) == -1) {
		char text[800];

		fprintf(stderr, "ipcviz: %s\n", problem_text(&problem, text, sizeof text));
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

static int
open_shelf(struct player *player, struct problem *problem)
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

/* --- the commands
 * --------------------------------------------------------------------------------------------------
 */

/* Plays shelf[index] on the open view; 0, or 1 when it failed. */
static int
play_lesson(struct player *player, int index)
{
	struct problem problem = {0};
	enum view_kind before = player->kind;
	const struct lesson *lesson = player->shelf[index];
	int status = 0;

	if ((unsigned)player->options->step > lesson->n_steps) {
		player_say(player, _("%s has %u steps; --step %d is none of them"), lesson->name,
			lesson->n_steps, player->options->step);
		return 2;
	}
	player->kind = VIEW_LESSON;
	player->pace = PACE_STEPPING;
	player->tempo = player->options->tempo;
	player->told = (struct told){.step = -1};
	player->conductor = conductor_create(lesson, (unsigned)player->options->step - 1);
	if (player->conductor == NULL || open_model(player) == -1 ||
		open_stage(player, true, true, &problem) == -1) {
		if (problem.what[0] == '\0')
			problem_set(&problem, NULL, 0, "%s", strerror(errno));
		say_problem(player, &problem);
		status = 1;
	} else {
		if (player->plain != NULL)
			plain_lesson(player->plain, lesson);
		play(player);
		enum phase phase = conductor_phase(player->conductor);
		status =
			phase == PHASE_FAILED || (player->options->by_itself && phase != PHASE_DONE)
				? 1
				: 0;
		if (progress_save(player->progress, &problem) == -1)
			say_problem(player, &problem);
	}
	close_show(player);
	player->kind = before;
	player->leave = player->quit;
	player->dirty = true;
	return status;
}

int
player_lesson(const struct options *options, const struct places *places, const char *name)
{
	struct player player = {.options = options, .places = places, .kind = VIEW_LESSON};
	struct problem problem = {0};
	int index = 0, status;

	if (open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	while (index < player.n_shelf && strcmp(player.shelf[index]->name, name) != 0)
		index++;
	if (index == player.n_shelf) {
		if (problem.what[0] == '\0')
			problem_set(&problem, NULL, 0,
				_("there is no lesson %s; ipcviz list names them"), name);
		return close_player(&player, refuse(&problem));
	}
	if ((unsigned)options->step > player.shelf[index]->n_steps) {
		problem_set(&problem, NULL, 0, _("%s has %u steps; --step %d is none of them"),
			name, player.shelf[index]->n_steps, options->step);
		return close_player(&player, refuse(&problem));
	}
	player.progress = progress_load(&problem);
	if (player.progress == NULL || open_recorder(&player, &problem) == -1 ||
		open_view(&player, stdout, &problem) == -1)
		return close_player(&player, refuse(&problem));
	status = play_lesson(&player, index);
	return close_player(&player, status);
}

int
player_menu(const struct options *options, const struct places *places)
{
	struct player player = {.options = options, .places = places, .kind = VIEW_MENU};
	struct problem problem = {0};

	if (options->plain || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
		int status = player_list(options, places);

		puts(_("\nipcviz lesson NAME starts one."));
		return status;
	}
	if (open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	if (problem.what[0] != '\0')
		say_problem(&player, &problem); /* a broken lesson: the menu says so */
	player.progress = progress_load(&problem);
	if (player.progress == NULL || open_recorder(&player, &problem) == -1 ||
		open_view(&player, stdout, &problem) == -1)
		return close_player(&player, refuse(&problem));
	if (player.tui == NULL)
		return close_player(&player, player_list(options, places));
	play(&player);
	return close_player(&player, 0);
}

int
player_list(const struct options *options, const struct places *places)
{
	struct player player = {.options = options, .places = places};
	struct problem problem = {0};

	if (open_shelf(&player, &problem) == -1)
		return refuse(&problem);
	for (int i = 0; i < player.n_shelf; i++) {
		const struct lesson *lesson = player.shelf[i];

		printf("%2d %-10s %s\n", lesson->number, lesson->name, lesson->idea);
	}
	int status = problem.what[0] != '\0' ? refuse(&problem) : 0;
	shelf_free(player.shelf, player.n_shelf);
	return status;
}

/* The watched program's way of ending as a shell's exit status. */
static int
shell_status(const struct player *player)
{
	int status = stage_wait_status(player->stage, player->root);

	if (status == -1)
		return 128 + SIGKILL; /* it still lives, and ends with us */
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
player_run(const struct options *options, const struct places *places)
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
	if (story == NULL || open_recorder(&player, &problem) == -1 ||
		open_view(&player, story, &problem) == -1)
		return close_player(&player, refuse(&problem));
	if (open_model(&player) == -1 ||
		open_stage(&player, options->stepping, false, &problem) == -1 ||
		start_root(&player, &problem) == -1) {
		close_show(&player);
		tui_free(player.tui);
		player.tui = NULL;
		return close_player(&player, refuse(&problem));
	}
	play(&player);
	int status = shell_status(&player);
	return close_player(&player, status);
}

int
player_replay(const struct options *options, const struct places *places, const char *path)
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
		open_recorder(&player, &problem) == -1 ||
		open_view(&player, stdout, &problem) == -1)
		return close_player(&player, refuse(&problem));
	if (player.tui == NULL || options->free_run)
		player.pace = PACE_FREE;
	if (options->by_itself && player.tui != NULL)
		player.pace = PACE_PLAYING;
	if (open_model(&player) == -1)
		problem_set(&problem, NULL, 0, "%s", strerror(errno));
	else
		play(&player);
	bool broken = player.source->problem.what[0] != '\0';
	int status = close_player(&player, broken ? 1 : 0);
	if (broken)
		status = 1;
	return status;
}
