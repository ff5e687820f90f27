/* SPDX-License-Identifier: MIT
 *
 * Any bytes as event lines: each is read or refused, and a line built again from what was read says
 * the same.
 */
#include <assert.h>
#include <string.h>

#include "event/line.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"420 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w ret=3 used=3 "
	"data=\"a\\x00b\"...\n",
	"1 2 3 look list=0,1,2 flags=O_RDWR|O_NONBLOCK|0x40000000 state=S sig=SIGRTMIN+3\n", NULL};

const char *const fuzz_tokens[] = {" call=", " data=\"", "\\x", "\\", "\"", "\"...", "=", " ", "\n",
	"0x", "-", "9223372036854775807", "99999999999999999999", "%41", "%", "read", "leave",
	"\xff", " n=", " timeout=-1", " fds=3,4", NULL};

/* What is in a field, written and read again, is the same. */
static void
again(const struct event *event, enum event_field field)
{
	char text[EVENT_LINE_MAX], back[EVENT_LINE_MAX];
	size_t length = event_copy(event, field, text, sizeof text);
	struct event read;
	struct line line;

	line_start(&line, event->time, event->pid, event->tid, event->what);
	line_quoted(&line, field, text, length);
	line_finish(&line);
	assert(line.length <= EVENT_LINE_MAX);
	assert(event_parse(&read, line.text, line.length) == 0);
	assert(read.time == event->time && read.pid == event->pid);
	size_t read_length = event_copy(&read, field, back, sizeof back);
	assert(read_length <= length && memcmp(text, back, read_length) == 0);
	assert(read_length == length || line.length > EVENT_LINE_MAX - 8); /* cut only when full */
}

static void
ask(const struct event *event)
{
	char text[200];

	assert(event->length < EVENT_LINE_MAX && event->line[event->length] == '\0');
	for (unsigned field = 1; field < FIELD_COUNT; field++) {
		size_t length;
		const char *raw = event_raw(event, (enum event_field)field, &length);
		event_number(event, (enum event_field)field, 0);
		if (raw == NULL)
			continue;
		assert(raw + length <= event->line + event->length);
		again(event, (enum event_field)field);
		open_flags_find(raw, length);
		signal_find(raw, length);
		errno_find(raw, length);
	}
	for (size_t size = 0; size < sizeof text; size += 13)
		call_text(event, text, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end == NULL ? size : (size_t)(end - data) + 1;
		struct event event;
		if (event_parse(&event, (const char *)data, length) == 0)
			ask(&event);
		data += length;
		size -= length;
	}
	return 0;
}
