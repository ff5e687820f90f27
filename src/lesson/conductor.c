/* SPDX-License-Identifier: MIT
 *
 * The conductor: where the lesson stands, what happens next, and what the events say about the
 * learner's prediction.
 *
 * The moves of all steps lie in one row; `at` is the current one. Events end moves; a key
 * (conductor_go) begins those that do something. What makes judging safe although processes run at
 * the same time:
 *
 * - A look counts as evidence only if it began after everything that was known when it was wanted
 * (`fresh`): its time is later than that of any event applied until then. When a call has returned,
 * the kernel has already made runnable whom it wakes (ttwu happens inside the call), so such a look
 * finds a woken process no longer asleep in its call.
 * - A woken process may report before the process that woke it has reported its own return. So what
 * *others* do from the moment that a call was entered counts as a consequence of that call
 * (`early`), and a `see` counts what happened since the move before it began. Only what a process
 * did itself counts early, never a look.
 */
#include "lesson/conductor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum {
	LOOKS_MAX =
		8, /* in a row at a process that runs, before the stage's own looks have to do */
};

/* One of all moves of the lesson, in order. */
struct place {
	const struct move *move;
	unsigned step;
	bool early; /* SEE, RUN: its pattern matched before it was its turn */
};

/* The newest question. */
struct asking {
	struct verdict verdict;
	bool open;      /* not judged yet */
	bool once;      /* its `once` has matched (or it has none, and was answered) */
	uint64_t since; /* a look must be newer than this */
	int early;      /* choice that matched since the deciding call was entered; -1: none */
	uint64_t early_event;
	bool shown; /* the verdict was read: it no longer holds up the lesson */
};

struct conductor {
	const struct lesson *lesson;
	struct place *places;
	unsigned n_places;
	unsigned *first; /* by step: its first place; first[n_steps] is n_places */

	unsigned step, at;
	enum phase phase; /* without VERDICT and JUDGING, which asking adds */
	unsigned goal;    /* step up to which to hurry */
	bool hurries;
	char failure[1024];

	/* the current move */
	bool began;       /* its order was given */
	bool want_permit; /* as soon as the process stands at its gate */
	uint64_t since;   /* a look must be newer than this to count for it */
	bool opened;      /* the gates are open by a `free` */
	bool want_shut;

	struct asking asking;
	uint64_t seen, seen_early; /* of this step; of the next, since its last move began */
	unsigned right, asked;

	/* the cast */
	struct cast_pids cast;
	int children[LESSON_CAST_MAX]; /* of each member, born so far */
	int32_t newest_child[LESSON_CAST_MAX];
	uint32_t want_watch; /* masks over the cast */
	uint32_t want_look;
	int looks_left;

	enum process_state state; /* of the process that the current move is about, for messages */
	enum call_id call;

	uint64_t now;   /* the latest time of any event */
	uint64_t event; /* sequence number of the newest */
};

/* --- helpers
 * ----------------------------------------------------------------------------------------------------
 */

static const struct step *
step_of(const struct conductor *conductor)
{
	return &conductor->lesson->steps[conductor->step];
}

static struct place *
place_of(struct conductor *conductor)
{
	bool within = conductor->at < conductor->first[conductor->step + 1];

	return within ? &conductor->places[conductor->at] : NULL;
}

static bool
given(const struct match *match)
{
	return match->line != 0;
}

/* Decided by looking at the process, not by what it sends. */
static bool
needs_look(const struct match *match)
{
	return given(match) &&
	       ((match->state != NULL && match->what == NULL) || match->var != NULL);
}

static bool
matches(const struct conductor *conductor, const struct match *match, const struct model *model,
	const struct event *event)
{
	return match_event(match, conductor->lesson, &conductor->cast, model, event);
}

/* NULL when it is unknown, or when there is no model at hand. */
static const struct process *
process_of(const struct model *model, int32_t pid)
{
	int id = model != NULL && pid != 0 ? model_process(model, pid) : NONE;

	return id != NONE ? &model->processes[id] : NULL;
}

static int32_t
pid_of(const struct conductor *conductor, const char *who)
{
	int index = who != NULL ? lesson_cast(conductor->lesson, who) : -1;

	return index >= 0 ? conductor->cast.pid[index] : 0;
}

static int
cast_by_pid(const struct conductor *conductor, int32_t pid)
{
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++)
		if (pid != 0 && conductor->cast.pid[i] == pid)
			return (int)i;
	return -1;
}

