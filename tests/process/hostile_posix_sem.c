/* SPDX-License-Identifier: MIT
 *
 * Hostile with POSIX semaphores: see hostile.h. Every case makes its own, and removes them.
 */
#include "hostile_shared.h"

#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>

/* A name that is of this run alone. */
static const char *
own_name(const char *what)
{
	static char name[64];

	snprintf(name, sizeof name, "/hostile-%d-%s", (int)getpid(), what);
	return name;
}

static void
say_value(sem_t *semaphore)
{
	int value = -1;

	say("sem_getvalue", sem_getvalue(semaphore, &value));
	printf("value %d\n", value);
	fflush(stdout);
}

static void
say_open(const char *what, sem_t *semaphore)
{
	say(what, semaphore == SEM_FAILED ? -1 : 0);
}

static int
names(void)
{
	const char *name = own_name("names");
	sem_t *here, *again;

	say_open("none", sem_open(name, 0));
	say_open("empty", sem_open("/", O_CREAT, 0600, 1));
	say_open("inside", sem_open("/a/b", O_CREAT, 0600, 1));
	say_open("too large", sem_open(name, O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1));
	here = sem_open(name, O_CREAT, 0600, 2);
	say_open("made", here);
	errno = 7;
	again = sem_open(name, O_CREAT, 0600, 9);
	printf("same %d, errno %d\n", again == here, errno);
	say_value(again);
	say_open("exclusive", sem_open(name, O_CREAT | O_EXCL, 0600, 1));
	say_open("there", sem_open(name, 0));
	say("close", sem_close(again));
	say("sem_wait", sem_wait(here));
	say("close", sem_close(here));
	say("sem_post", sem_post(here));
	say("unlink", sem_unlink(name));
	say("unlink", sem_unlink(name));
	say_value(here);
	say("close", sem_close(here));
	say("close", sem_close(here));
	return 0;
}

static int
not_allowed(void)
{
	const char *name = own_name("closed");

	say_open("made", sem_open(name, O_CREAT, 0, 1));
	if (fork() == 0) {
		become_nobody();
		say_open("EACCES", sem_open(name, O_CREAT, 0600, 1));
		say_open("EACCES", sem_open(name, 0));
		_exit(0);
	}
	wait(NULL);
	say("unlink", sem_unlink(name));
	return 0;
}

static int
results(void)
{
	sem_t *semaphore = shared_memory(sizeof *semaphore);
	struct timespec past = {0, 0}, never = {0, 1000000000}, later = soon(CLOCK_MONOTONIC, 20);

	say("too large", sem_init(semaphore, 1, (unsigned)SEM_VALUE_MAX + 1));
	say("sem_init", sem_init(semaphore, 1, 1));
	errno = 7;
	say("sem_wait", sem_wait(semaphore) + errno);
	say("sem_trywait", sem_trywait(semaphore));
	say("ETIMEDOUT", sem_timedwait(semaphore, &past));
	say("EINVAL", sem_timedwait(semaphore, &never));
	say("ETIMEDOUT", sem_clockwait(semaphore, CLOCK_MONOTONIC, &later));
	say("EINVAL", sem_clockwait(semaphore, CLOCK_PROCESS_CPUTIME_ID, &later));
	say("sem_post", sem_post(semaphore));
	say("EINVAL, though free", sem_timedwait(semaphore, &never));
	say("EINVAL, though free", sem_clockwait(semaphore, CLOCK_PROCESS_CPUTIME_ID, &past));
	say("past, but free", sem_timedwait(semaphore, &past));
	say("sem_post", sem_post(semaphore));
	say("past, but free", sem_clockwait(semaphore, CLOCK_REALTIME, &past));
	say_value(semaphore);
	say("sem_destroy", sem_destroy(semaphore));
	say("sem_init", sem_init(semaphore, 1, SEM_VALUE_MAX));
	say("EOVERFLOW", sem_post(semaphore));
	say_value(semaphore);
	return 0;
}

