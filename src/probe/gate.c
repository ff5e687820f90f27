/* SPDX-License-Identifier: MIT
 *
 * Standing at the gate, see gate.h and the story in event/board.h.
 */
#include "probe/gate.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <time.h>

#include "probe/control.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/watch.h"

static void
act_say(const char *op, int fd, int value, long ret)
{
	struct line line;
	char name[24];
	uint64_t now = control_clock();

	line_start_as(&line, now, me.who, me.who_length, WHAT_act);
	line_word(&line, FIELD_op, op);
	line_number(&line, FIELD_fd, fd);
	line_number(&line, FIELD_value, value);
	line_word(&line, FIELD_by, "probe");
	line_number(&line, FIELD_ret, ret < 0 ? -1 : ret);
	if (ret < 0)
		line_word(&line, FIELD_err, errno_name((int)-ret, name, sizeof name));
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

static void
request_nonblock(int fd, int on)
{
	long flags = SYS2(SYS_fcntl, fd, F_GETFL);
	long ret = flags;

	if (flags >= 0)
		ret = SYS3(SYS_fcntl, fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
	act_say("nonblock", fd, on, ret);
	look_fd(fd);
}

static void
request_capacity(int fd, int bytes)
{
	act_say("capacity", fd, bytes, SYS3(SYS_fcntl, fd, F_SETPIPE_SZ, bytes));
	atomic_fetch_add(&control.board->epoch, 1);
	look_fd(fd);
}

static void
request_close(int fd)
{
	long ret = SYS1(SYS_close, fd);

	object_forget(fd);
	act_say("close", fd, 0, ret);
	look_all();
}

static void
request_serve(struct board_slot *slot)
{
	uint32_t number = atomic_load(&slot->request);
	int fd = control_hide(atomic_load(&slot->fd));
	int arg = atomic_load(&slot->arg);

	if (number == atomic_load(&slot->done))
		return;
	switch (atomic_load(&slot->op)) {
	case REQUEST_NONBLOCK:
		request_nonblock(fd, arg);
		break;
	case REQUEST_CAPACITY:
		request_capacity(fd, arg);
		break;
	case REQUEST_CLOSE:
		request_close(fd);
		break;
	}
	atomic_store(&slot->done, number);
}

static bool
permit_take(struct board_slot *slot)
{
	uint32_t permits = atomic_load(&slot->permits);

	while (permits > 0)
		if (atomic_compare_exchange_weak(&slot->permits, &permits, permits - 1))
			return true;
	return false;
}

bool
gate_wait(const struct line *reach, uint64_t now, uint64_t away)
{
	static const struct timespec second = {1, 0};
	struct board_slot *slot = me.slot;
	bool reached = false;

	for (;;) {
		uint32_t wake = atomic_load(&slot->wake);
		uint32_t gate = atomic_load(&slot->gate);

		if (gate & GATE_KNOCK && atomic_fetch_and(&slot->gate, ~GATE_KNOCK) & GATE_KNOCK) {
			request_serve(slot);
			watch_mapped();
		}
		if (!(gate & GATE_SHUT))
			return reached;
		if (!reached)
			control_send(reach, now, away);
		reached = true;
		if (permit_take(slot))
			return true;
		if (SYS6(SYS_futex, &slot->wake, FUTEX_WAIT, wake, &second, 0, 0) == -ETIMEDOUT &&
			!control_listened())
			return true;
	}
}
