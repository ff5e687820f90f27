/* SPDX-License-Identifier: MIT
 *
 * Orders of the lesson and commands of the learner, each a few lines on the stage. A command that
 * cannot be carried out becomes a sentence on the status line.
 */
#include "deeds.h"
#include "deeds_memory.h"
#include "deeds_object.h"
#include "deeds_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "text/marks.h"
#include "words.h"

/* --- shared --- */

static int
say_problem(struct player *player, const struct problem *problem)
{
	char text[800];

	player_say(player, "%s", problem_text(problem, text, sizeof text));
	return -1;
}

static const struct process *
process_by_pid(const struct player *player, int32_t pid)
{
	int id = model_process(player->model, pid);

	return id == NONE ? NULL : &player->model->processes[id];
}

/* The description behind a descriptor; NULL when it is not open or nothing is known of it. */
static const struct description *
description_of(const struct player *player, int32_t pid, int fd)
{
	const struct process *process = process_by_pid(player, pid);
	const struct descriptor *descriptor =
		process != NULL ? process_descriptor(process, fd) : NULL;

	if (descriptor == NULL || descriptor->description == NONE)
		return NULL;
	return &player->model->descriptions[descriptor->description];
}

static void
set_pace(struct player *player, enum pace pace)
{
	if (player->stage != NULL && (pace == PACE_FREE) != (player->pace == PACE_FREE)) {
		if (pace == PACE_FREE)
			stage_open(player->stage, 0);
		else
			stage_shut(player->stage, 0);
	}
	player->pace = pace;
	player->next_beat = 0;
	player->dirty = true;
}

/* --- the lesson's orders --- */

/* What the lesson's arguments stand for now: where its members can be reached. */
static struct cast_places
cast_places(struct player *player)
{
	const struct lesson *lesson = conductor_lesson(player->conductor);
	const struct cast_pids *cast = conductor_cast(player->conductor);
	struct cast_places places = {.run = stage_word(player->stage)};

	for (unsigned i = 0; i < lesson->n_cast; i++) {
		places.address[i] = stage_address(player->stage, lesson->cast[i].host);
		places.port[i] = cast_port(player->model, cast->pid[i]);
	}
	return places;
}

/* Starts the member's program with the arguments that it has in this run. */
static pid_t
start_program(
	struct player *player, const struct cast *cast, const char *path, struct problem *problem)
{
	char *argv[CAST_ARGS_MAX + 2] = {cast->program};
	const struct cast_places places = cast_places(player);
	struct stage_program program = {.name = cast->name, .path = path, .argv = argv, .host = cast->host};
	bool whole = true;
	pid_t pid = -1;

	for (unsigned i = 0; i < cast->n_args && whole; i++) {
		argv[i + 1] = cast_argument(
			conductor_lesson(player->conductor), cast->args[i], &places, problem);
		whole = argv[i + 1] != NULL;
	}
	if (whole)
		pid = stage_start(player->stage, &program, problem);
	for (unsigned i = 0; i < cast->n_args; i++)
		free(argv[i + 1]);
	return pid;
}

static int
start_cast(struct player *player, const struct cast *cast)
{
	const struct lesson *lesson = conductor_lesson(player->conductor);
	/* programs were built for the shipped lessons only: one's own may bear the same name */
	const char *programs = player->options->lessons == NULL ? player->places->programs : NULL;
	struct problem problem = {0};
	char path[4096];
	pid_t pid;

	/* Where the processor cannot, the lesson goes on and its expectations say what is missing. */
	if (lesson->watched != NULL &&
		stage_watch_memory(player->stage, lesson->watched, true, &problem) == -1)
		say_problem(player, &problem);
	if (lesson_program(lesson, cast, programs, path, sizeof path, &problem) == -1 ||
		(pid = start_program(player, cast, path, &problem)) == -1)
		return say_problem(player, &problem);
	conductor_started(player->conductor, cast, pid);
	return 0;
}

