/* SPDX-License-Identifier: MIT
 *
 * Hostile to being followed from process to process: see hostile.h.
 */
#include "hostile.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Waits for one child and says how it ended. */
static void
say_wait(pid_t child)
{
	int status = -1;

	say("waited", waitpid(child, &status, 0) == child);
	say("status", status);
}

static int
clear_and_exec(void)
{
	clearenv();
	execlp("echo", "echo", "after", "clearenv", (char *)NULL);
	return 1;
}

static int
handmade(void)
{
	static char *const argv[] = {"echo", "with", "a", "hand-made", "environment", NULL};
	static char *const envp[] = {"A=b", NULL};

	execve("/bin/echo", argv, envp);
	return 1;
}

/* The loader's complaint about the host's own LD_PRELOAD shows that it was kept. */
static int
preload_kept(void)
{
	static char *const argv[] = {"echo", "preload", NULL};
	static char *const envp[] = {"LD_PRELOAD=/nowhere/at-all.so", NULL};

	execve("/bin/echo", argv, envp);
	return 1;
}

static int
exec_fails(void)
{
	static char *const argv[] = {"x", NULL};
	static char *const envp[] = {NULL};
	void *volatile bad = (void *)8; /* volatile, or the compiler would refuse what is meant */

	say("execve", execve("/nowhere", argv, envp));
	say("execvp", execvp("no-such-program", argv));
	say("execl", execl("/dev/null", "null", (char *)NULL));
	say("execve", execve(bad, bad, bad));
	say("execve", execve("/bin/echo", argv, bad));
	return 0;
}

static int
fork_wait(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(getppid() > 1 ? 42 : 43);
	say_wait(child);
	say("waitpid", waitpid(-1, NULL, 0));
	return 0;
}

static int
fork_killed(void)
{
	pid_t child = fork();

	if (child == 0)
		for (;;)
			pause();
	kill(child, SIGKILL);
	say_wait(child);
	return 0;
}

/* The child writes into variables of the parent, as vfork lets it, and calls what is wrapped. */
static int
vfork_exec(void)
{
	volatile int calls = 0;
	int ends[2];
	pid_t child;

	say("pipe", pipe(ends));
	child = vfork();
	if (child == 0) {
		calls += write(ends[1], "child", 5) == 5;
		close(ends[0]);
		close(ends[1]);
		dup2(1, 9);
		calls += execl("/nowhere", "x", (char *)NULL) == -1;
		execl("/bin/echo", "echo", "vforked", (char *)NULL);
		_exit(1);
	}
	say_wait(child);
	say("calls", calls);
	say("write", write(ends[1], "parent", 6));
	say("dup", dup(ends[0]));
	return 0;
}

static int
vfork_exit(void)
{
	pid_t child = vfork();

	if (child == 0)
		_exit(5);
	say_wait(child);
	child = vfork();
	if (child == 0) {
		kill(getpid(), SIGKILL);
		_exit(1);
	}
	say_wait(child);
	return 0;
}

/* Children that no wrapper made. */
static int
raw_fork(void)
{
	pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child == 0) {
		say("child writes", write(1, "raw\n", 4));
		_exit(6);
	}
	say_wait(child);
	return 0;
}

static int
spawn(void)
{
	char *const argv[] = {"echo", "spawned", NULL};
	char *const envp[] = {NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;
	int ret;

	ret = posix_spawn(&child, "/bin/echo", NULL, NULL, argv, envp);
	say_wait(child);
	say("posix_spawn", ret);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	ret = posix_spawnp(&child, "echo", &actions, NULL, argv, envp);
	say_wait(child);
	say("posix_spawnp", ret);
	say("posix_spawn", posix_spawn(&child, "/nowhere", NULL, NULL, argv, envp));
	say("posix_spawn", posix_spawn(NULL, "/bin/true", NULL, NULL, argv, envp));
	wait(NULL);
	return 0;
}

static int
shell(void)
{
	char line[64] = "";
	FILE *stream;

	say("system", system("echo from system; exit 3"));
	say("system", system(NULL) != 0);
	clearenv();
	say("system", system("/bin/echo after clearenv | /bin/cat"));
	stream = popen("echo from popen", "r");
	printf("%s", fgets(line, sizeof line, stream));
	fflush(stdout);
	say("pclose", pclose(stream));
	return 0;
}

/* More processes at once than the board has slots for. */
static int
bomb(void)
{
	enum { CHILDREN = 300 };
	int ready[2], go[2], sum = 0, status;
	char byte = 'x';

	if (pipe(ready) != 0 || pipe(go) != 0)
		return 1;
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			close(go[1]);
			if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1) != 0)
				_exit(9);
			if (i == CHILDREN - 1)
				execl("/bin/echo", "echo", "the last", (char *)NULL);
			_exit(1);
		}
	for (int i = 0; i < CHILDREN; i++)
		if (read(ready[0], &byte, 1) != 1)
			return 1;
	close(go[1]);
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	say("sum", sum);
	return 0;
}

static void
at_exit(void)
{
	say("at exit", write(1, "bye\n", 4));
}

static int
exit_handlers(void)
{
	atexit(at_exit);
	return 300; /* 44 */
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"clearenv", clear_and_exec, "exec name=\"echo\""},
		{"handmade", handmade, "exec name=\"echo\""},
		{"preload", preload_kept, "exec name=\"echo\""},
		{"exec_fails", exec_fails, "leave call=execve ret=-1 err=EFAULT"},
		{"fork", fork_wait, "enter call=_exit status=42"},
		{"killed", fork_killed, "leave call=waitpid ret=[0-9]+ signal=SIGKILL"},
		{"vfork_exec", vfork_exec, "exec name=\"echo\""},
		{"vfork_exit", vfork_exit, "leave call=waitpid ret=[0-9]+ status=5"},
		{"raw_fork", raw_fork, "enter call=_exit status=6"},
		{"spawn", spawn, "born .*name=\"echo\""},
		{"shell", shell, "exec name=\"cat\"|born .*name=\"cat\""},
		{"bomb", bomb, "born .* slot=-1"},
		{"exit_handlers", exit_handlers, "enter call=exit status=44"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
