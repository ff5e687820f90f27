/* SPDX-License-Identifier: MIT
 *
 * Networks: the network namespaces that the run's processes are in, and of each a way to ask the kernel about its
 * sockets. A process in another namespace than ipcviz's has sockets that nobody outside of it is told of.
 */
#ifndef IPCVIZ_STAGE_NETWORK_H
#define IPCVIZ_STAGE_NETWORK_H

#include <sys/queue.h>
#include <sys/types.h>

struct network {
	SLIST_ENTRY(network) entry;
	dev_t device; /* which namespace it is: that of its file in /proc */
	ino_t inode;
	int diag;  /* NETLINK_SOCK_DIAG, opened in it; -1: refused */
	int error; /* errno of that; 0 */
};

SLIST_HEAD(network_list, network);

struct stage;

/* The descriptor by which sockets of the network that this process is in are asked for (sock_diag(7)); -1 with errno:
 * there is none. It is one for each network and stays open until networks_free(), so that it says which network it is. A
 * process that has ended, or that may not be asked, is taken to be in ipcviz's own; ESRCH: it has ended, and the run has
 * several networks. */
int network_diag(struct stage *stage, pid_t pid);
void networks_free(struct stage *stage);

#endif
