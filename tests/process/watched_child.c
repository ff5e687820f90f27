/* SPDX-License-Identifier: MIT
 *
 * Programs that share memory and do everything to it that a watch must not disturb: one case each, by name. Each prints
 * what it found; watched.sh compares that with and without a watch.
 *
 *   watched_child CASE
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, SIZE = 4 * PAGE };
extern char **environ;

/* A new segment, and where it is. */
static char *
segment(size_t size)
{
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		err(1, "mmap");
	return at;
}

static volatile int *
numbers(void)
{
	return (volatile int *)segment(SIZE);
}

/* --- kinds of segments --- */

static void
count_in(volatile int *number)
{
	for (int i = 0; i < 10; i++)
		*number = *number + 1;
	*number += 100;
	__atomic_fetch_add(number, 1000, __ATOMIC_SEQ_CST);
}

static void
case_sysv(void)
{
	int id = shmget(IPC_PRIVATE, SIZE, 0600);
	volatile int *first = shmat(id, NULL, 0), *second;
	const volatile int *third;
	struct shmid_ds status;

	count_in(first);
	second = shmat(id, NULL, 0);
	count_in(second);
	third = shmat(id, NULL, SHM_RDONLY);
	shmctl(id, IPC_STAT, &status);
	printf("%d %d %d nattch %d\n", *first, *second, *third, (int)status.shm_nattch);
	shmdt((void *)first);
	count_in(second);
	shmctl(id, IPC_STAT, &status);
	printf("%d nattch %d\n", *third, (int)status.shm_nattch);
	shmdt((void *)second);
	shmdt((void *)third);
	shmctl(id, IPC_RMID, NULL);
}

static void
case_posix(void)
{
	char name[64];
	int fd;
	volatile int *number;

	snprintf(name, sizeof name, "/ipcviz-watched-%d", (int)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	shm_unlink(name);
	if (ftruncate(fd, PAGE) != 0)
		err(1, "ftruncate");
	number = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	count_in(number);
	if (ftruncate(fd, 2 * PAGE) != 0)
		err(1, "ftruncate");
	count_in(number + PAGE / 4);
	printf("%d %d\n", number[0], number[PAGE / 4]);
}

/* A file in memory: a segment, too. */
static FILE *
memory_file(void)
{
	return fdopen(memfd_create("watched", 0), "r+");
}

static void
case_file(void)
{
	FILE *file = memory_file();
	char text[32] = "";
	volatile char *at;

	fputs("some text in a file", file);
	fflush(file);
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	at[0] = 'S';
	memcpy((char *)at + 5, "TEXT", 4);
	rewind(file);
	printf("%s\n", fgets(text, sizeof text, file));
}

/* --- the kernel and the memory --- */

static void
case_calls(void)
{
	char *at = segment(SIZE);
	int *ends = (int *)at, pair[2];
	struct iovec *parts = (struct iovec *)(at + 256);
	struct msghdr *message = (struct msghdr *)(at + 512);
	struct stat *status = (struct stat *)(at + 1024);
	void *volatile nowhere = (void *)8;

	printf("%d\n", pipe(ends));
	printf("%zd ", write(ends[1], strcpy(at + 2048, "through a pipe"), 14));
	printf("%zd %.14s\n", read(ends[0], at + 3072, 100), at + 3072);
	parts[0] = (struct iovec){at + 2048, 7};
	parts[1] = (struct iovec){at + 2048, 9};
	printf("%zd ", writev(ends[1], parts, 2));
	parts[0] = (struct iovec){at + 4090, 10};
	parts[1] = (struct iovec){at + 9000, 100};
	printf("%zd %.10s|%.6s\n", readv(ends[0], parts, 2), at + 4090, at + 9000);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	*message = (struct msghdr){.msg_iov = parts, .msg_iovlen = 1};
	printf("%zd ", sendmsg(pair[0], message, 0));
	parts[0].iov_base = at + 5000;
	printf("%zd %.10s\n", recvmsg(pair[1], message, 0), at + 5000);
	printf("%d ", fstat(ends[0], status));
	printf("%d\n", S_ISFIFO(status->st_mode));
	strcpy(at + 6000, "/dev/null");
	printf("%d\n", open(at + 6000, O_RDONLY) >= 0);
	printf("%d\n", getcwd(at + 7000, 4000) != NULL && at[7000] == '/');
	printf("%ld ", syscall(SYS_write, ends[1], at + 2048, 3));
	printf("%ld %.3s\n", syscall(SYS_read, ends[0], at + 3000, 3), at + 3000);
	printf("%zd %s\n", read(ends[0], nowhere, 0), strerror(errno));
	write(ends[1], "x", 1);
	errno = 0;
	printf("%zd %s\n", read(ends[0], nowhere, 1), strerror(errno));
}

static void
case_string(void)
{
	char *at = segment(SIZE);
	unsigned long count = 40;
	const void *from = at;
	void *to = at + 2000;
	long expected = 5, *word = (long *)(at + 4000);

	for (int i = 0; i < 100; i++)
		at[i] = (char)('a' + i % 26);
	memcpy(at + 1000, at, 100);
	memmove(at + 1010, at + 1000, 80);
	printf("%.95s %zu\n", at + 1000, strlen(at + 1000));
	__asm__ volatile("rep movsb" : "+c"(count), "+S"(from), "+D"(to) : : "memory");
	printf("%.40s\n", at + 2000);
	*word = 5;
	printf("%d %ld\n",
		__atomic_compare_exchange_n(word, &expected, 9, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST),
		__atomic_exchange_n(word, 12, __ATOMIC_SEQ_CST));
	__asm__ volatile("lock btsl $3, %0" : "+m"(*(int *)word));
	__asm__ volatile("pushq %0\n\tpopq %0" : "+m"(*word));
	sprintf(at + 5000, "%s %ld %5.2f", "formatted", *word, 3.14159);
	printf("%s\n", at + 5000);
	*(double *)(at + 6000) = 2.5;
	*(double *)(at + 6000) *= 3;
	printf("%g\n", *(double *)(at + 6000));
}

/* --- signals of the program's own --- */

static sigjmp_buf back;
static volatile sig_atomic_t seen, code, value;
static void *volatile fault;

static void
on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	seen = number;
	code = info->si_code;
	fault = info->si_addr;
	siglongjmp(back, 1);
}

