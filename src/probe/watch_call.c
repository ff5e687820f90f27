/* SPDX-License-Identifier: MIT
 *
 * System calls of a program with watched memory. Each one that is not made by the probe's own code comes here as a
 * SIGSYS before it is made. It is then made from one of the pieces of code below, to which the handler returns: with the
 * program's registers and on its stack, under a small frame with the address to go on at. So the kernel does what it
 * always does with it: signals, restarts, cancellation, jumps out of handlers. Where something is to be done after the
 * call, a breakpoint follows it, which comes back to us.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <linux/sched.h>
#include <string.h>
#include <sys/prctl.h>

#include "probe/memory.h"
#include "probe/sys.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#endif

/* What must be done after the call. */
enum after {
	AFTER_SHUT = 1,   /* memory was opened for it */
	AFTER_FORK = 2,
	AFTER_RANGE = 4,  /* it may have changed what is mapped */
	AFTER_REGISTER = 8, /* a register was exchanged */
};

/* On the program's stack, below the 128 bytes that a leaf function may use. */
struct call_frame {
	uint64_t resume;    /* where the program goes on */
	uint32_t after;
	uint32_t number;    /* of the call */
	uint32_t which;     /* the register that was exchanged, and what was in it */
	uint64_t was;
	uint64_t mask;      /* a copy of a set of signals */
	uint64_t pair[2];   /* pselect's: its address and size */
};
enum { RED_ZONE = 128, FRAME = 192 };
_Static_assert(sizeof(struct call_frame) + RED_ZONE <= FRAME, "the pieces below count on it");

/* calls_plain: nothing follows. calls_hooked: the breakpoint. calls_bare: on the program's own stack pointer. calls_thread,
 * calls_child: the new thread or child, which has another stack, finds the address just below it; the thread arms itself. */
void calls_plain(void), calls_hooked(void), calls_hook(void), calls_bare(void), calls_thread(void),
	calls_child(void), calls_child_hook(void);
uint64_t calls_text[2] __attribute__((visibility("hidden"))); /* start and length of the probe's code */

__asm__(".pushsection .text\n"
	".globl calls_plain, calls_hooked, calls_hook, calls_bare, calls_thread, calls_child, calls_child_hook\n"
	".hidden calls_plain, calls_hooked, calls_hook, calls_bare, calls_thread, calls_child, calls_child_hook\n"
	"calls_plain:\n"
	"	.cfi_startproc\n"
	"	.cfi_def_cfa %rsp, 192\n"
	"	.cfi_offset %rip, -192\n"
	"	syscall\n"
	"1:	movq (%rsp), %rcx\n"
	"	leaq 192(%rsp), %rsp\n"
	"	.cfi_def_cfa_offset 0\n"
	"	.cfi_register %rip, %rcx\n"
	"	jmp *%rcx\n"
	"	.cfi_endproc\n"
	"calls_hooked:\n"
	"	.cfi_startproc\n"
	"	.cfi_def_cfa %rsp, 192\n"
	"	.cfi_offset %rip, -192\n"
	"	syscall\n"
	"	int3\n"
	"calls_hook:\n"
	"	nop\n"
	"	.cfi_endproc\n"
	"calls_bare:\n"
	"	syscall\n"
	"	ud2\n"
	"calls_thread:\n"
	"	.cfi_startproc\n"
	"	.cfi_def_cfa %rsp, 192\n"
	"	.cfi_offset %rip, -192\n"
	"	syscall\n"
	"	testq %rax, %rax\n"
	"	jnz 1b\n"
	"	.cfi_undefined %rip\n"
	"	subq $8, %rsp\n"
	"	pushq %rdi\n"
	"	pushq %rsi\n"
	"	pushq %rdx\n"
	"	pushq %r10\n"
	"	pushq %r8\n"
	"	movl $157, %eax\n" /* SYS_prctl */
	"	movl $59, %edi\n"  /* PR_SET_SYSCALL_USER_DISPATCH */
	"	movl $1, %esi\n"
	"	movq calls_text(%rip), %rdx\n"
	"	movq calls_text+8(%rip), %r10\n"
	"	xorl %r8d, %r8d\n"
	"	syscall\n"
	"	popq %r8\n"
	"	popq %r10\n"
	"	popq %rdx\n"
	"	popq %rsi\n"
	"	popq %rdi\n"
	"	xorl %eax, %eax\n"
	"	movq (%rsp), %rcx\n"
	"	leaq 8(%rsp), %rsp\n"
	"	jmp *%rcx\n"
	"	.cfi_endproc\n"
	"calls_child:\n"
	"	.cfi_startproc\n"
	"	.cfi_def_cfa %rsp, 192\n"
	"	.cfi_offset %rip, -192\n"
	"	syscall\n"
	"	testq %rax, %rax\n"
	"	jz 2f\n"
	"	int3\n"
	"calls_child_hook:\n"
	"	nop\n"
	"2:	.cfi_undefined %rip\n"
	"	movq -8(%rsp), %rcx\n"
	"	jmp *%rcx\n"
	"	.cfi_endproc\n"
	".popsection\n");

