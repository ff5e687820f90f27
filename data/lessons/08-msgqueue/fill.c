/* SPDX-License-Identifier: MIT
 *
 * fill.c - a queue can be full
 *
 * Lets the queue hold 320 bytes and sends six messages of 80. The fifth does not fit: msgsnd()
 * waits until somebody takes one out. With `nowait` it fails instead.
 *
 * To compile and run it alone:  cc -Wall -o fill fill.c && ./fill      (or: ./fill nowait)
 * and in the same place:        cc -Wall -o receive receive.c && ./receive 0 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { LIMIT = 320, MESSAGES = 6 };

struct message {
	long type;
	char text[80];
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	int flags = argc > 1 && strcmp(argv[1], "nowait") == 0 ? IPC_NOWAIT : 0;
	struct message message = {.type = 1};
	struct msqid_ds settings;

	key_t key = ftok(".", 'q');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");
	if (msgctl(queue, IPC_STAT, &settings) == -1)
		fail("msgctl");
	settings.msg_qbytes = LIMIT;
	if (msgctl(queue, IPC_SET, &settings) == -1)
		fail("msgctl");

	for (int i = 0; i < MESSAGES; i++) {
		memset(message.text, 'A' + i, sizeof message.text);
		if (msgsnd(queue, &message, sizeof message.text, flags) == -1)
			fail("msgsnd");
		printf("fill: %c is in\n", 'A' + i);
	}
	return EXIT_SUCCESS;
}
