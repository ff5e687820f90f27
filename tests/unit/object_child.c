/* SPDX-License-Identifier: MIT
 *
 * Uses objects that outlive a process, for the tests of the stage. Each word does one thing and then, by SIGSTOP, waits
 * to be told to go on.
 */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

struct message {
	long type;
	char text[8];
};

static void
rest(void)
{
	raise(SIGSTOP);
}

/* A queue with one message, then empty, then waited at. */
static int
use_msg(void)
{
	struct message message = {.type = 3, .text = "abc"};
	int id = msgget(IPC_PRIVATE, 0600);

	if (id < 0 || msgsnd(id, &message, 4, 0) != 0)
		err(1, "msg");
	rest();
	if (msgrcv(id, &message, sizeof message.text, 0, 0) != 4)
		err(1, "msgrcv");
	return msgrcv(id, &message, sizeof message.text, 0, 0) < 0 ? 3 : 0;
}

/* A queue with one message and somebody to be notified, then without its name. */
static int
use_mq(const char *name)
{
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
	struct sigevent nothing = {.sigev_notify = SIGEV_NONE};
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);

	if (queue == (mqd_t)-1 || mq_send(queue, "abc", 3, 5) != 0 || mq_notify(queue, &nothing) != 0)
		err(1, "mq");
	rest();
	if (mq_unlink(name) != 0)
		err(1, "mq_unlink");
	rest();
	return 0;
}

/* A System V segment, attached, then written to without any call, then marked for removal. */
static int
use_shm(void)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	volatile char *bytes = shmat(id, NULL, 0);

	if (id < 0 || bytes == (char *)-1)
		err(1, "shm");
	bytes[0] = 'a';
	rest();
	bytes[200] = 'b';
	rest();
	if (shmctl(id, IPC_RMID, NULL) != 0)
		err(1, "shmctl");
	rest();
	return 0;
}

/* A POSIX segment without bytes, then with some, then without its name. */
static int
use_named(const char *name)
{
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	char *bytes;

	if (fd < 0)
		err(1, "shm_open");
	rest();
	if (ftruncate(fd, 100) != 0)
		err(1, "ftruncate");
	bytes = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "mmap");
	strcpy(bytes, "hello");
	close(fd);
	rest();
	if (shm_unlink(name) != 0)
		err(1, "shm_unlink");
	rest();
	return 0;
}

/* A semaphore and a mutex in memory that a child shares: it waits for the semaphore while the mutex is held. */
static int
use_shared(void)
{
	struct shared {
		sem_t semaphore;
		pthread_mutex_t mutex;
	} *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attributes;
	pid_t child;

	if (shared == MAP_FAILED || sem_init(&shared->semaphore, 1, 0) != 0)
		err(1, "shared");
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&shared->mutex, &attributes);
	if ((child = fork()) == 0)
		return sem_wait(&shared->semaphore) == 0 ? 4 : 1;
	pthread_mutex_lock(&shared->mutex);
	rest();
	pthread_mutex_unlock(&shared->mutex);
	sem_post(&shared->semaphore);
	return waitpid(child, NULL, 0) == child ? 0 : 1;
}

/* A named semaphore with the value 3, then without its name, then taken. */
static int
use_named_semaphore(const char *name)
{
	sem_t *semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 3);

	if (semaphore == SEM_FAILED)
		err(1, "sem_open");
	rest();
	if (sem_unlink(name) != 0 || sem_wait(semaphore) != 0)
		err(1, "sem");
	rest();
	return 0;
}

/* A set of two semaphores; it waits for the second. */
static int
use_set(void)
{
	struct sembuf take = {.sem_num = 1, .sem_op = -1};
	int id = semget(IPC_PRIVATE, 2, 0600);

	if (id < 0 || semctl(id, 0, SETVAL, 7) != 0)
		err(1, "sem");
	return semop(id, &take, 1) < 0 ? 3 : 0;
}

/* Counts in a segment, three times, with a call after each; then its child does. */
static int
use_counter(void)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	volatile int *counter = shmat(id, NULL, 0);

	if (id < 0 || counter == (void *)-1 || shmctl(id, IPC_RMID, NULL) != 0)
		err(1, "shm");
	for (int i = 0; i < 3; i++) {
		int had = counter[2];

		__asm__ volatile("" : "+r"(had)); /* a load and a store, whoever compiles it */
		counter[2] = had + 1;
		kill(getpid(), 0);
	}
	if (fork() == 0)
		_exit(++counter[2]);
	wait(NULL);
	return counter[2];
}

/* One object of each kind, for whoever comes after; says their ids. */
static int
leave_all(const char *name)
{
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 8};
	int queue = msgget(IPC_PRIVATE, 0600), segment = shmget(IPC_PRIVATE, 64, 0600),
	    set = semget(IPC_PRIVATE, 1, 0600);

	if (queue < 0 || segment < 0 || set < 0 ||
		mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attributes) == (mqd_t)-1 ||
		shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600) < 0 ||
		sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED)
		err(1, "%s", name);
	printf("%d %d %d\n", queue, segment, set);
	return 0;
}

/* How many of them there were still; now there are none. */
static int
sweep(const char *name, char **ids)
{
	int n = 0;

	n += msgctl(atoi(ids[0]), IPC_RMID, NULL) == 0;
	n += shmctl(atoi(ids[1]), IPC_RMID, NULL) == 0;
	n += semctl(atoi(ids[2]), 0, IPC_RMID) == 0;
	n += mq_unlink(name) == 0;
	n += shm_unlink(name) == 0;
	n += sem_unlink(name) == 0;
	printf("%d\n", n);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *name = argc > 2 ? argv[2] : "";

	if (strcmp(what, "msg") == 0)
		return use_msg();
	if (strcmp(what, "mq") == 0)
		return use_mq(name);
	if (strcmp(what, "shm") == 0)
		return use_shm();
	if (strcmp(what, "named") == 0)
		return use_named(name);
	if (strcmp(what, "set") == 0)
		return use_set();
	if (strcmp(what, "shared") == 0)
		return use_shared();
	if (strcmp(what, "semaphore") == 0)
		return use_named_semaphore(name);
	if (strcmp(what, "counter") == 0)
		return use_counter();
	if (strcmp(what, "leave") == 0)
		return leave_all(name);
	if (strcmp(what, "sweep") == 0 && argc == 6)
		return sweep(name, argv + 3);
	return 2;
}
