/* SPDX-License-Identifier: MIT
 *
 * What the hostile programs with semaphores and locks in shared memory have in common.
 */
#ifndef IPCVIZ_TESTS_HOSTILE_SHARED_H
#define IPCVIZ_TESTS_HOSTILE_SHARED_H

#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include "hostile_ipc.h"

/* Memory that children share. */
static inline void *
shared_memory(size_t n)
{
	void *memory = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(97);
	return memory;
}

/* Waits until a thread sleeps on a word of this memory, and not at a gate. */
static inline void
wait_asleep_on(pid_t tid, const void *memory, size_t n)
{
	char path[64];
	unsigned long number, word;

	snprintf(path, sizeof path, "/proc/%d/syscall", (int)tid);
	for (;;) {
		FILE *file = fopen(path, "r");
		int found;

		if (file == NULL)
			exit(96);
		found = fscanf(file, "%lu %lx", &number, &word);
		fclose(file);
		if (found == 2 && number == SYS_futex && word >= (uintptr_t)memory &&
			word < (uintptr_t)memory + n)
			return;
		sched_yield();
	}
}

/* The same of the main thread, asked by another. */
struct sleeper {
	pthread_t thread, main;
	pid_t tid;
	void *memory;
	size_t n;
	void (*act)(struct sleeper *sleeper);
};

static inline void *
sleeper_run(void *context)
{
	struct sleeper *sleeper = context;

	wait_asleep_on(sleeper->tid, sleeper->memory, sleeper->n);
	sleeper->act(sleeper);
	return NULL;
}

static inline void
sleeper_start(struct sleeper *sleeper, void *memory, size_t n, void (*act)(struct sleeper *sleeper))
{
	sleeper->main = pthread_self();
	sleeper->tid = (pid_t)syscall(SYS_gettid);
	sleeper->memory = memory;
	sleeper->n = n;
	sleeper->act = act;
	if (pthread_create(&sleeper->thread, NULL, sleeper_run, sleeper) != 0)
		exit(95);
}

static inline void
sleeper_interrupt(struct sleeper *sleeper)
{
	struct sigaction action = {.sa_handler = handler_nothing};

	sigaction(SIGUSR1, &action, NULL);
	pthread_kill(sleeper->main, SIGUSR1);
}

/* So many milliseconds from now. */
static inline struct timespec
soon(clockid_t clock, long milliseconds)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += milliseconds % 1000 * 1000000;
	time.tv_sec += milliseconds / 1000 + time.tv_nsec / 1000000000;
	time.tv_nsec %= 1000000000;
	return time;
}

/* Prints an error that was returned. */
static inline void
say_error(const char *what, int error)
{
	printf("%s: %s\n", what, error == 0 ? "done" : strerror(error));
	fflush(stdout);
}

#endif
