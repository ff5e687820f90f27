/* SPDX-License-Identifier: MIT
 *
 * Making the two machines. A process that is in a new namespace cannot come back, so a short-lived child makes them, sets
 * up their network over rtnetlink(7), and hands the descriptors to the stage. Nothing has a name in the file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage/inside.h"
#include "stage/machines.h"
#include "words.h"

enum {
	PREFIX = 24,        /* bits of the network that both are in */
	CARRIER_PAUSE = 1,  /* ms between two questions whether the line is up */
	CARRIER_TRIES = 3000,
	HANDED_MAX = MACHINES + 1,
	MESSAGE_MAX = 8192, /* bytes: no answer of the kernel is longer */
};

static const char interface[] = "eth0"; /* of each machine */

/* What the child tells: the step that failed and why, or nothing and the descriptors. */
struct report {
	int error;
	char step[32];
};

/* --- rtnetlink --- */

union message {
	struct nlmsghdr header;
	char bytes[MESSAGE_MAX];
};

/* Asks for what `header` says, and waits for the answer; 0, or -1 with errno. */
static int
route_talk(struct nlmsghdr *header, mnl_cb_t tell, void *data)
{
	union message answer;
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	int done = -1, error;
	ssize_t n;

	if (socket == NULL)
		return -1;
	header->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	header->nlmsg_seq = 1;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
		mnl_socket_sendto(socket, header, header->nlmsg_len) >= 0)
		do {
			n = mnl_socket_recvfrom(socket, &answer, sizeof answer);
			done = n < 0 ? -1
				     : mnl_cb_run(&answer, (size_t)n, header->nlmsg_seq,
					       mnl_socket_get_portid(socket), tell, data);
		} while (done > MNL_CB_STOP);
	error = errno;
	mnl_socket_close(socket);
	errno = error;
	return done < 0 ? -1 : 0;
}

static struct nlmsghdr *
link_header(union message *buffer, uint16_t type, int index)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(header, sizeof *link);

	header->nlmsg_type = type;
	link->ifi_index = index;
	return header;
}

/* A veth pair: one end here, the other in the network namespace that `peer` is open on. */
static int
veth_make(int peer)
{
	union message buffer;
	struct nlmsghdr *header = link_header(&buffer, RTM_NEWLINK, 0);
	struct nlattr *info, *data, *other;

	header->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	mnl_attr_put_strz(header, IFLA_IFNAME, interface);
	info = mnl_attr_nest_start(header, IFLA_LINKINFO);
	mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
	other = mnl_attr_nest_start(header, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(header, IFLA_IFNAME, interface);
	mnl_attr_put_u32(header, IFLA_NET_NS_FD, (uint32_t)peer);
	mnl_attr_nest_end(header, other);
	mnl_attr_nest_end(header, data);
	mnl_attr_nest_end(header, info);
	return route_talk(header, NULL, NULL);
}

static int
index_tell(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(header);

	*(int *)data = link->ifi_index;
	return MNL_CB_OK;
}

static int
link_index(const char *name)
{
	union message buffer;
	struct nlmsghdr *header = link_header(&buffer, RTM_GETLINK, 0);
	int index = -1;

	mnl_attr_put_strz(header, IFLA_IFNAME, name);
	return route_talk(header, index_tell, &index) == 0 ? index : -1;
}

static int
link_up(const char *name)
{
	union message buffer;
	int index = link_index(name);
	struct nlmsghdr *header = link_header(&buffer, RTM_NEWLINK, index);
	struct ifinfomsg *link = mnl_nlmsg_get_payload(header);

	link->ifi_flags = link->ifi_change = IFF_UP;
	return index < 0 ? -1 : route_talk(header, NULL, NULL);
}

static int
operstate_tell(const struct nlmsghdr *header, void *data)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, header, sizeof(struct ifinfomsg))
	if (mnl_attr_get_type(attribute) == IFLA_OPERSTATE)
		*(int *)data = mnl_attr_get_u8(attribute);
	return MNL_CB_OK;
}

/* The kernel notices a little later that the line has two ends; what is sent before that is lost. */
static void
link_await(void)
{
	union message buffer;
	int index = link_index(interface), state = 0;

	for (int i = 0; i < CARRIER_TRIES && index >= 0; i++) {
		struct nlmsghdr *header = link_header(&buffer, RTM_GETLINK, index);

		if (route_talk(header, operstate_tell, &state) != 0 || state == IF_OPER_UP)
			return;
		nanosleep(&(struct timespec){.tv_nsec = CARRIER_PAUSE * MS}, NULL);
	}
}

/* 192.0.2.NUMBER, see machines.c. */
static int
address_add(uint32_t number)
{
	union message buffer;
	struct nlmsghdr *header = mnl_nlmsg_put_header(&buffer);
	struct ifaddrmsg *address = mnl_nlmsg_put_extra_header(header, sizeof *address);
	const uint32_t bytes = htobe32(UINT32_C(0xc0000200) + number);
	int index = link_index(interface);

	header->nlmsg_type = RTM_NEWADDR;
	header->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	address->ifa_family = AF_INET;
	address->ifa_prefixlen = PREFIX;
	address->ifa_index = (uint32_t)index;
	mnl_attr_put_u32(header, IFA_LOCAL, bytes);
	mnl_attr_put_u32(header, IFA_ADDRESS, bytes);
	return index < 0 ? -1 : route_talk(header, NULL, NULL);
}

