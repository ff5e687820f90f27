/* SPDX-License-Identifier: MIT
 *
 * Segments: System V's by number, POSIX's by name.
 */
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "probe/ipc_id.h"
#include "probe/ledger.h"
#include "probe/mapping.h"
#include "probe/posix_name.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"
#include "probe/watch.h"

/* --- System V --- */

static void
report_segment(struct report *report, int id)
{
	report_ipc_object(report, "shm:", id);
}

/* What the kernel says of it, where the process may ask; answers its bytes, 0 where not. */
static size_t
report_status_of(struct report *report, int id)
{
	struct shmid_ds status;

	if (SYS3(SYS_shmctl, id, IPC_STAT, &status) != 0)
		return 0;
	line_number(&report->line, FIELD_size, (int64_t)status.shm_segsz);
	line_number(&report->line, FIELD_nattch, (int64_t)status.shm_nattch);
	return status.shm_segsz;
}

/* Asks for a new segment first, since the kernel does not say whether one was there. */
static int
segment_get(key_t key, size_t n, int flags, bool *made)
{
	int error = errno;
	int ret;

	*made = false;
	if (key != IPC_PRIVATE && !(flags & IPC_CREAT))
		return next.shmget(key, n, flags);
	ret = next.shmget(key, n, key == IPC_PRIVATE ? flags : flags | IPC_EXCL);
	*made = ret >= 0;
	if (ret >= 0 || key == IPC_PRIVATE || flags & IPC_EXCL || errno != EEXIST)
		return ret;
	errno = error;
	return next.shmget(key, n, flags);
}

