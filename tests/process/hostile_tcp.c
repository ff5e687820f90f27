/* SPDX-License-Identifier: MIT
 *
 * Hostile with TCP: see hostile.h.
 */
#include "hostile_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int
talk(void)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(int);
	int listening = bound(SOCK_STREAM, &address), one, other, error = -1;
	struct pollfd writable;

	say("listen", listen(listening, 4));
	one = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	say("EINPROGRESS", connect(one, (struct sockaddr *)&address, sizeof address));
	writable = (struct pollfd){.fd = one, .events = POLLOUT};
	say("poll", poll(&writable, 1, -1));
	say("getsockopt", getsockopt(one, SOL_SOCKET, SO_ERROR, &error, &length));
	say("error", error);
	say("EISCONN", connect(one, (struct sockaddr *)&address, sizeof address));
	other = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	say("accept4", other);
	say("flags", fcntl(other, F_GETFL));
	say("EAGAIN", accept4(one, NULL, NULL, 0));
	take("EAGAIN", other, 8, 0);
	say("send", send(one, "abcdefgh", 8, 0));
	say("poll", poll(&(struct pollfd){.fd = other, .events = POLLIN}, 1, -1));
	take("peek", other, 4, MSG_PEEK);
	take("thrown away", other, 4, MSG_TRUNC);
	take("the rest", other, 16, MSG_DONTWAIT);
	say("write", write(one, "xyz", 3));
	say("poll", poll(&(struct pollfd){.fd = other, .events = POLLIN}, 1, -1));
	say("read", read(other, &error, 2));
	say("shutdown", shutdown(one, SHUT_WR));
	say("EPIPE", send(one, "x", 1, MSG_NOSIGNAL));
	take("last", other, 2, 0);
	take("end of file", other, 2, 0);
	say("close", close(other));
	say("close", close(one));
	say("close", close(listening));
	return 0;
}

static int
wait_for_all(void)
{
	int ends[2];
	char bytes[6] = "";

	joined(ends);
	if (fork() == 0) {
		say("send", send(ends[1], "abc", 3, MSG_MORE));
		say("send", send(ends[1], "def", 3, 0));
		_exit(0);
	}
	say("wait", wait(NULL) > 0);
	say("recv", recv(ends[0], bytes, 6, MSG_WAITALL));
	printf("%.6s\n", bytes);
	return 0;
}

static int
no_reader(void)
{
	int ends[2];

	joined(ends);
	say("close", close(ends[1]));
	say("send", send(ends[0], "x", 1, 0));
	/* the other end answers with a reset, which is there when poll says so */
	say("poll", poll(&(struct pollfd){.fd = ends[0], .events = 0}, 1, -1));
	take("end of file", ends[0], 1, 0); /* which came before the reset */
	say("EPIPE", send(ends[0], "x", 1, MSG_NOSIGNAL));
	say("dies", send(ends[0], "x", 1, 0));
	return 0;
}

static int
reset(void)
{
	struct linger hard = {.l_onoff = 1, .l_linger = 0};
	int ends[2];

	joined(ends);
	signal(SIGPIPE, SIG_IGN);
	say("linger", setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &hard, sizeof hard));
	say("close", close(ends[1]));
	take("ECONNRESET", ends[0], 4, 0);
	take("end of file", ends[0], 4, 0);
	say("EPIPE", write(ends[0], "x", 1));
	say("ENOTCONN", shutdown(ends[0], SHUT_RDWR));
	return 0;
}

static int
refused(void)
{
	struct sockaddr_in address;
	int taken = bound(SOCK_STREAM, &address), other = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr *to = (struct sockaddr *)&address;

	say("ECONNREFUSED", connect(other, to, sizeof address));
	say("EADDRINUSE", bind(other, to, sizeof address));
	say("EINVAL", connect(other, to, 3));
	say("EINVAL", accept(other, NULL, NULL));
	say("ENOTCONN", send(other, "x", 1, MSG_NOSIGNAL));
	take("ENOTCONN", other, 1, 0);
	say("ENOTCONN", getpeername(other, to, &(socklen_t){sizeof address}));
	say("ENOTCONN", shutdown(other, SHUT_WR));
	say("EINVAL", shutdown(other, 77));
	say("listen", listen(taken, -1));
	say("listen", listen(taken, 1 << 20));
	say("connect", connect(other, to, sizeof address));
	say("EISCONN", connect(other, to, sizeof address));
	return 0;
}