/* --- which code is the probe's --- */

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
/* syscall(2) does the program's bidding: its code lies behind the rest, see wrap_syscall.c. */
extern const char __start_probe_program[] __attribute__((visibility("hidden")));

bool
calls_is_probe(uintptr_t instruction)
{
	return instruction - (uintptr_t)__ehdr_start <
	       (uintptr_t)(__start_probe_program - __ehdr_start);
}

bool
calls_arm(bool anew)
{
	static __thread bool armed __attribute__((tls_model("initial-exec")));

	if (armed && !anew)
		return true;
	calls_text[0] = (uint64_t)(uintptr_t)__ehdr_start;
	calls_text[1] = (uint64_t)(__start_probe_program - __ehdr_start);
	armed = SYS6(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, calls_text[0],
			calls_text[1], 0, 0) == 0;
	return armed;
}

/* --- calls that have memory open --- */

enum { NESTED = 8 };

/* Where the stack was for each; a handler may have jumped out of one. */
static __thread struct {
	int n;
	uintptr_t stack[NESTED];
} opened __attribute__((tls_model("initial-exec")));

static void
opened_add(uintptr_t stack)
{
	if (opened.n == NESTED)
		return; /* its end finds the pages shut again, or open for the others */
	opened.stack[opened.n++] = stack;
	watch_lock();
	watch_users(1);
	watch_unlock();
}

static void
opened_drop(uintptr_t below)
{
	while (opened.n > 0 && opened.stack[opened.n - 1] < below) {
		opened.n--;
		watch_lock();
		watch_users(-1);
		watch_unlock();
	}
}

/* Of a stack that is used from here on downwards, what lies deeper was left by a jump. Nothing is known of another one. */
static void
opened_forsake(uintptr_t from, const stack_t *other)
{
	uintptr_t start = (uintptr_t)other->ss_sp, end = start + other->ss_size;
	bool here = !(other->ss_flags & SS_DISABLE) && from >= start && from < end;

	if (opened.n > 0 && !(other->ss_flags & SS_DISABLE)) {
		uintptr_t last = opened.stack[opened.n - 1];

		if (here != (last >= start && last < end))
			return;
	}
	opened_drop(from);
}

/* --- before the call --- */

static const int arguments[6] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};

static void
exchange(struct call_frame *frame, greg_t *registers, int argument, const void *by)
{
	frame->which = (uint32_t)arguments[argument];
	frame->was = (uint64_t)registers[arguments[argument]];
	registers[arguments[argument]] = (greg_t)(uintptr_t)by;
	frame->after |= AFTER_REGISTER;
}

/* Ours are never really blocked, not even while a call sleeps under another mask. */
static void
mask_exchange(struct call_frame *frame, greg_t *registers, int argument, size_t size)
{
	const uint64_t *set = (const uint64_t *)registers[arguments[argument]];

	if (set == NULL || size != sizeof *set || !memory_good(set, sizeof *set))
		return;
	memcpy(&frame->mask, set, sizeof *set);
	if (!(frame->mask & signals_ours()))
		return;
	frame->mask &= ~signals_ours();
	exchange(frame, registers, argument, &frame->mask);
}

