/* SPDX-License-Identifier: MIT
 *
 * A call that returned, as a sentence: what it brought, why it failed, and who woke whom.
 */
#include "plain/plain_own.h"

#include <string.h>

#include "event/line.h"
#include "words.h"

enum { DATA_LABEL = 32 }; /* bytes of payload are told to recognise them, not to read them */

/* What the sentences about one leave have in common. */
struct leave {
	const struct plain *plain;
	const struct model *model;
	const struct event *event;
	struct paragraph *paragraph;
	char who[64];
	char call[160];
	char object[160]; /* as words, "" unknown */
	char err[16];
	int64_t ret;
	int fd;
	int channel; /* id, or NONE */
	enum end end;
	bool is_pipe;
};

/* The channel and end that the call worked on: by the event, else by what the model kept of the
 * call. */
static void
find_channel(struct leave *leave)
{
	const struct model *model = leave->model;
	const struct event *event = leave->event;
	int id = model_process(model, event->pid);
	char object[EVENT_LINE_MAX];

	leave->channel = NONE;
	if (event_copy(event, FIELD_obj, object, sizeof object) > 0) {
		leave->channel = model_channel(model, object);
	} else if (id != NONE && model->processes[id].last.id == event->call &&
		   event->call != CALL_unknown && model->processes[id].last.channel != NONE) {
		leave->channel = model->processes[id].last.channel;
		snprintf(object, sizeof object, "%s", model->channels[leave->channel].name);
	}
	if (*object != '\0')
		object_label(object, leave->object, sizeof leave->object);
	leave->is_pipe = strncmp(object, "pipe:", 5) == 0 || strncmp(object, "fifo:", 5) == 0;
	if (event_is(event, FIELD_end, "r"))
		leave->end = END_READ;
	else if (event_is(event, FIELD_end, "w"))
		leave->end = END_WRITE;
	else if (id != NONE && model->processes[id].last.channel == leave->channel)
		leave->end = model->processes[id].last.end;
}

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
fork_returned(struct leave *leave)
{
	char child[64];

	if (leave->ret == 0)
		paragraph_add(leave->paragraph, _("In %s, %s returned 0: it is the child."), leave->who,
			call_name(leave->event->call));
	else
		paragraph_add(leave->paragraph,
			_("%s has a child, %s, with a copy of each of its descriptors."),
			leave->who,
			process_full_label(leave->plain, leave->model, (int32_t)leave->ret, child,
				sizeof child));
}

static void
wait_returned(struct leave *leave)
{
	char child[64], state[64];
	int id = model_process(leave->model, (int32_t)leave->ret);

	if (leave->ret == 0) {
		paragraph_add(leave->paragraph,
			_("%s looked for ended children; there is none yet."), leave->who);
		return;
	}
	process_label(leave->plain, leave->model, (int32_t)leave->ret, child, sizeof child);
	if (id != NONE && leave->model->processes[id].state == PROCESS_DEAD) {
		process_state_text(&leave->model->processes[id], state, sizeof state);
		paragraph_add(
			leave->paragraph, _("%s has waited for %s: %s."), leave->who, child, state);
	} else {
		paragraph_add(leave->paragraph, _("%s has waited for %s."), leave->who, child);
	}
}

static void
poll_returned(struct leave *leave)
{
	char ready[80];

	if (leave->ret == 0)
		paragraph_add(leave->paragraph, _("%s: %s ran out of time; nothing is ready."),
			leave->who, call_name(leave->event->call));
	else if (event_copy(leave->event, FIELD_ready, ready, sizeof ready) > 0)
		paragraph_add(leave->paragraph, _("%s: %s found ready: %s."), leave->who,
			call_name(leave->event->call), ready);
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who,
			call_name(leave->event->call), (long long)leave->ret);
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
signal_returned(struct leave *leave)
{
	char signal[32];
	const char *words =
		event_is(leave->event, FIELD_how, "ignored") ? N_("%s ignores %s from now on.")
		: event_is(leave->event, FIELD_how, "default")
			? N_("%s takes %s as it comes from now on.")
		: event_is(leave->event, FIELD_how, "caught") ? N_("%s catches %s from now on.")
							      : NULL;

	if (words == NULL || event_copy(leave->event, FIELD_sig, signal, sizeof signal) == 0)
		paragraph_add(leave->paragraph, _("%s: %s returned."), leave->who, leave->call);
	else
		paragraph_add(leave->paragraph, _(words), leave->who, signal);
}

