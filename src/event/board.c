/* SPDX-License-Identifier: MIT
 *
 * Who listens, see board.h. The owner's word is a robust futex (set_robust_list(2)): when the thread dies, be it by
 * SIGKILL, the kernel itself takes the thread's id out of the word. Nobody has to be alive to see to it.
 */
#include "event/board.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct robust_list will;
static struct robust_list_head will_head;

void
board_own(struct board *board)
{
	will.next = &will_head.list;
	will_head.list.next = &will;
	will_head.futex_offset = (long)((uintptr_t)&board->owner - (uintptr_t)&will);
	atomic_store(&board->owner, (int32_t)syscall(SYS_gettid));
	syscall(SYS_set_robust_list, &will_head, sizeof will_head);
}

void
board_give_up(struct board *board)
{
	will_head.list.next = &will_head.list;
	atomic_store(&board->owner, 0);
}
