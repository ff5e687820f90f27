/* SPDX-License-Identifier: MIT
 *
 * watch.c - is told by a signal that a message has come
 *
 * Registers for SIGUSR1 with mq_notify(), sleeps until the signal comes, takes the messages that are
 * there, and waits for the signal again. A registration is good for one signal only; with `again`
 * the program registers anew each time, without it the second signal never comes.
 *
 * To compile and run it alone:  cc -Wall -o watch watch.c && ./watch /tasks again
 * and in another terminal:      cc -Wall -o post post.c && ./post /tasks 1 sweep
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
caught(int number)
{
	(void)number; /* that it came is enough: sigsuspend() returns */
}

static void
take_all(mqd_t queue)
{
	char buffer[32];
	ssize_t n;

	while ((n = mq_receive(queue, buffer, sizeof buffer, NULL)) != -1)
		printf("watch: %.*s\n", (int)n, buffer);
	if (errno != EAGAIN)
		fail("mq_receive");
}

int
main(int argc, char *argv[])
{
	struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 32};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct sigaction action = {.sa_handler = caught};
	sigset_t blocked, before;

	if (argc < 2) {
		fprintf(stderr, "usage: %s /NAME [again]\n", argv[0]);
		return EXIT_FAILURE;
	}
	mqd_t queue = mq_open(argv[1], O_CREAT | O_RDONLY | O_NONBLOCK, 0600, &attributes);
	if (queue == (mqd_t)-1)
		fail("mq_open");
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1); /* it may only come while we wait for it */
	if (sigprocmask(SIG_BLOCK, &blocked, &before) == -1)
		fail("sigprocmask");
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		fail("sigaction");

	for (int i = 0; i < 2; i++) {
		if ((i == 0 || argc > 2) && mq_notify(queue, &event) == -1)
			fail("mq_notify");
		take_all(queue); /* what came before we registered sends no signal */
		sigsuspend(&before);
		printf("watch: something has come\n");
	}
	take_all(queue);
	return EXIT_SUCCESS;
}
