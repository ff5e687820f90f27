/* SPDX-License-Identifier: MIT
 *
 * Memory shared by mapping: of files, of segments by name, and of nothing at all. Private mappings, which are most,
 * pass through untold.
 */
#include <string.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "probe/mapping.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"
#include "probe/watch.h"

static bool
is_shared(int flags)
{
	return (flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
}

/* Bytes of the file behind a descriptor. */
static void
report_size(struct report *report, int fd)
{
	struct stat st;

	if (SYS2(SYS_fstat, fd, &st) == 0)
		line_number(&report->line, FIELD_size, st.st_size);
}

static void
report_range(struct report *report, uintptr_t start, size_t n)
{
	line_hex(&report->line, FIELD_addr, start);
	line_number(&report->line, FIELD_n, (int64_t)n);
}

static void
report_protection(struct report *report, int protection)
{
	char name[96];

	line_word(&report->line, FIELD_prot, protection_name(protection, name, sizeof name));
}

static void
report_mapping(struct report *report, const struct mapping *mapping)
{
	char text[MAPPING_NAME_MAX + 8 + LINE_SLACK];
	char *end = text_word(
		text_word(text, text + sizeof text, " obj="), text + sizeof text, mapping->name);

	if (mapping->name[0] != '\0')
		line_copy(&report->line, text, (size_t)(end - text));
}

/* --- mmap --- */

struct map_call {
	void *hint;
	size_t n;
	int protection, flags, fd;
	off_t offset;
};

/* Memory of no file has no name in the system: it is called by who made it, and where. */
static void
name_anonymous(struct mapping *mapping)
{
	struct line line = {.length = 0};
	const char *end = mapping->name + sizeof mapping->name;
	size_t skip = sizeof " addr=" - 1;

	line_hex(&line, FIELD_addr, mapping->start);
	line.text[line.length] = '\0';
	text_word(text_word(text_number(text_word(mapping->name, end, "shm:"), end, me.pid), end,
			  "@"),
		end, line.text + skip);
	mapping->offset = 0;
}

/* As the lines call the object behind the descriptor; false when they do not. */
static bool
name_object(struct mapping *mapping, const struct object *object)
{
	size_t skip = sizeof " obj=" - 1;
	size_t length;

	if (object->length <= object->obj)
		return false;
	length = (size_t)(object->end - object->obj) - skip;
	if (length >= sizeof mapping->name)
		return false;
	memcpy(mapping->name, object->text + object->obj + skip, length);
	mapping->name[length] = '\0';
	return strcmp(mapping->name, "file:/dev/zero") != 0;
}

static void
map_enter(struct report *report, const struct map_call *call, uint64_t site)
{
	char name[160];

	report_fd(report, call->flags & MAP_ANONYMOUS ? -1 : call->fd);
	report_range(report, (uintptr_t)call->hint, call->n);
	report_protection(report, call->protection);
	line_word(&report->line, FIELD_flags, map_flags_name(call->flags, name, sizeof name));
	line_number(&report->line, FIELD_off, call->offset);
	report_enter(report, site);
}

static void
map_leave(struct report *report, const struct map_call *call, void *ret, uint32_t before)
{
	struct mapping mapping = {.start = (uintptr_t)ret,
		.end = (uintptr_t)ret + call->n,
		.offset = (uint64_t)call->offset,
		.kind = MAPPING_MEMORY,
		.protection = (uint8_t)call->protection};
	bool named = report->fd >= 0 && name_object(&mapping, &report->object);

	report_return(report, (int64_t)(intptr_t)ret);
	if (ret == MAP_FAILED) {
		report_leave(report);
		return;
	}
	if (!named)
		name_anonymous(&mapping);
	mapping_remove(mapping.start, call->n, before); /* it takes the place of what was there */
	mapping_add(&mapping);
	if (!named)
		report_mapping(report, &mapping);
	report_range(report, mapping.start, call->n);
	report_protection(report, call->protection);
	line_number(&report->line, FIELD_off, call->offset);
	if (report->fd >= 0)
		report_size(report, report->fd);
	else
		line_number(&report->line, FIELD_size, (int64_t)call->n);
	report_leave(report);
	watch_mapped();
}

/* Private memory, at a chosen place, may take that of a shared mapping. */
static void
map_private(void *ret, size_t n, int flags, uint32_t before)
{
	if (ret != MAP_FAILED && flags & MAP_FIXED)
		mapping_remove((uintptr_t)ret, n, before);
}

EXPORT void *
mmap(void *hint, size_t n, int protection, int flags, int fd, off_t offset)
{
	struct report report;
	struct map_call call = {hint, n, protection, flags, fd, offset};
	uint32_t before;
	void *ret;

	if (!is_shared(flags) && (mapping_none() || !(flags & MAP_FIXED)))
		return next.mmap(hint, n, protection, flags, control_hide(fd), offset);
	before = mapping_now();
	if (!is_shared(flags) || !report_begin(&report, CALL_mmap)) {
		ret = next.mmap(hint, n, protection, flags, control_hide(fd), offset);
		map_private(ret, n, flags, before);
		return ret;
	}
	map_enter(&report, &call, HERE);
	ret = next.mmap(hint, n, protection, flags, control_hide(fd), offset);
	map_leave(&report, &call, ret, before);
	return ret;
}

EXPORT void *
mmap64(void *hint, size_t n, int protection, int flags, int fd, off64_t offset)
{
	struct report report;
	struct map_call call = {hint, n, protection, flags, fd, offset};
	uint32_t before;
	void *ret;

	if (!is_shared(flags) && (mapping_none() || !(flags & MAP_FIXED)))
		return next.mmap64(hint, n, protection, flags, control_hide(fd), offset);
	before = mapping_now();
	if (!is_shared(flags) || !report_begin(&report, CALL_mmap)) {
		ret = next.mmap64(hint, n, protection, flags, control_hide(fd), offset);
		map_private(ret, n, flags, before);
		return ret;
	}
	map_enter(&report, &call, HERE);
	ret = next.mmap64(hint, n, protection, flags, control_hide(fd), offset);
	map_leave(&report, &call, ret, before);
	return ret;
}

/* --- what is done to it --- */

/* Only what shared memory it concerns is told. */
static bool
range_begin(
	struct report *report, struct mapping *mapping, enum call_id call, void *start, size_t n)
{
	if (!atomic_load_explicit(&control.on, memory_order_relaxed)) {
		next_find();
		return false;
	}
	return n > 0 && mapping_find(mapping, (uintptr_t)start, n) && report_begin(report, call);
}

EXPORT int
munmap(void *start, size_t n)
{
	struct report report;
	struct mapping mapping;
	uint32_t before;
	int ret;

	if (mapping_none() || !range_begin(&report, &mapping, CALL_munmap, start, n))
		return next.munmap(start, n);
	report_mapping(&report, &mapping);
	report_range(&report, (uintptr_t)start, n);
	report_enter(&report, HERE);
	before = mapping_now();
	ret = next.munmap(start, n);
	report_return(&report, ret);
	if (ret == 0)
		mapping_remove((uintptr_t)start, n, before);
	report_mapping(&report, &mapping);
	report_range(&report, (uintptr_t)start, n);
	report_leave(&report);
	return ret;
}

EXPORT int
mprotect(void *start, size_t n, int protection)
{
	struct report report;
	struct mapping mapping;
	int ret;

	if (mapping_none() || !range_begin(&report, &mapping, CALL_mprotect, start, n))
		return next.mprotect(start, n, protection);
	report_mapping(&report, &mapping);
	report_range(&report, (uintptr_t)start, n);
	report_protection(&report, protection);
	report_enter(&report, HERE);
	ret = next.mprotect(start, n, protection);
	report_return(&report, ret);
	if (ret == 0)
		mapping_protect((uintptr_t)start, n, protection);
	report_mapping(&report, &mapping);
	report_range(&report, (uintptr_t)start, n);
	report_protection(&report, protection);
	report_leave(&report);
	return ret;
}

/* Not told, but the mapping is elsewhere afterwards. */
EXPORT void *
mremap(void *start, size_t old, size_t n, int flags, ...)
{
	struct mapping mapping;
	uint32_t before;
	bool known;
	va_list rest;
	void *target, *ret;

	va_start(rest, flags);
	target = va_arg(rest, void *);
	va_end(rest);
	if (next.mremap == NULL)
		next_find();
	if (mapping_none())
		return next.mremap(start, old, n, flags, target);
	known = mapping_find(&mapping, (uintptr_t)start, old > 0 ? old : 1);
	before = mapping_now();
	ret = next.mremap(start, old, n, flags, target);
	if (ret == MAP_FAILED)
		return ret;
	if (old > 0 && !(flags & MREMAP_DONTUNMAP))
		mapping_remove((uintptr_t)start, old, before);
	mapping_remove((uintptr_t)ret, n, before);
	if (known) {
		mapping.offset += (uintptr_t)start - mapping.start;
		mapping.start = (uintptr_t)ret;
		mapping.end = mapping.start + n;
		mapping_add(&mapping);
		if (atomic_load_explicit(&control.on, memory_order_relaxed))
			watch_mapped();
	}
	return ret;
}

EXPORT int
ftruncate(int fd, off_t n)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_ftruncate))
		return next.ftruncate(control_hide(fd), n);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	report_enter(&report, HERE);
	ret = next.ftruncate(control_hide(fd), n);
	report_return(&report, ret);
	if (ret == 0)
		line_number(&report.line, FIELD_size, n);
	report_leave(&report);
	return ret;
}

EXPORT int
ftruncate64(int fd, off64_t n)
{
	struct report report;
	int ret;

	if (!report_begin(&report, CALL_ftruncate))
		return next.ftruncate64(control_hide(fd), n);
	report_fd(&report, fd);
	line_number(&report.line, FIELD_n, n);
	report_enter(&report, HERE);
	ret = next.ftruncate64(control_hide(fd), n);
	report_return(&report, ret);
	if (ret == 0)
		line_number(&report.line, FIELD_size, n);
	report_leave(&report);
	return ret;
}
