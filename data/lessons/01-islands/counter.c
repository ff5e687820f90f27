/* SPDX-License-Identifier: MIT
 *
 * counter.c - processes share nothing by default
 *
 * A process forks. Parent and child have the same program, the same variable at the same address,
 * and each adds to it. Neither sees what the other did: what lies at that address is private.
 * The only thing that comes across is one small number that the kernel carries: the exit status.
 *
 * To compile and run it alone:  cc -Wall -o counter counter.c && ./counter
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int counter = 5;

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
say(const char *who)
{
	char line[80];
	int length = snprintf(line, sizeof line, "%s: counter is %d, at address %p\n", who, counter,
		(void *)&counter);

	if (write(STDOUT_FILENO, line, length) == -1)
		fail("write");
}

int
main(void)
{
	int status;

	say("parent");

	pid_t pid = fork();
	if (pid == -1)
		fail("fork");

	if (pid == 0) {
		say("child");
		counter = counter + 1;
		say("child");
		exit(counter);
	}

	if (wait(&status) == -1)
		fail("wait");
	say("parent");
	counter = counter + 10;
	say("parent");
	if (WIFEXITED(status))
		printf("parent: my child's exit status is %d\n", WEXITSTATUS(status));
	return EXIT_SUCCESS;
}
