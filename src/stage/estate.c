/* SPDX-License-Identifier: MIT
 *
 * What a run's processes made and left: is it there still, is it the very same, and away with it.
 */
#include "stage/estate.h"

#include <dirent.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "stage/inside.h"

void
estate_init(struct estate *estate, const char *run_id, const char *directory)
{
	struct timespec now;

	memset(estate, 0, sizeof *estate);
	clock_gettime(CLOCK_REALTIME_COARSE, &now); /* by which the kernel dates objects */
	estate->since = now.tv_sec;
	estate->directory = directory;
	run_word(run_id, estate->word);
}

/* --- names --- */

char *
holding_object(const struct holding *holding, char *buf, size_t size)
{
	static const char *const kinds[] = {[LEDGER_MSG] = "msg",
		[LEDGER_SHM] = "shm",
		[LEDGER_SEM] = "sem",
		[LEDGER_MQ_NAME] = "mq",
		[LEDGER_SHM_NAME] = "shm",
		[LEDGER_SEM_NAME] = "sem"};

	if (holding->kind >= LEDGER_MQ_NAME)
		snprintf(buf, size, "%s:%s", kinds[holding->kind], holding->name);
	else
		snprintf(buf, size, "%s:%d", kinds[holding->kind], holding->id);
	return buf;
}

/* What a name stands for now. False: nothing, or nothing that we may ask about. */
static bool
name_status(uint32_t kind, const char *name, struct stat *status)
{
	char path[PATH_MAX];
	int queue, failed;

	if (kind != LEDGER_MQ_NAME) {
		snprintf(path, sizeof path, "/dev/shm/%s%s",
			kind == LEDGER_SEM_NAME ? "sem." : "", name + 1);
		return lstat(path, status) == 0 && S_ISREG(status->st_mode);
	}
	if ((queue = (int)mq_open(name, O_RDONLY | O_NONBLOCK)) < 0)
		queue = (int)mq_open(name, O_WRONLY | O_NONBLOCK);
	if (queue < 0)
		return false;
	failed = fstat(queue, status);
	close(queue);
	return failed == 0;
}

/* When the file was made, s; its last change where that is not known. */
static int64_t
made_at(uint32_t kind, const char *name, const struct stat *status)
{
	char path[PATH_MAX];
	struct statx more;

	snprintf(path, sizeof path, "/dev/shm/%s%s", kind == LEDGER_SEM_NAME ? "sem." : "", name + 1);
	if (kind != LEDGER_MQ_NAME &&
		statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &more) == 0 &&
		(more.stx_mask & STATX_BTIME) != 0)
		return more.stx_btime.tv_sec;
	return status->st_ctim.tv_sec;
}

/* --- the ledger --- */

static bool
holding_is(const struct holding *holding, const struct ledger_entry *entry, uint32_t kind)
{
	if (kind == LEDGER_INTENT)
		return holding->kind == kind && holding->id == entry->id &&
		       holding->inode == (uint64_t)entry->made;
	return holding->kind == kind &&
	       (kind == LEDGER_FREE ||
		       (kind >= LEDGER_MQ_NAME
				       ? strncmp(holding->name, entry->name, sizeof entry->name) == 0
				       : holding->id == entry->id));
}

static void
holding_take(struct holding *holding, const struct ledger_entry *entry, uint32_t kind)
{
	struct stat status;

	*holding = (struct holding){.kind = kind, .id = entry->id};
	if (kind == LEDGER_INTENT)
		holding->inode = (uint64_t)entry->made;
	if (kind < LEDGER_MQ_NAME || kind == LEDGER_INTENT)
		return;
	memcpy(holding->name, entry->name, sizeof holding->name);
	holding->name[sizeof holding->name - 1] = '\0';
	if (name_status(kind, holding->name, &status))
		holding->inode = status.st_ino;
}

bool
estate_update(struct estate *estate, const struct board *board, bool *changed)
{
	bool any = false;

	for (int i = 0; i < BOARD_LEDGER; i++) {
		const struct ledger_entry *entry = &board->ledger[i];
		uint32_t kind = atomic_load_explicit(&entry->kind, memory_order_acquire);
		bool new;

		/* Half written by somebody who was killed in it, or is at it: the next look tells. */
		if (kind == LEDGER_BUSY || kind > LEDGER_INTENT)
			kind = LEDGER_FREE;
		new = !holding_is(&estate->holding[i], entry, kind);
		if (new)
			holding_take(&estate->holding[i], entry, kind);
		if (changed != NULL)
			changed[i] = new;
		any = any || new;
	}
	return any;
}

