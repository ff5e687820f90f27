/* SPDX-License-Identifier: MIT
 *
 * Hostile with shared memory: see hostile.h. Every case makes its own names and segments, and removes them.
 */
#include "hostile_ipc.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A POSIX name that is of this run alone. */
static const char *
own_name(const char *what)
{
	static char name[64];

	snprintf(name, sizeof name, "/hostile-%d-%s", (int)getpid(), what);
	return name;
}

static void
say_attached(int id)
{
	struct shmid_ds status;

	if (shmctl(id, IPC_STAT, &status) == 0)
		printf("size %zu attached %d removed %d\n", status.shm_segsz,
			(int)status.shm_nattch, (status.shm_perm.mode & SHM_DEST) != 0);
	else
		say("IPC_STAT", -1);
	fflush(stdout);
}

/* Removed while it is attached: it stays until the last one lets go, and can even be attached anew. */
static int
removed_in_use(void)
{
	int id = shmget(IPC_PRIVATE, 5000, IPC_CREAT | 0600);
	char *here = shmat(id, NULL, 0), *again;

	say("shmget", id < 0 ? -1 : 0);
	strcpy(here, "written");
	say_attached(id);
	say("IPC_RMID", shmctl(id, IPC_RMID, NULL));
	say_attached(id);
	again = shmat(id, NULL, SHM_RDONLY);
	printf("%s, elsewhere %d\n", again, again != here);
	say_attached(id);
	say("shmdt", shmdt(again));
	say("shmdt", shmdt(here));
	say("shmdt", shmdt(here));
	say("shmat", (long)shmat(id, NULL, 0));
	say_attached(id);
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
	say("none", shmget(key, 100, 0600));
	say("no size", shmget(key, 0, IPC_CREAT | 0600));
	errno = 0;
	id = shmget(key, 100, IPC_CREAT | 0600);
	printf("made %d, errno %d\n", id >= 0, errno);
	errno = 7;
	other = shmget(key, 100, IPC_CREAT | 0600);
	printf("same %d, errno %d\n", other == id, errno);
	say("exclusive", shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600));
	say("larger", shmget(key, 100000, IPC_CREAT | 0600));
	say("any size", shmget(key, 0, 0) == id ? 0 : -1);
	say("too much", shmget(IPC_PRIVATE, (size_t)-1, 0600));
	say("IPC_RMID", shmctl(id, IPC_RMID, NULL));
	say("gone", shmget(key, 100, 0));
	rmdir(directory);
	return 0;
}

static int
refused(void)
{
	int id = shmget(IPC_PRIVATE, 100, 0600), closed = shmget(IPC_PRIVATE, 100, 0);
	struct shmid_ds status;
	char *here;

	say("shmat", (long)shmat(-1, NULL, 0));
	say("unaligned", (long)shmat(id, (void *)0x10000001, 0));
	say("over code", (long)shmat(id, (char *)refused - (uintptr_t)refused % 4096, 0));
	here = shmat(id, (char *)((uintptr_t)0x7e0000000000 + 5), SHM_RND);
	printf("rounded %d\n", here == (char *)0x7e0000000000);
	say("shmdt inside", shmdt(here + 4096));
	say("shmdt nowhere", shmdt(nowhere));
	say("IPC_STAT", shmctl(id, IPC_STAT, nowhere));
	say("IPC_SET", shmctl(id, IPC_SET, nowhere));
	say("no command", shmctl(id, 4711, &status));
	say("no segment", shmctl(-1, IPC_STAT, &status));
	say("IPC_RMID", shmctl(id, IPC_RMID, NULL));
	say("shmdt", shmdt(here));
	if (fork() == 0) {
		become_nobody();
		say("EACCES", (long)shmat(closed, NULL, 0));
		say("EACCES", shmctl(closed, IPC_STAT, &status));
		_exit(0);
	}
	wait(NULL);
	say("IPC_RMID", shmctl(closed, IPC_RMID, NULL));
	return 0;
}

/* What a child inherits it also lets go of. */
static int
inherited(void)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	int *number = shmat(id, NULL, 0);

	*number = 1;
	if (fork() == 0) {
		say_attached(id);
		*number = 2;
		_exit(shmdt(number) == 0 ? 3 : 4);
	}
	wait(NULL);
	say("number", *number);
	say_attached(id);
	say("IPC_RMID", shmctl(id, IPC_RMID, NULL));
	return 0;
}

