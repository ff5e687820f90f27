/* SPDX-License-Identifier: MIT
 *
 * What a call that returned did to descriptors and processes, by its manual page.
 */
#include "model/endpoint.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "event/line.h"

/* --- descriptors ------------------------------------------------------------------- */

/* fds=3,4: the read end first. */
static bool
two_numbers(const struct event *event, int *first, int *second)
{
	size_t length, at = 0;
	const char *text = event_raw(event, FIELD_fds, &length);
	int *out[] = {first, second};

	for (int i = 0; text != NULL && i < 2; i++) {
		size_t digits = 0;
		for (*out[i] = 0; at < length && text[at] >= '0' && text[at] <= '9' && digits < 9;
			at++, digits++)
			*out[i] = *out[i] * 10 + (text[at] - '0');
		if (digits == 0)
			return false;
		at++;
	}
	return text != NULL;
}

static void
effect_pipe(struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	int channel = event_channel(model, event), fd[2];
	int flags = event_flags(event) == -1 ? call->flags : event_flags(event);

	if (channel == NONE || !two_numbers(event, &fd[0], &fd[1]))
		return;
	if (flags == -1)
		flags = 0;
	for (int i = 0; i < 2; i++) /* closed unseen, their numbers are taken again */
		descriptor_close(model, process, fd[i], model->events);
	pipe_made(model, channel, event_number(event, FIELD_cap, -1));
	for (int i = 0; i < 2; i++) {
		int status = (flags & (O_NONBLOCK | O_DIRECT)) | (i == 0 ? O_RDONLY : O_WRONLY);
		descriptor_set(model, process, fd[i],
			table_add_description(
				model, channel, i == 0 ? END_READ : END_WRITE, status),
			(flags & O_CLOEXEC) != 0);
	}
	wait_channel_changed(model, channel);
}

static void
effect_dup(struct model *model, struct process *process, const struct call *call, bool cloexec)
{
	const struct descriptor *from = process_descriptor(process, call->fd);

	if (call->ret < 0 || call->ret > INT32_MAX || call->ret == call->fd)
		return;
	if (from == NULL) /* a copy of something that was never seen: what stood at the number is
			     gone */
		descriptor_close(model, process, (int)call->ret, model->events);
	else
		descriptor_set(model, process, (int)call->ret, from->description, cloexec);
}

static void
effect_open(struct model *model, int id, const struct call *call, const struct event *event)
{
	struct process *process = &model->processes[id];
	int channel = event_channel(model, event);
	int flags = event_flags(event) == -1 ? call->flags : event_flags(event);
	static const enum end ends[] = {END_READ, END_WRITE, END_BOTH, END_BOTH};

	if (call->ret < 0 || call->ret > INT32_MAX)
		return;
	if (call->id == CALL_creat && flags == -1)
		flags = O_WRONLY;
	int fd = (int)call->ret;
	enum end end = descriptor_end(event, flags == -1 ? END_NONE : ends[flags & O_ACCMODE]);
	int status =
		flags == -1 ? -1 : flags & ~(O_CLOEXEC | O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY);
	if (channel == NONE) {
		descriptor_close(model, process, fd, model->events);
		return;
	}
	descriptor_set(model, process, fd, table_add_description(model, channel, end, status),
		flags != -1 && flags & O_CLOEXEC);
	model->channels[channel].last_opener = id;
	if (channel_is_pipe(&model->channels[channel]))
		pipe_capacity(model, &model->channels[channel], event_number(event, FIELD_cap, -1));
	wait_channel_changed(model, channel);
}

/* A word with flags or a number, as an fcntl argument has it. */
static int
argument_flags(const struct event *event)
{
	size_t length;
	const char *text = event_raw(event, FIELD_arg, &length);
	int64_t number = event_number(event, FIELD_arg, -1);

	if (number >= 0 && number <= INT32_MAX)
		return (int)number;
	return text == NULL ? -1 : open_flags_find(text, length);
}

/* F_SETFL changes these alone (fcntl(2)). */
static void
set_status_flags(struct description *description, int flags)
{
	const int settable = O_APPEND | O_ASYNC | O_DIRECT | O_NOATIME | O_NONBLOCK;

	if (description == NULL || flags == -1)
		return;
	if (description->flags == -1)
		description->flags = description->end == END_WRITE  ? O_WRONLY
				     : description->end == END_BOTH ? O_RDWR
								    : O_RDONLY;
	description->flags = (description->flags & ~settable) | (flags & settable);
}