static void
handler(int number, void (*action)(int, siginfo_t *, void *), int flags)
{
	struct sigaction how = {.sa_sigaction = action, .sa_flags = SA_SIGINFO | flags};

	sigfillset(&how.sa_mask);
	sigaction(number, &how, NULL);
}

static void
case_segv(void)
{
	volatile int *number = numbers();
	volatile char *closed = segment(PAGE);

	handler(SIGSEGV, on_fault, 0);
	count_in(number);
	mprotect((void *)closed, PAGE, PROT_NONE);
	for (int i = 0; i < 3; i++)
		if (sigsetjmp(back, 1) == 0)
			closed[i] = 1;
		else
			printf("%d %d %td\n", seen, code, (char *)fault - closed);
	mprotect((void *)closed, PAGE, PROT_READ);
	printf("%d\n", closed[0]);
	if (sigsetjmp(back, 1) == 0)
		closed[7] = 1;
	else
		printf("%d %d %td\n", seen, code, (char *)fault - closed);
	if (sigsetjmp(back, 1) == 0)
		*(volatile int *)8 = 1;
	else
		printf("%d %d %p\n", seen, code, fault);
	mprotect((void *)closed, PAGE, PROT_READ | PROT_WRITE);
	closed[7] = 9;
	count_in(number);
	printf("%d %d\n", *number, closed[7]);
}

/* Marks what was written to, page by page, as collectors do. */
static char *barrier;
static volatile int dirty;

static void
on_barrier(int number, siginfo_t *info, void *context)
{
	uintptr_t page = (uintptr_t)info->si_addr / PAGE * PAGE;

	(void)number, (void)context;
	dirty |= 1 << (page - (uintptr_t)barrier) / PAGE;
	mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE);
}

