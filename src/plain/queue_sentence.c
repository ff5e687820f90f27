/* SPDX-License-Identifier: MIT
 *
 * Calls on message queues that returned, as sentences: System V and POSIX.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

/* "3 messages lie in the queue (48 of 320 bytes)." */
static void
add_contents(struct leave *leave)
{
	int64_t count = event_number(leave->event, FIELD_count, -1);
	int64_t used = event_number(leave->event, FIELD_used, -1);
	int64_t capacity = event_number(leave->event, FIELD_cap, -1);
	int64_t limit = event_number(leave->event, FIELD_limit, -1);

	if (count < 0)
		return;
	if (count == 0)
		paragraph_add(leave->paragraph, "%s", _("The queue is empty now."));
	else if (limit > 0 && count >= limit)
		paragraph_add(leave->paragraph,
			_("The queue is full: %lld of %lld messages lie in it."), (long long)count,
			(long long)limit);
	else if (limit > 0)
		paragraph_add(leave->paragraph, _("%lld of %lld messages lie in the queue."),
			(long long)count, (long long)limit);
	else if (used >= 0 && capacity > 0)
		paragraph_add(leave->paragraph,
			ngettext("%lld message lies in the queue, with %lld of %lld bytes.",
				"%lld messages lie in the queue, with %lld of %lld bytes.",
				(unsigned long)count),
			(long long)count, (long long)used, (long long)capacity);
	else
		paragraph_add(leave->paragraph,
			ngettext("%lld message lies in the queue.",
				"%lld messages lie in the queue.", (unsigned long)count),
			(long long)count);
}

static void
queue_made(struct leave *leave)
{
	const char *object = leave_object(leave, _("a message queue"));
	char bytes[40];
	bool posix = leave->event->call == CALL_mq_open;

	if (event_number(leave->event, FIELD_made, -1) == 1)
		paragraph_add(leave->paragraph, _("%s made %s."), leave->who, object);
	else if (event_number(leave->event, FIELD_made, -1) == 0)
		paragraph_add(
			leave->paragraph, _("%s found %s, which was there."), leave->who, object);
	else
		paragraph_add(leave->paragraph, _("%s has %s."), leave->who, object);
	if (posix)
		paragraph_add(leave->paragraph, _("It is open as descriptor %lld."),
			(long long)leave->ret);
	if (posix && event_has(leave->event, FIELD_limit) && event_has(leave->event, FIELD_size))
		paragraph_add(leave->paragraph,
			_("It holds at most %lld messages, each of at most %s."),
			(long long)event_number(leave->event, FIELD_limit, 0),
			bytes_label(
				event_number(leave->event, FIELD_size, 0), bytes, sizeof bytes));
	if (event_number(leave->event, FIELD_count, 0) > 0)
		add_contents(leave);
}

/* "a message of type 3, 4 bytes: "milk"" */
static void
message_label(struct leave *leave, int64_t length, char *buf, size_t size)
{
	bool posix = event_has(leave->event, FIELD_prio);
	char bytes[40], data[DATA_LABEL];

	bytes_label(length, bytes, sizeof bytes);
	quote_label(leave->event, FIELD_data, length, data, sizeof data);
	if (posix)
		snprintf(buf, size, _("a message of priority %lld, %s: %s"),
			(long long)event_number(leave->event, FIELD_prio, 0), bytes, data);
	else if (event_has(leave->event, FIELD_type))
		snprintf(buf, size, _("a message of type %lld, %s: %s"),
			(long long)event_number(leave->event, FIELD_type, 0), bytes, data);
	else
		snprintf(buf, size, _("a message, %s: %s"), bytes, data);
}

static void
message_sent(struct leave *leave)
{
	const struct call *call = leave_call(leave);
	char message[160];

	message_label(leave,
		event_number(leave->event, FIELD_n, call != NULL && call->n >= 0 ? call->n : 0),
		message, sizeof message);
	paragraph_add(leave->paragraph, _("%s sent %s."), leave->who, message);
	add_contents(leave);
}

static void
message_received(struct leave *leave)
{
	char message[160];

	message_label(leave, leave->ret, message, sizeof message);
	paragraph_add(leave->paragraph, _("%s received %s."), leave->who, message);
	add_contents(leave);
}

static void
queue_controlled(struct leave *leave)
{
	const char *object = leave_object(leave, _("a message queue"));
	char bytes[40];

	if (event_is(leave->event, FIELD_cmd, "IPC_RMID")) {
		paragraph_add(leave->paragraph,
			_("%s removed %s, with all that lay in it. Who sleeps in a call on it is "
			  "woken, with EIDRM."),
			leave->who, object);
	} else if (event_is(leave->event, FIELD_cmd, "IPC_SET")) {
		paragraph_add(
			leave->paragraph, _("%s changed the settings of %s."), leave->who, object);
		if (event_has(leave->event, FIELD_cap))
			paragraph_add(leave->paragraph, _("It holds at most %s."),
				bytes_label(event_number(leave->event, FIELD_cap, 0), bytes,
					sizeof bytes));
	} else {
		paragraph_add(leave->paragraph, _("%s asked about %s."), leave->who, object);
		add_contents(leave);
	}
}

