/* SPDX-License-Identifier: MIT
 *
 * remove.c - ends the life of a System V message queue
 *
 * The queue is gone at once, with what lies in it; whoever sleeps in msgrcv() or msgsnd() on it is
 * woken with an error. (The command `ipcs -q` lists the queues, `ipcrm -q ID` removes one.)
 *
 * To compile and run it alone:  cc -Wall -o remove remove.c && ./remove    (the server's: ./remove s)
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	key_t key = ftok(".", argc > 1 ? argv[1][0] : 'q');
	if (key == -1)
		fail("ftok");
	int queue = msgget(key, 0);
	if (queue == -1)
		fail("msgget");
	if (msgctl(queue, IPC_RMID, NULL) == -1)
		fail("msgctl");
	printf("remove: queue %d is gone\n", queue);
	return EXIT_SUCCESS;
}
