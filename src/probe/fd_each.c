/* SPDX-License-Identifier: MIT
 *
 * All open descriptors, from /proc/self/fd (which lists them in ascending order), or by trying each
 * number where there is no /proc or no descriptor left to read it with.
 */
#include "probe/fd_each.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>

#include "probe/sys.h"

enum { TRIED_MAX = 65536 };

static void
each_tried(void (*each)(void *, int), void *context)
{
	struct rlimit limit = {TRIED_MAX, TRIED_MAX};

	SYS4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit);
	for (int fd = 0; fd < TRIED_MAX && (rlim_t)fd < limit.rlim_max; fd++)
		if (SYS2(SYS_fcntl, fd, F_GETFD) >= 0)
			each(context, fd);
}

/* -1 for `.` and `..`. */
static int
entry_number(const char *name)
{
	int fd = 0;

	for (; *name != '\0'; name++) {
		if (*name < '0' || *name > '9')
			return -1;
		fd = fd * 10 + (*name - '0');
	}
	return fd;
}

void
fd_each(void (*each)(void *, int), void *context)
{
	_Alignas(struct dirent64) char entries[1024];
	int directory = (int)SYS3(
		SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long length;

	if (directory < 0) {
		each_tried(each, context);
		return;
	}
	while ((length = SYS3(SYS_getdents64, directory, entries, sizeof entries)) > 0)
		for (long at = 0; at < length;) {
			struct dirent64 *entry = (struct dirent64 *)(entries + at);
			int fd = entry_number(entry->d_name);

			if (fd >= 0 && fd != directory)
				each(context, fd);
			at += entry->d_reclen;
		}
	SYS1(SYS_close, directory);
}
