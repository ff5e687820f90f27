/* SPDX-License-Identifier: MIT
 *
 * A program that uses one object of each kind and then stands still: what the tests of the keys on
 * objects watch. Ends by itself when its parent is gone.
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct message {
	long type;
	char text[8];
};

int
main(void)
{
	struct message message = {.type = 3, .text = "hello"};
	struct sembuf take = {.sem_num = 0, .sem_op = 1, .sem_flg = 0};
	int queue, set;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mkfifo("door", 0600) == -1 || open("door", O_RDONLY | O_NONBLOCK) == -1)
		err(EXIT_FAILURE, "door");
	queue = msgget(IPC_PRIVATE, 0600 | IPC_CREAT);
	if (queue == -1 || msgsnd(queue, &message, sizeof message.text, 0) == -1)
		err(EXIT_FAILURE, "queue");
	set = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
	if (set == -1 || semop(set, &take, 1) == -1)
		err(EXIT_FAILURE, "set");
	pause();
	return 0;
}
