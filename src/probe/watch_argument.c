/* SPDX-License-Identifier: MIT
 *
 * What a system call's arguments say: whether it works on watched memory, and what it does to what is mapped.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <sys/socket.h>
#include <sys/uio.h>

#include "probe/memory.h"
#include "probe/sys.h"

/* --- does it touch watched memory? --- */

static bool
vector_touches(uint64_t vector, uint64_t count)
{
	const struct iovec *parts = (const struct iovec *)vector;

	if (count > 1024)
		return false; /* the kernel refuses it */
	if (watch_overlaps(vector, count * sizeof *parts))
		return true;
	if (!memory_good(parts, count * sizeof *parts))
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (parts[i].iov_len > 0 &&
			watch_overlaps((uintptr_t)parts[i].iov_base, parts[i].iov_len))
			return true;
	return false;
}

static bool
message_touches(uint64_t at)
{
	const struct msghdr *message = (const struct msghdr *)at;

	if (watch_overlaps(at, sizeof *message))
		return true;
	if (!memory_good(message, sizeof *message))
		return false;
	return watch_overlaps((uintptr_t)message->msg_name, message->msg_namelen) ||
	       watch_overlaps((uintptr_t)message->msg_control, message->msg_controllen) ||
	       vector_touches((uint64_t)message->msg_iov, message->msg_iovlen);
}

static bool
messages_touch(uint64_t at, uint64_t count)
{
	for (uint64_t i = 0; i < count && i < 1024; i++)
		if (message_touches(at + i * sizeof(struct mmsghdr)))
			return true;
	return false;
}

/* Memory that an argument names begins there; how long it is only some say. */
bool
calls_touch(long number, const uint64_t argument[6])
{
	if (number == SYS_exit) /* whatever lies in the other registers: it would be open for ever */
		return false;
	for (int i = 0; i < 6; i++)
		if (watch_overlaps(argument[i], 1))
			return true;
	switch (number) {
	case SYS_read:
	case SYS_write:
	case SYS_pread64:
	case SYS_pwrite64:
	case SYS_sendto:
	case SYS_recvfrom:
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
	case SYS_msgrcv:
	case SYS_msgsnd:
	case SYS_getrandom:
	case SYS_getdents64:
	case SYS_readlink:
	case SYS_getcwd:
		return watch_overlaps(argument[number == SYS_getrandom || number == SYS_getcwd ? 0 : 1],
			argument[number == SYS_getrandom || number == SYS_getcwd ? 1 : 2] & INT64_MAX);
	case SYS_readv:
	case SYS_writev:
	case SYS_preadv:
	case SYS_pwritev:
	case SYS_preadv2:
	case SYS_pwritev2:
	case SYS_vmsplice:
		return vector_touches(argument[1], argument[2]);
	case SYS_process_vm_readv:
	case SYS_process_vm_writev:
		return vector_touches(argument[1], argument[2]) ||
		       vector_touches(argument[3], argument[4]);
	case SYS_sendmsg:
	case SYS_recvmsg:
		return message_touches(argument[1]);
	case SYS_sendmmsg:
	case SYS_recvmmsg:
		return messages_touch(argument[1], argument[2]);
	case SYS_ioctl: /* nobody knows what these name */
	case SYS_io_submit:
	case SYS_exit_group: /* robust mutexes of every thread */
	case 449:            /* SYS_futex_waitv */
		return true;
	default:
		return false;
	}
}

/* --- what is mapped --- */

bool
calls_change_mappings(long number)
{
	return number == SYS_mmap || number == SYS_munmap || number == SYS_mremap ||
	       number == SYS_mprotect || number == SYS_pkey_mprotect || number == SYS_shmdt ||
	       number == SYS_shmat;
}

static uintptr_t
page_up(uintptr_t n)
{
	return (n + 4095) & ~(uintptr_t)4095;
}

/* With the lock: what was mapped there is there no more, or is protected otherwise. */
void
calls_changed_mappings(long number, const greg_t *registers)
{
	uintptr_t ret = (uintptr_t)registers[REG_RAX], first = (uintptr_t)registers[REG_RDI];
	uintptr_t second = page_up((uintptr_t)registers[REG_RSI]);

	if (ret > (uintptr_t)-4096)
		return;
	switch (number) {
	case SYS_mmap:
		watch_cut(ret, ret + second);
		break;
	case SYS_munmap:
		watch_cut(first, first + second);
		break;
	case SYS_mremap:
		watch_cut(first, first + (second > 0 ? second : 1));
		watch_cut(ret, ret + page_up((uintptr_t)registers[REG_RDX]));
		break;
	case SYS_mprotect:
	case SYS_pkey_mprotect:
		watch_protect(first, first + second, (int)registers[REG_RDX]);
		break;
	case SYS_shmdt:
		watch_cut_attached(first);
		break;
	case SYS_shmat: /* its length is not known here; it took the place of what began there */
		watch_cut(ret, ret + 4096);
		break;
	}
}

#endif
