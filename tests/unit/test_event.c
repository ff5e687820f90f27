/* SPDX-License-Identifier: MIT
 *
 * The line codec: what is built is what is read, and nothing that can be read does harm.
 */
#include <check.h>
#include <inttypes.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "event/line.h"

/* Parses from a copy that ends where the line does, so that a tool that watches memory sees any step beyond. */
static int
parse(struct event *event, const char *line, size_t length)
{
	char *exact = malloc(length > 0 ? length : 1);

	if (exact == NULL)
		ck_abort_msg("no memory");
	memcpy(exact, line, length);
	memset(event, 0xa5, sizeof *event);
	int result = event_parse(event, exact, length);
	free(exact);
	return result;
}

static struct event
parsed(const char *line)
{
	struct event event;

	if (parse(&event, line, strlen(line)) != 0)
		ck_abort_msg("no event: %s", line);
	return event;
}

/* All that a reader may ask of an event. */
static void
ask_everything(const struct event *event)
{
	char text[EVENT_LINE_MAX];

	if (event->length >= EVENT_LINE_MAX || event->line[event->length] != '\0' ||
		event->n_fields > EVENT_FIELDS_MAX || event->what >= WHAT_COUNT ||
		event->call >= CALL_COUNT)
		ck_abort_msg("a figure out of its bounds");
	for (int field = 1; field < FIELD_COUNT; field++) {
		size_t length = 0;
		const char *raw = event_raw(event, (enum event_field)field, &length);
		event_number(event, (enum event_field)field, 0);
		event_is(event, (enum event_field)field, "");
		if ((raw != NULL) != event_has(event, (enum event_field)field) ||
			(raw != NULL && raw + length > event->line + event->length))
			ck_abort_msg("field %s lies outside its line",
				event_field_name((enum event_field)field));
		for (size_t size = 1; size < sizeof text; size = size * 3 + 1)
			if (event_copy(event, (enum event_field)field, text, size) >= size)
				ck_abort_msg("event_copy wrote past its buffer");
	}
	for (size_t size = 0; size < 100; size++)
		call_text(event, text, size);
}

START_TEST(the_fields_of_a_line)
{
	struct event event =
		parsed("420 4211 4212 leave call=write fd=4 obj=pipe:25138 end=w ret=-1 "
		       "err=EAGAIN at=0x7fffdeadbeef data=\"a b\\\"c\\x00\\n\"...\n");
	char text[64];

	ck_assert_uint_eq(event.time, 420);
	ck_assert_int_eq(event.pid, 4211);
	ck_assert_int_eq(event.tid, 4212);
	ck_assert_int_eq(event.what, WHAT_leave);
	ck_assert_int_eq(event.call, CALL_write);
	ck_assert_int_eq(event_number(&event, FIELD_fd, 0), 4);
	ck_assert_int_eq(event_number(&event, FIELD_ret, 0), -1);
	ck_assert_int_eq(event_number(&event, FIELD_at, 0), 0x7fffdeadbeef);
	ck_assert_int_eq(event_number(&event, FIELD_n, 77), 77);
	ck_assert_int_eq(event_number(&event, FIELD_err, 77), 77);
	ck_assert(event_is(&event, FIELD_err, "EAGAIN"));
	ck_assert(!event_is(&event, FIELD_err, "EAGAI"));
	ck_assert(!event_is(&event, FIELD_sig, ""));
	ck_assert_uint_eq(event_copy(&event, FIELD_data, text, sizeof text), 7);
	ck_assert_mem_eq(text, "a b\"c\0\n", 8);
	ask_everything(&event);
}
END_TEST

START_TEST(unknown_words_are_kept)
{
	struct event event = parsed("1 2 3 dances call=tango hat=red fd=5 =6 shoes fd=9");

	ck_assert_int_eq(event.what, WHAT_unknown);
	ck_assert_int_eq(event.call, CALL_unknown);
	ck_assert_int_eq(event_number(&event, FIELD_fd, 0), 5); /* the first of two */
	ck_assert_uint_eq(event.n_fields, 5);
	ck_assert_uint_eq(event.field[1].key, FIELD_unknown);
	ck_assert_int_eq(strncmp(event.line + event.field[1].at, "red", event.field[1].length), 0);
	ck_assert_str_eq(event.line, "1 2 3 dances call=tango hat=red fd=5 =6 shoes fd=9");
}
END_TEST

