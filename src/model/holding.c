/* SPDX-License-Identifier: MIT
 *
 * Who took what of semaphores and locks and did not give it back, and what SEM_UNDO would give back at its end: both
 * from the operations seen, for the kernel tells neither.
 */
#include "model/fold.h"

#include <stdlib.h>
#include <string.h>

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

void
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

void
undos_clear(struct semaphores *set, int number)
{
	int kept = 0;

	for (int i = 0; i < set->n_undos; i++)
		if (number != NONE && set->undos[i].number != number)
			set->undos[kept++] = set->undos[i];
	set->n_undos = kept;
}

void
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

void
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
int64_t
mutex_value(const struct semaphores *set)
{
	for (int i = 0; i < set->n_holdings; i++)
		if (set->holdings[i].held > 0)
			return 0;
	return 1;
}

static bool
others_stir(const struct model *model, const struct channel *channel, int holder)
{
	for (int i = 0; i < channel->n_callers; i++)
		if (channel->callers[i].process == holder ||
			model->processes[channel->callers[i].process].state != PROCESS_BLOCKED)
			return true;
	return false;
}

/* While a call on it is under way its leave will tell. */
void
mutex_looked(struct model *model, int id, int process)
{
	struct operation lock = {.delta = -1};
	struct channel *channel = &model->channels[id];

	if (others_stir(model, channel, process))
		return;
	mutex_taken_from(model, id, process);
	if (process == NONE)
		return;
	const struct user *user = channel_user(channel, process);
	if (user != NULL && user->held > 0)
		return;
	holding_change(model, id, process, &lock);
	user_holds(model, id, process, true, true);
}
