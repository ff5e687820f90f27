/* SPDX-License-Identifier: MIT
 *
 * An event as a sentence or two. Calls that returned are in leave_sentence.c.
 */
#include "plain/plain_own.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

/* What was told of the process so far; NULL when the model does not know it, or without memory. */
static struct told *
told_of(struct plain *plain, const struct model *model, int32_t pid)
{
	int id = model_process(model, pid);

	if (id == NONE)
		return NULL;
	if (id >= plain->n_told) {
		struct told *more =
			reallocarray(plain->told, (size_t)model->n_processes, sizeof *more);

		if (more == NULL)
			return NULL;
		memset(more + plain->n_told, 0,
			(size_t)(model->n_processes - plain->n_told) * sizeof *more);
		plain->told = more;
		plain->n_told = model->n_processes;
	}
	if (plain->told[id].pid != pid)
		plain->told[id] = (struct told){.pid = pid};
	return &plain->told[id];
}

/* The object that the event names, as words; "" when it names none. */
static const char *
event_object(const struct event *event, char *buf, size_t size)
{
	char object[EVENT_LINE_MAX];

	buf[0] = '\0';
	if (event_copy(event, FIELD_obj, object, sizeof object) > 0)
		object_label(object, buf, size);
	return buf;
}

/* On which machine, unless that goes without saying: its parent is there, too. */
static void
lives(const struct model *model, const struct process *process, const char *who,
	struct paragraph *paragraph)
{
	if (process->host[0] == '\0' || model_process(model, process->ppid) != NONE)
		return;
	if (process->host_why[0] == '\0')
		paragraph_add(paragraph, _("%s is on the machine %s, %s."), who, process->host,
			process->address);
	else
		paragraph_add(paragraph,
			_("%s is on the machine %s: no network of its own is allowed here (%s), so both "
			  "machines are the loopback, %s."),
			who, process->host, process->host_why, process->address);
}

static void
born(const struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	int id = model_process(model, event->pid);
	char program[128], parent[64], name[64];
	int32_t ppid = (int32_t)event_number(event, FIELD_ppid, 0);

	event_copy(event, FIELD_prog, program, sizeof program);
	process_full_label(plain, model, event->pid, name, sizeof name);
	if (model_process(model, ppid) != NONE)
		paragraph_add(paragraph, _("%s is born, a child of %s."), name,
			process_label(plain, model, ppid, parent, sizeof parent));
	else if (*program != '\0')
		paragraph_add(paragraph, _("%s is born, running %s."), name, program);
	else
		paragraph_add(paragraph, _("%s is born."), name);
	if (id != NONE)
		lives(model, &model->processes[id],
			process_label(plain, model, event->pid, parent, sizeof parent), paragraph);
	if (event_number(event, FIELD_slot, 0) < 0)
		paragraph_add(paragraph, "%s", _("The control board is full: it runs free."));
}

static void
became(const struct event *event, struct paragraph *paragraph)
{
	char program[128], argv[160];

	event_copy(event, FIELD_prog, program, sizeof program);
	if (*program == '\0')
		event_copy(event, FIELD_name, program, sizeof program);
	quote_label(event, FIELD_argv, -1, argv, sizeof argv);
	if (*argv != '\0')
		paragraph_add(paragraph,
			_("Process %d becomes another program: %s, started as %s."), event->pid,
			program, argv);
	else
		paragraph_add(paragraph, _("Process %d becomes another program: %s."), event->pid,
			program);
}

/* "calls write(4, …, 1024) on the pipe 25138": the gate's words, or those of the call itself. */
static void
calls(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char who[64], call[160], object[160];
	bool gate = event->what == WHAT_reach;
	struct told *told = told_of(plain, model, event->pid);

	process_label(plain, model, event->pid, who, sizeof who);
	call_text(event, call, sizeof call);
	if (told != NULL && !gate) {
		told->tid = event->tid;
		told->call = event->call;
		snprintf(told->words, sizeof told->words, "%s", call);
	}
	if (access_reached(plain, model, event, who, paragraph))
		return;
	if (*event_object(event, object, sizeof object) != '\0')
		paragraph_add(paragraph,
			gate ? _("%s stands at its gate, about to call %s on %s.")
			     : _("%s calls %s on %s."),
			who, call, object);
	else
		paragraph_add(paragraph,
			gate ? _("%s stands at its gate, about to call %s.") : _("%s calls %s."),
			who, call);
}

