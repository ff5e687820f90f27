/* SPDX-License-Identifier: MIT
 *
 * Hostile with UNIX sockets, and with what they carry: see hostile.h.
 */
#include "hostile_socket.h"

#include <fcntl.h>

/* Control data with room for some descriptors. */
struct parcel {
	struct msghdr message;
	struct iovec place;
	char bytes[8];
	_Alignas(struct cmsghdr) char control[256];
};

static struct msghdr *
parcel_make(struct parcel *parcel, const char *bytes, size_t room)
{
	memset(parcel, 0, sizeof *parcel);
	memcpy(parcel->bytes, bytes, strlen(bytes));
	parcel->place = (struct iovec){parcel->bytes, bytes[0] != '\0' ? strlen(bytes) : 8};
	parcel->message.msg_iov = &parcel->place;
	parcel->message.msg_iovlen = 1;
	parcel->message.msg_control = room > 0 ? parcel->control : NULL;
	parcel->message.msg_controllen = room;
	return &parcel->message;
}

static struct msghdr *
parcel_of(struct parcel *parcel, const int *fds, size_t n)
{
	struct msghdr *message = parcel_make(parcel, "take", CMSG_SPACE(n * sizeof(int)));
	struct cmsghdr *head = CMSG_FIRSTHDR(message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(head), fds, n * sizeof(int));
	return message;
}

static int
passing(void)
{
	struct parcel parcel, other;
	struct mmsghdr several[2] = {{.msg_len = 0}};
	int ends[2], pipe_ends[2], bad[2] = {0, 99};
	int ours[] = {256, 257}; /* where the control descriptors are, when watched */

	say("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	say("pipe", pipe(pipe_ends));
	say("sendmsg", sendmsg(ends[0], parcel_of(&parcel, pipe_ends, 2), 0));
	say("recvmsg", recvmsg(ends[1], parcel_make(&parcel, "", 256), MSG_CMSG_CLOEXEC));
	say("controllen", (long)parcel.message.msg_controllen);
	say("flags", fcntl(7, F_GETFD));
	say("write", write(8, "through", 7));
	say("read", read(5, parcel.bytes, 8));
	say("EBADF", sendmsg(ends[0], parcel_of(&parcel, bad, 2), 0));
	say("EBADF", sendmsg(ends[0], parcel_of(&parcel, ours, 1), 0));
	say("EBADF", sendmsg(ends[0], parcel_of(&parcel, ours, 2), 0));
	several[0].msg_hdr = *parcel_of(&parcel, ours, 1);
	several[1].msg_hdr = *parcel_of(&other, pipe_ends, 1);
	say("EBADF", sendmmsg(ends[0], several, 2, 0));
	several[0].msg_hdr = *parcel_of(&parcel, pipe_ends, 1);
	several[1].msg_hdr = *parcel_of(&other, ours + 1, 1);
	say("sendmmsg", sendmmsg(ends[0], several, 2, 0));
	say("recvmsg", recvmsg(ends[1], parcel_make(&parcel, "", 256), 0));
	say("sendmsg", sendmsg(ends[0], parcel_of(&parcel, pipe_ends, 2), 0));
	say("no room", recvmsg(ends[1], parcel_make(&parcel, "", CMSG_LEN(0)), 0));
	say("MSG_CTRUNC", parcel.message.msg_flags == MSG_CTRUNC);
	say("sendmsg", sendmsg(ends[0], parcel_of(&parcel, pipe_ends, 1), 0));
	parcel_make(&parcel, "", 64);
	parcel.message.msg_control = nowhere;
	say("nowhere", recvmsg(ends[1], &parcel.message, 0));
	say("controllen", (long)parcel.message.msg_controllen);
	say("next", dup(0));
	return 0;
}

/* The number of a closed descriptor comes back as that of one that was passed: it is another object. */
static int
passed_under_old_number(void)
{
	struct parcel parcel;
	int ends[2], pipe_ends[2], other;

	say("socketpair", socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
	say("pipe", pipe(pipe_ends));
	other = open("/dev/null", O_WRONLY);
	say("write", write(other, "x", 1));
	say("sendmsg", sendmsg(ends[0], parcel_of(&parcel, &pipe_ends[1], 1), 0));
	close(other);
	say("recvmsg", recvmsg(ends[1], parcel_make(&parcel, "", 256), 0));
	say("write", write(other, "xyz", 3));
	return 0;
}

static int
credentials(void)
{
	struct ucred peer = {.pid = 0};
	socklen_t size = sizeof peer;
	struct parcel parcel;
	int ends[2], one = 1;

	say("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	say("SO_PASSCRED", setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
	say("send", send(ends[0], "who", 3, 0));
	say("recvmsg", recvmsg(ends[1], parcel_make(&parcel, "", 256), 0));
	say("SO_PEERCRED", getsockopt(ends[0], SOL_SOCKET, SO_PEERCRED, &peer, &size));
	say("me", peer.pid == getpid());
	return 0;
}

static int
packets(void)
{
	int ends[2];

	say("socketpair", socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends));
	say("send", send(ends[0], "one packet", 10, 0));
	say("write", write(ends[0], "two", 3));
	take("cut", ends[1], 3, 0);
	take("two", ends[1], 8, MSG_WAITALL);
	take("EAGAIN", ends[1], 8, 0);
	say("close", close(ends[0]));
	take("end of file", ends[1], 8, 0);
	say("EPIPE", send(ends[1], "x", 1, MSG_NOSIGNAL));
	say("dies", write(ends[1], "x", 1));
	return 0;
}

static socklen_t
abstract(struct sockaddr_un *address, const char *rest)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "hostile %d\xff%s",
		(int)getpid(), rest);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   strlen(address->sun_path + 1));
}

