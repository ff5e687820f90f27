/* SPDX-License-Identifier: MIT
 *
 * Hostile to descriptors: see hostile.h.
 */
#include "hostile.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The number of the control pipe, or one like it where there is none. */
static int
control_number(void)
{
	const char *address = getenv("IPCVIZ_PROBE");
	int fd = 300;

	if (address != NULL)
		sscanf(address, "%*d:%*d:%d", &fd);
	return fd;
}

static int
numbers(void)
{
	int ends[2];

	say("pipe", pipe(ends));
	printf("%d %d\n", ends[0], ends[1]);
	say("dup", dup(ends[0]));
	say("open", open("/dev/null", O_RDWR));
	say("F_DUPFD", fcntl(ends[1], F_DUPFD, 10));
	say("dup2", dup2(ends[1], 20));
	say("dup2 same", dup2(20, 20));
	say("dup2 same closed", dup2(33, 33));
	say("dup3 same", dup3(20, 20, 0));
	say("close", close(3));
	say("close again", close(3));
	say("open", open("/dev/null", O_RDONLY));
	return 7;
}

/* What is still open, and that a pipe takes the lowest numbers again. */
static int
closed_from_3(void)
{
	int ends[2], open_ones = 0;

	for (int fd = 3; fd < 250; fd++)
		open_ones += fcntl(fd, F_GETFD) >= 0;
	say("still open", open_ones);
	say("pipe", pipe(ends));
	printf("%d %d\n", ends[0], ends[1]);
	say("write", write(ends[1], "abc", 3));
	return 0;
}

static int
closefrom_3(void)
{
	say("open", open("/dev/null", O_RDONLY));
	closefrom(3);
	return closed_from_3();
}

static int
close_each(void)
{
	int done = 0;

	say("open", open("/dev/null", O_RDONLY));
	for (int fd = 3; fd < 400; fd++)
		done += close(fd) == 0;
	say("closed", done > 0);
	return closed_from_3();
}

static int
close_range_3(void)
{
	say("open", open("/dev/null", O_RDONLY));
	say("bad flags", close_range(3, ~0U, 0x40));
	say("reversed", close_range(9, 3, 0));
	say("cloexec", close_range(3, ~0U, CLOSE_RANGE_CLOEXEC));
	say("F_GETFD", fcntl(3, F_GETFD));
	say("one", close_range((unsigned)control_number(), (unsigned)control_number(), 0));
	say("all", close_range(3, ~0U, 0));
	return closed_from_3();
}

static int
raw_close_range(void)
{
	say("raw", syscall(SYS_close_range, 3, ~0U, 0));
	return closed_from_3();
}

/* A system call that no library sees. */
static long
bare_call(long number, long a, long b, long c)
{
	long ret;

#if defined __x86_64__
	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
#else
	ret = syscall(number, a, b, c);
#endif
	return ret;
}

/* A file takes the number of the control pipe over; not a byte may get into it. */
static int
takeover(long (*call)(long, long, long, long))
{
	char path[] = "/tmp/hostile-XXXXXX";
	int file = mkstemp(path);
	struct rlimit limit;
	struct stat st;
	int ends[2];

	unlink(path);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	say("pipe", pipe(ends));
	say("write", write(ends[1], "x", 1));
	say("taken", call(SYS_dup3, file, control_number(), 0) >= 0);
	for (int i = 0; i < 100; i++)
		if (write(ends[1], "y", 1) != 1)
			return 1;
	fstat(file, &st);
	say("bytes in the file", st.st_size);
	return 0;
}

static long
raw_call(long number, long a, long b, long c)
{
	return syscall(number, a, b, c);
}

static int
takeover_raw(void)
{
	return takeover(raw_call);
}

static int
takeover_bare(void)
{
	return takeover(bare_call);
}

/* dup2 onto the numbers where the control descriptors lie. */
static int
dup2_onto(void)
{
	char byte = 'z';
	int ends[2];

	say("pipe", pipe(ends));
	for (int fd = 250; fd < 270; fd++) {
		say("dup2", dup2(ends[1], fd));
		say("write", write(fd, &byte, 1));
		say("close", close(fd));
	}
	say("write", write(ends[1], &byte, 1));
	return 0;
}

/* The same where the limit lets it: the probe has to step aside. */
static int
dup2_onto_raised(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 280;
	say("setrlimit", setrlimit(RLIMIT_NOFILE, &limit));
	return dup2_onto();
}

/* Every call that takes a descriptor, on the control pipe's number: to the program it is not open.
 */
static int
on_control(void)
{
	int fd = control_number();
	char byte = 'z';

	say("read", read(fd, &byte, 1));
	say("write", write(fd, &byte, 1));
	say("dup", dup(fd));
	say("dup2", dup2(fd, 9));
	say("F_GETFL", fcntl(fd, F_GETFL));
	say("F_SETFL", fcntl(fd, F_SETFL, O_NONBLOCK));
	say("openat", openat(fd, "x", O_RDONLY));
	say("close", close(fd));
	say("close", close(fd));
	return 0;
}

static int
low_limit(void)
{
	struct rlimit limit;
	int ends[2], pipes = 0;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 10;
	say("setrlimit", setrlimit(RLIMIT_NOFILE, &limit));
	while (pipe(ends) == 0)
		pipes++;
	say("pipe", -1);
	say("pipes", pipes);
	say("system", system("echo from the shell"));
	return 0;
}

static int
until_emfile(void)
{
	int last = -1, fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	say("open", fd);
	say("last", last);
	close(5);
	say("open", open("/dev/null", O_RDONLY));
	return 0;
}

/* Output goes where these went, so the numbers are told by the exit status. */
static int
std_closed(void)
{
	int ends[2];

	close(0);
	close(1);
	close(2);
	if (pipe(ends) != 0)
		return 1;
	return 10 + ends[0] * 10 + ends[1];
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"numbers", numbers, "leave call=dup2 fd=33 ret=-1 err=EBADF"},
		{"closefrom", closefrom_3, "leave call=write fd=4 obj=pipe:[0-9]+ end=w ret=3"},
		{"close_each", close_each, "leave call=write fd=4 obj=pipe:[0-9]+ end=w ret=3"},
		{"close_range", close_range_3, "leave call=write fd=4 obj=pipe:[0-9]+ end=w ret=3"},
		{"raw_close_range", raw_close_range,
			"leave call=write fd=4 obj=pipe:[0-9]+ end=w ret=3"},
		{"takeover_raw", takeover_raw, "leave call=write .* used=101 "},
		{"takeover_bare", takeover_bare, "leave call=write .* used=101 "},
		{"dup2_onto", dup2_onto, "leave call=write .* ret=1 used=1 "},
		{"dup2_onto_raised", dup2_onto_raised, "leave call=write .* ret=1 used=21 "},
		{"on_control", on_control, "leave call=write fd=[0-9]+ ret=-1 err=EBADF"},
		{"low_limit", low_limit, "leave call=pipe ret=-1 err=EMFILE"},
		{"until_emfile", until_emfile, "leave call=open ret=-1 err=EMFILE"},
		{"std_closed", std_closed, "leave call=pipe ret=0 fds=0,1"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
