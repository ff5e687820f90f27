/* SPDX-License-Identifier: MIT
 *
 * Names of the constants of shared memory and semaphores. Used by the probe: nothing here allocates
 * or sets errno.
 */
#include "event/line.h"

#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "event/constant.h"

static const struct constant attach_flags[] = {
	CONSTANT(SHM_RDONLY),
	CONSTANT(SHM_RND),
	CONSTANT(SHM_REMAP),
	CONSTANT(SHM_EXEC),
};

static const struct constant segment_commands[] = {
	CONSTANT(IPC_RMID),
	CONSTANT(IPC_SET),
	CONSTANT(IPC_STAT),
	CONSTANT(IPC_INFO),
	CONSTANT(SHM_LOCK),
	CONSTANT(SHM_UNLOCK),
	CONSTANT(SHM_STAT),
	CONSTANT(SHM_INFO),
	CONSTANT(SHM_STAT_ANY),
};

static const struct constant semaphore_commands[] = {
	CONSTANT(IPC_RMID),
	CONSTANT(IPC_SET),
	CONSTANT(IPC_STAT),
	CONSTANT(IPC_INFO),
	CONSTANT(GETPID),
	CONSTANT(GETVAL),
	CONSTANT(GETALL),
	CONSTANT(GETNCNT),
	CONSTANT(GETZCNT),
	CONSTANT(SETVAL),
	CONSTANT(SETALL),
	CONSTANT(SEM_STAT),
	CONSTANT(SEM_INFO),
	CONSTANT(SEM_STAT_ANY),
};

static const struct constant protections[] = {
	CONSTANT(PROT_READ),
	CONSTANT(PROT_WRITE),
	CONSTANT(PROT_EXEC),
	CONSTANT(PROT_GROWSDOWN),
	CONSTANT(PROT_GROWSUP),
};

static const struct constant map_flags[] = {
	CONSTANT(MAP_FIXED),
	CONSTANT(MAP_ANONYMOUS),
	CONSTANT(MAP_GROWSDOWN),
	CONSTANT(MAP_DENYWRITE),
	CONSTANT(MAP_EXECUTABLE),
	CONSTANT(MAP_LOCKED),
	CONSTANT(MAP_NORESERVE),
	CONSTANT(MAP_POPULATE),
	CONSTANT(MAP_NONBLOCK),
	CONSTANT(MAP_STACK),
	CONSTANT(MAP_HUGETLB),
	CONSTANT(MAP_SYNC),
	CONSTANT(MAP_FIXED_NOREPLACE),
};

/* The bits' names, and what is left of them in hexadecimal. */
static void
out_bits(struct out *out, unsigned flags, const struct constant *table, size_t count)
{
	unsigned left = out_flags(out, flags, table, count);

	if (left != 0) {
		out_bar(out);
		out_number(out, left, 16);
	} else if (out->at == 0) {
		out_text(out, "0");
	}
}

char *
attach_flags_name(int flags, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};

	out_bits(&out, (unsigned)flags, attach_flags, CONSTANT_COUNT(attach_flags));
	return buf;
}

char *
segment_command_name(int command, char *buf, size_t size)
{
	return out_constant(buf, size, command, segment_commands, CONSTANT_COUNT(segment_commands));
}

char *
semaphore_command_name(int command, char *buf, size_t size)
{
	return out_constant(
		buf, size, command, semaphore_commands, CONSTANT_COUNT(semaphore_commands));
}

char *
protection_name(int protection, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};

	if (protection == PROT_NONE)
		out_text(&out, "PROT_NONE");
	else
		out_bits(&out, (unsigned)protection, protections, CONSTANT_COUNT(protections));
	return buf;
}

char *
map_flags_name(int flags, char *buf, size_t size)
{
	static const char *const types[] = {"MAP_SHARED", "MAP_PRIVATE", "MAP_SHARED_VALIDATE"};
	struct out out = {.buf = buf, .size = size};
	unsigned type = (unsigned)flags & MAP_TYPE;

	if (type >= 1 && type <= CONSTANT_COUNT(types)) {
		out_text(&out, types[type - 1]);
		flags &= ~MAP_TYPE;
	}
	out_bits(&out, (unsigned)flags, map_flags, CONSTANT_COUNT(map_flags));
	return buf;
}
