/* SPDX-License-Identifier: MIT
 *
 * taker.c - gets an open file from another program
 *
 * Waits at the UNIX socket "hand", receives a descriptor (SCM_RIGHTS) and reads from it. The file has
 * no name any more, so it could not open it itself.
 *
 * To compile and run it alone:  cc -Wall -o taker taker.c && ./taker
 * and in another terminal:      cc -Wall -o giver giver.c && ./giver
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

static int
receive_descriptor(int through)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec vector = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1,
		.msg_control = control.room, .msg_controllen = sizeof control.room};
	int fd;

	if (recvmsg(through, &message, 0) == -1)
		fail("recvmsg");
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header == NULL || header->cmsg_type != SCM_RIGHTS) {
		fprintf(stderr, "taker: no descriptor came\n");
		exit(EXIT_FAILURE);
	}
	memcpy(&fd, CMSG_DATA(header), sizeof fd);
	return fd;
}

int
main(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "hand"};
	char text[20];

	int hand = socket(AF_UNIX, SOCK_STREAM, 0);
	if (hand == -1)
		fail("socket");
	if (bind(hand, (struct sockaddr *)&address, sizeof address) == -1)
		fail("bind");
	if (listen(hand, 1) == -1)
		fail("listen");
	int other = accept(hand, NULL, NULL);
	if (other == -1)
		fail("accept");
	if (unlink(address.sun_path) == -1)
		fail("unlink");

	int file = receive_descriptor(other);
	ssize_t n = read(file, text, 4);
	if (n == -1)
		fail("read");
	printf("taker: descriptor %d; read %.*s\n", file, (int)n, text);
	if (send(other, "?", 1, 0) == -1)
		fail("send");
	return EXIT_SUCCESS;
}
