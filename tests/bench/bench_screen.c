/* SPDX-License-Identifier: MIT
 *
 * What the screen costs, measured on the real program in a terminal emulator: how soon it is there, how soon an event is on
 * it, what it draws, what it costs when nothing moves, and whether it still listens under a flood. Prints lines for
 * tests/bench/run.sh. Started with a word and a file it plays the watched program instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "screens/terminal.h"

enum {
	MS = 1000000,
	STARTS = 11,
	SENDS = 400,
	KEYS = 20,
	IDLE_SECONDS = 8,
	FLOOD_SECONDS = 25,
	CROWD = 20
};

/* What the watched program tells this one, in a file that both map. */
struct shared {
	_Atomic uint64_t number; /* writes made */
	_Atomic uint64_t time;   /* of the newest, ns */
	_Atomic uint64_t calls;
	int queues[CROWD]; /* message queues of the crowd, to be removed when it is over */
};

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static struct shared *
map_shared(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *map;

	if (fd == -1 || ftruncate(fd, sizeof(struct shared)) == -1)
		return NULL;
	map = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return map == MAP_FAILED ? NULL : map;
}

/* --- the watched programs --------------------------------------------------------------------------------------- */

/* Writes a byte now and then, and says when. It sleeps by a bare system call, which is no event. */
static int
play_sender(struct shared *shared)
{
	int fds[2];
	char byte = 'x';

	if (pipe(fds) == -1)
		return 1;
	for (int i = 0;; i++) {
		struct timespec pause = {.tv_nsec = (25 + i * 7 % 13) * MS};

		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
		atomic_store(&shared->time, now());
		atomic_fetch_add(&shared->number, 1);
		if (write(fds[1], &byte, 1) != 1)
			return 1;
		pause.tv_nsec = 25 * MS;
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
		if (read(fds[0], &byte, 1) != 1)
			return 1;
	}
}

/* Twenty processes and twenty queues: all but one sleep, each at its queue; that one sends now and then. */
static int
play_crowd(struct shared *shared)
{
	struct {
		long type;
		char text[16];
	} message = {.type = 1, .text = "hello"};

	for (int i = 0; i < CROWD; i++)
		if ((shared->queues[i] = msgget(IPC_PRIVATE, 0600 | IPC_CREAT)) == -1 ||
			msgsnd(shared->queues[i], &message, sizeof message.text, 0) == -1)
			return 1;
	for (int i = 1; i < CROWD; i++)
		if (fork() == 0)
			return msgrcv(shared->queues[i], &message, sizeof message.text, 2, 0) == -1;
	for (int i = 0;; i++) {
		struct timespec pause = {.tv_nsec = (25 + i * 7 % 13) * MS};

		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
		message.type = 1 + i % 5;
		atomic_store(&shared->time, now());
		atomic_fetch_add(&shared->number, 1);
		if (msgsnd(shared->queues[0], &message, sizeof message.text, 0) == -1)
			return 1;
		pause.tv_nsec = 25 * MS;
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &pause, NULL);
		if (msgrcv(shared->queues[0], &message, sizeof message.text, 0, 0) == -1)
			return 1;
	}
}

/* A writer and a reader as fast as they can. */
static int
play_flood(struct shared *shared)
{
	char bytes[64] = "flood";
	int fds[2];

	if (pipe(fds) == -1)
		return 1;
	if (fork() == 0) {
		close(fds[1]);
		while (read(fds[0], bytes, sizeof bytes) > 0)
			atomic_fetch_add(&shared->calls, 1);
		return 0;
	}
	close(fds[0]);
	while (write(fds[1], bytes, sizeof bytes) > 0)
		atomic_fetch_add(&shared->calls, 1);
	return 0;
}

/* --- measuring -------------------------------------------------------------------------------------------------- */

static char ipcviz[4096], self[4096], shared_path[128];
static const char *const environment[] = {"HOME=/nonexistent", "XDG_STATE_HOME=/nonexistent", NULL};

static struct terminal *
start(const char *const *words)
{
	char *argv[16] = {ipcviz};
	struct terminal_options options = {.columns = 120, .rows = 40, .environment = environment};

	for (int i = 0; words[i] != NULL; i++)
		argv[i + 1] = (char *)words[i];
	return terminal_start(&options, argv);
}

static int
compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* The value below which `share` of them lie; sorts them. */
static double
quantile(double *values, int n, double share)
{
	int index = (int)(share * n);

	qsort(values, (size_t)n, sizeof *values, compare);
	return n == 0 ? -1 : values[index < n ? index : n - 1];
}

