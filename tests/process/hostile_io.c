/* SPDX-License-Identifier: MIT
 *
 * Hostile to looking at memory, signals and threads: see hostile.h.
 */
#include "hostile.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *volatile bad = (void *)8; /* volatile, or the compiler would refuse what is meant */

/* The system calls themselves through libc, with pointers that the kernel refuses. */
static int
efault(void)
{
	int ends[2];

	say("pipe", pipe(ends));
	say("pipe", pipe(bad));
	say("write", write(ends[1], bad, 10));
	say("write", write(ends[1], "abc", 3));
	say("read", read(ends[0], bad, 10));
	say("readv", readv(ends[0], bad, 2));
	say("writev", writev(ends[1], &(struct iovec){bad, 5}, 1));
	say("open", open(bad, O_RDONLY));
	say("openat", openat(AT_FDCWD, bad, O_RDONLY));
	say("poll", poll(bad, 3, 0));
	say("select", select(5, bad, NULL, NULL, NULL));
	say("nanosleep", nanosleep(bad, NULL));
	say("waitpid", waitpid(-1, bad, WNOHANG));
	say("read nothing", read(ends[0], bad, 0));
	return 0;
}

/* Memory that ends where the kernel still needs none of what follows. */
static int
page_end(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *edge = page + 4096;
	int ends[2];

	mprotect(edge, 4096, PROT_NONE);
	memcpy(edge - 6, "/no/x", 6);
	say("open", open(edge - 6, O_RDONLY));
	memcpy(edge - 5, "/no/x", 5);
	say("open", open(edge - 5, O_RDONLY));
	say("pipe", pipe(ends));
	say("write", write(ends[1], edge - 5, 5));
	say("write", write(ends[1], edge - 5, 50));
	say("read", read(ends[0], edge - 3, 100));
	say("poll", poll((struct pollfd *)(edge - 8), 1, 0));
	return 0;
}

static int
gigabyte(void)
{
	size_t size = (size_t)1 << 30;
	char *memory =
		mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int ends[2], null = open("/dev/null", O_WRONLY);

	say("pipe", pipe2(ends, O_NONBLOCK));
	say("write", write(null, memory, size));
	say("write", write(ends[1], memory, size));
	return 0;
}

static int signal_pipe;

static void
handler_writes(int signal)
{
	static const char word[] = "handled\n";

	(void)signal;
	if (write(1, word, sizeof word - 1) < 0 || write(signal_pipe, "!", 1) < 0)
		_exit(9);
}