static void
case_barrier(void)
{
	barrier = segment(SIZE);
	handler(SIGSEGV, on_barrier, SA_RESTART);
	mprotect(barrier, SIZE, PROT_READ);
	for (int i = 0; i < 10; i++)
		barrier[i] = (char)i;
	barrier[2 * PAGE + 5]++;
	barrier[3 * PAGE - 1]++;
	printf("%d %d\n", dirty, barrier[9]);
}

static void
on_trap(int number, siginfo_t *info, void *context)
{
	(void)context;
	seen = number;
	code = info->si_code;
	value++;
}

static void
case_trap(void)
{
	volatile int *number = numbers();

	handler(SIGTRAP, on_trap, 0);
	count_in(number);
	__asm__ volatile("int3");
	printf("%d %d %d\n", seen, code, value);
	raise(SIGTRAP);
	printf("%d %d %d\n", seen, code, value);
	handler(SIGSYS, on_trap, 0);
	handler(SIGBUS, on_trap, 0);
	raise(SIGSYS);
	kill(getpid(), SIGBUS);
	printf("%d %d %d\n", seen, code, value);
	signal(SIGTRAP, SIG_IGN);
	raise(SIGTRAP);
	signal(SIGSEGV, SIG_IGN);
	kill(getpid(), SIGSEGV);
	count_in(number);
	printf("%d %d\n", value, *number);
}

static void
case_bus(void)
{
	FILE *file = memory_file();
	volatile char *at;

	if (ftruncate(fileno(file), 2 * PAGE) != 0)
		err(1, "ftruncate");
	at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	handler(SIGBUS, on_fault, 0);
	at[PAGE] = 1;
	if (ftruncate(fileno(file), PAGE) != 0)
		err(1, "ftruncate");
	for (int i = 0; i < 2; i++)
		if (sigsetjmp(back, 1) == 0)
			at[PAGE + 3]++;
		else
			printf("%d %d %td\n", seen, code, (char *)fault - at);
	at[3]++;
	printf("%d\n", at[3]);
}

static void
deep(int depth)
{
	volatile char room[PAGE];

	room[0] = (char)depth;
	if (depth >= 0)
		deep(depth + 1);
	room[1] = room[0];
}

/* A stack for handlers that is as large as most programs make it. */
static void
case_onstack(void)
{
	static char other[8192];
	stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
	volatile int *number = numbers();

	sigaltstack(&stack, NULL);
	handler(SIGSEGV, on_fault, SA_ONSTACK);
	for (int i = 0; i < 3; i++) {
		count_in(number);
		if (sigsetjmp(back, 1) == 0)
			*(volatile int *)8 = 1;
	}
	printf("%d %d %p\n", seen, *number, fault);
}

static void
case_overflow(void)
{
	static char other[65536];
	stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
	volatile int *number = numbers();

	sigaltstack(&stack, NULL);
	handler(SIGSEGV, on_fault, SA_ONSTACK);
	count_in(number);
	if (sigsetjmp(back, 1) == 0)
		deep(0);
	count_in(number);
	printf("%d %d\n", seen, *number);
}

static volatile int *shared;

static void
on_alarm(int number)
{
	int before = errno;

	(void)number;
	shared[1]++;
	write(shared[2], (void *)&shared[1], 1); /* from the segment */
	errno = before;
}

static void
case_ticks(void)
{
	struct itimerval ticks = {{0, 700}, {0, 700}}, none = {{0, 0}, {0, 0}};
	static char other[65536];
	stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_ONSTACK};
	int ends[2];

	shared = numbers();
	pipe(ends);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	shared[2] = ends[1];
	sigaltstack(&stack, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &ticks, NULL);
	for (int i = 0; i < 3000 || shared[1] < 20; i++)
		shared[0] = shared[0] + (i < 3000);
	setitimer(ITIMER_REAL, &none, NULL);
	printf("%d %d\n", shared[0], shared[1] >= 20);
}

static void
nothing(int number)
{
	(void)number;
}

static void
jump(int number)
{
	siglongjmp(back, number);
}