/* --- is it there --- */

struct search {
	const struct holding *holding;
	int64_t since;
};

static bool
is_our_sysv(const struct sysv *sysv, void *context)
{
	const struct search *search = context;

	return sysv->id == search->holding->id && sysv->creator == geteuid() &&
	       sysv->changed >= search->since - 1;
}

bool
holding_is_there(const struct holding *holding, const struct estate *estate)
{
	struct search search = {holding, estate->since};
	struct stat status;

	if (holding->kind == LEDGER_FREE || holding->kind == LEDGER_BUSY ||
		holding->kind == LEDGER_INTENT)
		return false;
	if (holding->kind < LEDGER_MQ_NAME)
		return sysv_each(holding->kind, is_our_sysv, &search);
	if (!name_status(holding->kind, holding->name, &status) || status.st_uid != geteuid())
		return false;
	if (holding->inode != 0)
		return status.st_ino == holding->inode;
	return made_at(holding->kind, holding->name, &status) >= estate->since - 1;
}

/* --- away with it --- */

static int
holding_remove(const struct holding *holding, const struct estate *estate)
{
	char object[160];

	return holding_is_there(holding, estate) &&
	       object_remove(holding_object(holding, object, sizeof object)) == 0;
}

bool
estate_names(const struct estate *estate, const char *name)
{
	const char *at = estate->word[0] != '\0' ? strstr(name, estate->word) : NULL;
	char after = at != NULL ? at[strlen(estate->word)] : '\0';

	return at != NULL && !(after >= 'a' && after <= 'z') && !(after >= '0' && after <= '9');
}

static int
name_remove(uint32_t kind, const char *name, const struct estate *estate)
{
	struct holding holding = {.kind = kind};

	if (strlen(name) + 2 > sizeof holding.name)
		return 0;
	snprintf(holding.name, sizeof holding.name, "/%s", name);
	return holding_remove(&holding, estate);
}

/* Names that bear the run's word: made by a process that was killed before it could enter them. */
static int
words_remove(const struct estate *estate, const char *path)
{
	bool queues = strcmp(path, "/dev/mqueue") == 0;
	DIR *directory = opendir(path);
	struct dirent *entry;
	int removed = 0;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (!estate_names(estate, entry->d_name))
			continue;
		if (queues)
			removed += name_remove(LEDGER_MQ_NAME, entry->d_name, estate);
		else if (strncmp(entry->d_name, "sem.", 4) == 0)
			removed += name_remove(LEDGER_SEM_NAME, entry->d_name + 4, estate);
		else
			removed += name_remove(LEDGER_SHM_NAME, entry->d_name, estate);
	}
	if (directory != NULL)
		closedir(directory);
	return removed;
}

/* --- what was about to be made --- */

/* A process was killed as it made an object under a key, and has not entered it: that with this key which was made since
 * the run began, and which nobody has used who is alive. */
struct intent {
	int key, id;
	int64_t since;
};

static bool
is_intended(const struct sysv *sysv, void *context)
{
	struct intent *intent = context;

	if (sysv->key != intent->key || sysv->creator != geteuid() ||
		sysv->changed < intent->since - 1 || !pid_is_dead(sysv->users[0]) ||
		!pid_is_dead(sysv->users[1]) || sysv->attached > 0)
		return false;
	intent->id = sysv->id;
	return true;
}

static int
intent_remove(const struct holding *holding, const struct estate *estate)
{
	struct intent intent = {.key = holding->id, .since = estate->since};
	struct holding made = {.kind = (uint32_t)holding->inode};

	if (made.kind < LEDGER_MSG || made.kind > LEDGER_SEM ||
		!sysv_each(made.kind, is_intended, &intent))
		return 0;
	made.id = intent.id;
	return holding_remove(&made, estate);
}

int
estate_remove(const struct estate *estate)
{
	int removed = 0;

	for (int i = 0; i < BOARD_LEDGER; i++)
		if (estate->holding[i].kind == LEDGER_INTENT)
			removed += intent_remove(&estate->holding[i], estate);
		else
			removed += holding_remove(&estate->holding[i], estate);
	removed += words_remove(estate, "/dev/shm");
	removed += words_remove(estate, "/dev/mqueue");
	removed += temporaries_remove(estate);
	/* Where that is not mounted, by what the programs were told. */
	for (int i = 0; i < estate->n_arguments; i++) {
		const char *last = strrchr(estate->argument[i], '/');

		removed += name_remove(LEDGER_MQ_NAME,
			last != NULL ? last + 1 : estate->argument[i], estate);
	}
	return removed;
}
