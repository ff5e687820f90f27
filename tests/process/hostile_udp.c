/* SPDX-License-Identifier: MIT
 *
 * Hostile with UDP, with the options of sockets, and with epoll: see hostile.h.
 */
#include "hostile_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/uio.h>

static struct sockaddr_in address;

/* A socket with a port, and one that is connected to it. */
static void
couple(int ends[2])
{
	ends[0] = bound(SOCK_DGRAM, &address);
	ends[1] = socket(AF_INET, SOCK_DGRAM, 0);
	say("connect", connect(ends[1], (struct sockaddr *)&address, sizeof address));
}

static int
cut_off(void)
{
	char bytes[8] = "", more[8] = "";
	struct iovec places[2] = {{bytes, 2}, {more, 3}};
	struct msghdr message = {.msg_iov = places, .msg_iovlen = 2};
	int ends[2];

	couple(ends);
	for (int i = 0; i < 8; i++)
		say("send", send(ends[1], "datagram", 8, 0));
	take("whole", ends[0], 16, 0);
	take("cut", ends[0], 4, 0);
	take("peeked", ends[0], 3, MSG_PEEK);
	take("told", ends[0], 4, MSG_TRUNC);
	take("nothing", ends[0], 0, 0);
	say("no buffer", recv(ends[0], NULL, 0, MSG_PEEK | MSG_TRUNC));
	say("recvmsg", recvmsg(ends[0], &message, 0));
	printf("%s %s %#x\n", bytes, more, (unsigned)message.msg_flags);
	say("recvmsg", recvmsg(ends[0], &message, MSG_TRUNC));
	printf("%s %s %#x\n", bytes, more, (unsigned)message.msg_flags);
	say("EFAULT", recv(ends[0], nowhere, 4, 0));
	take("EAGAIN", ends[0], 4, MSG_DONTWAIT);
	return 0;
}

/* The receiver sleeps, so nobody can know beforehand how long the datagram will be. */
static void
act_send(struct meanwhile *meanwhile)
{
	sendto(meanwhile->fd, "much too long", 13, 0, (struct sockaddr *)&address, sizeof address);
}

static int
cut_off_asleep(void)
{
	struct meanwhile meanwhile;
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	char bytes[4];
	int fd = bound(SOCK_DGRAM, &address), other = socket(AF_INET, SOCK_DGRAM, 0);

	meanwhile_start(&meanwhile, SYS_recvfrom, act_send, other);
	say("recvfrom", recvfrom(fd, bytes, 4, 0, (struct sockaddr *)&from, &length));
	meanwhile_join(&meanwhile);
	printf("%.4s %u %x\n", bytes, length, ntohl(from.sin_addr.s_addr));
	return 0;
}

static int
empty(void)
{
	int ends[2];

	couple(ends);
	say("send", send(ends[1], "", 0, 0));
	say("write", write(ends[1], "", 0));
	say("send", send(ends[1], "x", 1, 0));
	take("empty", ends[0], 4, 0);
	say("read", read(ends[0], &ends, 0)); /* of no bytes: UDP is not asked */
	take("empty", ends[0], 4, 0);
	take("not", ends[0], 4, MSG_DONTWAIT);
	return 0;
}

static int
refused(void)
{
	static char much[70000];
	struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	int ends[2];

	couple(ends);
	say("close", close(ends[0]));
	say("send", send(ends[1], "x", 1, 0));
	say("ECONNREFUSED", send(ends[1], "x", 1, 0));
	say("send", send(ends[1], "x", 1, 0));
	take("ECONNREFUSED", ends[1], 4, 0);
	say("EMSGSIZE", send(ends[1], much, sizeof much, 0));
	say("disconnect", connect(ends[1], &nobody, sizeof nobody));
	say("EDESTADDRREQ", send(ends[1], "x", 1, 0));
	say("EINVAL", sendto(ends[1], "x", 1, 0, &nobody, 3));
	take("EAGAIN", ends[1], 4, MSG_DONTWAIT);
	return 0;
}

static int
several(void)
{
	char bytes[3][8] = {"", "", ""};
	struct iovec places[3] = {{bytes[0], 8}, {bytes[1], 2}, {bytes[2], 8}};
	struct mmsghdr messages[3];
	struct timespec limit = {.tv_sec = 60};
	struct sockaddr_in from;
	int ends[2];

	couple(ends);
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < 3; i++) {
		messages[i].msg_hdr.msg_iov = &places[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		memcpy(bytes[i], "message", 8);
	}
	say("sendmmsg", sendmmsg(ends[1], messages, 3, 0));
	places[0].iov_len = 4;
	messages[0].msg_hdr.msg_name = &from;
	messages[0].msg_hdr.msg_namelen = sizeof from;
	say("recvmmsg", recvmmsg(ends[0], messages, 3, MSG_DONTWAIT, &limit));
	for (int i = 0; i < 3; i++)
		printf("%u %#x\n", messages[i].msg_len, (unsigned)messages[i].msg_hdr.msg_flags);
	say("length of the address", (long)messages[0].msg_hdr.msg_namelen);
	messages[0].msg_hdr.msg_name = NULL;
	places[0].iov_len = 8;
	say("sendmmsg", sendmmsg(ends[1], messages, 3, 0));
	places[0].iov_len = 3;
	say("MSG_TRUNC", recvmmsg(ends[0], messages, 3, MSG_TRUNC, NULL));
	for (int i = 0; i < 3; i++)
		printf("%u %#x\n", messages[i].msg_len, (unsigned)messages[i].msg_hdr.msg_flags);
	say("EAGAIN", recvmmsg(ends[0], messages, 3, MSG_DONTWAIT, NULL));
	say("EFAULT", recvmmsg(ends[0], messages, 1, 0, nowhere));
	return 0;
}

