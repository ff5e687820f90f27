/* SPDX-License-Identifier: MIT
 *
 * post.c - puts messages into a POSIX message queue
 *
 * The queue has a name, which begins with a slash; whoever comes first makes it, here for at most 4
 * messages of at most 32 bytes. Each message has a priority: a higher one is received first.
 *
 * To compile and run it alone:  cc -Wall -o post post.c && ./post /tasks 1 sweep 9 fire
 * and then:                     cc -Wall -o take take.c && ./take /tasks 2
 */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

	if (argc < 2) {
		fprintf(stderr, "usage: %s /NAME [PRIORITY TEXT]...\n", argv[0]);
		return EXIT_FAILURE;
	}
	mqd_t queue = mq_open(argv[1], O_CREAT | O_WRONLY, 0600, &attributes);
	if (queue == (mqd_t)-1)
		fail("mq_open");

	for (int i = 2; i + 1 < argc; i += 2) {
		unsigned priority = (unsigned)atoi(argv[i]);

		if (mq_send(queue, argv[i + 1], strlen(argv[i + 1]), priority) == -1)
			fail("mq_send");
		printf("post: %s, priority %u\n", argv[i + 1], priority);
	}
	if (mq_close(queue) == -1)
		fail("mq_close");
	return EXIT_SUCCESS;
}
