/* SPDX-License-Identifier: MIT
 *
 * Who could end a process's waiting. To say that nobody can is a strong word, so whoever has access counts, unless
 * the object is known to be used as a lock: then it is those who hold it.
 */
#include "model/waits.h"

#include <string.h>

static bool
lives(const struct model *model, int id)
{
	return model->processes[id].state != PROCESS_DEAD;
}

/* --- pipes --- */

void
waiting_add_holders(
	const struct model *model, struct waiting *waiting, int channel, enum end end, int total)
{
	for (int i = 0; i < model->n_processes && total > 0; i++) {
		int holds = process_holds(model, &model->processes[i], channel, end);
		if (holds == 0)
			continue;
		total -= holds;
		set_add(&waiting->all, i);
	}
}

static void
find_for_pipe(const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct channel *channel = &model->channels[process->waits_for];
	const struct call *call = process_call(process);
	bool reads = process->cause == WAIT_EMPTY;
	int partners = reads ? channel->n_writers : channel->n_readers;

	if (!channel_is_pipe(channel) || partners == 0 ||
		(channel->partial && channel->kind == CHANNEL_PIPE)) {
		waiting->open = true;
	} else if (reads) {
		waiting->open = channel->used > 0;
	} else {
		int64_t rest = call->n < 0 ? 1 : call->n - call->moved_early;
		waiting->open = channel_room(channel, rest) > 0;
	}
	waiting_add_holders(model, waiting, process->waits_for, reads ? END_WRITE : END_READ, partners);
}

/* --- FIFOs --- */

/* Anybody who lives may open the other end. Likely are those who stand before another FIFO. */
static void
find_for_opener(const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct channel *channel = channel_at((struct model *)model, process->waits_for);
	enum end end = process->waits_end;

	if (channel == NULL || (end == END_READ ? channel->n_writers : channel->n_readers) > 0 ||
		!fifo_lacks_partner(model, process_call(process)))
		waiting->open = true;
	for (int i = 0; i < model->n_processes; i++) {
		if (i == waiting->process || !lives(model, i))
			continue;
		set_add(&waiting->all, i);
		if (model->processes[i].cause == WAIT_PARTNER)
			set_add(&waiting->likely, i);
	}
	waiting->open |= set_is_empty(&waiting->all); /* who is started yet can find the name */
	waiting->inferred = true;
}

/* --- children --- */

static void
find_for_parent(const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct call *call = process_call(process);
	int32_t target = call->target > 0 ? call->target : 0;

	for (int i = 0; i < model->n_processes; i++) {
		const struct process *child = &model->processes[i];
		if (child->ppid != process->pid || i == waiting->process ||
			(target != 0 && child->pid != target))
			continue;
		if (lives(model, i))
			set_add(&waiting->all, i);
		else if (!child->reaped)
			waiting->open = true; /* it is about to be told */
	}
	waiting->open |= set_is_empty(&waiting->all);
}

/* --- objects --- */

/* Did it, or an ancestor before it was forked, use the object? Then it knows how to come to it. */
static bool
knows(const struct model *model, const struct channel *channel, const struct process_set *users,
	int id)
{
	if (set_has(users, id))
		return true;
	for (int depth = 0; depth < 8 && id != NONE; depth++) {
		const struct process *process = &model->processes[id];
		int parent = model_process(model, process->ppid);
		if (parent == id || parent == NONE)
			return false;
		if (set_has(users, parent) &&
			channel_user(channel, parent)->first < process->appeared)
			return true;
		id = model->processes[parent].appeared < process->appeared ? parent : NONE;
	}
	return false;
}

static bool
has_mapped(const struct process *process, int segment)
{
	for (int i = 0; i < process->n_mappings; i++)
		if (process->mappings[i].channel == segment)
			return true;
	return false;
}

static bool
can_come(const struct model *model, const struct channel *channel, const struct process_set *users,
	int id)
{
	if (channel->inside != NONE)
		return has_mapped(&model->processes[id], channel->inside);
	return knows(model, channel, users, id);
}

/* All others that can come to the object: who uses it, or has its memory; if nobody, whoever could find its name. */
static void
add_knowing(const struct model *model, struct waiting *waiting, int id)
{
	const struct channel *channel = &model->channels[id];
	bool nameless = strchr(channel->name, '@') != NULL;
	struct process_set users = {0};

	for (int i = 0; i < channel->n_users; i++)
		set_add(&users, channel->users[i].process);
	for (int round = 0; round < 2 && set_is_empty(&waiting->all); round++)
		for (int i = 0; i < model->n_processes && (round == 0 || !nameless); i++)
			if (i != waiting->process && lives(model, i) &&
				(round == 1 || can_come(model, channel, &users, i)))
				set_add(&waiting->all, i);
	waiting->open |= set_is_empty(&waiting->all) && !nameless; /* somebody may be started yet */
	waiting->inferred = true;
}

static void
find_for_queue(const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct channel *channel = &model->channels[process->waits_for];
	const struct queue *queue = channel->queue;
	bool receives = process->cause == WAIT_MESSAGE;

	if (receives)
		waiting->open = queue_next(model, process->waits_for, waiting->process) != NONE ||
				(channel->kind == CHANNEL_MQ && queue->count > 0);
	else
		waiting->open =
			queue->count != -1 && queue_has_room(channel, process_call(process)->n);
	waiting->open |= channel->removed && channel->kind == CHANNEL_MSG;
	add_knowing(model, waiting, process->waits_for);
	for (int i = 0; i < channel->n_users; i++) {
		const struct user *user = &channel->users[i];
		if ((receives ? user->writes : user->reads) &&
			set_has(&waiting->all, user->process))
			set_add(&waiting->likely, user->process);
	}
}

