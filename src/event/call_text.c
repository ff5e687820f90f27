/* SPDX-License-Identifier: MIT
 *
 * A call written as C, for people: calls.def says how, the event gives the values.
 */
#include "event/event.h"
#include "event/short_name.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const call_args[] = {
	"",
#define CALL(id, args, traits) args,
#include "event/calls.def"
#undef CALL
};

/* Text that grows inside a caller's buffer. */
struct out {
	char *buf;
	size_t at, size;
};

static void
out_bytes(struct out *out, const char *bytes, size_t length)
{
	if (length > out->size - 1 - out->at)
		length = out->size - 1 - out->at;
	memcpy(out->buf + out->at, bytes, length);
	out->at += length;
	out->buf[out->at] = '\0';
}

static void
out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

/* 1500000000 becomes "1.5 s"; times below a second are in ms, below a millisecond in µs. */
static void
out_time(struct out *out, int64_t ns)
{
	char text[40];

	if (ns < 0)
		snprintf(text, sizeof text, "-1");
	else if (ns >= 1000000000)
		snprintf(text, sizeof text, "%g s", (double)ns / 1e9);
	else if (ns == 0)
		snprintf(text, sizeof text, "0");
	else if (ns >= 1000000)
		snprintf(text, sizeof text, "%g ms", (double)ns / 1e6);
	else
		snprintf(text, sizeof text, "%g µs", (double)ns / 1e3);
	out_text(out, text);
}

/* What sigaction's and signal's `how` is called in C. */
static void
out_disposition(struct out *out, const struct event *event)
{
	out_text(out, event_is(event, FIELD_how, "ignored")   ? "SIG_IGN"
		      : event_is(event, FIELD_how, "default") ? "SIG_DFL"
							      : "handler");
}

/* What mq_notify is to do, as the program asked for it. */
static void
out_notification(struct out *out, const struct event *event, const char *how, size_t length)
{
	size_t name_length;
	const char *name = event_raw(event, FIELD_sig, &name_length);

	if (event_is(event, FIELD_how, "off")) {
		out_text(out, "NULL");
	} else if (event_is(event, FIELD_how, "signal") && name != NULL) {
		out_bytes(out, name, name_length);
	} else {
		out_bytes(out, how, length);
	}
}

/* The project of ftok: a character, as its callers write it. */
static void
out_project(struct out *out, const struct event *event)
{
	int64_t project = event_number(event, FIELD_arg, 0);
	char text[24];

	if (project > ' ' && project < 0x7f && project != '\'' && project != '\\')
		snprintf(text, sizeof text, "'%c'", (char)project);
	else
		snprintf(text, sizeof text, "%jd", (intmax_t)project);
	out_text(out, text);
}

/* These ask for nothing but the answer, or make nothing that would need a value. */
static bool
lacks_argument(const struct event *event)
{
	return event->call == CALL_semctl || event->call == CALL_sem_open ||
	       event_is(event, FIELD_cmd, "F_GETFL") || event_is(event, FIELD_cmd, "F_GETFD") ||
	       event_is(event, FIELD_cmd, "F_GETPIPE_SZ");
}

/* Can the call do without this argument, its last? */
static bool
is_optional(const struct event *event, enum event_field field)
{
	return lacks_argument(event) &&
	       field == (event->call == CALL_fcntl ? FIELD_arg : FIELD_value);
}

/* A semaphore, mutex or condition by its name, or by its address where it has none that says more. */
static void
out_name(struct out *out, const char *name, size_t length)
{
	const char *colon = memchr(name, ':', length);
	size_t skip = colon != NULL ? (size_t)(colon + 1 - name) : 0;
	const char *at = memchr(name, '@', length);

	if (at != NULL && memchr(name, '+', length) == NULL && memchr(name, '/', length) == NULL)
		skip = (size_t)(at + 1 - name);
	out_bytes(out, name + skip, length - skip);
}

static void
out_address(struct out *out, const struct event *event, const char *text, size_t length)
{
	size_t name_length;
	const char *name = event_raw(event, FIELD_obj, &name_length);

	if (name != NULL && (strncmp(name, "sem:", 4) == 0 || strncmp(name, "mutex:", 6) == 0 ||
				    strncmp(name, "cond:", 5) == 0))
		out_name(out, name, name_length);
	else if (event_number(event, FIELD_addr, 1) == 0)
		out_text(out, "NULL");
	else
		out_bytes(out, text, length);
}

/* Flags of a call that has no access mode: O_RDONLY is 0, and nobody wrote it there. */
static void
out_flags(struct out *out, const char *text, size_t length)
{
	static const char none[] = "O_RDONLY";
	size_t skip = sizeof none - 1;

	if (length >= skip && memcmp(text, none, skip) == 0) {
		if (length == skip)
			out_text(out, "0");
		else
			out_bytes(out, text + skip + 1, length - skip - 1);
	} else {
		out_bytes(out, text, length);
	}
}

