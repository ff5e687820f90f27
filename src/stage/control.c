/* SPDX-License-Identifier: MIT
 *
 * The control pipe: made large, read in big pieces, cut into lines. While events flow nobody sleeps
 * on it, since to wake a sleeping reader costs a process sixteen times the write itself; see
 * control_flows().
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

enum { CONTROL_SIZE = 1024 * 1024, CONTROL_SIZE_MIN = 64 * 1024, NUMBER_MAX = 8192 };

/* The number from which on the control descriptors lie, in every process the same: see board.h. */
static int
control_number(const struct rlimit *limit)
{
	rlim_t soft = limit->rlim_cur;

	if (soft <= NUMBER_MAX && limit->rlim_max >= soft + 2)
		return (int)soft;
	if (soft > NUMBER_MAX)
		soft = NUMBER_MAX;
	return soft > 16 ? (int)soft - 2 : 16;
}

/* The pipe for the processes: why it is both ends in one stands in event/board.h. */
static int
writers_open(int fd)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

/* Moves fd to the lowest free number from `from` on. */
static int
move_up(int fd, int from)
{
	int up = fcntl(fd, F_DUPFD_CLOEXEC, from);

	if (up < 0)
		up = fcntl(fd, F_DUPFD_CLOEXEC, 16);
	close(fd);
	return up;
}

int
control_open(struct stage *stage, struct problem *problem)
{
	int number = control_number(&stage->limit);
	struct stat status;
	int ends[2], writers;

	if ((stage->buffer = malloc(CONTROL_BUFFER)) == NULL)
		return problem_set(problem, NULL, 0, "%s", strerror(errno));
	if (pipe2(ends, O_CLOEXEC) != 0)
		return problem_set(problem, NULL, 0, _("cannot make a pipe: %s"), strerror(errno));
	stage->control_read = ends[0];
	writers = writers_open(ends[0]);
	close(ends[1]);
	if (writers < 0)
		return problem_set(
			problem, NULL, 0, _("cannot keep a descriptor: %s"), strerror(errno));
	stage->control_write = move_up(writers, number);
	stage->board_fd = move_up(stage->board_fd, number);
	if (stage->control_write < 0 || stage->board_fd < 0 || fstat(ends[0], &status) != 0)
		return problem_set(
			problem, NULL, 0, _("cannot keep a descriptor: %s"), strerror(errno));
	stage->control_inode = status.st_ino;
	stage->board->pipe_inode = status.st_ino;
	/* Refused when the user's pipes together are too large already (pipe(7),
	 * pipe-user-pages-soft). */
	for (int size = CONTROL_SIZE; size >= CONTROL_SIZE_MIN; size /= 2)
		if (fcntl(ends[0], F_SETPIPE_SZ, size) >= 0)
			break;
	stage->control_size = fcntl(ends[0], F_GETPIPE_SZ);
	/* Ours alone: the writers have another open file description. */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return 0;
}

void
control_close(struct stage *stage)
{
	if (stage->control_read >= 0)
		close(stage->control_read);
	if (stage->control_write >= 0)
		close(stage->control_write);
	free(stage->buffer);
}

static int
control_waiting(const struct stage *stage)
{
	int waiting = 0;

	return ioctl(stage->control_read, FIONREAD, &waiting) == 0 ? waiting : 0;
}

uint64_t
control_mark(struct stage *stage)
{
	return stage->consumed + (stage->end - stage->start) + (uint64_t)control_waiting(stage);
}

/* Lines of up to 512 bytes waste less than that of each 4 KiB page, so a pipe that makes a writer
 * sleep is fuller than seven eighths; half leaves room for what comes meanwhile. */
bool
control_crowded(struct stage *stage)
{
	return control_waiting(stage) > stage->control_size / 2;
}

ssize_t
control_fill(struct stage *stage)
{
	ssize_t n;

	if (stage->start > 0) {
		memmove(stage->buffer, stage->buffer + stage->start, stage->end - stage->start);
		stage->end -= stage->start;
		stage->start = 0;
	}
	do
		n = read(stage->control_read, stage->buffer + stage->end,
			CONTROL_BUFFER - stage->end);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		stage->end += (size_t)n;
	return n > 0 ? n : 0;
}

/* Hands on the next line; false: there is no whole one in the buffer. */
bool
control_take(struct stage *stage, struct event *event)
{
	for (;;) {
		const char *line = stage->buffer + stage->start;
		size_t have = stage->end - stage->start;
		const char *newline = memchr(line, '\n', have);
		size_t length = newline == NULL ? have : (size_t)(newline - line) + 1;
		bool good;

		if (newline == NULL && have < EVENT_LINE_MAX)
			return false;
		/* Somebody else writes into our pipe: skip what is no line. */
		good = newline != NULL && !stage->skipping && length <= EVENT_LINE_MAX;
		stage->skipping = newline == NULL;
		stage->start += length;
		stage->consumed += length;
		if (good && event_parse(event, line, length) == 0)
			return true;
		stage->garbage++;
	}
}

bool
control_flows(struct stage *stage)
{
	bool flows = stage->consumed != stage->napped;

	stage->napped = stage->consumed;
	return flows;
}
