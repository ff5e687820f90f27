/* SPDX-License-Identifier: MIT
 *
 * client.c - asks the server through the queue that all use
 *
 * Sends a question, of type 1, and waits for the message whose type is its own pid. With `any` it
 * takes whatever message comes first: a mistake, for that can be a message that is not for it.
 *
 * To compile and run it alone:  cc -Wall -o client client.c && ./client      (or: ./client any)
 * and in the same place:        cc -Wall -o server server.c && ./server
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

enum { QUESTION = 1, ANY = 0 };

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
main(int argc, char *argv[])
{
	struct message message = {.type = QUESTION, .text = "who am I?", .from = getpid()};
	size_t size = sizeof message - sizeof message.type;
	long wanted = argc > 1 && strcmp(argv[1], "any") == 0 ? ANY : getpid();

	key_t key = ftok(".", 's');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");

	if (msgsnd(queue, &message, size, 0) == -1)
		fail("msgsnd");
	if (msgrcv(queue, &message, size, wanted, 0) == -1)
		fail("msgrcv");
	printf("client %d: got: %s\n", getpid(), message.text);
	return EXIT_SUCCESS;
}
