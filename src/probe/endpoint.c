/* SPDX-License-Identifier: MIT
 *
 * What the kernel says of a socket, see endpoint.h.
 */
#include "probe/endpoint.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

#include "probe/sys.h"
#include "probe/text.h"

void
line_family(struct line *line, const struct object *object)
{
	char name[64];

	if (object->family == 0)
		return;
	line_word(line, FIELD_family, family_name(object->family, name, sizeof name));
	line_word(line, FIELD_socktype, socket_type_name(object->type, name, sizeof name));
}

void
line_local(struct line *line, int fd)
{
	struct address address;

	address_local(&address, fd);
	line_address(line, FIELD_local, &address);
}

void
line_peer(struct line *line, int fd)
{
	struct address address;

	address_peer(&address, fd);
	line_address(line, FIELD_peer, &address);
}

void
line_credentials(struct line *line, int32_t pid, uint32_t uid, uint32_t gid)
{
	char text[40];
	const char *end = text + sizeof text;
	char *at = text_number(text, end, pid);

	at = text_number(text_word(at, end, ","), end, uid);
	text_number(text_word(at, end, ","), end, gid);
	line_word(line, FIELD_cred, text);
}

/* Process 0 is nobody: the socket has no other end, or none in this world. */
void
line_peer_credentials(struct line *line, const struct object *object, int fd)
{
	struct ucred peer = {.pid = 0};
	socklen_t size = sizeof peer;

	if (object->family == AF_UNIX &&
		SYS6(SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, &peer, &size, 0) == 0 &&
		peer.pid > 0)
		line_credentials(line, peer.pid, peer.uid, peer.gid);
}

/* The kernel tells of a listening socket how many may wait where it tells of others what was acknowledged (tcp(7)). */
void
line_tcp(struct line *line, const struct object *object, int fd)
{
	struct tcp_info info = {.tcpi_state = 0};
	socklen_t size = sizeof info;
	char name[16];

	if ((object->family != AF_INET && object->family != AF_INET6) ||
		object->type != SOCK_STREAM ||
		SYS6(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, &info, &size, 0) != 0 ||
		size < offsetof(struct tcp_info, tcpi_lost))
		return;
	line_word(line, FIELD_tcp, tcp_state_name(info.tcpi_state, name, sizeof name));
	if (info.tcpi_state == TCP_LISTEN)
		line_number(line, FIELD_backlog, info.tcpi_sacked);
}

void
line_buffers(struct line *line, int fd)
{
	int bytes;
	socklen_t size = sizeof bytes;

	if (SYS6(SYS_getsockopt, fd, SOL_SOCKET, SO_RCVBUF, &bytes, &size, 0) == 0)
		line_number(line, FIELD_rcvbuf, bytes);
	if (SYS6(SYS_getsockopt, fd, SOL_SOCKET, SO_SNDBUF, &bytes, &size, 0) == 0)
		line_number(line, FIELD_sndbuf, bytes);
}
