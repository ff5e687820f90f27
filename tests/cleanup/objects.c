/* SPDX-License-Identifier: MIT
 *
 * Processes that make objects of every kind, and go on making and removing some: for the cleanup tests. Each argument is
 * the name of one process's POSIX objects. Prints "ready" when each has one of each kind.
 */
#include <fcntl.h>
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

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static key_t
key(int number, char kind)
{
	key_t key = ftok(".", (kind - 'a') * 8 + number + 1);

	if (key == -1)
		fail("ftok");
	return key;
}

/* One of each System V kind with this key; answers the ids. */
static void
make_by_key(key_t msg, key_t shm, key_t sem, int ids[3])
{
	ids[0] = msgget(msg, IPC_CREAT | 0600);
	ids[1] = shmget(shm, 100, IPC_CREAT | 0600);
	ids[2] = semget(sem, 2, IPC_CREAT | 0600);
	if (ids[0] < 0 || ids[1] < 0 || ids[2] < 0)
		fail("get");
}

static void
use_by_id(const int ids[3])
{
	struct {
		long type;
		char text[4];
	} message = {1, "abc"};

	if (msgsnd(ids[0], &message, sizeof message.text, 0) != 0)
		fail("msgsnd");
	if (shmat(ids[1], NULL, 0) == (void *)-1)
		fail("shmat");
	if (semop(ids[2], &(struct sembuf){.sem_op = 1, .sem_flg = SEM_UNDO}, 1) != 0)
		fail("semop");
}

static void
remove_by_id(const int ids[3])
{
	msgctl(ids[0], IPC_RMID, NULL);
	shmctl(ids[1], IPC_RMID, NULL);
	semctl(ids[2], 0, IPC_RMID);
}

static void
make_by_name(const char *name)
{
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
	mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, &attributes);
	int segment = shm_open(name, O_CREAT | O_RDWR, 0600);
	sem_t *semaphore = sem_open(name, O_CREAT, 0600, 1);

	if (queue == (mqd_t)-1 || segment < 0 || semaphore == SEM_FAILED ||
		ftruncate(segment, 100) != 0)
		fail(name);
	mq_close(queue);
	close(segment);
	sem_close(semaphore);
}

static void
remove_by_name(const char *name)
{
	mq_unlink(name);
	shm_unlink(name);
	sem_unlink(name);
}

static void
be_member(int number, const char *name, int told)
{
	int mine[3], more[3];
	char door[16];

	snprintf(door, sizeof door, "door%d", number);
	make_by_key(IPC_PRIVATE, IPC_PRIVATE, IPC_PRIVATE, mine);
	use_by_id(mine);
	make_by_key(key(number, 'a'), key(number, 'b'), key(number, 'c'), more);
	make_by_name(name);
	if (mkfifo(door, 0600) != 0 || write(told, "", 1) != 1)
		fail(door);
	for (;;) {
		remove_by_id(more);
		remove_by_name(name);
		unlink(door);
		make_by_key(key(number, 'a'), key(number, 'b'), key(number, 'c'), more);
		make_by_name(name);
		mkfifo(door, 0600);
		usleep(100);
	}
}

int
main(int argc, char **argv)
{
	int told[2];
	char byte;

	if (pipe(told) != 0)
		fail("pipe");
	for (int i = 1; i < argc; i++)
		if (fork() == 0)
			be_member(i, argv[i], told[1]);
	for (int i = 1; i < argc; i++)
		if (read(told[0], &byte, 1) != 1)
			fail("read");
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