/* What a lesson's `act` and the learner's keys share. */
static int
act(struct player *player, const char *op, int32_t pid, int fd, int64_t value, enum call_id call)
{
	static const struct {
		const char *op;
		int signal;
	} signals[] = {{"stop", SIGSTOP}, {"cont", SIGCONT}, {"term", SIGTERM}, {"kill", SIGKILL}};
	struct problem problem = {0};
	int result = -1;

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (strcmp(op, signals[i].op) == 0) {
			result = stage_signal(player->stage, pid, signals[i].signal, &problem);
			return result == -1 ? say_problem(player, &problem) : 0;
		}
	if (strcmp(op, "nonblock") == 0)
		result = stage_nonblock(player->stage, pid, fd, value != 0, &problem);
	else if (strcmp(op, "capacity") == 0)
		result = stage_capacity(player->stage, pid, fd, (int)value, &problem);
	else if (strcmp(op, "close") == 0)
		result = stage_close(player->stage, pid, fd, &problem);
	else if (strcmp(op, "rcvbuf") == 0 || strcmp(op, "sndbuf") == 0)
		result = stage_buffer(player->stage, pid, fd, op[0] == 's', (int)value, &problem);
	else if (strcmp(op, "shutdown") == 0)
		result = stage_shutdown(player->stage, pid, fd, (int)value, &problem);
	else if (strcmp(op, "delay") == 0)
		result = stage_delay(player->stage, pid, call, value, &problem);
	else
		problem_set(
			&problem, NULL, 0, _("%s is nothing that can be done to a process"), op);
	return result == -1 ? say_problem(player, &problem) : 0;
}

static int
remove_object(struct player *player, const char *object)
{
	struct problem problem = {0};

	return stage_remove(player->stage, object, &problem) == -1 ? say_problem(player, &problem)
								   : 0;
}

static int
watch_object(struct player *player, const char *object, bool on)
{
	struct problem problem = {0};

	return stage_watch_memory(player->stage, object, on, &problem) == -1 ? say_problem(player, &problem)
									     : 0;
}

static int
carry_out(struct player *player, const struct order *order)
{
	switch (order->kind) {
	case ORDER_NONE:
		return 0;
	case ORDER_START:
		return start_cast(player, order->cast);
	case ORDER_PERMIT:
		stage_permit(player->stage, order->pid, 1);
		return 0;
	case ORDER_ACT:
		if (order->object != NULL && strcmp(order->op, "remove") == 0)
			return remove_object(player, order->object);
		if (order->object != NULL)
			return watch_object(player, order->object, strcmp(order->op, "watch") == 0);
		return act(player, order->op, order->pid, order->fd, order->value, order->call);
	case ORDER_LOOK:
		stage_look(player->stage, order->pid);
		return 0;
	case ORDER_WATCH:
		stage_watch(player->stage, order->pid, order->cast->watch);
		return 0;
	case ORDER_OPEN:
		stage_open(player->stage, 0);
		return 0;
	case ORDER_SHUT:
		stage_shut(player->stage, 0);
		return 0;
	case ORDER_RESTART:
		return player_restart(player);
	}
	return 0;
}

void
deed_order(struct player *player, const struct order *order)
{
	if (carry_out(player, order) == -1)
		conductor_refused(player->conductor, player->status);
}

void
deed_go(struct player *player)
{
	unsigned step = conductor_step(player->conductor);
	bool hurries = conductor_hurries(player->conductor);
	struct order order;

	player->status[0] = '\0';
	player->dirty = true;
	order = conductor_go(player->conductor, player->model);
	if (!hurries && conductor_step(player->conductor) != step)
		follow_finished(player, step);
	deed_order(player, &order);
}

void
deed_beat(struct player *player)
{
	enum phase phase;

	player->dirty = true;
	if (player->kind == VIEW_REPLAY) {
		player->budget++;
		return;
	}
	if (player->conductor == NULL) {
		stage_permit(player->stage, 0, 1);
		return;
	}
	phase = conductor_phase(player->conductor);
	if (phase == PHASE_READY || phase == PHASE_JUDGING)
		deed_go(player);
	else if (phase != PHASE_WAITING)
		set_pace(player,
			PACE_STEPPING); /* what is to be read or answered ends the playing */
}

/* --- the learner's commands --- */