static int
interrupted(void)
{
	sem_t *semaphore = shared_memory(sizeof *semaphore);
	struct sleeper sleeper;

	sem_init(semaphore, 1, 0);
	sleeper_start(&sleeper, semaphore, sizeof *semaphore, sleeper_interrupt);
	say("EINTR", sem_wait(semaphore));
	pthread_join(sleeper.thread, NULL);
	say_value(semaphore);
	return 0;
}

static void
post_it(struct sleeper *sleeper)
{
	sem_post(sleeper->memory);
}

/* A wait that slept leaves errno alone when it succeeds. */
static int
woken(void)
{
	sem_t *semaphore = shared_memory(sizeof *semaphore);
	struct sleeper sleeper;
	int ret;

	sem_init(semaphore, 1, 0);
	sleeper_start(&sleeper, semaphore, sizeof *semaphore, post_it);
	errno = 7;
	ret = sem_wait(semaphore);
	printf("%d %d\n", ret, errno);
	pthread_join(sleeper.thread, NULL);
	say_value(semaphore);
	return 0;
}

static void *
wait_for_it(void *context)
{
	say("sem_wait", sem_wait(context));
	return NULL;
}

static void *
wait_cancelled(void *context)
{
	pthread_cancel(pthread_self());
	say("sem_wait", sem_wait(context));
	return NULL;
}

/* A wait is a point of cancellation, also where it would not have to wait. */
static int
cancelled(void)
{
	sem_t *semaphore = shared_memory(sizeof *semaphore);
	pthread_t thread;
	void *result;

	sem_init(semaphore, 1, 0);
	pthread_create(&thread, NULL, wait_for_it, semaphore);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	say("cancelled", result == PTHREAD_CANCELED);
	sem_post(semaphore);
	pthread_create(&thread, NULL, wait_cancelled, semaphore);
	pthread_join(thread, &result);
	say("cancelled", result == PTHREAD_CANCELED);
	say_value(semaphore);
	return 0;
}

static void *
post_once(void *context)
{
	sem_post(context);
	return NULL;
}

/* Who is woken takes the semaphore's memory away while sem_post has not returned yet. */
static int
destroyed_at_once(void)
{
	for (int i = 0; i < 300; i++) {
		sem_t *semaphore = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			(i % 2 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
		pthread_t thread;

		sem_init(semaphore, 0, 0);
		pthread_create(&thread, NULL, post_once, semaphore);
		sem_wait(semaphore);
		munmap(semaphore, 4096);
		pthread_join(thread, NULL);
	}
	say("survived", 1);
	return 0;
}

static int
nothing_there(void)
{
	say("pid", getpid() > 0);
	return sem_wait(nowhere);
}

static int
nothing_to_post(void)
{
	say("pid", getpid() > 0);
	return sem_post(nowhere);
}

/* Private memory: after fork there are two. */
static int private(void)
{
	sem_t semaphore;

	sem_init(&semaphore, 0, 1);
	if (fork() == 0) {
		say("child", sem_trywait(&semaphore));
		_exit(0);
	}
	wait(NULL);
	say("parent", sem_trywait(&semaphore));
	say("parent", sem_trywait(&semaphore));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"names", names,
			"leave call=sem_open ret=[0-9]+ addr=0x[0-9a-f]+ "
			"obj=sem:/hostile-[0-9]+-names made=0 values=2$"},
		{"not_allowed", not_allowed, "leave call=sem_open ret=-1 err=EACCES"},
		{"results", results,
			"leave call=sem_clockwait ret=-1 err=ETIMEDOUT .* "
			"obj=sem:[0-9]+@0x[0-9a-f]+\\+0 values=0 kernel=1$"},
		{"interrupted", interrupted, "leave call=sem_wait ret=-1 err=EINTR"},
		{"woken", woken, "leave call=sem_post ret=0 .* kernel=1$"},
		{"cancelled", cancelled, "enter call=sem_wait"},
		{"destroyed_at_once", destroyed_at_once, "leave call=sem_post ret=0"},
		{"nothing_there", nothing_there, "enter call=sem_wait addr=0x8 "},
		{"nothing_to_post", nothing_to_post, "enter call=sem_post addr=0x8 "},
		{"private", private,
			"leave call=sem_trywait ret=0 .* obj=sem:[0-9]+@0x[0-9a-f]+ values=0 "
			"kernel=0$"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