static void
falls_asleep(const struct model *model, int id, const char *who, struct paragraph *paragraph)
{
	const struct process *process = &model->processes[id];
	char cause[256], wake[256];

	process_cause_text(model, id, cause, sizeof cause);
	process_wake_text(model, id, wake, sizeof wake);
	if (*cause != '\0' && *wake != '\0')
		/* TRANSLATORS: who; the cause; what would wake it, which begins with a verb: "wakes
		 * when …" */
		paragraph_add(paragraph, _("%s falls asleep: %s; it %s."), who, cause, wake);
	else if (*cause != '\0')
		paragraph_add(paragraph, _("%s falls asleep: %s."), who, cause);
	else
		paragraph_add(paragraph, _("%s falls asleep."), who);
	if (process->wchan[0] != '\0')
		paragraph_add(paragraph, _("(The kernel says: state %c, in %s.)"),
			process->kernel_state, process->wchan);
}

/* What a look says of the process itself: told when it fell asleep, was stopped or goes on, and not
 * again. */
static void
state_seen(const struct plain *plain, struct told *told, const struct model *model,
	const struct event *event, struct paragraph *paragraph)
{
	int id = model_process(model, event->pid);
	char who[64];
	bool asleep, stopped;

	if (told == NULL)
		return;
	asleep = model->processes[id].state == PROCESS_BLOCKED;
	stopped = model->processes[id].state == PROCESS_STOPPED;
	process_label(plain, model, event->pid, who, sizeof who);
	if (asleep && !told->asleep)
		falls_asleep(model, id, who, paragraph);
	if (stopped && !told->stopped)
		paragraph_add(paragraph, _("%s is stopped; it goes on when it gets SIGCONT."), who);
	if (!stopped && told->stopped)
		paragraph_add(paragraph, _("%s goes on."), who);
	told->asleep = asleep || (told->asleep && stopped);
	told->stopped = stopped;
}

static void
variable_seen(const struct plain *plain, struct told *told, const struct model *model,
	const struct event *event, struct paragraph *paragraph)
{
	char who[64], name[64];
	int64_t value = event_number(event, FIELD_value, 0);

	if (told == NULL || !event_has(event, FIELD_value) ||
		(told->variable_known && told->variable == value))
		return;
	event_copy(event, FIELD_var, name, sizeof name);
	process_label(plain, model, event->pid, who, sizeof who);
	if (event_has(event, FIELD_addr))
		paragraph_add(paragraph, _("In %s, %s is %lld, at address 0x%llx."), who, name,
			(long long)value, (unsigned long long)event_number(event, FIELD_addr, 0));
	else
		paragraph_add(paragraph, _("In %s, %s is %lld."), who, name, (long long)value);
	told->variable_known = true;
	told->variable = value;
}

/* A look at a descriptor is news when it is what became of something that the learner did to it. */
static void
descriptor_seen(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	int fd = (int)event_number(event, FIELD_fd, NONE);
	char who[64], flags[128], object[160], bytes[40];

	if (event->pid != plain->act_pid || fd != plain->act_fd)
		return;
	process_label(plain, model, event->pid, who, sizeof who);
	event_copy(event, FIELD_flags, flags, sizeof flags);
	event_object(event, object, sizeof object);
	if (*flags != '\0')
		paragraph_add(
			paragraph, _("Descriptor %d of %s has the flags %s now."), fd, who, flags);
	if (!event_has(event, FIELD_how)) /* after a shutdown they are no news */
		buffers_told(event, who, fd, paragraph);
	if (event_has(event, FIELD_cap) && *object != '\0')
		paragraph_add(paragraph, _("There is room for %s in %s."),
			bytes_label(event_number(event, FIELD_cap, 0), bytes, sizeof bytes),
			object);
	plain->act_fd = NONE;
}