static void
do_next(struct player *player, const struct command *command)
{
	(void)command;
	enum phase phase =
		player->conductor != NULL ? conductor_phase(player->conductor) : PHASE_READY;

	if (phase == PHASE_ASKING)
		player_say(player, _("First predict: press the number of an answer."));
	else if (phase == PHASE_DONE)
		player->leave = player->go_on = player->next != NULL;
	else if (player->conductor != NULL)
		deed_go(player);
	else
		player->budget++;
}

/* The living process that a key is about; NULL after saying why there is none. */
static const struct process *
focused(struct player *player, const struct command *command)
{
	const struct process *process = process_by_pid(player, command->pid);

	if (process != NULL && process->state != PROCESS_DEAD)
		return process;
	if (process != NULL)
		player_say(player, _("%s has ended."), process->name);
	else if (stage_living(player->stage) == 0)
		player_say(player, _("There is no process."));
	else
		player_say(player, _("No process has the focus; Tab chooses one."));
	return NULL;
}

/* Why a step would do nothing now, said. A permit that is not used at once would let a later call pass unseen. */
static bool
cannot_step(struct player *player, const struct process *process)
{
	char wakes[200];

	if (process->state == PROCESS_STOPPED) {
		player_say(player, _("%s is stopped; z lets it continue."), process->name);
		return true;
	}
	if (process->state != PROCESS_BLOCKED)
		return false;
	process_wake_text(
		player->model, (int)(process - player->model->processes), wakes, sizeof wakes);
	if (wakes[0] != '\0')
		player_say(player, _("%s sleeps in its call: it %s."), process->name, wakes);
	else
		player_say(player, _("%s sleeps in its call."), process->name);
	return true;
}

static void
do_step(struct player *player, const struct command *command)
{
	bool all = command->id == COMMAND_STEP_ALL;
	const struct process *process = all ? NULL : focused(player, command);

	if (all && stage_living(player->stage) == 0)
		player_say(player, _("There is no process."));
	if (!all && (process == NULL || cannot_step(player, process)))
		return;
	if (player->pace != PACE_STEPPING)
		set_pace(player, PACE_STEPPING);
	stage_permit(player->stage, all ? 0 : command->pid, 1);
}

static void
do_play(struct player *player, const struct command *command)
{
	(void)command;
	set_pace(player, player->pace == PACE_PLAYING || player->pace == PACE_FREE ? PACE_PAUSED
										   : PACE_PLAYING);
}

static void
do_free(struct player *player, const struct command *command)
{
	(void)command;
	set_pace(player, player->pace == PACE_FREE ? PACE_STEPPING : PACE_FREE);
}

static void
do_tempo(struct player *player, const struct command *command)
{
	double tempo = command->id == COMMAND_FASTER ? player->tempo * 2 : player->tempo / 2;

	player->tempo = tempo > 1000 ? 1000 : tempo < 0.1 ? 0.1 : tempo;
	player->next_beat = 0;
	if (player->stage != NULL)
		stage_note(player->stage, 0, "tempo", (int64_t)(player->tempo * 1000), NULL);
	player_say(player, _("%g calls a second"), player->tempo);
}

static void
do_capacity(struct player *player, const struct command *command)
{
	const struct description *description = description_of(player, command->pid, command->fd);
	const struct channel *channel =
		description != NULL ? &player->model->channels[description->channel] : NULL;

	if (focused(player, command) == NULL)
		return;
	if (deed_socket(player, command) != NULL) {
		deed_buffer(player, command);
		return;
	}
	if (channel == NULL || (channel->kind != CHANNEL_PIPE && channel->kind != CHANNEL_FIFO)) {
		player_say(player,
			_("Only pipes and sockets have a capacity; left and right choose a "
			  "descriptor."));
		return;
	}
	int64_t page = channel->page_size > 0 ? channel->page_size : 4096;
	int64_t capacity = channel->capacity >= 16 * page || channel->capacity <= 0
				   ? page
				   : channel->capacity * 2;
	act(player, "capacity", command->pid, command->fd, capacity, CALL_unknown);
}

static void
do_close(struct player *player, const struct command *command)
{
	if (focused(player, command) == NULL)
		return;
	if (command->fd < 0)
		player_say(player, _("No descriptor has the focus; left and right choose one."));
	else
		act(player, "close", command->pid, command->fd, 0, CALL_unknown);
}

