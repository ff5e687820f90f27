/* SPDX-License-Identifier: MIT
 *
 * Events from a file. It is streamed through one small buffer, so that its size does not matter,
 * and whatever it holds, the answer is an event or a sentence.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/source.h"
#include "words.h"

enum { RECORDING_BUFFER = 64 * 1024, FORMAT_VERSION = 1 };

static const char magic[] = "ipcviz-events ";

struct recording {
	struct source source;
	int fd;
	int line;           /* number of the line that was read last, from 1 */
	int bad, first_bad; /* lines that are no events: how many, and where the first is */
	bool over;          /* the file's end was reached, or it can be read no further */
	int error;          /* errno of reading; 0: none */
	size_t start, end;  /* of what is unread in buffer */
	char path[256];
	char buffer[RECORDING_BUFFER];
};

/* Reads more behind what is unread; false: there is no more. */
static bool
recording_fill(struct recording *recording)
{
	ssize_t n;

	if (recording->over)
		return false;
	memmove(recording->buffer, recording->buffer + recording->start,
		recording->end - recording->start);
	recording->end -= recording->start;
	recording->start = 0;
	do
		n = read(recording->fd, recording->buffer + recording->end,
			RECORDING_BUFFER - recording->end);
	while (n < 0 && errno == EINTR);
	recording->error = n < 0 ? errno : 0;
	recording->over = n <= 0;
	recording->end += n > 0 ? (size_t)n : 0;
	return n > 0;
}

enum piece {
	PIECE_LINE, /* a whole one */
	PIECE_LONG, /* one too long for an event; it was skipped */
	PIECE_CUT,  /* the last one, without its newline */
	PIECE_NONE,
};

/* Finds the next line, without its newline. It stays good until the next call. */
static enum piece
recording_line(struct recording *recording, char **line, size_t *length)
{
	bool skipping = false;

	for (size_t seen = 0;;) {
		char *from = recording->buffer + recording->start;
		size_t have = recording->end - recording->start;
		char *newline = memchr(from + seen, '\n', have - seen);

		if (newline != NULL) {
			*line = from;
			*length = (size_t)(newline - from);
			recording->start += *length + 1;
			recording->line++;
			return skipping || *length >= EVENT_LINE_MAX ? PIECE_LONG : PIECE_LINE;
		}
		seen = have;
		if (have >= RECORDING_BUFFER / 2) {
			skipping = true;
			recording->start = recording->end;
			seen = 0;
		}
		if (recording_fill(recording))
			continue;
		if (have == 0 && !skipping)
			return PIECE_NONE;
		recording->line++;
		recording->start = recording->end;
		return PIECE_CUT;
	}
}

static enum source_result
recording_end(struct recording *recording, bool cut)
{
	struct problem *problem = &recording->source.problem;

	if (recording->error != 0)
		problem_set(problem, recording->path, 0, _("the recording cannot be read on: %s"),
			strerror(recording->error));
	else if (cut)
		problem_set(problem, recording->path, recording->line,
			_("the recording is cut off in this line; what came before it was played"));
	else if (recording->bad > 0)
		problem_set(problem, recording->path, recording->first_bad,
			_("lines that are no events were left out: %d, the first of them here"),
			recording->bad);
	else
		return SOURCE_END;
	return SOURCE_BROKEN;
}

static enum source_result
recording_next(struct source *source, struct event *event)
{
	struct recording *recording = (struct recording *)source;
	size_t length;
	char *line;

	for (;;) {
		enum piece piece = recording_line(recording, &line, &length);

		if (piece == PIECE_NONE || piece == PIECE_CUT)
			return recording_end(recording, piece == PIECE_CUT);
		if (piece == PIECE_LINE && length > 0 && line[length - 1] == '\r')
			length--;
		if (piece == PIECE_LINE && length == 0)
			continue;
		if (piece == PIECE_LINE && event_parse(event, line, length) == 0)
			return SOURCE_EVENT;
		if (recording->bad++ == 0)
			recording->first_bad = recording->line;
	}
}

static int
recording_poll_fds(struct source *source, struct pollfd *fds, int room)
{
	(void)source;
	(void)fds;
	(void)room;
	return 0; /* it is never dry */
}

static void
recording_free(struct source *source)
{
	struct recording *recording = (struct recording *)source;

	if (recording == NULL)
		return;
	close(recording->fd);
	free(recording);
}

/* Reads the first line. A newer version is not refused: what is understood of it is played. */
static int
recording_header(struct recording *recording, struct problem *problem)
{
	const char *path = recording->path;
	size_t length = 0;
	char *line, *end;
	enum piece piece = recording_line(recording, &line, &length);
	long version;

	if (recording->error != 0)
		return problem_set(problem, path, 0, "%s", strerror(recording->error));
	if (piece == PIECE_NONE)
		return problem_set(problem, path, 0, _("the recording is empty"));
	if (piece != PIECE_LINE || length < sizeof magic ||
		memcmp(line, magic, sizeof magic - 1) != 0)
		return problem_set(problem, path, 1,
			_("this is no recording of ipcviz: its first line is not \"%s\""),
			EVENT_HEADER);
	line[length] = '\0'; /* where its newline was */
	version = strtol(line + sizeof magic - 1, &end, 10);
	if (version < 1 || (*end != '\0' && *end != '.' && *end != '\r'))
		return problem_set(problem, path, 1,
			_("this is no recording of ipcviz: its first line names no version"));
	if (version > FORMAT_VERSION)
		problem_set(&recording->source.problem, path, 1,
			_("the recording was made by a newer ipcviz (format %ld); it is played as "
			  "far as this "
			  "one understands it"),
			version);
	return 0;
}

struct source *
source_recording(const char *path, struct problem *problem)
{
	struct recording *recording = calloc(1, sizeof *recording);
	struct stat status;

	if (recording == NULL) {
		problem_set(problem, path, 0, "%s", strerror(ENOMEM));
		return NULL;
	}
	recording->source = (struct source){
		.next = recording_next, .poll_fds = recording_poll_fds, .free = recording_free};
	strlcpy(recording->path, path, sizeof recording->path);
	recording->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (recording->fd < 0) {
		problem_set(problem, path, 0, "%s", strerror(errno));
		free(recording);
		return NULL;
	}
	if (fstat(recording->fd, &status) == 0 && S_ISDIR(status.st_mode))
		problem_set(problem, path, 0, _("this is a directory, not a recording"));
	else if (recording_header(recording, problem) == 0)
		return &recording->source;
	recording_free(&recording->source);
	return NULL;
}
