/* SPDX-License-Identifier: MIT
 *
 * Did mq_open make the queue, see mq_origin.h.
 */
#include "probe/mq_origin.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>

#include "probe/ledger.h"
#include "probe/memory.h"
#include "probe/object.h"
#include "probe/sys.h"

/* O_CREAT takes a queue that is there, and makes one that is not. */
static bool
is_uncertain(int flags)
{
	return flags & O_CREAT && !(flags & O_EXCL);
}

void
mq_origin_before(struct mq_before *before, const char *path, int flags)
{
	static const char directory[] = "/dev/mqueue";
	char name[sizeof directory + NAME_MAX + 2];
	struct timespec now = {0, 0};
	struct statfs fs;
	struct stat st;
	long length;

	before->mounted = before->there = false;
	if (!is_uncertain(flags))
		return;
	SYS2(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &now);
	before->second = now.tv_sec;
	length = memory_string(path, NAME_MAX + 2);
	if (length < 2 || length > NAME_MAX + 1 || path[0] != '/' ||
		SYS2(SYS_statfs, directory, &fs) != 0 || fs.f_type != MQUEUE_MAGIC ||
		SYS4(SYS_newfstatat, AT_FDCWD, directory, &st, 0) != 0)
		return;
	before->mounted = true;
	before->device = st.st_dev;
	memcpy(name, directory, sizeof directory - 1);
	memcpy(name + sizeof directory - 1, path, (size_t)length);
	name[sizeof directory - 1 + (size_t)length] = '\0';
	before->there = SYS4(SYS_newfstatat, AT_FDCWD, name, &st, 0) == 0;
}

/* As far as its age and state tell. */
static bool
looks_new(const struct mq_before *before, const struct stat *st, mqd_t fd)
{
	struct mq_attr queue = {.mq_curmsgs = 0};

	SYS3(SYS_mq_getsetattr, fd, 0, &queue);
	return st->st_ctime >= before->second && st->st_uid == (uid_t)SYS0(SYS_geteuid) &&
	       queue.mq_curmsgs == 0;
}

bool
mq_origin_made(const struct mq_before *before, const char *path, int flags, mqd_t fd)
{
	struct stat st;
	bool made;

	if (!is_uncertain(flags))
		return flags & O_CREAT;
	if (SYS2(SYS_fstat, fd, &st) != 0)
		return false;
	if (before->mounted && before->device == st.st_dev)
		made = !before->there;
	else
		made = looks_new(before, &st, fd);
	return made && !ledger_has_name(LEDGER_MQ_NAME, path);
}