static void
pair_exchange(struct call_frame *frame, greg_t *registers)
{
	const uint64_t *pair = (const uint64_t *)registers[REG_R9];
	const uint64_t *set;

	if (pair == NULL || !memory_good(pair, sizeof frame->pair))
		return;
	memcpy(frame->pair, pair, sizeof frame->pair);
	set = (const uint64_t *)frame->pair[0];
	if (set == NULL || frame->pair[1] != sizeof *set || !memory_good(set, sizeof *set))
		return;
	memcpy(&frame->mask, set, sizeof *set);
	if (!(frame->mask & signals_ours()))
		return;
	frame->mask &= ~signals_ours();
	frame->pair[0] = (uint64_t)&frame->mask;
	exchange(frame, registers, 5, frame->pair);
}

static void
masks_exchange(struct call_frame *frame, greg_t *registers)
{
	switch (frame->number) {
	case SYS_rt_sigsuspend:
		mask_exchange(frame, registers, 0, (size_t)registers[REG_RSI]);
		break;
	case SYS_ppoll:
		mask_exchange(frame, registers, 3, (size_t)registers[REG_R8]);
		break;
	case SYS_epoll_pwait:
	case 441: /* SYS_epoll_pwait2 */
		mask_exchange(frame, registers, 4, (size_t)registers[REG_R9]);
		break;
	case SYS_pselect6:
		pair_exchange(frame, registers);
		break;
	}
}

/* Where to go on at, for one that begins on another stack. */
static void
child_resume(uintptr_t stack, uint64_t resume)
{
	if (stack > 8 && memory_good((const void *)(stack - 8), 8))
		memcpy((void *)(stack - 8), &resume, sizeof resume);
}

struct making {
	uint64_t flags;
	uintptr_t stack; /* 0: the same */
};

/* What kind of child a call makes; false: none. */
static bool
making_of(long number, const greg_t *registers, struct making *making)
{
	const struct clone_args *asked = (const struct clone_args *)registers[REG_RDI];

	*making = (struct making){0};
	switch (number) {
	case SYS_fork:
		return true;
	case SYS_clone:
		making->flags = (uint64_t)registers[REG_RDI];
		making->stack = (uintptr_t)registers[REG_RSI];
		return true;
	case SYS_clone3:
		if (!memory_good(asked, CLONE_ARGS_SIZE_VER0))
			return false;
		making->flags = asked->flags;
		making->stack = asked->stack == 0 ? 0 : asked->stack + asked->stack_size;
		return true;
	default:
		return false;
	}
}

/* The child of a bare vfork would return over our frame: it gets memory of its own, and its parent waits all the same. */
static void
vfork_soften(greg_t *registers)
{
	registers[REG_RAX] = SYS_clone;
	registers[REG_RDI] = CLONE_VFORK | SIGCHLD;
	registers[REG_RSI] = registers[REG_RDX] = registers[REG_R10] = registers[REG_R8] = 0;
}

static void
dispatch_make(struct call_frame *frame, ucontext_t *context)
{
	greg_t *registers = context->uc_mcontext.gregs;
	struct making making;
	uintptr_t piece = (uintptr_t)calls_plain;

	if (making_of((long)frame->number, registers, &making)) {
		if (making.stack != 0)
			child_resume(making.stack, frame->resume);
		if (making.flags & CLONE_THREAD) {
			piece = (uintptr_t)calls_thread;
		} else if (making.stack != 0) {
			piece = (uintptr_t)calls_child;
			frame->after |= AFTER_SHUT; /* it is not armed, and may do anything */
		} else {
			if (frame->number == SYS_clone) /* no stack of its own: see vfork_soften() */
				registers[REG_RDI] &= ~(greg_t)CLONE_VM;
			frame->after |= AFTER_FORK;
		}
	}
	masks_exchange(frame, registers);
	if (frame->after != 0 && piece == (uintptr_t)calls_plain)
		piece = (uintptr_t)calls_hooked;
	registers[REG_RIP] = (greg_t)piece;
}

