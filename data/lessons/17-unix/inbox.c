/* SPDX-License-Identifier: MIT
 *
 * inbox.c - takes datagrams out of a socket with a path
 *
 * Binds a UNIX datagram socket to "inbox" in the current directory and prints what comes, a datagram
 * at a time, until one is empty. Nobody listens or accepts: there are no connections.
 *
 * To compile and run it alone:  cc -Wall -o inbox inbox.c && ./inbox
 * and in another terminal:      cc -Wall -o letters letters.c && ./letters 3
 */
#include <stdio.h>
#include <stdlib.h>
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
main(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "inbox"};
	char text[2000];
	ssize_t n;

	int inbox = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (inbox == -1)
		fail("socket");
	if (bind(inbox, (struct sockaddr *)&address, sizeof address) == -1)
		fail("bind");

	while ((n = recv(inbox, text, sizeof text, 0)) > 0)
		printf("inbox: %zd bytes, beginning with %.9s\n", n, text);
	if (n == -1)
		fail("recv");
	if (unlink(address.sun_path) == -1)
		fail("unlink");
	return EXIT_SUCCESS;
}
