/* SPDX-License-Identifier: MIT
 *
 * letters.c - sends datagrams to a socket with a path
 *
 * Sends as many letters of 1000 bytes to "inbox" as its argument says, then an empty one. Its send
 * buffer is small. What was sent counts as sent by us until it is received: when too much lies there,
 * sendto() waits.
 *
 * To compile and run it alone:  cc -Wall -o letters letters.c && ./letters 3
 * after, in another terminal:   cc -Wall -o inbox inbox.c && ./inbox
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un inbox = {.sun_family = AF_UNIX, .sun_path = "inbox"};
	int count = argc > 1 ? atoi(argv[1]) : 3, room = 4096;
	char letter[1000];

	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		fail("socket");
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room) == -1)
		fail("setsockopt");

	for (int i = 1; i <= count; i++) {
		memset(letter, ' ', sizeof letter);
		letter[snprintf(letter, sizeof letter, "letter %d", i)] = ' ';
		if (sendto(fd, letter, sizeof letter, 0, (struct sockaddr *)&inbox, sizeof inbox) == -1)
			fail("sendto");
		printf("letters: %d is sent\n", i);
	}
	if (sendto(fd, "", 0, 0, (struct sockaddr *)&inbox, sizeof inbox) == -1)
		fail("sendto");
	return EXIT_SUCCESS;
}
