/* SPDX-License-Identifier: MIT
 *
 * Calls on descriptors that returned, as sentences: bytes through pipes and files, ends opened and
 * closed.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

/* "3996 of 4096 bytes lie in it." */
static void
add_fill(struct leave *leave)
{
	int64_t used = event_number(leave->event, FIELD_used, -1);
	int64_t capacity = event_number(leave->event, FIELD_cap, -1);

	if (used < 0 || capacity <= 0)
		return;
	if (used == 0)
		paragraph_add(leave->paragraph, "%s", _("The pipe is empty now."));
	else if (used == capacity)
		paragraph_add(leave->paragraph,
			_("The pipe is full: %lld of %lld bytes lie in it."), (long long)used,
			(long long)capacity);
	else
		paragraph_add(leave->paragraph, _("%lld of %lld bytes lie in the pipe."),
			(long long)used, (long long)capacity);
}

static void
read_returned(struct leave *leave)
{
	char bytes[40], data[DATA_LABEL];

	if (leave->ret > 0) {
		bytes_label(leave->ret, bytes, sizeof bytes);
		quote_label(leave->event, FIELD_data, leave->ret, data, sizeof data);
		if (*data != '\0')
			paragraph_add(
				leave->paragraph, _("%s read %s: %s."), leave->who, bytes, data);
		else
			paragraph_add(leave->paragraph, _("%s read %s."), leave->who, bytes);
		add_fill(leave);
	} else if (event_number(leave->event, FIELD_n, -1) == 0) {
		paragraph_add(
			leave->paragraph, _("%s read nothing: it asked for 0 bytes."), leave->who);
	} else if (leave->is_pipe) {
		paragraph_add(leave->paragraph,
			_("%s read 0 bytes: end of file, for %s is empty and nobody holds a write "
			  "end any more."),
			leave->who, leave->object);
	} else {
		paragraph_add(leave->paragraph, _("%s read 0 bytes: end of file."), leave->who);
	}
}

static void
write_returned(struct leave *leave)
{
	char bytes[40], data[DATA_LABEL];
	int64_t wanted = event_number(leave->event, FIELD_n, -1);

	bytes_label(leave->ret, bytes, sizeof bytes);
	quote_label(leave->event, FIELD_data, leave->ret, data, sizeof data);
	if (wanted > leave->ret)
		paragraph_add(leave->paragraph,
			_("%s wrote only %s of %lld: there was no room for more."), leave->who,
			bytes, (long long)wanted);
	else if (*data != '\0')
		paragraph_add(leave->paragraph, _("%s wrote %s: %s."), leave->who, bytes, data);
	else
		paragraph_add(leave->paragraph, _("%s wrote %s."), leave->who, bytes);
	add_fill(leave);
}

static void
pipe_returned(struct leave *leave)
{
	int ends[2] = {NONE, NONE};
	char fds[40], bytes[40];
	int64_t capacity = event_number(leave->event, FIELD_cap, -1);

	event_copy(leave->event, FIELD_fds, fds, sizeof fds);
	sscanf(fds, "%d,%d", &ends[0], &ends[1]);
	paragraph_add(leave->paragraph, _("%s made %s: %d is its read end, %d its write end."),
		leave->who, *leave->object != '\0' ? leave->object : _("a pipe"), ends[0], ends[1]);
	if (capacity > 0)
		paragraph_add(leave->paragraph, _("There is room for %s in it."),
			bytes_label(capacity, bytes, sizeof bytes));
}

/* What is left of a pipe after one of its ends was closed. */
static void
add_ends(struct leave *leave)
{
	if (!leave->is_pipe || leave->channel == NONE)
		return;
	const struct channel *channel = &leave->model->channels[leave->channel];
	int writers = channel->n_writers, readers = channel->n_readers;

	if (channel->partial || (leave->end != END_READ && leave->end != END_WRITE))
		return;
	if (leave->end == END_WRITE && writers == 0 && readers > 0)
		paragraph_add(leave->paragraph, "%s",
			_("It was the last write end: who reads now finds what is left, then end "
			  "of file."));
	else if (leave->end == END_READ && readers == 0 && writers > 0)
		paragraph_add(leave->paragraph, "%s",
			_("It was the last read end: who writes now gets SIGPIPE."));
	else if (leave->end == END_WRITE && writers > 0)
		paragraph_add(leave->paragraph,
			ngettext("%d write end is still open.", "%d write ends are still open.",
				(unsigned long)writers),
			writers);
	else if (leave->end == END_READ && readers > 0)
		paragraph_add(leave->paragraph,
			ngettext("%d read end is still open.", "%d read ends are still open.",
				(unsigned long)readers),
			readers);
}

