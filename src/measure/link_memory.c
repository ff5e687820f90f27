/* SPDX-License-Identifier: MIT
 *
 * Shared memory: a ring of slots in each direction, copied into and out of, so that a message gets from one process's own
 * memory into the other's as it does by every other medium. What differs is how one waits for the other: System V
 * semaphores, POSIX semaphores, sleeping on a futex, or looking again and again.
 */
#include "measure/link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE = 64, NUMBER = 8, RING_BYTES = 65536, SLOTS_MOST = 256, SLOTS_LEAST = 2 };

/* One direction. What the two sides write lies on cache lines of its own. */
struct ring {
	_Alignas(LINE) _Atomic uint32_t filled; /* slots ever filled … */
	_Atomic uint32_t filled_wanted; /* … and whether the receiver sleeps until there are more */
	_Alignas(LINE) _Atomic uint32_t emptied;
	_Atomic uint32_t emptied_wanted;
	_Alignas(LINE) sem_t full;
	_Alignas(LINE) sem_t empty;
};

struct memory_link {
	struct ring ring[2]; /* from the first side, from the second */
	uint32_t slots;
	size_t stride;
	struct {
		_Alignas(LINE)
			uint32_t next[2]; /* by direction: the slot that this side uses next */
		uint32_t emptied;         /* of the ring that it fills, when it looked last */
	} place[2];
	_Alignas(LINE) char bytes[];
};

static char *
slot_of(struct link *link, enum side side, enum side direction)
{
	struct memory_link *memory = link->memory;
	uint32_t slot = memory->place[side].next[direction];

	memory->place[side].next[direction] = slot + 1 == memory->slots ? 0 : slot + 1;
	return memory->bytes + ((size_t)direction * memory->slots + slot) * memory->stride;
}

/* Before the bytes of a slot: its number, when it is filled, for those who look for it. A small message lies in one cache
 * line with it, and so gets over in one go. */
static size_t
header_of(const struct link *link)
{
	return link->size <= LINE - NUMBER ? NUMBER : LINE;
}

static void
measure_memory(struct link *link, uint32_t *slots, size_t *stride)
{
	*stride = (header_of(link) + link->size + LINE - 1) / LINE * LINE;
	size_t n = RING_BYTES / *stride;
	*slots = n < SLOTS_LEAST ? SLOTS_LEAST : n > SLOTS_MOST ? SLOTS_MOST : (uint32_t)n;
	link->memory_size = sizeof(struct memory_link) + 2 * *slots * *stride;
}

static void
fill_memory(struct link *link, uint32_t slots, size_t stride)
{
	memset(link->memory, 0, link->memory_size);
	link->memory->slots = slots;
	link->memory->stride = stride;
}

