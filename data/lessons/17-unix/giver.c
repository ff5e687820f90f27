/* SPDX-License-Identifier: MIT
 *
 * giver.c - hands an open file to another program
 *
 * Makes a file, takes its name away at once, reads the first words of it, and sends the descriptor
 * through a UNIX socket (SCM_RIGHTS). Then it waits for a byte and reads on in the file.
 *
 * To compile and run it alone:  cc -Wall -o giver giver.c && ./giver
 * after, in another terminal:   cc -Wall -o taker taker.c && ./taker
 */
#include <fcntl.h>
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

static void
send_descriptor(int through, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.room = ""};
	struct iovec byte = {.iov_base = "!", .iov_len = 1}; /* at least one byte has to go along */
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = control.room, .msg_controllen = sizeof control.room};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	if (sendmsg(through, &message, 0) == -1)
		fail("sendmsg");
}

int
main(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "hand"};
	const char poem[] = "roses are red, violets are blue";
	char text[20];
	ssize_t n;

	int file = open("poem", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (file == -1)
		fail("open");
	if (unlink("poem") == -1)
		fail("unlink");
	if (write(file, poem, strlen(poem)) == -1 || lseek(file, 0, SEEK_SET) == -1)
		fail("poem");

	int hand = socket(AF_UNIX, SOCK_STREAM, 0);
	if (hand == -1)
		fail("socket");
	if (connect(hand, (struct sockaddr *)&address, sizeof address) == -1)
		fail("connect");
	if ((n = read(file, text, 6)) == -1)
		fail("read");
	printf("giver: read %.*s\n", (int)n, text);
	send_descriptor(hand, file);

	if (recv(hand, text, 1, 0) == -1)
		fail("recv");
	if ((n = read(file, text, 4)) == -1)
		fail("read");
	printf("giver: read %.*s\n", (int)n, text);
	return EXIT_SUCCESS;
}
