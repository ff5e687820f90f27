/* SPDX-License-Identifier: MIT
 *
 * Hostile with mutexes and conditions in memory that processes share: see hostile.h.
 */
#include "hostile_shared.h"

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	int number;
};

static struct shared *
shared_make(int type, int robust, int protocol)
{
	struct shared *shared = shared_memory(sizeof *shared);
	pthread_mutexattr_t attributes;
	pthread_condattr_t condition;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_settype(&attributes, type);
	pthread_mutexattr_setrobust(&attributes, robust);
	say_error("protocol", pthread_mutexattr_setprotocol(&attributes, protocol));
	say_error("init", pthread_mutex_init(&shared->mutex, &attributes));
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_condattr_setclock(&condition, CLOCK_MONOTONIC);
	say_error("init", pthread_cond_init(&shared->condition, &condition));
	return shared;
}

static int
each_kind(int robust, int protocol)
{
	static const int types[] = {
		PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK};
	struct timespec past = {0, 0};

	for (int i = 0; i < 3; i++) {
		struct shared *shared = shared_make(types[i], robust, protocol);
		pthread_mutex_t *mutex = &shared->mutex;

		if (i > 0 || robust == PTHREAD_MUTEX_ROBUST)
			say_error("not held", pthread_mutex_unlock(mutex));
		say_error("lock", pthread_mutex_lock(mutex));
		say_error("try", pthread_mutex_trylock(mutex));
		if (i > 0)
			say_error("again", pthread_mutex_lock(mutex));
		say_error("timed", pthread_mutex_timedlock(mutex, &past));
		if (fork() == 0) {
			say_error("child tries", pthread_mutex_trylock(mutex));
			say_error("child waits", pthread_mutex_timedlock(mutex, &past));
			if (i > 0)
				say_error("child unlocks", pthread_mutex_unlock(mutex));
			_exit(0);
		}
		wait(NULL);
		for (int n = 0; n < (i == 1 ? 4 : 1); n++)
			say_error("unlock", pthread_mutex_unlock(mutex));
		if (i > 0)
			say_error("not held", pthread_mutex_unlock(mutex));
		say_error("consistent", pthread_mutex_consistent(mutex));
		say_error("destroy", pthread_mutex_destroy(mutex));
		say_error("destroy", pthread_cond_destroy(&shared->condition));
		say("munmap", munmap(shared, sizeof *shared));
	}
	return 0;
}

static int
kinds(void)
{
	return each_kind(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
}

static int
robust_kinds(void)
{
	return each_kind(PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE);
}

static int
inheriting_kinds(void)
{
	return each_kind(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT);
}

/* The holder dies; who comes next learns of it, and mends it or does not. */
static int
holder_dies(int protocol)
{
	struct shared *shared = shared_make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, protocol);

	for (int mend = 1; mend >= 0; mend--) {
		if (fork() == 0) {
			say_error("child", pthread_mutex_lock(&shared->mutex));
			raise(SIGKILL);
		}
		wait(NULL);
		say_error("died", pthread_mutex_lock(&shared->mutex));
		if (mend)
			say_error("mend", pthread_mutex_consistent(&shared->mutex));
		say_error("unlock", pthread_mutex_unlock(&shared->mutex));
	}
	say_error("lost", pthread_mutex_lock(&shared->mutex));
	say_error("lost", pthread_mutex_trylock(&shared->mutex));
	return 0;
}

static int
robust(void)
{
	return holder_dies(PTHREAD_PRIO_NONE);
}

static int
robust_inheriting(void)
{
	return holder_dies(PTHREAD_PRIO_INHERIT);
}

