/* SPDX-License-Identifier: MIT
 *
 * Listens on a port that the kernel picks, and answers one client.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	struct sockaddr_in any = {.sin_family = AF_INET};
	int door = socket(AF_INET, SOCK_STREAM, 0), client;
	char word[16];

	if (door == -1 || bind(door, (struct sockaddr *)&any, sizeof any) == -1 || listen(door, 1) == -1)
		fail("listen");
	if ((client = accept(door, NULL, NULL)) == -1 || read(client, word, sizeof word) <= 0)
		fail("accept");
	if (write(client, "pong", 4) != 4)
		fail("write");
	close(client);
	close(door);
	return EXIT_SUCCESS;
}
