/* SPDX-License-Identifier: MIT
 *
 * What a descriptor is: the kernel object behind it by kind and identity, the end, the capacity.
 * Asking takes three system calls, so answers are kept per descriptor until a wrapper sees the
 * descriptor change, and for a millisecond at the longest, since not every way of changing one
 * passes a wrapper. Lock-free: who finds an entry in use asks the kernel.
 */
#ifndef IPCVIZ_PROBE_OBJECT_H
#define IPCVIZ_PROBE_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include "probe/sys.h"

enum {
	OBJECT_ENTRIES = 256,  /* descriptors kept, by number modulo this */
	OBJECT_TEXT_MAX = 128, /* of a text that is kept, slack included */
	OBJECT_AGE = 1000000,  /* ns that an answer stays good */
	OBJECT_NAME_MAX = 224, /* of kind:identity as a line has it; the inode stands for a longer one */
};

/* Of the file system of POSIX message queues; <linux/magic.h> does not know it. */
#define MQUEUE_MAGIC 0x19800202

/* The text is what lines say of it, ready to be copied: " fd=3 obj=pipe:25138 end=r". */
struct object {
	bool pipe;        /* a pipe or a FIFO */
	uint8_t family;   /* of a socket: AF_…; 0 of all else */
	uint8_t type;     /* of a socket: SOCK_… */
	int32_t capacity; /* of a pipe; -1 unknown */
	uint16_t length;  /* of text; 0: not an open descriptor */
	/* Where " obj=" and " end=" begin in it; end is length when it has none. */
	uint16_t obj, end;
	uint16_t whole; /* length and, behind it, a pipe's " cap=65536" */
	char text[320];
};

struct object_entry {
	_Alignas(64) _Atomic uint32_t sequence; /* odd while somebody writes */
	_Atomic uint32_t changes;  /* bumped by object_forget() */
	uint32_t known_changes;    /* `changes` before the kernel was asked */
	uint32_t epoch;            /* board->epoch then */
	uint64_t asked;            /* when, ns */
	int32_t fd;
	int32_t capacity;
	bool pipe;
	uint8_t family, type;
	uint16_t length, obj, end, whole;
	char text[OBJECT_TEXT_MAX];
};

/* Is it short enough? Whoever names an object by other means than its descriptor must ask, too. */
bool object_name_fits(const char *name);
/* Fills object; false when fd is not open. `now` in ns. */
bool object_find(struct object *object, int fd, uint64_t now);
/* The descriptor is, or may be, something else now. */
void object_forget(int fd);
void object_forget_all(void);
/* Bytes that lie in a pipe, or ready to be read from a socket; -1 unknown. */
INLINE int64_t
object_used(int fd)
{
	int used;

	return SYS3(SYS_ioctl, fd, FIONREAD, &used) == 0 ? used : -1;
}
/* What a socket is, asked of the kernel and not of what is kept: true when it is one. */
bool object_socket(struct object *object, int fd);

#endif
