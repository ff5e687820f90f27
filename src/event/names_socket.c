/* SPDX-License-Identifier: MIT
 *
 * Names of the constants of sockets, and of epoll. Used by the probe: nothing here allocates or sets errno.
 */
#include "event/line.h"

#include <asm/ioctls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "event/constant.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262 /* Linux 5.6 */
#endif

static const struct constant families[] = {
	CONSTANT(AF_UNSPEC),
	CONSTANT(AF_UNIX),
	CONSTANT(AF_INET),
	CONSTANT(AF_INET6),
	CONSTANT(AF_NETLINK),
	CONSTANT(AF_PACKET),
	CONSTANT(AF_ALG),
	CONSTANT(AF_BLUETOOTH),
	CONSTANT(AF_CAN),
	CONSTANT(AF_TIPC),
	CONSTANT(AF_VSOCK),
	CONSTANT(AF_XDP),
};

static const struct constant types[] = {
	CONSTANT(SOCK_STREAM),
	CONSTANT(SOCK_DGRAM),
	CONSTANT(SOCK_RAW),
	CONSTANT(SOCK_RDM),
	CONSTANT(SOCK_SEQPACKET),
	CONSTANT(SOCK_DCCP),
	CONSTANT(SOCK_PACKET),
};

static const struct constant type_flags[] = {
	CONSTANT(SOCK_NONBLOCK),
	CONSTANT(SOCK_CLOEXEC),
};

static const struct constant protocols[] = {
	CONSTANT(IPPROTO_ICMP),
	CONSTANT(IPPROTO_TCP),
	CONSTANT(IPPROTO_UDP),
	CONSTANT(IPPROTO_ICMPV6),
	CONSTANT(IPPROTO_SCTP),
	CONSTANT(IPPROTO_UDPLITE),
	CONSTANT(IPPROTO_RAW),
	CONSTANT(IPPROTO_MPTCP),
};

static const struct constant message_flags[] = {
	CONSTANT(MSG_OOB),
	CONSTANT(MSG_PEEK),
	CONSTANT(MSG_DONTROUTE),
	CONSTANT(MSG_CTRUNC),
	CONSTANT(MSG_TRUNC),
	CONSTANT(MSG_DONTWAIT),
	CONSTANT(MSG_EOR),
	CONSTANT(MSG_WAITALL),
	CONSTANT(MSG_CONFIRM),
	CONSTANT(MSG_ERRQUEUE),
	CONSTANT(MSG_NOSIGNAL),
	CONSTANT(MSG_MORE),
	CONSTANT(MSG_WAITFORONE),
	CONSTANT(MSG_ZEROCOPY),
	CONSTANT(MSG_FASTOPEN),
	CONSTANT(MSG_CMSG_CLOEXEC),
};

static const struct constant directions[] = {
	CONSTANT(SHUT_RD),
	CONSTANT(SHUT_WR),
	CONSTANT(SHUT_RDWR),
};

static const struct constant socket_options[] = {
	CONSTANT(SO_DEBUG),
	CONSTANT(SO_REUSEADDR),
	CONSTANT(SO_TYPE),
	CONSTANT(SO_ERROR),
	CONSTANT(SO_DONTROUTE),
	CONSTANT(SO_BROADCAST),
	CONSTANT(SO_SNDBUF),
	CONSTANT(SO_RCVBUF),
	CONSTANT(SO_SNDBUFFORCE),
	CONSTANT(SO_RCVBUFFORCE),
	CONSTANT(SO_KEEPALIVE),
	CONSTANT(SO_OOBINLINE),
	CONSTANT(SO_PRIORITY),
	CONSTANT(SO_LINGER),
	CONSTANT(SO_REUSEPORT),
	CONSTANT(SO_PASSCRED),
	CONSTANT(SO_PEERCRED),
	CONSTANT(SO_RCVLOWAT),
	CONSTANT(SO_SNDLOWAT),
	CONSTANT(SO_RCVTIMEO),
	CONSTANT(SO_SNDTIMEO),
	CONSTANT(SO_BINDTODEVICE),
	CONSTANT(SO_ATTACH_FILTER),
	CONSTANT(SO_PEERNAME),
	CONSTANT(SO_TIMESTAMP),
	CONSTANT(SO_ACCEPTCONN),
	CONSTANT(SO_PEERSEC),
	CONSTANT(SO_PASSSEC),
	CONSTANT(SO_MARK),
	CONSTANT(SO_PROTOCOL),
	CONSTANT(SO_DOMAIN),
	CONSTANT(SO_RXQ_OVFL),
	CONSTANT(SO_PEEK_OFF),
	CONSTANT(SO_BUSY_POLL),
	CONSTANT(SO_MEMINFO),
	CONSTANT(SO_COOKIE),
	CONSTANT(SO_ZEROCOPY),
};

