/* SPDX-License-Identifier: MIT
 *
 * Processes that are hard to get rid of: for the cleanup tests. Prints "ready" when all are there,
 * and waits.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int told[2]; /* a byte comes through for each member that is in its place */

static void
tell(void)
{
	if (write(told[1], "", 1) != 1)
		_exit(1);
}

static void
wait_in_read(void)
{
	int ends[2];
	char byte;

	if (pipe(ends) != 0)
		_exit(1);
	tell();
	_exit(read(ends[0], &byte, 1) != 0);
}

static void
ignore_all(void)
{
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	tell();
	for (;;)
		pause();
}

/* An orphan in a session of its own. */
static void
be_daemon(void)
{
	setsid();
	if (fork() != 0)
		_exit(0);
	tell();
	for (;;)
		pause();
}

static void
be_stopped(void)
{
	tell();
	for (;;)
		raise(SIGSTOP);
}

/* Another program, with no environment. */
static void
be_another(char *self)
{
	char *arguments[] = {self, (char *)"wait", NULL}, *nothing[] = {NULL};

	dup2(told[1], 1);
	execve(self, arguments, nothing);
	_exit(1);
}

static void
close_everything(void)
{
	tell();
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	for (;;)
		pause();
}

static void
hold_fifo(void)
{
	if (mkfifo("fifo", 0600) != 0 || mkdir("below", 0500) != 0 ||
		symlink("/etc", "below-link") != 0)
		_exit(1);
	tell();
	_exit(open("fifo", O_RDONLY) < 0);
}

int
main(int argc, char **argv)
{
	void (*const members[])(void) = {
		wait_in_read, ignore_all, be_daemon, be_stopped, close_everything, hold_fifo};
	const size_t count = sizeof members / sizeof members[0];
	char byte;

	if (argc > 1 && strcmp(argv[1], "wait") == 0) {
		if (write(1, "", 1) != 1)
			return 1;
		for (;;)
			pause();
	}
	if (pipe(told) != 0)
		return 1;
	for (size_t i = 0; i < count; i++)
		if (fork() == 0) {
			members[i]();
			_exit(0);
		}
	if (fork() == 0)
		be_another(argv[0]);
	for (size_t i = 0; i < count + 1; i++)
		if (read(told[0], &byte, 1) != 1)
			return 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