/* POSIX shared memory; its name is gone before anything happens. */
static int
make_posix(struct link *link, const char **why)
{
	char name[64];
	uint32_t slots;
	size_t stride;
	int fd;

	(void)why;
	measure_memory(link, &slots, &stride);
	snprintf(name, sizeof name, "/ipcviz-compare-%d", (int)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1)
		return -1;
	shm_unlink(name);
	void *memory =
		ftruncate(fd, (off_t)link->memory_size) == -1
			? MAP_FAILED
			: mmap(NULL, link->memory_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int reason = errno;
	close(fd);
	errno = reason;
	if (memory == MAP_FAILED)
		return -1;
	link->memory = memory;
	fill_memory(link, slots, stride);
	return 0;
}

void
memory_unmake(struct link *link)
{
	/* a System V segment is detached by munmap, too: shmat(2), "mapping" */
	munmap(link->memory, link->memory_size);
}

/* --- System V: a segment, and a set of four semaphores: full and empty for each direction --- */

enum { FULL, EMPTY, PER_DIRECTION };

static int
make_sysv(struct link *link, const char **why)
{
	uint32_t slots;
	size_t stride;

	(void)why;
	measure_memory(link, &slots, &stride);
	int segment = shmget(IPC_PRIVATE, link->memory_size, 0600);
	if (segment == -1)
		return -1;
	void *memory = shmat(segment, NULL, 0);
	int reason = errno;
	shmctl(segment, IPC_RMID, NULL); /* it stays until the last one detaches */
	errno = reason;
	if (memory == (void *)-1)
		return -1;
	link->memory = memory;
	fill_memory(link, slots, stride);
	link->id_kind = 's';
	link->id = semget(IPC_PRIVATE, 2 * PER_DIRECTION, 0600);
	if (link->id == -1)
		return -1;
	unsigned short values[2 * PER_DIRECTION] = {[FULL] = 0,
		[EMPTY] = (unsigned short)slots,
		[PER_DIRECTION + FULL] = 0,
		[PER_DIRECTION + EMPTY] = (unsigned short)slots};
	return semctl(link->id, 0, SETALL, values);
}

static int
operate(struct link *link, enum side direction, int which, short by)
{
	struct sembuf operation = {
		.sem_num = (unsigned short)((int)direction * PER_DIRECTION + which), .sem_op = by};

	return semop(link->id, &operation, 1);
}

static int
semop_send(struct link *link, enum side side, char *bytes)
{
	if (operate(link, side, EMPTY, -1) == -1)
		return -1;
	memcpy(slot_of(link, side, side), bytes, link->size);
	return operate(link, side, FULL, 1);
}

static int
semop_receive(struct link *link, enum side side, char *bytes)
{
	enum side from = side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST;

	if (operate(link, from, FULL, -1) == -1)
		return -1;
	memcpy(bytes, slot_of(link, side, from), link->size);
	return operate(link, from, EMPTY, 1);
}

/* --- POSIX semaphores --- */

static int
make_sem(struct link *link, const char **why)
{
	if (make_posix(link, why) == -1)
		return -1;
	for (int i = 0; i < 2; i++)
		if (sem_init(&link->memory->ring[i].full, 1, 0) == -1 ||
			sem_init(&link->memory->ring[i].empty, 1, link->memory->slots) == -1)
			return -1;
	return 0;
}

static int
sem_link_send(struct link *link, enum side side, char *bytes)
{
	struct ring *ring = &link->memory->ring[side];

	if (sem_wait(&ring->empty) == -1)
		return -1;
	memcpy(slot_of(link, side, side), bytes, link->size);
	return sem_post(&ring->full);
}

static int
sem_link_receive(struct link *link, enum side side, char *bytes)
{
	enum side from = side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST;
	struct ring *ring = &link->memory->ring[from];

	if (sem_wait(&ring->full) == -1)
		return -1;
	memcpy(bytes, slot_of(link, side, from), link->size);
	return sem_post(&ring->empty);
}

/* --- sleeping on the counters, with no semaphore between --- */

/* Sleeps until *counter differs from `seen`. The wish stands before the last look at the counter, and whoever counts
 * looks at the wish after counting, so one of the two notices. futex(2) */
static void
sleep_until_not(_Atomic uint32_t *counter, _Atomic uint32_t *wanted, uint32_t seen)
{
	atomic_store(wanted, 1);
	while (atomic_load(counter) == seen)
		syscall(SYS_futex, counter, FUTEX_WAIT, seen, NULL, NULL, 0);
	atomic_store(wanted, 0);
}

static void
count_and_wake(_Atomic uint32_t *counter, _Atomic uint32_t *wanted)
{
	atomic_fetch_add(counter, 1);
	if (atomic_load(wanted))
		syscall(SYS_futex, counter, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static int
futex_send(struct link *link, enum side side, char *bytes)
{
	struct ring *ring = &link->memory->ring[side];
	uint32_t filled = atomic_load(&ring->filled), emptied;

	while (filled - (emptied = atomic_load(&ring->emptied)) == link->memory->slots)
		sleep_until_not(&ring->emptied, &ring->emptied_wanted, emptied);
	memcpy(slot_of(link, side, side), bytes, link->size);
	count_and_wake(&ring->filled, &ring->filled_wanted);
	return 0;
}

static int
futex_receive(struct link *link, enum side side, char *bytes)
{
	enum side from = side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST;
	struct ring *ring = &link->memory->ring[from];
	uint32_t emptied = atomic_load(&ring->emptied);

	while (atomic_load(&ring->filled) == emptied)
		sleep_until_not(&ring->filled, &ring->filled_wanted, emptied);
	memcpy(bytes, slot_of(link, side, from), link->size);
	count_and_wake(&ring->emptied, &ring->emptied_wanted);
	return 0;
}

/* --- looking again and again --- */

static void
look_again(void)
{
#if defined __x86_64__ || defined __i386__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield");
#endif
}

/* The other's counter is looked at only when the ring seems full: each look takes a cache line from the other core. */
static int
spin_send(struct link *link, enum side side, char *bytes)
{
	struct ring *ring = &link->memory->ring[side];
	uint32_t filled = atomic_load_explicit(&ring->filled, memory_order_relaxed);
	uint32_t *emptied = &link->memory->place[side].emptied;
	char *slot = slot_of(link, side, side);

	while (filled - *emptied == link->memory->slots) {
		look_again();
		*emptied = atomic_load_explicit(&ring->emptied, memory_order_acquire);
	}
	memcpy(slot + header_of(link), bytes, link->size);
	atomic_store_explicit((_Atomic uint32_t *)slot, filled + 1, memory_order_release);
	atomic_store_explicit(
		&ring->filled, filled + 1, memory_order_relaxed); /* for the sender alone */
	return 0;
}

static int
spin_receive(struct link *link, enum side side, char *bytes)
{
	enum side from = side == SIDE_FIRST ? SIDE_SECOND : SIDE_FIRST;
	struct ring *ring = &link->memory->ring[from];
	uint32_t emptied = atomic_load_explicit(&ring->emptied, memory_order_relaxed);
	const char *slot = slot_of(link, side, from);

	while (atomic_load_explicit((const _Atomic uint32_t *)slot, memory_order_acquire) !=
		emptied + 1)
		look_again();
	memcpy(bytes, slot + header_of(link), link->size);
	atomic_store_explicit(&ring->emptied, emptied + 1, memory_order_release);
	return 0;
}

const struct link_kind link_shm_semop = {make_sysv, semop_send, semop_receive, false, false};
const struct link_kind link_shm_sem = {make_sem, sem_link_send, sem_link_receive, false, false};
const struct link_kind link_shm_futex = {make_posix, futex_send, futex_receive, false, false};
const struct link_kind link_shm_spin = {make_posix, spin_send, spin_receive, false, true};
