/* SPDX-License-Identifier: MIT
 *
 * The fold itself: what each kind of event means is one function. Nothing here fails; what cannot
 * be understood is counted and passed over.
 */
#include "model/endpoint.h"
#include "model/fold.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct model *
model_create(void)
{
	struct model *model = calloc(1, sizeof *model);

	if (model == NULL)
		return NULL;
	model->free_description = NONE;
	model->touched_process = model->touched_channel = NONE;
	return model;
}

/* Everything that model_create() did not make itself. */
static void
model_release(struct model *model)
{
	for (int i = 0; i < model->n_processes; i++) {
		free(model->processes[i].fds);
		free(model->processes[i].mappings);
	}
	for (int i = 0; i < model->n_channels; i++) {
		object_release(model, &model->channels[i]);
		free(model->channels[i].run_store);
		free(model->channels[i].slot_store);
		free(model->channels[i].callers);
	}
	for (int i = 0; i < model->n_forks; i++)
		free(model->forks[i].fds);
	free(model->processes);
	free(model->channels);
	free(model->descriptions);
}

void
model_free(struct model *model)
{
	if (model == NULL)
		return;
	model_release(model);
	free(model);
}

/* --- cloning ----------------------------------------------------------------------- */

/* A channel's runs begin at the front of their store in the copy. Its slots keep all their room:
 * they count on it. */
static bool
clone_channel(struct channel *channel)
{
	bool good = table_copy((void **)&channel->runs, channel->n_runs, sizeof *channel->runs);
	ptrdiff_t first = channel->slots - channel->slot_store;

	channel->run_store = channel->runs;
	channel->room_runs = good ? channel->n_runs : 0;
	good &= table_copy(
		(void **)&channel->slot_store, channel->room_slots, sizeof *channel->slot_store);
	channel->slots = channel->slot_store == NULL ? NULL : channel->slot_store + first;
	good &= table_copy(
		(void **)&channel->callers, channel->n_callers, sizeof *channel->callers);
	channel->room_callers = good ? channel->n_callers : 0;
	return good;
}

struct model *
model_clone(const struct model *model)
{
	struct model *clone = malloc(sizeof *clone);
	bool good = true;

	if (clone == NULL)
		return NULL;
	memcpy(clone, model, sizeof *clone);
	clone->n_runs = clone->n_slots = 0;
	clone->n_messages = clone->n_semaphores = clone->n_holdings = 0;
	clone->n_undos = clone->n_users = 0;
	good &= table_copy(
		(void **)&clone->descriptions, clone->n_descriptions, sizeof *clone->descriptions);
	good &= table_copy(
		(void **)&clone->processes, clone->n_processes, sizeof *clone->processes);
	good &= table_copy((void **)&clone->channels, clone->n_channels, sizeof *clone->channels);
	clone->room_descriptions = clone->n_descriptions;
	clone->room_processes = clone->n_processes =
		clone->processes == NULL ? 0 : clone->n_processes;
	clone->room_channels = clone->n_channels = clone->channels == NULL ? 0 : clone->n_channels;
	for (int i = 0; i < clone->n_processes; i++) {
		struct process *process = &clone->processes[i];
		good &= table_copy((void **)&process->fds, process->n_fds, sizeof *process->fds);
		process->room_fds = process->n_fds;
		good &= table_copy((void **)&process->mappings, process->n_mappings,
			sizeof *process->mappings);
		process->room_mappings = process->n_mappings;
	}
	for (int i = 0; i < clone->n_channels; i++) {
		good &= clone_channel(&clone->channels[i]);
		good &= object_clone(clone, &clone->channels[i]);
		clone->n_runs += clone->channels[i].room_runs;
		clone->n_slots += clone->channels[i].room_slots;
	}
	for (int i = 0; i < clone->n_forks; i++)
		good &= table_copy((void **)&clone->forks[i].fds, clone->forks[i].n_fds,
			sizeof *clone->forks[i].fds);
	if (good)
		return clone;
	model_free(clone);
	return NULL;
}

/* --- looks and acts ---------------------------------------------------------------- */

static bool
writes_bytes(const struct model *model, const struct call *call)
{
	return call_traits(call->id) & CALL_WRITES &&
	       (call->channel == NONE || (model->channels[call->channel].queue == NULL &&
						 model->channels[call->channel].endpoint == NULL));
}

/* The kernel said in which state the process is. It counts for the newest call of the thread that
 * was looked at. */
