/* SPDX-License-Identifier: MIT
 *
 * Asking the kernel about a queue, a segment, a semaphore: without becoming one of its users. Nothing here changes what
 * the kernel tells of the last sender or the last attach.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/inside.h"
#include "stage/object.h"

static bool
is_gone(int error)
{
	return error == EINVAL || error == EIDRM || error == ENOENT;
}

/* The object did not answer: it is gone, or we may not ask. */
static void
facts_failed(struct object_facts *facts, int error)
{
	if (is_gone(error))
		facts->removed = 1;
	else
		facts->error = error;
}

/* Does the name still stand for the object that it stood for when it was seen first? */
static void
name_ask(struct object *object, const char *path, mode_t kind, struct object_facts *facts)
{
	struct stat status;

	if (lstat(path, &status) != 0) {
		facts_failed(facts, errno);
		return;
	}
	if (object->inode == 0)
		object->inode = status.st_ino;
	facts->removed = (status.st_mode & S_IFMT) != kind || status.st_ino != object->inode;
	if (facts->removed == 0 && kind == S_IFREG)
		facts->size = status.st_size;
}

/* --- queues --- */

static void
msg_ask(struct object *object, struct object_facts *facts)
{
	struct msqid_ds queue;

	if (msgctl(object->id, IPC_STAT, &queue) != 0) {
		facts_failed(facts, errno);
		return;
	}
	facts->removed = 0;
	facts->count = (int64_t)queue.msg_qnum;
	facts->used = (int64_t)queue.__msg_cbytes;
	facts->capacity = (int64_t)queue.msg_qbytes;
	facts->sender = queue.msg_lspid;
	facts->receiver = queue.msg_lrpid;
}

/* Through a descriptor that a process has: the queue itself, whatever became of its name. -1: nobody has one. */
static int
mq_open_sight(const struct object *object)
{
	for (int i = 0; i < SIGHTS_MAX; i++) {
		const struct sight *sight = &object->sight[i];
		char path[64], name[PATH_MAX + 16];
		int fd;

		if (sight->pid == 0 || sight->fd < 0)
			continue;
		if (descriptor_object(sight->pid, sight->fd, name, sizeof name) == NULL ||
			strcmp(name, object->name) != 0)
			continue;
		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)sight->pid, sight->fd);
		if ((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) >= 0)
			return fd;
	}
	return -1;
}

/* What a queue tells when it is read: "QSIZE:129 NOTIFY:2 SIGNO:0 NOTIFY_PID:8260". mq_overview(7) */
static void
mq_ask_open(int fd, struct object_facts *facts)
{
	struct mq_attr attributes;
	char text[256], *at;
	ssize_t n;

	if (mq_getattr((mqd_t)fd, &attributes) == 0) {
		facts->count = attributes.mq_curmsgs;
		facts->limit = attributes.mq_maxmsg;
		facts->size = attributes.mq_msgsize;
	}
	if ((n = pread(fd, text, sizeof text - 1, 0)) <= 0)
		return;
	text[n] = '\0';
	if ((at = strstr(text, "QSIZE:")) != NULL)
		facts->used = strtoll(at + 6, NULL, 10);
	if ((at = strstr(text, "NOTIFY_PID:")) != NULL)
		facts->notify = strtoll(at + 11, NULL, 10);
}

static ino_t
inode_of(int fd)
{
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static void
mq_ask(struct object *object, struct object_facts *facts)
{
	int named = (int)mq_open(object->own, O_RDONLY | O_NONBLOCK), error = errno;
	int held = mq_open_sight(object);

	if (held >= 0)
		object->inode = inode_of(held);
	else if (object->inode == 0)
		object->inode = inode_of(named);
	if (named >= 0)
		facts->removed = inode_of(named) != object->inode;
	else
		facts_failed(facts, error);
	if (held >= 0 || (named >= 0 && facts->removed == 0)) {
		mq_ask_open(held >= 0 ? held : named, facts);
		facts->error = 0;
	}
	if (held >= 0)
		close(held);
	if (named >= 0)
		mq_close((mqd_t)named);
}

/* --- segments --- */

static void
shm_ask(struct object *object, struct object_facts *facts)
{
	struct shmid_ds segment;

	if (shmctl(object->id, IPC_STAT, &segment) != 0) {
		facts_failed(facts, errno);
		return;
	}
	facts->removed = (segment.shm_perm.mode & SHM_DEST) != 0;
	facts->size = (int64_t)segment.shm_segsz;
	facts->nattch = (int64_t)segment.shm_nattch;
}

static void
named_ask(struct object *object, const char *prefix, struct object_facts *facts)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "/dev/shm/%s%s", prefix, object->own + 1);
	name_ask(object, path, S_IFREG, facts);
}

