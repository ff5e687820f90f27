/* SPDX-License-Identifier: MIT
 *
 * Who we are, see process.h: finding it out, claiming a slot on the board, and saying `born` or
 * `exec`.
 */
#include "probe/process.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "probe/control.h"
#include "probe/memory.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/text.h"
#include "probe/watch.h"

struct process *process;
__thread struct me me __attribute__((tls_model("initial-exec")));

/* Of processes for which the board has no slot left. */
static struct board_slot open_slot;

static char program[256]; /* path of the program file */

static void
slot_take(struct me *who, int index)
{
	who->slot_index = index;
	who->slot = index < 0 ? &open_slot : &control.board->slot[index];
}

/* Takes the slot that `pid` has already; false when it has none. */
static bool
slot_find(struct me *who, int32_t pid)
{
	for (int i = 0; i < (int)control.board->slots; i++)
		if (atomic_load_explicit(&control.board->slot[i].pid, memory_order_relaxed) ==
			pid) {
			slot_take(who, i);
			return true;
		}
	return false;
}

/* Claims a free slot, or runs without one. */
static void
slot_claim(struct me *who, int32_t pid)
{
	for (int i = 0; i < (int)control.board->slots; i++) {
		int32_t nobody = 0;

		if (atomic_load_explicit(&control.board->slot[i].pid, memory_order_relaxed) == 0 &&
			atomic_compare_exchange_strong(&control.board->slot[i].pid, &nobody, pid)) {
			slot_take(who, i);
			return;
		}
	}
	slot_take(who, -1);
}

static void
program_find(void)
{
	long length = SYS4(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", program, sizeof program - 1);

	program[length > 0 ? length : 0] = '\0';
}

static void
line_program(struct line *line)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;

	line_quoted(line, FIELD_name, name, strlen(name));
	line_quoted(line, FIELD_prog, program, strlen(program));
	line_number(line, FIELD_slot, me.slot_index);
}

static void
born_say(void)
{
	struct line line;
	uint64_t now = control_clock();

	line_start_as(&line, now, me.who, me.who_length, WHAT_born);
	line_number(&line, FIELD_ppid, SYS0(SYS_getppid));
	line_program(&line);
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

/* The arguments as they came, one blank between two. */
static void
exec_say(int argc, char **argv)
{
	struct line line;
	char words[256] = "";
	char *at = words;
	uint64_t now = control_clock();

	for (int i = 0; i < argc; i++) {
		if (i > 0)
			at = text_word(at, words + sizeof words, " ");
		at = text_word(at, words + sizeof words, argv[i]);
	}
	line_start_as(&line, now, me.who, me.who_length, WHAT_exec);
	line_program(&line);
	line_quoted(&line, FIELD_argv, words, (size_t)(at - words));
	line_finish(&line);
	control_send(&line, now, UINT64_MAX);
}

static void
me_name(int32_t pid)
{
	me.pid = pid;
	me.tid = (int32_t)SYS0(SYS_gettid);
	me.who_length = line_who(me.who, me.pid, me.tid);
}

static void
me_start(int32_t pid)
{
	me_name(pid);
	me.of = atomic_load(&process->of);
	me.vforked = false;
}

int
process_open(int argc, char **argv, bool reported_before)
{
	void *memory = mmap(
		NULL, sizeof *process, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int32_t pid = (int32_t)SYS0(SYS_getpid);

	if (memory == MAP_FAILED)
		return -1;
	madvise(memory, sizeof *process, MADV_WIPEONFORK);
	process = memory;
	atomic_store(&process->of, pid);
	program_find();
	me_start(pid);
	if (slot_find(&me, pid))
		reported_before = true;
	else
		slot_claim(&me, pid);
	atomic_store(&process->pid, pid);
	if (reported_before)
		exec_say(argc, argv);
	else
		born_say();
	return 0;
}

void
me_renew(void)
{
	int32_t pid = atomic_load(&process->pid);

	if (me.vforked && pid != 0) { /* its parent's other threads did something */
		me.of = atomic_load(&process->of);
		return;
	}
	if (pid != 0) { /* another thread of a known process */
		me_start(pid);
		if (!slot_find(&me, pid))
			slot_take(&me, -1);
		watch_renew(false);
		return;
	}
	pid = (int32_t)SYS0(SYS_getpid);
	atomic_store(&process->of, pid);
	me_start(pid);
	slot_claim(&me, pid);
	atomic_store(&process->pid, pid);
	atomic_store(&control_doubt, true);
	born_say();
	watch_renew(true);
}

void
me_renew_all(void)
{
	atomic_store(&process->of, -atomic_load(&process->pid));
}

void
me_vforked(void)
{
	me_name((int32_t)SYS0(SYS_getpid));
	me.vforked = true;
	slot_claim(&me, me.pid);
	born_say();
}

/* The vforked child has executed or ended; its parent, which may itself be a vforked child, goes
 * on. */
void
me_resumed(void)
{
	me_name((int32_t)SYS0(SYS_getpid));
	me.vforked = me.pid != atomic_load(&process->pid);
	if (!slot_find(&me, me.pid))
		slot_take(&me, -1);
	if (me.room != NULL)
		munmap(me.room, me.room_size);
	me.room = NULL;
}