static void
do_signal(struct player *player, const struct command *command)
{
	const struct process *process = focused(player, command);
	bool stopped = process != NULL && process->state == PROCESS_STOPPED;

	if (process == NULL)
		return;
	act(player,
		command->id == COMMAND_TERM   ? "term"
		: command->id == COMMAND_KILL ? "kill"
		: stopped                     ? "cont"
					      : "stop",
		command->pid, -1, 0, CALL_unknown);
	if (stopped && command->id == COMMAND_TERM)
		player_say(player, _("%s is stopped: SIGTERM reaches it when z lets it continue."),
			process->name);
}

static void
do_restart(struct player *player, const struct command *command)
{
	(void)command;
	if (player_restart(player) == -1 || player->conductor == NULL)
		return;
	/* in the midst of it the step anew, after the end the whole lesson */
	bool done = conductor_phase(player->conductor) == PHASE_DONE;
	conductor_restart(player->conductor, done ? 0 : conductor_step(player->conductor));
	player->told.step = -1;
}

static void
do_leave(struct player *player, const struct command *command)
{
	player->leave = true;
	player->quit = command->id == COMMAND_QUIT;
}

static const char *
without_marks(const char *words, char *buf, size_t size)
{
	size_t n = 0;

	for (; *words != '\0' && n + 1 < size; words++)
		if (*words < MARK_CODE || *words > MARK_EMPHASIS_END)
			buf[n++] = *words;
	buf[n] = '\0';
	return buf;
}

static void
do_answer(struct player *player, const struct command *command)
{
	const struct move *move;

	if (player->conductor == NULL || conductor_phase(player->conductor) != PHASE_ASKING)
		return;
	move = conductor_move(player->conductor);
	if (move == NULL || command->value < 0)
		return;
	if ((unsigned)command->value >= move->n_choices) {
		player_say(player, _("There are answers from 1 to %u."), move->n_choices);
		return;
	}
	conductor_answer(player->conductor, (unsigned)command->value);
	char says[256];
	stage_note(player->stage, 0, "answer", command->value + 1,
		without_marks(move->choices[command->value].says, says, sizeof says));
}

typedef void deed(struct player *player, const struct command *command);

static deed *const live_deeds[COMMAND_COUNT] = {
	[COMMAND_NEXT] = do_next,
	[COMMAND_STEP] = do_step,
	[COMMAND_STEP_ALL] = do_step,
	[COMMAND_PLAY] = do_play,
	[COMMAND_FREE] = do_free,
	[COMMAND_FASTER] = do_tempo,
	[COMMAND_SLOWER] = do_tempo,
	[COMMAND_NONBLOCK] = deed_nonblock,
	[COMMAND_REMOVE] = deed_remove,
	[COMMAND_PARTNER] = deed_partner,
	[COMMAND_CAPACITY] = do_capacity,
	[COMMAND_SEND_BUFFER] = deed_buffer,
	[COMMAND_SHUTDOWN] = deed_shutdown,
	[COMMAND_CLOSE] = do_close,
	[COMMAND_MEMORY] = deed_memory,
	[COMMAND_DELAY] = deed_delay,
	[COMMAND_STOP] = do_signal,
	[COMMAND_TERM] = do_signal,
	[COMMAND_KILL] = do_signal,
	[COMMAND_RESTART] = do_restart,
	[COMMAND_BACK] = do_leave,
	[COMMAND_QUIT] = do_leave,
	[COMMAND_ANSWER] = do_answer,
};

/* What makes sense without a stage: moving through a recording. */
static bool
is_for_recordings(deed *wanted)
{
	return wanted == do_leave || wanted == do_tempo || wanted == do_play || wanted == do_free ||
	       wanted == do_restart || wanted == do_next;
}

void
deed_command(struct player *player, const struct command *command)
{
	deed *wanted = live_deeds[command->id];

	player->status[0] = '\0';
	player->dirty = true;
	if (wanted != NULL && (player->stage != NULL || is_for_recordings(wanted)))
		wanted(player, command);
}