static int
no_socket(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	struct sockaddr *to = (struct sockaddr *)&address;
	struct msghdr message = {.msg_iovlen = 0};
	struct mmsghdr messages = {.msg_len = 0};
	int odd[] = {-1, 99, 0, 256, 257}; /* the last are the control descriptors', when watched */
	int ends[2];

	say("EAFNOSUPPORT", socket(AF_UNIX + 900, SOCK_STREAM, 0));
	say("EINVAL", socket(AF_INET, 77, 0));
	say("EPROTONOSUPPORT", socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	say("EOPNOTSUPP", socketpair(AF_INET, SOCK_STREAM, 0, ends));
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		int fd = odd[i];

		say("bind", bind(fd, to, sizeof address));
		say("listen", listen(fd, 1));
		say("accept", accept(fd, NULL, NULL));
		say("accept4", accept4(fd, NULL, NULL, 0));
		say("connect", connect(fd, to, sizeof address));
		say("shutdown", shutdown(fd, SHUT_RD));
		say("send", send(fd, "x", 1, 0));
		say("sendto", sendto(fd, "x", 1, 0, to, sizeof address));
		say("sendmsg", sendmsg(fd, &message, 0));
		say("sendmmsg", sendmmsg(fd, &messages, 1, 0));
		say("recv", recv(fd, &odd, 1, 0));
		say("recvfrom", recvfrom(fd, &odd, 1, 0, NULL, NULL));
		say("recvmsg", recvmsg(fd, &message, 0));
		say("recvmmsg", recvmmsg(fd, &messages, 1, 0, NULL));
		say("getsockname", getsockname(fd, to, &(socklen_t){sizeof address}));
		say("getpeername", getpeername(fd, to, &(socklen_t){sizeof address}));
		say("setsockopt", setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &fd, sizeof fd));
		say("getsockopt",
			getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, ends, &(socklen_t){sizeof fd}));
		if (fd != 0)
			say("ioctl", ioctl(fd, FIONBIO, &(int){0}));
		say("epoll_ctl", epoll_ctl(fd, EPOLL_CTL_ADD, 0, &(struct epoll_event){.events = 0}));
	}
	return 0;
}

static int
bad_memory(void)
{
	struct sockaddr_in address;
	struct sockaddr *bad = nowhere, *good = (struct sockaddr *)&address;
	struct iovec place = {.iov_base = nowhere, .iov_len = 4};
	struct msghdr message = {.msg_iov = nowhere, .msg_iovlen = 1};
	socklen_t length = sizeof address;
	int ends[2], listening = bound(SOCK_STREAM, &address);

	say("listen", listen(listening, 4));
	joined(ends);
	say("bind", bind(ends[0], bad, sizeof address));
	say("connect", connect(ends[0], bad, sizeof address));
	say("getsockname", getsockname(ends[0], bad, &length));
	say("getsockname", getsockname(ends[0], good, nowhere));
	say("getpeername", getpeername(ends[0], bad, &length));
	say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, nowhere));
	say("send", send(ends[0], nowhere, 4, 0));
	say("write", write(ends[0], nowhere, 4));
	say("sendto", sendto(ends[0], "x", 1, 0, bad, sizeof address));
	say("sendmsg", sendmsg(ends[0], nowhere, 0));
	say("sendmsg", sendmsg(ends[0], &message, 0));
	message.msg_iov = &place;
	say("sendmsg", sendmsg(ends[0], &message, 0));
	message.msg_control = nowhere;
	message.msg_controllen = 64;
	place.iov_base = "abcd";
	say("sendmsg", sendmsg(ends[0], &message, 0));
	say("sendmmsg", sendmmsg(ends[0], nowhere, 1, 0));
	say("send", send(ends[1], "abcdefgh", 8, 0));
	say("recv", recv(ends[0], nowhere, 4, 0));
	say("recvfrom", recvfrom(ends[0], nowhere, 4, 0, bad, nowhere));
	say("recvmsg", recvmsg(ends[0], nowhere, 0));
	say("recvmmsg", recvmmsg(ends[0], nowhere, 1, 0, NULL));
	say("recv at the edge", recv(ends[0], edge(4), 8, 0));
	say("setsockopt", setsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, nowhere, sizeof(int)));
	say("setsockopt", setsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, nowhere, 1));
	say("getsockopt", getsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, nowhere, &length));
	say("getsockopt", getsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, &length, nowhere));
	say("ioctl", ioctl(ends[0], FIONBIO, nowhere));
	say("ioctl", ioctl(ends[0], FIONREAD, nowhere));
	say("epoll_ctl", epoll_ctl(epoll_create1(0), EPOLL_CTL_ADD, ends[0], nowhere));
	say("connect", connect(socket(AF_INET, SOCK_STREAM, 0), good, sizeof address));
	say("accept", accept(listening, bad, &length));
	say("next", dup(listening));
	return 0;
}