static void
tell(const char *name, double value, double bound, const char *unit)
{
	printf("%s\t%.3g %s\t<= %g %s\t%s\n", name, value, unit, bound, unit,
		value >= 0 && value <= bound ? "ok" : "short");
	fflush(stdout);
}

static void
tell_failure(const char *name, const char *why)
{
	printf("%s\t%s\t-\tshort\n", name, why);
	fflush(stdout);
}

static void
measure_start(void)
{
	static const char *const menu[] = {NULL}, *const lesson[] = {"lesson", "blocking", NULL};
	double times[STARTS];

	for (int kind = 0; kind < 2; kind++) {
		for (int i = 0; i < STARTS; i++) {
			uint64_t began = now();
			struct terminal *terminal = start(kind == 0 ? menu : lesson);

			/* the end of the footer is drawn last */
			times[i] = terminal_wait_text(terminal, "? help")
					   ? (double)(now() - began) / MS
					   : 1e9;
			terminal_free(terminal);
		}
		tell(kind == 0 ? "exec to first full frame: menu"
			       : "exec to first full frame: lesson",
			quantile(times, STARTS, 0.5), 60, "ms");
	}
}

/* Waits for each call of the watched program and the first bytes that the terminal gets after it. */
static void
measure_latency(struct terminal *terminal, struct shared *shared, int sends, const char *where)
{
	static double latency[SENDS], bytes[SENDS];
	uint64_t seen = 0, drawn = 0;
	char name[96];
	int n = 0;

	while (n < sends) {
		struct pollfd ready = {.fd = terminal_fd(terminal), .events = POLLIN};
		uint64_t number, sent, arrived;

		if (poll(&ready, 1, 2000) != 1)
			break;
		arrived = now();
		number = atomic_load(&shared->number);
		sent = atomic_load(&shared->time);
		if (number != seen && arrived >= sent) {
			if (seen != 0) {
				bytes[n] = (double)(terminal_bytes(terminal) - drawn) / 2;
				latency[n++] = (double)(arrived - sent) / MS;
			}
			seen = number;
			drawn = terminal_bytes(terminal);
		}
		terminal_drain(terminal, 0);
	}
	snprintf(name, sizeof name, "event to screen%s, p50", where);
	tell(name, quantile(latency, n, 0.5), 2, "ms");
	snprintf(name, sizeof name, "event to screen%s, p99", where);
	tell(name, quantile(latency, n, 0.99), 33, "ms");
	snprintf(name, sizeof name, "bytes for a frame that changes one card%s", where);
	tell(name, quantile(bytes, n, 0.5), 2000, "B");
}

static void
measure_events(struct shared *shared)
{
	const char *const words[] = {
		"run", "--no-animation", "--", self, "sender", shared_path, NULL};
	struct terminal *terminal = start(words);

	if (!terminal_wait_text(terminal, "write(4"))
		tell_failure("event to screen", "nothing was drawn");
	else
		measure_latency(terminal, shared, SENDS, "");
	terminal_free(terminal);
}

/* How soon the status line says what a key did. */
static double
key_latency(struct terminal *terminal)
{
	static const char *const themes[] = {
		"theme: light", "theme: contrast", "theme: none", "theme: dark"};
	double times[KEYS];
	int n = 0;

	for (int i = 0; i < KEYS; i++) {
		uint64_t pressed = now();

		terminal_type(terminal, "T");
		if (terminal_wait_text(terminal, themes[i % 4]))
			times[n++] = (double)(now() - pressed) / MS;
		terminal_drain(terminal, 20);
	}
	return quantile(times, n, 0.9);
}

static void
measure_crowd(struct shared *shared)
{
	const char *const words[] = {
		"run", "--no-animation", "--", self, "crowd", shared_path, NULL};
	struct terminal *terminal = start(words);

	atomic_store(&shared->number, 0);
	/* the queues, and the file that they share with us */
	if (!terminal_wait_text(terminal, "processes 20") ||
		!terminal_wait_text(terminal, "channels 21")) {
		tell_failure("20 processes and 20 channels", "they did not come");
	} else {
		measure_latency(terminal, shared, SENDS / 4, ", 20 processes and 20 channels");
		tell("a key answered, 20 processes and 20 channels, p90", key_latency(terminal), 50,
			"ms");
		terminal_type(terminal, "W");
		if (terminal_wait_text(terminal, "who waits for whom"))
			measure_latency(terminal, shared, SENDS / 4, ", the picture of who waits");
	}
	terminal_free(terminal);
	for (int i = 0; i < CROWD; i++)
		msgctl(shared->queues[i], IPC_RMID, NULL);
}

