/* SPDX-License-Identifier: MIT
 *
 * Writing events as they are. Buffered, since a flood of events must not wait for the disk line by
 * line; the player flushes when nothing happens, so that a crash costs little.
 */
#include "trace/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words.h"

enum { RECORDER_BUFFER = 64 * 1024 };

struct recorder {
	int fd;
	bool ended; /* something failed, and was reported: nothing is written any more */
	size_t used;
	char path[256];
	char buffer[RECORDER_BUFFER];
};

static int
recorder_fail(struct recorder *recorder, int error, struct problem *problem)
{
	recorder->ended = true;
	recorder->used = 0;
	if (error == EPIPE)
		return problem_set(problem, recorder->path, 0,
			_("who read the recording is gone; it ends here"));
	return problem_set(
		problem, recorder->path, 0, _("the recording ends here: %s"), strerror(error));
}

int
recorder_flush(struct recorder *recorder, struct problem *problem)
{
	size_t done = 0;

	while (!recorder->ended && done < recorder->used) {
		ssize_t n = write(recorder->fd, recorder->buffer + done, recorder->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN) {
			/* Somebody's standard output that does not block: wait for it. */
			struct pollfd room = {.fd = recorder->fd, .events = POLLOUT};

			poll(&room, 1, -1);
		} else if (errno != EINTR)
			return recorder_fail(recorder, errno, problem);
	}
	recorder->used = 0;
	return 0;
}

static int
recorder_put(struct recorder *recorder, const char *line, size_t length, struct problem *problem)
{
	int answer = 0;

	if (recorder->ended)
		return 0;
	if (recorder->used + length + 1 > sizeof recorder->buffer)
		answer = recorder_flush(recorder, problem);
	if (answer == 0) {
		memcpy(recorder->buffer + recorder->used, line, length);
		recorder->used += length;
		recorder->buffer[recorder->used++] = '\n';
	}
	return answer;
}

int
recorder_write(struct recorder *recorder, const struct event *event, struct problem *problem)
{
	return recorder_put(recorder, event->line, event->length, problem);
}

struct recorder *
recorder_create(const char *path, struct problem *problem)
{
	struct recorder *recorder = calloc(1, sizeof *recorder);

	if (recorder == NULL) {
		problem_set(problem, path, 0, "%s", strerror(ENOMEM));
		return NULL;
	}
	strlcpy(recorder->path, path, sizeof recorder->path);
	if (strcmp(path, "-") == 0)
		recorder->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		recorder->fd =
			open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (recorder->fd < 0) {
		problem_set(problem, path, 0, _("cannot record: %s"), strerror(errno));
		free(recorder);
		return NULL;
	}
	recorder_put(recorder, EVENT_HEADER, sizeof EVENT_HEADER - 1, problem);
	/* At once: a full disk or a wrong place is known before anything happens. */
	if (recorder_flush(recorder, problem) != 0) {
		close(recorder->fd);
		free(recorder);
		return NULL;
	}
	return recorder;
}

int
recorder_free(struct recorder *recorder, struct problem *problem)
{
	int answer;

	if (recorder == NULL)
		return 0;
	answer = recorder_flush(recorder, problem);
	if (close(recorder->fd) != 0 && answer == 0 && !recorder->ended && errno != EINTR)
		answer = recorder_fail(recorder, errno, problem);
	free(recorder);
	return answer;
}
