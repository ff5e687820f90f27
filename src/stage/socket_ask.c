/* SPDX-License-Identifier: MIT
 *
 * Asking the kernel about sockets: sock_diag(7), one question for each family, through libmnl. That needs no descriptor of
 * theirs; a copy of one would keep the other end from end of file.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stage/inside.h"
#include "stage/socket.h"

enum {
	ANSWER_SIZE = 32768, /* the most that the kernel puts into one */
	TIMER_GOES = 3,      /* idiag_timer: until TIME_WAIT is over */
	BOUND = 13,          /* TCP_BOUND_INACTIVE (Linux 6.8): has an address, and that is all */
	HALF_OPEN = 1 << TCP_SYN_RECV | 1 << 12, /* nobody's yet */
};

static const struct socket_facts nothing = {.state = -1, SOCKET_SAYS_NOTHING};

/* --- addresses --- */

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool
end_read(const char *text, uint8_t address[16], uint16_t *port)
{
	char host[SOCKET_ADDRESS];
	const char *colon = strrchr(text, ':');
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);

	if (length == 0 || length >= sizeof host)
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	*port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (host[0] == '[') {
		host[length - 1] = '\0';
		return inet_pton(AF_INET6, host + 1, address) == 1;
	}
	memcpy(address, mapped, sizeof mapped);
	return inet_pton(AF_INET, host, address + sizeof mapped) == 1;
}

bool
socket_ends_read(struct socket_ends *ends, const char *local, const char *peer)
{
	return end_read(local, ends->local, &ends->local_port) &&
	       end_read(peer, ends->peer, &ends->peer_port);
}

/* As the kernel has it, to bytes that can be compared and to text as the probe writes it. */
static void
end_tell(int family, const uint32_t words[4], uint16_t port, uint8_t address[16],
	char text[SOCKET_ADDRESS])
{
	char host[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, words, host, sizeof host);
	snprintf(text, SOCKET_ADDRESS, family == AF_INET6 ? "[%s]:%u" : "%s:%u", host, ntohs(port));
	if (family == AF_INET) {
		memcpy(address, mapped, sizeof mapped);
		memcpy(address + sizeof mapped, words, 4);
	} else
		memcpy(address, words, 16);
}

/* --- TCP and UDP --- */

static int
memory_tell(const struct nlattr *attribute, void *to)
{
	struct socket_facts *facts = to;
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	size_t length = mnl_attr_get_payload_len(attribute);

	if (mnl_attr_get_type(attribute) != INET_DIAG_SKMEMINFO)
		return MNL_CB_OK;
	memcpy(memory, mnl_attr_get_payload(attribute),
		length < sizeof memory ? length : sizeof memory);
	facts->filled = memory[SK_MEMINFO_RMEM_ALLOC];
	facts->rcvbuf = memory[SK_MEMINFO_RCVBUF];
	facts->sndbuf = memory[SK_MEMINFO_SNDBUF];
	if (length > SK_MEMINFO_DROPS * sizeof memory[0])
		facts->drops = memory[SK_MEMINFO_DROPS];
	return MNL_CB_OK;
}

/* The kernel counts SYN and FIN as bytes, on their way there and on their way here; FIONREAD and SIOCOUTQ do not. */
static void
tcp_queues_tell(struct socket_facts *facts, const struct inet_diag_msg *message)
{
	int state = facts->state;
	bool fin_came = state == TCP_CLOSE_WAIT || state == TCP_CLOSING || state == TCP_LAST_ACK;
	bool fin_went = state == TCP_FIN_WAIT1 || state == TCP_CLOSING || state == TCP_LAST_ACK;
	uint32_t used = message->idiag_rqueue, outq = message->idiag_wqueue;

	if (state == TCP_LISTEN) {
		facts->waiting = used;
		facts->backlog = outq;
		return;
	}
	if (message->idiag_timer == TIMER_GOES) {
		facts->timeout = message->idiag_expires * MS;
		return;
	}
	facts->used = used - (fin_came && used > 0);
	facts->outq = outq - ((fin_went || state == TCP_SYN_SENT) && outq > 0);
}

static void
inet_tell(const struct nlmsghdr *header, bool tcp, socket_teller *tell, void *to)
{
	const struct inet_diag_msg *message = mnl_nlmsg_get_payload(header);
	struct socket_facts facts = nothing;

	if (mnl_nlmsg_get_payload_len(header) < sizeof *message)
		return;
	facts.inode = message->idiag_inode;
	facts.family = message->idiag_family;
	facts.type = tcp ? SOCK_STREAM : SOCK_DGRAM;
	facts.ends.local_port = message->id.idiag_sport;
	facts.ends.peer_port = message->id.idiag_dport;
	end_tell(facts.family, message->id.idiag_src, message->id.idiag_sport, facts.ends.local,
		facts.local);
	end_tell(facts.family, message->id.idiag_dst, message->id.idiag_dport, facts.ends.peer,
		facts.peer);
	if (facts.ends.peer_port == 0)
		facts.peer[0] = '\0';
	mnl_attr_parse(header, sizeof *message, memory_tell, &facts);
	if (tcp && message->idiag_state != BOUND)
		facts.state = message->idiag_state;
	if (tcp)
		tcp_queues_tell(&facts, message);
	else
		facts.outq = message->idiag_wqueue;
	if (tcp) /* segments that came when there was no room; they come again */
		facts.drops = -1;
	if (facts.timeout >= 0) /* no socket any more: it has no buffers */
		facts.filled = facts.rcvbuf = facts.sndbuf = -1;
	tell(to, &facts);
}