/* Whom a look is wanted at: the pattern's process, or everybody. */
static uint32_t
look_mask(const struct conductor *conductor, const struct match *match)
{
	int index = match->who != NULL ? lesson_cast(conductor->lesson, match->who) : -1;

	return index >= 0 ? 1u << index : (1u << conductor->lesson->n_cast) - 1;
}

static void
want_look(struct conductor *conductor, const struct match *match)
{
	if (!needs_look(match))
		return;
	conductor->want_look |= look_mask(conductor, match);
	conductor->looks_left = LOOKS_MAX;
}

/* States that the model knows for certain without a look. */
static bool
holds_already(
	const struct conductor *conductor, const struct match *match, const struct model *model)
{
	const struct process *process = process_of(model, pid_of(conductor, match->who));

	if (process == NULL || match->state == NULL || match->what != NULL || match->call != NULL ||
		match->var != NULL)
		return false;
	return (strcmp(match->state, "gate") == 0 && process->state == PROCESS_GATE) ||
	       (strcmp(match->state, "dead") == 0 && process->state == PROCESS_DEAD);
}

/* Its process is dead, so it cannot match any more. (What a process printed may come after its
 * death.) */
static bool
is_hopeless(const struct conductor *conductor, const struct match *match, const struct model *model)
{
	const struct process *process = process_of(model, pid_of(conductor, match->who));

	return process != NULL && process->state == PROCESS_DEAD &&
	       (match->what == NULL || strcmp(match->what, "out") != 0);
}

static void __attribute__((format(printf, 3, 4)))
fail(struct conductor *conductor, int line, const char *format, ...)
{
	va_list args;
	int n = snprintf(conductor->failure, sizeof conductor->failure,
		"%s:%d: ", conductor->lesson->plan, line);

	va_start(args, format);
	if (n >= 0 && (size_t)n < sizeof conductor->failure)
		vsnprintf(conductor->failure + n, sizeof conductor->failure - (size_t)n, format,
			args);
	va_end(args);
	conductor->phase = PHASE_FAILED;
	conductor->hurries = false;
	conductor->want_look = 0;
	conductor->want_permit = false;
}

/* --- from move to move
 * ------------------------------------------------------------------------------------------ */

static void move_enter(struct conductor *conductor, const struct model *model);

static bool
verdict_waits(const struct conductor *conductor)
{
	const struct asking *asking = &conductor->asking;

	return asking->verdict.truth >= 0 && asking->verdict.answer >= 0 && !asking->shown;
}

static uint64_t
all_seen(const struct step *step)
{
	return step->n_seen == 64 ? ~UINT64_C(0) : (UINT64_C(1) << step->n_seen) - 1;
}

/* No move is left: what must be seen and the open question may still hold the step up. */
static void
step_settle(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);

	if (conductor->hurries || (conductor->seen == all_seen(step) && !conductor->asking.open)) {
		conductor->phase = PHASE_STEP_END;
		return;
	}
	conductor->phase = PHASE_WAITING;
}

static void
step_finish(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);

	conductor->since = conductor->now;
	for (unsigned i = 0; i < step->n_seen; i++)
		if ((conductor->seen >> i & 1) == 0)
			want_look(conductor, &step->seen[i]);
	step_settle(conductor);
}

/* A new window begins: what happened before counts for nothing that comes now. */
static void
window_begin(struct conductor *conductor)
{
	for (unsigned i = conductor->at + 1; i < conductor->n_places; i++)
		conductor->places[i].early = false;
	conductor->seen_early = 0;
}

static void
move_done(struct conductor *conductor, const struct model *model)
{
	conductor->want_permit = false;
	conductor->at++;
	move_enter(conductor, model);
}

static void
ask_enter(struct conductor *conductor, const struct move *move)
{
	if (conductor->asking.open || verdict_waits(conductor)) {
		conductor->phase = PHASE_WAITING; /* one question at a time */
		return;
	}
	conductor->asking = (struct asking){
		.verdict = {.ask = move, .answer = -1, .truth = -1}, .open = true, .early = -1};
	conductor->phase = PHASE_ASKING;
}

