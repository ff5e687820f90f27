/* SPDX-License-Identifier: MIT
 *
 * talk WAY CPU CPU [BYTES]: what a round trip costs, measured without any of the code of `ipcviz compare`, to hold its
 * figures against. Prints the median of many short runs, in ns. Ways: pipe fifo msg mq semop sem futex spin stream dgram
 * tcp udp. Message queues and shared memory carry one byte, the others BYTES.
 */
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 101, MOST = 1 << 20 };

static enum way { PIPE, FIFO, MSG, MQ, SEMOP, SEM, FUTEX, SPIN, STREAM, DGRAM, TCP, UDP, WAYS } way;
static const char *const names[WAYS] = {"pipe", "fifo", "msg", "mq", "semop", "sem", "futex",
	"spin", "stream", "dgram", "tcp", "udp"};
static int ends[2][2]; /* [who][0 to hear, 1 to say] */
static int id = -1;
static mqd_t queues[2];
static size_t length = 1;
static char buffer[MOST];

/* A letter box for each direction, one letter at a time. */
static struct box {
	_Alignas(128) sem_t room, letter;
	_Alignas(128) atomic_int posted;
	char paper[60];
	_Alignas(128) atomic_int taken;
} * boxes;

static void
operate(int number, int by)
{
	struct sembuf one = {.sem_num = (unsigned short)number, .sem_op = (short)by};
	if (semop(id, &one, 1))
		err(1, "semop");
}

static void
wait_for(atomic_int *word, int wanted)
{
	for (int seen; (seen = *word) != wanted;)
		if (way == FUTEX)
			syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
}

