/* SPDX-License-Identifier: MIT
 *
 * The stage's side of the control board: gates, permits, requests. See event/board.h for the story.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stage/inside.h"
#include "words.h"

/* The board's memory. Its name shows in /proc/PID/maps: the janitor knows its processes by it. That of a lesson's run has
 * a name in /dev/shm too, so that the ledger on it can be read when everybody who had it mapped was killed. */
static int
board_memory(const struct stage *stage)
{
	char name[PATH_MAX];
	int fd = -1;

	if (stage->directory != NULL)
		fd = open(estate_board(&stage->estate, name, sizeof name),
			O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	snprintf(name, sizeof name, "ipcviz-%s", stage->run_id);
	return memfd_create(name, MFD_CLOEXEC);
}

int
board_open(struct stage *stage, struct problem *problem)
{
	stage->board_fd = board_memory(stage);
	if (stage->board_fd < 0 || ftruncate(stage->board_fd, sizeof *stage->board) != 0)
		return problem_set(
			problem, NULL, 0, _("cannot make the control board: %s"), strerror(errno));
	stage->board = mmap(
		NULL, sizeof *stage->board, PROT_READ | PROT_WRITE, MAP_SHARED, stage->board_fd, 0);
	if (stage->board == MAP_FAILED) {
		stage->board = NULL;
		return problem_set(
			problem, NULL, 0, _("cannot map the control board: %s"), strerror(errno));
	}
	stage->board->magic = BOARD_MAGIC;
	stage->board->version = BOARD_VERSION;
	stage->board->size = sizeof *stage->board;
	stage->board->slots = BOARD_SLOTS;
	atomic_store(&stage->board->captive, stage->options.run_directory);
	atomic_store(&stage->board->decodes, decode_works());
	board_own(stage->board);
	atomic_store(&stage->board->first_gate, stage->options.start_gated ? GATE_SHUT : GATE_OPEN);
	for (int i = 0; i < BOARD_SLOTS; i++)
		atomic_store(&stage->board->slot[i].gate, stage->board->first_gate);
	return 0;
}

void
board_find(struct stage *stage)
{
	char path[PATH_MAX];
	struct board *board;
	struct stat status;
	int fd = open(estate_board(&stage->estate, path, sizeof path), O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (fstat(fd, &status) == 0 && status.st_size >= (off_t)sizeof *board &&
		status.st_uid == geteuid()) {
		board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		stage->board = board != MAP_FAILED ? board : NULL;
	}
	close(fd);
}

void
board_close(struct stage *stage)
{
	if (stage->board != NULL) {
		board_give_up(stage->board);
		munmap(stage->board, sizeof *stage->board);
	}
	if (stage->board_fd >= 0)
		close(stage->board_fd);
}

void
board_wake(struct board_slot *slot)
{
	atomic_fetch_add(&slot->wake, 1);
	syscall(SYS_futex, &slot->wake, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

struct board_slot *
board_slot_of(struct stage *stage, const struct process *process)
{
	struct board_slot *slots = stage->board->slot;

	if (process->slot >= 0 && process->slot < BOARD_SLOTS &&
		atomic_load(&slots[process->slot].pid) == process->pid)
		return &slots[process->slot];
	for (int i = 0; i < BOARD_SLOTS; i++)
		if (atomic_load(&slots[i].pid) == process->pid)
			return &slots[i];
	return NULL;
}

/* Makes the slot what whoever claims it next should find. */
static void
slot_release(struct stage *stage, struct board_slot *slot)
{
	atomic_store(&slot->permits, 0);
	atomic_store(&slot->decoded, 0);
	atomic_store(&slot->op, REQUEST_NONE);
	atomic_store(&slot->done, atomic_load(&slot->request));
	delay_reset(stage, (int)(slot - stage->board->slot));
	atomic_store(&slot->gate, atomic_load(&stage->board->first_gate));
	atomic_store(&slot->pid, 0);
}

void
board_release(struct stage *stage, pid_t pid)
{
	for (int i = 0; i < BOARD_SLOTS; i++)
		if (atomic_load(&stage->board->slot[i].pid) == pid)
			slot_release(stage, &stage->board->slot[i]);
}

void
board_sweep(struct stage *stage)
{
	for (int i = 0; i < BOARD_SLOTS; i++) {
		pid_t pid = atomic_load(&stage->board->slot[i].pid);

		if (pid > 0 && process_find(stage, pid) == NULL && kill(pid, 0) != 0 &&
			errno == ESRCH)
			slot_release(stage, &stage->board->slot[i]);
	}
}

/* --- gates --- */

static bool
slot_is_meant(const struct board_slot *slot, pid_t pid)
{
	return pid == 0 || atomic_load(&slot->pid) == pid;
}

static void
gate_note(struct stage *stage, pid_t pid, const char *op, int64_t n)
{
	struct note *note = note_make(stage, pid, 0, WHAT_act);

	if (note == NULL)
		return;
	line_word(&note->line, FIELD_op, op);
	if (n > 0)
		line_number(&note->line, FIELD_n, n);
	line_word(&note->line, FIELD_by, "stage");
	note_send(stage, note);
}

/* Would this change a gate? */
static bool
gates_differ(struct stage *stage, pid_t pid, uint32_t shut)
{
	if (pid == 0 && (atomic_load(&stage->board->first_gate) & GATE_SHUT) != shut)
		return true;
	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board_slot *slot = &stage->board->slot[i];

		if (atomic_load(&slot->pid) != 0 && slot_is_meant(slot, pid) &&
			(atomic_load(&slot->gate) & GATE_SHUT) != shut)
			return true;
	}
	return false;
}

static void
gates_set(struct stage *stage, pid_t pid, uint32_t shut, const char *op)
{
	if (!gates_differ(stage, pid, shut))
		return;
	gate_note(stage, pid, op, 0);
	if (pid == 0)
		atomic_store(&stage->board->first_gate,
			(atomic_load(&stage->board->first_gate) & ~(uint32_t)GATE_SHUT) | shut);
	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board_slot *slot = &stage->board->slot[i];

		if (!slot_is_meant(slot, pid))
			continue;
		atomic_store(&slot->permits, 0);
		if (shut != 0)
			atomic_fetch_or(&slot->gate, GATE_SHUT);
		else
			atomic_fetch_and(&slot->gate, ~(uint32_t)GATE_SHUT);
		if (atomic_load(&slot->pid) != 0)
			board_wake(slot);
	}
}

void
stage_shut(struct stage *stage, pid_t pid)
{
	gates_set(stage, pid, GATE_SHUT, "pause");
}

void
stage_open(struct stage *stage, pid_t pid)
{
	gates_set(stage, pid, 0, "free");
}

/* Within a call: a permit would wait there and let the next call through much later, to everybody's
 * surprise. */
static bool
in_call(struct stage *stage, pid_t pid)
{
	struct process *process = process_find(stage, pid);

	for (int i = 0; process != NULL && i < ACTORS_MAX; i++)
		if (process->actor[i].tid != 0 && process->actor[i].depth > 0 &&
			!process->actor[i].gate)
			return true;
	return false;
}

void
stage_permit(struct stage *stage, pid_t pid, int calls)
{
	bool any = false;

	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board_slot *slot = &stage->board->slot[i];

		if (atomic_load(&slot->pid) == 0 || !slot_is_meant(slot, pid))
			continue;
		if (pid == 0 && in_call(stage, atomic_load(&slot->pid)))
			continue;
		if (!any)
			gate_note(stage, pid, "permit", calls);
		any = true;
		atomic_fetch_add(&slot->permits, (uint32_t)calls);
		board_wake(slot);
	}
}

/* --- requests --- */

void
board_knock(struct stage *stage)
{
	for (int i = 0; i < BOARD_SLOTS; i++) {
		struct board_slot *slot = &stage->board->slot[i];

		if (atomic_load(&slot->pid) == 0)
			continue;
		atomic_fetch_or(&slot->gate, GATE_KNOCK);
		board_wake(slot);
	}
}

/* Leaves a request to the probe. -1 with errno: EAGAIN when an earlier one still waits, ESRCH
 * without a slot. */
int
board_ask(
	struct stage *stage, const struct process *process, enum board_request op, int fd, int arg)
{
	struct board_slot *slot = board_slot_of(stage, process);

	if (slot == NULL) {
		errno = ESRCH;
		return -1;
	}
	if (atomic_load(&slot->request) != atomic_load(&slot->done)) {
		errno = EAGAIN;
		return -1;
	}
	atomic_store(&slot->op, (int32_t)op);
	atomic_store(&slot->fd, fd);
	atomic_store(&slot->arg, arg);
	atomic_fetch_add(&slot->request, 1);
	atomic_fetch_or(&slot->gate, GATE_KNOCK);
	board_wake(slot);
	return 0;
}