START_TEST(what_is_no_event)
{
	static const char *const lines[] = {"", "\n", " ", "1", "1 2", "1 2 3", "1 2 3 ",
		"a 2 3 born", "1 b 3 born", "1 2 c born", "-1 2 3 born", "1 -2 3 born",
		"1 2 -3 born", "1 2147483648 3 born", "9223372036854775808 2 3 born",
		"99999999999999999999999 2 3 born", "ipcviz-events 1", "0x 2 3 born", "1 2 3\n"};
	struct event event;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(
			parse(&event, lines[i], strlen(lines[i])) == -1, "an event: %s", lines[i]);
}
END_TEST

START_TEST(numbers_at_their_ends)
{
	struct event event = parsed(
		"9223372036854775807 2147483647 0 look n=-9223372036854775808 "
		"ret=9223372036854775807 arg=18446744073709551616 cap=0xffffffffffffffff used=0x "
		"value=-0x10 timeout=- status=12x fd2=1e3 target=+5 ppid= slot=0xG");

	ck_assert_uint_eq(event.time, INT64_MAX);
	ck_assert_int_eq(event_number(&event, FIELD_n, 1), INT64_MIN);
	ck_assert_int_eq(event_number(&event, FIELD_ret, 1), INT64_MAX);
	ck_assert_int_eq(event_number(&event, FIELD_arg, 1), 1);
	ck_assert_int_eq(event_number(&event, FIELD_cap, 1), -1); /* an address: all 64 bits */
	ck_assert_int_eq(event_number(&event, FIELD_value, 1), -16);
	ck_assert_int_eq(event_number(&event, FIELD_used, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_timeout, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_status, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_fd2, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_target, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_ppid, 7), 7);
	ck_assert_int_eq(event_number(&event, FIELD_slot, 7), 7);
}
END_TEST

/* Every number of digits on both sides of where overflow is looked for. */
START_TEST(numbers_of_every_length)
{
	uint64_t decimal = 0, hex = 0;
	char line[200];

	for (int digits = 1; digits <= 18; digits++) {
		decimal = decimal * 10 + (unsigned)digits % 10;
		hex = hex << 4 | (unsigned)digits % 16;
		snprintf(line, sizeof line, "1 2 3 look n=%lld value=-%lld at=0x%llx",
			(long long)decimal, (long long)decimal,
			(unsigned long long)(digits > 16 ? 1 : hex));
		struct event event = parsed(line);
		ck_assert_int_eq(event_number(&event, FIELD_n, 0), (int64_t)decimal);
		ck_assert_int_eq(event_number(&event, FIELD_value, 0), -(int64_t)decimal);
		ck_assert_int_eq(
			event_number(&event, FIELD_at, 0), (int64_t)(digits > 16 ? 1 : hex));
	}
}
END_TEST

START_TEST(cut_at_every_byte)
{
	static const char whole[] =
		"420 4211 4211 leave call=write fd=4 obj=pipe:25138 end=w ret=1024 used=1024 "
		"cap=4096 "
		"data=\"a\\x41\\\\\\\"b\"... path=\"x y\" flags=O_WRONLY|O_NONBLOCK at=0xffff\n";
	struct event event;

	for (size_t length = 0; length < sizeof whole; length++)
		for (size_t from = 0; from <= length; from += 7)
			if (parse(&event, whole + from, length - from) == 0)
				ask_everything(&event);
}
END_TEST

START_TEST(every_byte_everywhere)
{
	static const char whole[] =
		"420 4211 4211 leave call=write fd=4 data=\"a\\x41b\"... ret=12 at=0xf\n";
	struct event event;
	char line[sizeof whole];

	for (size_t at = 0; at < sizeof whole; at++)
		for (int byte = 0; byte < 256; byte++) {
			memcpy(line, whole, sizeof whole);
			line[at] = (char)byte;
			if (parse(&event, line, sizeof whole - 1) == 0)
				ask_everything(&event);
		}
}
END_TEST