/* A handler that calls while a read sleeps; the read goes on, or is interrupted. */
static int
interrupted(int flags)
{
	struct sigaction action = {.sa_handler = handler_writes, .sa_flags = flags};
	int ends[2];
	char byte;
	pid_t child;

	if (pipe(ends) != 0)
		return 1;
	signal_pipe = ends[1];
	sigaction(SIGUSR1, &action, NULL);
	child = fork();
	if (child == 0) { /* signals when the parent sleeps in read */
		char path[64], state[64] = "";

		snprintf(path, sizeof path, "/proc/%d/syscall", getppid());
		for (int fd; (fd = open(path, O_RDONLY)) >= 0; close(fd)) {
			if (read(fd, state, sizeof state) < 0 || strncmp(state, "0 0x3 ", 6) == 0)
				break;
			usleep(1000);
		}
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	say("read", read(ends[0], &byte, 1));
	waitpid(child, NULL, 0);
	return 0;
}

static int
eintr(void)
{
	return interrupted(0);
}

static int
restarted(void)
{
	return interrupted(SA_RESTART);
}

static void *
thread_writes(void *context)
{
	int fd = *(int *)context;

	for (int i = 0; i < 500; i++)
		if (write(fd, "t", 1) != 1)
			return context;
	return NULL;
}

static int
threads(void)
{
	pthread_t thread[6];
	int ends[2], failed = 0, null = open("/dev/null", O_WRONLY);
	char bytes[4096];
	void *result;

	say("pipe", pipe(ends));
	for (int i = 0; i < 6; i++)
		pthread_create(&thread[i], NULL, thread_writes, i % 2 ? &ends[1] : &null);
	for (int i = 0; i < 200; i++) {
		int copy = dup(i % 2 ? ends[0] : null);

		failed += copy < 0 || close(copy) != 0;
	}
	for (int i = 0; i < 6; i++) {
		pthread_join(thread[i], &result);
		failed += result != NULL;
	}
	say("failed", failed);
	say("read", read(ends[0], bytes, sizeof bytes));
	return 0;
}

static int
pipe_without_reader(void)
{
	int ends[2];

	if (pipe(ends) != 0)
		exit(1);
	close(ends[0]);
	return ends[1];
}

static int
sigpipe_default(void)
{
	say("write", write(pipe_without_reader(), "x", 1));
	return 0;
}

static int
sigpipe_ignored(void)
{
	signal(SIGPIPE, SIG_IGN);
	say("write", write(pipe_without_reader(), "x", 1));
	return 0;
}

static void
say_pending(void)
{
	sigset_t pending;

	sigpending(&pending);
	say("pending", sigismember(&pending, SIGPIPE));
}

/* One that is pending stays so, and no other joins it. */
static int
sigpipe_pending(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	say_pending();
	say("write", write(pipe_without_reader(), "x", 1));
	for (int i = 0; i < 100; i++)
		close(dup(1));
	say_pending();
	say("sigtimedwait", sigtimedwait(&set, NULL, &(struct timespec){0, 0}));
	say_pending();
	say("sigtimedwait", sigtimedwait(&set, NULL, &(struct timespec){0, 0}));
	return 0;
}

static int
errno_kept(void)
{
	int ends[2];

	errno = 77;
	if (pipe(ends) != 0 || write(ends[1], "x", 1) != 1 || close(ends[0]) != 0 ||
		fcntl(ends[1], F_GETFL) < 0)
		return 1;
	say("errno", errno);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	close(99);
	say("errno", errno);
	return 0;
}

/* Bytes of every kind in pieces of every length, to be told alike however they are told. */
static int
payloads(void)
{
	static char bytes[8192];
	int ends[2];

	say("pipe", pipe(ends));
	for (int i = 0; i < 8192; i++)
		bytes[i] = (char)(i % 3 == 0 ? i / 3 : 'a' + i % 26);
	for (size_t n = 0; n < 120; n++)
		if (write(ends[1], bytes + n * 7, n) != (ssize_t)n)
			return 1;
	memset(bytes, 'p', sizeof bytes);
	for (size_t n = 40; n < 60; n++)
		if (write(ends[1], bytes, n) != (ssize_t)n)
			return 1;
	say("write", write(ends[1], bytes, sizeof bytes));
	for (size_t n = 0; n < 120; n++)
		if (read(ends[0], bytes, n) != (ssize_t)n)
			return 1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 4; i++)
		say("read", read(ends[0], bytes, sizeof bytes));
	say("read", read(ends[0], bad, 1));
	say("write", write(ends[1], bad, 1));
	say("read", read(99, bytes, 1));
	say("write", write(open("/dev/null", O_WRONLY), bytes, 5));
	close(ends[1]);
	say("read", read(ends[0], bytes, 1));
	return 0;
}

/* Whoever listens dies while lines are on their way; a bare run has nobody to kill. */
static int
outlive(void)
{
	int ends[2];
	char byte;

	say("pipe", pipe(ends));
	if (getenv("IPCVIZ_PROBE") != NULL)
		kill(getppid(), SIGKILL);
	for (int i = 0; i < 20000; i++)
		if (write(ends[1], "x", 1) != 1 || read(ends[0], &byte, 1) != 1)
			return 1;
	say("outlived", 0);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"efault", efault, "leave call=write .* ret=-1 err=EFAULT"},
		{"page_end", page_end, "leave call=write .* ret=5 .*data=\"/no/x\""},
		{"gigabyte", gigabyte, "leave call=write .* ret=65536 used=65536 cap=65536"},
		{"eintr", eintr, "leave call=read .* ret=-1 err=EINTR"},
		{"restarted", restarted, "leave call=read .* ret=1 .*data=\"!\""},
		{"threads", threads, "leave call=read .* ret=1500 used=0 "},
		{"sigpipe_default", sigpipe_default, "enter call=write fd=4 .* n=1 "},
		{"sigpipe_ignored", sigpipe_ignored, "leave call=write .* ret=-1 err=EPIPE"},
		{"sigpipe_pending", sigpipe_pending, "leave call=write .* ret=-1 err=EPIPE"},
		{"payloads", payloads, "leave call=write .* ret=8192 used=[0-9]+ cap="},
		{"errno", errno_kept, "leave call=close fd=99 ret=-1 err=EBADF"},
		{"outlive", outlive, ""},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
