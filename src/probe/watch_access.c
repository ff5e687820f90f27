/* SPDX-License-Identifier: MIT
 *
 * One access to watched memory: from the fault of its instruction over the gate to the trap behind it, see watch.h.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <string.h>
#include <sys/mman.h>

#include "probe/gate.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"

enum {
	FAULT_WRITE = 2,    /* of the page fault's error code */
	FAULT_FETCH = 16,
	TRAP_FLAG = 0x100,
	BYTES_MAX = 32,     /* of an access that are told */
	GUESS = 8,          /* bytes that are compared when nobody knows the instruction */
	TOUCHES_MAX = 2,
	PAGE = 4096,
};

/* What one instruction does at one place. */
struct touch {
	enum call_id call;
	bool atomic;
	uintptr_t address;
	size_t n;          /* 0: not known */
	bool foreseen;     /* what will be stored is known: */
	uint64_t value;
	uint8_t old[BYTES_MAX];
	struct watch_range range;
};

/* The instruction under way in this thread. */
static __thread struct {
	bool active;
	bool traced;       /* the program had the trap flag set */
	uint64_t mask;     /* of signals, as it was */
	uint64_t site;
	int n;
	struct touch touch[TOUCHES_MAX]; /* none of an instruction that is not told */
} step __attribute__((tls_model("initial-exec")));

static uint64_t *
mask_of(ucontext_t *context)
{
	return (uint64_t *)&context->uc_sigmask;
}

/* --- what it does --- */

static void
touch_add(struct touch *touches, int *n, enum call_id call, uintptr_t address, uint32_t code)
{
	struct touch *touch = &touches[*n];

	if (!watch_find(&touch->range, address))
		return;
	touch->call = call;
	touch->address = address;
	touch->atomic = (code & INSTRUCTION_ATOMIC) != 0;
	touch->n = code >> INSTRUCTION_BYTES & INSTRUCTION_BYTES_MASK;
	touch->foreseen = false;
	if (touch->n > touch->range.end - address)
		touch->n = touch->range.end - address;
	++*n;
}

/* A plain store says before it is done what it will store. In the processor's own order of registers. */
static void
touch_foresee(struct touch *touch, uint32_t code, const greg_t *registers)
{
	static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
		REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
	uint32_t source = code >> INSTRUCTION_SOURCE;

	if (source < 1 || source > 16 || touch->n < 1 || touch->n > 8)
		return;
	touch->foreseen = true;
	touch->value = (uint64_t)registers[order[source - 1]];
	if (touch->n < 8)
		touch->value &= (UINT64_C(1) << 8 * touch->n) - 1;
}

static int
touches_find(struct touch touches[TOUCHES_MAX], uintptr_t address, bool writes, const ucontext_t *context)
{
	const greg_t *registers = context->uc_mcontext.gregs;
	uint32_t code = decode((uintptr_t)registers[REG_RIP]);
	int n = 0;

	watch_lock();
	switch ((enum instruction_class)(code & INSTRUCTION_CLASS)) {
	case INSTRUCTION_LOAD:
		touch_add(touches, &n, CALL_load, address, code);
		break;
	case INSTRUCTION_STORE:
		touch_add(touches, &n, CALL_store, address, code);
		if (n > 0)
			touch_foresee(&touches[0], code, registers);
		break;
	case INSTRUCTION_UPDATE:
		touch_add(touches, &n, CALL_update, address, code);
		break;
	case INSTRUCTION_COPY:
	case INSTRUCTION_COMPARE:
		touch_add(touches, &n, CALL_load, (uintptr_t)registers[REG_RSI], code);
		touch_add(touches, &n,
			(code & INSTRUCTION_CLASS) == INSTRUCTION_COPY ? CALL_store : CALL_load,
			(uintptr_t)registers[REG_RDI], code);
		break;
	case INSTRUCTION_UNKNOWN:
		touch_add(touches, &n, writes ? CALL_store : CALL_load, address, 0);
		break;
	}
	watch_unlock();
	return n;
}

