/* SPDX-License-Identifier: MIT
 *
 * Semaphores and locks: values, who took what, what SEM_UNDO would give back. A mutex is a semaphore of value 1 that
 * only its holder gives back; a condition has no value, its calls only tell who waits and who signals.
 *
 * The kernel's word on a value is asked for after the call, so effects of other calls in flight may be in it. Beside
 * it stands what the operations that returned add up to (`settled`): while others are in flight the kernel's word
 * counts, and when none is and others returned since the figure was asked for, the sum.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

static const int64_t unsettled =
	INT64_MIN; /* the sum can be negative for a while: a post may return late */

/* --- the set --- */

static struct semaphore *
semaphore_at(struct model *model, struct semaphores *set, int number)
{
	if (number < 0 || number >= SEMAPHORES_MAX)
		return NULL;
	while (set->n <= number) {
		if (!table_grow_shared((void **)&set->items, &set->room, set->n, SEMAPHORES_MAX,
			    sizeof *set->items, &model->n_semaphores, MODEL_SEMAPHORES_MAX)) {
			model->lost++;
			return NULL;
		}
		set->items[set->n++] = (struct semaphore){.value = -1,
			.ncnt = -1,
			.zcnt = -1,
			.last_operator = NONE,
			.initial = -1,
			.settled = unsettled};
	}
	return &set->items[number];
}

/* It was given this value, whatever it had. */
static void
semaphore_set(struct model *model, struct semaphores *set, int number, int64_t value, bool inferred)
{
	struct semaphore *semaphore = semaphore_at(model, set, number);

	if (semaphore == NULL || value < 0)
		return;
	semaphore->value = semaphore->settled = semaphore->initial = value;
	semaphore->value_inferred = inferred;
}

/* The kernel's word on a value. `quiet`: no other call is in flight. `old`: others returned since it was asked for. */
static void
semaphore_figure(struct semaphore *semaphore, int64_t value, bool quiet, bool old)
{
	if (quiet && old && semaphore->settled != unsettled) {
		semaphore->value = semaphore->settled < 0 ? 0 : semaphore->settled;
		semaphore->value_inferred = value != semaphore->settled;
		return;
	}
	semaphore->value = value;
	semaphore->value_inferred = false;
	if (quiet)
		semaphore->settled = value;
	if (semaphore->initial == -1)
		semaphore->initial = value;
}

/* --- operations --- */

static void
operation_done(struct model *model, int id, int process, const struct operation *operation)
{
	struct channel *channel = &model->channels[id];
	struct semaphores *set = channel->semaphores;
	struct semaphore *semaphore = semaphore_at(model, set, operation->number);

	holding_change(model, id, process, operation);
	if (operation->undo && operation->delta != 0)
		undo_add(model, set, process, operation->number, operation->delta);
	if (semaphore == NULL)
		return;
	semaphore->last_operator = process;
	semaphore->last_pid = model->processes[process].pid;
	if (channel->kind == CHANNEL_MUTEX) {
		semaphore->value = semaphore->settled = mutex_value(set);
		semaphore->value_inferred = true;
	} else if (semaphore->settled != unsettled) {
		semaphore->settled += operation->delta;
		semaphore->value = semaphore->settled < 0 ? 0 : semaphore->settled;
		semaphore->value_inferred = true;
	}
	if (operation->delta > 0) {
		channel->last_writer = process;
		channel->write_left = model->events;
		channel->n_writes++;
	} else if (operation->delta < 0) {
		channel->last_reader = process;
		channel->read_left = model->events;
		channel->n_reads++;
	}
}

/* --- what the kernel says --- */

/* value(n) of a list like 3,0,1; false: it ends before. */
static bool
list_next(const char **text, const char *end, int64_t *number)
{
	int64_t value = 0;
	int digits = 0;

	for (; *text < end && **text >= '0' && **text <= '9' && digits < 18; (*text)++, digits++)
		value = value * 10 + (**text - '0');
	if (digits == 0)
		return false;
	while (*text < end && **text != ',')
		(*text)++;
	*text += *text < end;
	*number = value;
	return true;
}

static void
take_list(struct model *model, struct semaphores *set, const struct event *event,
	enum event_field field, bool quiet, bool old)
{
	size_t length;
	const char *text = event_has(event, field) ? event_raw(event, field, &length) : NULL;
	const char *end = text == NULL ? NULL : text + length;
	int64_t value;

	for (int i = 0; text != NULL && i < SEMAPHORES_MAX && list_next(&text, end, &value); i++) {
		struct semaphore *semaphore = semaphore_at(model, set, i);
		if (semaphore == NULL)
			return;
		if (field == FIELD_values)
			semaphore_figure(semaphore, value, quiet, old);
		else if (field == FIELD_ncnt)
			semaphore->ncnt = value;
		else if (field == FIELD_zcnt)
			semaphore->zcnt = value;
		else
			semaphore->last_pid = value > INT32_MAX ? 0 : (int32_t)value;
	}
}

