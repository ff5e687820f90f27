/* SPDX-License-Identifier: MIT
 *
 * Runs a program under the probe, with a control pipe and a board of its own, and writes the lines
 * that come to a file:
 *
 *	watch [-b] [-g] [-q] [-s] [-m OBJECT] [-l LEDGER] [-o LINES] PROBE PROGRAM [ARGUMENT …]
 *
 * It ends as the program did: with its exit status, or by its signal. -o: where the lines go
 * (nowhere without). -l: where the ledger goes when all has ended. -q: nobody listens. -b: bare,
 * without the probe. -g: every gate is shut, and each `reach` gets its permit. -s: slow, with a
 * pipe of one page that is drained when it is full. -m: memory to be watched, all that is shared with `shm`.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "event/board.h"
#include "event/event.h"

struct watch {
	const char *lines_path, *ledger_path, *memory;
	bool bare, deaf, gated, slow;
	int read_end, pipe_fd, board_fd, out;
	struct board *board;
	char kept[1024]; /* the beginning of a line whose end has not come */
	size_t n_kept;
};

/* Duplicates fd to a number out of programs' reach, as the stage does. */
static int
dup_high(int fd)
{
	struct rlimit old, high;
	int moved;

	getrlimit(RLIMIT_NOFILE, &old);
	high = old;
	high.rlim_cur = old.rlim_cur + 16 < old.rlim_max ? old.rlim_cur + 16 : old.rlim_max;
	setrlimit(RLIMIT_NOFILE, &high);
	moved = old.rlim_cur < 8192 ? fcntl(fd, F_DUPFD, (int)old.rlim_cur) : -1;
	setrlimit(RLIMIT_NOFILE, &old);
	if (moved < 0)
		moved = fcntl(fd, F_DUPFD, (int)(old.rlim_cur < 8192 ? old.rlim_cur : 8192) - 4);
	if (moved < 0)
		err(99, "dup_high");
	close(fd);
	return moved;
}

static void
board_make(struct watch *watch, const struct stat *pipe_end)
{
	int fd = memfd_create("board", 0);

	if (fd < 0 || ftruncate(fd, sizeof(struct board)) != 0)
		err(99, "board");
	watch->board_fd = dup_high(fd);
	watch->board = mmap(
		NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, watch->board_fd, 0);
	if (watch->board == MAP_FAILED)
		err(99, "mmap");
	watch->board->magic = BOARD_MAGIC;
	watch->board->version = BOARD_VERSION;
	watch->board->size = sizeof(struct board);
	watch->board->slots = BOARD_SLOTS;
	watch->board->pipe_inode = pipe_end->st_ino;
	if (!watch->deaf)
		board_own(watch->board);
	if (watch->memory != NULL) {
		snprintf(watch->board->watch[0].name, sizeof watch->board->watch[0].name, "%s",
			watch->memory);
		watch->board->watch[0].on = watch->board->watches = WATCH_ON;
	}
	watch->board->first_gate = watch->gated ? GATE_SHUT : GATE_OPEN;
	for (int i = 0; i < BOARD_SLOTS; i++)
		watch->board->slot[i].gate = watch->board->first_gate;
}

static void
pipe_make(struct watch *watch)
{
	int ends[2], writers;
	char path[32];
	struct stat st;

	if (pipe(ends) != 0)
		err(99, "pipe");
	fcntl(ends[1], F_SETPIPE_SZ, watch->slow ? 1 << 12 : 1 << 20);
	snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
	writers = open(path, O_RDWR | O_NONBLOCK); /* see board.h */
	close(ends[1]);
	watch->read_end = dup_high(ends[0]);
	watch->pipe_fd = dup_high(writers);
	fcntl(watch->read_end, F_SETFD, FD_CLOEXEC);
	fcntl(watch->read_end, F_SETFL, O_NONBLOCK);
	fstat(watch->pipe_fd, &st);
	board_make(watch, &st);
}

static void
program_exec(struct watch *watch, char **argv, const char *probe)
{
	char address[160];
	char preload[4096];
	const char *before = getenv("LD_PRELOAD");
	struct stat st;

	fstat(watch->pipe_fd, &st);
	snprintf(address, sizeof address, "%u:%d:%d:%d:%ju:test", BOARD_VERSION, (int)getppid(),
		watch->pipe_fd, watch->board_fd, (uintmax_t)st.st_ino);
	snprintf(preload, sizeof preload, "%s%s%s", probe, before ? ":" : "", before ? before : "");
	setenv(BOARD_ENVIRONMENT, address, 1);
	if (!watch->bare)
		setenv("LD_PRELOAD", preload, 1);
	execvp(argv[0], argv);
	err(99, "%s", argv[0]);
}

/* Frees the slots of the dead, as the stage does. */
static void
slots_free(struct watch *watch)
{
	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board_slot *slot = &watch->board->slot[i];
		int pid = slot->pid;

		if (pid != 0 && kill(pid, 0) != 0 && errno == ESRCH) {
			slot->gate = watch->board->first_gate;
			slot->permits = 0;
			slot->pid = 0;
		}
	}
}

