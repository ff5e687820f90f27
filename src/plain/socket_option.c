/* SPDX-License-Identifier: MIT
 *
 * setsockopt and getsockopt that returned, as sentences: what the option means where lessons need it, else its number.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

static void
option_name(const struct leave *leave, char *buf, size_t size)
{
	event_copy(leave->event, FIELD_option, buf, size);
}

/* A buffer's size: the kernel makes of it what it likes. False: it is none. */
static bool
buffer_set(struct leave *leave)
{
	char asked[40], got[40];
	bool sends = event_has(leave->event, FIELD_sndbuf);
	enum event_field field = sends ? FIELD_sndbuf : FIELD_rcvbuf;

	if (!event_has(leave->event, field) || !event_has(leave->event, FIELD_value))
		return false;
	bytes_label(event_number(leave->event, FIELD_value, 0), asked, sizeof asked);
	bytes_label(event_number(leave->event, field, 0), got, sizeof got);
	paragraph_add(leave->paragraph,
		sends ? _("%s asked for a send buffer of %s on socket %d; the kernel made it %s, its own "
			  "overhead included.")
		      : _("%s asked for a receive buffer of %s on socket %d; the kernel made it %s, its "
			  "own overhead included."),
		leave->who, asked, leave->fd, got);
	return true;
}

/* SO_RCVTIMEO and SO_SNDTIMEO */
static bool
time_set(struct leave *leave)
{
	char option[40];
	int64_t ns = event_number(leave->event, FIELD_timeout, 0);

	option_name(leave, option, sizeof option);
	if (!event_has(leave->event, FIELD_timeout))
		return false;
	if (ns < 0)
		paragraph_add(leave->paragraph, _("%s set %s of socket %d: no time limit."),
			leave->who, option, leave->fd);
	else
		paragraph_add(leave->paragraph,
			_("%s set %s of socket %d: a call that has to wait gives up after %lld ms."),
			leave->who, option, leave->fd, (long long)(ns / 1000000));
	return true;
}

void
socket_option_set(struct leave *leave)
{
	char option[40];

	option_name(leave, option, sizeof option);
	if (buffer_set(leave) || time_set(leave))
		return;
	if (*option != '\0' && event_has(leave->event, FIELD_value))
		paragraph_add(leave->paragraph, _("%s set %s of socket %d to %lld."), leave->who,
			option, leave->fd, (long long)event_number(leave->event, FIELD_value, 0));
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
}

/* SO_PEERCRED */
static bool
credentials_asked(struct leave *leave)
{
	char cred[60];
	int pid;
	unsigned user, group;

	event_copy(leave->event, FIELD_cred, cred, sizeof cred);
	if (sscanf(cred, "%d,%u,%u", &pid, &user, &group) != 3)
		return false;
	paragraph_add(leave->paragraph,
		_("%s learns who is at the other end of socket %d: process %d, of user %u and group "
		  "%u."),
		leave->who, leave->fd, pid, user, group);
	return true;
}

/* SO_ERROR: what became of a connect that did not wait, or an error that no call has told yet. */
static bool
error_asked(struct leave *leave)
{
	char error[40];

	if (!event_is(leave->event, FIELD_option, "SO_ERROR") ||
		!event_has(leave->event, FIELD_value))
		return false;
	if (event_copy(leave->event, FIELD_arg, error, sizeof error) == 0)
		paragraph_add(leave->paragraph,
			_("%s asks socket %d for a pending error: there is none, all went well."),
			leave->who, leave->fd);
	else
		paragraph_add(leave->paragraph,
			_("%s asks socket %d for a pending error: it is %s."), leave->who, leave->fd,
			error);
	return true;
}

void
socket_option_asked(struct leave *leave)
{
	char option[40];

	option_name(leave, option, sizeof option);
	if (credentials_asked(leave) || error_asked(leave))
		return;
	if (*option != '\0' && event_has(leave->event, FIELD_value))
		paragraph_add(leave->paragraph, _("%s learns that %s of socket %d is %lld."),
			leave->who, option, leave->fd,
			(long long)event_number(leave->event, FIELD_value, 0));
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
}
