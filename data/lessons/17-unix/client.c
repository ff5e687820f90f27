/* SPDX-License-Identifier: MIT
 *
 * client.c - a socket with a name on this machine: the side that comes
 *
 * Connects to the server's name, tells it a lie about itself, and prints the answer. The name is a
 * path or, beginning with @, an abstract one. It needs no name of its own.
 *
 * To compile and run it alone:  cc -Wall -o client client.c && ./client door
 * after, in another terminal:   cc -Wall -o server server.c && ./server door
 */
#include <errno.h>
#include <stddef.h>
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

static socklen_t
name_set(struct sockaddr_un *address, const char *name)
{
	size_t length = strlen(name);

	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	if (length >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		fail(name);
	}
	memcpy(address->sun_path, name, length);
	if (name[0] != '@')
		return sizeof *address;
	address->sun_path[0] = '\0'; /* an abstract name: all bytes that the length counts */
	return offsetof(struct sockaddr_un, sun_path) + length;
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un address;
	socklen_t length = name_set(&address, argc > 1 ? argv[1] : "door");
	const char lie[] = "I am process 1";
	char text[100];

	int server = socket(AF_UNIX, SOCK_STREAM, 0);
	if (server == -1)
		fail("socket");
	if (connect(server, (struct sockaddr *)&address, length) == -1)
		fail("connect");
	if (send(server, lie, strlen(lie), 0) == -1)
		fail("send");

	ssize_t n = recv(server, text, sizeof text, 0);
	if (n == -1)
		fail("recv");
	printf("client: %.*s\n", (int)n, text);
	if (close(server) == -1)
		fail("close");
	return EXIT_SUCCESS;
}