static int
names(void)
{
	const char *name = own_name("names");
	int fd, other;

	say("none", shm_open(name, O_RDWR, 0));
	say("empty", shm_open("/", O_RDWR | O_CREAT, 0600));
	say("inside", shm_open("/a/b", O_RDWR | O_CREAT, 0600));
	errno = 7;
	fd = shm_open(name, O_RDWR | O_CREAT, 0600);
	printf("made %d, errno %d\n", fd, errno);
	other = shm_open(name + 1, O_RDWR | O_CREAT, 0600);
	printf("same %d, errno %d\n", other, errno);
	say("exclusive", shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600));
	say("ftruncate", ftruncate(fd, 100));
	say("size", lseek(other, 0, SEEK_END));
	say("ftruncate", ftruncate(fd, -1));
	say("O_TRUNC", shm_open(name, O_RDWR | O_CREAT | O_TRUNC, 0600));
	say("size", lseek(other, 0, SEEK_END));
	say("read only", other = shm_open(name, O_RDONLY, 0));
	say("ftruncate", ftruncate(other, 5));
	say("unlink", shm_unlink(name));
	say("unlink", shm_unlink(name));
	say("still", ftruncate(fd, 9));
	say("new", fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0));
	if (fork() == 0) {
		become_nobody();
		say("EACCES", shm_open(name, O_RDWR | O_CREAT, 0600));
		_exit(0);
	}
	wait(NULL);
	say("unlink", shm_unlink(name));
	return 0;
}

/* A name that is longer than a file's can be. */
static int
long_name(void)
{
	char name[400];

	memset(name, 'n', sizeof name - 1);
	name[0] = '/';
	name[sizeof name - 1] = '\0';
	say("too long", shm_open(name, O_RDWR | O_CREAT, 0600));
	say("too long", shm_unlink(name));
	snprintf(name, sizeof name, "/hostile-%d-%0200d", (int)getpid(), 1);
	say("long", shm_open(name, O_RDWR | O_CREAT, 0600));
	say("unlink", shm_unlink(name));
	return 0;
}

static int
bad_name(void)
{
	say("shm_open", shm_open(nowhere, O_RDWR | O_CREAT, 0600));
	return 0;
}

static sigjmp_buf back;

static void
jump_back(int number, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(back, number == SIGBUS ? 1 : 2 + (info->si_code == SEGV_ACCERR));
}

static void
catch_faults(void)
{
	struct sigaction action = {.sa_sigaction = jump_back, .sa_flags = SA_SIGINFO};

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

/* 0: the byte can be written; else what the attempt brought. */
static int
touch(volatile char *byte)
{
	int fault = sigsetjmp(back, 1);

	if (fault == 0)
		*byte = 'x';
	return fault;
}

/* Mapped, but there are no bytes behind it. */
static int
beyond_the_end(void)
{
	const char *name = own_name("end");
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	char *here = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	catch_faults();
	say("unlink", shm_unlink(name));
	say("before ftruncate", touch(here));
	say("ftruncate", ftruncate(fd, 100));
	say("first page", touch(here + 4095));
	say("second page", touch(here + 4096));
	say("munmap", munmap(here, 8192));
	say("unmapped", touch(here));
	return 0;
}

static int
sigbus(void)
{
	const char *name = own_name("bus");
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	char *here = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	say("unlink", shm_unlink(name));
	*here = 'x';
	return 0;
}

static int
refused_mappings(void)
{
	int null = open("/dev/null", O_RDWR), ends[2], fd;
	char path[] = "/tmp/hostile-XXXXXX";

	fd = mkstemp(path);
	unlink(path);
	say("ftruncate", ftruncate(fd, 10000));
	say("not open", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, 77, 0));
	say("nothing", (long)mmap(NULL, 0, PROT_READ, MAP_SHARED, fd, 0));
	say("unaligned", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 100));
	say("neither", (long)mmap(NULL, 4096, PROT_READ, 0, fd, 0));
	say("too much", (long)mmap(NULL, (size_t)1 << 62, PROT_READ, MAP_SHARED, fd, 0));
	say("no memory", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, null, 0));
	say("pipe", pipe(ends));
	say("a pipe", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, ends[0], 0));
	say("ftruncate a pipe", ftruncate(ends[1], 0));
	say("ftruncate nothing", ftruncate(77, 0));
	fd = open("/proc/self/exe", O_RDONLY);
	say("read only", (long)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	say("ftruncate read only", ftruncate(fd, 0));
	say("munmap unaligned", munmap((void *)100, 4096));
	say("munmap nothing", munmap((void *)4096, 0));
	say("mprotect nowhere", mprotect((void *)4096, 4096, PROT_READ));
	return 0;
}

/* The control descriptors, wherever they are, can be neither mapped nor cut. */
static int
on_control(void)
{
	const char *address = getenv("IPCVIZ_PROBE");
	int pipe_fd = 300, board_fd = 301;

	if (address != NULL)
		sscanf(address, "%*d:%*d:%d:%d", &pipe_fd, &board_fd);
	say("mmap", (long)mmap(NULL, 4096, PROT_READ, MAP_SHARED, board_fd, 0));
	say("private", (long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, board_fd, 0));
	say("ftruncate", ftruncate(board_fd, 0));
	say("ftruncate", ftruncate(pipe_fd, 0));
	say("pipe", pipe((int[2]){0, 0}));
	return 0;
}

