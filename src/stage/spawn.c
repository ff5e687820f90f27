/* SPDX-License-Identifier: MIT
 *
 * Starting a program under the probe, as a shell would start it: default signal handlers, nothing
 * blocked, no descriptors but the standard three, and the two of the control that the probe needs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

extern char **environ;

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1u << 2)
#endif

/* What the child needs to know, gathered before fork. */
struct start {
	const struct stage_program *program;
	char path[PATH_MAX];
	char first[64]; /* a library that must come before the probe; mostly "" */
	char probe[RUN_ID_SIZE + 96];
	char *preload;
	char **environment;
	int slave;  /* its terminal; -1: passed through */
	int machine; /* that it is on; -1: where ipcviz is */
	int go;     /* its end of file: the child may go on */
	int report; /* errno of a failed start is written here */
};

static char *
preload_make(const struct stage *stage, const char *first)
{
	const char *before = getenv("LD_PRELOAD");
	char *preload;

	if (before != NULL && before[0] == '\0')
		before = NULL;
	if (asprintf(&preload, "LD_PRELOAD=%s%s%s%s%s", first, first[0] != '\0' ? ":" : "",
		    stage->probe, before != NULL ? ":" : "", before != NULL ? before : "") < 0)
		return NULL;
	return preload;
}

static bool
is_named(const char *variable, const char *name)
{
	size_t length = strlen(name);

	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

/* The environment is ours, with two changed; IPCVIZ_PROBE comes first, where it is found soonest.
 */
static int
environment_make(const struct stage *stage, struct start *start)
{
	size_t count = 0, n = 0;

	snprintf(start->probe, sizeof start->probe, "%s=%u:%d:%d:%d:%llu:%s", BOARD_ENVIRONMENT,
		BOARD_VERSION, (int)stage->owner, stage->control_write, stage->board_fd,
		(unsigned long long)stage->control_inode, stage->run_id);
	while (environ != NULL && environ[count] != NULL)
		count++;
	start->preload = preload_make(stage, start->first);
	start->environment = calloc(count + 3, sizeof *start->environment);
	if (start->preload == NULL || start->environment == NULL)
		return -1;
	start->environment[n++] = start->probe;
	start->environment[n++] = start->preload;
	for (size_t i = 0; i < count; i++)
		if (!is_named(environ[i], BOARD_ENVIRONMENT) && !is_named(environ[i], "LD_PRELOAD"))
			start->environment[n++] = environ[i];
	return 0;
}

/* --- in the child --- */

/* What a program watched in passing would have been started with: ignored signals stay ignored over exec
 * (nohup), and so does the mask. Written once, before main(), which changes some for ipcviz itself. */
static sigset_t given_ignored, given_mask;

static void __attribute__((constructor)) signals_note(void)
{
	struct sigaction action;

	sigemptyset(&given_ignored);
	for (int sig = 1; sig < NSIG; sig++)
		if (sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			sigaddset(&given_ignored, sig);
	sigprocmask(SIG_BLOCK, NULL, &given_mask);
}

static void
child_signals(bool passthrough)
{
	sigset_t none;

	sigemptyset(&none);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig,
			passthrough && sigismember(&given_ignored, sig) == 1 ? SIG_IGN : SIG_DFL);
	sigprocmask(SIG_SETMASK, passthrough ? &given_mask : &none, NULL);
}

static int
child_descriptors(const struct stage *stage, const struct start *start)
{
	if (start->slave >= 0) {
		int null = open("/dev/null", O_RDONLY);

		/* A session of its own: keys pressed in ours are not meant for it. Its terminal
		 * does not control it, or its end would hang up on the children that it leaves. */
		setsid();
		if (null < 0 || dup2(null, 0) < 0 || dup2(start->slave, 1) < 0 ||
			dup2(start->slave, 2) < 0)
			return -1;
		syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
	}
	if (fcntl(stage->control_write, F_SETFD, 0) < 0 || fcntl(stage->board_fd, F_SETFD, 0) < 0)
		return -1;
	return setrlimit(RLIMIT_NOFILE, &stage->limit);
}

/* Waits until all that has to be recorded before the program's first word is. */
static void
child_await(int go)
{
	char nothing;

	while (read(go, &nothing, 1) < 0 && errno == EINTR)
		continue;
}

_Noreturn static void
child_main(const struct stage *stage, const struct start *start)
{
	int error;

	child_await(start->go);
	if (start->machine >= 0 && machine_enter(&stage->machines, start->machine) != 0)
		goto failed; /* before the next: a change of credentials takes that back */
	/* When ipcviz and its janitor are killed at one blow, this still ends what was started. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == stage->owner && child_descriptors(stage, start) == 0 &&
		(stage->directory == NULL || chdir(stage->directory) == 0)) {
		child_signals(start->program->passthrough);
		execve(start->path, start->program->argv, start->environment);
	}
failed:
	error = errno;
	if (write(start->report, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

/* --- in ipcviz --- */

static pid_t
start_fork(struct stage *stage, struct start *start, struct problem *problem)
{
	int report[2], go[2], error = 0;
	sigset_t all, before;
	ssize_t n;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) != 0)
		return problem_set(problem, NULL, 0, _("cannot make a pipe: %s"), strerror(errno));
	if (pipe2(go, O_CLOEXEC) != 0) {
		error = errno;
		close(report[0]);
		close(report[1]);
		return problem_set(problem, NULL, 0, _("cannot make a pipe: %s"), strerror(error));
	}
	start->report = report[1];
	start->go = go[0];
	sigfillset(&all);
	sigprocmask(
		SIG_SETMASK, &all, &before); /* no handler of ipcviz's own must run in the child */
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		child_main(stage, start);
	}
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid > 0 && start->machine >= 0)
		machine_tell(stage, pid, start->machine);
	close(go[0]);
	close(go[1]);
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return problem_set(
			problem, NULL, 0, _("cannot start a process: %s"), strerror(error));
	}
	do
		n = read(report[0], &error, sizeof error);
	while (n < 0 && errno == EINTR);
	close(report[0]);
	if (n == (ssize_t)sizeof error) {
		waitpid(pid, NULL, 0);
		return problem_set(
			problem, start->path, 0, _("it cannot be started: %s"), strerror(error));
	}
	return pid;
}

