/* SPDX-License-Identifier: MIT
 *
 * take.c - takes messages from a POSIX message queue
 *
 * Takes COUNT messages and waits where there is none. `-n` sets O_NONBLOCK on its descriptor first,
 * `-u` takes the queue's name away first, and `-b 10` has room for 10 bytes only, where a message of
 * this queue can have 32.
 *
 * To compile and run it alone:  cc -Wall -o take take.c && ./take /tasks 2
 * and in another terminal:      cc -Wall -o post post.c && ./post /tasks 1 sweep 9 fire
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 32};
	struct mq_attr nonblocking = {.mq_flags = O_NONBLOCK};
	size_t room = 32;
	int option, sets = 0, unlinks = 0;
	char buffer[32];

	while ((option = getopt(argc, argv, "nub:")) != -1) {
		sets |= option == 'n';
		unlinks |= option == 'u';
		if (option == 'b')
			room = strtoul(optarg, NULL, 10);
	}
	if (argc - optind != 2 || room > sizeof buffer) {
		fprintf(stderr, "usage: %s [-n] [-u] [-b BYTES] /NAME COUNT\n", argv[0]);
		return EXIT_FAILURE;
	}
	const char *name = argv[optind];
	mqd_t queue = mq_open(name, O_CREAT | O_RDONLY, 0600, &attributes);
	if (queue == (mqd_t)-1)
		fail("mq_open");
	if (sets && mq_setattr(queue, &nonblocking, NULL) == -1)
		fail("mq_setattr");
	if (unlinks && mq_unlink(name) == -1)
		fail("mq_unlink");

	for (int left = atoi(argv[optind + 1]); left > 0; left--) {
		unsigned priority;
		ssize_t n = mq_receive(queue, buffer, room, &priority);

		if (n == -1)
			perror("take: mq_receive");
		else
			printf("take: %.*s, priority %u\n", (int)n, buffer, priority);
	}
	if (mq_close(queue) == -1)
		fail("mq_close");
	return EXIT_SUCCESS;
}
