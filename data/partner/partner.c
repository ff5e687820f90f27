/* SPDX-License-Identifier: MIT
 *
 * The other side, started by hand: does one thing to an object that others use, so that the learner sees what they do
 * then.
 *
 *   partner open r|w|rn|wn PATH    opens a FIFO (n: with O_NONBLOCK); a reader then reads to the end, a writer writes once
 *   partner send mq:/NAME|msg:ID   sends one message
 *   partner receive mq:/NAME|msg:ID
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
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
	else {
		fprintf(stderr, "usage: partner open r|w|rn|wn PATH | send|receive mq:/NAME|msg:ID\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