static void
set(atomic_int *word, int value)
{
	*word = value;
	if (way == FUTEX)
		syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void
say(int who, int turn)
{
	struct box *box = boxes + who;
	struct {
		long type;
		char text[1];
	} message = {1 + who, "x"};

	if (way == MSG) {
		if (msgsnd(id, &message, 1, 0))
			err(1, "msgsnd");
	} else if (way == MQ) {
		if (mq_send(queues[who], "x", 1, 0))
			err(1, "mq_send");
	} else if (way == SEM) {
		sem_wait(&box->room);
		box->paper[0] = (char)turn;
		sem_post(&box->letter);
	} else if (way == SEMOP) {
		operate(2 * who, -1);
		box->paper[0] = (char)turn;
		operate(2 * who + 1, 1);
	} else if (way == FUTEX || way == SPIN) {
		box->paper[0] = (char)turn;
		set(&box->posted, turn);
	} else if (write(ends[who][1], buffer, length) != (ssize_t)length) {
		err(1, "write");
	}
}

static void
hear(int who, int turn)
{
	struct box *box = boxes + !who;
	struct {
		long type;
		char text[1];
	} message;

	if (way == MSG) {
		if (msgrcv(id, &message, 1, 2 - who, 0) != 1)
			err(1, "msgrcv");
	} else if (way == MQ) {
		if (mq_receive(queues[!who], buffer, sizeof buffer, NULL) != 1)
			err(1, "mq_receive");
	} else if (way == SEM) {
		sem_wait(&box->letter);
		buffer[0] = box->paper[0];
		sem_post(&box->room);
	} else if (way == SEMOP) {
		operate(2 * !who + 1, -1);
		buffer[0] = box->paper[0];
		operate(2 * !who, 1);
	} else if (way == FUTEX || way == SPIN) {
		wait_for(&box->posted, turn);
		buffer[0] = box->paper[0];
		box->taken = turn;
	} else {
		for (size_t n = 0; n < length;) {
			ssize_t got = read(ends[who][0], buffer, length - n);
			if (got <= 0)
				err(1, "read");
			n += (size_t)got;
		}
	}
}

static void
make_stream_of_pipes(void)
{
	int a[2], b[2];
	if (pipe(a) || pipe(b))
		err(1, "pipe");
	ends[0][1] = a[1], ends[1][0] = a[0], ends[1][1] = b[1], ends[0][0] = b[0];
}

static void
make_fifos(void)
{
	char path[] = "/tmp/talk-XXXXXX", name[64];
	if (!mkdtemp(path))
		err(1, "mkdtemp");
	snprintf(name, sizeof name, "%s/f", path);
	for (int who = 0; who < 2; who++) {
		if (mkfifo(name, 0600) || (ends[who][1] = open(name, O_RDWR)) < 0 ||
			(ends[!who][0] = open(name, O_RDONLY)) < 0)
			err(1, "fifo");
		unlink(name);
	}
	rmdir(path);
}

static void
make_inet(int type)
{
	struct sockaddr_in at[2];
	int s[2], one = 1;
	socklen_t size = sizeof at[0];
	for (int i = 0; i < 2; i++) {
		at[i] = (struct sockaddr_in){
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		s[i] = socket(AF_INET, type, 0);
		if (bind(s[i], (void *)&at[i], size) || getsockname(s[i], (void *)&at[i], &size))
			err(1, "bind");
	}
	if (type == SOCK_STREAM && listen(s[1], 1))
		err(1, "listen");
	if (connect(s[0], (void *)&at[1], size) ||
		(type == SOCK_DGRAM && connect(s[1], (void *)&at[0], size)))
		err(1, "connect");
	if (type == SOCK_STREAM) {
		s[1] = accept(s[1], NULL, NULL);
		for (int i = 0; i < 2; i++)
			setsockopt(s[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	}
	for (int i = 0; i < 2; i++)
		ends[i][0] = ends[i][1] = s[i];
}

static void
make(void)
{
	if (way == PIPE)
		make_stream_of_pipes();
	else if (way == FIFO)
		make_fifos();
	else if (way == TCP || way == UDP)
		make_inet((way == TCP) ? SOCK_STREAM : SOCK_DGRAM);
	else if (way == STREAM || way == DGRAM) {
		int s[2];
		if (socketpair(AF_UNIX, way == STREAM ? SOCK_STREAM : SOCK_DGRAM, 0, s))
			err(1, "socketpair");
		for (int i = 0; i < 2; i++)
			ends[i][0] = ends[i][1] = s[i];
	} else if (way == MSG)
		id = msgget(IPC_PRIVATE, 0600);
	else if (way == MQ) {
		struct mq_attr shape = {.mq_maxmsg = 10, .mq_msgsize = 1};
		for (int i = 0; i < 2; i++) {
			queues[i] = mq_open("/talk-bench", O_CREAT | O_RDWR, 0600, &shape);
			mq_unlink("/talk-bench");
		}
	} else if (way == SEMOP) {
		unsigned short values[4] = {1, 0, 1, 0};
		id = semget(IPC_PRIVATE, 4, 0600);
		semctl(id, 0, SETALL, values);
	}
	boxes = mmap(
		NULL, 2 * sizeof *boxes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 2; i++) {
		sem_init(&boxes[i].room, 1, 1);
		sem_init(&boxes[i].letter, 1, 0);
	}
}

static void
remove_all(void)
{
	if (way == MSG)
		msgctl(id, IPC_RMID, NULL);
	if (way == SEMOP)
		semctl(id, 0, IPC_RMID);
}

static void
pin(const char *cpu)
{
	cpu_set_t set_of_one;
	CPU_ZERO(&set_of_one);
	CPU_SET(atoi(cpu), &set_of_one);
	sched_setaffinity(0, sizeof set_of_one, &set_of_one);
}

static double
clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static double runs[RUNS];
	int turn = 0, trips;

	if (argc < 4)
		errx(2, "usage: talk WAY CPU CPU [BYTES]");
	while (way < WAYS && strcmp(argv[1], names[way]) != 0)
		way++;
	if (way == WAYS)
		errx(2, "there is no way %s", argv[1]);
	trips = way == SPIN ? 1000 : 10;
	if (argc > 4)
		length = strtoul(argv[4], NULL, 10);
	make();
	pid_t pid = fork();
	pin(argv[2 + (pid == 0)]);
	for (int run = -5; run < RUNS; run++) {
		double began = clock_ns();
		for (int trip = 0; trip < trips; trip++) {
			turn++;
			if (pid == 0)
				hear(1, turn), say(1, turn);
			else
				say(0, turn), hear(0, turn);
		}
		if (run >= 0)
			runs[run] = (clock_ns() - began) / trips;
	}
	if (pid == 0)
		_exit(0);
	wait(NULL);
	remove_all();
	qsort(runs, RUNS, sizeof runs[0], by_value);
	printf("%.1f\n", runs[RUNS / 2]);
	return 0;
}
