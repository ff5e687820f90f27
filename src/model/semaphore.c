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

/* --- what a call asks --- */

static int
operations_parse(const char *text, struct operation *operations)
{
	int n = 0;

	while (*text != '\0' && n < OPERATIONS_MAX) {
		char *end;
		long number = strtol(text, &end, 10);
		if (end == text || number < 0 || number > INT16_MAX * 2)
			break;
		long long delta = strtoll(end, &end, 10);
		operations[n] = (struct operation){.number = (int)number};
		operations[n].delta = delta > INT16_MAX    ? INT16_MAX
				      : delta < -INT16_MAX ? -INT16_MAX
							   : delta;
		for (; *end != '\0' && *end != ','; end++)
			operations[n].undo |= *end == 'u';
		n++;
		text = *end == ',' ? end + 1 : end;
	}
	return n;
}

int
call_operations(const struct call *call, struct operation *operations)
{
	switch (call->id) {
	case CALL_semop:
	case CALL_semtimedop:
		return operations_parse(call->ops, operations);
	case CALL_sem_wait:
	case CALL_sem_trywait:
	case CALL_sem_timedwait:
	case CALL_sem_clockwait:
	case CALL_pthread_mutex_lock:
	case CALL_pthread_mutex_trylock:
	case CALL_pthread_mutex_timedlock:
	case CALL_pthread_mutex_clocklock:
		operations[0] = (struct operation){.delta = -1};
		return 1;
	case CALL_sem_post:
	case CALL_pthread_mutex_unlock:
		operations[0] = (struct operation){.delta = 1};
		return 1;
	default:
		return 0;
	}
}

/* All or none, and each sees what those before it did (semop(2)). */
int
operations_stuck(const struct semaphores *semaphores, const struct operation *operations, int n)
{
	for (int i = 0; i < n; i++) {
		int number = operations[i].number;
		if (number >= semaphores->n || semaphores->items[number].value == -1)
			continue;
		int64_t value = semaphores->items[number].value;
		for (int j = 0; j < i; j++)
			value += operations[j].number == number ? operations[j].delta : 0;
		if (operations[i].delta == 0 ? value != 0 : value + operations[i].delta < 0)
			return i;
	}
	return NONE;
}

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

/* --- who took what --- */

static struct holding *
holding_of(struct model *model, struct semaphores *set, int process, int number)
{
	for (int i = 0; i < set->n_holdings; i++)
		if (set->holdings[i].process == process && set->holdings[i].number == number)
			return &set->holdings[i];
	if (!table_grow_shared((void **)&set->holdings, &set->room_holdings, set->n_holdings,
		    HOLDINGS_MAX, sizeof *set->holdings, &model->n_holdings, MODEL_HOLDINGS_MAX)) {
		model->lost++;
		return NULL;
	}
	set->holdings[set->n_holdings] = (struct holding){.process = process, .number = number};
	return &set->holdings[set->n_holdings++];
}

static void
undo_add(struct model *model, struct semaphores *set, int process, int number, int64_t delta)
{
	int at = 0;

	while (at < set->n_undos &&
		(set->undos[at].process != process || set->undos[at].number != number))
		at++;
	if (at == set->n_undos) {
		if (!table_grow_shared((void **)&set->undos, &set->room_undos, set->n_undos,
			    HOLDINGS_MAX, sizeof *set->undos, &model->n_undos,
			    MODEL_HOLDINGS_MAX)) {
			model->lost++;
			return;
		}
		set->undos[set->n_undos++] = (struct undo){.process = process, .number = number};
	}
	set->undos[at].adjust -= delta;
	if (set->undos[at].adjust == 0)
		set->undos[at] = set->undos[--set->n_undos];
}

/* SETVAL and SETALL take the adjustments of all processes back (semctl(2)). number NONE: of the whole set. */
static void
undos_clear(struct semaphores *set, int number)
{
	int kept = 0;

	for (int i = 0; i < set->n_undos; i++)
		if (number != NONE && set->undos[i].number != number)
			set->undos[kept++] = set->undos[i];
	set->n_undos = kept;
}

static void
user_holds(struct model *model, int id, int process, bool reads, bool writes)
{
	const struct semaphores *set = model->channels[id].semaphores;
	struct user *user = user_touch(model, id, process, reads, writes);

	if (user == NULL)
		return;
	user->held = 0;
	for (int i = 0; i < set->n_holdings; i++)
		if (set->holdings[i].process == process)
			user->held += set->holdings[i].held;
}

/* Whoever had the mutex has it no more: it was given back by a call that has not returned yet, or its holder died. */
static void
mutex_taken_from(struct model *model, int id, int by)
{
	struct semaphores *set = model->channels[id].semaphores;

	for (int i = 0; i < set->n_holdings; i++) {
		if (set->holdings[i].process == by || set->holdings[i].held == 0)
			continue;
		set->holdings[i].held = 0;
		for (int j = 0; j < model->channels[id].n_users; j++)
			if (model->channels[id].users[j].process == set->holdings[i].process)
				model->channels[id].users[j].held = 0;
	}
}

static void
holding_change(struct model *model, int id, int process, const struct operation *operation)
{
	struct channel *channel = &model->channels[id];
	struct holding *holding = operation->delta == 0 ? NULL
							: holding_of(model, channel->semaphores,
								  process, operation->number);

	if (holding == NULL)
		return;
	if (operation->delta < 0) {
		holding->held -= operation->delta;
		if (channel->kind == CHANNEL_MUTEX)
			mutex_taken_from(model, id, process);
	} else if (holding->held >= operation->delta) {
		holding->held -= operation->delta;
	} else {
		holding->gave |= channel->kind != CHANNEL_MUTEX;
		holding->held = 0;
	}
}

/* A mutex is free when nobody holds it; one whose holder is not known stays as it was. */
static int64_t
mutex_value(const struct semaphores *set)
{
	for (int i = 0; i < set->n_holdings; i++)
		if (set->holdings[i].held > 0)
			return 0;
	return 1;
}

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
