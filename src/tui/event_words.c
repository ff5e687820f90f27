/* SPDX-License-Identifier: MIT
 *
 * One event in words. See event_words.h.
 */
#include "tui/event_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

/* Words that grow in a bounded buffer. */
struct words {
	char *text;
	size_t length, size;
};

static void __attribute__((format(printf, 2, 3))) add(struct words *words, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(words->text + words->length, words->size - words->length, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;
	words->length += (size_t)n;
	if (words->length >= words->size)
		words->length = words->size - 1;
}

/* A field as it stands in the line: its escapes keep it on one row. */
struct raw {
	int length;
	const char *text;
};

static struct raw
raw(const struct event *event, enum event_field field)
{
	size_t length = 0;
	const char *text = event_raw(event, field, &length);

	return text != NULL ? (struct raw){(int)length, text} : (struct raw){0, ""};
}

static void
add_field(struct words *words, const struct event *event, enum event_field field,
	const char *before, const char *after)
{
	struct raw value = raw(event, field);

	if (event_has(event, field))
		add(words, "%s%.*s%s", before, value.length, value.text, after);
}

static void
call_words(struct words *words, const struct event *event)
{
	char call[160];

	add(words, "%s", call_text(event, call, sizeof call));
}

/* What an object has in it, by the fields' own names: counts, values, who used it last. */
static void
object_words(struct words *words, const struct event *event)
{
	static const struct {
		enum event_field field;
		const char *name;
	} fields[] = {{FIELD_count, "  count "}, {FIELD_limit, "  limit "},
		{FIELD_values, "  values "}, {FIELD_ncnt, "  ncnt "}, {FIELD_zcnt, "  zcnt "},
		{FIELD_last, "  last "}, {FIELD_sender, "  sender "},
		{FIELD_receiver, "  receiver "}, {FIELD_notify, "  notify "},
		{FIELD_size, "  size "}, {FIELD_nattch, "  nattch "}};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		add_field(words, event, fields[i].field, fields[i].name, "");
	if (event_number(event, FIELD_removed, 0) == 1)
		add(words, "  %s", _("removed"));
}

static void
leave_words(struct words *words, const struct event *event)
{
	char result[CALL_RESULT_MAX];

	call_words(words, event);
	if (event_has(event, FIELD_ret))
		add(words, " = %s",
			call_result(event->call, event_number(event, FIELD_ret, 0), result));
	if (event->call == CALL_load)
		add_field(words, event, FIELD_value, " = ", "");
	add_field(words, event, FIELD_old, _("  over "), "");
	add_field(words, event, FIELD_err, " ", "");
	add_field(words, event, FIELD_fds, " {", "}");
	add_field(words, event, FIELD_ready, " {", "}");
	add_field(words, event, FIELD_data, "  \"", "\"");
	if (event_has(event, FIELD_used) && event_has(event, FIELD_cap))
		add(words, "  %lld/%lld B", (long long)event_number(event, FIELD_used, 0),
			(long long)event_number(event, FIELD_cap, 0));
	else
		add_field(words, event, FIELD_used, "  used ", "");
	object_words(words, event);
}

/* What the kernel says of a socket. */
static void
socket_words(struct words *words, const struct event *event)
{
	add_field(words, event, FIELD_tcp, " ", "");
	add_field(words, event, FIELD_waiting, _("  waiting "), "");
	if (event_number(event, FIELD_outq, 0) > 0)
		add_field(words, event, FIELD_outq, _("  sent, not taken "), " B");
	if (event_has(event, FIELD_filled) && event_has(event, FIELD_rcvbuf))
		add(words, _("  buffer %lld/%lld"), (long long)event_number(event, FIELD_filled, 0),
			(long long)event_number(event, FIELD_rcvbuf, 0));
	add_field(words, event, FIELD_drops, _("  dropped "), "");
	if (event_has(event, FIELD_timeout) && event_has(event, FIELD_tcp))
		add(words, _("  for %lld s"),
			(long long)(event_number(event, FIELD_timeout, 0) / 1000000000));
}

static void
look_words(struct words *words, const struct event *event)
{
	if (event_has(event, FIELD_var)) {
		add_field(words, event, FIELD_var, "", "");
		add_field(words, event, FIELD_value, " = ", "");
		add_field(words, event, FIELD_addr, " at ", "");
		return;
	}
	add(words, "%s", _("the kernel says:"));
	add_field(words, event, FIELD_state, _(" state "), "");
	add_field(words, event, FIELD_wchan, _(" in "), "");
	add_field(words, event, FIELD_sigpipe, " SIGPIPE ", "");
	add_field(words, event, FIELD_pending, _(" pending "), "");
	add_field(words, event, FIELD_fd, " fd ", "");
	add_field(words, event, FIELD_obj, " ", "");
	add_field(words, event, FIELD_flags, " ", "");
	if (event_has(event, FIELD_used) && event_has(event, FIELD_cap))
		add(words, "  %lld/%lld B", (long long)event_number(event, FIELD_used, 0),
			(long long)event_number(event, FIELD_cap, 0));
	object_words(words, event);
	socket_words(words, event);
	add_field(words, event, FIELD_list, _(" open descriptors "), "");
}

static void
act_words(struct words *words, const struct event *event)
{
	char text[160];

	if (event_is(event, FIELD_op, "name")) {
		add_field(words, event, FIELD_text, _("is called "), "");
		return;
	}
	if (event_is(event, FIELD_op, "host")) {
		add_field(words, event, FIELD_name, _("is on the machine "), "");
		add_field(words, event, FIELD_text, ", ", "");
		add_field(words, event, FIELD_why, ": ", "");
		return;
	}
	add(words, "%s", _("you:"));
	add_field(words, event, FIELD_op, " ", "");
	add_field(words, event, FIELD_obj, " ", "");
	add_field(words, event, FIELD_fd, " fd ", "");
	add_field(words, event, FIELD_sig, " ", "");
	if (event_is(event, FIELD_op, "tempo"))
		add(words, _(" %g calls/s"), (double)event_number(event, FIELD_value, 0) / 1000);
	else if (!event_is(event, FIELD_op, "restart"))
		add_field(words, event, FIELD_value, " ", "");
	if (event_copy(event, FIELD_text, text, sizeof text) > 0) /* our own words, in any language */
		add(words, " %s", text);
	add_field(words, event, FIELD_err, " ", "");
	if (event_is(event, FIELD_by, "pending"))
		add(words, "%s", _(" (waits for its next call)"));
	else if (event_is(event, FIELD_by, "probe"))
		add(words, "%s", _(" (done inside the process)"));
}

static void
died_words(struct words *words, const struct event *event)
{
	if (event_has(event, FIELD_signal)) {
		add_field(words, event, FIELD_signal, _("killed by "), "");
		if (event_number(event, FIELD_core, 0) != 0)
			add(words, "%s", _(", core dumped"));
	} else if (event_has(event, FIELD_status)) {
		add_field(words, event, FIELD_status, _("exited with status "), "");
	} else {
		add(words, "%s", _("ended"));
	}
}

static void
raw_words(struct words *words, const struct event *event)
{
	add(words, "%.*s", (int)event->length, event->line);
}

char *
event_words(const struct event *event, char *buf, size_t size)
{
	struct words words = {.text = buf, .size = size};

	buf[0] = '\0';
	switch (event->what) {
	case WHAT_born:
		add(&words, "%s", _("is born"));
		add_field(&words, event, FIELD_ppid, _(", child of "), "");
		add_field(&words, event, FIELD_prog, ": ", "");
		break;
	case WHAT_exec:
		add(&words, "%s", _("becomes"));
		add_field(&words, event, FIELD_prog, " ", "");
		add_field(&words, event, FIELD_argv, ": ", "");
		break;
	case WHAT_reach:
		add(&words, "%s ", _("stands before"));
		call_words(&words, event);
		break;
	case WHAT_enter:
		call_words(&words, event);
		add(&words, " …");
		break;
	case WHAT_leave:
		leave_words(&words, event);
		break;
	case WHAT_look:
		look_words(&words, event);
		break;
	case WHAT_act:
		act_words(&words, event);
		break;
	case WHAT_out:
		add_field(&words, event, FIELD_text, _("prints \""), "\"");
		break;
	case WHAT_dark:
		add_field(&words, event, FIELD_why, _("can no longer be watched: "), "");
		break;
	case WHAT_died:
		died_words(&words, event);
		break;
	case WHAT_unknown:
	case WHAT_COUNT:
		raw_words(&words, event);
	}
	return buf;
}
