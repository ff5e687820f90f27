/* SPDX-License-Identifier: MIT
 *
 * What the stage's tests of sockets and machines watch.
 */
#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int turn; /* looked at from outside */

static void
fail(const char *what)
{
	perror(what);
	exit(99);
}

/* @ begins an abstract name. */
static socklen_t
local_address(struct sockaddr_un *local, const char *path)
{
	*local = (struct sockaddr_un){.sun_family = AF_UNIX};
	strncpy(local->sun_path, path, sizeof local->sun_path - 1);
	if (path[0] != '@')
		return sizeof *local;
	local->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
}

/* A connection on descriptor 4, from the listening one 3; reads to its end and exits with how many bytes came. */
static int
serve(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	char bytes[64];
	int door = socket(AF_INET, SOCK_STREAM, 0), client, sum = 0;
	ssize_t n;

	if (door == -1 || bind(door, (struct sockaddr *)&any, sizeof any) == -1 || listen(door, 4) == -1)
		fail("listen");
	if ((client = accept(door, NULL, NULL)) == -1)
		fail("accept");
	while ((n = read(client, bytes, sizeof bytes)) > 0) {
		turn++;
		sum += (int)n;
	}
	return n < 0 ? 98 : sum;
}

static int
ask(const char *address, const char *port)
{
	struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (inet_pton(AF_INET, address, &server.sin_addr) != 1 ||
		connect(fd, (struct sockaddr *)&server, sizeof server) == -1)
		fail("connect");
	if (write(fd, "hello", 5) != 5)
		fail("write");
	return 0;
}

/* A child that reads from the pair's other end, for ever. */
static int
pair(void)
{
	char byte;
	int fds[2];
	pid_t pid = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1 || (pid = fork()) == -1)
		fail("socketpair");
	if (pid == 0) {
		close(fds[0]);
		return read(fds[1], &byte, 1) == 0 ? 7 : 8;
	}
	close(fds[1]);
	wait(NULL);
	return 0;
}

/* One datagram at a time into descriptor 3, bound to a port or, with a path, to that; exits with the length of the first. */
static int
take(const char *path)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un local;
	socklen_t length = path != NULL ? local_address(&local, path) : sizeof any;
	int fd = socket(path != NULL ? AF_UNIX : AF_INET, SOCK_DGRAM, 0);
	char bytes[64];

	if (bind(fd, path != NULL ? (struct sockaddr *)&local : (struct sockaddr *)&any, length) == -1)
		fail("bind");
	return (int)recv(fd, bytes, sizeof bytes, 0);
}

/* The same of connections, to a path; exits with how many bytes came of the first. */
static int
serve_path(const char *path)
{
	struct sockaddr_un local;
	socklen_t length = local_address(&local, path);
	int door = socket(AF_UNIX, SOCK_STREAM, 0), client = -1;
	char bytes[64];
	ssize_t n;

	if (bind(door, (struct sockaddr *)&local, length) == -1 || listen(door, 1) == -1 ||
		(client = accept(door, NULL, NULL)) == -1)
		fail("bind");
	n = read(client, bytes, sizeof bytes);
	return write(client, "yes\n", 4) == 4 ? (int)n : 97;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "serve") == 0)
		return serve();
	if (strcmp(what, "ask") == 0 && argc > 3)
		return ask(argv[2], argv[3]);
	if (strcmp(what, "pair") == 0)
		return pair();
	if (strcmp(what, "take") == 0)
		return take(argc > 2 ? argv[2] : NULL);
	if (strcmp(what, "serve-path") == 0 && argc > 2)
		return serve_path(argv[2]);
	return 100;
}