static void
kill_returned(struct leave *leave)
{
	char signal[32], target[64];

	event_copy(leave->event, FIELD_sig, signal, sizeof signal);
	if (leave->event->call == CALL_raise || !event_has(leave->event, FIELD_target))
		paragraph_add(leave->paragraph, _("%s sent %s to itself."), leave->who, signal);
	else
		paragraph_add(leave->paragraph, _("%s sent %s to %s."), leave->who, signal,
			process_label(leave->plain, leave->model,
				(int32_t)event_number(leave->event, FIELD_target, 0), target,
				sizeof target));
}

/* Why a call failed, in words that fit what it was about; "" when the error's own name must do. */
static const char *
failure(const struct leave *leave)
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
	if (strcmp(err, "EINTR") == 0)
		return _("a signal interrupted it");
	if (strcmp(err, "ECHILD") == 0)
		return _("it has no child to wait for");
	int number = errno_find(err, strlen(err));
	return number > 0 ? strerror(number) : "";
}

static void
failed(struct leave *leave)
{
	const char *why = failure(leave);

	if (*why != '\0')
		paragraph_add(leave->paragraph, _("%s: %s failed with %s: %s."), leave->who,
			leave->call, leave->err, why);
	else
		paragraph_add(leave->paragraph, _("%s: %s failed with %s."), leave->who,
			leave->call, leave->err);
}

static void
returned(struct leave *leave)
{
	switch (leave->event->call) {
	case CALL_read:
	case CALL_readv:
		read_returned(leave);
		break;
	case CALL_write:
	case CALL_writev:
		write_returned(leave);
		break;
	case CALL_pipe:
	case CALL_pipe2:
		pipe_returned(leave);
		break;
	case CALL_close:
		close_returned(leave);
		break;
	case CALL_dup:
	case CALL_dup2:
	case CALL_dup3:
		paragraph_add(leave->paragraph,
			_("%s has descriptor %lld too now, for the same open file as %d."),
			leave->who, (long long)leave->ret, leave->fd);
		break;
	case CALL_open:
	case CALL_openat:
	case CALL_creat:
		paragraph_add(leave->paragraph, _("%s opened %s as descriptor %lld."), leave->who,
			*leave->object != '\0' ? leave->object : _("a file"),
			(long long)leave->ret);
		break;
	case CALL_fork:
	case CALL_vfork:
	case CALL__Fork:
		fork_returned(leave);
		break;
	case CALL_wait:
	case CALL_waitpid:
	case CALL_waitid:
	case CALL_wait3:
	case CALL_wait4:
		wait_returned(leave);
		break;
	case CALL_poll:
	case CALL_ppoll:
	case CALL_select:
	case CALL_pselect:
	case CALL_epoll_wait:
	case CALL_epoll_pwait:
		poll_returned(leave);
		break;
	case CALL_fcntl:
		fcntl_returned(leave);
		break;
	case CALL_signal:
	case CALL_sigaction:
		signal_returned(leave);
		break;
	case CALL_kill:
	case CALL_raise:
		kill_returned(leave);
		break;
	default:
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
	}
}

/* It slept in this call, and somebody's act let it go on. */
static void
add_waker(struct leave *leave)
{
	const struct model *model = leave->model;
	int id = model_process(model, leave->event->pid);
	char waker[64];

	for (int i = 0; i < model->n_wakes; i++) {
		const struct wake *wake =
			&model->wakes[(model->wakes_next + MODEL_WAKES_MAX - 1 - i) %
				      MODEL_WAKES_MAX];

		if (wake->event != model->events)
			return;
		if (wake->woken == id && wake->waker != NONE)
			paragraph_add(leave->paragraph, _("It had slept in this call; %s woke it."),
				process_label(leave->plain, model,
					model->processes[wake->waker].pid, waker, sizeof waker));
	}
}

void
leave_sentence(const struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	struct leave leave = {.plain = plain,
		.model = model,
		.event = event,
		.paragraph = paragraph,
		.ret = event_number(event, FIELD_ret, 0),
		.fd = (int)event_number(event, FIELD_fd, NONE)};

	process_label(plain, model, event->pid, leave.who, sizeof leave.who);
	call_text(event, leave.call, sizeof leave.call);
	event_copy(event, FIELD_err, leave.err, sizeof leave.err);
	find_channel(&leave);
	if (leave.err[0] != '\0')
		failed(&leave);
	else
		returned(&leave);
	add_waker(&leave);
}