START_TEST(every_field_hostile)
{
	static const char *const values[] = {"", "\"", "\"\"", "\"\\", "\"\\\"", "\"\\x", "\"\\x4",
		"\"\\xgg\"", "%", "%4", "%zz", "-", "--1", "0x", "0x-1", "99999999999999999999",
		"-99999999999999999999", "=", "==", "a=b", "\"a\"b\"c\"", "\x01\x02\xff",
		"\xed\x95", "18446744073709551615", ",,,", "3,", "|", "O_RDONLY|", "\"...", "...",
		"pipe:", ":"};
	char line[300];

	for (int field = 1; field < FIELD_COUNT; field++)
		for (size_t i = 0; i < sizeof values / sizeof *values; i++)
			for (int call = 0; call < CALL_COUNT; call += 5) {
				snprintf(line, sizeof line, "1 2 3 leave call=%s %s=%s fd=3",
					call_name((enum call_id)call),
					event_field_name((enum event_field)field), values[i]);
				struct event event = parsed(line);
				ask_everything(&event);
			}
}
END_TEST

START_TEST(zero_bytes_inside)
{
	static const char line[] = "1 2 3 look text=\"a\0b\" name=\0x fd=3";
	struct event event;
	char text[16];

	ck_assert_int_eq(parse(&event, line, sizeof line - 1), 0);
	ck_assert_uint_eq(event_copy(&event, FIELD_text, text, sizeof text), 3);
	ck_assert_mem_eq(text, "a\0b", 4);
	ck_assert_int_eq(event_number(&event, FIELD_fd, 0), 3);
	ask_everything(&event);
}
END_TEST

START_TEST(too_long_and_too_many)
{
	static char line[100000];
	struct event event;
	size_t at = (size_t)snprintf(line, sizeof line, "1 2 3 look");

	for (int i = 0; i < 100; i++)
		at += (size_t)snprintf(line + at, sizeof line - at, " a=%d", i);
	ck_assert_int_eq(parse(&event, line, at), 0);
	ck_assert_uint_eq(event.n_fields, EVENT_FIELDS_MAX);
	ask_everything(&event);
	memset(line + 10, 'x', sizeof line - 10);
	for (size_t length = 500; length < 530; length++) {
		ck_assert_int_eq(parse(&event, line, length), 0);
		ask_everything(&event);
	}
	memcpy(line, "1 2 3 look text=\"", 17);
	ck_assert_int_eq(parse(&event, line, sizeof line), 0);
	ck_assert_uint_eq(event.length, EVENT_LINE_MAX - 1);
	ask_everything(&event);
}
END_TEST

/* --- building --- */

START_TEST(built_and_read_back)
{
	static const int64_t numbers[] = {0, 1, -1, 9, 10, 99, 100, 101, -100, 4096, INT32_MAX,
		INT32_MIN, INT64_MAX, INT64_MIN};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		for (int what = 1; what < WHAT_COUNT; what++) {
			struct line line;
			struct event event;
			line_start(&line, (uint64_t)(numbers[i] & INT64_MAX),
				(int32_t)(numbers[i] & INT32_MAX), 7, (enum event_what)what);
			line_word(&line, FIELD_call, call_name(CALL_read));
			line_number(&line, FIELD_n, numbers[i]);
			line_hex(&line, FIELD_at, (uint64_t)numbers[i]);
			line_finish(&line);
			ck_assert_int_eq(parse(&event, line.text, line.length), 0);
			ck_assert_uint_eq(event.time, (uint64_t)(numbers[i] & INT64_MAX));
			ck_assert_int_eq(event.pid, (int32_t)(numbers[i] & INT32_MAX));
			ck_assert_int_eq(event.what, what);
			ck_assert_int_eq(event.call, CALL_read);
			ck_assert_int_eq(event_number(&event, FIELD_n, 5), numbers[i]);
			ck_assert_int_eq(event_number(&event, FIELD_at, 5), numbers[i]);
		}
}
END_TEST

/* Every number of digits, and the numbers around it. */
START_TEST(built_numbers_of_every_length)
{
	for (uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10)
		for (int64_t near = -1; near <= 1; near++) {
			int64_t number = (int64_t)(power / 9 * 8) + near;
			int64_t edge = (int64_t)power + near;
			struct line line;
			char text[256];

			line_start(&line, (uint64_t)edge, 2, 3, WHAT_leave);
			line_number(&line, FIELD_ret, number);
			line_number(&line, FIELD_used, -edge);
			line_hex(&line, FIELD_at, (uint64_t)number);
			snprintf(text, sizeof text,
				"%" PRIu64 " 2 3 leave ret=%" PRId64 " used=%" PRId64
				" at=0x%" PRIx64,
				(uint64_t)edge, number, -edge, (uint64_t)number);
			ck_assert_uint_eq(line.length, strlen(text));
			ck_assert_mem_eq(line.text, text, line.length);
		}
}
END_TEST

