/* SPDX-License-Identifier: MIT
 *
 * What the tests of the stage put on it: one behaviour for each first argument.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int counter = 41; /* watched */

/* A child sleeps in read on an empty pipe until the parent, which waits for SIGUSR1, writes. */
static int
sleepy(void)
{
	char byte;
	int ends[2];

	if (pipe(ends) != 0)
		return 1;
	if (fork() == 0) {
		close(ends[1]);
		for (;;) {
			ssize_t n = read(ends[0], &byte, 1);

			if (n <= 0)
				_exit(n == 0 ? 7 : 9);
		}
	}
	close(ends[0]);
	signal(SIGUSR1, SIG_IGN);
	pause();
	return 0;
}

static int
tree(int depth, int fans)
{
	for (int i = 0; i < fans && depth > 0; i++)
		if (fork() == 0)
			_exit(tree(depth - 1, fans));
	while (wait(NULL) > 0)
		continue;
	return 0;
}

/* Many at once: each waits until all are there. */
static int
crowd(int count)
{
	int go[2], there[2];
	char byte;

	if (pipe(go) != 0 || pipe(there) != 0)
		return 1;
	for (int i = 0; i < count; i++)
		if (fork() == 0) {
			close(go[1]);
			if (write(there[1], "", 1) != 1)
				_exit(1);
			_exit(read(go[0], &byte, 1) != 0);
		}
	for (int i = 0; i < count; i++)
		if (read(there[0], &byte, 1) != 1)
			return 1;
	close(go[1]);
	for (int i = 0; i < count; i++) {
		int status;

		if (wait(&status) < 0 || status != 0)
			return 1;
	}
	return 0;
}

static int
count(void)
{
	if (fork() == 0) {
		counter++;
		_exit(access("/", F_OK)); /* a call of which nothing is told */
	}
	counter += 100;
	wait(NULL);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	if (strcmp(what, "sleepy") == 0)
		return sleepy();
	if (strcmp(what, "tree") == 0)
		return tree(number, 3);
	if (strcmp(what, "crowd") == 0)
		return crowd(number);
	if (strcmp(what, "count") == 0)
		return count();
	if (strcmp(what, "exit") == 0)
		return number;
	if (strcmp(what, "kill") == 0)
		raise(number);
	if (strcmp(what, "print") == 0)
		printf("caf\xc3\xa9 \"%d\"\n\tand no newline", isatty(1));
	if (strcmp(what, "exec") == 0)
		execv(argv[2], argv + 2);
	if (strcmp(what, "fds") ==
		0) { /* which descriptors are open below a hundred, as exit status: a sum of bits */
		int open = 0;

		for (int fd = 0; fd < 100; fd++)
			if (fcntl(fd, F_GETFD) >= 0)
				open |= fd < 7 ? 1 << fd : 0x80;
		return open;
	}
	if (strcmp(what, "signals") == 0) { /* 0: as a shell starts it */
		struct sigaction action;
		sigset_t mask;

		sigprocmask(SIG_BLOCK, NULL, &mask);
		for (int sig = 1; sig < 32; sig++) {
			sigaction(sig, NULL, &action);
			if (sigismember(&mask, sig) || action.sa_handler == SIG_IGN)
				return sig;
		}
	}
	return 0;
}
