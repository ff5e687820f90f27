/* SPDX-License-Identifier: MIT
 *
 * Where a client has to go that is to reach a socket of the run's processes: the kernel is asked for the socket's address
 * in the network that it is in, and the client starts on that machine.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stage/inside.h"
#include "stage/network.h"
#include "stage/partner.h"
#include "stage/socket.h"
#include "words.h"

/* A living process that has it open; 0: none that can be asked. */
static pid_t
holder_of(struct stage *stage, const char *object)
{
	const char *inode = object + strlen("socket:");
	char wanted[64], path[300], link[64];
	pid_t pid = 0;

	snprintf(wanted, sizeof wanted, "socket:[%s]", inode);
	for (struct process *process = process_first(stage); process != NULL && pid == 0;
		process = process_next(process)) {
		struct dirent *entry;
		DIR *fds;

		snprintf(path, sizeof path, "/proc/%d/fd", (int)process->pid);
		if (process->ended || (fds = opendir(path)) == NULL)
			continue;
		while (pid == 0 && (entry = readdir(fds)) != NULL) {
			ssize_t n = readlinkat(dirfd(fds), entry->d_name, link, sizeof link - 1);

			link[n > 0 ? n : 0] = '\0';
			if (strcmp(link, wanted) == 0)
				pid = process->pid;
		}
		closedir(fds);
	}
	return pid;
}

struct search {
	uint64_t inode;
	bool found;
	struct socket_facts facts;
};

static void
search_take(void *to, const struct socket_facts *facts)
{
	struct search *search = to;

	if (facts->inode != search->inode)
		return;
	search->found = true;
	search->facts = *facts;
}

/* 0.0.0.0 and :: are every address of the machine; one of them will do. */
static const char *
host_of(const char *address, size_t length, const char *machine, char *buf, size_t size)
{
	if (length == strlen("0.0.0.0") && strncmp(address, "0.0.0.0", length) == 0)
		return machine;
	if (length == strlen("[::]") && strncmp(address, "[::]", length) == 0)
		return "::1";
	if (address[0] == '[') {
		address++;
		length -= 2;
	}
	snprintf(buf, size, "%.*s", (int)length, address);
	return buf;
}

/* A path that the holder gave from its own working directory, as the client, in another, has to write it. */
static void
path_from(const struct stage *stage, pid_t holder, const char *path, char *buf, size_t size)
{
	char link[64], theirs[PATH_MAX], ours[PATH_MAX];
	ssize_t n;

	snprintf(buf, size, "%s", path);
	snprintf(link, sizeof link, "/proc/%d/cwd", (int)holder);
	if (path[0] == '/' || path[0] == '@' || (n = readlink(link, theirs, sizeof theirs - 1)) <= 0)
		return;
	theirs[n] = '\0';
	if (realpath(stage->directory != NULL ? stage->directory : ".", ours) != NULL &&
		strcmp(ours, theirs) != 0 &&
		strlen(theirs) + strlen(path) + 2 <= sizeof((struct sockaddr_un *)0)->sun_path)
		snprintf(buf, size, "%s/%s", theirs, path);
}

static int
route_refused(enum stage_part part, const struct search *search, const char *object, struct problem *problem)
{
	const struct socket_facts *facts = &search->facts;
	bool datagrams = facts->type == SOCK_DGRAM;

	if (!search->found || (facts->local[0] == '\0' && facts->backlog < 0))
		return problem_set(problem, NULL, 0,
			_("%s neither listens nor has an address: nobody can reach it"), object);
	if (part == PART_CONNECT && datagrams)
		return problem_set(problem, NULL, 0,
			_("%s takes datagrams: nobody has to connect to it"), object);
	if (part == PART_DATAGRAM && !datagrams)
		return problem_set(
			problem, NULL, 0, _("%s takes connections, no single datagrams"), object);
	if (part == PART_CONNECT && facts->backlog < 0)
		return problem_set(problem, NULL, 0,
			_("%s does not listen: nobody can connect to it"), object);
	return 0;
}

static int
socket_search(struct stage *stage, pid_t holder, const char *object, struct search *search, struct problem *problem)
{
	int diag = network_diag(stage, holder), error = 0;

	if (diag < 0)
		return problem_set(problem, NULL, 0, _("the kernel does not say where %s is: %s"), object,
			strerror(errno));
	search->inode = strtoull(object + strlen("socket:"), NULL, 10);
	for (int kind = SOCKETS_TCP4; kind < SOCKETS_ANY && !search->found; kind <<= 1)
		error |= sockets_ask(diag, (enum socket_kind)kind, search_take, search);
	(void)error; /* a family that the kernel has not is none of its sockets */
	return 0;
}

int
route_find(struct stage *stage, enum stage_part part, const char *object, struct route *route, struct problem *problem)
{
	pid_t holder = holder_of(stage, object);
	struct search search = {.found = false};
	const struct socket_facts *facts = &search.facts;
	int machine;

	if (holder == 0)
		return problem_set(problem, NULL, 0, _("no process has %s open"), object);
	if (socket_search(stage, holder, object, &search, problem) != 0 ||
		route_refused(part, &search, object, problem) != 0)
		return -1;
	if ((machine = machine_of(stage, holder)) == MACHINE_STRANGE)
		return problem_set(problem, NULL, 0,
			_("%s is in a network that ipcviz did not make, where it can start nobody"), object);
	route->host = machine >= 0 ? stage->machines.name[machine] : NULL;
	route->type = facts->type == SOCK_STREAM ? "stream" : facts->type == SOCK_DGRAM ? "dgram" : "seqpacket";
	if (facts->family == AF_UNIX) {
		route->family = "unix";
		path_from(stage, holder, facts->local, route->address, sizeof route->address);
		route->port = NULL;
		return 0;
	}
	const char *colon = strrchr(facts->local, ':');
	char host[SOCKET_ADDRESS];

	route->family = facts->family == AF_INET6 ? "inet6" : "inet";
	snprintf(route->address, sizeof route->address, "%s",
		host_of(facts->local, (size_t)(colon - facts->local),
			machine >= 0 ? machine_address(&stage->machines, machine) : "127.0.0.1", host,
			sizeof host));
	snprintf(route->number, sizeof route->number, "%s", colon + 1);
	route->port = route->number;
	return 0;
}
