/* SPDX-License-Identifier: MIT
 *
 * However a run ends, no queue, segment, semaphore or FIFO of it stays, and those of others do. In an IPC namespace and
 * with a /dev/shm of its own, where whatever is left over can be counted.
 */
#include "run.h"

#include <check.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEMBERS = 3 };

static char stagecat[1024], program[1024], probe[1024], ipcviz[1024];
static char queues[] = "/tmp/ipcviz-test-mqueue-XXXXXX"; /* where the file system of POSIX queues is mounted */
static char tag[32];                                      /* in the name of each object of this test */

/* --- objects of somebody else --- */

static struct {
	int msg, shm, sem;
	char name[64];
} stranger;

/* Made before a run, after its beginning (which its dates do not tell apart from the run's), never by it. */
static void
stranger_make(void)
{
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
	int fd;

	snprintf(stranger.name, sizeof stranger.name, "/ipcviz-strange-%s", tag);
	stranger.msg = msgget(0x01000000 + getpid(), IPC_CREAT | IPC_EXCL | 0600);
	stranger.shm = shmget(0x01000000 + getpid(), 10, IPC_CREAT | IPC_EXCL | 0600);
	stranger.sem = semget(0x01000000 + getpid(), 1, IPC_CREAT | IPC_EXCL | 0600);
	ck_assert(stranger.msg >= 0 && stranger.shm >= 0 && stranger.sem >= 0);
	ck_assert_int_ge((int)mq_open(stranger.name, O_CREAT | O_EXCL, 0600, &attributes), 0);
	ck_assert_int_ge(fd = shm_open(stranger.name, O_CREAT | O_EXCL | O_RDWR, 0600), 0);
	close(fd);
	ck_assert_ptr_ne(sem_open(stranger.name, O_CREAT | O_EXCL, 0600, 1), SEM_FAILED);
}

/* All are there still. */
static void
stranger_remove(void)
{
	ck_assert_int_eq(msgctl(stranger.msg, IPC_RMID, NULL), 0);
	ck_assert_int_eq(shmctl(stranger.shm, IPC_RMID, NULL), 0);
	ck_assert_int_eq(semctl(stranger.sem, 0, IPC_RMID), 0);
	ck_assert_int_eq(mq_unlink(stranger.name), 0);
	ck_assert_int_eq(shm_unlink(stranger.name), 0);
	ck_assert_int_eq(sem_unlink(stranger.name), 0);
}

/* --- what is left --- */

static int
sysv_left(const char *path, int strange, char *name, size_t size)
{
	FILE *list = fopen(path, "r");
	char row[512];
	int n = 0, key, id;

	ck_assert_ptr_nonnull(list);
	while (fgets(row, sizeof row, list) != NULL)
		if (sscanf(row, "%d %d", &key, &id) == 2 && id != strange) {
			snprintf(name, size, "%s %#x %d", path, (unsigned)key, id);
			n++;
		}
	fclose(list);
	return n;
}

static int
names_left(const char *path, char *name, size_t size)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int n = 0;

	ck_assert_ptr_nonnull(directory);
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] != '.' && strstr(entry->d_name, "strange") == NULL) {
			snprintf(name, size, "%s/%s", path, entry->d_name);
			n++;
		}
	closedir(directory);
	return n;
}

static int
objects_left(char *name, size_t size)
{
	return sysv_left("/proc/sysvipc/msg", stranger.msg, name, size) +
	       sysv_left("/proc/sysvipc/shm", stranger.shm, name, size) +
	       sysv_left("/proc/sysvipc/sem", stranger.sem, name, size) +
	       names_left(queues, name, size) + names_left("/dev/shm", name, size);
}

/* --- runs --- */

static void
run_start(void)
{
	char names[MEMBERS][64];
	int ends[2];
	pid_t pid;

	for (int i = 0; i < MEMBERS; i++)
		snprintf(names[i], sizeof names[i], "/{run}-%s-%d", tag, i);
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		setpgid(0, 0);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		putenv(run_marker);
		setenv("TMPDIR", run_directory, 1);
		execl(stagecat, stagecat, "-p", probe, "-d", program, names[0], names[1], names[2],
			(char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	run_begin(pid, ends[0]);
}

static void
run_ready(void)
{
	run_prints("text=\"ready\\n\"");
}

static void
run_wait(void)
{
	int status;

	close(run_out);
	run_out = -1;
	ck_assert_int_eq(waitpid(run_pid, &status, 0), run_pid);
}

START_TEST(ended_by)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGABRT, SIGSEGV, SIGKILL};

	run_start();
	run_ready();
	ck_assert_int_eq(kill(run_pid, signals[_i]), 0);
	run_wait();
	nothing_left();
}
END_TEST

/* ipcviz and its janitor at one blow. */
static void
kill_both(void)
{
	pid_t cleaner = janitor_wait(0);

	kill(run_pid, SIGSTOP); /* so that it cannot start another one */
	if (cleaner > 0)
		kill(cleaner, SIGKILL);
	kill(run_pid, SIGKILL);
	run_wait();
}

