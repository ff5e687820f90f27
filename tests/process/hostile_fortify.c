/* SPDX-License-Identifier: MIT
 *
 * Built with _FORTIFY_SOURCE and large files, so that it links to the other names of the calls:
 * __read_chk, __poll_chk,
 * __ppoll_chk, open64, __open64_2, openat64, __openat64_2, fcntl64, creat64, __mq_open_2, __recv_chk,
 * __recvfrom_chk. See hostile.h.
 */
#include "hostile.h"

#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile size_t unknown = 4; /* a size that the compiler cannot see through */

static int
other_names(void)
{
	struct pollfd fds[2];
	int ends[2];
	char bytes[8];
	volatile int flags = O_RDONLY;

	say("pipe", pipe(ends));
	say("write", write(ends[1], "fortified", 9));
	say("read", read(ends[0], bytes, unknown));
	fds[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	say("poll", poll(fds, unknown - 3, 0));
	say("ppoll", ppoll(fds, unknown - 3, NULL, NULL));
	say("open", open("/dev/null", flags));
	say("open", open("/dev/null", O_WRONLY));
	say("openat", openat(AT_FDCWD, "/dev/null", flags));
	say("openat", openat(AT_FDCWD, "/dev/null", O_RDWR));
	say("creat", creat("/dev/null", 0666));
	say("fcntl", fcntl(ends[0], F_SETFL, O_NONBLOCK));
	say("mq_open", mq_open("/hostile-not-there", flags));
	say("socketpair", socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	say("send", send(ends[0], "fortified", 9, 0));
	say("send", send(ends[0], "fortified", 9, 0));
	say("recv", recv(ends[1], bytes, unknown, 0));
	say("recvfrom", recvfrom(ends[1], bytes, unknown + 2, 0, NULL, NULL));
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"read_chk", other_names,
			"leave call=read .* ret=4 used=5 cap=[0-9]+ data=\"fort\""},
		{"poll_chk", other_names, "leave call=poll ret=1 ready=3r"},
		{"ppoll_chk", other_names, "leave call=ppoll ret=1 ready=3r"},
		{"open", other_names, "leave call=open ret=5 obj=file:/dev/null end=r"},
		{"openat", other_names, "leave call=openat ret=8 obj=file:/dev/null end=rw"},
		{"creat", other_names, "leave call=creat ret=9 obj=file:/dev/null end=w"},
		{"fcntl64", other_names, "leave call=fcntl .*flags=O_RDONLY.O_NONBLOCK"},
		{"recv_chk", other_names, "leave call=recv .* ret=4 .*whole=9 data=\"fort\"$"},
		{"recvfrom_chk", other_names, "leave call=recvfrom .* ret=6 .*whole=9 data=\"fortif\"$"},
		{"mq_open_2", other_names,
			"leave call=mq_open ret=-1 err=ENOENT obj=mq:/hostile-not-there"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
