/* SPDX-License-Identifier: MIT
 *
 * Names of the constants of System V IPC, and of permissions. Used by the probe: nothing here allocates or sets errno.
 */
#include "event/line.h"

#include <sys/msg.h>
#include <sys/stat.h>

#include "event/constant.h"

#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13 /* Linux 4.17 */
#endif

static const struct constant get_flags[] = {
	CONSTANT(IPC_CREAT),
	CONSTANT(IPC_EXCL),
};

static const struct constant message_flags[] = {
	CONSTANT(IPC_NOWAIT),
	CONSTANT(MSG_NOERROR),
	CONSTANT(MSG_EXCEPT),
	CONSTANT(MSG_COPY),
};

static const struct constant message_commands[] = {
	CONSTANT(IPC_RMID),
	CONSTANT(IPC_SET),
	CONSTANT(IPC_STAT),
	CONSTANT(IPC_INFO),
	CONSTANT(MSG_STAT),
	CONSTANT(MSG_INFO),
	CONSTANT(MSG_STAT_ANY),
};

static const struct constant file_types[] = {
	CONSTANT(S_IFIFO),
	CONSTANT(S_IFREG),
	CONSTANT(S_IFCHR),
	CONSTANT(S_IFBLK),
	CONSTANT(S_IFDIR),
	CONSTANT(S_IFSOCK),
};

/* Four digits, as people write permissions. */
static void
out_mode(struct out *out, unsigned mode)
{
	out_bar(out);
	for (unsigned least = 0100; mode < least; least /= 8)
		out_text(out, "0");
	out_number(out, mode, 8);
}

char *
mode_name(unsigned mode, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};

	for (size_t i = 0; i < CONSTANT_COUNT(file_types); i++)
		if ((mode & S_IFMT) == (unsigned)file_types[i].value) {
			out_text(&out, file_types[i].name);
			mode &= ~(unsigned)S_IFMT;
		}
	out_mode(&out, mode);
	return buf;
}

char *
key_name(int key, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};

	if (key == IPC_PRIVATE)
		out_text(&out, "IPC_PRIVATE");
	else
		out_number(&out, (unsigned)key, 16);
	return buf;
}

char *
get_flags_name(int flags, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	unsigned left = out_flags(&out, (unsigned)flags, get_flags, CONSTANT_COUNT(get_flags));

	if (left & ~0777u) {
		out_bar(&out);
		out_number(&out, left & ~0777u, 16);
	}
	if ((left & 0777) != 0)
		out_mode(&out, left & 0777);
	else if (flags == 0)
		out_text(&out, "0");
	return buf;
}

char *
message_flags_name(int flags, char *buf, size_t size)
{
	struct out out = {.buf = buf, .size = size};
	unsigned left =
		out_flags(&out, (unsigned)flags, message_flags, CONSTANT_COUNT(message_flags));

	if (left != 0) {
		out_bar(&out);
		out_number(&out, left, 16);
	} else if (flags == 0) {
		out_text(&out, "0");
	}
	return buf;
}

char *
message_command_name(int command, char *buf, size_t size)
{
	return out_constant(buf, size, command, message_commands, CONSTANT_COUNT(message_commands));
}
