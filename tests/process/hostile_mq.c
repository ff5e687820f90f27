/* SPDX-License-Identifier: MIT
 *
 * Hostile with POSIX message queues: see hostile.h. Every case makes its own, and removes it.
 */
#include "hostile_ipc.h"

#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static char name[32]; /* of this process's queue */
static struct mq_attr small = {.mq_maxmsg = 3, .mq_msgsize = 16};

static const char *
queue_name(void)
{
	snprintf(name, sizeof name, "/hostile-%d", (int)getpid());
	return name;
}

static mqd_t
queue_make(int flags)
{
	mqd_t queue = mq_open(queue_name(), O_CREAT | O_EXCL | flags, 0600, &small);

	if (queue < 0)
		exit(1);
	return queue;
}

static void
queue_remove(mqd_t queue)
{
	say("mq_unlink", mq_unlink(name));
	say("mq_close", mq_close(queue));
}

static long
take(mqd_t queue)
{
	char bytes[16];
	unsigned priority = 99;
	ssize_t ret = mq_receive(queue, bytes, sizeof bytes, &priority);

	if (ret >= 0)
		printf("%u %.*s\n", priority, (int)ret, bytes);
	return ret;
}

static int
order(void)
{
	mqd_t queue = queue_make(O_RDWR);
	char bytes[16];

	say("low", mq_send(queue, "low", 3, 1));
	say("high", mq_send(queue, "high", 4, 9));
	say("low again", mq_send(queue, "again", 5, 1));
	say("take", take(queue));
	say("take", take(queue));
	say("without priority", mq_receive(queue, bytes, sizeof bytes, NULL));
	say("empty one", mq_send(queue, "", 0, 0));
	say("take", take(queue));
	queue_remove(queue);
	return 5;
}

static int
names(void)
{
	mqd_t queue = queue_make(O_RDWR), other;
	char path[NAME_MAX + 8];

	say("descriptor", queue);
	say("again", mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, NULL));
	say("there", other = mq_open(name, O_CREAT | O_RDWR, 0600, NULL));
	say("close", close(other));
	say("plainly", other = mq_open(name, O_RDONLY | O_NONBLOCK));
	say("close", mq_close(other));
	say("mq_unlink", mq_unlink(name));
	say("gone", mq_open(name, O_RDWR));
	say("still there", mq_send(queue, "x", 1, 0));
	say("unlinked twice", mq_unlink(name));
	say("made by chance", other = mq_open(name, O_CREAT | O_RDWR, 0600, NULL));
	queue_remove(other);
	say("mq_close", mq_close(queue));
	say("no slash", mq_open("hostile", O_RDWR));
	say("nothing but a slash", mq_open("/", O_RDWR));
	say("two slashes", mq_open("/hostile/x", O_CREAT | O_RDWR, 0600, NULL));
	memset(path, 'x', sizeof path);
	path[0] = '/';
	path[NAME_MAX + 2] = '\0';
	say("long", mq_open(path, O_CREAT | O_RDWR, 0600, NULL));
	say("bad attributes", mq_open(name, O_CREAT | O_RDWR, 0600, nowhere));
	say("none of a size", mq_open(name, O_CREAT | O_RDWR, 0600, &(struct mq_attr){0}));
	say("no slash", mq_unlink("hostile"));
	say("control", mq_close(300));
	return 0;
}

static int
bad_memory(void)
{
	mqd_t queue = queue_make(O_RDWR | O_NONBLOCK);
	char *end = edge(5), *room = edge(16);

	say("mq_send", mq_send(queue, nowhere, 5, 0));
	say("mq_send beyond the edge", mq_send(queue, end, 6, 0));
	memcpy(end, "12345", 5);
	say("mq_send to the edge", mq_send(queue, end, 5, 0));
	say("mq_receive to the edge", mq_receive(queue, room, 16, NULL));
	printf("%.5s\n", room);
	say("mq_send", mq_send(queue, end, 5, 0));
	say("mq_receive", mq_receive(queue, nowhere, 16, NULL));
	say("mq_send", mq_send(queue, end, 5, 0));
	say("mq_receive", mq_receive(queue, room, 16, nowhere));
	say("mq_timedsend", mq_timedsend(queue, end, 5, 0, nowhere));
	say("mq_timedreceive", mq_timedreceive(queue, room, 16, NULL, nowhere));
	say("mq_getattr", mq_getattr(queue, nowhere));
	say("mq_setattr", mq_setattr(queue, nowhere, NULL));
	say("mq_setattr", mq_setattr(queue, &small, nowhere));
	queue_remove(queue);
	return 0;
}