START_TEST(every_byte_goes_there_and_back)
{
	unsigned char bytes[96], back[97];
	char word[2] = "";

	for (int first = 0; first < 256; first++) {
		struct line line;
		struct event event;
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (unsigned char)((size_t)first + i * 37);
		line_start(&line, 1, 2, 3, WHAT_leave);
		line_quoted(&line, FIELD_data, bytes, sizeof bytes);
		line_number(&line, FIELD_ret, 96);
		line_finish(&line);
		ck_assert_ptr_null(memchr(line.text, '\n', line.length - 1));
		ck_assert_int_eq(parse(&event, line.text, line.length), 0);
		ck_assert_uint_eq(
			event_copy(&event, FIELD_data, (char *)back, sizeof back), sizeof bytes);
		ck_assert_mem_eq(back, bytes, sizeof bytes);
		ck_assert_int_eq(event_number(&event, FIELD_ret, 0), 96);

		word[0] = (char)first;
		line_start(&line, 1, 2, 3, WHAT_leave);
		line_word(&line, FIELD_obj, word);
		line_number(&line, FIELD_ret, 5);
		line_finish(&line);
		ck_assert_int_eq(parse(&event, line.text, line.length), 0);
		event_copy(&event, FIELD_obj, (char *)back, sizeof back);
		ck_assert_str_eq((char *)back, word);
		ck_assert_int_eq(event_number(&event, FIELD_ret, 0), 5);
	}
}
END_TEST

