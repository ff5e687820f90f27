/* SPDX-License-Identifier: MIT
 *
 * The model's meaning in words: why a process waits, what would wake it, what state it is in.
 * Sentences are whole, so that translators can turn them round.
 */
#include "model/explain.h"

#include <fcntl.h>
#include <string.h>

#include "words.h"

static const struct channel *
waited_for(const struct model *model, const struct process *process)
{
	return process->waits_for == NONE ? NULL : &model->channels[process->waits_for];
}

static bool
is_pipe(const struct channel *channel)
{
	return channel != NULL && (channel->kind == CHANNEL_PIPE || channel->kind == CHANNEL_FIFO);
}

static bool
at_socket(const struct channel *channel)
{
	return channel != NULL && channel->endpoint != NULL;
}

/* --- causes ------------------------------------------------------------------------ */

static void
cause_empty(const struct channel *channel, char *buf, size_t size)
{
	if (is_pipe(channel))
		explain_say(buf, size, _("nothing to read: the pipe is empty"));
	else if (channel != NULL && channel->kind == CHANNEL_TTY)
		explain_say(buf, size, _("nothing to read: nothing was typed yet"));
	else
		explain_say(buf, size, _("nothing to read: nothing has arrived yet"));
}

static void
cause_full(const struct process *process, const struct channel *channel, char *buf, size_t size)
{
	const struct call *call = process_call(process);
	long long used = channel == NULL ? -1 : channel->used;
	long long capacity = channel == NULL ? -1 : channel->capacity;
	int64_t rest = call == NULL ? -1 : call->n - call->moved_early;

	int64_t room = channel == NULL ? -1 : channel_room(channel, rest);

	/* While it sleeps the kernel knows of no room; if by our count there is some, the count is behind. */
	if (!is_pipe(channel) || call == NULL || used < 0 || capacity < 0 ||
		(call->moved_early == 0 && room != 0 && call->asleep))
		explain_say(
			buf, size, _("no room: what was written before has not been taken yet"));
	else if (call->moved_early == 0 && room > 0)
		explain_say(buf, size, _("not enough room: %lld of its %lld bytes fit in now"),
			(long long)room, (long long)call->n);
	else if (call->moved_early > 0)
		explain_say(buf, size,
			_("no room for the rest: %lld of its %lld bytes are written, and %lld of "
			  "%lld bytes of the pipe are taken"),
			(long long)call->moved_early, (long long)call->n, used, capacity);
	else if (used >= capacity)
		explain_say(buf, size, _("no room: %lld of %lld bytes are taken"), used, capacity);
	else
		explain_say(buf, size,
			_("no room: %lld of %lld bytes are taken, and no page of the pipe is free "
			  "for "
			  "%lld more"),
			used, capacity, (long long)call->n);
}

static void
cause_child(const struct model *model, const struct process *process, char *buf, size_t size)
{
	const struct call *call = process_call(process);
	int child = call != NULL && call->target > 0 ? model_process(model, call->target) : NONE;
	char name[40];

	if (child != NONE)
		explain_say(buf, size, _("%s has not ended yet"),
			explain_name(model, child, name, sizeof name));
	else
		explain_say(buf, size, _("no child has ended yet"));
}

/* A FIFO's open waits for the other side: which one that is. */
static bool
opens_to_write(const struct process *process)
{
	const struct call *call = process_call(process);

	return call != NULL &&
	       (call->id == CALL_creat || call->end == END_WRITE ||
		       (call->flags != -1 && (call->flags & O_ACCMODE) == O_WRONLY));
}

static void
cause_other(const struct process *process, char *buf, size_t size)
{
	if (process->wchan[0] != '\0')
		explain_say(buf, size, _("the kernel says that it sleeps, in %s"), process->wchan);
	else
		explain_say(buf, size, _("the kernel says that it sleeps"));
}

void
process_cause_text(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = waited_for(model, process);

	buf[0] = '\0';
	if (process->state == PROCESS_STOPPED) {
		explain_say(buf, size, _("a signal has stopped it"));
		return;
	}
	if (at_socket(channel)) {
		cause_at_socket(model, id, buf, size);
		return;
	}
	switch (process->cause) {
	case WAIT_NONE:
		break;
	case WAIT_EMPTY:
		cause_empty(channel, buf, size);
		break;
	case WAIT_FULL:
		cause_full(process, channel, buf, size);
		break;
	case WAIT_PARTNER:
		if (opens_to_write(process))
			explain_say(buf, size, _("nobody has the FIFO open for reading yet"));
		else
			explain_say(buf, size, _("nobody has the FIFO open for writing yet"));
		break;
	case WAIT_CHILD:
		cause_child(model, process, buf, size);
		break;
	case WAIT_SIGNAL:
		explain_say(buf, size, _("no signal has come yet"));
		break;
	case WAIT_TIME:
		explain_say(buf, size, _("its time is not up yet"));
		break;
	case WAIT_READY:
		explain_say(
			buf, size, _("none of the descriptors that it asks about is ready yet"));
		break;
	case WAIT_EXEC:
		explain_say(
			buf, size, _("its child has neither become another program nor ended yet"));
		break;
	case WAIT_MESSAGE:
	case WAIT_ROOM:
	case WAIT_VALUE:
	case WAIT_ZERO:
	case WAIT_LOCK:
	case WAIT_CONDITION:
		cause_of_object(model, id, buf, size);
		break;
	case WAIT_CONNECTION:
	case WAIT_HANDSHAKE:
	case WAIT_OTHER:
		cause_other(process, buf, size);
		break;
	}
}

/* --- wakes ------------------------------------------------------------------------- */