static int
options(void)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 3};
	int value = 1, fd = socket(AF_INET, SOCK_STREAM, 0), ends[2];
	socklen_t length = sizeof value;

	say("reuse", setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, sizeof value));
	say("nodelay", setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value));
	value = 4096;
	say("rcvbuf", setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value));
	say("rcvbuf", getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length));
	say("value", value);
	say("linger", setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
	say("EINVAL", setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, 2));
	say("ENOPROTOOPT", setsockopt(fd, SOL_SOCKET, 7777, &value, sizeof value));
	say("odd level", getsockopt(fd, 7777, 1, &value, &length));
	length = 2;
	say("short", getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &length));
	say("length", (long)length);
	value = 1;
	say("FIONBIO", ioctl(fd, FIONBIO, &value));
	say("flags", fcntl(fd, F_GETFL));
	say("pipe", pipe(ends));
	say("write", write(ends[1], "abc", 3));
	say("FIONREAD", ioctl(ends[0], FIONREAD, &value));
	say("value", value);
	say("ENOTTY", ioctl(ends[0], TIOCGWINSZ, &value));
	say("FIONBIO", ioctl(ends[0], FIONBIO, &(int){1}));
	say("flags", fcntl(ends[0], F_GETFL));
	return 0;
}

static int
waits_by_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.fd = 5}, ready[2];
	int ends[2], set = epoll_create1(EPOLL_CLOEXEC);

	say("EINVAL", epoll_create1(1));
	say("EINVAL", epoll_create(0));
	say("epoll_create", epoll_create(1));
	joined(ends);
	say("add", epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event));
	say("EEXIST", epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &event));
	say("wait", epoll_wait(set, ready, 2, -1));
	say("del", epoll_ctl(set, EPOLL_CTL_DEL, ends[0], NULL));
	say("ENOENT", epoll_ctl(set, EPOLL_CTL_MOD, ends[0], &event));
	say("EINVAL", epoll_ctl(set, 77, ends[0], &event));
	say("epoll_pwait2", epoll_pwait2(set, ready, 2, &(struct timespec){.tv_nsec = 1}, NULL));
	say("EINVAL", epoll_pwait2(set, ready, 2, &(struct timespec){.tv_nsec = -1}, NULL));
	say("EFAULT", epoll_pwait2(set, ready, 2, nowhere, NULL));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"udp_cut_off", cut_off,
			"leave call=recv fd=3 .* ret=4 used=8 whole=8 data=\"data\"$"},
		{"udp_cut_off_not", cut_off,
			"leave call=recv fd=3 .* ret=8 used=8 data=\"datagram\"$"},
		{"udp_cut_off_peeked", cut_off,
			"leave call=recv fd=3 .* ret=3 used=8 flags=MSG_PEEK whole=8 data=\"dat\"$"},
		{"udp_cut_off_told", cut_off,
			"leave call=recv fd=3 .* ret=8 used=8 flags=MSG_TRUNC whole=8 data=\"data\"$"},
		{"udp_cut_off_message", cut_off,
			"leave call=recvmsg fd=3 .* ret=5 used=8 whole=8 data=\"da\"$"},
		{"udp_cut_off_asleep", cut_off_asleep,
			"leave call=recvfrom fd=3 .* ret=4 used=0 whole=13 "
			"peer=127[.]0[.]0[.]1:[1-9][0-9]+ data=\"much\"$"},
		{"udp_cut_off_sender", cut_off_asleep,
			"leave call=sendto fd=4 .* ret=13 outq=[0-9]+ local=0[.]0[.]0[.]0:[1-9][0-9]+ "
			"peer=127[.]0[.]0[.]1:[1-9][0-9]+ data=\"much too long\"$"},
		{"udp_empty", empty, "leave call=recv fd=3 .* ret=0 used=[01]$"},
		{"udp_refused", refused, "leave call=send fd=4 .* ret=-1 err=ECONNREFUSED$"},
		{"udp_refused_large", refused, "leave call=send fd=4 .* ret=-1 err=EMSGSIZE$"},
		{"udp_refused_undone", refused, "enter call=connect fd=4 .* peer=- "},
		{"udp_several", several, "leave call=recvmmsg fd=3 .* ret=3 .* whole=8 n=14 peer=127[.]0[.]0[.]1:[0-9]+ data=\"mess\"$"},
		{"udp_several_sent", several, "leave call=sendmmsg fd=4 .* ret=3 .* n=18 "},
		{"socket_options", options,
			"leave call=setsockopt .* ret=0 option=SO_RCVBUF value=4096 rcvbuf=8192$"},
		{"socket_options_odd", options,
			"leave call=getsockopt .* err=[A-Z]+ option=7777:1$"},
		{"socket_options_ioctl", options,
			"leave call=ioctl fd=3 .* ret=0 cmd=FIONBIO value=1 flags=O_RDWR.O_NONBLOCK$"},
		{"socket_epoll_pwait2", waits_by_epoll,
			"leave call=epoll_pwait2 fd=3 .* ret=-1 err=EINVAL$"},
		{"socket_epoll", waits_by_epoll,
			"leave call=epoll_ctl fd=3 .* ret=0 cmd=EPOLL_CTL_ADD fd2=6 wants=6rw$"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