EXPORT int
shmget(key_t key, size_t n, int flags)
{
	struct report report;
	char name[96];
	struct ledger_entry *intent;
	bool made;
	int ret;

	if (!report_begin(&report, CALL_shmget))
		return next.shmget(key, n, flags);
	line_word(&report.line, FIELD_key, key_name(key, name, sizeof name));
	line_number(&report.line, FIELD_n, (int64_t)n);
	line_word(&report.line, FIELD_flags, get_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	intent = ledger_intend(LEDGER_SHM, key, flags);
	ret = segment_get(key, n, flags, &made);
	report_return(&report, ret);
	if (ret >= 0) {
		if (made)
			ledger_enter_id(LEDGER_SHM, ret);
		report_segment(&report, ret);
		line_number(&report.line, FIELD_made, made);
		report_status_of(&report, ret);
	}
	ledger_intended(intent);
	report_leave(&report);
	return ret;
}

static uint8_t
attach_protection(int flags)
{
	return (uint8_t)(PROT_READ | (flags & SHM_RDONLY ? 0 : PROT_WRITE) |
			 (flags & SHM_EXEC ? PROT_EXEC : 0));
}

static void
attach_leave(struct report *report, int id, int flags, void *ret, uint32_t before)
{
	struct mapping mapping = {.start = (uintptr_t)ret,
		.id = id,
		.kind = MAPPING_ATTACHED,
		.protection = attach_protection(flags)};
	const char *end = mapping.name + sizeof mapping.name;

	report_return(report, (int64_t)(intptr_t)ret);
	report_segment(report, id);
	if (mapping.start != UINTPTR_MAX) {
		line_hex(&report->line, FIELD_addr, mapping.start);
		mapping.end = mapping.start + report_status_of(report, id);
		text_number(text_word(mapping.name, end, "shm:"), end, id);
		mapping_remove(mapping.start, mapping.end - mapping.start, before);
		if (mapping.end > mapping.start)
			mapping_add(&mapping);
	}
	report_leave(report);
	watch_mapped();
}

EXPORT void *
shmat(int id, const void *hint, int flags)
{
	struct report report;
	char name[64];
	uint32_t before;
	void *ret;

	if (!report_begin(&report, CALL_shmat))
		return next.shmat(id, hint, flags);
	line_number(&report.line, FIELD_id, id);
	report_segment(&report, id);
	line_hex(&report.line, FIELD_addr, (uintptr_t)hint);
	line_word(&report.line, FIELD_flags, attach_flags_name(flags, name, sizeof name));
	report_enter(&report, HERE);
	before = mapping_now();
	ret = next.shmat(id, hint, flags);
	attach_leave(&report, id, flags, ret, before);
	return ret;
}

EXPORT int
shmdt(const void *address)
{
	struct report report;
	struct mapping mapping;
	uint32_t before;
	bool known;
	int ret;

	if (!report_begin(&report, CALL_shmdt))
		return next.shmdt(address);
	known = mapping_find(&mapping, (uintptr_t)address, 1) && mapping.kind == MAPPING_ATTACHED;
	if (known)
		report_segment(&report, mapping.id);
	line_hex(&report.line, FIELD_addr, (uintptr_t)address);
	report_enter(&report, HERE);
	before = mapping_now();
	ret = next.shmdt(address);
	report_return(&report, ret);
	if (ret == 0)
		mapping_detach((uintptr_t)address, before);
	if (known)
		report_segment(&report, mapping.id);
	line_hex(&report.line, FIELD_addr, (uintptr_t)address);
	if (known && ret == 0)
		report_status_of(&report, mapping.id);
	report_leave(&report);
	return ret;
}

EXPORT int
shmctl(int id, int command, struct shmid_ds *status)
{
	struct report report;
	char name[24];
	int ret;

	if (!report_begin(&report, CALL_shmctl))
		return next.shmctl(id, command, status);
	line_number(&report.line, FIELD_id, id);
	report_segment(&report, id);
	line_word(&report.line, FIELD_cmd, segment_command_name(command, name, sizeof name));
	report_enter(&report, HERE);
	ret = next.shmctl(id, command, status);
	report_return(&report, ret);
	line_number(&report.line, FIELD_id, id);
	report_segment(&report, id);
	line_word(&report.line, FIELD_cmd, segment_command_name(command, name, sizeof name));
	if (ret == 0) {
		if (command == IPC_RMID) {
			ledger_strike_id(LEDGER_SHM, id);
			line_number(&report.line, FIELD_removed, 1);
		}
		report_status_of(&report, id);
	}
	report_leave(&report);
	return ret;
}

/* --- POSIX --- */

static int
named_open(const char *name, int flags, mode_t mode, bool *made)
{
	int error = errno;
	int ret;

	*made = false;
	if (!(flags & O_CREAT))
		return next.shm_open(name, flags, mode);
	ret = next.shm_open(name, flags | O_EXCL, mode);
	*made = ret >= 0;
	if (ret >= 0 || flags & O_EXCL)
		return ret;
	errno = error;
	return next.shm_open(name, flags, mode);
}

EXPORT int
shm_open(const char *name, int flags, mode_t mode)
{
	struct report report;
	char word[16];
	struct stat st;
	bool made;
	int ret;

	if (!report_begin(&report, CALL_shm_open))
		return next.shm_open(name, flags, mode);
	report_path(&report, FIELD_path, name);
	report_flags(&report, flags);
	if (flags & O_CREAT)
		line_word(&report.line, FIELD_mode, mode_name(mode, word, sizeof word));
	report_enter(&report, HERE);
	ret = named_open(name, flags, mode, &made);
	report_return(&report, ret);
	if (ret >= 0) {
		if (made)
			ledger_enter_name(LEDGER_SHM_NAME, name);
		report_made(&report, ret);
		report_flags(&report, flags);
		line_number(&report.line, FIELD_made, made);
		if (SYS2(SYS_fstat, ret, &st) == 0)
			line_number(&report.line, FIELD_size, st.st_size);
	}
	report_leave(&report);
	return ret;
}

EXPORT int
shm_unlink(const char *name)
{
	struct report report;
	struct posix_name object;
	int ret;

	if (!report_begin(&report, CALL_shm_unlink))
		return next.shm_unlink(name);
	posix_name_find(&object, "shm:", name);
	report_path(&report, FIELD_path, name);
	report_posix_name(&report, &object);
	report_enter(&report, HERE);
	ret = next.shm_unlink(name);
	report_return(&report, ret);
	report_posix_name(&report, &object);
	if (ret == 0) {
		ledger_strike_name(LEDGER_SHM_NAME, name);
		line_number(&report.line, FIELD_removed, 1);
	}
	report_leave(&report);
	return ret;
}
