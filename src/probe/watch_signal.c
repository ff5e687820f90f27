/* SPDX-License-Identifier: MIT
 *
 * The four signals that a watch needs, SIGSEGV, SIGBUS, SIGTRAP and SIGSYS, and the program's own use of them. The
 * kernel has our handler for them and never sees one of them blocked: a fault that is blocked would end the process.
 * What the program asked for is kept here, told back when it asks, and done when such a signal is not ours.
 */
#include "probe/watch.h"

#if defined __x86_64__ && !defined __ILP32__

#include <string.h>

#include "probe/memory.h"
#include "probe/process.h"
#include "probe/sys.h"

/* As the kernel has it. */
struct action {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

enum { RESTORER = 0x04000000 /* SA_RESTORER */, LAST = 64 };

static const int ours[SIGNALS_OURS] = {SIGSEGV, SIGBUS, SIGTRAP, SIGSYS};

static struct action wanted[SIGNALS_OURS]; /* the program's */
static uint8_t stripped[LAST + 1];          /* of the other signals' masks: ours that were in it, a bit each */
static siginfo_t pending[SIGNALS_OURS];     /* sent while the program had it blocked */
static _Atomic uint32_t is_pending;         /* a bit each */
static __thread uint32_t believed __attribute__((tls_model("initial-exec"))); /* blocked; a bit each */

#define BIT(number) (UINT64_C(1) << ((number)-1))

static int
index_of(int number)
{
	for (int i = 0; i < SIGNALS_OURS; i++)
		if (ours[i] == number)
			return i;
	return -1;
}

/* From a bit for each of ours to the kernel's mask, and back. */
static uint64_t
mask_of(uint32_t bits)
{
	uint64_t mask = 0;

	for (int i = 0; i < SIGNALS_OURS; i++)
		if (bits & 1u << i)
			mask |= BIT(ours[i]);
	return mask;
}

static uint32_t
bits_of(uint64_t mask)
{
	uint32_t bits = 0;

	for (int i = 0; i < SIGNALS_OURS; i++)
		if (mask & BIT(ours[i]))
			bits |= 1u << i;
	return bits;
}

uint64_t
signals_ours(void)
{
	return BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGTRAP) | BIT(SIGSYS);
}

uint64_t
signals_believed(void)
{
	return mask_of(believed);
}

static long
action_set(int number, const struct action *action, struct action *before)
{
	return SYS4(SYS_rt_sigaction, number, action, before, 8);
}

/* --- our handler --- */

/* The very bytes by which unwinders know a signal's frame. */
void watch_restore(void) __attribute__((visibility("hidden")));
__asm__(".pushsection .text\n"
	".balign 16\n"
	"	nop\n"
	".globl watch_restore\n"
	".type watch_restore, @function\n"
	"watch_restore:\n"
	"	movq $15, %rax\n" /* SYS_rt_sigreturn */
	"	syscall\n"
	".size watch_restore, .-watch_restore\n"
	".popsection\n");

static void
handle(int number, siginfo_t *info, void *context)
{
	bool done = false;

	if (number == SIGSYS && info->si_code == 2) { /* SYS_USER_DISPATCH */
		calls_dispatch(info, context);
		return;
	}
	if (number == SIGSEGV)
		done = access_fault(info, context);
	else if (number == SIGTRAP)
		done = access_trap(info, context) || calls_trap(context);
	if (!done) {
		access_cancel(context);
		signals_hand_on(number, info, context);
	}
}

/* All others wait; ours may come on top of each other. A fault runs where the program wants its own to run. */
static void
handler_set(int i)
{
	struct action action = {.handler = handle,
		.flags = SA_SIGINFO | SA_NODEFER | RESTORER | (wanted[i].flags & SA_RESTART),
		.restorer = watch_restore,
		.mask = ~signals_ours()};

	if (ours[i] == SIGSEGV || ours[i] == SIGBUS)
		action.flags |= wanted[i].flags & SA_ONSTACK;
	action_set(ours[i], &action, NULL);
}

/* Handlers that the program has already would run with ours blocked. */
static void
others_strip(void)
{
	for (int number = 1; number <= LAST; number++) {
		struct action action;

		if (index_of(number) >= 0 || action_set(number, NULL, &action) != 0 ||
			!(action.mask & signals_ours()) || (uintptr_t)action.handler <= 1)
			continue;
		stripped[number] = (uint8_t)bits_of(action.mask);
		action.mask &= ~signals_ours();
		action_set(number, &action, NULL);
	}
}

bool
signals_take(void)
{
	static _Atomic bool taken;

	if (atomic_exchange(&taken, true))
		return true;
	others_strip();
	for (int i = 0; i < SIGNALS_OURS; i++) {
		if (action_set(ours[i], NULL, &wanted[i]) != 0)
			return false;
		handler_set(i);
	}
	return true;
}

void
signals_clear(void)
{
	uint64_t mask = signals_ours(), before = 0;

	SYS4(SYS_rt_sigprocmask, SIG_UNBLOCK, &mask, &before, sizeof mask);
	believed |= bits_of(before);
}

