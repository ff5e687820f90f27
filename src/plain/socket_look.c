/* SPDX-License-Identifier: MIT
 *
 * Looks at sockets as sentences, when they are news that no call tells: states of TCP, connections that wait in a
 * backlog, datagrams that were dropped.
 */
#include <string.h>

#include "plain/plain_own.h"
#include "words.h"

enum { SOCKET_LABEL = 160, SECOND = 1000000000 };

static const struct process *
better_owner(const struct model *model, const struct process *owner, int id)
{
	const struct process *process = &model->processes[id];

	return owner == NULL || process->state != PROCESS_DEAD || owner->state == PROCESS_DEAD
		       ? process
		       : owner;
}

/* Whose socket it is: who made it or used it last, and best one who lives. */
static const struct process *
socket_owner(const struct model *model, const struct channel *channel)
{
	const struct endpoint *endpoint = channel->endpoint;
	const struct process *owner = NULL;

	for (int i = 0; i < endpoint->n_rungs; i++)
		if (endpoint->rungs[i].process != NONE)
			owner = better_owner(model, owner, endpoint->rungs[i].process);
	for (int i = 0; i < channel->n_users; i++)
		owner = better_owner(model, owner, channel->users[i].process);
	return owner;
}

/* "the socket of client", "the socket 192.0.2.1:7000 of server" */
static const char *
socket_label(const struct plain *plain, const struct model *model, const struct channel *channel,
	char buf[SOCKET_LABEL])
{
	const struct process *owner = socket_owner(model, channel);
	const char *local = channel->endpoint->local;
	char name[64];

	if (owner == NULL) {
		object_label(channel->name, buf, SOCKET_LABEL);
		if (*local != '\0') {
			strlcat(buf, " (", SOCKET_LABEL);
			strlcat(buf, local, SOCKET_LABEL);
			strlcat(buf, ")", SOCKET_LABEL);
		}
		return buf;
	}
	process_label(plain, model, owner->pid, name, sizeof name);
	if (*local != '\0')
		snprintf(buf, SOCKET_LABEL, _("the socket %s of %s"), local, name);
	else
		snprintf(buf, SOCKET_LABEL, _("the socket of %s"), name);
	return buf;
}

/* What a state means; those that calls tell of have no words here. */
static const char *
state_words(const char *state)
{
	static const struct {
		const char *state, *words;
	} states[] = {
		{"SYN_SENT", N_("it asks for a connection and has no answer yet")},
		{"FIN_WAIT1", N_("it has said that it sends no more, and nobody has confirmed that yet")},
		{"FIN_WAIT2", N_("it sends no more, and the other side still may")},
		{"CLOSE_WAIT", N_("the other side sends no more; this end is not closed yet")},
		{"CLOSING", N_("both sides have closed at the same time")},
		{"LAST_ACK", N_("both sides have closed; only the last confirmation is missing")},
		{"TIME_WAIT", N_("the connection is over, and the kernel of the side that closed first keeps "
				 "its address in mind")},
		{"CLOSE", N_("there is no connection any more")},
	};

	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strcmp(states[i].state, state) == 0)
			return _(states[i].words);
	return NULL;
}

static void
time_wait_seen(int64_t left, struct paragraph *paragraph)
{
	int64_t seconds = (left + SECOND - 1) / SECOND;

	if (left > 0)
		paragraph_add(paragraph,
			ngettext("It forgets it in %lld second.", "It forgets it in %lld seconds.",
				(unsigned long)seconds),
			(long long)seconds);
}

static void
state_seen(struct object_told *told, const char *socket, const struct event *event,
	struct paragraph *paragraph)
{
	char state[sizeof told->tcp];
	bool news, forgotten;

	if (event_copy(event, FIELD_tcp, state, sizeof state) == 0)
		return;
	if (strcmp(state, "CLOSE") == 0 && told->tcp[0] == '\0')
		return; /* it has not begun */
	news = strcmp(state, told->tcp) != 0;
	forgotten = strcmp(state, "CLOSE") == 0 && strcmp(told->tcp, "TIME_WAIT") == 0;
	if (news && forgotten)
		paragraph_add(paragraph,
			_("The TIME_WAIT of %s is over: the kernel has forgotten its connection."), socket);
	else if (news && state_words(state) != NULL)
		paragraph_add(paragraph, _("The kernel shows %s in the state %s: %s."), socket, state,
			state_words(state));
	if (news && strcmp(state, "TIME_WAIT") == 0)
		time_wait_seen(event_number(event, FIELD_timeout, -1), paragraph);
	strlcpy(told->tcp, state, sizeof told->tcp);
}

/* Linux lets one more wait than the backlog says. */
static void
backlog_seen(struct object_told *told, const char *socket, const struct event *event,
	struct paragraph *paragraph)
{
	int64_t waiting = event_number(event, FIELD_waiting, -1);
	int64_t backlog = event_number(event, FIELD_backlog, INT32_MAX);

	if (waiting < 0)
		return;
	if (waiting == 0 && told->waiting > 0)
		paragraph_add(paragraph, _("No connection waits at %s any more."), socket);
	else if (waiting > 0 && waiting != told->waiting)
		paragraph_add(paragraph,
			ngettext("%lld connection waits at %s to be accepted; its backlog is %lld.",
				"%lld connections wait at %s to be accepted; its backlog is %lld.",
				(unsigned long)waiting),
			(long long)waiting, socket, (long long)backlog);
	if (waiting > backlog && told->waiting <= backlog)
		paragraph_add(paragraph, "%s", _("It is full: nobody else comes in."));
	told->waiting = waiting;
}

/* What was addressed to a socket is a sum that closes. */
static void
drops_seen(struct object_told *told, const char *socket, const struct channel *channel,
	const struct event *event, struct paragraph *paragraph)
{
	const struct endpoint *endpoint = channel->endpoint;
	int64_t drops = event_number(event, FIELD_drops, -1);

	if (drops > told->drops) {
		paragraph_add(paragraph,
			ngettext("The kernel has dropped %lld datagram at %s: there was no room.",
				"The kernel has dropped %lld datagrams at %s: there was no room.",
				(unsigned long)drops),
			(long long)drops, socket);
		if (channel->queue != NULL && endpoint->dropped == (uint64_t)drops)
			paragraph_add(paragraph,
				_("Sent there: %llu. Received: %llu. Still in its buffer: %lld. Dropped: "
				  "%llu."),
				(unsigned long long)endpoint->sent_to,
				(unsigned long long)endpoint->received,
				(long long)channel->queue->count,
				(unsigned long long)endpoint->dropped);
	}
	if (drops > told->drops)
		told->drops = drops;
}

void
socket_look_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char name[EVENT_LINE_MAX], socket[SOCKET_LABEL];
	int channel = NONE;
	struct object_told *told;

	if (event->what != WHAT_look || event->pid != 0 ||
		event_copy(event, FIELD_obj, name, sizeof name) == 0 || strncmp(name, "socket:", 7) != 0 ||
		(channel = model_channel(model, name)) == NONE ||
		model->channels[channel].endpoint == NULL || (told = object_told(plain, name)) == NULL)
		return;
	socket_label(plain, model, &model->channels[channel], socket);
	state_seen(told, socket, event, paragraph);
	backlog_seen(told, socket, event, paragraph);
	drops_seen(told, socket, &model->channels[channel], event, paragraph);
}