static const struct constant tcp_options[] = {
	CONSTANT(TCP_NODELAY),
	CONSTANT(TCP_MAXSEG),
	CONSTANT(TCP_CORK),
	CONSTANT(TCP_KEEPIDLE),
	CONSTANT(TCP_KEEPINTVL),
	CONSTANT(TCP_KEEPCNT),
	CONSTANT(TCP_SYNCNT),
	CONSTANT(TCP_LINGER2),
	CONSTANT(TCP_DEFER_ACCEPT),
	CONSTANT(TCP_WINDOW_CLAMP),
	CONSTANT(TCP_INFO),
	CONSTANT(TCP_QUICKACK),
	CONSTANT(TCP_CONGESTION),
	CONSTANT(TCP_USER_TIMEOUT),
	CONSTANT(TCP_FASTOPEN),
};

static const struct constant ip_options[] = {
	CONSTANT(IP_TOS),
	CONSTANT(IP_TTL),
	CONSTANT(IP_OPTIONS),
	CONSTANT(IP_PKTINFO),
	CONSTANT(IP_MTU_DISCOVER),
	CONSTANT(IP_RECVERR),
	CONSTANT(IP_RECVTTL),
	CONSTANT(IP_RECVTOS),
	CONSTANT(IP_MTU),
	CONSTANT(IP_FREEBIND),
	CONSTANT(IP_BIND_ADDRESS_NO_PORT),
	CONSTANT(IP_MULTICAST_IF),
	CONSTANT(IP_MULTICAST_TTL),
	CONSTANT(IP_MULTICAST_LOOP),
	CONSTANT(IP_ADD_MEMBERSHIP),
	CONSTANT(IP_DROP_MEMBERSHIP),
};

static const struct constant ipv6_options[] = {
	CONSTANT(IPV6_UNICAST_HOPS),
	CONSTANT(IPV6_MULTICAST_IF),
	CONSTANT(IPV6_MULTICAST_HOPS),
	CONSTANT(IPV6_MULTICAST_LOOP),
	CONSTANT(IPV6_JOIN_GROUP),
	CONSTANT(IPV6_LEAVE_GROUP),
	CONSTANT(IPV6_MTU_DISCOVER),
	CONSTANT(IPV6_MTU),
	CONSTANT(IPV6_RECVERR),
	CONSTANT(IPV6_V6ONLY),
	CONSTANT(IPV6_RECVPKTINFO),
	CONSTANT(IPV6_TCLASS),
};

static const struct constant tcp_states[] = {
	{"ESTABLISHED", TCP_ESTABLISHED},
	{"SYN_SENT", TCP_SYN_SENT},
	{"SYN_RECV", TCP_SYN_RECV},
	{"FIN_WAIT1", TCP_FIN_WAIT1},
	{"FIN_WAIT2", TCP_FIN_WAIT2},
	{"TIME_WAIT", TCP_TIME_WAIT},
	{"CLOSE", TCP_CLOSE},
	{"CLOSE_WAIT", TCP_CLOSE_WAIT},
	{"LAST_ACK", TCP_LAST_ACK},
	{"LISTEN", TCP_LISTEN},
	{"CLOSING", TCP_CLOSING},
};