/* --- telling it --- */

static void
line_place(struct line *line, const struct touch *touch, uint64_t site)
{
	line_word(line, FIELD_obj, touch->range.name);
	line_number(line, FIELD_off,
		(int64_t)(touch->range.offset + (touch->address - touch->range.start)));
	if (touch->n > 0)
		line_number(line, FIELD_n, (int64_t)touch->n);
	line_hex(line, FIELD_at, site);
	line_hex(line, FIELD_addr, touch->address);
}

/* An unsigned number in 20 digits at most: half of them lie beyond what a signed one can say. */
static void
line_unsigned(struct line *line, enum event_field field, uint64_t value)
{
	if (value > INT64_MAX)
		line_hex(line, field, value);
	else
		line_number(line, field, (int64_t)value);
}

static uint64_t
number_of(const uint8_t *bytes, size_t n)
{
	uint64_t value = 0;

	memcpy(&value, bytes, n);
	return value;
}

static bool
is_number(size_t n)
{
	return n == 1 || n == 2 || n == 4 || n == 8;
}

static void
line_bytes(struct line *line, const uint8_t *bytes, size_t n)
{
	char text[2 * BYTES_MAX + 1];

	for (size_t i = 0; i < n; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	text[2 * n] = '\0';
	line_word(line, FIELD_bytes, text);
}

/* The pages are open; but a file may have become shorter. */
static bool
is_there(uintptr_t at)
{
	return SYS4(SYS_rt_sigprocmask, -1, at & ~(uintptr_t)7, 0, 8) != -EFAULT;
}

/* Read in one piece where the instruction does so, too. */
static size_t
bytes_read(uint8_t bytes[BYTES_MAX], const struct touch *touch, bool done)
{
	size_t n = touch->n == 0 ? GUESS : touch->n < BYTES_MAX ? touch->n : BYTES_MAX;
	const volatile void *at = (const volatile void *)touch->address;

	if (n > touch->range.end - touch->address)
		n = touch->range.end - touch->address;
	if (n == 0)
		return 0;
	/* After the instruction it surely is; as far as is known how much of it that touched. */
	if (!(done && touch->n > 0) && !is_there(touch->address))
		return 0;
	if ((touch->address + n - 1) / PAGE != touch->address / PAGE && !is_there(touch->address + n - 1))
		return 0;
	if (n == 8 && touch->address % 8 == 0)
		*(uint64_t *)bytes = *(const volatile uint64_t *)at;
	else if (n == 4 && touch->address % 4 == 0)
		*(uint32_t *)bytes = *(const volatile uint32_t *)at;
	else
		for (size_t i = 0; i < n; i++)
			bytes[i] = ((const volatile uint8_t *)at)[i];
	return n;
}

/* Nobody said how many bytes: those that changed, as far as one number can reach. */
static void
touch_guess(struct touch *touch, const uint8_t *bytes, size_t known)
{
	size_t last = 0;

	for (size_t i = 0; i < known; i++)
		if (bytes[i] != touch->old[i])
			last = i + 1;
	for (touch->n = 1; touch->n < last; touch->n *= 2)
		;
	if (touch->call == CALL_store && touch->n > known)
		touch->n = known;
}

static void
touch_say(struct touch *touch, uint64_t site)
{
	struct report report = {.call = touch->call, .fd = -1};
	uint8_t bytes[BYTES_MAX] __attribute__((aligned(8))) = {0};
	size_t known = bytes_read(bytes, touch, true);

	if (touch->n == 0)
		touch_guess(touch, bytes, known);
	report.now = control_clock();
	report_leave_head(&report);
	line_place(&report.line, touch, site);
	if (known >= touch->n && is_number(touch->n)) {
		if (touch->call != CALL_load)
			line_unsigned(&report.line, FIELD_old, number_of(touch->old, touch->n));
		line_unsigned(&report.line, FIELD_value, number_of(bytes, touch->n));
	} else if (known > 0) {
		line_bytes(&report.line, bytes, known);
	}
	if (touch->atomic)
		line_number(&report.line, FIELD_atomic, 1);
	line_finish(&report.line);
	control_send(&report.line, report.now, report.now - me.left);
}

/* Stands at the gate when it is shut. The program's own handlers run there as they would before a call. */
static void
touch_reach(const struct touch *touch, uint64_t site, const ucontext_t *context)
{
	struct report report;
	uint64_t before;

	if (gate_is_open() || !report_begin(&report, touch->call))
		return;
	line_place(&report.line, touch, site);
	if (touch->foreseen)
		line_unsigned(&report.line, FIELD_value, touch->value);
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &context->uc_sigmask, &before, sizeof before);
	report_enter(&report, 0);
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof before);
}