bool
waiting_operation(const struct model *model, int id, struct operation *stuck)
{
	const struct process *process = &model->processes[id];
	const struct call *call = process_call(process);
	struct operation operations[OPERATIONS_MAX];
	int n = call == NULL ? 0 : call_operations(call, operations);

	if (n == 0 || process->waits_for == NONE ||
		model->channels[process->waits_for].semaphores == NULL)
		return false;
	int at = operations_stuck(model->channels[process->waits_for].semaphores, operations, n);
	for (int i = 0; i < n && at == NONE; i++)
		at = process->cause == WAIT_ZERO ? operations[i].delta == 0 ? i : NONE
		     : operations[i].delta < 0   ? i
						 : NONE;
	if (at == NONE)
		return false;
	*stuck = operations[at];
	return true;
}

static bool
can_proceed(const struct model *model, const struct process *process)
{
	const struct channel *channel = &model->channels[process->waits_for];
	struct operation operations[OPERATIONS_MAX];
	int n = call_operations(process_call(process), operations);

	if (channel->removed && channel->kind == CHANNEL_SEM && channel->inside == NONE &&
		strchr(channel->name, '/') == NULL)
		return true;
	for (int i = 0; i < n; i++)
		if (operations[i].number >= channel->semaphores->n ||
			channel->semaphores->items[operations[i].number].value == -1)
			return false; /* not known: the kernel says that it sleeps */
	return n > 0 && operations_stuck(channel->semaphores, operations, n) == NONE;
}

/*
 * Who holds, gave, or died with this semaphore. Returns whether these alone count: it is a mutex, or used as one (of
 * one unit, and whoever took it gave it back), and somebody has it.
 */
static bool
find_holders(const struct model *model, struct waiting *waiting, int id, int number)
{
	const struct channel *channel = &model->channels[id];
	const struct semaphores *set = channel->semaphores;
	bool mutex = channel->kind == CHANNEL_MUTEX, self = false;
	bool lock = number < set->n && set->items[number].initial == 1;
	int dead = NONE;

	for (int i = 0; i < set->n_holdings; i++) {
		const struct holding *holding = &set->holdings[i];
		if (holding->number != number)
			continue;
		lock &= !holding->gave;
		if (holding->process == waiting->process)
			self |= holding->held > 0;
		else if (!lives(model, holding->process))
			dead = holding->held > 0 ? holding->process : dead;
		else if (holding->held > 0 || holding->gave)
			set_add(&waiting->likely, holding->process);
	}
	if (!set_is_empty(&waiting->likely))
		return mutex || lock;
	if (self) { /* who takes a semaphore twice may be helped by others */
		if (mutex)
			set_add(&waiting->likely, waiting->process);
		return mutex;
	}
	waiting->died_with = mutex || lock ? dead : NONE;
	return waiting->died_with != NONE;
}

static void
find_for_semaphore(
	const struct model *model, struct waiting *waiting, const struct process *process)
{
	struct operation stuck;
	int id = process->waits_for;

	waiting->inferred = true;
	waiting->open = can_proceed(model, process) ||
			!waiting_operation(model, waiting->process, &stuck) ||
			!model->channels[id].semaphores->shared; /* threads of its own */
	if (waiting->open)
		return;
	if (process->cause == WAIT_ZERO || !find_holders(model, waiting, id, stuck.number))
		add_knowing(model, waiting, id);
	for (int i = 0; i < MODEL_PROCESSES_MAX / 64; i++)
		waiting->all.bits[i] |= waiting->likely.bits[i];
}

static void
find_for_condition(
	const struct model *model, struct waiting *waiting, const struct process *process)
{
	const struct channel *channel = &model->channels[process->waits_for];

	waiting->open =
		channel->write_left > process_call(process)->begun || !channel->semaphores->shared;
	add_knowing(model, waiting, process->waits_for);
	for (int i = 0; i < channel->n_users; i++)
		if (channel->users[i].writes && set_has(&waiting->all, channel->users[i].process))
			set_add(&waiting->likely, channel->users[i].process);
}

/* --- all of them --- */

void
waiting_find(const struct model *model, int id, struct waiting *waiting)
{
	const struct process *process = &model->processes[id];
	const struct call *call = process_call(process);

	*waiting = (struct waiting){.process = id, .died_with = NONE};
	if (call == NULL) {
		waiting->open = true;
		return;
	}
	switch (process->cause) {
	case WAIT_EMPTY:
	case WAIT_FULL:
		if (process->waits_for != NONE &&
			model->channels[process->waits_for].endpoint != NULL)
			waiting_at_socket(model, waiting, process);
		else if (process->waits_for != NONE)
			find_for_pipe(model, waiting, process);
		else
			waiting->open = true;
		break;
	case WAIT_PARTNER:
		find_for_opener(model, waiting, process);
		break;
	case WAIT_CONNECTION:
	case WAIT_HANDSHAKE:
		if (process->waits_for != NONE)
			waiting_for_connection(model, waiting, process);
		else
			waiting->open = true;
		break;
	case WAIT_CHILD:
		find_for_parent(model, waiting, process);
		break;
	case WAIT_MESSAGE:
	case WAIT_ROOM:
		find_for_queue(model, waiting, process);
		break;
	case WAIT_VALUE:
	case WAIT_ZERO:
	case WAIT_LOCK:
		find_for_semaphore(model, waiting, process);
		break;
	case WAIT_CONDITION:
		find_for_condition(model, waiting, process);
		break;
	case WAIT_NONE:
	case WAIT_SIGNAL:
	case WAIT_TIME:
	case WAIT_READY:
	case WAIT_EXEC:
	case WAIT_OTHER:
		waiting->open = true;
		break;
	}
	waiting->open |= call->timed;
}