static int
short_addresses(void)
{
	struct sockaddr_in address;
	int listening = bound(SOCK_STREAM, &address), one = socket(AF_INET, SOCK_STREAM, 0);
	char room[sizeof address];
	socklen_t length = 4;

	memset(room, '.', sizeof room);
	say("getsockname", getsockname(listening, (struct sockaddr *)room, &length));
	say("length", (long)length);
	printf("%.8s\n", room + 4);
	length = 0;
	say("listen", listen(listening, 4));
	say("connect", connect(one, (struct sockaddr *)&address, sizeof address));
	say("accept", accept(listening, (struct sockaddr *)room, &length));
	say("length", (long)length);
	printf("%.8s\n", room + 4);
	length = (socklen_t)-1;
	say("EINVAL", getpeername(one, (struct sockaddr *)room, &length));
	return 0;
}

static int
time_limits(void)
{
	struct timeval limit = {.tv_usec = 20000};
	socklen_t length = sizeof limit;
	static char much[1 << 16];
	int ends[2];

	joined(ends);
	take("EAGAIN", ends[0], 1, MSG_DONTWAIT);
	say("SO_RCVTIMEO", setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
	say("getsockopt", getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, &length));
	take("EAGAIN", ends[0], 1, 0);
	while (send(ends[0], much, sizeof much, MSG_DONTWAIT) > 0)
		;
	say("full", send(ends[0], "x", 1, MSG_DONTWAIT));
	return 0;
}

static int
interrupted(void)
{
	struct meanwhile meanwhile;
	struct sockaddr_in address;
	int ends[2], listening = bound(SOCK_STREAM, &address);
	char byte;

	joined(ends);
	say("listen", listen(listening, 4));
	meanwhile_start(&meanwhile, SYS_recvfrom, meanwhile_interrupt, 0);
	say("recv", recv(ends[0], &byte, 1, 0));
	meanwhile_join(&meanwhile);
	meanwhile_start(&meanwhile, SYS_accept, meanwhile_interrupt, 0);
	say("accept", accept(listening, NULL, NULL));
	meanwhile_join(&meanwhile);
	return 0;
}

static void
act_cancel(struct meanwhile *meanwhile)
{
	pthread_cancel(meanwhile->main);
}

static void *
receive_forever(void *context)
{
	struct meanwhile meanwhile;
	int *ends = context;
	char byte;

	meanwhile_start(&meanwhile, SYS_recvfrom, act_cancel, 0);
	say("never", recv(ends[0], &byte, 1, 0));
	return NULL;
}

static int
cancelled(void)
{
	pthread_t thread;
	void *result;
	int ends[2];

	joined(ends);
	pthread_create(&thread, NULL, receive_forever, ends);
	pthread_join(thread, &result);
	say("cancelled", result == PTHREAD_CANCELED);
	return 0;
}

