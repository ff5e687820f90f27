/* SPDX-License-Identifier: MIT
 *
 * What a descriptor is, see object.h.
 */
#include "probe/object.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "event/line.h"
#include "probe/control.h"
#include "probe/object_kept.h"
#include "probe/process.h"
#include "probe/sys.h"
#include "probe/text.h"

/* A name while it is put together: kind, then identity. */
struct name {
	char text[256];
};

static void
name_number(struct name *name, const char *kind, uint64_t number)
{
	const char *end = name->text + sizeof name->text;

	text_number(text_word(name->text, end, kind), end, (int64_t)number);
}

/* kind, then the path that /proc knows, or the inode where it knows none or one too long. */
static void
name_path(struct name *name, const char *kind, int fd, const struct stat *st)
{
	static const char gone[] = " (deleted)";
	char link[40];
	const char *end = name->text + sizeof name->text;
	char *path = text_word(name->text, end, kind);
	long length;

	text_number(text_word(link, link + sizeof link, "/proc/self/fd/"), link + sizeof link, fd);
	length = SYS4(SYS_readlinkat, AT_FDCWD, link, path, end - path);
	if (length <= 0 || length == end - path) {
		name_number(name, kind, st->st_ino);
		return;
	}
	path[length] = '\0';
	length -= (long)sizeof gone - 1;
	if (st->st_nlink == 0 && length > 0 && strcmp(path + length, gone) == 0)
		path[length] = '\0'; /* the same object as before its name was removed */
	if (strncmp(path, "anon_inode:", 11) == 0)
		memmove(path, path + 11, strlen(path + 11) + 1);
}

