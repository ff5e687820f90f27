/* SPDX-License-Identifier: MIT
 *
 * stranger.c - an unrelated process cannot get at a pipe
 *
 * Descriptor 4 is a pipe's write end in some other process. In this one it is just a number: no
 * relative left it open, so nothing stands behind it, and a pipe has no name that open() could
 * take.
 *
 * To compile and run it alone:  cc -Wall -o stranger stranger.c && ./stranger
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	if (write(4, "let me in", 9) == -1) {
		perror("stranger: write on descriptor 4");
		return EXIT_FAILURE;
	}
	printf("stranger: descriptor 4 was open here\n");
	return EXIT_SUCCESS;
}
