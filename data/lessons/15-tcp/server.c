/* SPDX-License-Identifier: MIT
 *
 * server.c - the five calls of a TCP server
 *
 * socket, bind, listen, accept, and then recv and send, one client after the other. It tells each
 * client how many bytes came, and when the client sends no more it says goodbye and closes. With a
 * port as first argument it binds to that; without one, or with 0, the kernel picks one. "reuse" as
 * second argument lets it have a port where old connections fade away (and lets its heir, too).
 *
 * To compile and run it alone:  cc -Wall -o server server.c && ./server
 * and in another terminal:      cc -Wall -o client client.c && ./client 127.0.0.1 PORT
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
serve(int client)
{
	char text[100], answer[60];
	ssize_t n;

	while ((n = recv(client, text, sizeof text, 0)) > 0) {
		printf("server: got \"%.*s\"\n", (int)n, text);
		int length = snprintf(answer, sizeof answer, "%zd bytes came", n);
		if (send(client, answer, length, 0) == -1)
			fail("send");
	}
	if (n == -1)
		fail("recv");
	if (send(client, "goodbye", 7, 0) == -1)
		fail("send");
	if (close(client) == -1)
		fail("close");
}

int
main(int argc, char *argv[])
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	socklen_t size = sizeof own;
	int yes = 1, client;

	own.sin_port = htons(argc > 1 ? atoi(argv[1]) : 0); /* 0: any that is free */
	int door = socket(AF_INET, SOCK_STREAM, 0);
	if (door == -1)
		fail("socket");
	if (argc > 2 && strcmp(argv[2], "reuse") == 0 &&
		setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == -1)
		fail("setsockopt");
	if (bind(door, (struct sockaddr *)&own, sizeof own) == -1)
		fail("bind");
	if (listen(door, 1) == -1)
		fail("listen");
	if (getsockname(door, (struct sockaddr *)&own, &size) == -1)
		fail("getsockname");
	printf("server: at port %d\n", ntohs(own.sin_port));
	fflush(stdout);

	while ((client = accept(door, NULL, NULL)) != -1)
		serve(client);
	fail("accept");
}
