/* SPDX-License-Identifier: MIT
 *
 * Event lines about sockets, for the tests of the model.
 */
#ifndef IPCVIZ_TESTS_SOCKET_LINES_H
#define IPCVIZ_TESTS_SOCKET_LINES_H

#include "model_lines.h"

#define TCP(pid, fd, inode)                                                                        \
	"2 " #pid " " #pid " enter call=socket family=AF_INET socktype=SOCK_STREAM proto=0\n"      \
	"3 " #pid " " #pid " leave call=socket ret=" #fd " fds=" #fd " obj=socket:" #inode         \
	" flags=O_RDWR family=AF_INET socktype=SOCK_STREAM proto=0\n"
#define LISTEN(pid, fd, inode, address, backlog)                                                   \
	"4 " #pid " " #pid " enter call=bind fd=" #fd " obj=socket:" #inode " local=" address "\n" \
	"5 " #pid " " #pid " leave call=bind fd=" #fd " obj=socket:" #inode                        \
	" ret=0 local=" address "\n"                                                               \
	"6 " #pid " " #pid " enter call=listen fd=" #fd " obj=socket:" #inode " n=" #backlog "\n"  \
	"7 " #pid " " #pid " leave call=listen fd=" #fd " obj=socket:" #inode " ret=0 n=" #backlog \
	"\n"
#define ACCEPT_ENTER(pid, fd, inode)                                                               \
	"8 " #pid " " #pid " enter call=accept fd=" #fd " obj=socket:" #inode "\n"
#define ACCEPT_LEAVE(pid, got, inode, local, peer)                                                 \
	"9 " #pid " " #pid " leave call=accept ret=" #got " fds=" #got " obj=socket:" #inode       \
	" family=AF_INET socktype=SOCK_STREAM flags=O_RDWR local=" local " peer=" peer "\n"
#define CONNECT_ENTER(pid, fd, inode, address)                                                     \
	"8 " #pid " " #pid " enter call=connect fd=" #fd " obj=socket:" #inode " peer=" address "\n"
#define CONNECT_LEAVE(pid, fd, inode, local, peer)                                                 \
	"9 " #pid " " #pid " leave call=connect fd=" #fd " obj=socket:" #inode " ret=0 local="     \
	local " peer=" peer "\n"
#define SEND_ENTER(pid, fd, inode, n)                                                              \
	"10 " #pid " " #pid " enter call=send fd=" #fd " obj=socket:" #inode " n=" #n " flags=0\n"
#define SEND_LEAVE(pid, fd, inode, n, text)                                                        \
	"11 " #pid " " #pid " leave call=send fd=" #fd " obj=socket:" #inode " ret=" #n            \
	" outq=0 data=\"" text "\"\n"
#define SEND(pid, fd, inode, n, text) SEND_ENTER(pid, fd, inode, n) SEND_LEAVE(pid, fd, inode, n, text)
#define RECV_ENTER(pid, fd, inode, n)                                                              \
	"12 " #pid " " #pid " enter call=recv fd=" #fd " obj=socket:" #inode " n=" #n " flags=0\n"
#define RECV_LEAVE(pid, fd, inode, n, used, text)                                                  \
	"13 " #pid " " #pid " leave call=recv fd=" #fd " obj=socket:" #inode " ret=" #n            \
	" used=" #used " data=\"" text "\"\n"
#define CLOSE(pid, fd, inode)                                                                      \
	"14 " #pid " " #pid " enter call=close fd=" #fd " obj=socket:" #inode "\n"                 \
	"15 " #pid " " #pid " leave call=close fd=" #fd " obj=socket:" #inode " ret=0\n"
#define ASLEEP(pid) "30 " #pid " " #pid " look state=S wchan=somewhere\n"

/* 10 serves: socket 100 listens, socket 101 is the connection; 11 has socket 200. */
#define SERVER "127.0.0.1:7000"
#define CLIENT "127.0.0.1:40000"
#define CONNECTED                                                                                  \
	BORN(10) BORN(11) TCP(10, 3, 100) LISTEN(10, 3, 100, SERVER, 5) TCP(11, 3, 200)            \
	ACCEPT_ENTER(10, 3, 100) CONNECT_ENTER(11, 3, 200, SERVER)                                 \
	CONNECT_LEAVE(11, 3, 200, CLIENT, SERVER) ACCEPT_LEAVE(10, 4, 101, SERVER, CLIENT)

static inline const struct endpoint *
endpoint(const struct model *model, const char *name)
{
	ck_assert_ptr_nonnull(channel(model, name)->endpoint);
	return channel(model, name)->endpoint;
}

static inline void
sum_closes(const struct model *model, const char *name)
{
	const struct endpoint *e = endpoint(model, name);

	ck_assert_uint_eq(e->sent_to,
		e->received + e->dropped + (uint64_t)channel(model, name)->queue->count);
}

static inline void
paired(const struct model *model, const char *a, const char *b)
{
	ck_assert_int_eq(endpoint(model, a)->other, model_channel(model, b));
	ck_assert_int_eq(endpoint(model, b)->other, model_channel(model, a));
	ck_assert(endpoint(model, a)->connected && endpoint(model, b)->connected);
}

/* --- datagrams --- */

#define UDP(pid, fd, inode)                                                                        \
	"2 " #pid " " #pid " enter call=socket family=AF_INET socktype=SOCK_DGRAM proto=0\n"       \
	"3 " #pid " " #pid " leave call=socket ret=" #fd " fds=" #fd " obj=socket:" #inode         \
	" flags=O_RDWR family=AF_INET socktype=SOCK_DGRAM proto=0\n"
#define BIND(pid, fd, inode, address)                                                              \
	"4 " #pid " " #pid " enter call=bind fd=" #fd " obj=socket:" #inode " local=" address "\n" \
	"5 " #pid " " #pid " leave call=bind fd=" #fd " obj=socket:" #inode                        \
	" ret=0 local=" address "\n"
#define SENDTO_ENTER(pid, fd, inode, to, n)                                                        \
	"10 " #pid " " #pid " enter call=sendto fd=" #fd " obj=socket:" #inode " n=" #n            \
	" flags=0 peer=" to "\n"
#define SENDTO_LEAVE(pid, fd, inode, to, n, text)                                                  \
	"11 " #pid " " #pid " leave call=sendto fd=" #fd " obj=socket:" #inode " ret=" #n          \
	" outq=0 local=0.0.0.0:5555 peer=" to " data=\"" text "\"\n"
#define SENDTO(pid, fd, inode, to, n, text)                                                        \
	SENDTO_ENTER(pid, fd, inode, to, n) SENDTO_LEAVE(pid, fd, inode, to, n, text)
#define RECVFROM_LEAVE(pid, fd, inode, n, rest)                                                    \
	"13 " #pid " " #pid " leave call=recv fd=" #fd " obj=socket:" #inode " ret=" #n rest "\n"
#define DATAGRAMS BORN(10) BORN(11) UDP(10, 3, 100) BIND(10, 3, 100, "0.0.0.0:7000") UDP(11, 3, 200)

#endif