static void
look_state(struct model *model, struct process *process, const struct event *event)
{
	char state[2] = "", wchan[sizeof process->wchan];
	struct call *call = NULL;

	event_copy(event, FIELD_state, state, sizeof state);
	event_copy(event, FIELD_wchan, wchan, sizeof wchan);
	process->kernel_state = state[0];
	memcpy(process->wchan, wchan, sizeof wchan);
	process->stopped = state[0] == 'T' || state[0] == 't';
	for (int i = process->n_calls - 1; i >= 0 && call == NULL; i--)
		if (event->tid == 0 || process->calls[i].tid == event->tid)
			call = &process->calls[i];
	if (process->stopped || call == NULL || call->begun == 0)
		return;
	bool sleeps = (state[0] == 'S' || state[0] == 'D') && call_traits(call->id) & CALL_SLEEPS;
	if (sleeps && !writes_bytes(model, call) && strstr(wchan, "pipe_write") != NULL)
		sleeps = false; /* not in this call: it waits to tell us something */
	if (sleeps && !call->asleep)
		lane_mark(model, process, LANE_BLOCK, call->id, NONE);
	else if (!sleeps && call->asleep)
		lane_mark(model, process, LANE_ENTER, call->id, NONE);
	call->asleep = sleeps;
	call->slept |= sleeps;
	if (sleeps)
		pipe_fell_asleep(model, process, call);
}

static void
look_variable(struct process *process, const struct event *event)
{
	event_copy(event, FIELD_var, process->variable.name, sizeof process->variable.name);
	process->variable.known = event_has(event, FIELD_value);
	process->variable.value = event_number(event, FIELD_value, 0);
	process->variable.addr = (uint64_t)event_number(event, FIELD_addr, 0);
}

static void
apply_look(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (id == NONE)
		id = process_appear(model, event->pid);
	if (id == NONE || model->processes[id].state == PROCESS_DEAD)
		return;
	struct process *process = &model->processes[id];
	int channel = NONE;
	if (event_has(event, FIELD_fd)) {
		channel = descriptor_learn(
			model, process, (int)event_number(event, FIELD_fd, NONE), event);
		if (channel != NONE && channel_is_pipe(&model->channels[channel]))
			pipe_capacity(model, &model->channels[channel],
				event_number(event, FIELD_cap, -1));
		if (channel != NONE)
			pipe_looked(model, channel, event_number(event, FIELD_used, -1));
		if (channel != NONE)
			object_figures(model, channel, event, model->events);
		if (channel != NONE && event_has(event, FIELD_how) &&
			model->channels[channel].endpoint != NULL)
			endpoint_shut(model, channel, NONE, event);
	}
	if (event_has(event, FIELD_list))
		descriptor_list(model, process, event);
	if (event_has(event, FIELD_sigpipe))
		event_copy(event, FIELD_sigpipe, process->sigpipe, sizeof process->sigpipe);
	if (event_has(event, FIELD_state))
		look_state(model, process, event);
	if (event_has(event, FIELD_pending) || event_has(event, FIELD_state))
		event_copy(event, FIELD_pending, process->pending, sizeof process->pending);
	if (event_has(event, FIELD_var))
		look_variable(process, event);
	if (event_has(event, FIELD_watch) && (channel = event_channel(model, event)) != NONE)
		access_looked(model, channel, event);
	if (event_has(event, FIELD_state) && event->time > process->looked)
		process->looked = event->time;
	process_settle(model, process);
	wait_update(model, id);
	wait_channel_changed(model, channel);
	model->touched_process = id;
	if (channel != NONE)
		model->touched_channel = channel;
}

/* What the learner changes is pending until somebody has done it: the stage at once (the kernel's
 * word follows as a look), or the probe in the process. */
static void
act_flag(struct model *model, struct process *process, const struct event *event)
{
	int fd = (int)event_number(event, FIELD_fd, NONE);
	struct description *description = descriptor_description(model, process, fd);
	bool nonblock = event_is(event, FIELD_op, "nonblock"),
	     probe = event_is(event, FIELD_by, "probe");

	if (description == NULL)
		return;
	int channel = description->channel;
	description->pending = event_is(event, FIELD_by, "pending");
	if (!probe)
		return;
	if (event_has(event, FIELD_err)) {
		return;
	} else if (nonblock && description->flags != -1) {
		description->flags &= ~O_NONBLOCK;
		description->flags |= event_number(event, FIELD_value, 0) != 0 ? O_NONBLOCK : 0;
	} else if (event_is(event, FIELD_op, "capacity") && channel != NONE) {
		pipe_capacity(
			model, &model->channels[channel], event_number(event, FIELD_value, -1));
	} else if (event_is(event, FIELD_op, "close")) {
		descriptor_close(model, process, fd, model->events);
	} else if (event_is(event, FIELD_op, "shutdown") && channel != NONE &&
		   model->channels[channel].endpoint != NULL) {
		endpoint_shut(model, channel, NONE, event);
	}
	wait_channel_changed(model, channel);
}

static bool
act_signals(const struct event *event)
{
	return event_is(event, FIELD_op, "stop") || event_is(event, FIELD_op, "cont") ||
	       event_is(event, FIELD_op, "term") || event_is(event, FIELD_op, "kill");
}

/* A restart ends every process and begins anew; the count of events goes on. */
static void
act_restart(struct model *model)
{
	uint64_t events = model->events, time = model->time, started = model->started;
	uint64_t lost = model->lost, strange = model->strange;

	model_release(model);
	memset(model, 0, sizeof *model);
	model->free_description = NONE;
	model->touched_process = model->touched_channel = NONE;
	model->events = events;
	model->time = time;
	model->started = started;
	model->lost = lost;
	model->strange = strange;
}

