/* SPDX-License-Identifier: MIT
 *
 * A FIFO by its path, see fifo.h.
 */
#include "probe/fifo.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/memory.h"
#include "probe/sys.h"
#include "probe/text.h"

enum {
	WALK_ROOM = 512, /* bytes of a path on the way; one that needs more is named by its inode */
	WALK_LINKS = 40, /* as many as the kernel follows */
	NAME_ROOM = OBJECT_NAME_MAX + 32,
};

/* A path being followed. */
struct walk {
	size_t length;        /* of done */
	char done[WALK_ROOM]; /* an absolute path without links; empty is the root */
	char rest[WALK_ROOM]; /* what is still to go */
	char link[WALK_ROOM];
	int links;
	bool pipe; /* /proc/self/fd/N of a pipe leads to its name, which is no path */
};

/* Where a relative path begins. */
static bool
walk_start(struct walk *walk, int directory)
{
	char link[40];
	const char *end = link + sizeof link;
	long length;

	if (directory == AT_FDCWD) {
		length = SYS2(SYS_getcwd, walk->done, sizeof walk->done) - 1;
	} else {
		text_number(text_word(link, end, "/proc/self/fd/"), end, directory);
		length = SYS4(SYS_readlinkat, AT_FDCWD, link, walk->done, sizeof walk->done);
	}
	if (length <= 0 || (size_t)length >= sizeof walk->done || walk->done[0] != '/')
		return false;
	walk->length = length == 1 ? 0 : (size_t)length;
	return true;
}

static void
walk_up(struct walk *walk)
{
	while (walk->length > 0 && walk->done[--walk->length] != '/')
		;
}

/* Puts a link's target in the place of the part that was done last. False when it is too long or no
 * path. */
static bool
walk_link(struct walk *walk, size_t length, const char *rest)
{
	static const char pipe[] = "pipe:[";
	size_t left = strlen(rest) + 1;

	walk->pipe = length >= sizeof pipe && memcmp(walk->link, pipe, sizeof pipe - 1) == 0;
	if (walk->pipe || ++walk->links > WALK_LINKS || length + 1 + left > sizeof walk->link)
		return false;
	walk->link[length] = '/';
	memcpy(walk->link + length + 1, rest, left);
	memcpy(walk->rest, walk->link, length + 1 + left);
	walk_up(walk);
	if (walk->rest[0] == '/')
		walk->length = 0;
	return true;
}

/* Goes one part on; what remains is at *rest. */
static bool
walk_step(struct walk *walk, const char **rest, bool follow)
{
	const char *part = *rest;
	size_t length = strcspn(part, "/");
	long target;

	*rest = part + length + strspn(part + length, "/");
	if (length == 1 && part[0] == '.')
		return true;
	if (length == 2 && part[0] == '.' && part[1] == '.') {
		walk_up(walk);
		return true;
	}
	if (walk->length + 1 + length >= sizeof walk->done)
		return false;
	walk->done[walk->length] = '/';
	memcpy(walk->done + walk->length + 1, part, length);
	walk->length += 1 + length;
	walk->done[walk->length] = '\0';
	if (**rest == '\0' && !follow)
		return true;
	target = SYS4(SYS_readlinkat, AT_FDCWD, walk->done, walk->link, sizeof walk->link);
	if (target <= 0)
		return true; /* no link */
	if (!walk_link(walk, (size_t)target, *rest))
		return false;
	*rest = walk->rest + strspn(walk->rest, "/");
	return true;
}

/* Fills walk->done; false when that cannot be done. */
static bool
walk_path(struct walk *walk, int directory, const char *path, bool follow)
{
	long length = memory_string(path, sizeof walk->rest);
	const char *rest;

	walk->links = 0;
	walk->pipe = false;
	if (length <= 0 || (size_t)length >= sizeof walk->rest)
		return false;
	memcpy(walk->rest, path, (size_t)length);
	walk->rest[length] = '\0';
	walk->length = 0;
	if (walk->rest[0] != '/' && !walk_start(walk, directory))
		return false;
	rest = walk->rest + strspn(walk->rest, "/");
	while (*rest != '\0')
		if (!walk_step(walk, &rest, follow))
			return false;
	walk->done[walk->length] = '\0';
	return true;
}

/* kind:identity, as object.c makes it from the open descriptor. */
static void
fifo_name(char name[NAME_ROOM], int directory, const char *path, int flags, const struct stat *st)
{
	static const char gone[] = " (deleted)";
	const char *end = name + NAME_ROOM;
	char *at = text_word(name, end, "fifo:");
	struct walk walk;

	if (walk_path(&walk, directory, path, !(flags & AT_SYMLINK_NOFOLLOW))) {
		if (st->st_nlink == 0 && walk.length >= sizeof gone &&
			strcmp(walk.done + walk.length - (sizeof gone - 1), gone) == 0)
			walk.done[walk.length - (sizeof gone - 1)] = '\0';
		text_word(at, end, walk.done);
		if (object_name_fits(name))
			return;
	}
	if (walk.pipe)
		at = text_word(name, end, "pipe:");
	text_number(at, end, (int64_t)st->st_ino);
}

bool
report_fifo(struct report *report, int directory, const char *path, int flags, const char *end)
{
	struct line *line = &report->line;
	size_t before = line->length;
	char name[NAME_ROOM];
	struct stat st;

	report->object.length = 0;
	if (SYS4(SYS_newfstatat, control_hide(directory), path, &st, flags | AT_NO_AUTOMOUNT) !=
			0 ||
		!S_ISFIFO(st.st_mode))
		return false;
	fifo_name(name, directory, path, flags, &st);
	line_word(line, FIELD_obj, name);
	if (end[0] != '\0')
		line_word(line, FIELD_end, end);
	if (line->length - before + LINE_SLACK <= sizeof report->object.text) {
		report->object.length = (uint16_t)(line->length - before);
		memcpy(report->object.text, line->text + before, report->object.length);
	}
	return true;
}

bool
report_fifo_again(struct report *report)
{
	if (report->object.length == 0)
		return false;
	line_copy(&report->line, report->object.text, report->object.length);
	return true;
}
