/* SPDX-License-Identifier: MIT
 *
 * server.c - a socket with a name on this machine: the side that waits
 *
 * Binds a UNIX stream socket to a name, listens, takes one client and tells it who it is: the kernel
 * knows (SO_PEERCRED). The name is a path, and bind() makes a file there, or an abstract name when it
 * begins with @. The file stays when the program ends: the next bind() to it fails, unless the old
 * name is taken away before, which "tidy" as second argument asks for.
 *
 * To compile and run it alone:  cc -Wall -o server server.c && ./server door
 * and in another terminal:      cc -Wall -o client client.c && ./client door
 */
#define _GNU_SOURCE /* struct ucred */
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
	const char *name = argc > 1 ? argv[1] : "door";
	struct sockaddr_un address;
	socklen_t length = name_set(&address, name), size = sizeof(struct ucred);
	struct ucred peer;
	char text[100];

	int door = socket(AF_UNIX, SOCK_STREAM, 0);
	if (door == -1)
		fail("socket");
	if (argc > 2 && strcmp(argv[2], "tidy") == 0 && unlink(name) == -1 && errno != ENOENT)
		fail("unlink");
	if (bind(door, (struct sockaddr *)&address, length) == -1)
		fail("bind");
	if (listen(door, 4) == -1)
		fail("listen");

	int client = accept(door, NULL, NULL);
	if (client == -1)
		fail("accept");
	ssize_t n = recv(client, text, sizeof text, 0);
	if (n == -1)
		fail("recv");
	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1)
		fail("getsockopt");
	printf("server: process %d says \"%.*s\"\n", (int)peer.pid, (int)n, text);

	n = snprintf(text, sizeof text, "hello, process %d of user %u", (int)peer.pid, peer.uid);
	if (send(client, text, n, 0) == -1)
		fail("send");
	return EXIT_SUCCESS;
}