static void
close_returned(struct leave *leave)
{
	if (leave->is_pipe && leave->end == END_WRITE)
		paragraph_add(leave->paragraph, _("%s closed %d, a write end of %s."), leave->who,
			leave->fd, leave->object);
	else if (leave->is_pipe && leave->end == END_READ)
		paragraph_add(leave->paragraph, _("%s closed %d, a read end of %s."), leave->who,
			leave->fd, leave->object);
	else if (*leave->object != '\0')
		paragraph_add(leave->paragraph, _("%s closed %d, %s."), leave->who, leave->fd,
			leave->object);
	else
		paragraph_add(leave->paragraph, _("%s closed %d."), leave->who, leave->fd);
	add_ends(leave);
}

static void
fcntl_returned(struct leave *leave)
{
	char command[40], argument[80], bytes[40];
	const char *who = leave->who;

	event_copy(leave->event, FIELD_cmd, command, sizeof command);
	event_copy(leave->event, FIELD_arg, argument, sizeof argument);
	if (strcmp(command, "F_SETFL") == 0 && *argument != '\0')
		paragraph_add(leave->paragraph, _("%s gave descriptor %d the flags %s."), who,
			leave->fd, argument);
	else if (strcmp(command, "F_SETPIPE_SZ") == 0)
		paragraph_add(leave->paragraph, _("%s made room for %s in %s."), who,
			bytes_label(leave->ret, bytes, sizeof bytes),
			*leave->object != '\0' ? leave->object : _("a pipe"));
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), who, leave->call,
			(long long)leave->ret);
}

static void
dup_returned(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		_("%s has descriptor %lld too now, for the same open file as %d."), leave->who,
		(long long)leave->ret, leave->fd);
}

static void
open_returned(struct leave *leave)
{
	const char *words = N_("%s opened %s as descriptor %lld.");

	if (leave->is_pipe && leave->end == END_READ)
		words = N_("%s opened %s for reading, as descriptor %lld.");
	else if (leave->is_pipe && leave->end == END_WRITE)
		words = N_("%s opened %s for writing, as descriptor %lld.");
	paragraph_add(leave->paragraph, _(words), leave->who,
		*leave->object != '\0' ? leave->object : _("a file"), (long long)leave->ret);
}

static const teller tellers[CALL_COUNT] = {
	[CALL_read] = read_returned,
	[CALL_readv] = read_returned,
	[CALL_write] = write_returned,
	[CALL_writev] = write_returned,
	[CALL_pipe] = pipe_returned,
	[CALL_pipe2] = pipe_returned,
	[CALL_close] = close_returned,
	[CALL_dup] = dup_returned,
	[CALL_dup2] = dup_returned,
	[CALL_dup3] = dup_returned,
	[CALL_fcntl] = fcntl_returned,
	[CALL_open] = open_returned,
	[CALL_openat] = open_returned,
	[CALL_creat] = open_returned,
};

teller
byte_teller(enum call_id call)
{
	return tellers[call];
}

const char *
byte_failure(const struct leave *leave)
{
	unsigned traits = call_traits(leave->event->call);
	const char *err = leave->err;

	if (strcmp(err, "EAGAIN") == 0 && (traits & CALL_READS))
		return leave->is_pipe
			       ? _("there is nothing to read, and O_NONBLOCK forbids it to sleep")
			       : _("there is nothing to read now");
	if (strcmp(err, "EAGAIN") == 0 && (traits & CALL_WRITES))
		return _("there is not room enough, and O_NONBLOCK forbids it to sleep");
	if (strcmp(err, "EPIPE") == 0)
		return _("nobody holds a read end any more, and SIGPIPE does not kill it");
	if (strcmp(err, "EBADF") == 0 && leave->end == END_READ && (traits & CALL_WRITES))
		return _("this is a read end, it cannot be written to");
	if (strcmp(err, "EBADF") == 0 && leave->end == END_WRITE && (traits & CALL_READS))
		return _("this is a write end, it cannot be read from");
	if (strcmp(err, "ENXIO") == 0 && (traits & CALL_MAKES))
		return _("nobody has the FIFO open for reading, and O_NONBLOCK forbids it to wait");
	return NULL;
}