static int
limits(void)
{
	struct shared *shared =
		shared_make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	struct timespec never = {0, 1000000000}, later = soon(CLOCK_REALTIME, 20);
	pthread_mutex_t *mutex = &shared->mutex;

	say_error("never, but free", pthread_mutex_timedlock(mutex, &never));
	say_error("never", pthread_mutex_timedlock(mutex, &never));
	say_error("later", pthread_mutex_timedlock(mutex, &later));
	later = soon(CLOCK_MONOTONIC, 20);
	say_error("later", pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &later));
	say_error(
		"no such clock", pthread_mutex_clocklock(mutex, CLOCK_PROCESS_CPUTIME_ID, &later));
	say_error("unlock", pthread_mutex_unlock(mutex));
	say_error("no such clock, but free",
		pthread_mutex_clocklock(mutex, CLOCK_PROCESS_CPUTIME_ID, &later));
	say_error("lock", pthread_mutex_lock(mutex));
	say_error("never", pthread_cond_timedwait(&shared->condition, mutex, &never));
	later = soon(CLOCK_MONOTONIC, 20);
	say_error("later", pthread_cond_timedwait(&shared->condition, mutex, &later));
	later = soon(CLOCK_REALTIME, 20);
	say_error(
		"later", pthread_cond_clockwait(&shared->condition, mutex, CLOCK_REALTIME, &later));
	say_error("unlock", pthread_mutex_unlock(mutex));
	return 0;
}

/* A child waits asleep for the mutex, and gets it. */
static int
contended(void)
{
	struct shared *shared =
		shared_make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	pid_t child;

	say_error("lock", pthread_mutex_lock(&shared->mutex));
	child = fork();
	if (child == 0) {
		int ret = pthread_mutex_lock(&shared->mutex);

		say_error("child", ret);
		say("number", shared->number);
		_exit(pthread_mutex_unlock(&shared->mutex));
	}
	wait_asleep_on(child, shared, sizeof *shared);
	shared->number = 5;
	pthread_mutex_unlock(&shared->mutex);
	wait(NULL);
	return 0;
}

static int
conditions(void)
{
	struct shared *shared =
		shared_make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	pid_t child;

	say_error("nobody", pthread_cond_signal(&shared->condition));
	child = fork();
	if (child == 0) {
		int ret = pthread_mutex_lock(&shared->mutex);

		while (ret == 0 && shared->number == 0)
			ret = pthread_cond_wait(&shared->condition, &shared->mutex);
		say_error("child", ret);
		_exit(pthread_mutex_unlock(&shared->mutex));
	}
	wait_asleep_on(child, &shared->condition, sizeof shared->condition);
	say_error("lock", pthread_mutex_lock(&shared->mutex));
	shared->number = 1;
	pthread_mutex_unlock(&shared->mutex);
	pthread_cond_broadcast(&shared->condition);
	wait(NULL);
	say_error("destroy", pthread_cond_destroy(&shared->condition));
	return 0;
}

static void
unlock_it(void *context)
{
	say_error("unlocked", pthread_mutex_unlock(context));
}

static _Atomic pid_t waiter;

static void *
wait_for_ever(void *context)
{
	struct shared *shared = context;

	say_error("lock", pthread_mutex_lock(&shared->mutex));
	pthread_cleanup_push(unlock_it, &shared->mutex);
	waiter = (pid_t)syscall(SYS_gettid);
	for (;;)
		pthread_cond_wait(&shared->condition, &shared->mutex);
	pthread_cleanup_pop(1);
	return NULL;
}

/* Cancelled in a wait, a thread has the mutex again when its cleanup runs. */
static int
cancelled(void)
{
	struct shared *shared =
		shared_make(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, wait_for_ever, shared);
	while (waiter == 0)
		sched_yield();
	wait_asleep_on(waiter, &shared->condition, sizeof shared->condition);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	say("cancelled", result == PTHREAD_CANCELED);
	say_error("lock", pthread_mutex_lock(&shared->mutex));
	return 0;
}

static void
unlock_main(struct sleeper *sleeper)
{
	pthread_kill(sleeper->main, SIGUSR1); /* a lock goes on sleeping */
	pthread_mutex_unlock(sleeper->memory);
}