/* The current move's turn has come. */
static void
move_enter(struct conductor *conductor, const struct model *model)
{
	struct place *place = place_of(conductor);

	conductor->began = false;
	conductor->since = conductor->now;
	if (place == NULL) {
		step_finish(conductor);
		return;
	}
	conductor->phase = PHASE_READY;
	if (place->early) {
		place->early = false;
		if (place->move->kind != MOVE_SEE)
			window_begin(conductor);
		move_done(conductor, model);
		return;
	}
	switch (place->move->kind) {
	case MOVE_ASK:
		if (conductor->hurries)
			move_done(conductor, model);
		else
			ask_enter(conductor, place->move);
		return;
	case MOVE_SEE:
		conductor->phase = PHASE_WAITING;
		if (holds_already(conductor, &place->move->until, model))
			move_done(conductor, model);
		else if (is_hopeless(conductor, &place->move->until, model))
			conductor_give_up(conductor);
		else
			want_look(conductor, &place->move->until);
		return;
	case MOVE_TRY:
		if (conductor->hurries)
			move_done(conductor, model);
		else
			conductor->phase = PHASE_TRYING;
		return;
	default:
		window_begin(conductor);
		return;
	}
}

static void
step_enter(struct conductor *conductor, unsigned step, const struct model *model)
{
	conductor->step = step;
	conductor->at = conductor->first[step];
	conductor->seen = conductor->seen_early;
	conductor->seen_early = 0;
	if (step >= conductor->goal)
		conductor->hurries = false;
	if (!conductor->asking.open)
		conductor->asking =
			(struct asking){.verdict = {.answer = -1, .truth = -1}, .early = -1};
	conductor->want_shut = conductor->opened;
	conductor->opened = false;
	move_enter(conductor, model);
}

/* --- the cast
 * ---------------------------------------------------------------------------------------------------
 */

static void
member_appears(struct conductor *conductor, unsigned index, int32_t pid)
{
	conductor->cast.pid[index] = pid;
	conductor->children[index] = 0;
	conductor->newest_child[index] = 0;
	if (conductor->lesson->cast[index].watch != NULL)
		conductor->want_watch |= 1u << index;
	/* Its children of an earlier life are not its children. */
	for (unsigned i = 0; i < conductor->lesson->n_cast; i++) {
		const struct cast *cast = &conductor->lesson->cast[i];

		if (cast->forked_by != NULL &&
			strcmp(cast->forked_by, conductor->lesson->cast[index].name) == 0)
			conductor->cast.pid[i] = 0;
	}
}

/*
 * A member has a child. Told by the child's `born` and by the parent's `leave`, whichever comes
 * first; a parent's second fork comes after the return of its first, so the order of first mention
 * is the order of birth.
 */
static void
child_appears(struct conductor *conductor, int parent, int32_t pid)
{
	const struct lesson *lesson = conductor->lesson;
	int nth;

	if (conductor->newest_child[parent] == pid)
		return;
	conductor->newest_child[parent] = pid;
	nth = ++conductor->children[parent];
	for (unsigned i = 0; i < lesson->n_cast; i++) {
		const struct cast *cast = &lesson->cast[i];

		if (cast->forked_by != NULL && cast->nth == nth &&
			strcmp(cast->forked_by, lesson->cast[parent].name) == 0)
			member_appears(conductor, i, pid);
	}
}

static void
cast_apply(struct conductor *conductor, const struct event *event)
{
	int parent;
	int64_t child = 0;

	if (event->what == WHAT_born) {
		parent = cast_by_pid(conductor, (int32_t)event_number(event, FIELD_ppid, 0));
		child = event->pid;
	} else if (event->what == WHAT_leave) {
		parent = cast_by_pid(conductor, event->pid);
		child = event_number(event, FIELD_child, 0);
		if (child == 0 && (event->call == CALL_fork || event->call == CALL_vfork ||
					  event->call == CALL__Fork))
			child = event_number(event, FIELD_ret, 0);
	} else {
		return;
	}
	if (parent >= 0 && child > 0 && child <= INT32_MAX)
		child_appears(conductor, parent, (int32_t)child);
}

/* --- the question
 * -----------------------------------------------------------------------------------------------
 */

static void
ask_judge(struct conductor *conductor, int truth, uint64_t event)
{
	struct asking *asking = &conductor->asking;

	asking->verdict.truth = truth;
	asking->verdict.event = event;
	asking->open = false;
	if (asking->verdict.answer >= 0) {
		conductor->asked++;
		conductor->right += asking->verdict.answer == truth;
	}
}

