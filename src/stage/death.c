/* SPDX-License-Identifier: MIT
 *
 * Noticing that processes end. Children are reaped, and so are the orphans that come to us (we are
 * their subreaper); of the others a pidfd tells that they ended, and the kernel how, while it still
 * knows.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/inside.h"

/* <linux/pidfd.h> of Linux 6.15; older kernels refuse the request. */
struct pidfd_exit_info {
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid, ids[8];
	int32_t exit_code;
	uint32_t further[8];
};
#define PIDFD_ASK _IOWR(0xFF, 11, struct pidfd_exit_info)
#define PIDFD_ASK_EXIT (UINT64_C(1) << 3)

/* The wait status of a process that was reaped; -1: it was not, or the kernel is too old to say. */
static int
status_when_reaped(const struct process *process)
{
	struct pidfd_exit_info info = {.mask = PIDFD_ASK_EXIT};

	if (process->pidfd < 0 || ioctl(process->pidfd, PIDFD_ASK, &info) != 0 ||
		(info.mask & PIDFD_ASK_EXIT) == 0)
		return -1;
	return info.exit_code;
}

/* A zombie's wait status, the last field of its stat (proc(5), exit_code); -1: it is none (any more). */
static int
status_of_zombie(const struct process *process)
{
	char path[32], text[1024], *after;
	int status = -1, fields = 50;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)process->pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return -1;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	if ((after = strrchr(text, ')')) == NULL || after[1] != ' ' || after[2] != 'Z')
		return -1;
	while (fields-- > 0 && after != NULL)
		after = strchr(after + 1, ' ');
	return after != NULL && sscanf(after, "%d", &status) == 1 ? status : -1;
}

/* The wait status of a process that has ended but is not our child; -1 when the kernel does not
 * say. Its parent may reap it at any moment. */
static int
status_of(const struct process *process)
{
	int status = status_of_zombie(process);

	return status >= 0 ? status : status_when_reaped(process);
}

static void
end(struct stage *stage, struct process *process, int status)
{
	struct note *note;
	char name[24];

	if (process->ended)
		return;
	process->ended = true;
	process->status = status;
	for (int i = 0; i < ACTORS_MAX; i++)
		process->actor[i].due = INT64_MAX;
	process->once = INT64_MAX;
	if (process->pidfd >= 0)
		epoll_ctl(stage->epoll, EPOLL_CTL_DEL, process->pidfd, NULL);
	terminals_read(stage, process->pid);
	if ((note = note_make(stage, process->pid, 0, WHAT_died)) == NULL)
		return;
	if (status >= 0 && WIFEXITED(status))
		line_number(&note->line, FIELD_status, WEXITSTATUS(status));
	else if (status >= 0 && WIFSIGNALED(status)) {
		line_word(&note->line, FIELD_signal,
			signal_name(WTERMSIG(status), name, sizeof name));
		if (WCOREDUMP(status))
			line_number(&note->line, FIELD_core, 1);
	}
	note->kind = NOTE_DIED;
	note_send(stage, note);
}

void
death_watch(struct stage *stage, struct process *process)
{
	process->pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	if (process->pidfd >= 0)
		epoll_ctl(stage->epoll, EPOLL_CTL_ADD, process->pidfd,
			&(struct epoll_event){
				.events = EPOLLIN, .data.u64 = PROCESS_KEY(process->pid)});
	else if (errno == ESRCH || errno == EINVAL)
		end(stage, process,
			-1); /* it ended, and was reaped, before we read its first line */
}

void
death_ask(struct stage *stage, struct process *process)
{
	struct pollfd ask = {.fd = process->pidfd, .events = POLLIN};
	char path[32], text[512], *after = NULL;
	ssize_t n;
	int fd;

	if (process->ended)
		return;
	if (process->pidfd >= 0) {
		if (poll(&ask, 1, 0) > 0)
			end(stage, process, status_of(process));
		return;
	}
	snprintf(path, sizeof path, "/proc/%d/stat", (int)process->pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
		n = read(fd, text, sizeof text - 1);
		close(fd);
		text[n > 0 ? n : 0] = '\0';
		after = strrchr(text, ')');
	}
	if (after == NULL || after[1] != ' ' || after[2] == 'Z' || after[2] == 'X')
		end(stage, process, status_of(process));
}

static int
status_from(const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		return (info->si_status & 0xff) << 8;
	return info->si_status | (info->si_code == CLD_DUMPED ? 0x80 : 0);
}

/* Children and adopted orphans: every one that ended, known to us or not. */
static void
reap(struct stage *stage)
{
	for (;;) {
		siginfo_t info = {0};
		struct process *process;

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
			return;
		if (info.si_pid == stage->janitor) {
			struct problem problem;

			if (stage->janitor_pidfd >= 0)
				close(stage->janitor_pidfd);
			stage->janitor_pidfd = -1;
			stage->janitor = 0;
			janitor_start(stage, &problem);
			continue;
		}
		process = process_find(stage, info.si_pid);
		if (process != NULL && !process->ended)
			end(stage, process, status_from(&info));
	}
}

/* One or more processes ended; `pid` is one of them, or 0. */
void
death_collect(struct stage *stage, pid_t pid)
{
	struct process *process;

	reap(stage);
	if (pid > 0 && (process = process_find(stage, pid)) != NULL)
		death_ask(stage, process);
	board_sweep(stage);
}

/* Its `died` enters the trace now. */
void
death_told(struct stage *stage, struct process *process)
{
	process->dead = true;
	stage->living--;
	objects_forget(stage, process->pid);
	if (stage->sockets.n > 0)
		sockets_soon(&stage->sockets); /* what it had open is closed */
	estate_follow(stage);
	stage->told[stage->n_told++ % TOLD_MAX] = process->pid;
	board_release(stage, process->pid);
	if (process->pidfd >= 0)
		close(process->pidfd);
	process->pidfd = -1;
	if (!process->started)
		process_forget(stage, process);
}

bool
death_was_told(const struct stage *stage, pid_t pid)
{
	for (int i = 0; i < TOLD_MAX; i++)
		if (stage->told[i] == pid)
			return true;
	return false;
}