/* Files the new process, unless its first line did already. */
static void
start_known(struct stage *stage, const struct stage_program *program, pid_t pid)
{
	struct process *process = process_add(stage, pid);

	if (process == NULL)
		return;
	process->ppid = stage->owner;
	process->started = true;
	if (program->name != NULL)
		snprintf(process->name, sizeof process->name, "%s", program->name);
	stage->any_started = true;
	death_watch(stage, process);
}

pid_t
stage_start(struct stage *stage, const struct stage_program *program, struct problem *problem)
{
	struct start start = {.program = program, .slave = -1, .machine = -1};
	int master = -1;
	pid_t pid = -1;

	if (program_find(program->path, start.path, problem) != 0 ||
		program_check(start.path, start.first, sizeof start.first, problem) != 0)
		return -1;
	if (program->host != NULL &&
		(start.machine = machine_find(stage, program->host, problem)) < 0)
		return -1;
	if (!program->passthrough && pty_open(&master, &start.slave) != 0)
		return problem_set(
			problem, NULL, 0, _("cannot open a terminal: %s"), strerror(errno));
	for (int i = 1; program->argv[0] != NULL && program->argv[i] != NULL; i++)
		estate_argument(stage, program->argv[i]);
	if (environment_make(stage, &start) == 0)
		pid = start_fork(stage, &start, problem);
	else
		problem_set(problem, NULL, 0, "%s", strerror(ENOMEM));
	free(start.preload);
	free(start.environment);
	if (start.slave >= 0)
		close(start.slave);
	if (pid >= 0) {
		start_known(stage, program, pid);
		if (master >= 0)
			pty_add(stage, pid, master);
	} else if (master >= 0)
		close(master);
	return pid;
}
