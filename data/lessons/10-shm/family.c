/* SPDX-License-Identifier: MIT
 *
 * family.c - memory that fork does not copy
 *
 * Parent and child count as in the lesson on islands, but the counter lies in a shared mapping that
 * was made before fork. It has no name, so only relatives can have it.
 *
 * To compile and run it alone:  cc -Wall -o family family.c && ./family
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(void)
{
	int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (counter == MAP_FAILED)
		fail("mmap");
	*counter = 5;
	pid_t pid = fork();
	if (pid == -1)
		fail("fork");
	if (pid == 0) {
		*counter += 1;
		exit(EXIT_SUCCESS);
	}
	if (wait(NULL) == -1)
		fail("wait");
	printf("parent: counter is %d\n", *counter);
	if (munmap(counter, sizeof *counter) == -1)
		fail("munmap");
	return EXIT_SUCCESS;
}