/* --- UNIX --- */

static void
name_tell(struct socket_facts *facts, const struct nlattr *attribute)
{
	const char *name = mnl_attr_get_payload(attribute);
	size_t length = mnl_attr_get_payload_len(attribute);

	if (length == 0 || length >= sizeof facts->local)
		return;
	memcpy(facts->local, name, length);
	facts->local[length] = '\0';
	for (size_t i = 0; name[0] == '\0' && i < length;
		i++) /* an abstract name, which may have any bytes */
		if (facts->local[i] == '\0')
			facts->local[i] = '@';
}

static int
unix_attribute_tell(const struct nlattr *attribute, void *to)
{
	struct socket_facts *facts = to;
	uint32_t memory[SK_MEMINFO_VARS] = {0};
	size_t length = mnl_attr_get_payload_len(attribute);
	struct unix_diag_rqlen queues;

	switch (mnl_attr_get_type(attribute)) {
	case UNIX_DIAG_NAME:
		name_tell(facts, attribute);
		break;
	case UNIX_DIAG_PEER:
		if (length >= sizeof(uint32_t))
			facts->pair = mnl_attr_get_u32(attribute);
		break;
	case UNIX_DIAG_RQLEN:
		if (length < sizeof queues)
			break;
		memcpy(&queues, mnl_attr_get_payload(attribute), sizeof queues);
		facts->used = queues.udiag_rqueue;
		facts->outq = queues.udiag_wqueue;
		break;
	case UNIX_DIAG_MEMINFO:
		memcpy(memory, mnl_attr_get_payload(attribute),
			length < sizeof memory ? length : sizeof memory);
		facts->rcvbuf = memory[SK_MEMINFO_RCVBUF];
		facts->sndbuf = memory[SK_MEMINFO_SNDBUF];
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static void
unix_tell(const struct nlmsghdr *header, socket_teller *tell, void *to)
{
	const struct unix_diag_msg *message = mnl_nlmsg_get_payload(header);
	struct socket_facts facts = nothing;

	if (mnl_nlmsg_get_payload_len(header) < sizeof *message)
		return;
	facts.inode = message->udiag_ino;
	facts.family = AF_UNIX;
	facts.type = message->udiag_type;
	mnl_attr_parse(header, sizeof *message, unix_attribute_tell, &facts);
	if (message->udiag_state == TCP_LISTEN) {
		facts.waiting = facts.used;
		facts.backlog = facts.outq;
		facts.used = facts.outq = -1;
	}
	tell(to, &facts);
}

/* --- the question --- */

static int
question_send(int diag, enum socket_kind kind, unsigned number)
{
	char buf[256] = "";
	struct nlmsghdr *header = mnl_nlmsg_put_header(buf);

	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->nlmsg_seq = number;
	if (kind == SOCKETS_UNIX) {
		struct unix_diag_req *ask = mnl_nlmsg_put_extra_header(header, sizeof *ask);

		ask->sdiag_family = AF_UNIX;
		ask->udiag_states = UINT32_MAX;
		ask->udiag_show =
			UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_MEMINFO;
	} else {
		struct inet_diag_req_v2 *ask = mnl_nlmsg_put_extra_header(header, sizeof *ask);

		ask->sdiag_family =
			kind == SOCKETS_TCP4 || kind == SOCKETS_UDP4 ? AF_INET : AF_INET6;
		ask->sdiag_protocol =
			kind == SOCKETS_TCP4 || kind == SOCKETS_TCP6 ? IPPROTO_TCP : IPPROTO_UDP;
		ask->idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
		ask->idiag_states = ~(uint32_t)HALF_OPEN;
	}
	return send(diag, header, header->nlmsg_len, 0) < 0 ? errno : 0;
}

/* What a message that is no socket says: an error, or that it was the last, perhaps with an error. */
static int
end_error(const struct nlmsghdr *header)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(header) >= sizeof error)
		memcpy(&error, mnl_nlmsg_get_payload(header), sizeof error);
	return error < 0 ? -error : 0;
}

/* The parts of an answer lie ready: the kernel puts the next one there while one is taken. */
int
sockets_ask(int diag, enum socket_kind kind, socket_teller *tell, void *to)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	unsigned number = (unsigned)clock_now();
	int error = question_send(diag, kind, number);

	while (error == 0) {
		ssize_t n = recv(diag, answer, sizeof answer, MSG_DONTWAIT);
		const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		for (; mnl_nlmsg_ok(header, left); header = mnl_nlmsg_next(header, &left)) {
			if (header->nlmsg_seq != number)
				continue; /* left over from a question that failed */
			if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR)
				return end_error(header);
			if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
				continue;
			if (kind == SOCKETS_UNIX)
				unix_tell(header, tell, to);
			else
				inet_tell(header, kind == SOCKETS_TCP4 || kind == SOCKETS_TCP6,
					tell, to);
		}
	}
	return error;
}