/* Shared memory in pieces: cut, protected, replaced, moved. */
static int
pieces(void)
{
	char *here =
		mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *moved;

	catch_faults();
	say("munmap", munmap(here + 4096, 4096));
	say("first", touch(here));
	say("second", touch(here + 4096));
	say("third", touch(here + 2 * 4096));
	say("mprotect", mprotect(here + 2 * 4096, 4096, PROT_READ));
	say("third", touch(here + 2 * 4096));
	say("mprotect a hole", mprotect(here, 3 * 4096, PROT_READ | PROT_WRITE));
	say("replaced", mmap(here + 3 * 4096, 4096, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == here + 3 * 4096);
	moved = mremap(here + 4 * 4096, 4096, 3 * 4096, MREMAP_MAYMOVE);
	say("moved", moved != MAP_FAILED);
	say("mprotect", mprotect(moved, 4096, PROT_READ));
	say("moved", touch(moved));
	say("munmap", munmap(moved, 3 * 4096));
	say("munmap all", munmap(here, 4 * 4096));
	return 0;
}

/* More than any table has room for. */
static int
many(void)
{
	enum { MANY = 600 };
	char *here[MANY];
	int shared = 0;

	for (int i = 0; i < MANY; i++) {
		here[i] =
			mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		*here[i] = (char)i;
	}
	if (fork() == 0) {
		for (int i = 0; i < MANY; i++)
			*here[i] = 'y';
		_exit(0);
	}
	wait(NULL);
	for (int i = 0; i < MANY; i++)
		shared += *here[i] == 'y';
	say("shared", shared);
	for (int i = 0; i < MANY; i++)
		shared -= munmap(here[i], 4096) == 0;
	say("left", shared);
	return 0;
}

/* A forked child knows what it inherited, by the same names, and a new program knows nothing. */
static int
nameless(void)
{
	int fd = memfd_create("nothing", MFD_CLOEXEC);
	int *memory, *anonymous = mmap(
			     NULL, 100, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	say("ftruncate", ftruncate(fd, 4096));
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	say("close", close(fd));
	if (fork() == 0) {
		*memory = 5;
		*anonymous = 6;
		_exit(munmap(memory, 4096) + munmap(anonymous, 100));
	}
	wait(NULL);
	printf("%d %d\n", *memory, *anonymous);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct hostile_case cases[] = {
		{"removed_in_use", removed_in_use,
			"leave call=shmctl ret=0 id=[0-9]+ obj=shm:[0-9]+ cmd=IPC_RMID removed=1 size=5000 "
			"nattch=1"},
		{"keys", keys,
			"leave call=shmget ret=[0-9]+ obj=shm:[0-9]+ made=1 size=100 nattch=0"},
		{"refused", refused, "leave call=shmat ret=-1 err=EINVAL"},
		{"inherited", inherited,
			"leave call=shmdt ret=0 obj=shm:[0-9]+ addr=0x[0-9a-f]+ size=4096 "
			"nattch=1"},
		{"names", names,
			"leave call=shm_open ret=4 obj=shm:/hostile-[0-9]+-names end=rw .* made=0 "
			"size=0"},
		{"long_name", long_name,
			"leave call=shm_open ret=3 obj=shm:/hostile-[0-9]+-0+1 .* made=1"},
		{"bad_name", bad_name, "enter call=shm_open"},
		{"beyond_the_end", beyond_the_end,
			"leave call=mmap fd=3 obj=shm:/hostile-[0-9]+-end .* n=8192 .* off=0 "
			"size=0"},
		{"sigbus", sigbus, "leave call=mmap .* size=0"},
		{"refused_mappings", refused_mappings,
			"leave call=mmap fd=[0-9]+ obj=file:/.* ret=-1 err=EACCES"},
		{"on_control", on_control, "leave call=ftruncate fd=[0-9]+ ret=-1 err=EBADF"},
		{"pieces", pieces,
			"enter call=mprotect obj=shm:[0-9]+@0x[0-9a-f]+ addr=0x[0-9a-f]+ n=4096 "
			"prot=PROT_READ "},
		{"many", many, "leave call=munmap ret=0 obj=shm:[0-9]+@0x[0-9a-f]+ "},
		{"nameless", nameless, "leave call=munmap ret=0 obj=shm:memfd:[0-9]+ "},
		{NULL, NULL, NULL},
	};

	return hostile_main(argc, argv, cases);
}
