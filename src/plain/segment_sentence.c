/* SPDX-License-Identifier: MIT
 *
 * Calls on shared memory that returned, as sentences: segments made, attached, mapped and left.
 */
#include <string.h>

#include "plain/leave.h"
#include "words.h"

static int64_t
number(const struct leave *leave, enum event_field field)
{
	return event_number(leave->event, field, -1);
}

static void
add_size(struct leave *leave)
{
	char bytes[40];

	if (number(leave, FIELD_size) > 0)
		paragraph_add(leave->paragraph, _("It has %s."),
			bytes_label(number(leave, FIELD_size), bytes, sizeof bytes));
}

static void
segment_made(struct leave *leave)
{
	const char *object = leave_object(leave, _("a segment"));

	if (number(leave, FIELD_made) == 1)
		paragraph_add(leave->paragraph, _("%s made %s."), leave->who, object);
	else if (number(leave, FIELD_made) == 0)
		paragraph_add(
			leave->paragraph, _("%s found %s, which was there."), leave->who, object);
	else
		paragraph_add(leave->paragraph, _("%s has %s."), leave->who, object);
	if (leave->event->call == CALL_shm_open) {
		paragraph_add(leave->paragraph, _("It is open as descriptor %lld."),
			(long long)leave->ret);
		if (number(leave, FIELD_size) == 0)
			paragraph_add(leave->paragraph, "%s",
				_("It has no bytes yet: ftruncate gives it some."));
	}
	add_size(leave);
}

static void
add_attached(struct leave *leave)
{
	int64_t n = number(leave, FIELD_nattch);

	if (n == 0)
		paragraph_add(leave->paragraph, "%s", _("Nobody has it attached now."));
	else if (n > 0)
		paragraph_add(leave->paragraph,
			ngettext("It is attached %lld time now.", "It is attached %lld times now.",
				(unsigned long)n),
			(long long)n);
}

static uint64_t
address(const struct leave *leave)
{
	return (uint64_t)event_number(leave->event, FIELD_addr, leave->ret);
}

static void
segment_attached(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s attached %s: in its memory it lies at 0x%llx."),
		leave->who, leave_object(leave, _("a segment")),
		(unsigned long long)address(leave));
	add_attached(leave);
}

static void
segment_detached(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s detached %s."), leave->who,
		leave_object(leave, _("a segment")));
	add_attached(leave);
}

static void
segment_controlled(struct leave *leave)
{
	const char *object = leave_object(leave, _("a segment"));
	int64_t n = number(leave, FIELD_nattch);

	if (!event_is(leave->event, FIELD_cmd, "IPC_RMID")) {
		paragraph_add(leave->paragraph, _("%s asked about %s."), leave->who, object);
		add_attached(leave);
	} else if (n > 0) {
		paragraph_add(leave->paragraph,
			ngettext("%s marked %s for removal: it is gone when it is detached for the "
				 "last time. It is attached %lld time now.",
				"%s marked %s for removal: it is gone when it is detached for the "
				"last time. It is attached %lld times now.",
				(unsigned long)n),
			leave->who, object, (long long)n);
	} else if (n == 0) {
		paragraph_add(leave->paragraph,
			_("%s removed %s. Nobody had it attached, so it is gone."), leave->who,
			object);
	} else {
		paragraph_add(leave->paragraph,
			_("%s marked %s for removal: it is gone when it is detached for the last "
			  "time."),
			leave->who, object);
	}
}

static void
name_removed(struct leave *leave)
{
	paragraph_add(leave->paragraph,
		_("%s removed the name of %s. Who has it mapped or open keeps it."), leave->who,
		leave_object(leave, _("a segment")));
}

static void
size_given(struct leave *leave)
{
	const struct call *call = leave_call(leave);
	int64_t n = event_number(leave->event, FIELD_n, call != NULL ? call->n : -1);
	char bytes[40];

	if (n >= 0)
		paragraph_add(leave->paragraph, _("%s gave %s a size of %s."), leave->who,
			leave_object(leave, _("a file")), bytes_label(n, bytes, sizeof bytes));
	else
		paragraph_add(leave->paragraph, _("%s: %s returned %lld."), leave->who, leave->call,
			(long long)leave->ret);
}

static void
memory_mapped(struct leave *leave)
{
	const struct call *call = leave_call(leave);
	int64_t n = event_number(leave->event, FIELD_size,
		event_number(leave->event, FIELD_n, call != NULL ? call->n : -1));
	char bytes[40];

	paragraph_add(leave->paragraph, _("%s mapped %s: in its memory it lies at 0x%llx."),
		leave->who, leave_object(leave, _("memory")), (unsigned long long)address(leave));
	if (n > 0)
		paragraph_add(
			leave->paragraph, _("It has %s."), bytes_label(n, bytes, sizeof bytes));
}

static void
memory_unmapped(struct leave *leave)
{
	paragraph_add(leave->paragraph, _("%s no longer has %s in its memory."), leave->who,
		leave_object(leave, _("what it had mapped")));
}

static const teller tellers[CALL_COUNT] = {
	[CALL_shmget] = segment_made,
	[CALL_shm_open] = segment_made,
	[CALL_shmat] = segment_attached,
	[CALL_shmdt] = segment_detached,
	[CALL_shmctl] = segment_controlled,
	[CALL_shm_unlink] = name_removed,
	[CALL_ftruncate] = size_given,
	[CALL_mmap] = memory_mapped,
	[CALL_munmap] = memory_unmapped,
};

teller
segment_teller(enum call_id call)
{
	return tellers[call];
}

const char *
segment_failure(const struct leave *leave)
{
	bool by_name = leave->event->call == CALL_shm_open || leave->event->call == CALL_shm_unlink;

	if (strcmp(leave->err, "ENOENT") == 0)
		return by_name ? _("there is no segment of this name")
			       : _("there is no segment with this key");
	if (strcmp(leave->err, "EEXIST") == 0)
		return _("there is such a segment already");
	if (strcmp(leave->err, "EIDRM") == 0)
		return _("the segment was removed");
	return NULL;
}