/* --- semaphores --- */

static void
list_add(char *list, int64_t number)
{
	size_t length = strlen(list);

	snprintf(list + length, LIST_MAX - length, "%s%lld", length > 0 ? "," : "",
		(long long)number);
}

static void
set_ask(struct object *object, struct object_facts *facts)
{
	enum { SET_MAX = 32 };
	union semun {
		int val;
		struct semid_ds *buf;
		unsigned short *array;
	} argument;
	struct semid_ds set;
	unsigned short *values;

	argument.buf = &set;
	if (semctl(object->id, 0, IPC_STAT, argument) != 0) {
		facts_failed(facts, errno);
		return;
	}
	facts->removed = 0;
	if ((values = calloc(set.sem_nsems + 1, sizeof *values)) == NULL)
		return;
	argument.array = values;
	if (semctl(object->id, 0, GETALL, argument) == 0)
		for (int i = 0; i < (int)set.sem_nsems && i < SET_MAX; i++) {
			list_add(facts->values, values[i]);
			list_add(facts->ncnt, semctl(object->id, i, GETNCNT));
			list_add(facts->zcnt, semctl(object->id, i, GETZCNT));
			list_add(facts->last, semctl(object->id, i, GETPID));
		}
	free(values);
}

/* glibc's sem_t: where 64 bits can be changed at once the waiters are counted beside the value, else one bit of the
 * value says that there are some, and they are counted behind it. */
static void
sem_tell(const void *bytes, struct object_facts *facts)
{
	uint32_t word[4];

	memcpy(word, bytes, sizeof word);
	if (sizeof(void *) == 8) {
		list_add(facts->values, word[0]);
		list_add(facts->ncnt, word[1]);
	} else {
		list_add(facts->values, word[0] >> 1);
		list_add(facts->ncnt, word[2]);
	}
}

/* A named one lies in a file, which everybody maps who opens it. */
static ssize_t
sem_read_file(const struct object *object, void *buf, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/dev/shm/sem.%s", object->own + 1);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return -1;
	n = inode_of(fd) == object->inode ? pread(fd, buf, size, 0) : -1;
	close(fd);
	return n;
}

static void
sem_ask(struct object *object, struct object_facts *facts)
{
	char bytes[sizeof(sem_t)];
	ssize_t n = -1;

	if (object->kind == OBJECT_SEM_NAMED) {
		named_ask(object, "sem.", facts);
		facts->size = -1;
		if (facts->removed == 0)
			n = sem_read_file(object, bytes, sizeof bytes);
	}
	if (n < (ssize_t)sizeof bytes)
		n = object_read(object, bytes, sizeof bytes);
	if (n >= (ssize_t)sizeof bytes)
		sem_tell(bytes, facts);
	else if (errno == EPERM || errno == EACCES)
		facts->error = errno;
}

/* Free or held, and by which thread. */
static void
mutex_ask(struct object *object, struct object_facts *facts)
{
	pthread_mutex_t mutex;

	if (object_read(object, &mutex, sizeof mutex) < (ssize_t)sizeof mutex) {
		if (errno == EPERM || errno == EACCES)
			facts->error = errno;
		return;
	}
#ifdef __GLIBC__
	list_add(facts->values, mutex.__data.__lock == 0);
	list_add(facts->last, mutex.__data.__owner);
#endif
}

void
object_ask(struct object *object, struct object_facts *facts)
{
	*facts = (struct object_facts){.removed = -1};
	facts->count = facts->used = facts->capacity = facts->limit = facts->size = facts->nattch =
		facts->notify = facts->sender = facts->receiver = -1;
	switch (object->kind) {
	case OBJECT_FIFO:
		name_ask(object, object->own, S_IFIFO, facts);
		break;
	case OBJECT_MSG:
		msg_ask(object, facts);
		break;
	case OBJECT_MQ:
		mq_ask(object, facts);
		break;
	case OBJECT_SHM:
		shm_ask(object, facts);
		break;
	case OBJECT_NAMED:
		named_ask(object, "", facts);
		break;
	case OBJECT_SET:
		set_ask(object, facts);
		break;
	case OBJECT_SEM_NAMED:
	case OBJECT_SEM:
		sem_ask(object, facts);
		break;
	case OBJECT_MUTEX:
		mutex_ask(object, facts);
		break;
	case OBJECT_MAPPED:
		break;
	}
}