/* The call itself; made later, under a frame. */
static void
dispatch_frame(long number, ucontext_t *context)
{
	greg_t *registers = context->uc_mcontext.gregs;
	uintptr_t stack = (uintptr_t)registers[REG_RSP];
	struct call_frame *frame = (struct call_frame *)(stack - FRAME);
	uint64_t argument[6];
	bool touched, changes;

	if (number == SYS_vfork) {
		vfork_soften(registers);
		number = SYS_clone;
	}
	for (int i = 0; i < 6; i++)
		argument[i] = (uint64_t)registers[arguments[i]];
	watch_lock();
	touched = calls_touch(number, argument);
	watch_unlock();
	changes = calls_change_mappings(number);
	*frame = (struct call_frame){.resume = (uint64_t)registers[REG_RIP],
		.after = (touched ? AFTER_SHUT : 0u) | (changes ? AFTER_RANGE : 0u),
		.number = (uint32_t)number};
	registers[REG_RSP] = (greg_t)(uintptr_t)frame;
	if (touched)
		opened_add((uintptr_t)frame); /* first: what follows looks at arguments */
	dispatch_make(frame, context);
	if (!touched && frame->after & AFTER_SHUT)
		opened_add((uintptr_t)frame);
}

/* Done here and now: the other program finds the signals as this one believes they are, and then no breakpoint can come. */
static void
dispatch_exec(ucontext_t *context)
{
	greg_t *registers = context->uc_mcontext.gregs;
	uint64_t mask = *(uint64_t *)&context->uc_sigmask | signals_believed(), before;

	watch_open();
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &before, sizeof mask);
	signals_exec(true);
	registers[REG_RAX] = sys_call(registers[REG_RAX], registers[REG_RDI], registers[REG_RSI],
		registers[REG_RDX], registers[REG_R10], registers[REG_R8], registers[REG_R9]);
	signals_exec(false);
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof before);
	watch_shut();
}

/* The frame of a signal's handler is left: nothing of ours may lie on the stack. */
static void
dispatch_return(ucontext_t *context)
{
	ucontext_t *left = (ucontext_t *)context->uc_mcontext.gregs[REG_RSP];

	if (memory_good(left, sizeof *left))
		*(uint64_t *)&left->uc_sigmask &= ~signals_ours();
	context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)calls_bare;
}

void
calls_dispatch(siginfo_t *info, ucontext_t *context)
{
	greg_t *registers = context->uc_mcontext.gregs;
	uintptr_t stack = (uintptr_t)registers[REG_RSP];
	bool open = false;

	(void)info;
	opened_forsake(stack - FRAME, &context->uc_stack);
	switch (registers[REG_RAX]) {
	case SYS_rt_sigreturn:
		dispatch_return(context);
		return;
	case SYS_execve:
	case SYS_execveat:
		dispatch_exec(context);
		return;
	case SYS_rt_sigaction:
	case SYS_rt_sigprocmask:
		watch_lock();
		open = watch_overlaps((uintptr_t)registers[REG_RSI], 32) ||
		       watch_overlaps((uintptr_t)registers[REG_RDX], 32);
		watch_unlock();
		if (open)
			opened_add(0);
		registers[REG_RAX] =
			registers[REG_RAX] == SYS_rt_sigaction
				? signals_action((int)registers[REG_RDI], (const void *)registers[REG_RSI],
					  (void *)registers[REG_RDX], (size_t)registers[REG_R10])
				: signals_mask(context, (int)registers[REG_RDI],
					  (const uint64_t *)registers[REG_RSI],
					  (uint64_t *)registers[REG_RDX], (size_t)registers[REG_R10]);
		if (open)
			opened_drop(1);
		return;
	default:
		dispatch_frame((long)registers[REG_RAX], context);
	}
}

/* --- after it --- */

static bool
is_child(const struct call_frame *frame, const greg_t *registers)
{
	return frame->after & AFTER_FORK && registers[REG_RAX] == 0;
}

bool
calls_trap(ucontext_t *context)
{
	greg_t *registers = context->uc_mcontext.gregs;
	uintptr_t at = (uintptr_t)registers[REG_RIP];
	struct call_frame *frame = (struct call_frame *)registers[REG_RSP];

	if (at != (uintptr_t)calls_hook && at != (uintptr_t)calls_child_hook)
		return false;
	registers[REG_RIP] = (greg_t)frame->resume;
	registers[REG_RSP] += FRAME;
	if (is_child(frame, registers)) {
		opened.n = 0;
		watch_forked();
	}
	if (frame->after & AFTER_RANGE) {
		watch_lock();
		calls_changed_mappings((long)frame->number, registers);
		watch_unlock();
	}
	if (frame->after & AFTER_REGISTER)
		registers[frame->which] = (greg_t)frame->was;
	opened_drop((uintptr_t)frame + 1);
	return true;
}

#endif
