/* SPDX-License-Identifier: MIT
 *
 * The way to ipcviz: the control pipe and the control board (event/board.h).
 *
 * Keeping the pipe. Wrapped calls cannot reach the two control descriptors: to the host they do not
 * exist (EBADF). Calls past the wrappers can. So before a line is sent, fstat must have shown the
 * control pipe's inode under our number: since the thread came into our hands, if it was out of
 * them for more than about half a microsecond (the raw system calls that take a number over need as
 * much), and no longer than a millisecond ago in any case; and anew after every syscall(2), fork
 * and exec. What remains is another thread that takes the number over, by bare machine
 * instructions, within a millisecond of our look. A pipe that is gone is opened anew through
 * /proc/OWNER/fd/N, under a free number; where that is refused the process goes dark
 * (board_slot.dark) and tries again every ten milliseconds.
 *
 * Losing the listener. Our descriptor is both ends of the pipe in one, and does not block. So the
 * pipe has a reader as long as we have it, and no line raises SIGPIPE, which the host must never
 * see. That ipcviz is gone stands on the board (board.owner), whence it is read whenever the
 * descriptor is looked at, and every tenth of a second in front of a full pipe. Then silence for
 * good.
 */
#ifndef IPCVIZ_PROBE_CONTROL_H
#define IPCVIZ_PROBE_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "event/board.h"
#include "event/line.h"
#include "probe/process.h"
#include "probe/sys.h"

struct control {
	_Alignas(64) _Atomic bool on;  /* false: nobody listens, wrappers pass everything through */
	_Atomic int pipe_fd, board_fd; /* our numbers; -1 when gone */
	_Atomic uint64_t checked;      /* when the descriptor was last seen to be the pipe, ns */
	_Atomic uint64_t retry;        /* gone: not before this time, ns */
	uint64_t device, inode;        /* of the pipe */
	int32_t owner;                 /* pid */
	int owner_pipe_fd, owner_board_fd;
	struct board *board;
};

extern struct control control;
/* Look at the descriptor before the next line. Apart from the others, since wrap_syscall.c sets it
 * in assembly. */
extern _Atomic bool control_doubt;

/* Finds the pipe and the board that the environment names; false when there are none. */
bool control_open(const char *address);
/* Sends the finished line, once the descriptor was looked at, and waits while the pipe is full. */
void control_send_checked(const struct line *line, uint64_t now);
/* Does anybody read the pipe? Turns `on` off when not. */
bool control_listened(void);
/* Nanoseconds, CLOCK_MONOTONIC. */
uint64_t control_clock(void);
/* Moves our descriptor away from a number that the host wants for itself. */
void control_yield(int fd);

/* Is this one of ours? */
static inline bool
control_owns(int fd)
{
	return (fd == atomic_load_explicit(&control.pipe_fd, memory_order_relaxed) ||
		       fd == atomic_load_explicit(&control.board_fd, memory_order_relaxed)) &&
	       fd >= 0;
}

/* May a line be sent without another look at the descriptor? */
static inline bool
control_trusts(uint64_t now, uint64_t away)
{
	enum {
		TRUST_AWAY = 500,    /* ns out of our hands after which it is looked at again */
		TRUST_AGE = 1000000, /* ns that a look holds in any case */
	};

	return away <= TRUST_AWAY && !me.vforked &&
	       !atomic_load_explicit(&control_doubt, memory_order_relaxed) &&
	       now - atomic_load_explicit(&control.checked, memory_order_relaxed) <= TRUST_AGE;
}

/* Sends the finished line. `now` is its time; `away` is how long the thread was out of our hands,
 * ns. Inline down to the system call, as everything is that makes one for every event: the kernel
 * leaves the processor without its memory of return addresses, so each function that is still to
 * be left afterwards costs a tenth of the call itself. */
INLINE void
control_send(const struct line *line, uint64_t now, uint64_t away)
{
	if (!atomic_load_explicit(&control.on, memory_order_relaxed))
		return;
	if (!control_trusts(now, away) ||
		SYS3(SYS_write, atomic_load_explicit(&control.pipe_fd, memory_order_relaxed),
			line->text, line->length) != (long)line->length)
		control_send_checked(line, now);
}

/* What to hand to the kernel for fd: a number that is surely not open when fd is ours, so that it
 * answers EBADF itself. */
static inline int
control_hide(int fd)
{
	return control_owns(fd) ? -1 : fd;
}

#endif
