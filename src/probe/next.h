/* SPDX-License-Identifier: MIT
 *
 * What a wrapper calls: the function of the same name behind ours, in libc or in a library
 * preloaded after us.
 */
#ifndef IPCVIZ_PROBE_NEXT_H
#define IPCVIZ_PROBE_NEXT_H

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

struct next {
#define NEXT(result, name, parameters) result(*name) parameters;
#include "probe/next.def"
#undef NEXT
#undef NEXT_AT
};

extern struct next next;

/* Finds them all, once. Until it has, the few that a memory allocator may need go straight to the
 * kernel. */
void next_find(void);

#endif