/* --- the namespaces, in the child --- */

static int
file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? write(fd, text, strlen(text)) : -1;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* Everybody is over there who they are here (user_namespaces(7)). */
static int
identity_map(uid_t user, gid_t group)
{
	char map[64];

	if (file_write("/proc/self/setgroups", "deny") != 0 && errno != ENOENT)
		return -1;
	snprintf(map, sizeof map, "%u %u 1\n", (unsigned)group, (unsigned)group);
	if (file_write("/proc/self/gid_map", map) != 0)
		return -1;
	snprintf(map, sizeof map, "%u %u 1\n", (unsigned)user, (unsigned)user);
	return file_write("/proc/self/uid_map", map);
}

/* Out of ipcviz's network; *user is set to the new user namespace, if that took one. The step that failed, or NULL. */
static const char *
network_leave(int *user)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (unshare(CLONE_NEWNET) == 0) /* who may, needs no more */
		return NULL;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return "unshare";
	if (identity_map(uid, gid) != 0)
		return "uid_map";
	*user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	return *user < 0 ? "/proc/self/ns/user" : NULL;
}

static int
network_open(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static const char *
network_start(uint32_t number)
{
	if (link_up("lo") != 0)
		return "lo";
	if (address_add(number) != 0)
		return "address";
	return link_up(interface) != 0 ? "eth0" : NULL;
}

/* Leaves it in the second machine or, to set it up, in the first. The step that failed, or NULL. */
static const char *
machines_build(struct machines *machines)
{
	const char *failed = network_leave(&machines->user);

	if (failed != NULL)
		return failed;
	if ((machines->net[0] = network_open()) < 0 || unshare(CLONE_NEWNET) != 0 ||
		(machines->net[1] = network_open()) < 0)
		return "unshare";
	if (veth_make(machines->net[0]) != 0)
		return "veth";
	if ((failed = network_start(2)) != NULL)
		return failed;
	if (setns(machines->net[0], CLONE_NEWNET) != 0)
		return "setns";
	if ((failed = network_start(1)) != NULL)
		return failed;
	link_await();
	if (setns(machines->net[1], CLONE_NEWNET) != 0)
		return "setns";
	link_await();
	return NULL;
}

/* --- handing over --- */

union rights {
	struct cmsghdr header;
	char room[CMSG_SPACE(HANDED_MAX * sizeof(int))];
};

_Noreturn static void
child_main(int channel)
{
	struct machines machines;
	struct report report = {0};
	union rights rights = {0};
	struct iovec part = {&report, sizeof report};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	const char *failed;
	int handed[HANDED_MAX], n = 0;

	machines_init(&machines);
	if ((failed = machines_build(&machines)) != NULL) {
		report.error = errno;
		snprintf(report.step, sizeof report.step, "%s", failed);
	} else {
		for (int i = 0; i < MACHINES; i++)
			handed[n++] = machines.net[i];
		if (machines.user >= 0)
			handed[n++] = machines.user;
		message.msg_control = &rights;
		message.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
		rights.header.cmsg_level = SOL_SOCKET;
		rights.header.cmsg_type = SCM_RIGHTS;
		rights.header.cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
		memcpy(CMSG_DATA(&rights.header), handed, (size_t)n * sizeof(int));
	}
	_exit(sendmsg(channel, &message, MSG_NOSIGNAL) < 0);
}

/* What the child has to say; false: it ended without a word. */
static bool
report_take(int channel, struct report *report, struct machines *machines)
{
	union rights rights = {0};
	struct iovec part = {report, sizeof *report};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = sizeof rights};
	int handed[HANDED_MAX] = {-1, -1, -1};
	size_t length;
	ssize_t got;

	do
		got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof *report)
		return false;
	if (report->error != 0)
		return true;
	if (CMSG_FIRSTHDR(&message) == NULL || (message.msg_flags & MSG_CTRUNC) != 0)
		return false; /* no room in our table of descriptors */
	length = rights.header.cmsg_len - CMSG_LEN(0);
	memcpy(handed, CMSG_DATA(&rights.header), length < sizeof handed ? length : sizeof handed);
	machines->net[0] = handed[0];
	machines->net[1] = handed[1];
	machines->user = handed[2];
	return true;
}

static int
make_fails(struct machines *machines, const char *step, int error)
{
	snprintf(machines->why, sizeof machines->why, "%s: %s", step, strerror(error));
	return -1;
}

int
machines_make(struct machines *machines)
{
	struct report report = {0};
	sigset_t all, before;
	int channel[2], error;
	bool told;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
		return make_fails(machines, "socketpair", errno);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before); /* no handler of ipcviz's own must run in the child */
	pid = fork();
	if (pid == 0)
		child_main(channel[1]);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(channel[1]);
	told = pid > 0 && report_take(channel[0], &report, machines);
	close(channel[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	if (pid < 0)
		return make_fails(machines, "fork", error);
	if (!told)
		return make_fails(machines, "recvmsg", EMFILE);
	return report.error != 0 ? make_fails(machines, report.step, report.error) : 0;
}
