/* SPDX-License-Identifier: MIT
 *
 * The networks of the run's processes. A netlink socket belongs to the network namespace that it was opened in, for ever:
 * for a foreign one a short-lived child goes there and opens it. The child has ipcviz's table of descriptors, so what it
 * opens is ours.
 */
#include "stage/network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/inside.h"

static int
diag_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

/* --- a foreign one --- */

/* In the child: into the process's network, by way of the user namespace that owns it where that is another than ours
 * (setns(2): CAP_SYS_ADMIN is needed, which one has in a user namespace of one's own). 0, or errno. */
static int
network_enter(pid_t pid)
{
	char path[64];
	int user, network, error = 0;

	snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
	user = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	network = open(path, O_RDONLY | O_CLOEXEC);
	if (network < 0)
		error = errno;
	else if (setns(network, CLONE_NEWNET) != 0 &&
		 (user < 0 || setns(user, CLONE_NEWUSER) != 0 || setns(network, CLONE_NEWNET) != 0))
		error = errno;
	if (user >= 0)
		close(user);
	if (network >= 0)
		close(network);
	return error;
}

/* In the child: the socket, opened over there, takes a place in the table of descriptors that it shares with us. */
static int
diag_into(int place, pid_t pid)
{
	int error = network_enter(pid), diag;

	if (error != 0)
		return error;
	if ((diag = diag_open()) < 0 || dup3(diag, place, O_CLOEXEC) < 0)
		error = errno;
	if (diag >= 0)
		close(diag);
	return error;
}

static int
diag_open_in(pid_t pid)
{
	int place = open("/dev/null", O_RDONLY | O_CLOEXEC), status = -1;
	pid_t child;

	if (place < 0)
		return -1;
	/* No signal at its end, and no atfork handlers: nobody but us is to notice it. */
	child = (pid_t)syscall(SYS_clone, CLONE_FILES, NULL, NULL, NULL, NULL);
	if (child == 0)
		_exit(diag_into(place, pid));
	while (child > 0 && waitpid(child, &status, __WALL) < 0 && errno == EINTR)
		continue;
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return place;
	close(place);
	errno = child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
	return -1;
}

/* --- all of them --- */

static struct network *
network_find(struct stage *stage, const struct stat *status)
{
	struct network *network;

	SLIST_FOREACH(network, &stage->networks, entry)
	if (network->inode == status->st_ino && network->device == status->st_dev)
		return network;
	return NULL;
}

static struct network *
network_add(struct stage *stage, const struct stat *status)
{
	struct network *network = calloc(1, sizeof *network);

	if (network == NULL)
		return NULL;
	network->device = status->st_dev;
	network->inode = status->st_ino;
	network->diag = -1;
	SLIST_INSERT_HEAD(&stage->networks, network, entry);
	return network;
}

/* Is there another one than this? */
static bool
are_several(const struct stage *stage, const struct stat *own)
{
	const struct network *network;

	SLIST_FOREACH(network, &stage->networks, entry)
	if (network->inode != own->st_ino || network->device != own->st_dev)
		return true;
	return stage->machines.net[0] >= 0;
}

int
network_diag(struct stage *stage, pid_t pid)
{
	struct stat own = {0}, status;
	struct network *network;
	char path[64];

	stat("/proc/self/ns/net", &own);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	if (stat(path, &status) != 0) {
		if (errno == ENOENT && are_several(stage, &own)) {
			errno = ESRCH;
			return -1;
		}
		status = own;
	}
	if ((network = network_find(stage, &status)) == NULL) {
		bool foreign = status.st_ino != own.st_ino || status.st_dev != own.st_dev;

		if ((network = network_add(stage, &status)) == NULL)
			return -1;
		network->diag = foreign ? diag_open_in(pid) : diag_open();
		network->error = network->diag < 0 ? errno : 0;
	}
	errno = network->error;
	return network->diag;
}

void
networks_free(struct stage *stage)
{
	struct network *network;

	while ((network = SLIST_FIRST(&stage->networks)) != NULL) {
		SLIST_REMOVE_HEAD(&stage->networks, entry);
		if (network->diag >= 0)
			close(network->diag);
		free(network);
	}
}