static void
effect_fcntl(struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	struct description *description = descriptor_description(model, process, call->fd);
	struct channel *channel =
		description == NULL ? NULL : channel_at(model, description->channel);

	if (event_is(event, FIELD_cmd, "F_DUPFD") ||
		event_is(event, FIELD_cmd, "F_DUPFD_CLOEXEC")) {
		effect_dup(model, process, call, event_is(event, FIELD_cmd, "F_DUPFD_CLOEXEC"));
	} else if (event_is(event, FIELD_cmd, "F_SETFL")) {
		set_status_flags(description,
			event_has(event, FIELD_flags) ? event_flags(event) : argument_flags(event));
	} else if (event_is(event, FIELD_cmd, "F_GETFL")) {
		if (event_has(event, FIELD_flags))
			set_status_flags(description, event_flags(event));
	} else if (event_is(event, FIELD_cmd, "F_SETFD")) {
		for (int i = 0; i < process->n_fds; i++)
			if (process->fds[i].fd == call->fd)
				process->fds[i].cloexec = event_word(event, FIELD_arg, "CLOEXEC") ||
							  event_number(event, FIELD_arg, 0) & 1;
	} else if (channel != NULL && channel_is_pipe(channel)) {
		if (event_is(event, FIELD_cmd, "F_SETPIPE_SZ") ||
			event_is(event, FIELD_cmd, "F_GETPIPE_SZ"))
			pipe_capacity(model, channel, event_number(event, FIELD_cap, call->ret));
	}
	if (description != NULL)
		wait_channel_changed(model, description->channel);
}

static void
effect_close_range(struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	int64_t last =
		call->id == CALL_closefrom ? INT64_MAX : event_number(event, FIELD_fd2, call->fd2);

	if (call->fd < 0)
		return;
	descriptor_close_range(model, process, call->fd, last < 0 ? INT64_MAX : last,
		(event_number(event, FIELD_arg, 0) & 4) != 0); /* CLOSE_RANGE_CLOEXEC */
}

/* --- sockets ----------------------------------------------------------------------- */

static void
socket_descriptor(struct model *model, struct process *process, int channel, int fd, bool nonblock,
	bool cloexec)
{
	if (channel == NONE || fd < 0)
		return;
	descriptor_close(model, process, fd, model->events); /* closed unseen, its number is taken again */
	descriptor_set(model, process, fd,
		table_add_description(
			model, channel, END_BOTH, O_RDWR | (nonblock ? O_NONBLOCK : 0)),
		cloexec);
}

/* socket, accept and socketpair: flags come with the type, or, of accept4, as such. An accepted socket does not inherit
 * O_NONBLOCK (accept(2)). */
static void
effect_socket(struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	bool accepts = call->id == CALL_accept || call->id == CALL_accept4;
	int flags = event_flags(event);
	bool nonblock = flags != -1 ? flags & O_NONBLOCK
			: accepts   ? call->except
				    : call->nonblock;
	bool cloexec = call->type != 0 || (flags != -1 && flags & O_CLOEXEC);
	int channel = event_channel(model, event), fd[2];

	if (accepts && channel == call->channel)
		return; /* it does not say which one it made */
	if (call->id != CALL_socketpair) {
		socket_descriptor(model, process, channel, (int)call->ret, nonblock, cloexec);
	} else if (two_numbers(event, &fd[0], &fd[1])) {
		int pair = channel_named(model, event, FIELD_pair);
		socket_descriptor(model, process, channel, fd[0], nonblock, cloexec);
		socket_descriptor(model, process, pair, fd[1], nonblock, cloexec);
	}
}

static void
effect_ioctl(struct model *model, struct process *process, const struct call *call,
	const struct event *event)
{
	struct description *description = descriptor_description(model, process, call->fd);

	if (description == NULL || description->flags == -1 ||
		!event_is(event, FIELD_cmd, "FIONBIO") || call->n < 0)
		return;
	description->flags &= ~O_NONBLOCK;
	description->flags |= call->n != 0 ? O_NONBLOCK : 0;
}

/* --- processes --------------------------------------------------------------------- */

/* The parent's side: the child exists, whether or not it has said so itself. */
static void
effect_fork(struct model *model, int parent, const struct call *call)
{
	int fork;

	if (call->ret > 0 && call->ret <= INT32_MAX) {
		int child = model_process(model, (int32_t)call->ret);
		bool old = child != NONE && model->processes[child].appeared <= call->begun;
		if (old && child != parent && model->processes[child].state != PROCESS_DEAD) {
			/* its end was missed: the number is used again */
			process_die(model, child, -1, NULL);
			model->strange++;
		}
		/* only now: the dead may have had forks of its own in the table */
		fork = fork_find(model, parent, call->tid);
		if ((child == NONE || old) && child != parent && fork != NONE && call->begun != 0)
			process_forked(model, parent, fork, (int32_t)call->ret);
	}
	fork = fork_find(model, parent, call->tid);
	if (fork != NONE)
		fork_end(model, fork);
}