/* Time on a processor, ns, from /proc/PID/schedstat. */
static double
cpu_time(pid_t pid)
{
	char path[64];
	unsigned long long time = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu", &time) != 1)
		time = 0;
	fclose(file);
	return (double)time;
}

static bool
is_ready(struct terminal *terminal, void *nothing)
{
	(void)nothing;
	return !terminal_shows(terminal, "… waiting ");
}

/* Steps the lesson until the reader sleeps. */
static bool
step_to_blocked(struct terminal *terminal)
{
	for (int i = 0; i < 40 && !terminal_shows(terminal, "BLOCKED"); i++) {
		if (terminal_shows(terminal, "─ predict "))
			terminal_type(terminal, "1");
		terminal_type(terminal, "n");
		terminal_drain(terminal, 100);
		terminal_until(terminal, is_ready, NULL);
	}
	return terminal_shows(terminal, "BLOCKED");
}

static void
measure_idle(void)
{
	const char *const words[] = {"lesson", "blocking", NULL};
	struct terminal *terminal = start(words);
	uint64_t bytes, began;
	double cpu;

	if (!terminal_wait_text(terminal, "? help") || !step_to_blocked(terminal)) {
		tell_failure("idle with a blocked lesson", "no process blocked");
		terminal_free(terminal);
		return;
	}
	terminal_drain(terminal, 1000);
	bytes = terminal_bytes(terminal);
	cpu = cpu_time(terminal_pid(terminal));
	began = now();
	terminal_drain(terminal, IDLE_SECONDS * 1000);
	tell("idle with a blocked lesson: share of a core",
		100 * (cpu_time(terminal_pid(terminal)) - cpu) / (double)(now() - began), 0.2, "%");
	tell("idle with a blocked lesson: bytes drawn", (double)(terminal_bytes(terminal) - bytes),
		0, "B");
	terminal_free(terminal);
}

static double
resident_mib(pid_t pid)
{
	char path[64], line[256];
	double kib = -1024;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	while (fgets(line, sizeof line, file) != NULL)
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtod(line + 6, NULL);
	fclose(file);
	return kib / 1024;
}

/* A key is answered when the status line says what it did. */
static void
measure_flood(struct shared *shared)
{
	const char *const words[] = {"run", "--free", "--", self, "flood", shared_path, NULL};
	struct terminal *terminal = start(words);
	uint64_t end = now() + (uint64_t)FLOOD_SECONDS * 1000 * MS;
	char name[96];

	terminal_wait_text(terminal, "? help");
	terminal_drain(terminal, 500);
	tell("a key answered under a flood, p90", key_latency(terminal), 50, "ms");
	/* enter and leave of each call */
	while (atomic_load(&shared->calls) < 5000000 && now() < end)
		terminal_drain(terminal, 200);
	snprintf(name, sizeof name, "resident after %.3g million events",
		(double)atomic_load(&shared->calls) * 2 / 1e6);
	tell(name, resident_mib(terminal_pid(terminal)), 64, "MiB");
	terminal_free(terminal);
}

int
main(int argc, char **argv)
{
	const char *build = getenv("top_builddir");
	struct shared *shared;

	if (argc == 3) {
		shared = map_shared(argv[2]);
		return shared == NULL      ? 1
		       : argv[1][0] == 's' ? play_sender(shared)
		       : argv[1][0] == 'c' ? play_crowd(shared)
					   : play_flood(shared);
	}
	if (realpath(build != NULL ? build : ".", ipcviz) == NULL ||
		realpath("/proc/self/exe", self) == NULL) {
		fprintf(stderr, "%s: %s\n", build, strerror(errno));
		return 1;
	}
	strlcat(ipcviz, "/ipcviz", sizeof ipcviz);
	snprintf(shared_path, sizeof shared_path, "/tmp/ipcviz-bench-screen.%d", (int)getpid());
	shared = map_shared(shared_path);
	if (shared == NULL) {
		perror(shared_path);
		return 1;
	}
	measure_start();
	measure_events(shared);
	measure_crowd(shared);
	measure_idle();
	measure_flood(shared);
	unlink(shared_path);
	return 0;
}