START_TEST(a_full_line_drops_whole_fields)
{
	char long_word[EVENT_LINE_MAX], long_path[2 * EVENT_LINE_MAX];

	memset(long_word, 'w', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	memset(long_path, '"', sizeof long_path);
	for (size_t filled = 0; filled < EVENT_LINE_MAX; filled++) {
		struct line line;
		struct event event;
		long_word[filled] = '\0';
		line_start(&line, 1, 2, 3, WHAT_look);
		line_word(&line, FIELD_list, long_word);
		line_number(&line, FIELD_ret, -123456);
		line_hex(&line, FIELD_at, 0xdeadbeef);
		line_quoted(&line, FIELD_path, long_path, filled);
		line_word(&line, FIELD_err, "EAGAIN");
		line_finish(&line);
		long_word[filled] = 'w';
		ck_assert_uint_le(line.length, EVENT_LINE_MAX);
		ck_assert_int_eq(line.text[line.length - 1], '\n');
		ck_assert_int_eq(parse(&event, line.text, line.length), 0);
		ck_assert_uint_eq(event.length, line.length - 1);
		/* there and right, or not there */
		ck_assert_int_eq(event_number(&event, FIELD_ret, -123456), -123456);
		ck_assert_int_eq(event_number(&event, FIELD_at, 0xdeadbeef), 0xdeadbeef);
		ck_assert(!event_has(&event, FIELD_err) || event_is(&event, FIELD_err, "EAGAIN"));
		size_t length = filled;
		ck_assert(event_raw(&event, FIELD_list, &length) == NULL || length == filled);
		ask_everything(&event);
	}
}
END_TEST

/* --- names --- */

START_TEST(names_go_both_ways)
{
	char name[200];

	for (int call = 1; call < CALL_COUNT; call++)
		ck_assert_int_eq(call_find(call_name((enum call_id)call),
					 strlen(call_name((enum call_id)call))),
			call);
	ck_assert_int_eq(call_find("writ", 4), CALL_unknown);
	for (int error = 1; error < 134; error++) {
		errno_name(error, name, sizeof name);
		ck_assert_int_eq(errno_find(name, strlen(name)), error);
	}
	for (int signal = 1; signal <= SIGRTMAX; signal++) {
		signal_name(signal, name, sizeof name);
		ck_assert_int_eq(signal_find(name, strlen(name)), signal);
	}
	ck_assert_str_eq(signal_name(SIGPIPE, name, sizeof name), "SIGPIPE");
	ck_assert_str_eq(errno_name(EAGAIN, name, sizeof name), "EAGAIN");
	ck_assert_int_eq(errno_find("ENOSUCH", 7), -1);
	ck_assert_int_eq(signal_find("SIGNOSUCH", 9), -1);
}
END_TEST

START_TEST(flags_go_both_ways)
{
	static const int bits[] = {O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NONBLOCK,
		O_CLOEXEC, O_DIRECT, O_DIRECTORY, O_NOFOLLOW, 0x40000000};
	char name[200];

	for (int mask = 0; mask < 1 << 12; mask++) {
		int flags = 0;
		for (int i = 0; i < 12; i++)
			flags |= mask >> i & 1 ? bits[i] : 0;
		if ((flags & O_ACCMODE) == O_ACCMODE)
			continue;
		open_flags_name(flags, name, sizeof name);
		ck_assert_msg(open_flags_find(name, strlen(name)) == flags, "%x is %s",
			(unsigned)flags, name);
	}
	ck_assert_str_eq(
		open_flags_name(O_RDONLY | O_NONBLOCK, name, sizeof name), "O_RDONLY|O_NONBLOCK");
	ck_assert_int_eq(open_flags_find("O_NOSUCH|O_APPEND", 17), O_APPEND);
}
END_TEST

START_TEST(names_fit_any_buffer)
{
	char name[64];

	for (size_t size = 1; size < sizeof name; size++) {
		memset(name, 'x', sizeof name);
		open_flags_name(-1, name, size);
		ck_assert_uint_lt(strlen(name), size);
		signal_name(SIGRTMAX, name, size);
		ck_assert_uint_lt(strlen(name), size);
		errno_name(INT32_MIN, name, size);
		ck_assert_uint_lt(strlen(name), size);
		fcntl_command_name(INT32_MAX, name, size);
		ck_assert_uint_lt(strlen(name), size);
		map_flags_name(-1, name, size);
		ck_assert_uint_lt(strlen(name), size);
		key_name(-1, name, size);
		ck_assert_uint_lt(strlen(name), size);
		get_flags_name(-1, name, size);
		ck_assert_uint_lt(strlen(name), size);
		message_flags_name(-1, name, size);
		ck_assert_uint_lt(strlen(name), size);
		message_command_name(INT32_MIN, name, size);
		ck_assert_uint_lt(strlen(name), size);
		mode_name(0177777, name, size);
		ck_assert_uint_lt(strlen(name), size);
	}
}
END_TEST

START_TEST(names_of_system_v)
{
	char name[64];

	ck_assert_str_eq(key_name(IPC_PRIVATE, name, sizeof name), "IPC_PRIVATE");
	ck_assert_str_eq(key_name((int)0x8abcdef0, name, sizeof name), "0x8abcdef0");
	ck_assert_str_eq(get_flags_name(0, name, sizeof name), "0");
	ck_assert_str_eq(get_flags_name(0644, name, sizeof name), "0644");
	ck_assert_str_eq(get_flags_name(IPC_CREAT | IPC_EXCL | 0600, name, sizeof name),
		"IPC_CREAT|IPC_EXCL|0600");
	ck_assert_str_eq(
		get_flags_name(IPC_CREAT | 0100000 | 6, name, sizeof name), "IPC_CREAT|0x8000|0006");
	ck_assert_str_eq(message_flags_name(0, name, sizeof name), "0");
	ck_assert_str_eq(message_flags_name(IPC_NOWAIT | MSG_NOERROR | 1, name, sizeof name),
		"IPC_NOWAIT|MSG_NOERROR|0x1");
	ck_assert_str_eq(message_command_name(IPC_RMID, name, sizeof name), "IPC_RMID");
	ck_assert_str_eq(message_command_name(77, name, sizeof name), "77");
	ck_assert_str_eq(mode_name(0600, name, sizeof name), "0600");
	ck_assert_str_eq(mode_name(0, name, sizeof name), "0000");
	ck_assert_str_eq(mode_name(07, name, sizeof name), "0007");
	ck_assert_str_eq(mode_name(04755, name, sizeof name), "04755");
	ck_assert_str_eq(mode_name(S_IFIFO | 0640, name, sizeof name), "S_IFIFO|0640");
}
END_TEST

START_TEST(a_call_as_c)
{
	struct event event = parsed("1 2 3 enter call=write fd=4 n=1024");
	char text[96];

	ck_assert_str_eq(call_text(&event, text, sizeof text), "write(4, …, 1024)");
	event = parsed("1 2 3 leave call=pipe fds=3,4");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "pipe([3,4])");
	event = parsed("1 2 3 enter call=nanosleep timeout=1500000000");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "nanosleep(1.5 s)");
	event = parsed("1 2 3 enter call=pipe2 flags=O_RDONLY|O_NONBLOCK");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "pipe2(…, O_NONBLOCK)");
	event = parsed("1 2 3 enter call=pipe2 flags=O_RDONLY");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "pipe2(…, 0)");
	event = parsed("1 2 3 enter call=fcntl fd=5 cmd=F_GETFL");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "fcntl(5, F_GETFL)");
	event = parsed("1 2 3 enter call=fcntl fd=5 cmd=F_SETFL arg=O_RDONLY|O_NONBLOCK");
	ck_assert_str_eq(call_text(&event, text, sizeof text), "fcntl(5, F_SETFL, O_RDONLY|O_NONBLOCK)");
}
END_TEST