static void
permit(struct watch *watch, int pid)
{
	for (int i = 0; i < BOARD_SLOTS; i++)
		if (watch->board->slot[i].pid == pid) {
			watch->board->slot[i].permits++;
			watch->board->slot[i].wake++;
			syscall(SYS_futex, &watch->board->slot[i].wake, FUTEX_WAKE, 99, NULL, NULL,
				0);
		}
}

static void
lines_answer(struct watch *watch, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int pid;
		char what[16];

		if (watch->n_kept < sizeof watch->kept - 1)
			watch->kept[watch->n_kept++] = bytes[i];
		if (bytes[i] != '\n')
			continue;
		watch->kept[watch->n_kept] = '\0';
		watch->n_kept = 0;
		if (sscanf(watch->kept, "%*u %d %*d %15s", &pid, what) == 2 &&
			strcmp(what, "reach") == 0)
			permit(watch, pid);
	}
}

/* Takes all that is there; true if anything was. One read of the pipe's whole capacity: to read on
 * until the pipe is empty would run a race with the writers, line by line, and slow them down
 * threefold. */
static bool
drain(struct watch *watch)
{
	static char bytes[1 << 20];
	bool any = false;
	ssize_t n = sizeof bytes;

	while (n == sizeof bytes && (n = read(watch->read_end, bytes, sizeof bytes)) > 0) {
		any = true;
		if (watch->out >= 0 && write(watch->out, bytes, (size_t)n) != n)
			err(99, "%s", watch->lines_path);
		if (watch->gated)
			lines_answer(watch, bytes, (size_t)n);
	}
	return any;
}

/* Could it be that a line finds no room in the one page of a slow watcher's pipe? */
static bool
is_full(const struct watch *watch)
{
	int used = 0;

	ioctl(watch->read_end, FIONREAD, &used);
	return used > (1 << 12) - EVENT_LINE_MAX;
}

/* What the ledger holds, one a line. */
static void
ledger_write(const struct watch *watch)
{
	static const char *const kinds[] = {NULL, NULL, "msg", "shm", "sem", "mq", "shm", "sem"};
	FILE *file = fopen(watch->ledger_path, "w");

	if (file == NULL)
		err(99, "%s", watch->ledger_path);
	for (int i = 0; i < BOARD_LEDGER; i++) {
		const struct ledger_entry *entry = &watch->board->ledger[i];

		if (entry->kind >= LEDGER_MQ_NAME)
			fprintf(file, "%s %s\n", kinds[entry->kind], entry->name);
		else if (entry->kind > LEDGER_BUSY)
			fprintf(file, "%s %d\n", kinds[entry->kind], entry->id);
	}
	if (watch->board->ledger_lost > 0)
		fprintf(file, "lost %u\n", watch->board->ledger_lost);
	fclose(file);
}

static void
die_alike(int status)
{
	if (WIFSIGNALED(status)) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	_exit(WEXITSTATUS(status));
}

/* Drains until the program and all that it started are gone: in naps while lines come, since to
 * wake a reader costs a writer sixteen times its write. */
static int
watch_run(struct watch *watch, pid_t program)
{
	int status = 0;
	bool alive = true;

	for (;;) {
		struct pollfd end = {.fd = watch->read_end, .events = POLLIN};
		int pid, child_status;

		if (watch->slow && !is_full(watch))
			poll(NULL, 0, 1);
		else if (watch->deaf || watch->gated || !drain(watch))
			poll(&end, watch->deaf ? 0 : 1, 5);
		else
			poll(NULL, 0, 1);
		if (watch->gated)
			drain(watch);
		slots_free(watch);
		while ((pid = waitpid(-1, &child_status, WNOHANG)) > 0)
			if (pid == program) {
				status = child_status;
				alive = false;
			}
		if (!alive && pid < 0) { /* no child left, orphans come to us: no more lines */
			if (!watch->deaf)
				drain(watch);
			return status;
		}
	}
}

int
main(int argc, char **argv)
{
	struct watch watch = {.out = -1};
	pid_t program;
	int option, status;

	while ((option = getopt(argc, argv, "+bgqsl:m:o:")) != -1) {
		watch.bare = watch.bare || option == 'b';
		watch.deaf = watch.deaf || option == 'q';
		watch.slow = watch.slow || option == 's';
		watch.gated = watch.gated || option == 'g';
		if (option == 'l')
			watch.ledger_path = optarg;
		if (option == 'm')
			watch.memory = optarg;
		if (option == 'o')
			watch.lines_path = optarg;
	}
	if (argc - optind < 2)
		errx(99, "usage: watch [-b] [-g] [-q] [-s] [-m OBJECT] [-l LEDGER] [-o LINES] PROBE PROGRAM "
			 "[ARGUMENT …]");
	if (watch.lines_path != NULL &&
		(watch.out = open(
			 watch.lines_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
		err(99, "%s", watch.lines_path);
	if (watch.out >= 0) {
		watch.out = dup_high(watch.out);
		fcntl(watch.out, F_SETFD, FD_CLOEXEC);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pipe_make(&watch);
	program = fork();
	if (program == 0) {
		if (watch.deaf)
			close(watch.read_end);
		program_exec(&watch, argv + optind + 1, argv[optind]);
	}
	if (watch.deaf)
		close(watch.read_end);
	status = watch_run(&watch, program);
	if (watch.ledger_path != NULL)
		ledger_write(&watch);
	die_alike(status);
}
