/* SPDX-License-Identifier: MIT
 *
 * receive.c - takes messages from a System V message queue
 *
 * Takes a message for each argument: the type that is wanted. 0 is the oldest message, 3 the oldest
 * of type 3, -3 the oldest of the lowest type up to 3. Where there is none it waits. `-b 4` leaves
 * room for 4 bytes only, and `-c` (cut) takes a message that is too long without its end.
 *
 * To compile and run it alone:  cc -Wall -o receive receive.c && ./receive 0 3 -3
 * and in the same place:        cc -Wall -o send send.c && ./send 1 tea 3 milk 2 coffee
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { ROOM = 80 };

struct message {
	long type;
	char text[ROOM];
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
	size_t room = ROOM; /* for the text alone: the type does not count */
	int flags = 0, first = 1;

	if (first + 1 < argc && strcmp(argv[first], "-b") == 0) {
		room = strtoul(argv[first + 1], NULL, 10);
		first += 2;
	}
	if (first < argc && strcmp(argv[first], "-c") == 0) {
		flags = MSG_NOERROR;
		first++;
	}
	if (first == argc || room > ROOM) {
		fprintf(stderr, "usage: %s [-b BYTES] [-c] TYPE...\n", argv[0]);
		return EXIT_FAILURE;
	}

	key_t key = ftok(".", 'q');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");

	for (int i = first; i < argc; i++) {
		struct message message;
		ssize_t n = msgrcv(queue, &message, room, atol(argv[i]), flags);

		if (n == -1)
			perror("receive: msgrcv");
		else
			printf("receive: %.*s, of type %ld\n", (int)n, message.text, message.type);
	}
	return EXIT_SUCCESS;
}