START_TEST(calls_on_queues_as_c)
{
	static const char *const calls[][2] = {
		{"call=mkfifo path=\"a\" mode=0600", "mkfifo(\"a\", 0600)"},
		{"call=ftok path=\".\" arg=113", "ftok(\".\", 'q')"},
		{"call=ftok path=\".\" arg=0", "ftok(\".\", 0)"},
		{"call=msgget key=IPC_PRIVATE flags=IPC_CREAT|0600",
			"msgget(IPC_PRIVATE, IPC_CREAT|0600)"},
		{"call=msgsnd id=7 obj=msg:7 type=2 n=5 flags=IPC_NOWAIT", "msgsnd(7, …, 5, IPC_NOWAIT)"},
		{"call=msgrcv id=7 obj=msg:7 n=5 want=-2 flags=0", "msgrcv(7, …, 5, -2, 0)"},
		{"call=msgctl id=7 cmd=IPC_RMID", "msgctl(7, IPC_RMID)"},
		{"call=mq_open path=\"/q\" flags=O_RDWR|O_CREAT", "mq_open(\"/q\", O_RDWR|O_CREAT)"},
		{"call=mq_send fd=3 n=2 prio=9", "mq_send(3, …, 2, 9)"},
		{"call=mq_setattr fd=3 flags=O_RDONLY|O_NONBLOCK", "mq_setattr(3, O_NONBLOCK)"},
		{"call=mq_notify fd=3 how=signal sig=SIGUSR1", "mq_notify(3, SIGUSR1)"},
		{"call=mq_notify fd=3 how=thread", "mq_notify(3, thread)"},
		{"call=mq_notify fd=3 how=off", "mq_notify(3, NULL)"},
	};

	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		char line[160], text[96];
		struct event event;

		snprintf(line, sizeof line, "1 2 3 enter %s", calls[i][0]);
		event = parsed(line);
		ck_assert_str_eq(call_text(&event, text, sizeof text), calls[i][1]);
	}
}
END_TEST

START_TEST(names_of_memory)
{
	char name[96];

	ck_assert_str_eq(attach_flags_name(SHM_RDONLY | 1, name, sizeof name), "SHM_RDONLY|0x1");
	ck_assert_str_eq(attach_flags_name(0, name, sizeof name), "0");
	/* One number, two meanings. */
	ck_assert_str_eq(semaphore_command_name(GETPID, name, sizeof name), "GETPID");
	ck_assert_str_eq(segment_command_name(SHM_LOCK, name, sizeof name), "SHM_LOCK");
	ck_assert_str_eq(segment_command_name(-7, name, sizeof name), "-7");
	ck_assert_str_eq(
		protection_name(PROT_READ | PROT_WRITE, name, sizeof name), "PROT_READ|PROT_WRITE");
	ck_assert_str_eq(protection_name(PROT_NONE, name, sizeof name), "PROT_NONE");
	ck_assert_str_eq(map_flags_name(MAP_SHARED, name, sizeof name), "MAP_SHARED");
	ck_assert_str_eq(map_flags_name(MAP_SHARED | MAP_ANONYMOUS, name, sizeof name),
		"MAP_SHARED|MAP_ANONYMOUS");
	ck_assert_str_eq(map_flags_name(0, name, sizeof name), "0");
}
END_TEST