static void
name_fifo(struct name *name, int fd, const struct stat *st)
{
	struct statfs fs;

	if (SYS2(SYS_fstatfs, fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC)
		name_number(name, "pipe:", st->st_ino);
	else
		name_path(name, "fifo:", fd, st);
}

/* A POSIX message queue is a file in a file system of its own, wherever that is mounted. */
static bool
is_queue(int fd)
{
	struct statfs fs;

	return SYS2(SYS_fstatfs, fd, &fs) == 0 && fs.f_type == MQUEUE_MAGIC;
}

/* By the name that mq_open takes: one slash, then the last part of the path. */
static void
name_queue(struct name *name, int fd, const struct stat *st)
{
	char *last;

	name_path(name, "mq:", fd, st);
	last = strrchr(name->text, '/');
	if (last != NULL)
		memmove(name->text + 3, last, strlen(last) + 1);
}

/* A file, or a POSIX segment: one in the place where shm_open puts them, or one of memfd_create, whose name says nothing.
 * The stage names them in the same way (descriptor_object() in stage/proc.c). */
static void
name_file(struct name *name, int fd, const struct stat *st)
{
	static const char place[] = "file:/dev/shm/", nameless[] = "file:/memfd:";
	const char *last = name->text + sizeof place - 1;

	name_path(name, "file:", fd, st);
	if (strncmp(name->text, place, sizeof place - 1) == 0 && strchr(last, '/') == NULL) {
		memmove(name->text + 5, last, strlen(last) + 1);
		memcpy(name->text, "shm:/", 5);
	} else if (st->st_nlink == 0 && strncmp(name->text, nameless, sizeof nameless - 1) == 0) {
		name_number(name, "shm:memfd:", st->st_ino);
	}
}

static void
name_find(struct name *name, int fd, const struct stat *st)
{
	char terminal[64]; /* the kernel's struct termios, of which nothing is wanted */

	if (S_ISFIFO(st->st_mode))
		name_fifo(name, fd, st);
	else if (S_ISSOCK(st->st_mode))
		name_number(name, "socket:", st->st_ino);
	else if (S_ISCHR(st->st_mode) && SYS3(SYS_ioctl, fd, 0x5401 /* TCGETS */, terminal) == 0)
		name_path(name, "tty:", fd, st);
	else if (S_ISREG(st->st_mode) && is_queue(fd))
		name_queue(name, fd, st);
	else if (S_ISREG(st->st_mode))
		name_file(name, fd, st);
	else if ((st->st_mode & S_IFMT) != 0)
		name_path(name, "file:", fd, st);
	else
		name_path(name, "other:", fd, st);
}

bool
object_name_fits(const char *name)
{
	size_t length = 0;

	for (; *name != '\0' && length <= OBJECT_NAME_MAX; name++)
		length += *name > ' ' && *name < 0x7f && *name != '"' && *name != '%' ? 1 : 3;
	return length <= OBJECT_NAME_MAX;
}

/* Writes the text as a line would have it. */
static void
object_text(struct object *object, int fd, const char *name, const char *end)
{
	struct line line = {.length = 0};

	line_number(&line, FIELD_fd, fd);
	object->obj = (uint16_t)line.length;
	line_word(&line, FIELD_obj, name);
	object->end = (uint16_t)line.length;
	if (end[0] != '\0')
		line_word(&line, FIELD_end, end);
	object->length = (uint16_t)line.length;
	if (object->capacity > 0)
		line_number(&line, FIELD_cap, object->capacity);
	object->whole = (uint16_t)line.length; /* OBJECT_NAME_MAX sees to it that all fits */
	memcpy(object->text, line.text, line.length);
}

bool
object_socket(struct object *object, int fd)
{
	int family = 0, type = 0;
	socklen_t size = sizeof(int), size_too = sizeof(int);

	object->family = object->type = 0;
	if (SYS6(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &family, &size, 0) != 0 ||
		SYS6(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size_too, 0) != 0)
		return false;
	object->family = (uint8_t)family;
	object->type = (uint8_t)type;
	return true;
}

static bool
object_ask(struct object *object, int fd)
{
	static const char ends[][3] = {"r", "w", "rw", ""};
	struct stat st;
	struct name name;
	long flags;

	if (SYS2(SYS_fstat, fd, &st) != 0)
		return false;
	flags = SYS2(SYS_fcntl, fd, F_GETFL);
	object->pipe = S_ISFIFO(st.st_mode) && !(flags & O_PATH);
	object->capacity = object->pipe ? (int32_t)SYS2(SYS_fcntl, fd, F_GETPIPE_SZ) : -1;
	object->family = object->type = 0;
	if (S_ISSOCK(st.st_mode))
		object_socket(object, fd);
	name_find(&name, fd, &st);
	if (!object_name_fits(name.text))
		text_number(strchr(name.text, ':') + 1, name.text + sizeof name.text,
			(int64_t)st.st_ino);
	object_text(
		object, fd, name.text, flags < 0 || flags & O_PATH ? "" : ends[flags & O_ACCMODE]);
	return true;
}

/* Copies a kept answer; false when there is none that still holds. */
static bool
entry_read(struct object *object, int fd, uint64_t now)
{
	uint32_t sequence;
	const struct object_entry *entry = entry_begin(fd, now, &sequence);

	if (entry == NULL)
		return false;
	object->pipe = entry->pipe;
	object->family = entry->family;
	object->type = entry->type;
	object->capacity = entry->capacity;
	object->length = entry->length;
	object->whole = entry->whole;
	object->obj = entry->obj;
	object->end = entry->end;
	memcpy(object->text, entry->text, OBJECT_TEXT_MAX);
	return entry_same(entry, sequence);
}

static void
entry_write(struct object_entry *entry, const struct object *object, int fd, uint64_t now,
	uint32_t epoch, uint32_t changes)
{
	uint32_t sequence = atomic_load_explicit(&entry->sequence, memory_order_relaxed);

	if (sequence & 1 || object->whole + LINE_SLACK > OBJECT_TEXT_MAX ||
		!atomic_compare_exchange_strong(&entry->sequence, &sequence, sequence + 1))
		return; /* somebody writes, perhaps what this signal handler interrupted */
	entry->known_changes = changes;
	entry->epoch = epoch;
	entry->asked = now;
	entry->fd = fd;
	entry->capacity = object->capacity;
	entry->pipe = object->pipe;
	entry->family = object->family;
	entry->type = object->type;
	entry->length = object->length;
	entry->whole = object->whole;
	entry->obj = object->obj;
	entry->end = object->end;
	memcpy(entry->text, object->text, object->whole);
	atomic_store_explicit(&entry->sequence, sequence + 2, memory_order_release);
}

bool
object_find(struct object *object, int fd, uint64_t now)
{
	struct object_entry *entry = &process->object[(unsigned)fd % OBJECT_ENTRIES];
	uint32_t changes, epoch;

	if (entry_read(object, fd, now))
		return true;
	if (fd < 0 || control_owns(fd))
		return false;
	if (me.vforked)
		return object_ask(object, fd);
	changes = atomic_load_explicit(&entry->changes, memory_order_acquire);
	epoch = atomic_load_explicit(&control.board->epoch, memory_order_relaxed);
	if (!object_ask(object, fd))
		return false;
	entry_write(entry, object, fd, now, epoch, changes);
	return true;
}

void
object_forget(int fd)
{
	if (fd >= 0 && process != NULL)
		atomic_fetch_add_explicit(&process->object[(unsigned)fd % OBJECT_ENTRIES].changes,
			1, memory_order_release);
}

void
object_forget_all(void)
{
	for (int fd = 0; fd < OBJECT_ENTRIES; fd++)
		object_forget(fd);
}