/* A mutex keeps the thread that holds it: of a process with one thread that is the process. */
static void
take_holder(struct model *model, int id, const struct event *event)
{
	int64_t thread = number_of(event, FIELD_last, 0);
	int holder =
		thread > 0 && thread <= INT32_MAX ? model_process(model, (int32_t)thread) : NONE;

	if (model->channels[id].semaphores->items[0].value == 1)
		mutex_looked(model, id, NONE);
	else if (holder != NONE)
		mutex_looked(model, id, holder);
}

void
semaphores_figures(struct model *model, int id, const struct event *event, bool old)
{
	struct channel *channel = &model->channels[id];
	struct semaphores *set = channel->semaphores;
	bool quiet = channel->n_callers == 0;

	take_list(model, set, event, FIELD_values, quiet, old);
	take_list(model, set, event, FIELD_ncnt, quiet, old);
	take_list(model, set, event, FIELD_zcnt, quiet, old);
	take_list(model, set, event, FIELD_last, quiet, old);
	if (channel->kind == CHANNEL_MUTEX && event->pid == 0 && event_has(event, FIELD_values) &&
		set->n > 0)
		take_holder(model, id, event);
	channel->changed = model->events;
}

/* --- calls --- */

static void
semaphores_made(struct model *model, int id, const struct call *call, bool inferred)
{
	struct channel *channel = &model->channels[id];
	struct semaphores *set = channel->semaphores;
	int64_t n = call->id == CALL_semget ? call->n : 1;

	set->n = set->n_undos = set->n_holdings = 0;
	channel->partial = channel->removed = channel->contradicted = false;
	channel->write_left = channel->read_left = channel->n_writes = channel->n_reads = 0;
	for (int i = 0; i < channel->n_users; i++)
		channel->users[i].held = 0;
	for (int i = 0; i < n && i < SEMAPHORES_MAX; i++)
		semaphore_set(model, set, i,
			call->id == CALL_semget          ? 0
			: channel->kind == CHANNEL_MUTEX ? 1
			: call->n >= 0                   ? call->n
							 : -1,
			inferred);
}

/* What semctl set or told. */
static void
semctl_called(struct model *model, int id, int process, const struct call *call)
{
	struct semaphores *set = model->channels[id].semaphores;
	struct semaphore *semaphore = semaphore_at(model, set, call->sem);

	if (strcmp(call->ops, "IPC_RMID") == 0) {
		object_removed(model, id, process);
	} else if (strcmp(call->ops, "SETALL") == 0) {
		undos_clear(set, NONE);
		for (int i = 0; i < set->n; i++)
			set->items[i] = (struct semaphore){.value = -1,
				.ncnt = set->items[i].ncnt,
				.zcnt = set->items[i].zcnt,
				.last_pid = set->items[i].last_pid,
				.last_operator = set->items[i].last_operator,
				.initial = -1,
				.settled = unsettled};
		model->channels[id].last_writer = process;
		model->channels[id].write_left = model->events;
	} else if (semaphore == NULL) {
		return;
	} else if (strcmp(call->ops, "SETVAL") == 0) {
		undos_clear(set, call->sem);
		semaphore_set(model, set, call->sem, call->n, true);
		model->channels[id].last_writer = process;
		model->channels[id].write_left = model->events;
	} else if (strcmp(call->ops, "GETVAL") == 0) {
		semaphore_figure(semaphore, call->ret, model->channels[id].n_callers == 0, false);
	} else if (strcmp(call->ops, "GETNCNT") == 0) {
		semaphore->ncnt = call->ret;
	} else if (strcmp(call->ops, "GETZCNT") == 0) {
		semaphore->zcnt = call->ret;
	} else if (strcmp(call->ops, "GETPID") == 0 && call->ret <= INT32_MAX) {
		semaphore->last_pid = (int32_t)call->ret;
	}
}

static bool
waits_at_condition(enum call_id id)
{
	return id == CALL_pthread_cond_wait || id == CALL_pthread_cond_timedwait ||
	       id == CALL_pthread_cond_clockwait;
}

/* pthread_cond_wait gives the mutex back while it waits, and has it again when it returns. */
static void
condition_mutex(struct model *model, int process, const struct call *call, int64_t delta)
{
	struct operation operation = {.delta = delta};

	if (call->other == NONE || model->channels[call->other].semaphores == NULL)
		return;
	operation_done(model, call->other, process, &operation);
	user_holds(model, call->other, process, true, true);
	model->channels[call->other].changed = model->events;
}

void
semaphores_entered(struct model *model, int process, const struct call *call)
{
	struct operation operations[OPERATIONS_MAX];
	int n = call_operations(call, operations);
	bool reads = waits_at_condition(call->id), writes = false;

	for (int i = 0; i < n; i++) {
		reads |= operations[i].delta <= 0;
		writes |= operations[i].delta > 0;
	}
	user_holds(model, call->channel, process, reads, writes);
	if (waits_at_condition(call->id))
		condition_mutex(model, process, call, 1);
}

