/* SPDX-License-Identifier: MIT
 *
 * Did mq_open make the queue, or was it there? With O_EXCL, or without O_CREAT, the result says it.
 * With O_CREAT alone the answer is looked for: before the call under /dev/mqueue; where that is not
 * mounted, in the age of the queue, which the kernel keeps in whole seconds, so that a queue that
 * is empty, ours and not older than this second is taken for a new one. (To ask by opening it would
 * use up a descriptor number for a moment.) One that a watched process has entered in the ledger
 * was there.
 */
#ifndef IPCVIZ_PROBE_MQ_ORIGIN_H
#define IPCVIZ_PROBE_MQ_ORIGIN_H

#include <mqueue.h>
#include <stdbool.h>
#include <sys/types.h>

struct mq_before {
	bool mounted, there;
	dev_t device;  /* of the file system in which the look was made */
	time_t second; /* before the call */
};

/* `path` as the program gave it. */
void mq_origin_before(struct mq_before *before, const char *path, int flags);
/* After the call made descriptor fd: was the queue made by it? */
bool mq_origin_made(const struct mq_before *before, const char *path, int flags, mqd_t fd);

#endif
