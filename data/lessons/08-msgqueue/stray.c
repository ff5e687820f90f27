/* SPDX-License-Identifier: MIT
 *
 * stray.c - a mistake that many make: the size of a message does not count its type
 *
 * Sends a text of 8 bytes, but gives msgsnd() the size of the whole structure, type included. So 8
 * bytes more go out: whatever lies behind the message in memory.
 *
 * To compile and run it alone:  cc -Wall -o stray stray.c && ./stray
 * and then, in the same place:  cc -Wall -o receive receive.c && ./receive 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct message {
	long type;
	char text[8];
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
	struct {
		struct message message;
		char password[8];
	} memory = {.message.type = 1};

	memcpy(memory.message.text, "tea,cake", 8);
	memcpy(memory.password, "!SECRET!", 8);

	key_t key = ftok(".", 'q');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, IPC_CREAT | 0600);
	if (queue == -1)
		fail("msgget");
	if (msgsnd(queue, &memory, sizeof memory.message, 0) == -1) /* wrong */
		fail("msgsnd");
	if (msgsnd(queue, &memory, sizeof memory.message.text, 0) == -1) /* right */
		fail("msgsnd");
	return EXIT_SUCCESS;
}
