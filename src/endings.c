/* SPDX-License-Identifier: MIT
 *
 * How ipcviz is ended, stopped and resized.
 */
#include "endings.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tui/tui.h"

static volatile sig_atomic_t ended, resized, suspended;
static sigset_t outside; /* the signal mask while the loop sleeps */

static void
on_signal(int signal)
{
	if (signal == SIGWINCH)
		resized = 1;
	else if (signal == SIGTSTP)
		suspended = 1;
	else
		ended = signal;
}

/* A bug: the terminal first, then the default action. The janitor clears the rest. */
static void
on_crash(int signal)
{
	tui_emergency();
	raise(signal); /* SA_RESETHAND has put the default action back */
}

static void
handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigfillset(&action.sa_mask);
	if (handler == on_crash)
		sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

void
endings_init(bool interruptible)
{
	static const int asking[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, SIGTSTP};
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	sigset_t inside;

	sigprocmask(SIG_BLOCK, NULL, &outside);
	inside = outside;
	for (size_t i = 0; i < sizeof asking / sizeof asking[0]; i++) {
		bool ours = interruptible || (asking[i] != SIGINT && asking[i] != SIGQUIT);

		handle(asking[i], ours ? on_signal : SIG_IGN, 0);
		sigaddset(&inside, asking[i]);
		sigdelset(&outside, asking[i]);
	}
	for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
		handle(crashes[i], on_crash, (int)SA_RESETHAND);
	signal(SIGPIPE, SIG_IGN); /* a closed standard output is an error of write(2) here */
	sigprocmask(SIG_SETMASK, &inside, NULL);
}

int
endings_wait(struct pollfd *fds, nfds_t n, int64_t timeout)
{
	struct timespec time = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};

	return ppoll(fds, n, timeout < 0 ? NULL : &time, &outside);
}

int
endings_signal(void)
{
	return ended;
}

bool
endings_resized(void)
{
	bool was = resized;

	resized = 0;
	return was;
}

bool
endings_suspended(void)
{
	bool was = suspended;

	suspended = 0;
	return was;
}

void
endings_stop(void)
{
	raise(SIGSTOP);
}

_Noreturn void
endings_die(int signal)
{
	sigset_t one;

	handle(signal, SIG_DFL, 0);
	sigemptyset(&one);
	sigaddset(&one, signal);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	_exit(128 + signal);
}