static int
refused(void)
{
	mqd_t queue = queue_make(O_RDWR | O_NONBLOCK), reader = mq_open(name, O_RDONLY);
	mqd_t writer = mq_open(name, O_WRONLY);
	char bytes[64];

	say("too long", mq_send(queue, "0123456789abcdefg", 17, 0));
	say("too short", mq_receive(queue, bytes, 15, NULL));
	say("priority", mq_send(queue, "x", 1, 32768));
	say("highest", mq_send(queue, "x", 1, 32767));
	say("no writer", mq_send(reader, "x", 1, 0));
	say("no reader", mq_receive(writer, bytes, sizeof bytes, NULL));
	say("no queue", mq_send(0, "x", 1, 0));
	say("no queue", mq_getattr(0, &small));
	say("closed", mq_send(99, "x", 1, 0));
	say("closed", mq_receive(-1, bytes, sizeof bytes, NULL));
	say("closed", mq_close(99));
	say("take", take(queue));
	say("EAGAIN", take(queue));
	for (int i = 0; i < 3; i++)
		say("fill", mq_send(queue, "x", 1, 0));
	say("EAGAIN", mq_send(queue, "x", 1, 0));
	mq_close(reader);
	mq_close(writer);
	queue_remove(queue);
	return 0;
}

static struct timespec *volatile for_ever; /* the compiler must not know that it is NULL */

static int
timed(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct timespec past = {1, 0}, odd = {1, 1000000000}, soon;
	char bytes[16];

	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_nsec = (soon.tv_nsec + 20000000) % 1000000000;
	soon.tv_sec += soon.tv_nsec < 20000000;
	say("soon", mq_timedreceive(queue, bytes, sizeof bytes, NULL, &soon));
	say("past", mq_timedreceive(queue, bytes, sizeof bytes, NULL, &past));
	say("odd", mq_timedreceive(queue, bytes, sizeof bytes, NULL, &odd));
	say("for ever", mq_timedsend(queue, "x", 1, 0, for_ever));
	say("past", mq_timedsend(queue, "x", 1, 0, &past));
	say("fill", mq_send(queue, "x", 1, 0));
	say("past", mq_timedsend(queue, "x", 1, 0, &past));
	say("odd", mq_timedsend(queue, "x", 1, 0, &odd));
	queue_remove(queue);
	return 0;
}

static int
attributes(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct mq_attr now, wanted = {.mq_flags = O_NONBLOCK, .mq_maxmsg = 99}, before;

	say("mq_getattr", mq_getattr(queue, &now));
	printf("%ld %ld %ld %ld\n", now.mq_flags, now.mq_maxmsg, now.mq_msgsize, now.mq_curmsgs);
	say("mq_setattr", mq_setattr(queue, &wanted, &before));
	say("before", before.mq_flags);
	say("take", take(queue));
	say("F_GETFL", fcntl(queue, F_GETFL));
	wanted.mq_flags = O_APPEND;
	say("another flag", mq_setattr(queue, &wanted, NULL));
	wanted.mq_flags = 0;
	say("mq_setattr", mq_setattr(queue, &wanted, NULL));
	say("F_GETFL", fcntl(queue, F_GETFL));
	queue_remove(queue);
	return 0;
}