/* Where a process is that has not said a word yet. */
static void
act_host(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (event->pid <= 0)
		return;
	if (id == NONE || model->processes[id].state == PROCESS_DEAD)
		id = process_appear(model, event->pid);
	if (id == NONE)
		return;
	struct process *process = &model->processes[id];
	event_copy(event, FIELD_name, process->host, sizeof process->host);
	event_copy(event, FIELD_text, process->address, sizeof process->address);
	event_copy(event, FIELD_why, process->host_why, sizeof process->host_why);
	model->touched_process = id;
}

static void
apply_act(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);

	if (event_is(event, FIELD_op, "restart")) {
		act_restart(model);
		return;
	}
	if (event_is(event, FIELD_op, "host")) {
		act_host(model, event);
		return;
	}
	if (event_is(event, FIELD_op, "watch") || event_is(event, FIELD_op, "unwatch"))
		access_acted(model, event);
	if (id == NONE || model->processes[id].state == PROCESS_DEAD)
		return;
	struct process *process = &model->processes[id];
	if (event_is(event, FIELD_op, "name")) {
		event_copy(event, FIELD_text, process->name, sizeof process->name);
	} else if (act_signals(event)) {
		lane_mark(model, process, LANE_SIGNAL, CALL_unknown, NONE);
		process->signaller = NONE;
		process->signalled = model->events;
	} else if (event_has(event, FIELD_fd)) {
		act_flag(model, process, event);
	}
	model->touched_process = id;
}

/* --- the rest ---------------------------------------------------------------------- */

/* A terminal belongs to a program and the processes that it forked. Who of them printed a line: one
 * whose newest write to a terminal began so, else the program itself. */
static int
printed_by(const struct model *model, int owner, const char *line)
{
	size_t length = strcspn(line, "\n");

	for (int i = model->n_processes - 1; i >= 0 && length > 0; i--) {
		const char *said = model->processes[i].said;
		size_t begun = strcspn(said, "\n");
		if (begun > 0 && strncmp(said, line, begun < length ? begun : length) == 0)
			return i;
	}
	return owner;
}

/* Keeps the tail of what was printed; what falls off ends at a line's end where there is one. */
static void
process_printed(struct process *process, const char *text, size_t length)
{
	size_t used;

	if (length > sizeof process->output - 1)
		length = sizeof process->output - 1;
	used = strlen(process->output);
	if (used + length > sizeof process->output - 1) {
		size_t drop = used + length - (sizeof process->output - 1);
		const char *line = memchr(process->output + drop, '\n', used - drop);
		if (line != NULL)
			drop = (size_t)(line + 1 - process->output);
		while (drop < used && (process->output[drop] & 0xc0) == 0x80)
			drop++;
		memmove(process->output, process->output + drop, used - drop);
		used -= drop;
	}
	memcpy(process->output + used, text, length);
	process->output[used + length] = '\0';
}

static void
apply_out(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);
	char text[EVENT_LINE_MAX];
	size_t length = event_copy(event, FIELD_text, text, sizeof text);

	if (id == NONE)
		return;
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = '?';
	text[length] = '\0';
	for (const char *line = text; *line != '\0';) {
		size_t bytes = strcspn(line, "\n");
		bytes += line[bytes] == '\n';
		model->touched_process = printed_by(model, id, line);
		process_printed(&model->processes[model->touched_process], line, bytes);
		line += bytes;
	}
}

static void
apply_died(struct model *model, const struct event *event)
{
	int id = model_process(model, event->pid);
	char signal[sizeof model->processes[0].exit_signal];

	if (id == NONE)
		return;
	event_copy(event, FIELD_signal, signal, sizeof signal);
	process_die(model, id, (int)event_number(event, FIELD_status, -1),
		signal[0] == '\0' ? NULL : signal);
	model->touched_process = id;
}

void
model_apply(struct model *model, const struct event *event)
{
	model->events++;
	if (model->events == 1)
		model->started = event->time;
	model->time = event->time;
	model->touched_process = model->touched_channel = NONE;
	if (event->pid <= 0 && event->what == WHAT_look)
		object_looked(model, event);
	if (event->pid <= 0 && event->what != WHAT_act)
		return;
	switch (event->what) {
	case WHAT_born:
		process_born(model, event);
		break;
	case WHAT_exec:
		process_exec(model, event);
		break;
	case WHAT_reach:
	case WHAT_enter:
		call_begin(model, event);
		break;
	case WHAT_leave:
		call_end(model, event);
		break;
	case WHAT_look:
		apply_look(model, event);
		break;
	case WHAT_act:
		apply_act(model, event);
		break;
	case WHAT_out:
		apply_out(model, event);
		break;
	case WHAT_dark:
		process_dark(model, event);
		break;
	case WHAT_died:
		apply_died(model, event);
		break;
	case WHAT_unknown:
	case WHAT_COUNT:
		break;
	}
}