static void
out_between(struct out *out, const char *open, const char *text, size_t length, const char *close)
{
	out_text(out, open);
	out_bytes(out, text, length);
	out_text(out, close);
}

/* A value that the event does not have. */
static void
out_missing(struct out *out, const struct event *event, enum event_field field)
{
	if (field == FIELD_value && event->call == CALL_setsockopt &&
		event_has(event, FIELD_timeout)) {
		out_time(out, event_number(event, FIELD_timeout, 0));
	} else if (is_optional(event, field)) {
		out->at -= out->at > 1 ? 2 : 0; /* the comma */
		out->buf[out->at] = '\0';
	} else {
		out_text(out, "…");
	}
}

static void
out_value(struct out *out, const char *text, size_t length)
{
	if (text[-1] == '"')
		out_between(out, "\"", text, length, "\"");
	else
		out_bytes(out, text, length);
}

static bool
lacks_access_mode(enum call_id call)
{
	return call == CALL_pipe2 || call == CALL_dup3 || call == CALL_mq_setattr ||
	       call == CALL_sem_open;
}

static void
out_field(struct out *out, const struct event *event, enum event_field field)
{
	size_t length;
	const char *text = event_raw(event, field, &length);

	if (text == NULL) {
		out_missing(out, event, field);
		return;
	}
	switch (field) {
	case FIELD_addr:
		out_address(out, event, text, length);
		return;
	case FIELD_other:
		out_name(out, text, length);
		return;
	case FIELD_timeout:
		out_time(out, event_number(event, field, 0));
		return;
	case FIELD_fds:
	case FIELD_ops:
		out_between(out, "[", text, length, "]");
		return;
	case FIELD_wants:
		out_between(out, "{", text, length, "}");
		return;
	case FIELD_flags:
		if (!lacks_access_mode(event->call))
			break;
		out_flags(out, text, length);
		return;
	case FIELD_arg:
		if (event->call != CALL_ftok)
			break;
		out_project(out, event);
		return;
	case FIELD_how:
		if (event->call == CALL_shutdown)
			break;
		if (event->call == CALL_mq_notify)
			out_notification(out, event, text, length);
		else
			out_disposition(out, event);
		return;
	default:
		break;
	}
	out_value(out, text, length);
}

/* A piece of a call's arguments as calls.def writes them: some text, and the field whose value follows it. */
struct piece {
	uint8_t at, length; /* of the text, in call_args[] */
	uint8_t field;      /* enum event_field; unknown: nothing follows */
};
enum { PIECES_MAX = 8 }; /* the last of a call is empty */

static void
pieces_find(struct piece pieces[PIECES_MAX], const char *args)
{
	size_t start = 0, word, n = 0;

	for (size_t i = 0; args[i] != '\0'; i += word > 0 ? word : 1) {
		word = strspn(args + i, "abcdefghijklmnopqrstuvwxyz0123456789");
		/* a word that names no field stands for itself */
		enum event_field field = event_field_find(args + i, word);
		bool ends = args[i + (word > 0 ? word : 1)] == '\0';

		if (field == FIELD_unknown && !ends)
			continue;
		assert(n < PIECES_MAX - 1);
		size_t length = field == FIELD_unknown ? strlen(args + start) : i - start;
		pieces[n++] = (struct piece){(uint8_t)start, (uint8_t)length, (uint8_t)field};
		start = i + word;
	}
}

/* Taken apart when the call is written for the first time: every event of it is. */
static const struct piece *
call_pieces(enum call_id call)
{
	static struct piece pieces[CALL_COUNT][PIECES_MAX];

	if (pieces[call][0].field == FIELD_unknown && pieces[call][0].length == 0)
		pieces_find(pieces[call], call_args[call]);
	return pieces[call];
}

char *
call_text(const struct event *event, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	const char *args = call_args[event->call];
	const char *name = call_name(event->call);
	size_t length = strlen(name);

	if (size == 0)
		return buf;
	buf[0] = '\0';
	if (event->call == CALL_unknown && (name = event_raw(event, FIELD_call, &length)) == NULL)
		return buf;
	out_bytes(&out, name, length);
	out_text(&out, event->call == CALL_unknown ? "(…" : "(");
	for (const struct piece *piece = call_pieces(event->call);
		piece->length > 0 || piece->field != FIELD_unknown; piece++) {
		out_bytes(&out, args + piece->at, piece->length);
		if (piece->field != FIELD_unknown)
			out_field(&out, event, (enum event_field)piece->field);
	}
	out_text(&out, ")");
	return short_name(buf);
}

char *
call_result(enum call_id call, int64_t ret, char buf[CALL_RESULT_MAX])
{
	if ((call_traits(call) & CALL_HEX) != 0 && ret != -1)
		snprintf(buf, CALL_RESULT_MAX, "0x%" PRIx64,
			ret < 0 ? (uint32_t)ret : (uint64_t)ret); /* a key is an int */
	else
		snprintf(buf, CALL_RESULT_MAX, "%" PRId64, ret);
	return buf;
}
