/* SPDX-License-Identifier: MIT
 *
 * Processes with sockets of every family in use: for the cleanup tests. Prints "ready" when bytes flow, and goes on.
 */
#include <arpa/inet.h>
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
	exit(1);
}

/* Sends for ever to where that socket is. */
static void
send_to(int server, int type)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	int fd;

	if (getsockname(server, (struct sockaddr *)&address, &length) != 0)
		fail("getsockname");
	if (fork() != 0)
		return;
	fd = socket(address.ss_family, type, 0);
	close(server);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, length) != 0)
		fail("connect");
	while (send(fd, "abc", 3, MSG_NOSIGNAL) > 0)
		usleep(1000);
	_exit(0);
}

/* Receives for ever; the first three bytes are told to the parent. */
static void
receive_from(int server, int type, int told)
{
	char bytes[64];
	int fd = server;

	if (fork() != 0)
		return;
	if (type != SOCK_DGRAM && (fd = accept(server, NULL, NULL)) < 0)
		fail("accept");
	if (recv(fd, bytes, sizeof bytes, 0) <= 0 || write(told, "", 1) != 1)
		fail("recv");
	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		continue;
	_exit(0);
}

static void
both(const struct sockaddr *address, socklen_t length, int type, int told)
{
	int server = socket(address->sa_family, type, 0);

	if (server < 0 || bind(server, address, length) != 0 ||
		(type != SOCK_DGRAM && listen(server, 1) != 0))
		fail("bind");
	receive_from(server, type, told);
	send_to(server, type);
}

int
main(void)
{
	const struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr_un door = {.sun_family = AF_UNIX, .sun_path = "door"};
	const struct sockaddr_un mail = {.sun_family = AF_UNIX, .sun_path = "mail"};
	int told[2];
	char byte;

	if (pipe(told) != 0)
		fail("pipe");
	both((const struct sockaddr *)&loopback, sizeof loopback, SOCK_STREAM, told[1]);
	both((const struct sockaddr *)&loopback, sizeof loopback, SOCK_DGRAM, told[1]);
	both((const struct sockaddr *)&door, sizeof door, SOCK_SEQPACKET, told[1]);
	both((const struct sockaddr *)&mail, sizeof mail, SOCK_DGRAM, told[1]);
	for (int i = 0; i < 4; i++)
		if (read(told[0], &byte, 1) != 1)
			return 1;
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
