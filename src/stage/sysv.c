/* SPDX-License-Identifier: MIT
 *
 * System V objects as the kernel lists them.
 */
#include <stdio.h>
#include <string.h>

#include "stage/estate.h"

/* The columns, sysvipc(5)-wise: see ipc/msg.c, ipc/sem.c and ipc/shm.c of the kernel. */
static bool
msg_parse(const char *row, struct sysv *sysv)
{
	long long changed;
	unsigned creator;

	if (sscanf(row, "%d %d %*o %*u %*u %d %d %*u %*u %u %*u %*u %*u %lld", &sysv->key,
		    &sysv->id, &sysv->users[0], &sysv->users[1], &creator, &changed) != 6)
		return false;
	sysv->creator = creator;
	sysv->changed = changed;
	return true;
}

static bool
sem_parse(const char *row, struct sysv *sysv)
{
	long long changed;
	unsigned creator;

	if (sscanf(row, "%d %d %*o %*u %*u %*u %u %*u %*u %lld", &sysv->key, &sysv->id, &creator,
		    &changed) != 4)
		return false;
	sysv->creator = creator;
	sysv->changed = changed;
	return true;
}

static bool
shm_parse(const char *row, struct sysv *sysv)
{
	long long attached, changed;
	unsigned creator;

	if (sscanf(row, "%d %d %*o %*u %d %d %lld %*u %*u %u %*u %*u %*u %lld", &sysv->key,
		    &sysv->id, &sysv->users[0], &sysv->users[1], &attached, &creator,
		    &changed) != 7)
		return false;
	sysv->creator = creator;
	sysv->attached = attached;
	sysv->changed = changed;
	return true;
}

bool
sysv_each(enum ledger_kind kind, bool (*found)(const struct sysv *sysv, void *context), void *context)
{
	const char *path = kind == LEDGER_MSG	? "/proc/sysvipc/msg"
			   : kind == LEDGER_SHM ? "/proc/sysvipc/shm"
						: "/proc/sysvipc/sem";
	FILE *list = fopen(path, "re");
	bool done = false;
	char row[512];

	if (list == NULL)
		return false;
	while (!done && fgets(row, sizeof row, list) != NULL) {
		struct sysv sysv = {.kind = kind};
		bool good = kind == LEDGER_MSG	 ? msg_parse(row, &sysv)
			    : kind == LEDGER_SHM ? shm_parse(row, &sysv)
						 : sem_parse(row, &sysv);

		done = good && found(&sysv, context);
	}
	fclose(list);
	return done;
}