static void
looked(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	struct told *told = told_of(plain, model, event->pid);
	char who[64];

	if (event_has(event, FIELD_var))
		variable_seen(plain, told, model, event, paragraph);
	else if (event_has(event, FIELD_fd))
		descriptor_seen(plain, model, event, paragraph);
	if (event_has(event, FIELD_watch))
		watch_seen(event, process_label(plain, model, event->pid, who, sizeof who), paragraph);
	if (event_has(event, FIELD_state) || event_has(event, FIELD_wchan))
		state_seen(plain, told, model, event, paragraph);
}

/* The acts that a person wants to hear of. With %1$s, the process, and for two of them %2$d, the
 * descriptor. */
static void
acted(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char who[64], signal[32], bytes[40], object[160];
	int fd = (int)event_number(event, FIELD_fd, NONE);
	int64_t value = event_number(event, FIELD_value, 0);

	process_label(plain, model, event->pid, who, sizeof who);
	event_copy(event, FIELD_sig, signal, sizeof signal);
	if (event_is(event, FIELD_by, "probe") && event_copy(event, FIELD_err, object, sizeof object) > 0) {
		paragraph_add(paragraph,
			_("%s has tried it itself, on its way to the next call: it failed with %s."), who,
			object);
		return;
	}
	if (event_is(event, FIELD_by, "probe")) {
		paragraph_add(
			paragraph, _("%s has done it itself, on its way to the next call."), who);
		return;
	}
	if (event_is(event, FIELD_op, "nonblock"))
		paragraph_add(paragraph,
			value != 0 ? _("You set O_NONBLOCK on descriptor %2$d of %1$s.")
				   : _("You clear O_NONBLOCK on descriptor %2$d of %1$s."),
			who, fd);
	else if (event_is(event, FIELD_op, "capacity"))
		paragraph_add(paragraph,
			_("You ask for room for %3$s in the pipe on descriptor %2$d of %1$s."), who,
			fd, bytes_label(value, bytes, sizeof bytes));
	else if (event_is(event, FIELD_op, "close"))
		paragraph_add(paragraph, _("You have %s close its descriptor %d."), who, fd);
	else if (event_is(event, FIELD_op, "stop"))
		paragraph_add(paragraph, _("You send SIGSTOP to %s."), who);
	else if (event_is(event, FIELD_op, "cont"))
		paragraph_add(paragraph, _("You send SIGCONT to %s."), who);
	else if (event_is(event, FIELD_op, "term"))
		paragraph_add(paragraph, _("You send SIGTERM to %s."), who);
	else if (event_is(event, FIELD_op, "kill"))
		paragraph_add(paragraph, _("You send %s to %s."),
			*signal != '\0' ? signal : "SIGKILL", who);
	else if (event_is(event, FIELD_op, "remove"))
		paragraph_add(
			paragraph, _("You remove %s."), event_object(event, object, sizeof object));
	else if (event_is(event, FIELD_op, "restart"))
		paragraph_add(paragraph, "%s", _("A new start: every process is ended."));
	else if (event_is(event, FIELD_op, "free") && event->pid == 0)
		paragraph_add(paragraph, "%s", _("Every gate is open: the processes run free."));
	else if (event_is(event, FIELD_op, "free"))
		paragraph_add(paragraph, _("The gate of %s is open: it runs free."), who);
	else if (event_is(event, FIELD_op, "name") && plain->name == NULL)
		paragraph_add(paragraph, _("Process %d is called %s."), (int)event->pid, who);
	else if (!watch_acted(event, paragraph) && !act_told(event, who, fd, paragraph))
		return; /* a permit, the tempo, an answer: what follows tells it */
	if (event_is(event, FIELD_by, "pending"))
		paragraph_add(paragraph,
			_("It cannot be done from outside; %s will do it on its "
			  "way to the next call."),
			who);
	if (fd != NONE) {
		plain->act_pid = event->pid;
		plain->act_fd = fd;
	}
}