static int
by_vectors(void)
{
	struct iovec parts[3] = {{.iov_base = NULL}, {"abc", 3}, {"defg", 4}};
	char one[2], two[8];
	struct iovec places[2] = {{one, 2}, {two, 8}};
	int ends[2];

	joined(ends);
	say("writev", writev(ends[0], parts, 3));
	say("poll", poll(&(struct pollfd){.fd = ends[1], .events = POLLIN}, 1, -1));
	say("readv", readv(ends[1], places, 2));
	say("dup", ends[0] = dup(ends[0]));
	say("write", write(ends[0], "hi", 2));
	return 0;
}

int
main(int argc, char **argv)
{
#define END "obj=socket:[0-9]+ end=rw"
#define HERE_AT "127[.]0[.]0[.]1:[1-9][0-9]+"
	static const struct hostile_case cases[] = {
		{"tcp_talk", talk,
			"leave call=connect fd=4 " END " ret=-1 err=EINPROGRESS local=" HERE_AT
			" peer=" HERE_AT "$"},
		{"tcp_talk_listens", talk,
			"leave call=listen fd=3 " END " ret=0 n=4 local=" HERE_AT
			" tcp=LISTEN backlog=4$"},
		{"tcp_talk_accepted", talk,
			"leave call=accept4 ret=5 fds=5 " END " family=AF_INET socktype=SOCK_STREAM "
			"flags=O_RDWR.O_NONBLOCK.O_CLOEXEC local=" HERE_AT " peer=" HERE_AT "$"},
		{"tcp_talk_peeked", talk,
			"leave call=recv fd=5 " END " ret=4 used=8 flags=MSG_PEEK data=\"abcd\"$"},
		{"tcp_talk_thrown_away", talk,
			"leave call=recv fd=5 " END " ret=4 used=4 flags=MSG_TRUNC"},
		{"tcp_talk_read", talk, "leave call=read fd=5 " END " ret=2 used=1 data=\"xy\"$"},
		{"tcp_talk_written", talk, "leave call=write fd=4 " END " ret=3 outq=[0-9]+ data"},
		{"tcp_talk_shut", talk, "leave call=shutdown fd=4 " END " ret=0 how=SHUT_WR$"},
		{"tcp_talk_epipe", talk, "leave call=send .* ret=-1 err=EPIPE$"},
		{"tcp_wait_for_all", wait_for_all,
			"leave call=recv .* ret=6 used=0 flags=MSG_WAITALL data=\"abcdef\""},
		{"tcp_no_reader", no_reader, "leave call=send .* ret=-1 err=EPIPE"},
		{"tcp_reset", reset, "enter call=setsockopt .* option=SO_LINGER value=0 "},
		{"tcp_reset_told", reset, "leave call=recv .* ret=-1 err=ECONNRESET"},
		{"tcp_refused", refused, "leave call=connect .* ret=-1 err=ECONNREFUSED$"},
		{"tcp_refused_port", refused, "leave call=bind .* ret=-1 err=EADDRINUSE$"},
		{"tcp_refused_unconnected", refused, "leave call=shutdown .* err=ENOTCONN"},
		{"tcp_no_socket", no_socket, "leave call=recvmmsg fd=0 .* ret=-1 err=ENOTSOCK"},
		{"tcp_no_socket_bad", no_socket, "leave call=connect fd=99 ret=-1 err=EBADF"},
		{"tcp_efault", bad_memory, "leave call=recv fd=5 " END " ret=-1 err=EFAULT"},
		{"tcp_short_addresses", short_addresses,
			"leave call=accept ret=5 fds=5 .* local=" HERE_AT " peer=" HERE_AT "$"},
		{"tcp_time_limits", time_limits,
			"leave call=setsockopt .* ret=0 option=SO_RCVTIMEO timeout=[12][0-9]{7}$"},
		{"tcp_time_limits_full", time_limits,
			"leave call=send .* ret=-1 err=EAGAIN outq=[1-9][0-9]{4}"},
		{"tcp_interrupted", interrupted, "leave call=accept fd=3 " END " ret=-1 err=EINTR"},
		{"tcp_cancelled", cancelled, "enter call=recv "},
		{"tcp_vectors", by_vectors,
			"leave call=readv fd=5 " END " ret=7 used=0 data=\"ab\""},
		{"tcp_vectors_sent", by_vectors,
			"leave call=writev fd=4 " END " ret=7 outq=[0-9]+ data=\"abc\""},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
