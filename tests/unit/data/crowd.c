/* SPDX-License-Identifier: MIT
 *
 * The program behind crowd.events (its argument was 8): three children and their parent at a System V queue, a set of
 * semaphores, a POSIX queue, and a semaphore, a mutex and a condition in shared memory, all at once.
 */
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 3, ROOM = 16 };

struct memory {
	sem_t semaphore;
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	int turns, count;
};

struct letter {
	long type;
	char text[ROOM];
};

static int messages, set, rounds;
static mqd_t tasks;
static struct memory *memory;

static void
operate(short number, short delta, short flags)
{
	struct sembuf operation = {
		.sem_num = (unsigned short)number, .sem_op = delta, .sem_flg = flags};

	semop(set, &operation, 1);
}

static void
turn(int child, int i)
{
	struct letter letter = {.type = child + 1}, answer;
	char task[ROOM];

	snprintf(letter.text, sizeof letter.text, "c%d %d", child, i);
	operate(0, -1, SEM_UNDO);
	usleep((unsigned)rand() % 300);
	operate(0, 1, SEM_UNDO);
	msgsnd(messages, &letter, strlen(letter.text), 0);
	sem_wait(&memory->semaphore);
	memory->count++;
	usleep(100);
	sem_post(&memory->semaphore);
	pthread_mutex_lock(&memory->mutex);
	memory->turns++;
	pthread_cond_broadcast(&memory->condition);
	pthread_mutex_unlock(&memory->mutex);
	if (child < 2) {
		mq_send(tasks, letter.text, strlen(letter.text), (unsigned)child);
	} else {
		mq_receive(tasks, task, ROOM, NULL);
		mq_receive(tasks, task, ROOM, NULL);
	}
	msgrcv(messages, &answer, sizeof answer.text, -CHILDREN, 0);
}

static void
child(int number)
{
	for (int i = 0; i < rounds; i++)
		turn(number, i);
	operate(1, 1, 0);
	if (number == 0)
		operate(0, -1, SEM_UNDO); /* given back when it ends */
	_exit(0);
}

static void
objects_make(void)
{
	struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = ROOM};
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	char name[40];

	messages = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
	set = semget(IPC_PRIVATE, 2, 0600 | IPC_CREAT);
	memory = mmap(
		NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	snprintf(name, sizeof name, "/crowd-%d", (int)getpid());
	tasks = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
	mq_unlink(name);
	semctl(set, 0, SETVAL, 1);
	semctl(set, 1, SETVAL, 0);
	sem_init(&memory->semaphore, 1, 1);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&memory->mutex, &mutex);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&memory->condition, &condition);
}

int
main(int argc, char **argv)
{
	rounds = argc > 1 ? atoi(argv[1]) : 8;
	objects_make();
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			child(i);
	pthread_mutex_lock(&memory->mutex);
	while (memory->turns < CHILDREN * rounds)
		pthread_cond_wait(&memory->condition, &memory->mutex);
	pthread_mutex_unlock(&memory->mutex);
	operate(1, -CHILDREN, 0);
	while (wait(NULL) > 0)
		continue;
	operate(1, 0, 0);
	msgctl(messages, IPC_RMID, NULL);
	semctl(set, 0, IPC_RMID);
	return memory->count == CHILDREN * rounds ? 0 : 1;
}
