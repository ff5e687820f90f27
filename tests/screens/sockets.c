/* SPDX-License-Identifier: MIT
 *
 * Sockets of two processes, brought to a state that stays: what the tests of their cards watch.
 * Ends by itself when its parent is gone.
 *
 *   sockets tcp    a connection with "hello" in it and its direction shut down, another one in the backlog
 *   sockets udp    12 datagrams sent to a small buffer, 3 of them received
 *   sockets wait   a connection whose client closed first: TIME_WAIT
 *   sockets N      so many connections between the two
 */
#include <arpa/inet.h>
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address;

static int
make_socket(int type)
{
	int fd = socket(AF_INET, type, 0);

	if (fd == -1)
		err(EXIT_FAILURE, "socket");
	return fd;
}

/* On a port that the kernel picks. */
static int
make_server(int type)
{
	int fd = make_socket(type);
	socklen_t size = sizeof address;

	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 ||
		getsockname(fd, (struct sockaddr *)&address, &size) == -1)
		err(EXIT_FAILURE, "bind");
	return fd;
}

static int
make_client(int type)
{
	int fd = make_socket(type);

	if (connect(fd, (struct sockaddr *)&address, sizeof address) == -1)
		err(EXIT_FAILURE, "connect");
	return fd;
}

/* True in the child. */
static bool
fork_client(void)
{
	pid_t child = fork();

	if (child == -1)
		err(EXIT_FAILURE, "fork");
	if (child == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child == 0;
}

static void
expect(ssize_t got, ssize_t wanted, const char *what)
{
	if (got != wanted)
		err(EXIT_FAILURE, "%s", what);
}

static void
run_tcp(void)
{
	int listener = make_server(SOCK_STREAM);

	if (listen(listener, 3) == -1)
		err(EXIT_FAILURE, "listen");
	if (fork_client()) {
		close(listener);
		int first = make_client(SOCK_STREAM);
		expect(send(first, "hello", 5, 0), 5, "send");
		shutdown(first, SHUT_WR);
		make_client(SOCK_STREAM);
		return;
	}
	if (accept(listener, NULL, NULL) == -1)
		err(EXIT_FAILURE, "accept");
}

static void
run_udp(void)
{
	int receiver = make_server(SOCK_DGRAM), size = 2048, start[2];
	char buffer[64];

	setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (pipe(start) == -1)
		err(EXIT_FAILURE, "pipe");
	if (fork_client()) {
		close(receiver);
		int sender = make_socket(SOCK_DGRAM);
		for (int i = 0; i < 12; i++)
			expect(sendto(sender, "datagram", 8, 0, (struct sockaddr *)&address,
				       sizeof address),
				8, "sendto");
		expect(write(start[1], "", 1), 1, "write");
		close(start[0]);
		close(start[1]);
		return;
	}
	expect(read(start[0], buffer, 1), 1, "read");
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < 3; i++)
		expect(recv(receiver, buffer, sizeof buffer, 0), 8, "recv");
}

static void
run_wait(void)
{
	int listener = make_server(SOCK_STREAM);
	char buffer[8];

	if (listen(listener, 3) == -1)
		err(EXIT_FAILURE, "listen");
	if (fork_client()) {
		close(listener);
		close(make_client(SOCK_STREAM));
		return;
	}
	int fd = accept(listener, NULL, NULL);
	expect(recv(fd, buffer, sizeof buffer, 0), 0, "recv");
	close(fd);
}

static void
run_many(int n)
{
	struct rlimit limit = {1024, 1024};
	int listener = make_server(SOCK_STREAM);

	setrlimit(RLIMIT_NOFILE, &limit);
	if (listen(listener, n) == -1)
		err(EXIT_FAILURE, "listen");
	if (fork_client()) {
		close(listener);
		for (int i = 0; i < n; i++)
			make_client(SOCK_STREAM);
		return;
	}
	for (int i = 0; i < n; i++)
		if (accept(listener, NULL, NULL) == -1)
			err(EXIT_FAILURE, "accept");
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "tcp";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (strcmp(what, "tcp") == 0)
		run_tcp();
	else if (strcmp(what, "udp") == 0)
		run_udp();
	else if (strcmp(what, "wait") == 0)
		run_wait();
	else
		run_many(atoi(what));
	pause();
	return 0;
}