static int
abstract_names(void)
{
	struct sockaddr_un address;
	socklen_t length = abstract(&address, "");
	struct sockaddr *to = (struct sockaddr *)&address;
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), one = socket(AF_UNIX, SOCK_STREAM, 0);

	say("bind", bind(listening, to, length + 1)); /* with a NUL at its end */
	say("EADDRINUSE", bind(one, to, length + 1));
	say("ECONNREFUSED", connect(one, to, length));
	say("listen", listen(listening, 2));
	say("connect", connect(one, to, length + 1));
	say("accept", accept(listening, to, &length));
	say("length", (long)length);
	say("whole", bind(socket(AF_UNIX, SOCK_DGRAM, 0), to, sizeof address));
	say("picked", bind(socket(AF_UNIX, SOCK_DGRAM, 0), to, sizeof(sa_family_t)));
	return 0;
}

static int
paths(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX}, from;
	struct sockaddr *to = (struct sockaddr *)&address;
	socklen_t length = sizeof from;
	char directory[] = "/tmp/hostile-XXXXXX", bytes[4];
	int one = socket(AF_UNIX, SOCK_DGRAM, 0), other = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (mkdtemp(directory) == NULL)
		return 1;
	snprintf(address.sun_path, sizeof address.sun_path, "%s/a socket", directory);
	say("ENOENT", connect(other, to, sizeof address));
	say("bind", bind(one, to, sizeof address));
	say("sendto", sendto(other, "unnamed", 7, 0, to, sizeof address));
	say("recvfrom", recvfrom(one, bytes, 4, 0, (struct sockaddr *)&from, &length));
	say("length", (long)length);
	say("connect", connect(other, to, sizeof address));
	say("EPROTOTYPE", connect(socket(AF_UNIX, SOCK_STREAM, 0), to, sizeof address));
	say("close", close(one));
	say("stale", connect(other, to, sizeof address));
	say("EADDRINUSE", bind(socket(AF_UNIX, SOCK_DGRAM, 0), to, sizeof address));
	say("ECONNREFUSED", send(other, "x", 1, 0));
	say("unlink", unlink(address.sun_path));
	say("rmdir", rmdir(directory));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"unix_pair", passing,
			"leave call=socketpair ret=0 fds=3,4 obj=socket:[0-9]+ end=rw pair=socket:[0-9]+ "
			"flags=O_RDWR family=AF_UNIX socktype=SOCK_STREAM proto=0$"},
		{"unix_passing", passing,
			"leave call=recvmsg fd=4 .* ret=4 used=0 flags=MSG_CMSG_CLOEXEC passed=7,8 "
			"data=\"take\"$"},
		{"unix_passing_sent", passing, "enter call=sendmsg fd=3 .* n=4 passed=5,6 flags=0 "},
		{"unix_passing_looked", passing,
			"look fd=8 obj=pipe:[0-9]+ end=w flags=O_WRONLY.O_CLOEXEC cap="},
		{"unix_passing_ebadf", passing, "leave call=sendmsg fd=3 .* ret=-1 err=EBADF$"},
		{"unix_passed_under_old_number", passed_under_old_number,
			"leave call=write fd=7 obj=pipe:[0-9]+ end=w ret=3 used=3"},
		{"unix_credentials", credentials,
			"leave call=recvmsg fd=4 .* ret=3 used=0 .*cred=[1-9][0-9]*,[0-9]+,[0-9]+ data"},
		{"unix_credentials_asked", credentials,
			"leave call=getsockopt fd=3 .* option=SO_PEERCRED cred=[1-9][0-9]*,[0-9]+,[0-9]+$"},
		{"unix_packets", packets, "leave call=recv fd=4 .* ret=3 .*whole=10 data=\"one\"$"},
		{"unix_packets_sigpipe", packets, "enter call=write fd=4 .* n=1 "},
		{"unix_abstract", abstract_names,
			"leave call=accept ret=5 fds=5 .* local=@hostile%20[0-9]+%ff%00 peer=- "
			"cred=[1-9][0-9]*,[0-9]+,[0-9]+$"},
		{"unix_abstract_listens", abstract_names,
			"leave call=listen .* local=@hostile%20[0-9]+%ff%00 backlog=2$"},
		{"unix_abstract_picked", abstract_names, "leave call=bind .* local=@[0-9a-f]{5}$"},
		{"unix_paths", paths,
			"leave call=sendto .* peer=/tmp/hostile-[^ ]*/a%20socket data=\"unnamed\""},
		{"unix_paths_unnamed", paths,
			"leave call=recvfrom fd=3 .* ret=4 .*whole=7 peer=- data=\"unna\""},
		{"unix_paths_stale", paths, "leave call=connect .* ret=-1 err=ECONNREFUSED$"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