static void
name_removed(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		_("%s removed the name of %s. Who has it open keeps it; when the last has closed "
		  "it, "
		  "the queue is gone."),
		leave->who, leave_object(leave, _("a message queue")));
}

static void
queue_closed(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s closed %d, %s."), leave->who, leave->fd,
		leave_object(leave, _("a message queue")));
}

static void
flags_changed(struct leave *leave)
{
	char flags[80];

	event_copy(leave->event, FIELD_flags, flags, sizeof flags);
	paragraph_add(leave->paragraph, _("%s gave descriptor %d the flags %s."), leave->who,
		leave->fd, flags);
}

static void
queue_asked(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s asked about %s."), leave->who,
		leave_object(leave, _("a message queue")));
	add_contents(leave);
}

static void
notify_asked(struct leave *leave)
{
	const char *object = leave_object(leave, _("a message queue"));
	char signal[32];

	if (event_is(leave->event, FIELD_how, "off"))
		paragraph_add(leave->paragraph, _("%s is no longer registered at %s."), leave->who,
			object);
	else if (event_copy(leave->event, FIELD_sig, signal, sizeof signal) > 0)
		paragraph_add(leave->paragraph,
			_("%s is registered at %s: when a message comes while it is empty, the "
			  "kernel sends %s, once."),
			leave->who, object, signal);
	else
		paragraph_add(leave->paragraph,
			_("%s is registered at %s: it is told once when a message comes while it "
			  "is empty."),
			leave->who, object);
}

static const teller tellers[CALL_COUNT] = {
	[CALL_msgget] = queue_made,
	[CALL_msgsnd] = message_sent,
	[CALL_msgrcv] = message_received,
	[CALL_msgctl] = queue_controlled,
	[CALL_mq_open] = queue_made,
	[CALL_mq_close] = queue_closed,
	[CALL_mq_unlink] = name_removed,
	[CALL_mq_send] = message_sent,
	[CALL_mq_timedsend] = message_sent,
	[CALL_mq_receive] = message_received,
	[CALL_mq_timedreceive] = message_received,
	[CALL_mq_getattr] = queue_asked,
	[CALL_mq_setattr] = flags_changed,
	[CALL_mq_notify] = notify_asked,
};

teller
queue_teller(enum call_id call)
{
	return tellers[call];
}

/* A queue's name is a slash and then anything but slashes. */
static bool
is_misnamed(const struct leave *leave)
{
	const char *name = strchr(leave->call, '"'); /* the call as C: mq_open("tasks", …) */

	return name != NULL && (name[1] != '/' || strcspn(name + 2, "/") < strcspn(name + 2, "\""));
}

/* What both kinds of queues have in common, when something is sent. */
static const char *
send_failure(const struct leave *leave, bool posix)
{
	const struct call *call = leave_call(leave);

	if (strcmp(leave->err, "EAGAIN") == 0)
		return posix ? _("the queue is full, and O_NONBLOCK forbids it to sleep")
			     : _("there is no room for it, and IPC_NOWAIT forbids it to sleep");
	if (strcmp(leave->err, "EMSGSIZE") == 0)
		return _("the message is longer than the queue allows");
	if (strcmp(leave->err, "EINVAL") == 0 && !posix && call != NULL && call->type <= 0)
		return _("the type of a message must be greater than 0");
	return NULL;
}

static const char *
receive_failure(const struct leave *leave)
{
	if (strcmp(leave->err, "EAGAIN") == 0)
		return _("the queue is empty, and O_NONBLOCK forbids it to sleep");
	if (strcmp(leave->err, "EMSGSIZE") == 0)
		return _("the room is smaller than the longest message that the queue may hold");
	if (strcmp(leave->err, "E2BIG") == 0)
		return _("the message is longer than the room for it; it stays in the queue");
	if (strcmp(leave->err, "ENOMSG") == 0)
		return _("there is no message that it wants, and IPC_NOWAIT forbids it to sleep");
	return NULL;
}

const char *
queue_failure(const struct leave *leave)
{
	enum call_id call = leave->event->call;
	bool posix = strncmp(call_name(call), "mq_", 3) == 0;

	if (strcmp(leave->err, "EIDRM") == 0)
		return _("the queue was removed meanwhile");
	if (strcmp(leave->err, "ETIMEDOUT") == 0)
		return _("its time is up");
	if (strcmp(leave->err, "ENOENT") == 0)
		return posix ? _("there is no queue of this name")
			     : _("there is no queue with this key");
	if (strcmp(leave->err, "EEXIST") == 0)
		return _("there is such a queue already");
	if (strcmp(leave->err, "EBUSY") == 0)
		return _("another process is registered already");
	if (strcmp(leave->err, "EINVAL") == 0 && call == CALL_mq_open && is_misnamed(leave))
		return _("the name of a queue begins with a slash and has no other");
	if (call_traits(call) & CALL_WRITES)
		return send_failure(leave, posix);
	return (call_traits(call) & CALL_READS) ? receive_failure(leave) : NULL;
}
