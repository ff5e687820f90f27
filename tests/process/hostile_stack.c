/* SPDX-License-Identifier: MIT
 *
 * Hostile with stacks: messages and operations in a frame far up, and such that lie where the stack has ended, on the main
 * stack, a thread's and a coroutine's. See hostile.h.
 */
#include "hostile_ipc.h"

#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <ucontext.h>

static struct {
	int queue, set;
	void *message;
	struct sembuf *operation;
} far;

static __attribute__((noinline)) void
send_far(void)
{
	volatile char room[3 * 4096 + 100];

	room[0] = 1; /* the frame's, so that all lies pages above */
	say("far up", msgsnd(far.queue, far.message, 3, 0));
	say("far up", semop(far.set, far.operation, 1));
	room[sizeof room - 1] = room[0];
}

static void
send_from_frame(void)
{
	struct {
		long type;
		char text[3];
	} message = {6, "far"};
	struct sembuf up = {0, 1, 0};

	far.message = &message;
	far.operation = &up;
	send_far();
	say("taken", msgrcv(far.queue, &message, 3, 6, IPC_NOWAIT));
	say("value", semctl(far.set, 0, GETVAL));
}

static void
send_from(char *beyond)
{
	say("beyond", msgsnd(far.queue, beyond, 3, 0));
	say("beyond", semop(far.set, (struct sembuf *)beyond, 1));
	say("half beyond", msgsnd(far.queue, beyond - 4, 3, 0));
	say("half beyond", semop(far.set, (struct sembuf *)beyond - 1, 2));
}

static void
objects_make(void)
{
	far.queue = msgget(IPC_PRIVATE, 0600);
	far.set = semget(IPC_PRIVATE, 1, 0600);
	if (far.queue < 0 || far.set < 0)
		exit(1);
}

static void
objects_remove(void)
{
	say("IPC_RMID", msgctl(far.queue, IPC_RMID, NULL));
	say("IPC_RMID", semctl(far.set, 0, IPC_RMID));
}

static int
main_stack(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t last = getauxval(AT_EXECFN); /* the last words on it */

	last += strlen((const char *)last);
	objects_make();
	send_from_frame();
	send_from((char *)(last + page - last % page));
	objects_remove();
	return 0;
}

enum { STACK = 1 << 18 };

/* A stack with bad memory behind its end. */
static char *
stack_make(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *stack = mmap(
		NULL, STACK + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (stack == MAP_FAILED || mprotect(stack + STACK, page, PROT_NONE) != 0)
		exit(1);
	return stack;
}

static void *
thread_run(void *stack)
{
	send_from_frame();
	send_from((char *)stack + STACK);
	return NULL;
}

static int
thread_stack(void)
{
	char *stack = stack_make();
	pthread_attr_t attributes;
	pthread_t thread;

	objects_make();
	pthread_attr_init(&attributes);
	pthread_attr_setstack(&attributes, stack, STACK);
	if (pthread_create(&thread, &attributes, thread_run, stack) != 0)
		return 1;
	pthread_join(thread, NULL);
	objects_remove();
	return 0;
}

static ucontext_t back, there;

static void
coroutine_run(void)
{
	thread_run(there.uc_stack.ss_sp);
}

static int
coroutine_stack(void)
{
	objects_make();
	getcontext(&there);
	there.uc_stack.ss_sp = stack_make();
	there.uc_stack.ss_size = STACK;
	there.uc_link = &back;
	makecontext(&there, coroutine_run, 0);
	swapcontext(&back, &there);
	objects_remove();
	return 0;
}

int
main(int argc, char **argv)
{
	static const char told[] = "enter call=msgsnd id=[0-9]+ obj=msg:[0-9]+ type=6 n=3 ";
	static const struct hostile_case cases[] = {
		{"main_stack", main_stack, told},
		{"thread_stack", thread_stack, told},
		{"coroutine_stack", coroutine_stack, told},
		{"stack_operations", main_stack, "enter call=semop id=[0-9]+ obj=sem:[0-9]+ ops=0.1 at="},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
