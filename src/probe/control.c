/* SPDX-License-Identifier: MIT
 *
 * The way to ipcviz, see control.h.
 */
#include "probe/control.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "probe/process.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	RETRY_AFTER = 10000000, /* ns between attempts to open a lost pipe */
	WAIT_FULL = 100000000,  /* ns in front of a full pipe until the listener is looked for */
};

struct control control = {.pipe_fd = -1, .board_fd = -1};
_Atomic bool control_doubt;

/* What stands in for the board of a process that found none: no slots, and every gate open. */
static struct board no_board;

uint64_t
control_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- finding them
 * ------------------------------------------------------------------------------------------------
 */

static bool
is_control_pipe(int fd)
{
	struct stat st;
	struct statfs fs;

	if (SYS2(SYS_fstat, fd, &st) != 0 || !S_ISFIFO(st.st_mode) || st.st_ino != control.inode)
		return false;
	if (control.device ==
		0) { /* first time: of all pipes, not of all files, has it this inode */
		if (SYS2(SYS_fstatfs, fd, &fs) != 0 || fs.f_type != PIPEFS_MAGIC)
			return false;
		control.device = st.st_dev;
	}
	return st.st_dev == control.device;
}

/* Opens the owner's descriptor `fd` anew; -1 when that is refused. */
static int
owner_open(int fd, int flags)
{
	char path[64];
	const char *end = path + sizeof path;
	char *at = text_number(text_word(path, end, "/proc/"), end, control.owner);

	text_number(text_word(at, end, "/fd/"), end, fd);
	return (int)SYS3(SYS_openat, AT_FDCWD, path, flags);
}

/* Moves `fd` up to `number` or, if that is taken, the next free one above; below the limit when the
 * limit cannot be raised so far. Only under its own number does it survive exec. Answers where it
 * is now, -1 when nowhere. */
static int
move_up(int fd, int number)
{
	struct rlimit old, high;
	long moved;

	if (SYS4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &old) != 0)
		return -1;
	high = old;
	if (high.rlim_cur < (rlim_t)number + 16)
		high.rlim_cur =
			(rlim_t)number + 16 < old.rlim_max ? (rlim_t)number + 16 : old.rlim_max;
	if (high.rlim_cur != old.rlim_cur)
		SYS4(SYS_prlimit64, 0, RLIMIT_NOFILE, &high, 0);
	moved = SYS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, number);
	if (high.rlim_cur != old.rlim_cur)
		SYS4(SYS_prlimit64, 0, RLIMIT_NOFILE, &old, 0);
	if (moved < 0 && old.rlim_cur > 16)
		moved = SYS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC,
			old.rlim_cur < 8192 ? old.rlim_cur - 16 : 8192 - 16);
	if (moved == number)
		SYS3(SYS_fcntl, moved, F_SETFD, 0);
	SYS1(SYS_close, fd);
	return moved < 0 ? -1 : (int)moved;
}

/* Opens the control pipe anew, as the stage opened it: see control.h for why it is both its ends.
 * Its number may differ from the one that was lost. */
