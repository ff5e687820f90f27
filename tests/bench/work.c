/* SPDX-License-Identifier: MIT
 *
 * Work to be timed, in one or several processes at once. Prints ns per call or per line: wall time
 * over all of them.
 *
 *	work KIND PROCESSES N            each makes calls on an object of its own, N in all
 *	work lines PROCESSES N LENGTH    each writes lines of LENGTH bytes to the control pipe, as
 *	                                 plainly as can be
 */
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* One byte through a pipe. */
static void
do_calls(long n)
{
	int ends[2];
	char byte = 'x';

	if (pipe(ends) != 0)
		err(1, "pipe");
	for (long i = 0; i < n; i += 2)
		if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
			err(1, "pipe");
}

/* A message of one byte through a System V queue. */
static void
do_messages(long n)
{
	struct {
		long type;
		char byte;
	} message = {1, 'x'};
	int id = msgget(IPC_PRIVATE, 0600);

	for (long i = 0; i < n; i += 2)
		if (msgsnd(id, &message, 1, 0) != 0 || msgrcv(id, &message, 1, 0, 0) != 1)
			err(1, "msg");
	msgctl(id, IPC_RMID, NULL);
}

/* A System V semaphore, down and up. */
static void
do_semop(long n)
{
	struct sembuf up = {0, 1, 0}, down = {0, -1, 0};
	int id = semget(IPC_PRIVATE, 1, 0600);

	for (long i = 0; i < n; i += 2)
		if (semop(id, &up, 1) != 0 || semop(id, &down, 1) != 0)
			err(1, "semop");
	semctl(id, 0, IPC_RMID);
}

/* A byte through a pair of connected sockets. */
static void
do_stream(long n)
{
	int ends[2];
	char byte = 'x';

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		err(1, "socketpair");
	for (long i = 0; i < n; i += 2)
		if (send(ends[0], &byte, 1, 0) != 1 || recv(ends[1], &byte, 1, 0) != 1)
			err(1, "stream");
}

/* A datagram of one byte through UDP, to oneself. */
static void
do_datagrams(long n)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *to = (struct sockaddr *)&address;
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char byte = 'x';

	if (fd < 0 || bind(fd, to, length) != 0 || getsockname(fd, to, &length) != 0)
		err(1, "udp");
	for (long i = 0; i < n; i += 2)
		if (sendto(fd, &byte, 1, 0, to, length) != 1 ||
			recvfrom(fd, &byte, 1, 0, NULL, NULL) != 1)
			err(1, "udp");
}

static void *
shared_memory(void)
{
	void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap");
	return memory;
}

/* Loads and stores of shared memory. */
static void
do_memory(long n)
{
	volatile int *number = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (long i = 0; i < n; i += 2) {
		int value = *number;

		*number = value + 1;
	}
}

/* A POSIX semaphore that nobody else wants. */
static void
do_sem(long n)
{
	sem_t *semaphore = shared_memory();

	sem_init(semaphore, 1, 0);
	for (long i = 0; i < n; i += 2)
		if (sem_post(semaphore) != 0 || sem_wait(semaphore) != 0)
			err(1, "sem");
}

/* A mutex in shared memory that nobody else wants. */
static void
do_mutex(long n)
{
	pthread_mutex_t *mutex = shared_memory();
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(mutex, &attributes);
	for (long i = 0; i < n; i += 2)
		if (pthread_mutex_lock(mutex) != 0 || pthread_mutex_unlock(mutex) != 0)
			errx(1, "mutex");
}

static const struct kind {
	const char *name;
	void (*work)(long n); /* makes n calls, two by two */
} kinds[] = {
	{"calls", do_calls},
	{"msg", do_messages},
	{"semop", do_semop},
	{"sem", do_sem},
	{"memory", do_memory},
	{"mutex", do_mutex},
	{"stream", do_stream},
	{"udp", do_datagrams},
	{NULL, NULL},
};

static void
do_lines(long n, size_t length)
{
	char line[512], path[64];
	int fd;

	if (getenv("IPCVIZ_PROBE") == NULL ||
		sscanf(getenv("IPCVIZ_PROBE"), "%*d:%*d:%d", &fd) != 1)
		errx(1, "no control pipe");
	/* as any program opens a pipe to write to: it waits while the pipe is full */
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if ((fd = open(path, O_WRONLY)) < 0)
		err(1, "%s", path);
	memset(line, 'x', sizeof line);
	line[length - 1] = '\n';
	for (long i = 0; i < n; i++)
		if (write(fd, line, length) != (ssize_t)length)
			err(1, "line");
}

int
main(int argc, char **argv)
{
	int processes = argc > 3 ? atoi(argv[2]) : 0;
	long n = argc > 3 ? atol(argv[3]) / (processes > 0 ? processes : 1) : 0;
	const struct kind *kind = kinds;
	double start;

	while (argc > 3 && kind->name != NULL && strcmp(argv[1], kind->name) != 0)
		kind++;
	if (processes < 1 || (kind->name == NULL && (strcmp(argv[1], "lines") != 0 || argc < 5)))
		errx(2, "usage: work KIND|lines PROCESSES N [LENGTH]");
	start = clock_ns();
	for (int i = 0; i < processes; i++)
		if (fork() == 0) {
			if (kind->name != NULL)
				kind->work(n);
			else
				do_lines(n, (size_t)atol(argv[4]));
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	printf("%.1f\n", (clock_ns() - start) / (double)(n * processes));
	return 0;
}