START_TEST(names_of_sockets)
{
	char name[128];

	ck_assert_str_eq(family_name(AF_INET6, name, sizeof name), "AF_INET6");
	ck_assert_str_eq(family_name(77, name, sizeof name), "77");
	ck_assert_str_eq(socket_type_name(SOCK_STREAM, name, sizeof name), "SOCK_STREAM");
	ck_assert_str_eq(
		socket_type_name(SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, name, sizeof name),
		"SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC");
	ck_assert_str_eq(socket_type_name(99 | SOCK_CLOEXEC, name, sizeof name), "99|SOCK_CLOEXEC");
	/* A number means a protocol within its family alone; 0 leaves the choice to the kernel. */
	ck_assert_str_eq(protocol_name(AF_INET, IPPROTO_UDP, name, sizeof name), "IPPROTO_UDP");
	ck_assert_str_eq(protocol_name(AF_UNIX, IPPROTO_UDP, name, sizeof name), "17");
	ck_assert_str_eq(protocol_name(AF_INET, 0, name, sizeof name), "0");
	ck_assert_str_eq(accept_flags_name(0, name, sizeof name), "0");
	ck_assert_str_eq(accept_flags_name(SOCK_NONBLOCK, name, sizeof name), "SOCK_NONBLOCK");
	ck_assert_str_eq(socket_flags_name(0, name, sizeof name), "0");
	ck_assert_str_eq(socket_flags_name(MSG_PEEK | MSG_DONTWAIT, name, sizeof name),
		"MSG_PEEK|MSG_DONTWAIT");
	ck_assert_str_eq(
		socket_flags_name(MSG_OOB | 0x800000, name, sizeof name), "MSG_OOB|0x800000");
	ck_assert_str_eq(shutdown_name(SHUT_RDWR, name, sizeof name), "SHUT_RDWR");
	ck_assert_str_eq(shutdown_name(-3, name, sizeof name), "-3");
	/* One number, another meaning at each level. */
	ck_assert_str_eq(
		socket_option_name(SOL_SOCKET, SO_RCVTIMEO, name, sizeof name), "SO_RCVTIMEO");
	ck_assert_str_eq(
		socket_option_name(IPPROTO_TCP, TCP_NODELAY, name, sizeof name), "TCP_NODELAY");
	ck_assert_str_eq(socket_option_name(IPPROTO_IP, IP_TTL, name, sizeof name), "IP_TTL");
	ck_assert_str_eq(
		socket_option_name(IPPROTO_IPV6, IPV6_V6ONLY, name, sizeof name), "IPV6_V6ONLY");
	ck_assert_str_eq(socket_option_name(41, 99, name, sizeof name), "41:99");
	ck_assert_str_eq(socket_option_name(-1, -2, name, sizeof name), "-1:-2");
	ck_assert_str_eq(tcp_state_name(TCP_TIME_WAIT, name, sizeof name), "TIME_WAIT");
	ck_assert_str_eq(tcp_state_name(50, name, sizeof name), "50");
	ck_assert_str_eq(ioctl_command_name(FIONREAD, name, sizeof name), "FIONREAD");
	ck_assert_str_eq(ioctl_command_name(TIOCOUTQ, name, sizeof name), "SIOCOUTQ");
	ck_assert_str_eq(epoll_command_name(EPOLL_CTL_MOD, name, sizeof name), "EPOLL_CTL_MOD");
	ck_assert_str_eq(epoll_flags_name(EPOLL_CLOEXEC | 1, name, sizeof name), "EPOLL_CLOEXEC|0x1");
	/* Little room cuts, and ends with a NUL. */
	ck_assert_str_eq(family_name(AF_INET, name, 4), "AF_");
	ck_assert_str_eq(socket_flags_name(MSG_PEEK | MSG_DONTWAIT, name, 10), "MSG_PEEK|");
	ck_assert_str_eq(socket_option_name(41, 99, name, 3), "41");
	ck_assert_str_eq(socket_type_name(SOCK_STREAM | SOCK_CLOEXEC, name, 6), "SOCK_");
}
END_TEST