static const struct constant ioctl_commands[] = {
	CONSTANT(FIONBIO),
	CONSTANT(FIONREAD),
	{"SIOCOUTQ", TIOCOUTQ}, /* one number, two names */
};

static const struct constant epoll_commands[] = {
	CONSTANT(EPOLL_CTL_ADD),
	CONSTANT(EPOLL_CTL_DEL),
	CONSTANT(EPOLL_CTL_MOD),
};

static const struct constant epoll_flags[] = {
	CONSTANT(EPOLL_CLOEXEC),
};

/* Flags joined with bars, the rest in hexadecimal, 0 when there are none. */
static char *
out_with_flags(char *buf, size_t size, int flags, const struct constant *table, size_t count)
{
	struct out out = {.buf = buf, .size = size};
	unsigned left = out_flags(&out, (unsigned)flags, table, count);

	if (left != 0) {
		out_bar(&out);
		out_number(&out, left, 16);
	} else if (flags == 0) {
		out_text(&out, "0");
	}
	return buf;
}

char *
family_name(int family, char *buf, size_t size)
{
	return out_constant(buf, size, family, families, CONSTANT_COUNT(families));
}

char *
socket_type_name(int type, char *buf, size_t size)
{
	const int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
	struct out out = {.buf = buf, .size = size};

	out_constant(buf, size, type & ~flags, types, CONSTANT_COUNT(types));
	out.at = strlen(buf);
	out_flags(&out, (unsigned)(type & flags), type_flags, CONSTANT_COUNT(type_flags));
	return buf;
}

char *
protocol_name(int family, int protocol, char *buf, size_t size)
{
	bool internet = family == AF_INET || family == AF_INET6;

	return out_constant(
		buf, size, protocol, protocols, internet ? CONSTANT_COUNT(protocols) : 0);
}

char *
accept_flags_name(int flags, char *buf, size_t size)
{
	return out_with_flags(buf, size, flags, type_flags, CONSTANT_COUNT(type_flags));
}

char *
socket_flags_name(int flags, char *buf, size_t size)
{
	return out_with_flags(buf, size, flags, message_flags, CONSTANT_COUNT(message_flags));
}

char *
shutdown_name(int how, char *buf, size_t size)
{
	return out_constant(buf, size, how, directions, CONSTANT_COUNT(directions));
}

char *
socket_option_name(int level, int option, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	const struct constant *table = NULL;
	size_t count = 0;

	if (level == SOL_SOCKET) {
		table = socket_options;
		count = CONSTANT_COUNT(socket_options);
	} else if (level == IPPROTO_TCP) {
		table = tcp_options;
		count = CONSTANT_COUNT(tcp_options);
	} else if (level == IPPROTO_IP) {
		table = ip_options;
		count = CONSTANT_COUNT(ip_options);
	} else if (level == IPPROTO_IPV6) {
		table = ipv6_options;
		count = CONSTANT_COUNT(ipv6_options);
	}
	for (size_t i = 0; i < count; i++)
		if (table[i].value == option) {
			out_text(&out, table[i].name);
			return buf;
		}
	out_signed(&out, level);
	out_text(&out, ":");
	out_signed(&out, option);
	return buf;
}

char *
tcp_state_name(int state, char *buf, size_t size)
{
	return out_constant(buf, size, state, tcp_states, CONSTANT_COUNT(tcp_states));
}

char *
ioctl_command_name(int command, char *buf, size_t size)
{
	return out_constant(buf, size, command, ioctl_commands, CONSTANT_COUNT(ioctl_commands));
}

char *
epoll_command_name(int command, char *buf, size_t size)
{
	return out_constant(buf, size, command, epoll_commands, CONSTANT_COUNT(epoll_commands));
}

char *
epoll_flags_name(int flags, char *buf, size_t size)
{
	return out_with_flags(buf, size, flags, epoll_flags, CONSTANT_COUNT(epoll_flags));
}
