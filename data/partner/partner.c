/* SPDX-License-Identifier: MIT
 *
 * The other side, started by hand: does one thing to an object that others use, so that the learner sees what they do
 * then.
 *
 *   partner open r|w|rn|wn PATH    opens a FIFO (n: with O_NONBLOCK); a reader then reads to the end, a writer writes once
 *   partner send mq:/NAME|msg:ID   sends one message
 *   partner receive mq:/NAME|msg:ID
 *   partner connect stream|seqpacket inet|inet6 ADDRESS PORT    connects, sends a line, waits for an answer
 *   partner datagram dgram inet|inet6 ADDRESS PORT              sends one datagram
 *   … unix PATH|@NAME                                           the same to a UNIX socket
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char greeting[] = "hello";

/* What a System V message looks like to msgsnd and msgrcv. */
struct message {
	long type;
	char text[8192];
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
open_fifo(const char *mode, const char *path)
{
	int flags = (mode[0] == 'r' ? O_RDONLY : O_WRONLY) | (mode[1] == 'n' ? O_NONBLOCK : 0);
	int fd = open(path, flags);
	char bytes[64];
	ssize_t n;

	if (fd == -1)
		fail("open");
	if (mode[0] == 'w') {
		if (write(fd, greeting, sizeof greeting - 1) == -1)
			fail("write");
	} else {
		while ((n = read(fd, bytes, sizeof bytes)) > 0)
			continue;
		if (n == -1)
			fail("read");
	}
	if (close(fd) == -1)
		fail("close");
}

static void
queue_send(const char *name)
{
	mqd_t queue = mq_open(name, O_WRONLY);

	if (queue == (mqd_t)-1)
		fail("mq_open");
	if (mq_send(queue, greeting, sizeof greeting - 1, 0) == -1)
		fail("mq_send");
	mq_close(queue);
}

static void
queue_receive(const char *name)
{
	mqd_t queue = mq_open(name, O_RDONLY);
	struct mq_attr attributes;
	char *text;

	if (queue == (mqd_t)-1)
		fail("mq_open");
	if (mq_getattr(queue, &attributes) == -1)
		fail("mq_getattr");
	if ((text = malloc((size_t)attributes.mq_msgsize)) == NULL)
		fail("malloc");
	if (mq_receive(queue, text, (size_t)attributes.mq_msgsize, NULL) == -1)
		fail("mq_receive");
	free(text);
	mq_close(queue);
}

static void
message_send(int id)
{
	struct message message = {.type = 1};

	memcpy(message.text, greeting, sizeof greeting - 1);
	if (msgsnd(id, &message, sizeof greeting - 1, 0) == -1)
		fail("msgsnd");
}

static void
message_receive(int id)
{
	static struct message message;

	if (msgrcv(id, &message, sizeof message.text, 0, MSG_NOERROR) == -1)
		fail("msgrcv");
}

/* An address as the kernel takes it. */
struct address {
	socklen_t length;
	union {
		struct sockaddr any;
		struct sockaddr_in inet;
		struct sockaddr_in6 inet6;
		struct sockaddr_un unix_path;
	};
};

/* A name after @ is abstract: a 0 and the name, without one at its end. */
static void
address_of_path(struct address *address, const char *path)
{
	size_t length = strlen(path);

	if (length >= sizeof address->unix_path.sun_path) {
		fprintf(stderr, "%s: too long for a socket\n", path);
		exit(EXIT_FAILURE);
	}
	memcpy(address->unix_path.sun_path, path, length + 1);
	address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] != '@'));
	if (path[0] == '@')
		address->unix_path.sun_path[0] = '\0';
}

static struct address
address_read(const char *family, const char *host, const char *port)
{
	struct address address = {.length = 0};
	in_port_t number = htons((in_port_t)(port != NULL ? atoi(port) : 0));
	int good = 1;

	if (strcmp(family, "unix") == 0) {
		address.any.sa_family = AF_UNIX;
		address_of_path(&address, host);
	} else if (strcmp(family, "inet6") == 0) {
		address.length = sizeof address.inet6;
		address.inet6.sin6_family = AF_INET6;
		address.inet6.sin6_port = number;
		good = inet_pton(AF_INET6, host, &address.inet6.sin6_addr);
	} else {
		address.length = sizeof address.inet;
		address.inet.sin_family = AF_INET;
		address.inet.sin_port = number;
		good = inet_pton(AF_INET, host, &address.inet.sin_addr);
	}
	if (good != 1) {
		fprintf(stderr, "%s: no address\n", host);
		exit(EXIT_FAILURE);
	}
	return address;
}

static void
be_client(const char *what, const char *type, const struct address *address)
{
	int kind = strcmp(type, "dgram") == 0 ? SOCK_DGRAM
		   : strcmp(type, "stream") == 0 ? SOCK_STREAM
						 : SOCK_SEQPACKET;
	int fd = socket(address->any.sa_family, kind, 0);
	static const char line[] = "hello\n";
	char answer[64];

	if (fd == -1)
		fail("socket");
	if (strcmp(what, "connect") == 0) {
		if (connect(fd, &address->any, address->length) == -1)
			fail("connect");
		if (send(fd, line, sizeof line - 1, 0) == -1)
			fail("send");
		if (recv(fd, answer, sizeof answer, 0) == -1)
			fail("recv");
	} else if (sendto(fd, greeting, sizeof greeting - 1, 0, &address->any, address->length) == -1)
		fail("sendto");
	if (close(fd) == -1)
		fail("close");
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *object = argc > 2 ? argv[2] : "";

	if (strcmp(what, "open") == 0 && argc == 4)
		open_fifo(argv[2], argv[3]);
	else if (strcmp(what, "send") == 0 && strncmp(object, "mq:", 3) == 0)
		queue_send(object + 3);
	else if (strcmp(what, "receive") == 0 && strncmp(object, "mq:", 3) == 0)
		queue_receive(object + 3);
	else if (strcmp(what, "send") == 0 && strncmp(object, "msg:", 4) == 0)
		message_send(atoi(object + 4));
	else if (strcmp(what, "receive") == 0 && strncmp(object, "msg:", 4) == 0)
		message_receive(atoi(object + 4));
	else if ((strcmp(what, "connect") == 0 || strcmp(what, "datagram") == 0) && argc >= 5) {
		const struct address address = address_read(argv[3], argv[4], argv[5]);

		be_client(what, argv[2], &address);
	} else {
		fprintf(stderr, "usage: partner open r|w|rn|wn PATH | send|receive mq:/NAME|msg:ID |\n"
				"       connect|datagram TYPE FAMILY ADDRESS [PORT]\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
