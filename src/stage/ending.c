/* SPDX-License-Identifier: MIT
 *
 * The end of a run: everybody is killed, also who forks meanwhile or belongs to nobody.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stage/inside.h"

enum { KILL_ROUNDS = 5000 /* of 1 ms and more */ };

/* Kills what we have as children; orphans come to us, so in the end that is everybody. Answers how
 * many. */
static int
kill_children(const struct stage *stage)
{
	char path[64], text[4096], *at = text;
	int killed = 0, fd;
	ssize_t n;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *end; *at != '\0'; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			break;
		if (pid != stage->janitor && kill(pid, SIGKILL) == 0)
			killed++;
	}
	return killed;
}

static void
kill_known(struct stage *stage)
{
	struct process *process;

	for (process = process_first(stage); process != NULL; process = process_next(process)) {
		if (process->ended)
			continue;
		/* Its session at one blow first: against who forks faster than we look. */
		if (process->started && getpgid(process->pid) == process->pid)
			kill(-process->pid, SIGKILL);
		if (process->pidfd >= 0)
			syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
	}
}

static void
reap_children(struct stage *stage)
{
	siginfo_t info = {0};

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0) {
		if (info.si_pid == stage->janitor)
			stage->janitor = 0;
		info.si_pid = 0;
	}
}

static void
kill_everybody(struct stage *stage)
{
	const struct run_marks marks = stage_marks(stage);

	if (stage->board != NULL) {
		/* Who calls anything now stands at its gate. */
		atomic_store(&stage->board->first_gate, GATE_SHUT);
		for (int i = 0; i < BOARD_SLOTS; i++)
			atomic_fetch_or(&stage->board->slot[i].gate, GATE_SHUT);
	}
	kill_known(stage);
	for (int round = 0; round < KILL_ROUNDS; round++) {
		int found = leftover_kill(&marks, stage->janitor) + kill_children(stage);

		reap_children(stage);
		if (found == 0)
			break;
		nanosleep(&(struct timespec){.tv_nsec = 1 * MS}, NULL);
	}
	if (stage->board != NULL)
		atomic_store(&stage->board->owner, 0);
}

void
stage_end(struct stage *stage)
{
	if (getpid() != stage->owner || stage->janitor <= 0)
		return;
	kill_everybody(stage);
	janitor_stop(stage);
	reap_children(stage);
}
