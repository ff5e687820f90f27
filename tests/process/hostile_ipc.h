/* SPDX-License-Identifier: MIT
 *
 * What the hostile programs on objects of IPC share: bad memory, sleepers, and being nobody.
 */
#ifndef IPCVIZ_TESTS_HOSTILE_IPC_H
#define IPCVIZ_TESTS_HOSTILE_IPC_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hostile.h"

/* An address where nothing is. The compiler must not know. */
static void *volatile nowhere = (void *)8;

/* The last `n` bytes before memory that cannot be touched. */
static inline char *
edge(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (two == MAP_FAILED || mprotect(two + page, page, PROT_NONE) != 0)
		exit(97);
	return two + page - n;
}

/* Waits until a thread of this process sleeps in a system call. Through stdio, which no probe sees. */
static inline void
wait_asleep(pid_t tid, long number)
{
	char path[64];
	long there = -1;

	snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
	while (there != number) {
		FILE *file = fopen(path, "r");

		if (file == NULL)
			exit(96);
		if (fscanf(file, "%ld", &there) != 1)
			there = -1; /* running */
		fclose(file);
		sched_yield();
	}
}

/* Something to be done while the main thread sleeps in a system call. */
struct meanwhile {
	pthread_t thread, main;
	pid_t tid; /* of main */
	long number;
	void (*act)(struct meanwhile *meanwhile);
	int fd; /* or id: what act is about */
};

static inline void *
meanwhile_run(void *context)
{
	struct meanwhile *meanwhile = context;

	wait_asleep(meanwhile->tid, meanwhile->number);
	meanwhile->act(meanwhile);
	return NULL;
}

static inline void
meanwhile_start(
	struct meanwhile *meanwhile, long number, void (*act)(struct meanwhile *meanwhile), int fd)
{
	meanwhile->main = pthread_self();
	meanwhile->tid = (pid_t)syscall(SYS_gettid);
	meanwhile->number = number;
	meanwhile->act = act;
	meanwhile->fd = fd;
	if (pthread_create(&meanwhile->thread, NULL, meanwhile_run, meanwhile) != 0)
		exit(95);
}

static inline void
meanwhile_join(struct meanwhile *meanwhile)
{
	pthread_join(meanwhile->thread, NULL);
}

static inline void
handler_nothing(int number)
{
	(void)number;
}

/* An act: a signal for the main thread, whose call is interrupted. */
static inline void
meanwhile_interrupt(struct meanwhile *meanwhile)
{
	struct sigaction action = {.sa_handler = handler_nothing};

	sigaction(SIGUSR1, &action, NULL);
	pthread_kill(meanwhile->main, SIGUSR1);
}

/* Without the superuser's rights, whoever runs this. */
static inline void
become_nobody(void)
{
	if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0))
		exit(94);
}

#endif
