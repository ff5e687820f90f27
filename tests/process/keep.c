/* SPDX-License-Identifier: MIT
 *
 * Makes objects that outlive it, or takes those that are there, or removes them; one of each kind
 * that is named by a key (of ftok of the directory) or by a name:
 *
 *	keep make|empty|remove NAME DIRECTORY
 *
 * Prints those that it made, or took, as the ledger names them. They are in use afterwards: a
 * message lies in each queue, until they are emptied.
 */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static void
msg_make(const char *name, key_t key)
{
	struct {
		long type;
		char byte;
	} message = {1, 'x'};
	int id = msgget(key, IPC_CREAT | 0600);

	(void)name;
	if (id < 0 || msgsnd(id, &message, 1, IPC_NOWAIT) != 0)
		err(1, "msg");
	printf("msg %d\n", id);
}

static void
msg_empty(const char *name, key_t key)
{
	char message[64];
	int id = msgget(key, 0);

	(void)name;
	while (msgrcv(id, message, 1, 0, IPC_NOWAIT) == 1)
		;
}

static void
msg_remove(const char *name, key_t key)
{
	(void)name;
	if (msgctl(msgget(key, 0), IPC_RMID, NULL) != 0)
		err(1, "IPC_RMID");
}

static void
mq_make(const char *name, key_t key)
{
	struct mq_attr attributes = {.mq_maxmsg = 8, .mq_msgsize = 8};
	mqd_t queue = mq_open(name, O_CREAT | O_WRONLY | O_NONBLOCK, 0600, &attributes);

	(void)key;
	if (queue < 0 || mq_send(queue, "x", 1, 0) != 0)
		err(1, "mq");
	printf("mq %s\n", name);
}

static void
mq_empty(const char *name, key_t key)
{
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);
	char bytes[8];

	(void)key;
	while (mq_receive(queue, bytes, sizeof bytes, NULL) == 1)
		;
}

static void
mq_remove(const char *name, key_t key)
{
	(void)key;
	if (mq_unlink(name) != 0)
		err(1, "mq_unlink");
}

static void
empty_nothing(const char *name, key_t key)
{
	(void)name;
	(void)key;
}

static void
shm_make(const char *name, key_t key)
{
	int id = shmget(key, 100, IPC_CREAT | 0600);

	(void)name;
	if (id < 0)
		err(1, "shmget");
	printf("shm %d\n", id);
}

static void
shm_remove(const char *name, key_t key)
{
	(void)name;
	if (shmctl(shmget(key, 0, 0), IPC_RMID, NULL) != 0)
		err(1, "IPC_RMID");
}

static void
sem_make(const char *name, key_t key)
{
	int id = semget(key, 2, IPC_CREAT | 0600);

	(void)name;
	if (id < 0)
		err(1, "semget");
	printf("sem %d\n", id);
}

static void
sem_remove(const char *name, key_t key)
{
	(void)name;
	if (semctl(semget(key, 0, 0), 0, IPC_RMID) != 0)
		err(1, "IPC_RMID");
}

static void
shm_name_make(const char *name, key_t key)
{
	(void)key;
	if (shm_open(name, O_RDWR | O_CREAT, 0600) < 0)
		err(1, "shm_open");
	printf("shm %s\n", name);
}

static void
shm_name_remove(const char *name, key_t key)
{
	(void)key;
	if (shm_unlink(name) != 0)
		err(1, "shm_unlink");
}

static void
sem_name_make(const char *name, key_t key)
{
	(void)key;
	if (sem_open(name, O_CREAT, 0600, 1) == SEM_FAILED)
		err(1, "sem_open");
	printf("sem %s\n", name);
}

static void
sem_name_remove(const char *name, key_t key)
{
	(void)key;
	if (sem_unlink(name) != 0)
		err(1, "sem_unlink");
}

static const struct kind {
	void (*make)(const char *name, key_t key);
	void (*empty)(const char *name, key_t key);
	void (*remove)(const char *name, key_t key);
} kinds[] = {
	{msg_make, msg_empty, msg_remove},
	{mq_make, mq_empty, mq_remove},
	{shm_make, empty_nothing, shm_remove},
	{sem_make, empty_nothing, sem_remove},
	{shm_name_make, empty_nothing, shm_name_remove},
	{sem_name_make, empty_nothing, sem_name_remove},
};

int
main(int argc, char **argv)
{
	key_t key;

	if (argc != 4)
		errx(2, "usage: keep make|empty|remove NAME DIRECTORY");
	key = ftok(argv[3], 'k');
	if (key == -1)
		err(1, "%s", argv[3]);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(argv[1], "make") == 0)
			kinds[i].make(argv[2], key);
		else if (strcmp(argv[1], "empty") == 0)
			kinds[i].empty(argv[2], key);
		else
			kinds[i].remove(argv[2], key);
	return 0;
}
