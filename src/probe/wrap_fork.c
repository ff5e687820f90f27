/* SPDX-License-Identifier: MIT
 *
 * Making processes. The child of a fork says `born` and then its own leave line: report_return()
 * notices who it is.
 */
#include <unistd.h>

#include "probe/environment.h"
#include "probe/process.h"
#include "probe/report.h"
#include "probe/sys.h"
#include "probe/watch.h"

EXPORT pid_t
fork(void)
{
	struct report report;
	pid_t ret;

	if (!report_begin(&report, CALL_fork))
		return next.fork();
	report_enter(&report, HERE);
	ret = next.fork();
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

EXPORT pid_t
_Fork(void)
{
	struct report report;
	pid_t ret;

	if (!report_begin(&report, CALL__Fork))
		return next._Fork();
	report_enter(&report, HERE);
	ret = next._Fork();
	report_return(&report, ret);
	report_leave(&report);
	return ret;
}

/* Called by the stub below, before and after. */
void vfork_enter(uint64_t site) __attribute__((used));
int vfork_leave(int ret) __attribute__((used));

void
vfork_enter(uint64_t site)
{
	struct report report;

	if (report_begin(&report, CALL_vfork))
		report_enter(&report, site);
	if (atomic_load_explicit(&watch_on, memory_order_relaxed))
		watch_open(); /* the child's system calls do not come to us */
}

int
vfork_leave(int ret)
{
	struct report report = {.call = CALL_vfork, .fd = -1};
	int result = ret < 0 ? -1 : ret;

	if (ret < 0)
		errno = -ret;
	if (ret != 0 && atomic_load_explicit(&watch_on, memory_order_relaxed))
		watch_shut();
	if (!atomic_load_explicit(&control.on, memory_order_relaxed))
		return result;
	if (ret == 0)
		me_vforked();
	else
		me_resumed();
	report_return(&report, result);
	report_leave(&report);
	return result;
}

/*
 * The child of vfork runs on its parent's stack and returns to vfork's caller first, so nothing
 * that the parent needs afterwards may lie there. The stub keeps its return address in a register
 * over the system call, as libc's own does; each of the two calls vfork_leave() with a stack frame
 * of its own making.
 */
#if defined __x86_64__ && !defined __ILP32__
__asm__(".pushsection .text\n"
	".globl vfork\n"
	".type vfork, @function\n"
	"vfork:\n"
	"	.cfi_startproc\n"
	"	movq (%rsp), %rdi\n"
	"	subq $8, %rsp\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	call vfork_enter\n"
	"	addq $8, %rsp\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	popq %rdi\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	.cfi_register %rip, %rdi\n"
	"	movl $58, %eax\n" /* SYS_vfork */
	"	syscall\n"
	"	pushq %rdi\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	.cfi_offset %rip, -8\n"
	"	subq $8, %rsp\n"
	"	.cfi_adjust_cfa_offset 8\n"
	"	movl %eax, %edi\n"
	"	call vfork_leave\n"
	"	addq $8, %rsp\n"
	"	.cfi_adjust_cfa_offset -8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size vfork, .-vfork\n"
	".popsection\n");
#elif defined __aarch64__
__asm__(".pushsection .text\n"
	".globl vfork\n"
	".type vfork, @function\n"
	"vfork:\n"
	"	stp x29, x30, [sp, -16]!\n"
	"	mov x0, x30\n"
	"	bl vfork_enter\n"
	"	ldp x29, x30, [sp], 16\n"
	"	mov x0, 0x4111\n" /* CLONE_VM | CLONE_VFORK | SIGCHLD */
	"	mov x1, 0\n"
	"	mov x8, 220\n" /* SYS_clone */
	"	svc 0\n"
	"	stp x29, x30, [sp, -16]!\n"
	"	bl vfork_leave\n"
	"	ldp x29, x30, [sp], 16\n"
	"	ret\n"
	".size vfork, .-vfork\n"
	".popsection\n");
#else
/* POSIX once allowed vfork to be fork; what a child must not do after vfork, it may do after fork.
 */
EXPORT pid_t
vfork(void)
{
	return fork();
}
#endif

static int
spawn_leave(struct report *report, int ret, const pid_t *pid)
{
	report_return_error(report, ret, ret);
	if (ret == 0)
		line_number(&report->line, FIELD_child, *pid);
	report_leave(report);
	return ret;
}

EXPORT int
posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	struct report report;
	struct environment environment;
	pid_t child;
	int ret;

	if (!report_begin(&report, CALL_posix_spawn))
		return next.posix_spawn(pid, path, actions, attributes, argv, envp);
	report_path(&report, FIELD_path, path);
	report_argv(&report, argv);
	report_enter(&report, HERE);
	if (pid == NULL)
		pid = &child;
	environment_extend(&environment, envp);
	ret = next.posix_spawn(pid, path, actions, attributes, argv, environment.vector);
	environment_free(&environment);
	return spawn_leave(&report, ret, pid);
}

EXPORT int
posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	struct report report;
	struct environment environment;
	pid_t child;
	int ret;

	if (!report_begin(&report, CALL_posix_spawnp))
		return next.posix_spawnp(pid, file, actions, attributes, argv, envp);
	report_path(&report, FIELD_path, file);
	report_argv(&report, argv);
	report_enter(&report, HERE);
	if (pid == NULL)
		pid = &child;
	environment_extend(&environment, envp);
	ret = next.posix_spawnp(pid, file, actions, attributes, argv, environment.vector);
	environment_free(&environment);
	return spawn_leave(&report, ret, pid);
}