/* --- the instruction --- */

/* The lock is held from here to the trap. */
static void
step_begin(ucontext_t *context)
{
	greg_t *flags = &context->uc_mcontext.gregs[REG_EFL];

	watch_lock();
	watch_users(1);
	for (int i = 0; i < step.n; i++)
		bytes_read(step.touch[i].old, &step.touch[i], false);
	step.traced = (*flags & TRAP_FLAG) != 0;
	*flags |= TRAP_FLAG;
	step.mask = *mask_of(context);
	*mask_of(context) = ~signals_ours();
	step.active = true;
}

static void
step_end(ucontext_t *context)
{
	step.active = false;
	if (!step.traced)
		context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	*mask_of(context) = step.mask;
	watch_users(-1);
	watch_unlock();
}

void
access_cancel(ucontext_t *context)
{
	if (step.active)
		step_end(context);
}

static bool
is_allowed(const struct watch_range *range, greg_t error)
{
	int needed = error & FAULT_WRITE ? PROT_WRITE : error & FAULT_FETCH ? PROT_EXEC : PROT_READ;

	return (range->protection & needed) != 0;
}

bool
access_fault(siginfo_t *info, ucontext_t *context)
{
	uintptr_t address = (uintptr_t)info->si_addr;
	greg_t error = context->uc_mcontext.gregs[REG_ERR];
	uintptr_t instruction = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
	struct watch_range range;
	bool ours;

	if (step.active || info->si_code != SEGV_ACCERR)
		return false;
	watch_lock();
	ours = watch_find(&range, address) && is_allowed(&range, error);
	if (ours && !atomic_load_explicit(&control.on, memory_order_relaxed)) {
		watch_users(1); /* nobody listens any more: open for good */
		watch_unlock();
		return true;
	}
	watch_unlock();
	if (!ours)
		return false;
	step.n = 0;
	step.site = instruction + 1;
	if (!me_in_lock((uintptr_t)context->uc_mcontext.gregs[REG_RSP]) &&
		!(error & FAULT_FETCH) && !calls_is_probe(instruction)) {
		struct touch touches[TOUCHES_MAX];
		int n;

		me_check();
		n = touches_find(touches, address, error & FAULT_WRITE, context);
		for (int i = 0; i < n; i++)
			touch_reach(&touches[i], instruction + 1, context);
		memcpy(step.touch, touches, (size_t)n * sizeof touches[0]);
		step.site = instruction + 1; /* a handler may have come between */
		step.n = n;
	} else {
		step.n = 0;
	}
	step_begin(context);
	return true;
}

bool
access_trap(siginfo_t *info, ucontext_t *context)
{
	bool traced = step.traced;

	if (!step.active || info->si_code != TRAP_TRACE)
		return false;
	for (int i = 0; i < step.n; i++)
		touch_say(&step.touch[i], step.site);
	step_end(context);
	if (step.n > 0)
		me_leave(control_clock());
	return !traced;
}

#endif