static void
case_interrupted(void)
{
	volatile char *at = segment(SIZE);
	struct itimerval soon = {{0, 0}, {0, 20000}}, again = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = nothing};
	int ends[2];

	pipe(ends);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &again, NULL); /* it may come before the read */
	printf("%zd ", read(ends[0], (void *)at, 10));
	printf("%d\n", errno == EINTR);
	setitimer(ITIMER_REAL, &never, NULL);
	action.sa_handler = jump;
	sigaction(SIGALRM, &action, NULL);
	for (int i = 0; i < 3; i++) {
		if (sigsetjmp(back, 1) == 0) {
			setitimer(ITIMER_REAL, &soon, NULL);
			read(ends[0], (void *)at, 10);
		}
		at[1]++;
	}
	printf("%d\n", at[1]);
	if (fork() == 0) {
		action.sa_handler = nothing;
		action.sa_flags = SA_RESTART;
		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &soon, NULL);
		_exit((int)read(ends[0], (void *)(at + 100), 10));
	}
	poll(NULL, 0, 60);
	write(ends[1], "restarted", 9);
	wait((int *)(at + 200));
	printf("%d %.9s\n", WEXITSTATUS(*(int *)(at + 200)), (char *)at + 100);
}

static void
show_mask(const char *when)
{
	sigset_t now;
	int ours[] = {SIGSEGV, SIGBUS, SIGTRAP, SIGSYS, SIGUSR1};

	sigprocmask(SIG_BLOCK, NULL, &now);
	printf("%s:", when);
	for (int i = 0; i < 5; i++)
		printf(" %d", sigismember(&now, ours[i]));
	printf("\n");
}

static void
case_masks(void)
{
	volatile int *number = numbers();
	sigset_t all, before;
	struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART}, old;
	struct timespec soon = {0, 1000000};

	show_mask("at first");
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	count_in(number);
	show_mask("all blocked");
	ppoll(NULL, 0, &soon, &all);
	pselect(0, NULL, NULL, NULL, &soon, &all);
	count_in(number);
	sigemptyset(&all);
	sigaddset(&all, SIGTRAP);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	show_mask("trap free");
	sigprocmask(SIG_SETMASK, &before, NULL);
	show_mask("as before");
	sigfillset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGUSR1, NULL, &old);
	printf("%d %d %x\n", sigismember(&old.sa_mask, SIGSEGV), old.sa_handler == nothing,
		(unsigned)old.sa_flags);
	sigaction(SIGSEGV, NULL, &old);
	printf("%d %d %x\n", sigismember(&old.sa_mask, SIGSYS), old.sa_handler == nothing,
		(unsigned)old.sa_flags);
	errno = 0;
	printf("%ld %s\n", syscall(SYS_rt_sigaction, SIGSEGV, 8, NULL, 8), strerror(errno));
	raise(SIGUSR1);
	count_in(number);
	printf("%d\n", *number);
}

static void
on_pending(int number)
{
	value = number;
}

static void
case_pending(void)
{
	volatile int *number = numbers();
	sigset_t one;

	signal(SIGSEGV, on_pending);
	sigemptyset(&one);
	sigaddset(&one, SIGSEGV);
	sigprocmask(SIG_BLOCK, &one, NULL);
	kill(getpid(), SIGSEGV);
	count_in(number);
	printf("%d\n", value);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	printf("%d %d\n", value, *number);
}

/* --- processes and threads --- */

static void
case_fork(void)
{
	volatile int *number = numbers();
	int status = 0;

	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			for (int j = 0; j < 25; j++)
				__atomic_fetch_add(number, 1, __ATOMIC_SEQ_CST);
			if (i == 1 && fork() == 0)
				_exit(__atomic_add_fetch(number, 10, __ATOMIC_SEQ_CST) > 0);
			wait(NULL);
			_exit(i);
		}
	while (wait(&status) > 0)
		number[1] += WEXITSTATUS(status);
	printf("%d %d\n", number[0], number[1]);
}

static pthread_mutex_t *guard;

static void *
add(void *argument)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(guard);
		shared[0] = shared[0] + 1;
		pthread_mutex_unlock(guard);
		__atomic_fetch_add(&shared[1], 1, __ATOMIC_SEQ_CST);
	}
	return argument;
}