START_TEST(both_killed)
{
	char name[256];

	run_start();
	run_ready();
	kill_both();
	/* Nobody was there to clean up. The next run does. */
	ck_assert_int_ge(objects_left(name, sizeof name), 3 * MEMBERS);
	run_start();
	run_ready();
	kill(run_pid, SIGTERM);
	run_wait();
	nothing_left();
}
END_TEST

START_TEST(said_by_the_next)
{
	char command[4096], text[512] = "";
	FILE *out;

	run_start();
	run_ready();
	kill_both();
	snprintf(command, sizeof command, "TMPDIR='%s' '%s' run --plain -- true 2>&1 >/dev/null",
		run_directory, ipcviz);
	ck_assert_ptr_nonnull(out = popen(command, "r"));
	while (strstr(text, "a killed run had left") == NULL && fgets(text, sizeof text, out) != NULL)
		continue;
	while (fgets(command, sizeof command, out) != NULL)
		continue;
	pclose(out);
	ck_assert_ptr_nonnull(strstr(text, "a killed run had left"));
	ck_assert_ptr_nonnull(strstr(text, "directories 1"));
	nothing_left();
}
END_TEST

START_TEST(killed_at_any_time)
{
	unsigned seed = (unsigned)_i * 2654435761u + 7;
	pid_t pids[64], killed = 0;
	int n;

	run_start();
	if (_i % 4 != 0)
		run_ready();
	nanosleep(&(struct timespec){.tv_nsec = (long)(rand_r(&seed) % 20) * 1000000}, NULL);
	n = processes_left(pids, 64);
	for (int i = 0; i < n; i++) {
		bool cleans = is_called(pids[i], "ipcviz: janitor");

		if (cleans ? _i % 5 == 0 : is_called(pids[i], "objects") && rand_r(&seed) % 3 == 0)
			kill(pids[i], SIGKILL);
		killed = cleans ? pids[i] : killed;
	}
	if (_i % 5 == 0)
		janitor_wait(killed);
	if (_i % 5 == 1) {
		kill_both();
		run_start();
		run_ready(); /* by then it has a janitor, which cleans up after the run before, too */
	}
	kill(run_pid, SIGKILL);
	run_wait();
	nothing_left();
}
END_TEST

/* The lessons themselves, killed anywhere on their way. */
START_TEST(lesson_killed)
{
	static const char *const lessons[] = {
		"fifo", "msgqueue", "mqueue", "shm", "semaphore", "buffer", "deadlock"};
	const char *lesson = lessons[_i % 7];
	unsigned seed = (unsigned)_i * 2654435761u + 3;
	int ends[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		setpgid(0, 0);
		dup2(ends[1], 1);
		putenv(run_marker);
		setenv("TMPDIR", run_directory, 1);
		setenv("XDG_STATE_HOME", queues, 1); /* where nothing can be written */
		execl(ipcviz, ipcviz, "lesson", lesson, "--plain", "--auto", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	run_begin(pid, ends[0]);
	run_prints("Lesson ");
	for (int64_t until = now_ms() + rand_r(&seed) % 300; now_ms() < until;)
		breathe();
	if (_i >= 7)
		kill_both();
	else {
		kill(run_pid, SIGKILL);
		run_wait();
	}
	if (_i >= 7) { /* nobody was left to clean up */
		run_start();
		run_ready();
		kill(run_pid, SIGTERM);
		run_wait();
	}
	nothing_left();
}
END_TEST

static void
setup(void)
{
	snprintf(tag, sizeof tag, "t%d", (int)getpid());
	run_setup();
	run_objects = objects_left;
	stranger_make();
}

static void
teardown(void)
{
	stranger_remove();
	run_teardown();
}

/* False: the system does not let us have a namespace, so nothing can be counted. */
static bool
be_alone(void)
{
	return (unshare(CLONE_NEWIPC | CLONE_NEWNS) == 0 ||
		       unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNS) == 0) &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", queues, "mqueue", 0, NULL) == 0 &&
	       mount("none", "/dev/shm", "tmpfs", 0, NULL) == 0;
}

int
main(void)
{
	Suite *suite = suite_create("objects");
	TCase *tests = tcase_create("objects");
	const char *build = getenv("top_builddir");
	SRunner *runner;

	if (build == NULL)
		build = ".";
	snprintf(stagecat, sizeof stagecat, "%s/tests/cleanup/stagecat", build);
	snprintf(program, sizeof program, "%s/tests/cleanup/objects", build);
	snprintf(probe, sizeof probe, "%s/probe.so", build);
	snprintf(ipcviz, sizeof ipcviz, "%s/ipcviz", build);
	if (mkdtemp(queues) == NULL)
		err(99, "%s", queues);
	if (!be_alone()) {
		rmdir(queues);
		puts("1..0 # SKIP no IPC namespace of its own");
		return 0;
	}
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, ended_by, 0, 6);
	tcase_add_test(tests, both_killed);
	tcase_add_test(tests, said_by_the_next);
	tcase_add_loop_test(tests, killed_at_any_time, 0, 50);
	tcase_add_loop_test(tests, lesson_killed, 0, 14);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	umount(queues);
	rmdir(queues);
	return 0;
}
