/* SPDX-License-Identifier: MIT
 *
 * The janitor: a small process that holds the read end of a pipe which only ipcviz writes. However
 * ipcviz ends, the janitor sees end of file, kills what is left of the run and removes its estate.
 * It is its own session, so that neither Ctrl-C nor a hangup reaches it, and holds no
 * descriptor but that one (the board is mapped).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

static const char janitor_name[] = "ipcviz: janitor";

/* Shows the name in ps(1) as well: writes over the arguments, which this process shares with
 * nobody. proc(5) */
static void
janitor_title(void)
{
	char text[1024], *after, *first, *last;
	unsigned long long from = 0, to = 0;
	FILE *stat = fopen("/proc/self/stat", "re");
	size_t n;

	prctl(PR_SET_NAME, janitor_name);
	if (stat == NULL)
		return;
	n = fread(text, 1, sizeof text - 1, stat);
	fclose(stat);
	text[n] = '\0';
	if ((after = strrchr(text, ')')) == NULL)
		return;
	for (int field = 2; field < 48 && after != NULL; field++)
		after = strchr(after + 1, ' ');
	if (after == NULL || sscanf(after, "%llu %llu", &from, &to) != 2 || to <= from)
		return;
	first = (char *)(uintptr_t)from;
	last = (char *)(uintptr_t)to;
	memset(first, 0, (size_t)(last - first));
	snprintf(first, (size_t)(last - first), "%s", janitor_name);
}

/* Leaves two descriptors: the lifeline as 3 and, if there is one, the terminal as 4. */
static void
janitor_undress(int lifeline, int console)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int null;

	setsid();
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &ignore, NULL);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	if (chdir("/") != 0)
		return; /* it only keeps a directory in use */
	null = open("/dev/null", O_RDWR);
	lifeline = fcntl(lifeline, F_DUPFD, 5);
	if (console >= 0)
		dup2(console, 4);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	dup2(lifeline, 3);
	syscall(SYS_close_range, console >= 0 ? 5u : 4u, ~0u, 0u);
	janitor_title();
}

/* Those on the board first: a process there needs no search, which is what matters against one that
 * forks and forks. */
static void
janitor_kill_board(const struct stage *stage)
{
	for (int i = 0; i < BOARD_SLOTS; i++) {
		pid_t pid = atomic_load(&stage->board->slot[i].pid);
		char path[64], line[512];
		FILE *maps;

		if (pid <= 0)
			continue;
		/* The number may be another process's by now; ours have the board mapped. */
		snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
		if ((maps = fopen(path, "re")) == NULL)
			continue;
		while (fgets(line, sizeof line, maps) != NULL)
			if (strstr(line, stage->run_id) != NULL) {
				kill(pid, SIGKILL);
				break;
			}
		fclose(maps);
	}
}

static void
look_for_leftovers(struct stage *stage)
{
	int killed = leftover_kill_all(NULL, 0), directories, objects;

	leftover_remove_runs(&directories, &objects);
	if (stage->findings == NULL)
		return;
	atomic_fetch_add(&stage->findings->processes, killed);
	atomic_fetch_add(&stage->findings->directories, directories);
	atomic_fetch_add(&stage->findings->objects, objects);
	atomic_store(&stage->findings->done, 1);
}

/* What the stage has made since we came. */
static void
catch_up(struct stage *stage, struct run_marks *marks)
{
	board_find(stage);
	if (stage->findings != NULL && atomic_load(&stage->findings->control_inode) != 0) {
		marks->control_fd = atomic_load(&stage->findings->control_fd);
		marks->control_inode = atomic_load(&stage->findings->control_inode);
	}
}

_Noreturn static void
janitor_main(struct stage *stage, int lifeline)
{
	int console = console_fd();
	struct run_marks marks = stage_marks(stage);
	pid_t session = getsid(stage->owner), group = getpgid(stage->owner);
	ssize_t told;
	char byte;

	janitor_undress(lifeline, console);
	/* What a crash of both, ipcviz and janitor, once left. Here, so that nobody waits for it.
	 */
	look_for_leftovers(stage);
	do
		told = read(3, &byte, 1);
	while (told < 0 && errno == EINTR);
	if (told == 0 && console >= 0) /* killed, or it would have said that it ends */
		console_restore(4, session, group);
	if (stage->board == NULL && stage->directory != NULL)
		catch_up(stage, &marks);
	if (stage->board != NULL) {
		atomic_store(&stage->board->owner, 0);
		janitor_kill_board(stage);
	}
	leftover_kill_all(&marks, stage->owner);
	estate_settle(stage);
	_exit(0);
}

int
janitor_start(struct stage *stage, struct problem *problem)
{
	int ends[2];
	sigset_t all, before;

	if (stage->lifeline >= 0)
		close(stage->lifeline);
	stage->lifeline = -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return problem_set(problem, NULL, 0, _("cannot make a pipe: %s"), strerror(errno));
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all,
		&before); /* no handler of ipcviz's own must run in the janitor */
	stage->janitor = fork();
	if (stage->janitor == 0) {
		close(ends[1]);
		janitor_main(stage, ends[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	if (stage->janitor < 0) {
		close(ends[1]);
		return problem_set(
			problem, NULL, 0, _("cannot start a process: %s"), strerror(errno));
	}
	stage->lifeline = ends[1];
	stage->janitor_pidfd = (int)syscall(SYS_pidfd_open, stage->janitor, 0);
	if (stage->janitor_pidfd >= 0)
		epoll_ctl(stage->epoll, EPOLL_CTL_ADD, stage->janitor_pidfd,
			&(struct epoll_event){.events = EPOLLIN, .data.u64 = JANITOR_KEY});
	return 0;
}

void
janitor_stop(struct stage *stage)
{
	if (stage->lifeline >= 0) {
		ssize_t told = write(stage->lifeline, "", 1);

		(void)told; /* no janitor is there to hear it */
		close(stage->lifeline);
	}
	stage->lifeline = -1;
	if (stage->janitor > 0)
		while (waitpid(stage->janitor, NULL, 0) < 0 && errno == EINTR)
			continue;
	stage->janitor = 0;
	if (stage->janitor_pidfd >= 0)
		close(stage->janitor_pidfd);
	stage->janitor_pidfd = -1;
}
