/* SPDX-License-Identifier: MIT
 *
 * Hostile with System V semaphores: see hostile.h. Every case makes its own, and removes them.
 */
#include "hostile_ipc.h"

#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static int
set_make(int n)
{
	int id = semget(IPC_PRIVATE, n, 0600);

	if (id < 0)
		exit(1);
	return id;
}

static void
set_remove(int id)
{
	say("IPC_RMID", semctl(id, 0, IPC_RMID));
}

static int
add(int id, int number, int amount, int flags)
{
	struct sembuf operation = {(unsigned short)number, (short)amount, (short)flags};

	return semop(id, &operation, 1);
}

static int
values(void)
{
	unsigned short all[3] = {5, 0, 7};
	struct sembuf two[] = {{0, -5, 0}, {1, 1, SEM_UNDO}},
		      zero[] = {{0, 0, IPC_NOWAIT}, {2, -7, 0}};
	struct semid_ds status;
	int id = set_make(3);

	say("SETALL", semctl(id, 0, SETALL, (union semun){.array = all}));
	say("SETVAL", semctl(id, 1, SETVAL, 0)); /* an int, as many write it */
	say("two", semop(id, two, 2));
	say("zero", semop(id, zero, 2));
	say("GETALL", semctl(id, 0, GETALL, (union semun){.array = all}));
	printf("%d %d %d\n", all[0], all[1], all[2]);
	say("GETVAL", semctl(id, 1, GETVAL));
	say("GETPID", semctl(id, 2, GETPID) == getpid());
	say("GETNCNT", semctl(id, 0, GETNCNT));
	say("GETZCNT", semctl(id, 0, GETZCNT));
	say("IPC_STAT", semctl(id, 0, IPC_STAT, (union semun){.buf = &status}));
	printf("%d\n", (int)status.sem_nsems);
	set_remove(id);
	return 0;
}

static int
sizes(void)
{
	static const int sizes[] = {1, 64, 65, 250};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		int id = set_make(sizes[i]);

		say("last", semctl(id, sizes[i] - 1, SETVAL, 32767));
		say("semop", add(id, sizes[i] - 1, -1, 0));
		say("beyond", add(id, sizes[i], 1, 0));
		say("GETVAL", semctl(id, sizes[i] - 1, GETVAL));
		set_remove(id);
	}
	return 0;
}

