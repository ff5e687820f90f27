/* SPDX-License-Identifier: MIT
 *
 * Finding the functions behind the wrappers. A wrapper can be called before our constructor, by the
 * constructor of another library or by an allocator that dlsym wakes; what such code needs has a
 * way to the kernel from the start.
 */
#include "probe/next.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "probe/sys.h"

static long
early(long ret)
{
	if (ret >= 0)
		return ret;
	errno = (int)-ret;
	return -1;
}

static ssize_t
early_read(int fd, void *buf, size_t n)
{
	return early(SYS3(SYS_read, fd, buf, n));
}

static ssize_t
early_write(int fd, const void *buf, size_t n)
{
	return early(SYS3(SYS_write, fd, buf, n));
}

static int
early_close(int fd)
{
	return (int)early(SYS1(SYS_close, fd));
}

static int
early_openat(int directory, const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = va_arg(rest, mode_t);
	va_end(rest);
	return (int)early(SYS4(SYS_openat, directory, path, flags, mode));
}

static int
early_open(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = va_arg(rest, mode_t);
	va_end(rest);
	return (int)early(SYS4(SYS_openat, AT_FDCWD, path, flags, mode));
}

static int
early_fcntl(int fd, int command, ...)
{
	va_list rest;
	long arg;

	va_start(rest, command);
	arg = va_arg(rest, long);
	va_end(rest);
	return (int)early(SYS3(SYS_fcntl, fd, command, arg));
}

/* This and the next are kept where the C library is older than the call. */
static int
kernel_close_range(unsigned first, unsigned last, int flags)
{
	return (int)early(SYS3(SYS_close_range, first, last, flags));
}

static int
kernel_epoll_pwait2(int fd, struct epoll_event *events, int n, const struct timespec *timeout,
	const sigset_t *mask)
{
#ifdef SYS_epoll_pwait2
	return (int)early(SYS6(SYS_epoll_pwait2, fd, events, n, timeout, mask, _NSIG / 8));
#else
	(void)fd, (void)events, (void)n, (void)timeout, (void)mask;
	return (int)early(-ENOSYS);
#endif
}

static void *
early_mmap(void *hint, size_t n, int protection, int flags, int fd, off_t offset)
{
	return (void *)early(SYS6(SYS_mmap, hint, n, protection, flags, fd, offset));
}

static int
early_munmap(void *start, size_t n)
{
	return (int)early(SYS2(SYS_munmap, start, n));
}

static int
early_mprotect(void *start, size_t n, int protection)
{
	return (int)early(SYS3(SYS_mprotect, start, n, protection));
}

/* An allocator's own lock, taken and given back while dlsym runs: there is one thread then. */
static int
early_lock(pthread_mutex_t *mutex)
{
	(void)mutex;
	return 0;
}

struct next next = {
	.pthread_mutex_lock = early_lock,
	.pthread_mutex_trylock = early_lock,
	.pthread_mutex_unlock = early_lock,
	.mmap = early_mmap,
	.mmap64 = early_mmap,
	.munmap = early_munmap,
	.mprotect = early_mprotect,
	.read = early_read,
	.write = early_write,
	.close = early_close,
	.close_range = kernel_close_range,
	.epoll_pwait2 = kernel_epoll_pwait2,
	.open = early_open,
	.open64 = early_open,
	.openat = early_openat,
	.openat64 = early_openat,
	.fcntl = early_fcntl,
	.fcntl64 = early_fcntl,
};

void
next_find(void)
{
	static _Atomic bool begun;
	void *found;

	if (atomic_load_explicit(&begun, memory_order_relaxed) || atomic_exchange(&begun, true))
		return;
#define NEXT(result, name, parameters)                                                             \
	if ((found = dlsym(RTLD_NEXT, #name)) != NULL)                                             \
		next.name = (result(*) parameters)found;
#define NEXT_AT(version, result, name, parameters)                                                 \
	if ((found = dlvsym(RTLD_NEXT, #name, version)) != NULL ||                                 \
		(found = dlsym(RTLD_NEXT, #name)) != NULL)                                         \
		next.name = (result(*) parameters)found;
#include "probe/next.def"
#undef NEXT
#undef NEXT_AT
}