static bool
acquired(const struct call *call)
{
	return !call_failed(call) || strcmp(call->err, "EOWNERDEAD") == 0;
}

static void
operations_done(struct model *model, int process, const struct call *call)
{
	struct operation operations[OPERATIONS_MAX];
	int n = acquired(call) ? call_operations(call, operations) : 0;
	bool reads = false, writes = false;

	for (int i = 0; i < n; i++) {
		operation_done(model, call->channel, process, &operations[i]);
		reads |= operations[i].delta <= 0;
		writes |= operations[i].delta > 0;
	}
	user_holds(model, call->channel, process, reads, writes);
}

void
semaphores_called(struct model *model, int process, struct call *call, const struct event *event)
{
	int id = call->channel;
	struct channel *channel = &model->channels[id];
	bool good = !call_failed(call);
	bool old = !channel->partial && call->begun != 0 &&
		   (channel->write_left > call->begun || channel->read_left > call->begun);

	call->kernel =
		(int8_t)(event_has(event, FIELD_kernel) ? event_number(event, FIELD_kernel, 0) != 0
							: -1);
	if (call->kernel != -1)
		channel->semaphores->needed_kernel = call->kernel == 1;
	if (event_has(event, FIELD_shared))
		channel->semaphores->shared = event_number(event, FIELD_shared, 0) != 0;
	operations_done(model, process, call);
	switch (good ? call->id : CALL_unknown) {
	case CALL_semget:
	case CALL_sem_open:
		if (number_of(event, FIELD_made, 0) == 1)
			semaphores_made(model, id, call, true);
		break;
	case CALL_sem_init:
	case CALL_pthread_mutex_init:
	case CALL_pthread_cond_init:
		semaphores_made(model, id, call, true);
		break;
	case CALL_semctl:
		semctl_called(model, id, process, call);
		break;
	case CALL_sem_destroy:
	case CALL_sem_unlink:
	case CALL_pthread_mutex_destroy:
	case CALL_pthread_cond_destroy:
		object_removed(model, id, process);
		break;
	case CALL_pthread_cond_signal:
	case CALL_pthread_cond_broadcast:
		channel->last_writer = process;
		channel->write_left = model->events;
		user_touch(model, id, process, false, true);
		break;
	default:
		break;
	}
	if (waits_at_condition(call->id) && strcmp(call->err, "EPERM") != 0 &&
		strcmp(call->err, "EINVAL") != 0)
		condition_mutex(model, process, call, -1);
	if (strcmp(call->err, "EIDRM") == 0 && !channel->removed)
		object_removed(model, id, NONE);
	semaphores_figures(model, id, event, old);
}

/* What it did with SEM_UNDO is taken back; the rest stays as it left it (semop(2)). */
void
semaphores_process_gone(struct model *model, int id, int process)
{
	struct channel *channel = &model->channels[id];
	struct semaphores *set = channel->semaphores;

	for (int i = set->n_undos - 1; i >= 0; i--) {
		struct undo undo = set->undos[i];
		if (undo.process != process)
			continue;
		struct operation operation = {.number = undo.number, .delta = undo.adjust};
		set->undos[i] = set->undos[--set->n_undos];
		operation_done(model, id, process, &operation);
		channel->changed = model->events;
	}
	for (int i = 0; i < set->n_holdings; i++)
		if (set->holdings[i].process == process)
			set->holdings[i].gave = false;
	for (int i = 0; i < channel->n_users; i++)
		if (channel->users[i].process == process)
			user_holds(model, id, process, false, false);
}

/* A fork copies a semaphore in private memory: from then on the child has its own, of the same value. */
void
semaphores_inherit(struct model *model, int id, const char *name, size_t length)
{
	char parents[80];
	const char *at = memchr(name, '@', length), *colon = memchr(name, ':', length);
	struct semaphores *set = model->channels[id].semaphores;

	set->shared = true;
	if (at == NULL || colon == NULL || memchr(at, '+', length - (size_t)(at - name)) != NULL)
		return;
	set->shared = false;
	int child = model_process(model, atoi(colon + 1));
	if (child == NONE || (size_t)(length - (size_t)(at - name)) > 40)
		return;
	size_t kind = (size_t)(colon + 1 - name);
	memcpy(parents, name, kind);
	int32_t pid = model->processes[child].ppid;
	size_t used = kind;
	for (int32_t digit = 1000000000; digit > 0; digit /= 10)
		if (pid >= digit)
			parents[used++] = (char)('0' + pid / digit % 10);
	memcpy(parents + used, at, length - (size_t)(at - name));
	parents[used + length - (size_t)(at - name)] = '\0';
	int from = model_channel(model, parents);
	if (from == NONE || model->channels[from].semaphores == NULL ||
		model->channels[from].semaphores->n == 0)
		return;
	semaphore_set(model, set, 0, model->channels[from].semaphores->items[0].value, true);
}