static void
case_threads(void)
{
	pthread_t threads[4];
	pthread_mutexattr_t attributes;
	int status;

	shared = numbers();
	guard = (pthread_mutex_t *)(shared + 100);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(guard, &attributes);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, add, NULL);
	if (fork() == 0) {
		add(NULL);
		_exit(3);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	wait(&status);
	printf("%d %d %d\n", shared[0], shared[1], WEXITSTATUS(status));
}

/* A thread that was there before there was anything to watch. */
static void *
early(void *ends)
{
	char *at;

	if (read(((int *)ends)[0], &at, sizeof at) != sizeof at)
		return NULL;
	at[100]++;
	return read(((int *)ends)[0], at, 5) == 5 && at[100] == 1 ? at : NULL;
}

static void
case_early(void)
{
	pthread_t thread;
	void *result;
	int ends[2];
	char *at;

	pipe(ends);
	pthread_create(&thread, NULL, early, ends);
	poll(NULL, 0, 5);
	at = segment(SIZE);
	at[200] = 1;
	write(ends[1], &at, sizeof at);
	write(ends[1], "hello", 5);
	pthread_join(thread, &result);
	printf("%d %.5s\n", result == at, at);
}

static void *
sleeper(void *ends)
{
	read(((int *)ends)[0], (void *)&shared[50], 4);
	return NULL;
}

static void
case_cancel(void)
{
	pthread_t thread;
	void *result;
	int ends[2];

	shared = numbers();
	pipe(ends);
	pthread_create(&thread, NULL, sleeper, ends);
	poll(NULL, 0, 20);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	count_in(shared);
	printf("%d %d\n", result == PTHREAD_CANCELED, *shared);
}