/* The first choice that the event matches; -1: none. */
static int
choice_matched(const struct conductor *conductor, const struct move *ask, const struct model *model,
	const struct event *event)
{
	for (unsigned i = 0; i < ask->n_choices; i++)
		if (matches(conductor, &ask->choices[i].when, model, event))
			return (int)i;
	return -1;
}

/* Has the deciding moment come? Until then, what others do since the deciding call was entered is
 * remembered. */
static bool
once_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	struct asking *asking = &conductor->asking;
	const struct move *ask = asking->verdict.ask;
	bool own = event->pid == pid_of(conductor, ask->once.who);

	if (own && (event->what == WHAT_enter || event->what == WHAT_reach))
		asking->early = -1;
	if (!matches(conductor, &ask->once, model, event)) {
		if (!own && event->what != WHAT_look && asking->early < 0) {
			asking->early = choice_matched(conductor, ask, model, event);
			asking->early_event = conductor->event;
		}
		return false;
	}
	asking->once = true;
	asking->since = conductor->now;
	for (unsigned i = 0; i < ask->n_choices; i++)
		want_look(conductor, &ask->choices[i].when);
	if (asking->early >= 0 && (event->what == WHAT_leave || event->what == WHAT_died))
		ask_judge(conductor, asking->early, asking->early_event);
	return asking->open;
}

/* A look found the process running within its call, which decides nothing: once more. */
static void
look_again(struct conductor *conductor, const struct match *match, const struct model *model,
	const struct event *event)
{
	const struct process *process = process_of(model, event->pid);
	int index = cast_by_pid(conductor, event->pid);

	if (event->what != WHAT_look || !event_has(event, FIELD_state) || !needs_look(match) ||
		index < 0 || (look_mask(conductor, match) >> index & 1) == 0 || process == NULL ||
		process->state != PROCESS_CALL || conductor->looks_left == 0)
		return;
	conductor->looks_left--;
	conductor->want_look |= 1u << index;
}

static bool
is_stale(const struct event *event, uint64_t since)
{
	return event->what == WHAT_look && event->time <= since;
}

static void
ask_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	struct asking *asking = &conductor->asking;
	const struct move *ask = asking->verdict.ask;
	int truth;

	if (!asking->open)
		return;
	if (!asking->once) {
		if (!given(&ask->once) || !once_apply(conductor, model, event))
			return;
	} else if (is_stale(event, asking->since)) {
		return;
	}
	truth = choice_matched(conductor, ask, model, event);
	for (unsigned i = 0; i < ask->n_choices && truth < 0; i++)
		if (given(&ask->once) && holds_already(conductor, &ask->choices[i].when, model))
			truth = (int)i;
	if (truth >= 0)
		ask_judge(conductor, truth, conductor->event);
	for (unsigned i = 0; i < ask->n_choices && truth < 0; i++)
		look_again(conductor, &ask->choices[i].when, model, event);
}

/* --- events
 * -----------------------------------------------------------------------------------------------------
 */

static void
seen_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct step *step = step_of(conductor);

	for (unsigned i = 0; i < step->n_seen; i++) {
		if ((conductor->seen >> i & 1) != 0)
			continue;
		if (matches(conductor, &step->seen[i], model, event))
			conductor->seen |= UINT64_C(1) << i;
		else if (place_of(conductor) == NULL)
			look_again(conductor, &step->seen[i], model, event);
	}
	if (conductor->step + 1 == conductor->lesson->n_steps || event->what == WHAT_look)
		return;
	step++;
	for (unsigned i = 0; i < step->n_seen; i++)
		if (matches(conductor, &step->seen[i], model, event))
			conductor->seen_early |= UINT64_C(1) << i;
}

/* May `move`, a run, count what happened while `before`, another move, was being made? */
static bool
run_counts_early(const struct move *move, const struct move *before)
{
	return move->kind == MOVE_RUN && given(&move->until) && move->until.state == NULL &&
	       (before->kind == MOVE_RUN || before->kind == MOVE_ACT) &&
	       strcmp(move->who, before->who) != 0;
}

/* Consequences of the current move that later moves wait for. */
static void
early_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct move *current = NULL;

	if (event->what == WHAT_look)
		return;
	if (place_of(conductor) != NULL)
		current = place_of(conductor)->move;
	for (unsigned i = conductor->at + (current != NULL); i < conductor->n_places; i++) {
		struct place *place = &conductor->places[i];

		if (place->move->kind == MOVE_ASK || place->move->kind == MOVE_TRY)
			continue;
		if (place->move->kind != MOVE_SEE &&
			(current == NULL || i != conductor->at + 1 ||
				!run_counts_early(place->move, current)))
			return;
		place->early |= matches(conductor, &place->move->until, model, event);
		if (place->move->kind != MOVE_SEE)
			return;
	}
}

