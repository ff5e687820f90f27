/* SPDX-License-Identifier: MIT
 *
 * What is to be done: the orders that a key, or what was found out, makes the player carry out.
 */
#include "lesson/conductor_own.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "words.h"

static const struct order no_order = {.kind = ORDER_NONE, .fd = -1};

static struct order
run_begin(struct conductor *conductor, const struct move *move, const struct model *model)
{
	int32_t pid = pid_of(conductor, move->who);
	const struct process *process = process_of(model, pid);

	if (process != NULL && process->state == PROCESS_DEAD &&
		(!match_given(&move->until) || match_is_hopeless(conductor, &move->until, model))) {
		conductor->state = PROCESS_DEAD;
		conductor_give_up(conductor);
		return no_order;
	}
	conductor->began = true;
	conductor->phase = PHASE_WAITING;
	if (process != NULL && process->state == PROCESS_GATE)
		return (struct order){.kind = ORDER_PERMIT, .pid = pid, .fd = -1};
	conductor->want_permit = true;
	if (process != NULL &&
		(process->state == PROCESS_CALL || process->state == PROCESS_BLOCKED))
		want_look(conductor, &move->until);
	return no_order;
}

/* The lowest descriptor of the process on that end of a pipe; -1: none. */
static int
pipe_end(const struct model *model, const struct process *process, const char *end)
{
	enum end wanted = end[0] == 'r' ? END_READ : END_WRITE;

	for (int i = 0; i < process->n_fds; i++) {
		const struct description *description;
		const struct channel *channel;

		if (process->fds[i].description == NONE)
			continue;
		description = &model->descriptions[process->fds[i].description];
		if (description->channel == NONE)
			continue;
		channel = &model->channels[description->channel];
		if ((channel->kind == CHANNEL_PIPE || channel->kind == CHANNEL_FIFO) &&
			(description->end & wanted) != 0)
			return process->fds[i].fd;
	}
	return -1;
}

static bool
is_kind(const struct channel *channel, const char *kind)
{
	size_t length = strlen(kind);

	return strncmp(channel->name, kind, length) == 0 && channel->name[length] == ':';
}

/* The object of that kind that the process used last, or has open; NULL: none. */
static const struct channel *
newest_object(const struct model *model, const struct process *process, const char *kind)
{
	const struct channel *newest = NULL;
	uint64_t when = 0;

	for (int i = 0; i < model->n_channels; i++) {
		const struct channel *channel = &model->channels[i];
		const struct user *user;
		uint64_t used = 0;

		if (!is_kind(channel, kind))
			continue;
		user = channel_user(channel, (int)(process - model->processes));
		if (user != NULL)
			used = user->newest;
		else if (process_holds(model, process, i, END_READ) > 0 ||
			 process_holds(model, process, i, END_WRITE) > 0)
			used = channel->changed;
		if (used > when) {
			when = used;
			newest = channel;
		}
	}
	return newest;
}

/* As the stage takes it. */
static int64_t
act_value(const struct move *move)
{
	if (strcmp(move->op, "nonblock") == 0)
		return 1;
	if (strcmp(move->op, "delay") == 0)
		return move->value * 1000000;
	if (move->how != NULL)
		return strcmp(move->how, "read") == 0	 ? SHUT_RD
		       : strcmp(move->how, "write") == 0 ? SHUT_WR
							 : SHUT_RDWR;
	return move->value;
}

static struct order
act_begin(struct conductor *conductor, const struct move *move, const struct model *model)
{
	struct order order = {
		.kind = ORDER_ACT, .pid = pid_of(conductor, move->who), .fd = move->fd};
	const struct process *process = process_of(model, order.pid);
	char text[128];

	if (process == NULL || process->state == PROCESS_DEAD) {
		conductor_fail(conductor, move->line,
			_("cannot %s: there is no such process any more"),
			move_text(move, text, sizeof text));
		return no_order;
	}
	if (move->end != NULL) {
		order.fd = pipe_end(model, process, move->end);
		if (order.fd < 0) {
			conductor_fail(conductor, move->line,
				_("cannot %s: it has no %s end of a pipe open"),
				move_text(move, text, sizeof text),
				move->end[0] == 'r' ? _("read") : _("write"));
			return no_order;
		}
	}
	if (move->on != NULL) {
		const struct channel *object = newest_object(model, process, move->on);

		if (object == NULL) {
			conductor_fail(conductor, move->line, _("cannot %s: it uses none"),
				move_text(move, text, sizeof text));
			return no_order;
		}
		order.object = object->name;
	}
	order.op = strcmp(move->op, "block") == 0 ? "nonblock" : move->op;
	order.value = act_value(move);
	order.call = move->call != NULL ? call_find(move->call, strlen(move->call)) : CALL_unknown;
	conductor->began = true;
	conductor->phase = PHASE_WAITING;
	return order;
}

