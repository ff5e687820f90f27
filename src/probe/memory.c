/* SPDX-License-Identifier: MIT
 *
 * See memory.h. The question to the kernel is rt_sigprocmask with an impossible `how`: it copies
 * the set first, so bad memory is answered with EFAULT and good memory with EINVAL, and nothing is
 * changed either way.
 */
#include "probe/memory.h"

#include <sys/auxv.h>
#include <sys/resource.h>

#include "probe/sys.h"
#include "probe/watch.h"

enum {
	PAGE = 4096, /* the smallest there is; larger pages are only asked about more often */
	DEEP = 8 << 20, /* the kernel maps nothing as near below the stack's top, if the limit is no smaller */
};

struct memory_stack memory_stack;

void
memory_open(void)
{
	uintptr_t top = getauxval(AT_RANDOM); /* the kernel lays these bytes above the first frame */
	struct rlimit64 limit;

	if (top < DEEP || SYS4(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &limit) != 0)
		return;
	memory_stack.low = top - (limit.rlim_cur < DEEP ? limit.rlim_cur : DEEP);
	memory_stack.top = top;
}

static bool
page_good(uintptr_t at)
{
	at &= ~(uintptr_t)7;
	return at != 0 && (SYS4(SYS_rt_sigprocmask, -1, at, 0, 8) != -EFAULT || watch_covers(at));
}

bool
memory_good(const void *at, size_t n)
{
	uintptr_t first = (uintptr_t)at;

	if (n == 0)
		return true;
	if (first + n < first)
		return false;
	for (uintptr_t page = first / PAGE; page <= (first + n - 1) / PAGE; page++)
		if (!page_good(page == first / PAGE ? first : page * PAGE))
			return false;
	return true;
}

long
memory_string(const char *string, size_t most)
{
	for (size_t length = 0; length < most; length++) {
		uintptr_t at = (uintptr_t)(string + length);

		if ((length == 0 || at % PAGE == 0) && !page_good(at))
			return -1;
		if (string[length] == '\0')
			return (long)length;
	}
	return (long)most;
}

long
memory_vector(char *const vector[])
{
	for (long entry = 0;; entry++) {
		uintptr_t at = (uintptr_t)(vector + entry);

		if (at % sizeof(char *) != 0) {
			if (!memory_good(vector + entry, sizeof(char *)))
				return -1;
		} else if ((entry == 0 || at % PAGE == 0) && !page_good(at)) {
			return -1;
		}
		if (vector[entry] == NULL)
			return entry;
	}
}