static void
start_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	int32_t pid = pid_of(conductor, move->who);

	if (!conductor->began || pid == 0 || event->pid != pid || process == NULL)
		return;
	if (process->state == PROCESS_GATE || process->state == PROCESS_BLOCKED ||
		process->state == PROCESS_DEAD ||
		(event->what == WHAT_born && process->slot == NONE))
		move_done(conductor, model);
}

/* After a permit: the call is over, or cannot go on, and another may be permitted. */
static void
run_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	bool once = !given(&move->until);

	if (!once && !is_stale(event, conductor->since) &&
		matches(conductor, &move->until, model, event)) {
		move_done(conductor, model);
		return;
	}
	if (!conductor->began)
		return;
	if (!once)
		look_again(conductor, &move->until, model, event);
	if (event->pid != pid_of(conductor, move->who) || process == NULL)
		return;
	bool ended = process->state == PROCESS_DEAD;
	bool held = process->state == PROCESS_STOPPED ||
		    (process->state == PROCESS_BLOCKED && event->what == WHAT_look);
	if (once && !conductor->want_permit &&
		(event->what == WHAT_leave || event->what == WHAT_exec || held || ended))
		move_done(conductor, model);
	else if (ended && (once || is_hopeless(conductor, &move->until, model)))
		conductor_give_up(conductor);
	else if (!conductor->want_permit && (event->what == WHAT_reach || held))
		conductor->phase = PHASE_READY;
}

/* The learner's deed is recorded; one that the process itself must do, and can do now, is waited
 * for. */
static void
act_apply(struct conductor *conductor, const struct move *move, const struct process *process,
	const struct model *model, const struct event *event)
{
	const char *op = strcmp(move->op, "block") == 0 ? "nonblock" : move->op;

	if (!conductor->began || event->pid != pid_of(conductor, move->who))
		return;
	if (event->what == WHAT_died)
		move_done(conductor, model);
	if (event->what != WHAT_act || !event_is(event, FIELD_op, op))
		return;
	if (event_is(event, FIELD_by, "pending") && process != NULL &&
		process->state == PROCESS_GATE)
		return;
	move_done(conductor, model);
}

static void
until_apply(struct conductor *conductor, const struct move *move, const struct model *model,
	const struct event *event)
{
	if (move->kind == MOVE_FREE && (!conductor->began || !given(&move->until)))
		return;
	if (!is_stale(event, conductor->since) && matches(conductor, &move->until, model, event)) {
		if (move->kind == MOVE_FREE) {
			conductor->want_shut = true;
			conductor->opened = false;
		}
		move_done(conductor, model);
		return;
	}
	if (event->what == WHAT_died && is_hopeless(conductor, &move->until, model))
		conductor_give_up(conductor);
	else
		look_again(conductor, &move->until, model, event);
}

static void
move_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	const struct place *place = place_of(conductor);
	const struct process *process = process_of(model, event->pid);
	const struct move *move;

	if (place == NULL) {
		if (conductor->phase == PHASE_WAITING)
			step_settle(conductor);
		return;
	}
	move = place->move;
	if (process != NULL &&
		event->pid == pid_of(conductor, move->who != NULL ? move->who : move->until.who)) {
		const struct call *call = process_call(process);

		conductor->state = process->state;
		conductor->call = call != NULL ? call->id : CALL_unknown;
	}
	switch (move->kind) {
	case MOVE_START:
		start_apply(conductor, move, process, model, event);
		break;
	case MOVE_RUN:
		run_apply(conductor, move, process, model, event);
		break;
	case MOVE_ACT:
		act_apply(conductor, move, process, model, event);
		break;
	case MOVE_SEE:
	case MOVE_FREE:
		until_apply(conductor, move, model, event);
		break;
	default:
		break;
	}
}

void
conductor_apply(struct conductor *conductor, const struct model *model, const struct event *event)
{
	if (event->time > conductor->now)
		conductor->now = event->time;
	conductor->event = model->events;
	cast_apply(conductor, event);
	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return;
	ask_apply(conductor, model, event);
	early_apply(conductor, model, event);
	seen_apply(conductor, model, event);
	move_apply(conductor, model, event);
}