static int
keys(void)
{
	char directory[] = "/tmp/hostile-XXXXXX";
	key_t key;
	int id, other;

	if (mkdtemp(directory) == NULL)
		return 1;
	key = ftok(directory, 's');
	say("none", semget(key, 1, 0600));
	say("no size", semget(key, 0, IPC_CREAT | 0600));
	say("too many", semget(key, 1 << 30, IPC_CREAT | 0600));
	errno = 0;
	id = semget(key, 2, IPC_CREAT | 0600);
	printf("made %d, errno %d\n", id >= 0, errno);
	errno = 7;
	other = semget(key, 2, IPC_CREAT | 0600);
	printf("same %d, errno %d\n", other == id, errno);
	say("exclusive", semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
	say("larger", semget(key, 3, IPC_CREAT | 0600));
	say("any size", semget(key, 0, 0) == id ? 0 : -1);
	set_remove(id);
	say("gone", semget(key, 2, 0));
	rmdir(directory);
	return 0;
}

static int
refused(void)
{
	struct sembuf many[600], up = {0, 1, 0};
	struct sembuf *cut = (struct sembuf *)(void *)edge(sizeof up + 2);
	struct timespec no_time = {0, -1}, now = {0, 0};
	int id = set_make(2);

	memset(many, 0, sizeof many);
	memcpy(cut, &up, sizeof up);
	say("EFAULT", semop(id, nowhere, 1));
	say("EFAULT in part", semop(id, cut, 2));
	say("up to the edge", semop(id, cut, 1));
	say("EFAULT time", semtimedop(id, &up, 1, nowhere));
	say("EINVAL time", semtimedop(id, &up, 1, &no_time));
	say("E2BIG", semop(id, many, 600));
	say("none", semop(id, &up, 0));
	say("EFBIG", add(id, 2, 1, 0));
	say("ERANGE", add(id, 0, 32767, 0));
	say("ERANGE", semctl(id, 0, SETVAL, 40000));
	say("EAGAIN", add(id, 1, -1, IPC_NOWAIT));
	say("EAGAIN", semtimedop(id, &(struct sembuf){1, -1, 0}, 1, &now));
	say("EAGAIN zero", add(id, 0, 0, IPC_NOWAIT));
	say("no set", semop(-1, &up, 1));
	say("no command", semctl(id, 0, 4711));
	say("no number", semctl(id, 2, GETVAL));
	say("EFAULT", semctl(id, 0, GETALL, (union semun){.array = nowhere}));
	say("EFAULT", semctl(id, 0, SETALL, (union semun){.array = nowhere}));
	say("EFAULT", semctl(id, 0, IPC_STAT, (union semun){.buf = nowhere}));
	say("GETVAL", semctl(id, 0, GETVAL));
	set_remove(id);
	say("EIDRM or EINVAL", semop(id, &up, 1));
	return 0;
}

static int
not_allowed(void)
{
	int closed = semget(IPC_PRIVATE, 1, 0), written = semget(IPC_PRIVATE, 1, 0222);

	if (fork() == 0) {
		become_nobody();
		say("EACCES", add(closed, 0, 1, 0));
		say("EACCES", semctl(closed, 0, GETVAL));
		say("EPERM", semctl(closed, 0, IPC_RMID));
		say("may alter, not read", add(written, 0, 1, 0));
		_exit(0);
	}
	wait(NULL);
	set_remove(closed);
	set_remove(written);
	return 0;
}

static int
interrupted(void)
{
	struct meanwhile meanwhile;
	int id = set_make(1);

	meanwhile_start(&meanwhile, SYS_semtimedop, meanwhile_interrupt, id);
	say("EINTR", add(id, 0, -1, 0));
	meanwhile_join(&meanwhile);
	say("GETNCNT", semctl(id, 0, GETNCNT));
	set_remove(id);
	return 0;
}

static void
remove_it(struct meanwhile *meanwhile)
{
	semctl(meanwhile->fd, 0, IPC_RMID);
}

static int
removed_while_waiting(void)
{
	struct meanwhile meanwhile;
	int id = set_make(1);

	meanwhile_start(&meanwhile, SYS_semtimedop, remove_it, id);
	say("EIDRM", add(id, 0, -1, 0));
	meanwhile_join(&meanwhile);
	return 0;
}

static void
raise_it(struct meanwhile *meanwhile)
{
	say("waits", semctl(meanwhile->fd, 0, GETNCNT));
	say("raised", add(meanwhile->fd, 0, 2, 0));
}

static int
woken(void)
{
	struct meanwhile meanwhile;
	int id = set_make(1);

	meanwhile_start(&meanwhile, SYS_semtimedop, raise_it, id);
	errno = 7;
	if (add(id, 0, -2, 0) != 0 || errno != 7)
		return 1;
	meanwhile_join(&meanwhile);
	say("GETVAL", semctl(id, 0, GETVAL));
	set_remove(id);
	return 0;
}

/* A holder dies: what it took with SEM_UNDO comes back, the rest does not. */
static int
undone(void)
{
	int id = set_make(2);

	say("SETVAL", semctl(id, 0, SETVAL, 1));
	say("SETVAL", semctl(id, 1, SETVAL, 1));
	if (fork() == 0) {
		say("with", add(id, 0, -1, SEM_UNDO));
		say("without", add(id, 1, -1, 0));
		raise(SIGKILL);
	}
	wait(NULL);
	say("with", semctl(id, 0, GETVAL));
	say("without", semctl(id, 1, GETVAL));
	set_remove(id);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"values", values, "leave call=semop ret=0 id=[0-9]+ obj=sem:[0-9]+ values=0,1,0$"},
		{"sizes", sizes,
			"leave call=semop ret=0 id=[0-9]+ obj=sem:[0-9]+ values=(0,){63}32766$"},
		{"keys", keys, "leave call=semget ret=[0-9]+ obj=sem:[0-9]+ made=0 values=0,0$"},
		{"refused", refused,
			"leave call=semop ret=-1 err=EFAULT id=[0-9]+ obj=sem:[0-9]+$"},
		{"not_allowed", not_allowed, "leave call=semop ret=-1 err=EACCES"},
		{"interrupted", interrupted, "leave call=semop ret=-1 err=EINTR"},
		{"removed_while_waiting", removed_while_waiting,
			"leave call=semop ret=-1 err=EIDRM"},
		{"woken", woken, "enter call=semop id=[0-9]+ obj=sem:[0-9]+ ops=0-2 "},
		{"undone", undone, "leave call=semctl .* cmd=GETVAL values=1,0$"},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
