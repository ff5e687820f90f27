/* SPDX-License-Identifier: MIT
 *
 * Keeping account of a run's estate while it lives, and settling it at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"

static bool
is_about_objects(enum call_id call)
{
	switch (call) {
	case CALL_msgget:
	case CALL_msgctl:
	case CALL_shmget:
	case CALL_shmctl:
	case CALL_semget:
	case CALL_semctl:
	case CALL_mq_open:
	case CALL_mq_unlink:
	case CALL_shm_open:
	case CALL_shm_unlink:
	case CALL_sem_open:
	case CALL_sem_unlink:
		return true;
	default:
		return false;
	}
}

/* The ledger may say something new. */
void
estate_follow(struct stage *stage)
{
	bool changed[BOARD_LEDGER];

	if (estate_update(&stage->estate, stage->board, changed))
		record_holdings(&stage->record, &stage->estate, changed);
}

void
estate_glance(struct stage *stage, const struct event *event)
{
	if (event->what == WHAT_leave && is_about_objects(event->call))
		estate_follow(stage);
}

/* A program is about to be told this: it may become an object's name. */
void
estate_argument(struct stage *stage, const char *argument)
{
	if (estate_names(&stage->estate, argument))
		record_argument(&stage->record, argument);
}

/* Everybody is dead. Removes what a lesson's run has made, then its directory. The record is taken last: with it the next
 * start of ipcviz could go on. */
void
estate_settle(struct stage *stage)
{
	if (stage->directory == NULL)
		return;
	record_read(&stage->estate);
	if (stage->board != NULL)
		estate_update(&stage->estate, stage->board, NULL);
	estate_remove(&stage->estate);
	leftover_remove_directory(stage->directory);
	record_remove(&stage->estate);
}

int
stage_left(struct stage *stage, struct stage_left *left, int room)
{
	int n = 0;

	estate_follow(stage);
	for (int i = 0; i < BOARD_LEDGER; i++) {
		const struct holding *holding = &stage->estate.holding[i];

		if (!holding_is_there(holding, &stage->estate))
			continue;
		if (n < room)
			holding_object(holding, left[n].object, sizeof left[n].object);
		n++;
	}
	return n;
}

bool
stage_is_left(const char *object)
{
	static const enum ledger_kind by_name[] = {LEDGER_MQ_NAME, LEDGER_SHM_NAME, LEDGER_SEM_NAME},
				      by_id[] = {LEDGER_MSG, LEDGER_SHM, LEDGER_SEM};
	static const struct estate any;
	const char *name = strchr(object, ':');
	struct holding holding = {0};

	if (name == NULL || strlen(++name) >= sizeof holding.name)
		return false;
	strcpy(holding.name, name);
	holding.id = atoi(name);
	holding.kind = (name[0] == '/' ? by_name : by_id)[object[0] == 'm' ? 0 : object[1] == 'h' ? 1 : 2];
	return holding_is_there(&holding, &any);
}
