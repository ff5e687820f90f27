/* SPDX-License-Identifier: MIT
 *
 * Names of the system's constants. glibc's tables where it has them (strerrorname_np,
 * sigabbrev_np), so that no name is written twice. Used by the probe: nothing here allocates or
 * sets errno.
 */
#include "event/line.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "event/constant.h"

/* O_SYNC and O_TMPFILE hold the bits of O_DSYNC and O_DIRECTORY, so they come first. */
static const struct constant open_flags[] = {
	CONSTANT(O_NONBLOCK),
	CONSTANT(O_APPEND),
	CONSTANT(O_CREAT),
	CONSTANT(O_EXCL),
	CONSTANT(O_TRUNC),
	CONSTANT(O_CLOEXEC),
	CONSTANT(O_DIRECT),
	CONSTANT(O_SYNC),
	CONSTANT(O_DSYNC),
	CONSTANT(O_ASYNC),
	CONSTANT(O_TMPFILE),
	CONSTANT(O_DIRECTORY),
	CONSTANT(O_NOFOLLOW),
	CONSTANT(O_NOCTTY),
	CONSTANT(O_NOATIME),
	CONSTANT(O_PATH),
};

static const struct constant fcntl_commands[] = {
	CONSTANT(F_DUPFD),
	CONSTANT(F_DUPFD_CLOEXEC),
	CONSTANT(F_GETFD),
	CONSTANT(F_SETFD),
	CONSTANT(F_GETFL),
	CONSTANT(F_SETFL),
	CONSTANT(F_SETPIPE_SZ),
	CONSTANT(F_GETPIPE_SZ),
	CONSTANT(F_GETLK),
	CONSTANT(F_SETLK),
	CONSTANT(F_SETLKW),
	CONSTANT(F_OFD_GETLK),
	CONSTANT(F_OFD_SETLK),
	CONSTANT(F_OFD_SETLKW),
	CONSTANT(F_GETOWN),
	CONSTANT(F_SETOWN),
	CONSTANT(F_GETSIG),
	CONSTANT(F_SETSIG),
	CONSTANT(F_GETLEASE),
	CONSTANT(F_SETLEASE),
	CONSTANT(F_NOTIFY),
	CONSTANT(F_ADD_SEALS),
	CONSTANT(F_GET_SEALS),
};

static bool
is_word(const char *name, const char *word, size_t length)
{
	return strlen(name) == length && memcmp(name, word, length) == 0;
}

/* A decimal number that fills the word, or -1. */
static int
small_number(const char *word, size_t length)
{
	int value = 0;

	if (length == 0 || length > 6)
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (word[i] < '0' || word[i] > '9')
			return -1;
		value = value * 10 + (word[i] - '0');
	}
	return value;
}

char *
errno_name(int error, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	const char *name = strerrorname_np(error);

	if (name != NULL)
		out_text(&out, name);
	else
		out_signed(&out, error);
	return buf;
}

int
errno_find(const char *name, size_t length)
{
	for (int error = 1; error < 256; error++) {
		const char *known = strerrorname_np(error);

		if (known != NULL && is_word(known, name, length))
			return error;
	}
	return small_number(name, length);
}

char *
signal_name(int signal, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	const char *name = sigabbrev_np(signal);

	if (name != NULL) {
		out_text(&out, "SIG");
		out_text(&out, name);
	} else if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
		out_text(&out, "SIGRTMIN+");
		out_signed(&out, signal - SIGRTMIN);
	} else {
		out_signed(&out, signal);
	}
	return buf;
}

int
signal_find(const char *name, size_t length)
{
	char known[24];

	for (int signal = 1; signal <= SIGRTMAX; signal++)
		if (is_word(signal_name(signal, known, sizeof known), name, length))
			return signal;
	return small_number(name, length);
}

char *
open_flags_name(int flags, char *buf, size_t size)
{
	static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	struct out out = {.buf = buf, .size = size};
	unsigned left = (unsigned)flags & ~(unsigned)O_ACCMODE;

	out_text(&out, modes[flags & O_ACCMODE]);
	left = out_flags(&out, left, open_flags, CONSTANT_COUNT(open_flags));
	if (left != 0) {
		out_text(&out, "|");
		out_number(&out, left, 16);
	}
	return buf;
}

/* One flag's value; unknown ones are 0, but hexadecimal is read. */
static unsigned
open_flag(const char *word, size_t length)
{
	unsigned value = 0;

	if (is_word("O_WRONLY", word, length))
		return O_WRONLY;
	if (is_word("O_RDWR", word, length))
		return O_RDWR;
	for (size_t i = 0; length > 0 && word[0] == 'O' && i < CONSTANT_COUNT(open_flags); i++)
		if (is_word(open_flags[i].name, word, length))
			return (unsigned)open_flags[i].value;
	for (size_t i = 2; length > 2 && word[0] == '0' && word[1] == 'x' && i < length && i < 10;
		i++)
		value = value << 4 |
			(unsigned)(word[i] <= '9' ? word[i] - '0' : (word[i] | 32) - 'a' + 10) % 16;
	return value;
}

int
open_flags_find(const char *names, size_t length)
{
	unsigned flags = 0;

	for (size_t start = 0, i = 0; i <= length; i++)
		if (i == length || names[i] == '|') {
			flags |= open_flag(names + start, i - start);
			start = i + 1;
		}
	return (int)flags;
}

char *
fcntl_command_name(int command, char *buf, size_t size)
{
	return out_constant(buf, size, command, fcntl_commands, CONSTANT_COUNT(fcntl_commands));
}