/* The call as its `enter` told it: the leave line has not all arguments. */
static void
returns(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	struct told *told = told_of(plain, model, event->pid);
	bool known = told != NULL && told->call == event->call && told->tid == event->tid &&
		     event->call != CALL_unknown;

	leave_sentence(plain, model, event, known ? told->words : NULL, paragraph);
	if (told != NULL)
		told->asleep = told->stopped = false;
}

/* Told once, when it closes. */
static void
circle_seen(struct plain *plain, const struct model *model, struct paragraph *paragraph)
{
	char words[512];
	int first;
	bool closed = model_cycle(model, &first, 1) > 0;

	if (closed && !plain->circle) {
		cycle_text(model, words, sizeof words);
		paragraph_add(paragraph, "%s", words);
	}
	plain->circle = closed;
}

static void
printed(const struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char who[64], text[400];

	quote_label(event, FIELD_text, -1, text, sizeof text);
	if (*text != '\0')
		paragraph_add(paragraph, _("The terminal of %s shows %s."),
			process_label(plain, model, event->pid, who, sizeof who), text);
}

static void
went_dark(const struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char who[64], why[256];

	process_label(plain, model, event->pid, who, sizeof who);
	event_copy(event, FIELD_why, why, sizeof why);
	if (*why != '\0')
		paragraph_add(paragraph, _("%s can no longer be watched: %s."), who, why);
	else
		paragraph_add(paragraph, _("%s can no longer be watched."), who);
}

/* Was the call that it never returned from one at a socket? */
static bool
sent_into_socket(const struct model *model, int32_t pid)
{
	int id = model_process(model, pid);
	int channel = id != NONE ? model->processes[id].last.channel : NONE;

	return channel != NONE && model->channels[channel].kind == CHANNEL_SOCKET;
}

static void
died(const struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char who[64], signal[32];

	process_label(plain, model, event->pid, who, sizeof who);
	if (event_copy(event, FIELD_signal, signal, sizeof signal) > 0)
		paragraph_add(paragraph, _("%s is killed by %s."), who, signal);
	else if (event_has(event, FIELD_status))
		paragraph_add(paragraph, _("%s ends with exit status %d."), who,
			(int)event_number(event, FIELD_status, 0));
	else
		paragraph_add(paragraph, _("%s has ended."), who);
	if (strcmp(signal, "SIGPIPE") == 0)
		paragraph_add(paragraph, "%s",
			sent_into_socket(model, event->pid)
				? _("It sent into a connection that is closed.")
				: _("It wrote into a pipe that nobody can read from any more."));
}

void
event_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	switch (event->what) {
	case WHAT_born:
		born(plain, model, event, paragraph);
		break;
	case WHAT_exec:
		became(event, paragraph);
		break;
	case WHAT_reach:
	case WHAT_enter:
		calls(plain, model, event, paragraph);
		break;
	case WHAT_leave:
		returns(plain, model, event, paragraph);
		break;
	case WHAT_look:
		looked(plain, model, event, paragraph);
		break;
	case WHAT_act:
		acted(plain, model, event, paragraph);
		break;
	case WHAT_out:
		printed(plain, model, event, paragraph);
		break;
	case WHAT_dark:
		went_dark(plain, model, event, paragraph);
		break;
	case WHAT_died:
		died(plain, model, event, paragraph);
		break;
	case WHAT_unknown:
	case WHAT_COUNT:
		paragraph_add(paragraph, _("An event of a kind unknown here: %s"), event->line);
		break;
	}
	object_sentence(plain, model, event, paragraph);
	socket_look_sentence(plain, model, event, paragraph);
	if (plain->circle || event_has(event, FIELD_state))
		circle_seen(plain, model, paragraph);
}