void
signals_exec(bool begins)
{
	static const struct action ignored = {.handler = (void (*)(int, siginfo_t *, void *))1};

	for (int i = 0; i < SIGNALS_OURS; i++)
		if (wanted[i].handler == ignored.handler) {
			if (begins)
				action_set(ours[i], &ignored, NULL);
			else
				handler_set(i);
		}
}

/* --- one that is not ours --- */

/* As if we had never been here: the fault comes again, and what does not come by itself is sent anew. */
static void
end_by(int number, siginfo_t *info)
{
	static const struct action by_default;
	bool again = info->si_code > 0 && (number == SIGSEGV || number == SIGBUS);

	action_set(number, &by_default, NULL);
	if (!again && SYS4(SYS_rt_tgsigqueueinfo, SYS0(SYS_getpid), SYS0(SYS_gettid), number, info) != 0)
		SYS3(SYS_tgkill, SYS0(SYS_getpid), SYS0(SYS_gettid), number);
}

static void
run(int i, const struct action *action, siginfo_t *info, ucontext_t *context)
{
	uint64_t during = *(uint64_t *)&context->uc_sigmask | (action->mask & ~signals_ours());
	uint64_t within;
	uint32_t before = believed;

	believed |= bits_of(action->mask);
	if (!(action->flags & SA_NODEFER))
		believed |= 1u << i;
	if (action->flags & SA_RESETHAND)
		wanted[i] = (struct action){0};
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &during, &within, sizeof during);
	action->handler(ours[i], info, context);
	SYS4(SYS_rt_sigprocmask, SIG_SETMASK, &within, 0, sizeof within);
	believed = before;
	*(uint64_t *)&context->uc_sigmask &= ~signals_ours();
}

void
signals_hand_on(int number, siginfo_t *info, ucontext_t *context)
{
	int i = index_of(number);
	struct action action = wanted[i];
	bool raised = info->si_code > 0, blocked = (believed & 1u << i) != 0;

	if (raised && (blocked || (uintptr_t)action.handler == 1)) {
		end_by(number, info);
	} else if (blocked) {
		pending[i] = *info;
		atomic_fetch_or(&is_pending, 1u << i);
	} else if ((uintptr_t)action.handler == 0) {
		end_by(number, info);
	} else if ((uintptr_t)action.handler != 1) {
		run(i, &action, info, context);
	}
}

static void
pending_send(void)
{
	for (int i = 0; i < SIGNALS_OURS; i++) {
		uint32_t bit = 1u << i;

		if (!(believed & bit) && atomic_load(&is_pending) & bit &&
			atomic_fetch_and(&is_pending, ~bit) & bit)
			SYS4(SYS_rt_tgsigqueueinfo, SYS0(SYS_getpid), SYS0(SYS_gettid), ours[i],
				&pending[i]);
	}
}

/* --- what the program asks for --- */

static long
action_ours(int i, const struct action *action, struct action *before)
{
	struct action old = wanted[i];

	if (action != NULL) {
		wanted[i] = *action;
		handler_set(i);
	}
	if (before != NULL)
		*before = old;
	return 0;
}

/* The kernel reads and writes the program's memory, or says that it cannot. */
static bool
can_write(void *memory, size_t size)
{
	struct action scratch;

	return memory == NULL ||
	       (size == sizeof scratch ? action_set(SIGUSR1, NULL, memory) != -EFAULT
				       : SYS4(SYS_rt_sigprocmask, SIG_BLOCK, 0, memory, 8) != -EFAULT);
}

long
signals_action(int number, const void *from, void *to, size_t size)
{
	struct action action, old;
	int i = index_of(number);
	long ret;

	if (size != 8 || number < 1 || number > LAST)
		return -EINVAL;
	if (from != NULL && !memory_good(from, sizeof action))
		return -EFAULT;
	if (from != NULL)
		memcpy(&action, from, sizeof action);
	if (i >= 0) {
		if (!can_write(to, sizeof action))
			return -EFAULT;
		return action_ours(i, from == NULL ? NULL : &action, to);
	}
	if (from != NULL)
		action.mask &= ~signals_ours();
	ret = action_set(number, from == NULL ? NULL : &action, &old);
	if (ret != 0)
		return ret;
	if (to != NULL && !can_write(to, sizeof old))
		return -EFAULT;
	old.mask |= mask_of(stripped[number]);
	if (from != NULL)
		stripped[number] = (uint8_t)bits_of(((const struct action *)from)->mask);
	if (to != NULL)
		memcpy(to, &old, sizeof old);
	return 0;
}

long
signals_mask(ucontext_t *context, int how, const uint64_t *set, uint64_t *before, size_t size)
{
	uint64_t *mask = (uint64_t *)&context->uc_sigmask;
	uint64_t old = *mask | mask_of(believed), now = old, asked = 0;

	if (size != 8)
		return -EINVAL;
	if (set != NULL) {
		if (!memory_good(set, sizeof *set))
			return -EFAULT;
		memcpy(&asked, set, sizeof asked);
		if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
			return -EINVAL;
		now = how == SIG_BLOCK ? old | asked : how == SIG_UNBLOCK ? old & ~asked : asked;
	}
	if (!can_write(before, sizeof *before))
		return -EFAULT;
	*mask = now & ~signals_ours();
	believed = bits_of(now);
	pending_send();
	if (before != NULL)
		memcpy(before, &old, sizeof old);
	return 0;
}

#endif
