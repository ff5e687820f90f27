/* SPDX-License-Identifier: MIT
 *
 * Looks at sockets as sentences, when they are news that no call tells: datagrams that were dropped, a backlog that is
 * full, a closed connection that the kernel remembers for a while.
 */
#include <string.h>

#include "plain/plain_own.h"
#include "words.h"

enum { SECOND = 1000000000 };

/* "the socket 7313 (127.0.0.1:7000)" */
static void
socket_label(const char *name, const struct endpoint *endpoint, char *buf, size_t size)
{
	object_label(name, buf, size);
	if (endpoint->local[0] == '\0')
		return;
	strlcat(buf, " (", size);
	strlcat(buf, endpoint->local, size);
	strlcat(buf, ")", size);
}

static void
drops_seen(struct object_told *told, const struct event *event, const char *label,
	struct paragraph *paragraph)
{
	int64_t drops = event_number(event, FIELD_drops, 0);

	if (drops > told->drops)
		paragraph_add(paragraph,
			ngettext("The kernel has dropped %lld datagram at %s: there was no room "
				 "for it.",
				"The kernel has dropped %lld datagrams at %s: there was no room "
				"for them.",
				(unsigned long)drops),
			(long long)drops, label);
	told->drops = drops > told->drops ? drops : told->drops;
}

/* Linux lets one more wait than the backlog says. */
static void
backlog_seen(struct object_told *told, const struct event *event, const char *label,
	struct paragraph *paragraph)
{
	int64_t waiting = event_number(event, FIELD_waiting, -1);
	bool full = waiting > event_number(event, FIELD_backlog, INT32_MAX);

	if (waiting < 0)
		return;
	if (full && !told->full)
		paragraph_add(paragraph,
			ngettext("The backlog of %s is full: %lld connection waits to be accepted.",
				"The backlog of %s is full: %lld connections wait to be accepted.",
				(unsigned long)waiting),
			label, (long long)waiting);
	told->full = full;
}

static void
end_seen(struct object_told *told, const struct event *event, const char *label,
	struct paragraph *paragraph)
{
	bool waits = event_is(event, FIELD_tcp, "TIME_WAIT");
	int64_t left = (event_number(event, FIELD_timeout, 0) + SECOND / 2) / SECOND;

	if (!event_has(event, FIELD_tcp))
		return;
	if (waits && !told->time_wait)
		paragraph_add(paragraph,
			ngettext("Both ends are closed; the kernel remembers the connection of %s "
				 "for "
				 "%lld more second (TIME_WAIT).",
				"Both ends are closed; the kernel remembers the connection of %s "
				"for "
				"%lld more seconds (TIME_WAIT).",
				(unsigned long)left),
			label, (long long)left);
	else if (!waits && told->time_wait && event_is(event, FIELD_tcp, "CLOSE"))
		paragraph_add(paragraph,
			_("The TIME_WAIT of %s is over: the kernel has forgotten its connection."),
			label);
	told->time_wait = waits;
}

void
socket_look_sentence(struct plain *plain, const struct model *model, const struct event *event,
	struct paragraph *paragraph)
{
	char name[EVENT_LINE_MAX], label[240];
	int channel = NONE;
	struct object_told *told;

	if (event->what != WHAT_look || event->pid != 0 ||
		event_copy(event, FIELD_obj, name, sizeof name) == 0 ||
		strncmp(name, "socket:", 7) != 0 ||
		(channel = model_channel(model, name)) == NONE ||
		model->channels[channel].endpoint == NULL ||
		(told = object_told(plain, name)) == NULL)
		return;
	socket_label(name, model->channels[channel].endpoint, label, sizeof label);
	drops_seen(told, event, label, paragraph);
	backlog_seen(told, event, label, paragraph);
	end_seen(told, event, label, paragraph);
}
