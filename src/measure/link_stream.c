/* SPDX-License-Identifier: MIT
 *
 * Streams of bytes: pipe, FIFO, UNIX stream, TCP. The same read and write for all; a message is as many bytes as it has.
 */
#include "measure/link.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int
stream_send(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size;) {
		ssize_t n = write(link->out[side], bytes + at, link->size - at);

		if (n == -1)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

static int
stream_receive(struct link *link, enum side side, char *bytes)
{
	for (size_t at = 0; at < link->size;) {
		ssize_t n = read(link->in[side], bytes + at, link->size - at);

		if (n == 0)
			errno = EPIPE;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

static int
make_pipe(struct link *link, const char **why)
{
	int there[2], back[2];

	(void)why;
	if (pipe2(there, O_CLOEXEC) == -1)
		return -1;
	link->in[SIDE_SECOND] = there[0];
	link->out[SIDE_FIRST] = there[1];
	if (pipe2(back, O_CLOEXEC) == -1)
		return -1;
	link->in[SIDE_FIRST] = back[0];
	link->out[SIDE_SECOND] = back[1];
	return 0;
}

/* Both ends of a FIFO. Its reader opens first and does not wait for a writer; once both are there, it may sleep. */
static int
open_fifo(const char *path, int *in, int *out)
{
	if (mkfifo(path, 0600) == -1)
		return -1;
	*in = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	*out = *in == -1 ? -1 : open(path, O_WRONLY | O_CLOEXEC);
	int reason = errno;
	unlink(path);
	errno = reason;
	return *out == -1 ? -1 : fcntl(*in, F_SETFL, 0);
}

static int
make_fifo(struct link *link, const char **why)
{
	const char *base = getenv("TMPDIR");
	char directory[4000], path[4096];

	(void)why;
	snprintf(directory, sizeof directory, "%s/ipcviz-compare-XXXXXX",
		base != NULL && *base == '/' ? base : "/tmp");
	if (mkdtemp(directory) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/fifo", directory);
	int result = open_fifo(path, &link->in[SIDE_SECOND], &link->out[SIDE_FIRST]);
	if (result == 0)
		result = open_fifo(path, &link->in[SIDE_FIRST], &link->out[SIDE_SECOND]);
	int reason = errno;
	rmdir(directory);
	errno = reason;
	return result;
}

static void
use_sockets(struct link *link, int first, int second)
{
	link->in[SIDE_FIRST] = link->out[SIDE_FIRST] = first;
	link->in[SIDE_SECOND] = link->out[SIDE_SECOND] = second;
}

static int
make_unix_stream(struct link *link, const char **why)
{
	int both[2];

	(void)why;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == -1)
		return -1;
	use_sockets(link, both[0], both[1]);
	return 0;
}

/* Each message goes out at once (TCP_NODELAY): what is measured is the way, not the waiting for more. */
static int
make_tcp(struct link *link, const char **why)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof here;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), first, second = -1, one = 1;

	(void)why;
	if (listener == -1)
		return -1;
	first = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (first != -1 && bind(listener, (struct sockaddr *)&here, sizeof here) == 0 &&
		listen(listener, 1) == 0 &&
		getsockname(listener, (struct sockaddr *)&here, &length) == 0 &&
		connect(first, (struct sockaddr *)&here, sizeof here) == 0)
		second = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	int reason = errno;
	close(listener);
	use_sockets(link, first, second);
	errno = reason;
	if (second == -1)
		return -1;
	return setsockopt(first, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) |
	       setsockopt(second, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

const struct link_kind link_pipe = {make_pipe, stream_send, stream_receive, false, false};
const struct link_kind link_fifo = {make_fifo, stream_send, stream_receive, false, false};
const struct link_kind link_unix_stream = {
	make_unix_stream, stream_send, stream_receive, false, false};
const struct link_kind link_tcp = {make_tcp, stream_send, stream_receive, false, false};