static struct order
move_begin(struct conductor *conductor, const struct model *model)
{
	struct place *place = place_of(conductor);
	const struct move *move = place->move;

	switch (move->kind) {
	case MOVE_START:
		conductor->began = true;
		conductor->phase = PHASE_WAITING;
		return (struct order){.kind = ORDER_START,
			.fd = -1,
			.cast = &conductor->lesson
					 ->cast[lesson_cast(conductor->lesson, move->who)]};
	case MOVE_RUN:
		return run_begin(conductor, move, model);
	case MOVE_ACT:
		return act_begin(conductor, move, model);
	case MOVE_FREE:
		conductor->began = conductor->opened = true;
		conductor->phase = PHASE_WAITING;
		if (!match_given(&move->until))
			move_done(conductor, model);
		return (struct order){.kind = ORDER_OPEN, .fd = -1};
	case MOVE_SHUT:
		conductor->opened = false;
		move_done(conductor, model);
		return (struct order){.kind = ORDER_SHUT, .fd = -1};
	case MOVE_RESTART:
		memset(&conductor->cast, 0, sizeof conductor->cast);
		conductor->want_watch = conductor->want_look = 0;
		conductor->opened = false;
		move_done(conductor, model);
		return (struct order){.kind = ORDER_RESTART, .fd = -1};
	default:
		return no_order;
	}
}

/* The learner has read the verdict. True when that is all that this key does. */
static bool
verdict_read(struct conductor *conductor, const struct model *model)
{
	const struct place *place = place_of(conductor);

	conductor->asking.shown = true;
	if (conductor->phase == PHASE_READY || conductor->phase == PHASE_STEP_END)
		return false;
	if (conductor->phase == PHASE_WAITING && place != NULL && place->move->kind == MOVE_ASK)
		move_enter(conductor, model);
	return true;
}

/* On to the next step, or to the end. */
static void
step_leave(struct conductor *conductor, const struct model *model)
{
	if (conductor->step + 1 < conductor->lesson->n_steps)
		step_enter(conductor, conductor->step + 1, model);
	else
		conductor->phase = PHASE_DONE;
}

struct order
conductor_go(struct conductor *conductor, const struct model *model)
{
	if (conductor->phase == PHASE_FAILED)
		return no_order;
	if (verdict_waits(conductor) && verdict_read(conductor, model))
		return no_order;
	switch (conductor->phase) {
	case PHASE_READY:
		return move_begin(conductor, model);
	case PHASE_TRYING:
		move_done(conductor, model);
		if (task_of(conductor) != NULL && conductor->phase == PHASE_READY)
			return move_begin(conductor, model); /* it shows how */
		if (conductor->phase ==
			PHASE_STEP_END) /* nothing new to see before the next step */
			step_leave(conductor, model);
		return no_order;
	case PHASE_STEP_END:
		step_leave(conductor, model);
		return no_order;
	default:
		return no_order;
	}
}

static struct order
look_order(struct conductor *conductor, const struct model *model)
{
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++) {
		const struct process *process;

		if ((conductor->want_look >> i & 1) == 0)
			continue;
		conductor->want_look &= ~(1u << i);
		process = process_of(model, conductor->cast.pid[i]);
		if (process != NULL && process->state != PROCESS_DEAD)
			return (struct order){.kind = ORDER_LOOK, .pid = process->pid, .fd = -1};
	}
	return no_order;
}

static struct order
watch_order(struct conductor *conductor)
{
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++) {
		if ((conductor->want_watch >> i & 1) == 0)
			continue;
		conductor->want_watch &= ~(1u << i);
		return (struct order){.kind = ORDER_WATCH,
			.cast = &conductor->lesson->cast[i],
			.pid = conductor->cast.pid[i],
			.fd = -1};
	}
	return no_order;
}

struct order
conductor_pending(struct conductor *conductor, const struct model *model)
{
	const struct place *place = place_of(conductor);
	const struct process *process;
	struct order order;

	if (conductor->want_shut) {
		conductor->want_shut = false;
		return (struct order){.kind = ORDER_SHUT, .fd = -1};
	}
	order = watch_order(conductor);
	if (order.kind != ORDER_NONE)
		return order;
	if (place != NULL && conductor->want_permit) {
		process = process_of(model, pid_of(conductor, place->move->who));
		if (process != NULL && process->state == PROCESS_GATE) {
			conductor->want_permit = false;
			return (struct order){.kind = ORDER_PERMIT, .pid = process->pid, .fd = -1};
		}
	}
	if (place != NULL && place->move->kind == MOVE_SEE && conductor->phase == PHASE_WAITING &&
		match_holds(conductor, &place->move->until, model))
		move_done(conductor, model);
	return look_order(conductor, model);
}

int32_t
conductor_next_pid(const struct conductor *conductor, const struct model *model)
{
	const struct move *move = conductor_move(conductor);
	const struct process *process;

	if (move == NULL || move->kind != MOVE_RUN || conductor->phase != PHASE_READY)
		return 0;
	process = process_of(model, pid_of(conductor, move->who));
	return process != NULL && process->state != PROCESS_DEAD ? process->pid : 0;
}

int32_t
conductor_subject(const struct conductor *conductor)
{
	const struct move *move = conductor_move(conductor);

	switch (conductor_phase(conductor)) {
	case PHASE_READY:
	case PHASE_JUDGING:
	case PHASE_WAITING:
		return move == NULL
			       ? 0
			       : pid_of(conductor, move->who != NULL ? move->who : move->until.who);
	default:
		return 0;
	}
}