/* A descriptor like others, in this process and in those that inherit it. */
static int
descriptor(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct pollfd wait = {.fd = queue, .events = POLLIN | POLLOUT};
	int copy, status;
	char bytes[128];

	say("dup", copy = dup(queue));
	say("poll", poll(&wait, 1, 0));
	say("revents", wait.revents);
	say("through the copy", mq_send(copy, "copy", 4, 0));
	say("poll", poll(&wait, 1, 0));
	say("revents", wait.revents);
	say("read", read(queue, bytes, sizeof bytes) > 0);
	say("write", write(queue, "x", 1));
	say("F_SETFD", fcntl(copy, F_SETFD, 0));
	if (fork() == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	wait4(-1, &status, 0, NULL);
	say("status", status);
	say("close", close(copy));
	say("take", take(queue));
	queue_remove(queue);
	return 0;
}

static void
act_send(struct meanwhile *meanwhile)
{
	mq_send(meanwhile->fd, "woke", 4, 7);
}

static int
receive_while(void (*act)(struct meanwhile *meanwhile))
{
	mqd_t queue = queue_make(O_RDWR);
	struct meanwhile meanwhile;

	meanwhile_start(&meanwhile, SYS_mq_timedreceive, act, queue);
	say("mq_receive", take(queue));
	meanwhile_join(&meanwhile);
	queue_remove(queue);
	return 0;
}

static int
receive_woken(void)
{
	return receive_while(act_send);
}

static int
receive_interrupted(void)
{
	return receive_while(meanwhile_interrupt);
}

static int
send_interrupted(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct meanwhile meanwhile;

	for (int i = 0; i < 3; i++)
		mq_send(queue, "x", 1, 0);
	meanwhile_start(&meanwhile, SYS_mq_timedsend, meanwhile_interrupt, queue);
	say("mq_send", mq_send(queue, "y", 1, 0));
	meanwhile_join(&meanwhile);
	queue_remove(queue);
	return 0;
}

static int
notified(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct sigevent how = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2};
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, how.sigev_signo);
	sigprocmask(SIG_BLOCK, &set, NULL);
	how.sigev_value.sival_int = 42;
	say("mq_notify", mq_notify(queue, &how));
	say("again", mq_notify(queue, &how));
	if (fork() == 0) {
		say("from another", mq_notify(queue, &how));
		_exit(mq_send(queue, "note", 4, 0));
	}
	wait(NULL);
	say("signal", sigwaitinfo(&set, &info) == how.sigev_signo);
	printf("%d %d\n", info.si_code == SI_MESGQ, info.si_value.sival_int);
	say("take", take(queue));
	say("mq_notify", mq_notify(queue, &how));
	say("off", mq_notify(queue, NULL));
	say("off again", mq_notify(queue, NULL));
	how.sigev_notify = SIGEV_NONE;
	say("none", mq_notify(queue, &how));
	how.sigev_notify = 77;
	say("odd", mq_notify(queue, &how));
	how.sigev_notify = SIGEV_SIGNAL;
	how.sigev_signo = 999;
	say("odd", mq_notify(queue, &how));
	say("no queue", mq_notify(0, &how));
	queue_remove(queue);
	return 0;
}

static int told[2];

static void
notify_thread(union sigval value)
{
	char byte = (char)value.sival_int;

	write(told[1], &byte, 1);
}

static int
notified_by_thread(void)
{
	mqd_t queue = queue_make(O_RDWR);
	struct sigevent how = {
		.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notify_thread};
	char byte = 0;

	how.sigev_value.sival_int = 'n';
	say("pipe", pipe(told));
	say("mq_notify", mq_notify(queue, &how));
	say("mq_send", mq_send(queue, "note", 4, 0));
	say("read", read(told[0], &byte, 1));
	say("byte", byte);
	say("take", take(queue));
	queue_remove(queue);
	return 0;
}