/* A signal was sent; its effect on the receiver, if any, tells itself. */
static void
effect_signal(struct model *model, int sender, const struct call *call)
{
	int32_t pid = call->id == CALL_raise ? model->processes[sender].pid : call->target;
	int target = model_process(model, pid);

	if (target != NONE && model->processes[target].state != PROCESS_DEAD)
		lane_mark(model, &model->processes[target], LANE_SIGNAL, call->id, NONE);
}

static void
effect_wait(struct model *model, int parent, const struct call *call, const struct event *event)
{
	int64_t pid = event_number(event, FIELD_child, call->ret);
	int status = (int)event_number(event, FIELD_status, -1);
	char signal[sizeof model->processes[0].exit_signal];

	if (pid <= 0 || pid > INT32_MAX)
		return;
	int child = model_process(model, (int32_t)pid);
	event_copy(event, FIELD_signal, signal, sizeof signal);
	if (child == NONE || child == parent || event_has(event, FIELD_state))
		return; /* state: it stopped or went on, and lives */
	process_die(model, child, status, signal[0] == '\0' ? NULL : signal);
	if (call->flags == -1 || !(call->flags & WNOWAIT))
		model->processes[child].reaped = true;
}

static void
effect_disposition(struct process *process, const struct event *event)
{
	if (event_is(event, FIELD_sig, "SIGPIPE") && event_has(event, FIELD_how))
		event_copy(event, FIELD_how, process->sigpipe, sizeof process->sigpipe);
}

void
effect_apply(struct model *model, int id, const struct call *call, const struct event *event)
{
	struct process *process = &model->processes[id];

	if (call->id == CALL_close || call->id == CALL_pclose || call->id == CALL_mq_close) {
		/* Also when it failed: after EINTR the number is free on Linux, and EBADF says that
		 * it was (close(2)). */
		if (call->fd >= 0)
			descriptor_close(model, process, call->fd,
				call->begun == 0 ? model->events : call->begun);
		return;
	}
	if (call->err[0] != '\0' || call->ret < 0) {
		if (call->id == CALL_fork || call->id == CALL_vfork || call->id == CALL__Fork)
			effect_fork(model, id, call);
		return;
	}
	switch (call->id) {
	case CALL_pipe:
	case CALL_pipe2:
		effect_pipe(model, process, call, event);
		break;
	case CALL_dup:
	case CALL_dup2:
		effect_dup(model, process, call, false);
		break;
	case CALL_dup3:
		effect_dup(model, process, call,
			event_word(event, FIELD_flags, "CLOEXEC") ||
				(call->flags != -1 && call->flags & O_CLOEXEC));
		break;
	case CALL_fcntl:
		effect_fcntl(model, process, call, event);
		break;
	case CALL_open:
	case CALL_openat:
	case CALL_creat:
	case CALL_popen:
	case CALL_mq_open:
	case CALL_shm_open:
		effect_open(model, id, call, event);
		break;
	case CALL_socket:
	case CALL_socketpair:
	case CALL_accept:
	case CALL_accept4:
		effect_socket(model, process, call, event);
		break;
	case CALL_ioctl:
		effect_ioctl(model, process, call, event);
		break;
	case CALL_shmat:
	case CALL_shmdt:
	case CALL_mmap:
	case CALL_munmap:
	case CALL_mprotect:
		mapping_called(model, id, call, event);
		break;
	case CALL_mkfifo:
	case CALL_mkfifoat:
	case CALL_mknod:
	case CALL_mknodat:
	case CALL_unlink:
	case CALL_unlinkat:
	case CALL_remove:
		fifo_called(model, id, call, event);
		break;
	case CALL_mq_getattr:
	case CALL_mq_setattr:
		if (event_has(event, FIELD_flags) || call->flags != -1)
			set_status_flags(descriptor_description(model, process, call->fd),
				event_has(event, FIELD_flags) ? event_flags(event) : call->flags);
		break;
	case CALL_close_range:
	case CALL_closefrom:
		effect_close_range(model, process, call, event);
		break;
	case CALL_fork:
	case CALL_vfork:
	case CALL__Fork:
		effect_fork(model, id, call);
		break;
	case CALL_wait:
	case CALL_waitpid:
	case CALL_waitid:
	case CALL_wait3:
	case CALL_wait4:
		effect_wait(model, id, call, event);
		break;
	case CALL_kill:
	case CALL_raise:
		effect_signal(model, id, call);
		break;
	case CALL_signal:
	case CALL_sigaction:
		effect_disposition(process, event);
		break;
	default:
		break;
	}
}
