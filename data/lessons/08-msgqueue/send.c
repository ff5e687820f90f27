/* SPDX-License-Identifier: MIT
 *
 * send.c - puts messages into a System V message queue
 *
 * Each message has a type, a number greater than 0, and a text. The queue is found by a key that
 * ftok() makes from the current directory; whoever comes first makes it. It stays when its makers
 * are gone, until it is removed (remove.c, or ipcrm).
 *
 * To compile and run it alone:  cc -Wall -o send send.c && ./send 1 tea 2 coffee
 * and then, in the same place:  cc -Wall -o receive receive.c && ./receive 0 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct message {
	long type; /* must come first; it does not count as a part of the text */
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
	key_t key = ftok(".", 'q');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");

	for (int i = 1; i + 1 < argc; i += 2) {
		struct message message = {.type = atol(argv[i])};
		size_t length = strlen(argv[i + 1]);

		if (length > sizeof message.text)
			length = sizeof message.text;
		memcpy(message.text, argv[i + 1], length);
		if (msgsnd(queue, &message, length, 0) == -1)
			fail("msgsnd");
		printf("send: %s, of type %ld\n", argv[i + 1], message.type);
	}
	return EXIT_SUCCESS;
}