START_TEST(calls_on_memory_as_c)
{
	static const struct {
		const char *line, *text;
	} cases[] = {
		{"enter call=semop id=3 obj=sem:3 ops=0-1u", "semop(3, [0-1u])"},
		{"enter call=semctl id=3 sem=0 cmd=SETVAL value=1", "semctl(3, 0, SETVAL, 1)"},
		{"enter call=semctl id=3 sem=0 cmd=IPC_RMID", "semctl(3, 0, IPC_RMID)"},
		{"enter call=sem_open path=\"/x\" flags=O_RDONLY", "sem_open(\"/x\", 0)"},
		{"enter call=sem_open path=\"/x\" flags=O_RDONLY|O_CREAT value=2",
			"sem_open(\"/x\", O_CREAT, 2)"},
		{"enter call=sem_wait addr=0x7f00 obj=sem:/ipcviz-counter",
			"sem_wait(/ipcviz-counter)"},
		{"enter call=sem_wait addr=0x7f00 obj=sem:/ipcviz-k3v9-counter",
			"sem_wait(/counter)"},
		{"enter call=shm_unlink path=\"/ipcviz-k3v9-a/ipcviz-k3v9-b-ipcviz-k3-\"",
			"shm_unlink(\"/a/b-ipcviz-k3-\")"},
		{"enter call=sem_wait addr=0x7f00 obj=sem:4211@0x7f00", "sem_wait(0x7f00)"},
		{"enter call=sem_wait addr=0x7f00 obj=sem:4211@0x7000+16",
			"sem_wait(4211@0x7000+16)"},
		{"enter call=sem_wait addr=0x7f00 obj=sem:file:/a@b+16", "sem_wait(file:/a@b+16)"},
		{"enter call=sem_wait addr=0x7f00", "sem_wait(0x7f00)"},
		{"enter call=pthread_cond_wait addr=0x7f00 obj=cond:/x+64 other=mutex:/x+0",
			"pthread_cond_wait(/x+64, /x+0)"},
		{"enter call=mmap addr=0x0 n=4096 prot=PROT_READ flags=MAP_SHARED fd=3 off=0",
			"mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3, 0)"},
		{"enter call=shmat id=7 obj=shm:7 addr=0x0 flags=0", "shmat(7, NULL, 0)"},
		{"enter call=shmdt obj=shm:7 addr=0x7f00", "shmdt(0x7f00)"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char line[200], text[96];
		struct event event;

		snprintf(line, sizeof line, "1 2 3 %s", cases[i].line);
		event = parsed(line);
		ck_assert_str_eq(call_text(&event, text, sizeof text), cases[i].text);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("event");
	TCase *codec = tcase_create("codec");

	tcase_set_timeout(codec, 60);
	tcase_add_test(codec, the_fields_of_a_line);
	tcase_add_test(codec, unknown_words_are_kept);
	tcase_add_test(codec, what_is_no_event);
	tcase_add_test(codec, numbers_at_their_ends);
	tcase_add_test(codec, numbers_of_every_length);
	tcase_add_test(codec, cut_at_every_byte);
	tcase_add_test(codec, every_byte_everywhere);
	tcase_add_test(codec, every_field_hostile);
	tcase_add_test(codec, zero_bytes_inside);
	tcase_add_test(codec, too_long_and_too_many);
	tcase_add_test(codec, built_and_read_back);
	tcase_add_test(codec, every_byte_goes_there_and_back);
	tcase_add_test(codec, a_full_line_drops_whole_fields);
	tcase_add_test(codec, built_numbers_of_every_length);
	tcase_add_test(codec, names_go_both_ways);
	tcase_add_test(codec, flags_go_both_ways);
	tcase_add_test(codec, names_fit_any_buffer);
	tcase_add_test(codec, names_of_system_v);
	tcase_add_test(codec, names_of_memory);
	tcase_add_test(codec, names_of_sockets);
	tcase_add_test(codec, a_call_as_c);
	tcase_add_test(codec, calls_on_memory_as_c);
	tcase_add_test(codec, calls_on_queues_as_c);
	suite_add_tcase(suite, codec);
	SRunner *runner = srunner_create(suite);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	srunner_free(runner);
	return 0;
}