static int
limits(void)
{
	struct rlimit limit = {1000, 1000};
	struct mq_attr large = {.mq_maxmsg = INT_MAX, .mq_msgsize = 1};

	become_nobody();
	queue_name();
	say("large", mq_open(name, O_CREAT | O_RDWR, 0600, &large));
	large.mq_maxmsg = 1;
	large.mq_msgsize = INT_MAX;
	say("large", mq_open(name, O_CREAT | O_RDWR, 0600, &large));
	say("setrlimit", setrlimit(RLIMIT_MSGQUEUE, &limit));
	say("EMFILE", mq_open(name, O_CREAT | O_RDWR, 0600, NULL));
	say("none made", mq_unlink(name));
	return 0;
}

static int
eacces(void)
{
	mqd_t queue;

	become_nobody();
	say("make", queue = mq_open(queue_name(), O_CREAT | O_EXCL | O_RDWR, 0, &small));
	say("open", mq_open(name, O_RDONLY));
	say("open", mq_open(name, O_CREAT | O_WRONLY, 0600, NULL));
	queue_remove(queue);
	return 0;
}

static int
no_descriptor_left(void)
{
	struct rlimit limit = {20, 20};
	mqd_t queue = queue_make(O_RDWR);

	say("setrlimit", setrlimit(RLIMIT_NOFILE, &limit));
	while (open("/dev/null", O_RDONLY) >= 0)
		;
	say("mq_open", mq_open(name, O_RDWR));
	say("mq_open", mq_open(name, O_CREAT | O_RDWR, 0600, NULL));
	say("mq_send", mq_send(queue, "x", 1, 0));
	queue_remove(queue);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"mq_order", order,
			"leave call=mq_receive fd=3 obj=mq:/hostile-[0-9]+ end=rw ret=4 count=2 "
			"limit=3 "
			"size=16 prio=9 data=\"high\""},
		{"mq_names", names, "leave call=mq_open ret=4 .* made=0 count=0 limit=3 size=16"},
		{"mq_names_exclusive", names,
			"leave call=mq_open ret=-1 err=EEXIST obj=mq:/hostile-[0-9]+$"},
		{"mq_names_made", names, "leave call=mq_open ret=4 .* made=1 count=0 limit=[0-9]+ "},
		{"mq_efault", bad_memory, "leave call=mq_send fd=3 .* ret=-1 err=EFAULT count=0"},
		{"mq_refused", refused, "leave call=mq_send fd=3 .* ret=-1 err=EMSGSIZE count=0"},
		{"mq_refused_short", refused, "leave call=mq_receive .* err=EMSGSIZE"},
		{"mq_refused_full", refused, "leave call=mq_send .* err=EAGAIN count=3 limit=3"},
		{"mq_timed", timed, "enter call=mq_timedreceive .* n=16 timeout=[1-9][0-9]+ "},
		{"mq_attributes", attributes, "leave call=mq_setattr .* flags=O_RDWR.O_NONBLOCK "},
		{"mq_descriptor", descriptor,
			"look fd=4 obj=mq:/hostile-[0-9]+ end=rw flags=O_RDWR"},
		{"mq_receive_woken", receive_woken,
			"leave call=mq_receive .* prio=7 data=\"woke\""},
		{"mq_receive_interrupted", receive_interrupted,
			"leave call=mq_receive .* ret=-1 err=EINTR count=0"},
		{"mq_send_interrupted", send_interrupted,
			"leave call=mq_send .* ret=-1 err=EINTR count=3"},
		{"mq_notified", notified,
			"leave call=mq_notify .* ret=0 how=signal sig=SIGRTMIN.2 notify=[1-9]"},
		{"mq_notified_off", notified, "leave call=mq_notify .* ret=0 how=off notify=0"},
		{"mq_notified_by_thread", notified_by_thread,
			"leave call=mq_notify .* ret=0 how=thread notify=[1-9]"},
		{"mq_limits", limits, "leave call=mq_open ret=-1 err=EMFILE"},
		{"mq_eacces", eacces, "leave call=mq_open ret=-1 err=EACCES"},
		{"mq_no_descriptor_left", no_descriptor_left, "leave call=mq_open .* err=EMFILE"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
