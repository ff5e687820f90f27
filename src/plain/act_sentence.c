/* SPDX-License-Identifier: MIT
 *
 * What the learner does to a live socket, and to the time that calls take.
 */
#include "plain/plain_own.h"

#include <string.h>

#include "words.h"

static void
delayed(const struct event *event, const char *who, struct paragraph *paragraph)
{
	const char *call = call_name(event->call);
	double ms = (double)event_number(event, FIELD_value, 0) / 1e6;

	if (event->pid == 0 && ms > 0)
		paragraph_add(paragraph,
			_("From now on every %s of any process waits %g ms before it is made."), call, ms);
	else if (event->pid == 0)
		paragraph_add(paragraph, _("No %s is delayed any more."), call);
	else if (ms > 0)
		paragraph_add(paragraph,
			_("From now on every %s of %s waits %g ms before it is made."), call, who, ms);
	else
		paragraph_add(paragraph, _("%s of %s is not delayed any more."), call, who);
}

bool
act_told(const struct event *event, const char *who, int fd, struct paragraph *paragraph)
{
	int64_t value = event_number(event, FIELD_value, 0);
	char bytes[40], how[16];

	if (event_is(event, FIELD_op, "rcvbuf"))
		paragraph_add(paragraph,
			_("You ask for a receive buffer of %s on socket %d of %s."),
			bytes_label(value, bytes, sizeof bytes), fd, who);
	else if (event_is(event, FIELD_op, "sndbuf"))
		paragraph_add(paragraph, _("You ask for a send buffer of %s on socket %d of %s."),
			bytes_label(value, bytes, sizeof bytes), fd, who);
	else if (event_is(event, FIELD_op, "shutdown")) {
		event_copy(event, FIELD_how, how, sizeof how);
		paragraph_add(paragraph,
			strcmp(how, "SHUT_RD") == 0   ? _("You shut socket %d of %s down for reading.")
			: strcmp(how, "SHUT_WR") == 0 ? _("You shut socket %d of %s down for writing.")
						      : _("You shut socket %d of %s down, both ways."),
			fd, who);
	} else if (event_is(event, FIELD_op, "delay"))
		delayed(event, who, paragraph);
	else
		return false;
	return true;
}

void
buffers_told(const struct event *event, const char *who, int fd, struct paragraph *paragraph)
{
	char receives[40], sends[40];

	if (event_has(event, FIELD_rcvbuf) && event_has(event, FIELD_sndbuf))
		paragraph_add(paragraph,
			_("Socket %d of %s has a receive buffer of %s and a send buffer of %s now, the "
			  "kernel's overhead included."),
			fd, who,
			bytes_label(event_number(event, FIELD_rcvbuf, 0), receives, sizeof receives),
			bytes_label(event_number(event, FIELD_sndbuf, 0), sends, sizeof sends));
}