static void
case_locks(void)
{
	char *at = segment(SIZE);
	sem_t *semaphore = (sem_t *)at;
	pthread_mutex_t *mutex = (pthread_mutex_t *)(at + 256);
	pthread_cond_t *condition = (pthread_cond_t *)(at + 512);
	volatile int *number = (volatile int *)(at + 1024);
	pthread_mutexattr_t attributes;
	pthread_condattr_t shared_condition;
	int status = 0;

	sem_init(semaphore, 1, 0);
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(mutex, &attributes);
	pthread_condattr_init(&shared_condition);
	pthread_condattr_setpshared(&shared_condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(condition, &shared_condition);
	if (fork() == 0) {
		sem_wait(semaphore);
		pthread_mutex_lock(mutex);
		*number = 1;
		pthread_cond_signal(condition);
		_exit(7); /* with the mutex */
	}
	pthread_mutex_lock(mutex);
	sem_post(semaphore);
	while (*number == 0 && status == 0)
		status = pthread_cond_wait(condition, mutex);
	printf("%d %d\n", *number, status == 0 || status == EOWNERDEAD);
	if (status == EOWNERDEAD)
		pthread_mutex_consistent(mutex);
	pthread_mutex_unlock(mutex);
	wait(&status);
	printf("%d\n", WEXITSTATUS(status));
	status = pthread_mutex_lock(mutex);
	printf("%d\n", status == 0 || status == EOWNERDEAD);
}

static void
case_children(void)
{
	char *at = segment(SIZE);
	char **arguments = (char **)at;
	pid_t child;
	int *status = (int *)(at + 3000);
	FILE *file;

	fflush(stdout);
	arguments[0] = strcpy(at + 100, "echo");
	arguments[1] = strcpy(at + 200, "said from the segment");
	arguments[2] = NULL;
	posix_spawnp(&child, at + 100, NULL, NULL, arguments, environ);
	waitpid(child, status, 0);
	printf("%d\n", *status);
	fflush(stdout);
	if ((child = vfork()) == 0) {
		execvp(at + 100, arguments);
		_exit(1);
	}
	waitpid(child, status, 0);
	printf("%d\n", *status);
	fflush(stdout);
	if (fork() == 0) {
		execvp(at + 100, arguments);
		_exit(1);
	}
	wait(status);
	errno = 0;
	printf("%d %s\n", execv(strcpy(at + 500, "/none"), arguments), strerror(errno));
	fflush(stdout);
	printf("%d\n", system("exit 3"));
	file = popen("echo piped", "r");
	printf("%s", fgets(at + 2000, 100, file));
	printf("%d\n", pclose(file));
	at[0]++;
	if ((child = (pid_t)syscall(SYS_fork)) == 0)
		_exit(at[0] != 0);
	waitpid(child, status, 0);
	printf("%d\n", WEXITSTATUS(*status));
}

/* What another program inherits of signals. */
static void
case_inherit(void)
{
	volatile int *number = numbers();
	sigset_t some;

	count_in(number);
	signal(SIGTRAP, SIG_IGN);
	signal(SIGBUS, nothing);
	sigemptyset(&some);
	sigaddset(&some, SIGSEGV);
	sigaddset(&some, SIGUSR2);
	sigprocmask(SIG_SETMASK, &some, NULL);
	fflush(stdout);
	execlp("grep", "grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status", (char *)NULL);
}

/* --- mappings that change --- */

static void
case_mappings(void)
{
	char *at = segment(SIZE), *grown, *twice;
	FILE *file = memory_file();

	at[0] = 1;
	at[PAGE] = 2;
	at[3 * PAGE] = 3;
	munmap(at + PAGE, PAGE);
	at[0]++;
	at[3 * PAGE]++;
	handler(SIGSEGV, on_fault, 0);
	if (sigsetjmp(back, 1) == 0)
		at[PAGE]++;
	else
		printf("%d %td\n", code, (char *)fault - at);
	if (mmap(at + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		err(1, "mmap");
	at[2 * PAGE]++;
	printf("%d %d %d\n", at[0], at[2 * PAGE], at[3 * PAGE]);
	if (ftruncate(fileno(file), 8 * PAGE) != 0)
		err(1, "ftruncate");
	grown = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	twice = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
	grown[5] = 5;
	grown = mremap(grown, PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	grown[7 * PAGE] = 7;
	twice[6 * PAGE] = (char)(twice[7 * PAGE] + 1);
	printf("%d %d %d\n", grown[5], twice[7 * PAGE], grown[6 * PAGE]);
	munmap(twice, 8 * PAGE);
	munmap(grown, 8 * PAGE);
	if (sigsetjmp(back, 1) == 0)
		grown[0]++;
	else
		printf("%d\n", (char *)fault == grown);
}

static void
case_rounds(void)
{
	volatile int *number = numbers();

	for (int i = 0; i < 1000; i++) {
		int had = *number;

		__asm__ volatile("" : "+r"(had)); /* two instructions, whoever compiles it */
		*number = had + 1;
	}
	printf("done\n");
}

static void
case_killed(void)
{
	volatile int *number = numbers();

	count_in(number);
	printf("%d\n", *number);
	fflush(stdout);
	*(volatile int *)16 = 1;
}

static void
case_aborted(void)
{
	volatile int *number = numbers();

	count_in(number);
	printf("%d\n", *number);
	fflush(stdout);
	abort();
}

static void
case_trapped(void)
{
	volatile int *number = numbers();

	count_in(number);
	__asm__ volatile("int3");
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"sysv", case_sysv}, {"posix", case_posix}, {"file", case_file}, {"calls", case_calls},
	{"string", case_string}, {"segv", case_segv}, {"barrier", case_barrier}, {"trap", case_trap},
	{"bus", case_bus}, {"onstack", case_onstack}, {"overflow", case_overflow}, {"ticks", case_ticks},
	{"interrupted", case_interrupted}, {"masks", case_masks}, {"pending", case_pending},
	{"fork", case_fork}, {"threads", case_threads}, {"cancel", case_cancel}, {"early", case_early}, {"locks", case_locks},
	{"children", case_children}, {"inherit", case_inherit}, {"mappings", case_mappings},
	{"rounds", case_rounds}, {"killed", case_killed}, {"aborted", case_aborted}, {"trapped", case_trapped},
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (argc < 2)
			printf("%s\n", cases[i].name);
		else if (strcmp(argv[1], cases[i].name) == 0) {
			cases[i].run();
			fflush(stdout);
			return 0;
		}
	}
	return argc < 2 ? 0 : 2;
}
