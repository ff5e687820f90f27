/* SPDX-License-Identifier: MIT
 *
 * Taking an object away, by the name that events call it: the name of a FIFO or of a POSIX object, or the System V
 * object itself. Used by the learner's key, and to clean up when a run is over.
 */
#include <errno.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

static int
fifo_unlink(const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return -1;
	if (!S_ISFIFO(status.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return unlink(path);
}

static int
msg_remove(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static int
shm_remove(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int
sem_remove(int id)
{
	return semctl(id, 0, IPC_RMID);
}

/* How objects of a kind are removed: by name, or by id. */
static const struct removal {
	const char *prefix;
	int (*by_name)(const char *name);
	int (*by_id)(int id);
} removals[] = {
	{"fifo:", fifo_unlink, NULL},
	{"mq:", mq_unlink, NULL},
	{"shm:", shm_unlink, shm_remove},
	{"sem:", sem_unlink, sem_remove},
	{"msg:", NULL, msg_remove},
};

/* The kind of removal and what comes after the prefix; NULL: the object has neither name nor id. */
static const struct removal *
removal_find(const char *object, const char **name)
{
	for (size_t i = 0; i < sizeof removals / sizeof removals[0]; i++) {
		size_t length = strlen(removals[i].prefix);

		if (strncmp(object, removals[i].prefix, length) != 0)
			continue;
		*name = object + length;
		if ((*name)[0] == '/')
			/* "sem:/segment+16" lies in a segment and has no name of its own. */
			return removals[i].by_name != NULL &&
					       (strncmp(object, "sem:", 4) != 0 || strchr(*name, '+') == NULL)
				       ? &removals[i]
				       : NULL;
		return removals[i].by_id != NULL && (*name)[0] != '\0' &&
				       strspn(*name, "0123456789") == strlen(*name)
			       ? &removals[i]
			       : NULL;
	}
	return NULL;
}

bool
stage_removable(const char *object)
{
	const char *name;

	return removal_find(object, &name) != NULL;
}

int
object_remove(const char *object)
{
	const char *name;
	const struct removal *removal = removal_find(object, &name);

	if (removal == NULL) {
		errno = EINVAL;
		return -1;
	}
	return name[0] == '/' ? removal->by_name(name) : removal->by_id(atoi(name));
}

int
stage_remove(struct stage *stage, const char *object, struct problem *problem)
{
	struct note *note;

	object = object_name(stage, object);
	if (!stage_removable(object))
		return problem_set(
			problem, NULL, 0, _("%s has no name that could be removed"), object);
	if ((note = note_make(stage, 0, 0, WHAT_act)) != NULL) {
		line_word(&note->line, FIELD_op, "remove");
		line_word(&note->line, FIELD_obj, object);
		line_word(&note->line, FIELD_by, "stage");
		note_send(stage, note);
	}
	if (object_remove(object) != 0)
		return problem_set(problem, NULL, 0, _("%s cannot be removed: %s"), object,
			strerror(errno));
	/* of a FIFO nothing else would tell: who has it open sees no difference */
	if ((note = note_make(stage, 0, 0, WHAT_look)) != NULL) {
		line_word(&note->line, FIELD_obj, object);
		line_number(&note->line, FIELD_removed, 1);
		note_send(stage, note);
	}
	return 0;
}
