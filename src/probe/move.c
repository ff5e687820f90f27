/* SPDX-License-Identifier: MIT
 *
 * See move.h. Two lines are written here field by field as report.c would, but at one pointer, and the second in the
 * place of the first, from which only time and word set it apart. What cannot be done so is left to report.c, out of the
 * way: between two system calls code is cold, and what lies close together is there sooner.
 */
#include "probe/move.h"

#include "event/put.h"
#include "probe/gate.h"
#include "probe/object_kept.h"

#define COLD __attribute__((noinline, cold))

enum {
	WHO = 32,             /* of me.who, " PID TID ", is copied */
	WORD = 5,             /* "enter", "leave" */
	DATA = 48,            /* bytes of a preview, as in report.c */
	TIME_MIN = 100000000, /* of a shorter time the digits would spill over what follows */
	HALF = OBJECT_TEXT_MAX / 2,
};
_Static_assert((int)WHO <= (int)LINE_WHO_MAX && WHO > 2 * 11 + 1, "it is all copied");
/* time, who, word, call, object, two fields with numbers, the capacity, a preview of plain bytes, the newline */
_Static_assert(20 + WHO + WORD + sizeof put_calls[0].text + OBJECT_TEXT_MAX + 2 * (PUT_CELL + 20) +
				PUT_CELL + PUT_CELL + DATA + 2 <
			EVENT_LINE_MAX,
	"what is written here has room");

static COLD bool
report_move_otherwise(struct report *report, enum call_id call, int fd, size_t n, uint64_t site)
{
	report->head = 0;
	if (!report_begin(report, call))
		return false;
	report_fd(report, fd);
	line_number(&report->line, FIELD_n, (int64_t)n);
	report_enter_line(report, site);
	return true;
}

/* Writes what a kept answer says of fd; NULL when there is none that holds. */
static inline char *
put_object(char *at, struct report *report, int fd)
{
	struct object *object = &report->object;
	uint32_t sequence;
	const struct object_entry *entry = entry_begin(fd, report->now, &sequence);

	if (entry == NULL)
		return NULL;
	object->pipe = entry->pipe;
	object->family = entry->family;
	object->length = entry->length;
	object->whole = entry->whole;
	memcpy(at, entry->text, HALF);
	if (entry->length > HALF)
		memcpy(at + HALF, entry->text + HALF, HALF);
	memcpy(report->cap, entry->text + entry->length, PUT_CELL);
	at += entry->length;
	return entry_same(entry, sequence) ? at : NULL;
}

bool
report_move_line(struct report *report, enum call_id call, int fd, size_t n, uint64_t site)
{
	char *text = report->line.text, *at;

	if (!atomic_load_explicit(&control.on, memory_order_relaxed))
		return report_move_otherwise(report, call, fd, n, site);
	me_check();
	report->now = control_clock();
	if (!gate_is_open() || report->now < TIME_MIN)
		return report_move_otherwise(report, call, fd, n, site);
	report->call = call;
	report->fd = fd;
	report->tid = me.tid;
	report->away = report->now - me.left;
	at = put_unsigned(text, report->now);
	memcpy(at, me.who, WHO);
	at += me.who_length;
	memcpy(at, "enter", WORD);
	at = put_object(put_call(at + WORD, call), report, fd);
	if (at == NULL)
		return report_move_otherwise(report, call, fd, n, site);
	report->head = (size_t)(at - text);
	at = put_decimal(PUT_KEY(at, field_n), (int64_t)n);
	at = put_hex(PUT_KEY(at, field_at), site);
	*at++ = '\n';
	report->line.length = (size_t)(at - text);
	return true;
}

/* The line `leave` up to the error. */
static COLD void
report_moved_head(struct report *report, int64_t ret, int error)
{
	char name[24];

	if (report->head > 0) { /* the object stands in the line alone */
		size_t length = report->object.length;

		memcpy(report->object.text, report->line.text + report->head - length, length);
		memcpy(report->object.text + length, report->cap, sizeof report->cap);
	}
	report_leave_head(report);
	line_number(&report->line, FIELD_ret, ret);
	if (ret < 0)
		line_word(&report->line, FIELD_err, errno_name(error, name, sizeof name));
}

static COLD void
report_moved_otherwise(
	struct report *report, int64_t ret, int error, int64_t used, const void *bytes)
{
	report_moved_head(report, ret, error);
	report_used_line(report, used);
	if (ret > 0)
		report_data(report, bytes, (size_t)ret);
	line_finish(&report->line);
}

void
report_moved_socket(struct report *report, int64_t ret, int error, const void *bytes)
{
	report_moved_head(report, ret, error);
	report_queued(report, ret, error);
	if (ret > 0)
		report_data(report, bytes, (size_t)ret);
	line_finish(&report->line);
}

void
report_moved_line(struct report *report, int64_t ret, int error, int64_t used, const void *bytes)
{
	char *text = report->line.text, *at;

	me_check();
	if (report->head == 0 || report->tid != me.tid || ret < 0) {
		report_moved_otherwise(report, ret, error, used, bytes);
		return;
	}
	at = put_unsigned(text, report->now);
	if (*at != ' ') { /* the time has a digit more */
		report_moved_otherwise(report, ret, error, used, bytes);
		return;
	}
	memcpy(at + me.who_length, "leave", WORD);
	at = put_decimal(PUT_KEY(text + report->head, field_ret), ret);
	if (used >= 0) {
		at = put_decimal(PUT_KEY(at, field_used), used);
		memcpy(at, report->cap, sizeof report->cap);
		at += report->object.whole - report->object.length;
	}
	report->line.length = (size_t)(at - text);
	if (ret > 0) {
		at = put_plain(at, bytes, (size_t)ret, DATA);
		if (at == NULL)
			report_data(report, bytes, (size_t)ret);
		else
			report->line.length = (size_t)(at - text);
	}
	report->line.text[report->line.length++] = '\n';
}
