/* SPDX-License-Identifier: MIT
 *
 * Standing at the gate, see gate.h and the story in event/board.h.
 */
#include "probe/gate.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <time.h>

#include "probe/control.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/watch.h"

enum { SECOND = 1000000000 }; /* ns */

/* `how`: of shutdown, instead of the value; NULL. */
static void
act_say(const char *op, int fd, int value, const char *how, long ret)
{
	struct line line;
	char name[24];
	uint64_t now = control_clock();

	line_start_as(&line, now, me.who, me.who_length, WHAT_act);
	line_word(&line, FIELD_op, op);
	line_number(&line, FIELD_fd, fd);
	if (how != NULL)
		line_word(&line, FIELD_how, how);
	else
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
	act_say("nonblock", fd, on, NULL, ret);
	look_fd(fd);
}

static void
request_capacity(int fd, int bytes)
{
	act_say("capacity", fd, bytes, NULL, SYS3(SYS_fcntl, fd, F_SETPIPE_SZ, bytes));
	atomic_fetch_add(&control.board->epoch, 1);
	look_fd(fd);
}

static void
request_close(int fd)
{
	long ret = SYS1(SYS_close, fd);

	object_forget(fd);
	act_say("close", fd, 0, NULL, ret);
	look_all();
}

static void
request_buffer(int fd, bool sends, int bytes)
{
	act_say(sends ? "sndbuf" : "rcvbuf", fd, bytes, NULL,
		SYS6(SYS_setsockopt, fd, SOL_SOCKET, sends ? SO_SNDBUF : SO_RCVBUF, &bytes, sizeof bytes, 0));
	look_fd(fd);
}

static void
request_shutdown(int fd, int how)
{
	char name[24];

	act_say("shutdown", fd, 0, shutdown_name(how, name, sizeof name), SYS2(SYS_shutdown, fd, how));
	look_fd(fd);
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
	case REQUEST_RECEIVE_BUFFER:
		request_buffer(fd, false, arg);
		break;
	case REQUEST_SEND_BUFFER:
		request_buffer(fd, true, arg);
		break;
	case REQUEST_SHUTDOWN:
		request_shutdown(fd, arg);
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

/* How long calls of this name are to wait, in ns. */
static int64_t
delay_of(enum call_id call)
{
	const _Atomic uint64_t *row = control.board->delays[me.slot - control.board->slot];

	for (int i = 0; i < BOARD_DELAYS; i++) {
		uint64_t delay = atomic_load(&row[i]);

		if (delay != 0 && DELAY_CALL(delay) == (uint64_t)call)
			return DELAY_NS(delay);
	}
	return 0;
}

bool
gate_delay(enum call_id call, const struct line *reach, uint64_t now, uint64_t away)
{
	const uint64_t begun = control_clock();
	bool waited = false;

	if (!(atomic_load(&me.slot->gate) & GATE_DELAY))
		return false;
	for (;;) {
		uint32_t wake = atomic_load(&me.slot->wake);
		/* asked again each time: a delay that is taken back ends at once */
		int64_t left = (int64_t)(begun + (uint64_t)delay_of(call) - control_clock());
		struct timespec pause = {.tv_sec = left >= SECOND, .tv_nsec = left >= SECOND ? 0 : left};

		if (left <= 0)
			return waited;
		if (!waited && reach != NULL)
			control_send(reach, now, away);
		waited = true;
		if (SYS6(SYS_futex, &me.slot->wake, FUTEX_WAIT, wake, &pause, 0, 0) == -ETIMEDOUT &&
			!control_listened())
			return waited;
	}
}