static bool
pipe_reopen(void)
{
	int fd = owner_open(control.owner_pipe_fd, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (!is_control_pipe(fd)) {
		SYS1(SYS_close, fd);
		return false;
	}
	fd = move_up(fd, control.owner_pipe_fd);
	atomic_store(&control.pipe_fd, fd);
	return fd >= 0;
}

static bool
board_map(int fd)
{
	struct stat st;
	struct board *board;

	if (fd < 0 || SYS2(SYS_fstat, fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		st.st_size < (off_t)sizeof *board)
		return false;
	board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board == MAP_FAILED)
		return false;
	if (board->magic == BOARD_MAGIC && board->version == BOARD_VERSION &&
		board->slots == BOARD_SLOTS && board->pipe_inode == control.inode) {
		control.board = board;
		return true;
	}
	munmap(board, sizeof *board);
	return false;
}

static void
board_open(int fd)
{
	int anew;

	if (board_map(fd)) {
		atomic_store(&control.board_fd, fd);
		return;
	}
	control.board = &no_board;
	anew = owner_open(fd, O_RDWR | O_CLOEXEC);
	if (anew < 0)
		return;
	if (board_map(anew))
		atomic_store(&control.board_fd, move_up(anew, fd));
	else
		SYS1(SYS_close, anew);
}

/* Reads "version:owner-pid:pipe-fd:board-fd:pipe-inode:…". */
static bool
address_parse(const char *address, uint64_t part[5])
{
	for (int i = 0; i < 5; i++) {
		if (*address < '0' || *address > '9')
			return false;
		for (part[i] = 0; *address >= '0' && *address <= '9'; address++)
			part[i] = part[i] * 10 + (uint64_t)(*address - '0');
		if (*address++ != ':')
			return false;
	}
	return part[1] <= INT_MAX && part[2] <= INT_MAX && part[3] <= INT_MAX;
}

/* Nobody listened from the start: the program has descriptors of its own alone. */
static void
control_drop(void)
{
	SYS1(SYS_close, atomic_exchange(&control.pipe_fd, -1));
	if (atomic_load(&control.board_fd) >= 0)
		SYS1(SYS_close, atomic_exchange(&control.board_fd, -1));
}

bool
control_open(const char *address)
{
	uint64_t part[5];

	if (address == NULL || !address_parse(address, part) || part[0] != BOARD_VERSION)
		return false;
	control.owner = (int32_t)part[1];
	control.owner_pipe_fd = (int)part[2];
	control.owner_board_fd = (int)part[3];
	control.inode = part[4];
	atomic_store(&control_doubt, true);
	board_open(control.owner_board_fd);
	if (is_control_pipe(control.owner_pipe_fd))
		atomic_store(&control.pipe_fd, control.owner_pipe_fd);
	else if (!pipe_reopen())
		return false;
	if (control_listened())
		atomic_store(&control.on, true);
	else
		control_drop();
	return atomic_load(&control.on);
}

/* --- keeping them
 * ------------------------------------------------------------------------------------------------
 */

bool
control_listened(void)
{
	bool listened =
		control.board == &no_board
			? SYS2(SYS_kill, control.owner, 0) != -ESRCH
			: (atomic_load(&control.board->owner) & (int32_t)FUTEX_TID_MASK) != 0;

	if (listened)
		return true;
	/* A lesson's process is killed now in any case. What it did until then would stand on no ledger: nobody could
	 * remove what it made. */
	if (atomic_load(&control.board->captive) != 0)
		SYS2(SYS_kill, SYS0(SYS_getpid), SIGKILL);
	atomic_store(&control.on, false);
	return false;
}

static void
dark_say(bool dark)
{
	if (me.slot != NULL && me.slot_index >= 0)
		atomic_store(&me.slot->dark, dark);
}

/* The descriptor under our number is not ours any more: find the way back. */
static bool
control_return(uint64_t now)
{
	if (me.vforked || now < atomic_load(&control.retry))
		return false; /* a vforked child has descriptors of its own, but its parent's memory
			       */
	if (pipe_reopen()) {
		dark_say(false);
		return true;
	}
	atomic_store(&control.pipe_fd, -1);
	atomic_store(&control.retry, now + RETRY_AFTER);
	dark_say(true);
	return false;
}

/* Looks at the descriptor: is the pipe still under our number? */
static bool
control_check(uint64_t now)
{
	if (!control_listened())
		return false;
	if (me.vforked)
		return is_control_pipe(atomic_load(&control.pipe_fd));
	atomic_store(&control_doubt, false);
	if (!is_control_pipe(atomic_load(&control.pipe_fd)) && !control_return(now))
		return false;
	atomic_store_explicit(&control.checked, now, memory_order_relaxed);
	return true;
}

/* A host that dups onto one of our numbers, where its limit lets it, gets it; we step aside. */
void
control_yield(int fd)
{
	struct rlimit limit;
	_Atomic int *ours =
		fd == atomic_load(&control.pipe_fd) ? &control.pipe_fd : &control.board_fd;
	long copy;

	if (me.vforked || !control_owns(fd) ||
		SYS4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) != 0 ||
		(rlim_t)fd >= limit.rlim_cur)
		return; /* the kernel refuses it anyway */
	copy = SYS3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
	atomic_store(ours, copy < 0 ? -1 : move_up((int)copy, fd + 1));
	atomic_store(&control_doubt, true);
}

/* --- sending
 * -----------------------------------------------------------------------------------------------------
 */

void
control_send_checked(const struct line *line, uint64_t now)
{
	static const struct timespec while_full = {.tv_nsec = WAIT_FULL};

	/* again after each wait: time passed, a handler may have run */
	for (; control_check(now); now = control_clock()) {
		struct pollfd room = {.fd = atomic_load(&control.pipe_fd), .events = POLLOUT};
		long ret = SYS3(SYS_write, room.fd, line->text, line->length);

		if (ret != -EAGAIN) {
			if (ret < 0)
				atomic_store(&control_doubt, true);
			return;
		}
		SYS6(SYS_ppoll, &room, 1, &while_full, 0, 8, 0);
	}
}