/* --- orders
 * -----------------------------------------------------------------------------------------------------
 */

static const struct order no_order = {.kind = ORDER_NONE, .fd = -1};

static struct order
run_begin(struct conductor *conductor, const struct move *move, const struct model *model)
{
	int32_t pid = pid_of(conductor, move->who);
	const struct process *process = process_of(model, pid);

	if (process != NULL && process->state == PROCESS_DEAD &&
		(!given(&move->until) || is_hopeless(conductor, &move->until, model))) {
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

static struct order
act_begin(struct conductor *conductor, const struct move *move, const struct model *model)
{
	struct order order = {
		.kind = ORDER_ACT, .pid = pid_of(conductor, move->who), .fd = move->fd};
	const struct process *process = process_of(model, order.pid);
	char text[128];

	if (process == NULL || process->state == PROCESS_DEAD) {
		fail(conductor, move->line, _("cannot %s: there is no such process any more"),
			move_text(move, text, sizeof text));
		return no_order;
	}
	if (move->end != NULL) {
		order.fd = pipe_end(model, process, move->end);
		if (order.fd < 0) {
			fail(conductor, move->line, _("cannot %s: it has no %s end of a pipe open"),
				move_text(move, text, sizeof text),
				move->end[0] == 'r' ? _("read") : _("write"));
			return no_order;
		}
	}
	order.op = strcmp(move->op, "block") == 0 ? "nonblock" : move->op;
	order.value = strcmp(move->op, "nonblock") == 0 ? 1 : move->value;
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
		if (!given(&move->until))
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
	if (conductor->phase == PHASE_READY)
		return false;
	if (conductor->phase == PHASE_WAITING && place != NULL && place->move->kind == MOVE_ASK)
		move_enter(conductor, model);
	return true;
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
		return no_order;
	case PHASE_STEP_END:
		if (conductor->step + 1 < conductor->lesson->n_steps)
			step_enter(conductor, conductor->step + 1, model);
		else
			conductor->phase = PHASE_DONE;
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
		holds_already(conductor, &place->move->until, model))
		move_done(conductor, model);
	return look_order(conductor, model);
}

void
conductor_answer(struct conductor *conductor, unsigned index)
{
	struct asking *asking = &conductor->asking;
	int truth = asking->verdict.truth;

	if (conductor->phase != PHASE_ASKING || index >= asking->verdict.ask->n_choices)
		return;
	asking->verdict.answer = (int)index;
	if (truth >= 0) /* the learner stepped on before answering */
		ask_judge(conductor, truth, asking->verdict.event);
	if (!given(&asking->verdict.ask->once)) {
		asking->once = true;
		asking->since = conductor->now;
	}
	move_done(conductor, NULL);
}

void
conductor_started(struct conductor *conductor, const struct cast *cast, int32_t pid)
{
	member_appears(conductor, (unsigned)(cast - conductor->lesson->cast), pid);
}

/* --- failing
 * ----------------------------------------------------------------------------------------------------
 */

static const char *
state_words(enum process_state state)
{
	switch (state) {
	case PROCESS_RUNNING:
		return _("running");
	case PROCESS_GATE:
		return _("at the gate");
	case PROCESS_CALL:
		return _("in a call");
	case PROCESS_BLOCKED:
		return _("blocked");
	case PROCESS_STOPPED:
		return _("stopped");
	case PROCESS_DEAD:
		return _("dead");
	}
	return "?";
}

static void
step_give_up(struct conductor *conductor)
{
	const struct step *step = step_of(conductor);
	char text[400];

	for (unsigned i = 0; i < step->n_seen; i++)
		if ((conductor->seen >> i & 1) == 0) {
			fail(conductor, step->seen[i].line,
				_("the step `%s` is over and this was not seen: %s"), step->name,
				match_text(&step->seen[i], text, sizeof text));
			return;
		}
	if (conductor->asking.open)
		fail(conductor, conductor->asking.verdict.ask->line,
			_("the events have matched none of the choices"));
}

void
conductor_give_up(struct conductor *conductor)
{
	const struct place *place = place_of(conductor);
	const struct move *move;
	const char *who;
	char text[128], pattern[400] = "";

	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return;
	if (place == NULL) {
		step_give_up(conductor);
		return;
	}
	move = place->move;
	who = move->who != NULL ? move->who : move->until.who;
	if (move->kind == MOVE_ASK && conductor->asking.open &&
		conductor->asking.verdict.ask != move)
		fail(conductor, conductor->asking.verdict.ask->line,
			_("the events have matched none of the choices"));
	else if (who == NULL)
		fail(conductor, move->line, _("`%s`: this did not come: %s"),
			move_text(move, text, sizeof text),
			match_text(&move->until, pattern, sizeof pattern));
	else if (pid_of(conductor, who) == 0)
		fail(conductor, move->line, _("`%s`: there is no process `%s` (yet)"),
			move_text(move, text, sizeof text), who);
	else
		fail(conductor, move->line,
			_("`%s`: this did not come: %s; %s was last seen %s%s%s"),
			move_text(move, text, sizeof text),
			given(&move->until) ? match_text(&move->until, pattern, sizeof pattern)
					    : _("the end of the call"),
			who, state_words(conductor->state),
			conductor->call != CALL_unknown ? ", " : "",
			conductor->call != CALL_unknown ? call_name(conductor->call) : "");
}

void
conductor_refused(struct conductor *conductor, const char *why)
{
	const struct place *place = place_of(conductor);
	int line = step_of(conductor)->line;

	/* A move that is done as soon as it is ordered is the one before. */
	if (place != NULL && (conductor->began || conductor->at == 0))
		line = place->move->line;
	else if (conductor->at > 0)
		line = conductor->places[conductor->at - 1].move->line;
	if (conductor->phase != PHASE_FAILED)
		fail(conductor, line, "%s", why);
}

const char *
conductor_failure(const struct conductor *conductor)
{
	return conductor->phase == PHASE_FAILED ? conductor->failure : "";
}

/* --- beginning and end
 * ------------------------------------------------------------------------------------------ */

/* Does the step begin with an empty stage? */
static bool
stands_alone(const struct step *step)
{
	return step->n_moves > 0 && step->moves[0].kind == MOVE_RESTART;
}

/* Everything anew, at the nearest step before `step` that stands alone. */
static void
begin_at(struct conductor *conductor, unsigned step)
{
	const struct lesson *lesson = conductor->lesson;
	unsigned from;

	if (step >= lesson->n_steps)
		step = lesson->n_steps - 1;
	from = step;
	while (from > 0 && !stands_alone(&lesson->steps[from]))
		from--;
	conductor->goal = step;
	conductor->hurries = from < step;
	conductor->opened = conductor->want_shut = conductor->want_permit = false;
	conductor->want_watch = conductor->want_look = 0;
	conductor->failure[0] = '\0';
	conductor->asking.open = false;
	memset(&conductor->cast, 0, sizeof conductor->cast);
	for (unsigned i = 0; i < conductor->n_places; i++)
		conductor->places[i].early = false;
	conductor->seen_early = 0;
	step_enter(conductor, from, NULL);
	if (stands_alone(&lesson->steps[from]))
		move_done(conductor, NULL); /* the stage is empty already */
}

struct conductor *
conductor_create(const struct lesson *lesson, unsigned first_step)
{
	struct conductor *conductor = calloc(1, sizeof *conductor);
	unsigned n = 0;

	if (conductor == NULL)
		return NULL;
	conductor->lesson = lesson;
	for (unsigned i = 0; i < lesson->n_steps; i++)
		conductor->n_places += lesson->steps[i].n_moves;
	conductor->places = calloc(conductor->n_places + 1, sizeof *conductor->places);
	conductor->first = calloc(lesson->n_steps + 1, sizeof *conductor->first);
	if (conductor->places == NULL || conductor->first == NULL) {
		conductor_free(conductor);
		return NULL;
	}
	for (unsigned i = 0; i < lesson->n_steps; i++) {
		conductor->first[i] = n;
		for (unsigned j = 0; j < lesson->steps[i].n_moves; j++)
			conductor->places[n++] =
				(struct place){.move = &lesson->steps[i].moves[j], .step = i};
	}
	conductor->first[lesson->n_steps] = n;
	begin_at(conductor, first_step);
	return conductor;
}

void
conductor_free(struct conductor *conductor)
{
	if (conductor == NULL)
		return;
	free(conductor->places);
	free(conductor->first);
	free(conductor);
}

void
conductor_restart(struct conductor *conductor, unsigned step)
{
	begin_at(conductor, step);
}

/* --- questions
 * --------------------------------------------------------------------------------------------------
 */

enum phase
conductor_phase(const struct conductor *conductor)
{
	const struct asking *asking = &conductor->asking;

	if (conductor->phase == PHASE_FAILED || conductor->phase == PHASE_DONE)
		return conductor->phase;
	if (verdict_waits(conductor))
		return PHASE_VERDICT;
	if (conductor->phase == PHASE_READY && asking->open && asking->verdict.answer >= 0)
		return PHASE_JUDGING;
	return conductor->phase;
}

bool
conductor_hurries(const struct conductor *conductor)
{
	return conductor->hurries;
}

unsigned
conductor_step(const struct conductor *conductor)
{
	return conductor->step;
}

const struct lesson *
conductor_lesson(const struct conductor *conductor)
{
	return conductor->lesson;
}

const struct move *
conductor_move(const struct conductor *conductor)
{
	bool within = conductor->at < conductor->first[conductor->step + 1];

	return within ? conductor->places[conductor->at].move : NULL;
}

const struct cast_pids *
conductor_cast(const struct conductor *conductor)
{
	return &conductor->cast;
}

struct verdict
conductor_verdict(const struct conductor *conductor)
{
	return conductor->asking.verdict;
}

uint64_t
conductor_seen(const struct conductor *conductor)
{
	return conductor->seen;
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

const char *
conductor_name(const struct conductor *conductor, int32_t pid)
{
	int index = cast_by_pid(conductor, pid);

	return index >= 0 ? conductor->lesson->cast[index].name : NULL;
}

void
conductor_score(const struct conductor *conductor, unsigned *right, unsigned *asked)
{
	*right = conductor->right;
	*asked = conductor->asked;
}

static void
hint_move(const struct conductor *conductor, const struct model *model, const struct move *move,
	char *buf, size_t size)
{
	const struct process *process = process_of(model, pid_of(conductor, move->who));
	const struct call *call = process != NULL ? process_call(process) : NULL;

	switch (move->kind) {
	case MOVE_START:
		snprintf(buf, size, _("start %s"), move->who);
		break;
	case MOVE_RUN:
		if (call != NULL && process->state == PROCESS_GATE)
			snprintf(buf, size, _("let %s make its next call: %s"), move->who,
				call->text);
		else
			snprintf(buf, size, _("let %s make its next call"), move->who);
		break;
	case MOVE_ACT:
		snprintf(buf, size, _("%s %s"), move->op, move->who);
		break;
	case MOVE_FREE:
		snprintf(buf, size, "%s", _("open every gate: all run free"));
		break;
	case MOVE_SHUT:
		snprintf(buf, size, "%s", _("shut every gate"));
		break;
	case MOVE_RESTART:
		snprintf(buf, size, "%s", _("begin anew with other processes"));
		break;
	default:
		break;
	}
}

static void
hint_waiting(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);
	const char *who = move == NULL ? NULL : move->who != NULL ? move->who : move->until.who;
	const struct process *process = process_of(model, pid_of(conductor, who));
	char state[64];

	if (who == NULL)
		return;
	if (process == NULL) {
		snprintf(buf, size, _("waiting for %s to be there"), who);
		return;
	}
	process_state_text(process, state, sizeof state);
	snprintf(buf, size, _("waiting for %s (%s)"), who, state);
}

char *
conductor_hint(const struct conductor *conductor, const struct model *model, char *buf, size_t size)
{
	const struct move *move = conductor_move(conductor);

	if (size > 0)
		buf[0] = '\0';
	switch (conductor_phase(conductor)) {
	case PHASE_READY:
	case PHASE_JUDGING:
		hint_move(conductor, model, move, buf, size);
		break;
	case PHASE_VERDICT:
		if (conductor->phase == PHASE_READY)
			hint_move(conductor, model, move, buf, size);
		else
			snprintf(buf, size, "%s", _("go on"));
		break;
	case PHASE_WAITING:
		hint_waiting(conductor, model, buf, size);
		break;
	case PHASE_ASKING:
		snprintf(buf, size, _("predict: press 1 to %u"), move->n_choices);
		break;
	case PHASE_TRYING:
		snprintf(buf, size, "%s", _("go on when you have tried enough"));
		break;
	case PHASE_STEP_END:
		snprintf(buf, size, "%s",
			conductor->step + 1 < conductor->lesson->n_steps ? _("the next step")
									 : _("end the lesson"));
		break;
	case PHASE_DONE:
	case PHASE_FAILED:
		break;
	}
	return buf;
}
