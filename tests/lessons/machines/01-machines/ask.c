/* SPDX-License-Identifier: MIT
 *
 * Connects to the address and port that it is told, asks, and prints the answer.
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
main(int argc, char **argv)
{
	struct sockaddr_in server = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char word[16];
	ssize_t got;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1)
		return EXIT_FAILURE;
	server.sin_port = htons((in_port_t)atoi(argv[2]));
	if (fd == -1 || connect(fd, (struct sockaddr *)&server, sizeof server) == -1)
		fail("connect");
	if (write(fd, "ping", 4) != 4 || (got = read(fd, word, sizeof word)) <= 0)
		fail("read");
	printf("got %.*s\n", (int)got, word);
	return EXIT_SUCCESS;
}
