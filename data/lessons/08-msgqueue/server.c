/* SPDX-License-Identifier: MIT
 *
 * server.c - one queue for the questions and for all answers
 *
 * Takes messages of type 1, in which clients ask, and answers each with a message whose type is the
 * client's pid. So everybody can use one queue, in both directions. Ends after two questions.
 *
 * To compile and run it alone:  cc -Wall -o server server.c && ./server &
 * and in the same place:        cc -Wall -o client client.c && ./client & ./client
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { QUESTION = 1, CLIENTS = 2 };

struct message {
	long type;
	char text[40];
	pid_t from;
};

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(void)
{
	struct message message;
	size_t size = sizeof message - sizeof message.type;

	key_t key = ftok(".", 's');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");

	for (int i = 0; i < CLIENTS; i++) {
		if (msgrcv(queue, &message, size, QUESTION, 0) == -1)
			fail("msgrcv");
		printf("server: %d asks: %s\n", message.from, message.text);
		message.type = message.from;
		snprintf(message.text, sizeof message.text, "you are number %d", i + 1);
		if (msgsnd(queue, &message, size, 0) == -1)
			fail("msgsnd");
	}
	return EXIT_SUCCESS;
}