static void
wake_empty(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = waited_for(model, process);
	int holders[NAMED_MAX] = {0}, total;
	char names[160];

	if (!is_pipe(channel)) {
		explain_say(buf, size, _("wakes when something arrives"));
		return;
	}
	total = channel_writers(model, process->waits_for, holders, NAMED_MAX);
	explain_names(
		model, holders, total < NAMED_MAX ? total : NAMED_MAX, total, names, sizeof names);
	if (channel->partial)
		explain_say(buf, size,
			_("wakes when a byte is written, or when every write end is closed"));
	else if (total == 0)
		explain_say(buf, size,
			_("wakes at once: no write end is open, so this is the end of file"));
	else if (total == 1 && holders[0] == id)
		explain_say(buf, size,
			_("never wakes: it holds the only write end itself, so the end of file "
			  "cannot come"));
	else if (channel->n_writers == 1)
		explain_say(
			buf, size, _("wakes when %s writes, or closes the only write end"), names);
	else
		explain_say(buf, size,
			_("wakes when a byte is written, or when all %d write ends are closed "
			  "(held by "
			  "%s)"),
			channel->n_writers, names);
}

static void
wake_full(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];
	const struct channel *channel = waited_for(model, process);
	int holders[NAMED_MAX] = {0}, total;

	if (!is_pipe(channel)) {
		explain_say(buf, size, _("wakes when the other side takes something"));
		return;
	}
	total = channel_readers(model, process->waits_for, holders, NAMED_MAX);
	if (total == 0 && !channel->partial)
		explain_say(buf, size, _("wakes at once, with SIGPIPE: no read end is open"));
	else if (total == 1 && holders[0] == id && !channel->partial)
		explain_say(buf, size, _("never wakes: it holds the only read end itself"));
	else if (!channel->slots_known || channel->n_slots == 0)
		explain_say(buf, size, _("wakes when enough is read, or every read end is closed"));
	else if (channel->slots[0].end - channel->slots[0].start == channel->page_size)
		explain_say(buf, size,
			_("wakes when a whole page is read, or every read end is closed"));
	else
		explain_say(buf, size,
			_("wakes when the oldest page is read to its end (%d bytes left), or every "
			  "read "
			  "end is closed"),
			channel->slots[0].end - channel->slots[0].start);
}

/* The child that it waits for, or all that live. */
static void
wake_child(const struct model *model, const struct process *process, char *buf, size_t size)
{
	const struct call *call = process_call(process);
	int children[NAMED_MAX] = {0}, total = 0;
	char names[160];

	for (int i = 0; i < model->n_processes; i++) {
		const struct process *child = &model->processes[i];
		if (child->ppid != process->pid || child->state == PROCESS_DEAD ||
			(call != NULL && call->target > 0 && call->target != child->pid))
			continue;
		if (total < NAMED_MAX)
			children[total] = i;
		total++;
	}
	explain_names(
		model, children, total < NAMED_MAX ? total : NAMED_MAX, total, names, sizeof names);
	if (total == 0)
		explain_say(buf, size, _("wakes when a child ends"));
	else if (total == 1)
		explain_say(buf, size, _("wakes when %s ends"), names);
	else
		explain_say(
			buf, size, _("wakes when one of its %d children ends: %s"), total, names);
}

void
process_wake_text(const struct model *model, int id, char *buf, size_t size)
{
	const struct process *process = &model->processes[id];

	buf[0] = '\0';
	if (process->state == PROCESS_STOPPED) {
		explain_say(buf, size, _("goes on when SIGCONT comes"));
		return;
	}
	if (at_socket(waited_for(model, process))) {
		wake_at_socket(model, id, buf, size);
		return;
	}
	switch (process->cause) {
	case WAIT_NONE:
	case WAIT_CONNECTION:
	case WAIT_HANDSHAKE:
	case WAIT_OTHER:
		break;
	case WAIT_MESSAGE:
	case WAIT_ROOM:
	case WAIT_VALUE:
	case WAIT_ZERO:
	case WAIT_LOCK:
	case WAIT_CONDITION:
		wake_at_object(model, id, buf, size);
		break;
	case WAIT_EMPTY:
		wake_empty(model, id, buf, size);
		break;
	case WAIT_FULL:
		wake_full(model, id, buf, size);
		break;
	case WAIT_PARTNER:
		if (opens_to_write(process))
			explain_say(
				buf, size, _("wakes when another process opens it for reading"));
		else
			explain_say(
				buf, size, _("wakes when another process opens it for writing"));
		break;
	case WAIT_CHILD:
		wake_child(model, process, buf, size);
		break;
	case WAIT_SIGNAL:
		explain_say(buf, size, _("wakes when a signal comes"));
		break;
	case WAIT_TIME:
		explain_say(buf, size, _("wakes when its time is up, or a signal comes"));
		break;
	case WAIT_READY:
		explain_say(buf, size, _("wakes when one of them is ready, or its time is up"));
		break;
	case WAIT_EXEC:
		explain_say(buf, size, _("wakes when the child becomes another program, or ends"));
		break;
	}
}

void
process_state_text(const struct process *process, char *buf, size_t size)
{
	static const char *const words[] = {
		[PROCESS_RUNNING] = N_("running"),
		[PROCESS_GATE] = N_("at the gate"),
		[PROCESS_CALL] = N_("in a call"),
		[PROCESS_BLOCKED] = N_("BLOCKED"),
		[PROCESS_STOPPED] = N_("stopped"),
		[PROCESS_DEAD] = N_("ended"),
	};

	if (process->state == PROCESS_DEAD && process->exit_signal[0] != '\0')
		explain_say(buf, size, _("killed by %s"), process->exit_signal);
	else if (process->state == PROCESS_DEAD && process->exit_status >= 0)
		explain_say(buf, size, _("exited %d"), process->exit_status);
	else
		explain_say(buf, size, "%s", _(words[process->state]));
}