/* A signal does not end a lock's wait; errno is nobody's business. */
static int
signalled(void)
{
	struct sigaction action = {.sa_handler = handler_nothing};
	struct shared *shared =
		shared_make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
	struct sleeper sleeper;

	sigaction(SIGUSR1, &action, NULL);
	pthread_mutex_lock(&shared->mutex);
	sleeper_start(&sleeper, &shared->mutex, sizeof shared->mutex, unlock_main);
	errno = 7;
	say_error("lock", pthread_mutex_lock(&shared->mutex));
	say("errno", errno);
	pthread_join(sleeper.thread, NULL);
	return 0;
}

/* In a mapping that has nothing behind it. */
static int
nothing_there(void)
{
	int fd = memfd_create("empty", 0);
	pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	say("mapped", mutex != MAP_FAILED);
	return pthread_mutex_lock(mutex);
}

/* One mutex at two addresses, at an offset from where the second mapping begins. */
static int
elsewhere(void)
{
	int fd = memfd_create("elsewhere", 0);
	char *here, *there;
	pthread_mutexattr_t attributes;

	say("ftruncate", ftruncate(fd, 3 * 4096));
	here = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	say_error("init", pthread_mutex_init((void *)(here + 8192 + 64), &attributes));
	say_error("lock", pthread_mutex_lock((void *)(here + 8192 + 64)));
	if (fork() == 0) {
		there = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 8192);
		say("another address", there != here + 8192);
		say_error("lock", pthread_mutex_trylock((void *)(there + 64)));
		_exit(0);
	}
	wait(NULL);
	return 0;
}

/* Memory is shared, but the mutexes are not in it. */
static int
private_locks(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
	pthread_mutex_t *allocated = malloc(sizeof *allocated);
	pthread_mutex_t *shared = shared_memory(sizeof *shared);
	struct timespec past = {0, 0};

	pthread_mutex_init(allocated, NULL);
	for (int i = 0; i < 20; i++) {
		say_error("lock", pthread_mutex_lock(&mutex));
		say_error("lock", pthread_mutex_lock(allocated));
		say_error("wait", pthread_cond_timedwait(&condition, &mutex, &past));
		say_error("unlock", pthread_mutex_unlock(allocated));
		say_error("unlock", pthread_mutex_unlock(&mutex));
	}
	say_error("init", pthread_mutex_init(shared, NULL));
	say_error("lock", pthread_mutex_lock(shared));
	free(allocated);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"kinds", kinds, "leave call=pthread_mutex_lock ret=35 err=EDEADLK"},
		{"robust_kinds", robust_kinds, "leave call=pthread_mutex_unlock ret=1 err=EPERM"},
		{"inheriting_kinds", inheriting_kinds,
			"leave call=pthread_mutex_lock ret=0 addr=0x[0-9a-f]+ "
			"obj=mutex:[0-9]+@0x[0-9a-f]+\\+0$"},
		{"robust", robust, "leave call=pthread_mutex_lock ret=130 err=EOWNERDEAD .*\\+0$"},
		{"robust_inheriting", robust_inheriting,
			"leave call=pthread_mutex_lock ret=130 err=EOWNERDEAD .*\\+0$"},
		{"limits", limits, "leave call=pthread_cond_timedwait ret=110 err=ETIMEDOUT"},
		{"contended", contended, "leave call=pthread_mutex_lock ret=0 .* kernel=1$"},
		{"conditions", conditions, "leave call=pthread_cond_broadcast ret=0 .* kernel=1$"},
		{"cancelled", cancelled,
			"enter call=pthread_cond_wait .* obj=cond:[0-9]+@0x[0-9a-f]+\\+[0-9]+ "
			"other=mutex:[0-9]+@0x[0-9a-f]+\\+0 "},
		{"signalled", signalled, "leave call=pthread_mutex_unlock ret=0 .* kernel=1$"},
		{"nothing_there", nothing_there,
			"enter call=pthread_mutex_lock .* obj=mutex:memfd:[0-9]+\\+0 "},
		{"elsewhere", elsewhere,
			"leave call=pthread_mutex_trylock ret=16 err=EBUSY .* "
			"obj=mutex:memfd:[0-9]+\\+8256 kernel=0$"},
		{"private_locks", private_locks,
			"leave call=pthread_mutex_lock ret=0 .* kernel=0$"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
